package words

import (
	"errors"
	"strings"

	"lantai/archive"
	"lantai/assets/lang"
)

// Told is an error as a person reads it.
type Told struct {
	What    string // what happened
	Safe    string // what is safe
	Do      string // what to do
	Details string // the chain of causes in English, folded away
}

// Tell puts an error into words: by its reason, else by operation and kind, else
// by kind.
func Tell(err error) Told {
	t := current().Tell(err)
	if s := lang.Subject(err); isID(s) {
		t.What = strings.TrimSuffix(t.What, T("error.subject", Args{"Subject": s}))
	}
	return Told{What: t.What, Safe: t.Safe, Do: t.Do, Details: err.Error()}
}

// Subject is what the deepest error names.
func Subject(err error) string { return lang.Subject(err) }

// isID tells whether a subject is the id of a row, which says nothing to a person; a 件号
// or 全宗号 is shorter.
func isID(subject string) bool {
	const shortest = 15 // digits, some days after the ids begin
	_, err := archive.ParseID(subject)
	return err == nil && len(subject) >= shortest
}

// Original tells the state of the original behind an error about a page's image, the end
// of a key under "original."; "" where the error is of another kind. Such a state is
// shown in place of the image: nothing went wrong.
func Original(err error) string {
	if errors.Is(err, archive.ErrRootAbsent) {
		return "absent"
	}
	switch archive.ReasonOf(err) {
	case archive.ReasonAltered:
		return "changed"
	case archive.ReasonVanished:
		return "vanished"
	case archive.ReasonQuarantined:
		return "quarantined"
	}
	return ""
}

// Reason says why a file or page was refused.
func Reason(r archive.Reason) string { return T("reason." + string(r)) }

// Class names the class of an archive.
func Class(c archive.Secrecy) string { return current().Class(c) }

// Stage names how far a page has come.
func Stage(s archive.Stage) string { return T("stage." + string(s)) }

// Kind names what a holding is.
func Kind(k archive.HoldingKind) string { return T("kind." + string(k)) }

// Method names how a series is arranged.
func Method(m archive.Method) string { return T("method." + string(m)) }

// Phase names the step a long job is at; "" for a step without a name.
func Phase(p archive.Progress) string {
	key := "phase." + p.Phase
	if p.Phase == "" || !has(key) {
		return ""
	}
	return T(key)
}
