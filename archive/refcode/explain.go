package refcode

// The costs of departing from a scheme. What a reader would call the same mistake
// must be the cheapest account of it: a wrong value costs less than a wrong
// separator, and both less than an element too many or too few.
const (
	costValue     = 2
	costSeparator = 3
	costElement   = 4
)

// explainer finds the cheapest account of how a code that does not fit came from
// its scheme, as in the distance between two strings.
type explainer struct {
	elements []Element
	tokens   []token
	memo     map[[3]int]account
}

type move int

const (
	moveEnd   move = iota
	moveTake       // the token belongs to the element
	moveSkip       // the element is missing
	movePass       // the element is done, or left out as it may be
	moveExtra      // the token belongs to nothing
)

type account struct {
	cost int
	move move
}

// explain lists the faults of a code that does not fit.
func (s Scheme) explain(ts []token) []Problem {
	x := explainer{s.Elements, ts, make(map[[3]int]account)}
	var problems []Problem
	for e, t, used := 0, 0, 0; ; {
		switch x.best(e, t, used).move {
		case moveEnd:
			return problems
		case moveTake:
			problems = append(problems, x.faults(e, t)...)
			t, used = t+1, used+1
		case moveSkip:
			problems = append(problems, Problem{Rule: "C02", Code: Missing,
				Element: s.Elements[e].Name, Want: s.Elements[e].Example})
			e, used = e+1, 0
		case movePass:
			e, used = e+1, 0
		case moveExtra:
			problems = append(problems, Problem{Rule: "C02", Code: Extra, Value: ts[t].text})
			t++
		}
	}
}

// best gives the cheapest account from a state on; its states are those of binder.
func (x *explainer) best(e, t, used int) account {
	state := [3]int{e, t, used}
	if a, ok := x.memo[state]; ok {
		return a
	}
	a := account{cost: 1 << 30}
	try := func(m move, cost, e, t, used int) {
		if cost < a.cost { // worth looking further
			if c := cost + x.best(e, t, used).cost; c < a.cost {
				a = account{c, m}
			}
		}
	}
	switch {
	case e == len(x.elements) && t == len(x.tokens):
		a = account{0, moveEnd}
	case e == len(x.elements):
		try(moveExtra, costElement, e, t+1, used)
	default:
		el := &x.elements[e]
		if t < len(x.tokens) && used < el.times() {
			try(moveTake, x.cost(el, t), e, t+1, used+1)
		}
		if used > 0 || el.Optional {
			try(movePass, 0, e+1, t, 0)
		} else {
			try(moveSkip, costElement, e+1, t, 0)
		}
		if t < len(x.tokens) {
			try(moveExtra, costElement, e, t+1, used)
		}
	}
	x.memo[state] = a
	return a
}

func (x *explainer) cost(el *Element, t int) int {
	cost := 0
	if t > 0 && x.tokens[t].sep != el.Sep {
		cost += costSeparator
	}
	if el.fault(x.tokens[t].text) != "" {
		cost += costValue
	}
	return cost
}

func (x *explainer) faults(e, t int) []Problem {
	el, tok := &x.elements[e], x.tokens[t]
	var problems []Problem
	if t > 0 && tok.sep != el.Sep {
		problems = append(problems, Problem{Rule: "C02", Code: BadSeparator, Element: el.Name, Value: tok.sep, Want: el.Sep})
	}
	if code := el.fault(tok.text); code != "" {
		problems = append(problems, el.problem(code, tok.text))
	}
	return problems
}
