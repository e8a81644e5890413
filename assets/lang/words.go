package lang

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"lantai/archive"
	"lantai/archive/access"
)

// Default is the language used when none is chosen.
const Default = "zh_Hans"

// Args fill the places of a sentence: {{.Name}} becomes the value of "Name".
type Args map[string]any

// Words are the sentences of one language by key.
type Words map[string]string

// Load gives the words of a language: "zh_Hans", "en", or anything else for the
// default. They are read once and must not be changed.
func Load(code string) Words {
	if code == "en" {
		return english()
	}
	return chinese()
}

var (
	chinese = sync.OnceValue(func() Words { return read(Default) })
	english = sync.OnceValue(func() Words { return read("en") })
)

func read(code string) Words {
	w := Words{}
	b, err := Files.ReadFile(code + ".json")
	if err == nil {
		err = json.Unmarshal(b, &w)
	}
	if err != nil { // the files are built in, and tests read them
		return Words{}
	}
	return w
}

// T gives the sentence for key with its places filled; a key that is not there is
// given back as it is.
func (w Words) T(key string, args Args) string {
	s, ok := w[key]
	if !ok {
		return key
	}
	for name, v := range args {
		s = strings.ReplaceAll(s, "{{."+name+"}}", fmt.Sprint(v))
	}
	return s
}

// Told is an error as a person reads it. Safe and Do may be empty.
type Told struct {
	What string // what happened
	Safe string // what is safe
	Do   string // what to do
}

// Tell puts an error into words. It looks for a sentence for the reason, then for
// the operation with its kind, then for the kind; what is safe and what to do
// stand under the same key with ".safe" and ".do", or else under the kind's.
func (w Words) Tell(err error) Told {
	var e *archive.Error
	if !errors.As(err, &e) {
		e = &archive.Error{Kind: archive.KindOf(err)}
	}
	args := Args{"Subject": Subject(err)}
	refusal, refused := errors.AsType[*access.Refusal](err)
	if refused {
		args["Minutes"], args["Names"] = refusal.Minutes, strings.Join(refusal.Ask, w.T("people.and", nil))
	}
	kind := "error." + string(e.Kind)
	if _, ok := w[kind]; !ok {
		kind = "error." + string(archive.Internal)
	}
	what := kind
	for _, k := range keysOf(err) {
		if _, ok := w[k]; ok {
			what = k
			break
		}
	}
	first := func(suffix string) string {
		if _, ok := w[what+suffix]; ok {
			return w.T(what+suffix, args)
		}
		return w.T(kind+suffix, args)
	}
	told := Told{What: w.T(what, args), Safe: first(".safe"), Do: first(".do")}
	if ask := what + ".do.ask"; refused && len(refusal.Ask) > 0 && w[ask] != "" {
		told.Do = w.T(ask, args)
	}
	if s := Subject(err); s != "" && !strings.Contains(told.What, s) {
		told.What += w.T("error.subject", args)
	}
	return told
}

// Error is Tell on one line.
func (w Words) Error(err error) string {
	t := w.Tell(err)
	return strings.TrimSpace(strings.Join([]string{t.What, t.Safe, t.Do}, " "))
}

// keysOf lists the keys that may tell of an error, the best first: an operation on the
// way in with its reason, the reason, each operation with its kind.
func keysOf(err error) []string {
	var first, last []string
	reason := string(archive.ReasonOf(err))
	var e *archive.Error
	for cause := err; errors.As(cause, &e); cause = e.Err {
		op := "error." + strings.ReplaceAll(e.Op, " ", "-") + "."
		first, last = append(first, op+reason), append(last, op+string(e.Kind))
	}
	if r, ok := errors.AsType[*access.Refusal](err); ok {
		first = append(first, "refusal."+string(r.Because))
	}
	return append(append(first, "reason."+reason), last...)
}

// Subject is the file, page or code that the deepest error names.
func Subject(err error) string {
	subject := ""
	for err != nil {
		var e *archive.Error
		if !errors.As(err, &e) {
			break
		}
		if e.Subject != "" {
			subject = e.Subject
		}
		err = e.Err
	}
	return subject
}

// Class names the class of an archive: ordinary, or the highest 密级 that it may hold.
func (w Words) Class(class archive.Secrecy) string {
	key := "class.ordinary"
	switch class {
	case archive.Secret:
		key = "class.secret"
	case archive.HighlySecret:
		key = "class.highly-secret"
	case archive.TopSecret:
		key = "class.top-secret"
	}
	return w.T(key, nil)
}
