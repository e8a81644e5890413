package arranging

import (
	"context"
	"strconv"
	"strings"

	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/refcode"
)

// The names of fields that operations ask for, which are also the ends of their labels' keys.
const (
	fieldClass  = "class"
	fieldPlace  = "place"
	fieldBehind = "behind"
	fieldCode   = "code"
	fieldTitle  = "title"
	fieldDate   = "date"
	fieldBy     = "by"
	fieldFrom   = "from"
	fieldWhere  = "where"
	fieldVolume = "volume"
	fieldReason = "reason"
)

// choices are the values of fields where one of a few is chosen, the ends of keys.
func choices(field string) []string {
	switch field {
	case fieldPlace:
		return []string{"end", "behind", "date"}
	case fieldBy:
		return []string{"number", "date", "title"}
	case fieldWhere:
		return []string{"behind", "end"}
	}
	return nil
}

// asked is what an operation is about: the class in view, the records selected in it, and
// what was typed and chosen.
type asked struct {
	class  arrange.Class
	chosen []arrange.Entry
	order  []archive.ID // of the whole class, as the person put it; nil: as it is
	text   map[string]string
	choice map[string]string
}

func (q asked) ids() []archive.ID {
	ids := make([]archive.ID, len(q.chosen))
	for i, e := range q.chosen {
		ids[i] = e.ID
	}
	return ids
}

func (q asked) codes() []string {
	codes := make([]string, len(q.chosen))
	for i, e := range q.chosen {
		codes[i] = e.Code
	}
	return codes
}

// deed is an operation that the screen offers.
type deed struct {
	name   string // end of the keys of its words
	fields []string
	// not tells why it cannot be done to the class and what is selected in it: the end of a
	// key, "" where it can.
	not  func(asked) string
	plan func(ctx context.Context, a Archive, q asked) (proposal, error)
	fill func(q asked, field string) string // what a field begins with; nil: nothing
}

// needs tells whether a field has to be filled: of binding the volume, or the class and the
// title of a new one; a reason only of a correction.
func (d deed) needs(field, volume string) bool {
	switch field {
	case fieldClass, fieldTitle:
		return d.name != "bind" || volume == ""
	case fieldCode, fieldFrom:
		return true
	case fieldReason:
		return d.name == "correct"
	}
	return false
}

// purgeDeed is the one that has a dialog of its own: nothing is carried out here.
const purgeDeed = "purge"

// deeds are the operations in the order of their buttons.
func deeds() []deed {
	return []deed{
		{"move", []string{fieldClass, fieldPlace, fieldBehind}, first(arranging, some), planMove, fillMove},
		{"insert", []string{fieldCode, fieldTitle, fieldDate}, notAccessioned, planInsert, fillInsert},
		{"reorder", nil, first(arranging, ordered), planReorder, nil},
		{"renumber", []string{fieldBy}, first(arranging, full), planRenumber, nil},
		{"remove", []string{fieldReason}, some, planRemove, nil},
		{purgeDeed, nil, some, nil, nil},
		{"split", []string{fieldFrom, fieldTitle, fieldWhere}, first(arranging, volume), planSplit, fillSplit},
		{"bind", []string{fieldVolume, fieldClass, fieldTitle}, first(arranging, singles), planBind, nil},
		{"unbind", []string{fieldClass}, first(arranging, volume), planUnbind, nil},
		{"correct", []string{fieldCode, fieldReason}, first(notArranging, single), planCorrect, fillCorrect},
		{"vacant", []string{fieldCode, fieldReason}, func(asked) string { return "" }, planVacant, fillVacant},
		{"file", nil, first(full, func(q asked) string { return wrong(q, archive.Arranging) }), planState(Archive.File), nil},
		{"accession", nil, first(full, func(q asked) string { return wrong(q, archive.Filed) }), planState(Archive.Accession), nil},
		{"open", nil, mayOpen, planState(Archive.Open), nil},
	}
}

// first gives the first reason against something.
func first(checks ...func(asked) string) func(asked) string {
	return func(q asked) string {
		for _, c := range checks {
			if why := c(q); why != "" {
				return why
			}
		}
		return ""
	}
}

func arranging(q asked) string { return string(q.class.State) } // "filed", "accessioned" or ""

func notArranging(q asked) string {
	if q.class.State == archive.Arranging {
		return "arranging"
	}
	return ""
}

func notAccessioned(q asked) string {
	if q.class.State == archive.Accessioned {
		return "accessioned"
	}
	return ""
}

// wrong tells why a class is not in the state that comes before another.
func wrong(q asked, want archive.Arranged) string {
	switch q.class.State {
	case want:
		return ""
	case archive.Arranging:
		return "unfiled"
	case archive.Accessioned:
		return "already.accessioned"
	}
	return "already.filed"
}

func mayOpen(q asked) string {
	switch {
	case q.class.State == archive.Arranging:
		return "already.arranging"
	case len(q.class.Entries) > 0:
		return "records"
	}
	return ""
}

func full(q asked) string {
	if len(q.class.Entries) == 0 {
		return "empty"
	}
	return ""
}

func some(q asked) string {
	if len(q.chosen) == 0 {
		return "some"
	}
	return ""
}

func single(q asked) string {
	if len(q.chosen) != 1 {
		return "single"
	}
	return ""
}

func singles(q asked) string {
	if len(q.chosen) == 0 {
		return "items"
	}
	for _, e := range q.chosen {
		if !e.Kind.IsSingle() {
			return "items"
		}
	}
	return ""
}

func ordered(q asked) string {
	if q.order == nil {
		return "order"
	}
	return ""
}

func volume(q asked) string {
	if volumeOf(q) == "" {
		return "volume"
	}
	return ""
}

// volumeOf is the volume that is meant: the one selected, or the one whose inside is in view.
func volumeOf(q asked) string {
	switch {
	case q.class.Within != 0:
		return strings.TrimSuffix(q.class.Prefix, refcode.Dash)
	case len(q.chosen) == 1 && !q.chosen[0].Kind.IsSingle():
		return q.chosen[0].Code
	}
	return ""
}

func plan(a Archive, chosen []archive.ID, p *arrange.Plan, err error) (proposal, error) {
	if err != nil {
		return proposal{}, err
	}
	return proposed(a, p, chosen), nil
}

func planMove(ctx context.Context, a Archive, q asked) (proposal, error) {
	to := arrange.To{}
	switch q.choice[fieldPlace] {
	case "end":
		to.End = true
	case "behind":
		n, err := number(q, fieldBehind)
		if err != nil {
			return proposal{}, err
		}
		to.Before = n + 1
	}
	p, err := a.Move(ctx, q.ids(), q.text[fieldClass], to)
	return plan(a, q.ids(), p, err)
}

// fieldError names the field that holds no number.
type fieldError string

// Error is for logs.
func (f fieldError) Error() string { return "no number in field " + string(f) }

// number reads a field that holds a number.
func number(q asked, field string) (int, error) {
	n, err := strconv.Atoi(refcode.Normalise(q.text[field]))
	if err != nil || n < 0 {
		return 0, fieldError(field)
	}
	return n, nil
}

// A class is offered as the one in view: a person changes the element that is another.
func fillMove(q asked, field string) string {
	if field == fieldClass {
		return q.class.Prefix
	}
	return ""
}

func planInsert(ctx context.Context, a Archive, q asked) (proposal, error) {
	p, err := a.Insert(ctx, q.text[fieldCode], q.text[fieldTitle], q.text[fieldDate])
	return plan(a, nil, p, err)
}

// A place is offered before the first record selected, and behind the last where the numbers
// stay.
func fillInsert(q asked, field string) string {
	if field != fieldCode {
		return ""
	}
	if q.class.State == archive.Arranging && len(q.chosen) > 0 {
		return q.chosen[0].Code
	}
	next, err := q.class.Next()
	if err != nil {
		return q.class.Prefix
	}
	return next
}

func planReorder(ctx context.Context, a Archive, q asked) (proposal, error) {
	p, err := a.Reorder(ctx, q.class.Prefix, q.order)
	return plan(a, nil, p, err)
}

func planRenumber(ctx context.Context, a Archive, q asked) (proposal, error) {
	by := map[string]arrange.By{"date": arrange.ByDate, "title": arrange.ByTitle}[q.choice[fieldBy]]
	p, err := a.Renumber(ctx, q.class.Prefix, by)
	return plan(a, nil, p, err)
}

func planRemove(ctx context.Context, a Archive, q asked) (proposal, error) {
	r, err := a.PlanRemoval(ctx, q.ids(), q.text[fieldReason])
	if err != nil {
		return proposal{}, err
	}
	return removing(a, r), nil
}

func planSplit(ctx context.Context, a Archive, q asked) (proposal, error) {
	from, err := number(q, fieldFrom)
	if err != nil {
		return proposal{}, err
	}
	p, err := a.Split(ctx, volumeOf(q), from, q.text[fieldTitle], q.choice[fieldWhere] == "end")
	return plan(a, nil, p, err)
}

func fillSplit(q asked, field string) string {
	if field == fieldFrom && q.class.Within != 0 && len(q.chosen) > 0 {
		return strconv.Itoa(q.chosen[0].Number)
	}
	return ""
}

func planBind(ctx context.Context, a Archive, q asked) (proposal, error) {
	p, err := a.Bind(ctx, q.ids(), q.text[fieldVolume], arrange.NewVolume{Class: q.text[fieldClass], Title: q.text[fieldTitle]})
	return plan(a, q.ids(), p, err)
}

func planUnbind(ctx context.Context, a Archive, q asked) (proposal, error) {
	p, err := a.Unbind(ctx, volumeOf(q), q.text[fieldClass])
	return plan(a, nil, p, err)
}

func planCorrect(ctx context.Context, a Archive, q asked) (proposal, error) {
	p, err := a.Correct(ctx, q.chosen[0].ID, q.text[fieldCode], q.text[fieldReason])
	return plan(a, nil, p, err)
}

func fillCorrect(q asked, field string) string {
	if field == fieldCode {
		return q.chosen[0].Code
	}
	return ""
}

func planVacant(_ context.Context, a Archive, q asked) (proposal, error) {
	return noting(a, refcode.Normalise(q.text[fieldCode]), strings.TrimSpace(q.text[fieldReason])), nil
}

func fillVacant(q asked, field string) string {
	if field == fieldCode {
		return q.text["gap"]
	}
	return ""
}

func planState(to func(Archive, context.Context, []string) (*arrange.Plan, error)) func(context.Context, Archive, asked) (proposal, error) {
	return func(ctx context.Context, a Archive, q asked) (proposal, error) {
		p, err := to(a, ctx, []string{q.class.Prefix})
		return plan(a, nil, p, err)
	}
}

// reason says why a deed cannot be done.
func reason(d deed, q asked) string {
	why := d.not(q)
	if why == "" {
		return ""
	}
	return words.T("arranging.not."+why, words.Args{"Class": q.class.Prefix})
}
