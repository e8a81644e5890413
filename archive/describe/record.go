package describe

import (
	"strings"
	"time"

	"lantai/archive"
)

// CheckRecord lists what is wrong with the fields of a record, in the order of its form.
// The 档号 itself and its place among others are not looked at.
func (r Rules) CheckRecord(rec archive.Record, today time.Time) []Problem {
	var list []Problem
	kind := rec.Common().Kind
	text := func(name string) string {
		b, _ := archive.Field(rec, name)
		return b.Text()
	}
	for _, f := range r.Fields(kind) {
		if p := r.Check(f, text(f.Name), today); p.Fault != "" {
			list = append(list, p)
		}
	}
	if _, ok := archive.Field(rec, "date_begin"); ok {
		begin, okBegin := archive.ParseDay(text("date_begin"))
		end, okEnd := archive.ParseDay(text("date_end"))
		if okBegin && okEnd && endsBefore(end, begin) {
			list = append(list, Problem{Field: "date_end", Fault: Order, Value: text("date_end"), Want: text("date_begin")})
		}
	}
	return list
}

// endsBefore compares as far as both are known: 1958 does not end before March 1958.
func endsBefore(end, begin archive.Day) bool {
	switch {
	case end.Year != begin.Year:
		return end.Year < begin.Year
	case end.Month == 0 || begin.Month == 0 || end.Month != begin.Month:
		return end.Month != 0 && begin.Month != 0 && end.Month < begin.Month
	}
	return end.Day != 0 && begin.Day != 0 && end.Day < begin.Day
}

// Problems is the cause inside the Invalid errors of those who check records.
type Problems []Problem

// Error gives the English form, for logs.
func (p Problems) Error() string {
	words := make([]string, len(p))
	for i, one := range p {
		words[i] = one.Field + " " + string(one.Fault)
	}
	return strings.Join(words, "; ")
}

// Serious tells whether any of the problems keeps a record from being saved.
func Serious(list []Problem) bool {
	for _, p := range list {
		if !p.Warning {
			return true
		}
	}
	return false
}
