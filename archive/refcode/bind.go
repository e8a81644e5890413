package refcode

import "strings"

// token is one run between separators, with the separator that stands before it.
type token struct{ sep, text string }

// tokens splits a canonical code at its separators; empty runs are kept.
func tokens(code string) []token {
	var out []token
	sep := ""
	for {
		i := strings.IndexAny(code, Dash+Dot)
		if i < 0 {
			return append(out, token{sep, code})
		}
		out = append(out, token{sep, code[:i]})
		n := len(Dash)
		if strings.HasPrefix(code[i:], Dot) {
			n = len(Dot)
		}
		sep, code = code[i:i+n], code[i+n:]
	}
}

// binder looks for ways to give each token to an element, in the order of the
// scheme. Repeated and optional elements take what they can, as in a regular
// expression; a state that failed is not tried again, so the work is bounded by
// elements × tokens × repeats.
type binder struct {
	elements []Element
	tokens   []token
	loose    bool // separators need not be the scheme's
	bound    []int
	dead     map[[3]int]bool
}

// bind calls yield with the element of every token for each way there is, the
// preferred first, until yield answers false.
func bind(elements []Element, ts []token, loose bool, yield func(bound []int) bool) {
	b := binder{elements: elements, tokens: ts, loose: loose,
		bound: make([]int, len(ts)), dead: make(map[[3]int]bool)}
	b.from(0, 0, 0, yield)
}

// from binds the tokens from t on, where element e has taken used tokens already.
// found tells whether there was a way; more, whether to look on.
func (b *binder) from(e, t, used int, yield func([]int) bool) (found, more bool) {
	if e == len(b.elements) {
		if t < len(b.tokens) {
			return false, true
		}
		return true, yield(b.bound)
	}
	state := [3]int{e, t, used}
	if b.dead[state] {
		return false, true
	}
	el := &b.elements[e]
	more = true
	if used < el.times() && t < len(b.tokens) && b.takes(el, t) {
		b.bound[t] = e
		found, more = b.from(e, t+1, used+1, yield)
	}
	if more && (used > 0 || el.Optional) {
		var f bool
		f, more = b.from(e+1, t, 0, yield)
		found = found || f
	}
	if !found {
		b.dead[state] = true
	}
	return found, more
}

func (b *binder) takes(el *Element, t int) bool {
	if !b.loose && b.tokens[t].sep != el.Sep {
		return false
	}
	return el.fault(b.tokens[t].text) == ""
}

// values collects the tokens under the names of their elements.
func values(elements []Element, ts []token, bound []int) Values {
	v := make(Values, len(elements))
	for t, e := range bound {
		name := elements[e].Name
		if old, ok := v[name]; ok {
			v[name] = old + Dot + ts[t].text
		} else {
			v[name] = ts[t].text
		}
	}
	return v
}
