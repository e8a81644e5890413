package describe

import (
	"slices"
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
	list = r.placeholder(rec, list)
	if _, ok := archive.Field(rec, "date_begin"); ok {
		begin, okBegin := archive.ParseDay(text("date_begin"))
		end, okEnd := archive.ParseDay(text("date_end"))
		if okBegin && okEnd && endsBefore(end, begin) {
			list = append(list, Problem{Field: "date_end", Fault: Order, Value: text("date_end"), Want: text("date_begin")})
		}
	}
	return list
}

// placeholder holds a record that stands for a state secret to having nothing but its 档号,
// 密级 and title; that it has no more, and a 密级, is no problem then.
func (r Rules) placeholder(rec archive.Record, list []Problem) []Problem {
	h := rec.Common()
	if !archive.IsPlaceholder(h.Title, h.Secrecy) || archive.SecrecyOf(h.Secrecy) <= r.Class {
		return list
	}
	list = slices.DeleteFunc(list, func(p Problem) bool {
		return p.Fault == Expected || p.Field == "secrecy" && p.Fault.OfSecrecy()
	})
	for _, name := range archive.BesidePlaceholder(h.Code, archive.Stated(rec)) {
		list = slices.DeleteFunc(list, func(p Problem) bool { return p.Field == name })
		b, _ := archive.Field(rec, name)
		list = append(list, Problem{Field: name, Fault: Placeholder, Value: b.Text()})
	}
	return list
}

// OfSecrecy tells whether a fault is that the archive may not hold what is stated.
func (f Fault) OfSecrecy() bool { return f == Secret || f == AboveClass || f == Placeholder }

// Forbids gives the reason why the archive may not hold a record with such problems; empty
// when it may.
func Forbids(list []Problem) archive.Reason {
	for _, p := range list {
		if reason, ok := map[Fault]archive.Reason{Secret: archive.ReasonSecret, AboveClass: archive.ReasonAboveClass,
			Placeholder: archive.ReasonPlaceholder}[p.Fault]; ok {
			return reason
		}
	}
	return ""
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
