package lang

import (
	"slices"
	"strings"

	"lantai/archive"
)

// The words of the change log. What has no word of its own, such as a kind of deed of a
// newer program, is given back as it is: an entry is never left out for want of a word.

// Deed says what an op did.
func (w Words) Deed(kind archive.OpKind) string { return w.or("op."+string(kind), string(kind)) }

// Deeds lists the kinds of op that have a word, in the order of their names.
func (w Words) Deeds() []archive.OpKind {
	var list []archive.OpKind
	for key := range w {
		if kind, ok := strings.CutPrefix(key, "op."); ok {
			list = append(list, archive.OpKind(kind))
		}
	}
	slices.Sort(list)
	return list
}

// Who names who did something, by the names of the accounts. While an archive has no
// accounts that is whoever held it.
func (w Words) Who(id archive.ID, names map[archive.ID]string) string {
	if name := names[id]; name != "" {
		return name
	}
	switch id {
	case 0:
		return w.T("actor.program", nil)
	case archive.LocalActor().ID:
		return w.T("actor.local", nil)
	}
	return w.T("actor.other", Args{"ID": id})
}

// Noun names a kind of row that the log knows.
func (w Words) Noun(noun string) string { return w.or("noun."+noun, w.or("kind."+noun, noun)) }

// Logged names a column of such a row.
func (w Words) Logged(noun, name string) string {
	for _, key := range []string{"describe." + noun + "." + name, "describe." + name, "logged." + name} {
		if word := w[key]; word != "" {
			return word
		}
	}
	return w.Field(name)
}

// LoggedValue says what a value of such a column means, where it is a word of the program's
// own: why a sign-in was refused, what somebody wanted, roles, how far a purge has come.
func (w Words) LoggedValue(noun, name, value string) string {
	switch {
	case name == "why" || name == "wanted" || name == "locked":
		return w.or("logged."+name+"."+value, value)
	case name == "roles":
		list := strings.Split(value, ",")
		for i, role := range list {
			list[i] = w.or("role."+role, role)
		}
		return strings.Join(list, w["people.and"])
	case noun == "purge" && name == "state":
		return w.or("purge."+value, value)
	case name == "clearance":
		return w.or("people.clearance."+clearance(value), value)
	case name == "codes":
		return strings.ReplaceAll(value, "\n", w["people.and"])
	}
	return value
}

// clearance is the end of the key of a level, by the number that the log has.
func clearance(number string) string {
	switch number {
	case "3":
		return "secret"
	case "4":
		return "confidential"
	case "5":
		return "top-secret"
	}
	return "none"
}

// BecameOf says what became of a row: "added", "changed", "removed" or "purged".
func (w Words) BecameOf(what string) string { return w.or("logged."+what, what) }

func (w Words) or(key, otherwise string) string {
	if word := w[key]; word != "" {
		return word
	}
	return otherwise
}
