package lang

import (
	"lantai/archive"
	"lantai/archive/refcode"
)

// Why says why something is refused while codes are arranged, or what is to be known: why
// is a reason of package arrange.
func (w Words) Why(why, subject, want string) string {
	switch why {
	case "state", "needs-reason":
		want = w.Arranged(archive.Arranged(want))
	case "other-kind":
		want = w.T("kind."+want, nil)
	}
	return w.T("arrange."+why, Args{"Subject": subject, "Want": want})
}

// Arranged is the state of a class of numbers.
func (w Words) Arranged(state archive.Arranged) string {
	if state == archive.Arranging {
		state = "arranging"
	}
	return w.T("arranged."+string(state), nil)
}

// Changed says how a field of a record changes besides its code; "" where that says nothing
// to a person: the running number, which the code has.
func (w Words) Changed(field, old, now string) string {
	switch field {
	case "number":
		return ""
	case "box": // an id means nothing to a person
		old, now = "", ""
	}
	return w.Field(field) + " " + old + " → " + now
}

// Field names a field of a record; one without a name is given back as it is.
func (w Words) Field(name string) string {
	for _, key := range []string{"column." + name, "field." + name} {
		if word := w[key]; word != "" {
			return word
		}
	}
	return name
}

// CodeProblem says what is wrong with a 档号.
func (w Words) CodeProblem(p refcode.Problem) string {
	key, args := "refcode."+string(p.Code), Args{"Element": "", "Value": p.Value, "Want": p.Want}
	if p.Code == refcode.BadCharset {
		args["Want"] = w.T("charset."+p.Want, nil)
	}
	if p.Element != "" {
		args["Element"] = w.T("element."+p.Element, nil)
		if _, ok := w[key+".element"]; ok {
			key += ".element"
		}
	}
	return w.T(key, args)
}
