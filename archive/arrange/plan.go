package arrange

import (
	"context"
	"maps"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/refcode"
)

// Plan says what an operation would do: nothing is written until it is carried out.
type Plan struct {
	Kind    archive.OpKind `json:"kind"`
	Moves   []Move         `json:"moves"`             // by the order of the new codes
	Added   *Addition      `json:"added,omitempty"`   // the record that is put in, the volume that is made
	Removed []Gone         `json:"removed,omitempty"` // a volume that is taken apart
	Notes   []Note         `json:"notes,omitempty"`   // what a person should know besides
	Refused []Refusal      `json:"refused,omitempty"` // why it cannot be done; nothing is done then
	States  []State        `json:"states,omitempty"`  // classes that get another state
	Reason  string         `json:"reason,omitempty"`  // of a correction

	classes []classNow
	records []archive.Record // to be written
	into    []archive.Record // of these, what goes into the volume that is made
	removed []archive.Record
	vacant  []archive.Vacancy // notes that the operation makes
	renamed []renamedNote     // notes on numbers inside volumes that get other codes
	aliases []archive.CodeAlias
}

type renamedNote struct {
	archive.Vacancy
	to string
}

// Move is what happens to one record.
type Move struct {
	ID      archive.ID          `json:"id"`
	Kind    archive.HoldingKind `json:"kind"`
	Title   string              `json:"title"`
	Old     string              `json:"old"` // code; the same as New where other fields change alone
	New     string              `json:"new"`
	Changed []Changed           `json:"changed,omitempty"`
	Follows bool                `json:"follows,omitempty"` // it lies below one that moves
}

// Changed is a field besides the code.
type Changed struct {
	Field string `json:"field"` // as archive.Field names it
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Addition is a record that the operation makes.
type Addition struct {
	Kind  archive.HoldingKind `json:"kind"`
	Code  string              `json:"code"`
	Title string              `json:"title"`

	record archive.Record
}

// Gone is a record that the operation takes away.
type Gone struct {
	ID    archive.ID `json:"id"`
	Code  string     `json:"code"`
	Title string     `json:"title"`
}

// Why says why something is refused, or what is to be known. Screens and the command line
// have a sentence for each, under "arrange.".
type Why string

// The reasons.
const (
	IsFiled       Why = "filed"        // the class Subject is filed; Want is the code a late record gets
	IsAccessioned Why = "accessioned"  // the class Subject is accessioned
	IsTaken       Why = "taken"        // the code Want is held by Subject, which does not move
	HoldsOthers   Why = "holds-others" // Subject holds others, which lie in it alone
	StaysInSeries Why = "stays"        // a volume, Subject, stays in its series
	OtherFonds    Why = "other-fonds"  // Subject is of another fonds
	NotNumbered   Why = "not-numbered" // the code Subject is no number of its series
	OtherKind     Why = "other-kind"   // Subject is not of the kind that the class has
	IsVacant      Why = "vacant"       // a note keeps the number Subject vacant
	ClassFull     Why = "full"         // the class Subject has no number left
	HasPages      Why = "pages"        // pages lie in Subject itself
	TooMany       Why = "too-many"     // more records than can be changed at once
	GapsLeft      Why = "gaps"         // of the class Subject numbers up to Want are not used, and no note says why
	StandTwice    Why = "twice"        // numbers of the class Subject stand twice
	NothingThere  Why = "empty"        // the class Subject has no records
	WrongState    Why = "state"        // the class Subject is in the state Want

	PagesLeft Why = "pages-left" // the page numbers in Subject stay as they are: page counts are not known
	BoxLeft   Why = "box-left"   // Subject no longer fits the box it lies in and leaves it
	OldCode   Why = "old-code"   // Subject, the code there was, goes on leading to the record
)

// Refusal is one reason against the plan.
type Refusal struct {
	Why     Why    `json:"why"`
	Subject string `json:"subject"`
	Want    string `json:"want,omitempty"`
}

// Refusals is the cause inside the errors of what is refused.
type Refusals []Refusal

// Error gives the English form, for logs.
func (r Refusals) Error() string {
	words := make([]string, len(r))
	for i, one := range r {
		words[i] = strings.TrimSpace(string(one.Why) + " " + one.Subject + " " + one.Want)
	}
	return "refused: " + strings.Join(words, "; ")
}

// Note is a thing to be known beside the plan.
type Note struct {
	Why     Why    `json:"why"`
	Subject string `json:"subject"`
}

// classNow is a class as the plan was made from it.
type classNow struct {
	series   archive.ID
	prefix   string
	prefixes []string // with those of the class it lies in
	state    archive.Arranged
	n        int
	highest  string
}

// State is the state that a class gets.
type State struct {
	Series archive.ID       `json:"series"`
	Prefix string           `json:"prefix"`
	State  archive.Arranged `json:"state"`
	N      int              `json:"n"` // its records
}

// Empty tells whether the plan would change nothing.
func (p *Plan) Empty() bool {
	return len(p.records) == 0 && p.Added == nil && len(p.removed) == 0 && len(p.States) == 0
}

func (p *Plan) refuse(why Why, subject, want string) {
	r := Refusal{why, subject, want}
	if !slices.Contains(p.Refused, r) {
		p.Refused = append(p.Refused, r)
	}
}

func (p *Plan) note(why Why, subject string) {
	if n := (Note{why, subject}); !slices.Contains(p.Notes, n) {
		p.Notes = append(p.Notes, n)
	}
}

// planner makes one plan. Operations give its classes their new lines; finish says what
// follows for the records.
type planner struct {
	a       *Arranger
	plan    *Plan
	classes []*line
	moving  map[archive.ID]archive.Record // as they will be
	was     map[archive.ID]kept
	follows map[archive.ID]bool // it lies below one that moves
}

// kept is a record as it is.
type kept struct {
	archive.Holding
	fields map[string]string
}

// changing lists the fields that arranging changes besides the code.
func changing() []string {
	return []string{"number", "year", "retention", "org", "box", "page_no", "item_count", "page_count"}
}

func keep(r archive.Record) kept {
	k := kept{*r.Common(), map[string]string{}}
	for _, name := range changing() {
		k.fields[name] = get(r, name)
	}
	return k
}

// line is a class with its records in the order and under the numbers they are to have.
type line struct {
	Class
	slots   []slot
	vacant  map[int]bool
	fresh   bool // the inside of a volume that the plan makes
	changed bool
}

// slot is a record under a number. id zero: the record that is put in.
type slot struct {
	Entry
	number int
	from   *line // the class it comes from
}

func (a *Arranger) planner(kind archive.OpKind) *planner {
	return &planner{a: a, plan: &Plan{Kind: kind, Moves: []Move{}}, moving: map[archive.ID]archive.Record{},
		was: map[archive.ID]kept{}, follows: map[archive.ID]bool{}}
}

// open takes a class into the plan.
func (p *planner) open(c Class) *line {
	if l := p.opened(c.Prefix); l != nil {
		return l
	}
	l := &line{Class: c, vacant: c.vacancies()}
	for _, e := range c.Entries {
		l.slots = append(l.slots, slot{e, e.Number, l})
	}
	p.classes = append(p.classes, l)
	return l
}

// opened finds a class that is in the plan. The inside of a volume that the plan makes is
// none: another volume may have its code still.
func (p *planner) opened(prefix string) *line {
	for _, l := range p.classes {
		if l.Prefix == prefix && !l.fresh {
			return l
		}
	}
	return nil
}

// arranging refuses classes that are no longer arranged.
func (p *planner) arranging(l *line) {
	switch state := l.State; {
	case l.fresh:

	case state == archive.Filed:
		next, _ := l.Next()
		p.plan.refuse(IsFiled, l.Prefix, next)
	case state == archive.Accessioned:
		p.plan.refuse(IsAccessioned, l.Prefix, "")
	}
}

// free gives the first number from n on that no note keeps vacant.
func (l *line) free(n int) int {
	for l.vacant[n] {
		n++
	}
	return n
}

// put sets records before the first that has a number from at on; those in the way move up
// as far as numbers are taken.
func (l *line) put(list []slot, at int) {
	l.changed = true
	i := slices.IndexFunc(l.slots, func(s slot) bool { return s.number >= at })
	if i < 0 {
		i = len(l.slots)
	}
	next := at
	for k := range list {
		list[k].number = l.free(next)
		next = list[k].number + 1
	}
	rest := slices.Clone(l.slots[i:])
	for k := range rest {
		if rest[k].number >= next {
			break
		}
		rest[k].number = l.free(next)
		next = rest[k].number + 1
	}
	l.slots = append(append(l.slots[:i:i], list...), rest...)
}

// take takes records out; those behind move down into the numbers there were.
func (l *line) take(ids map[archive.ID]bool) (taken []slot) {
	l.changed = true
	var numbers []int
	var left []slot
	for _, s := range l.slots {
		numbers = append(numbers, s.number)
		if ids[s.ID] {
			taken = append(taken, s)
		} else {
			left = append(left, s)
		}
	}
	for k := range left {
		left[k].number = numbers[k]
	}
	l.slots = left
	return taken
}

// close numbers the class from its first number on without gaps.
func (l *line) close() {
	l.changed = true
	next := l.series.scheme.SeqStart
	for k := range l.slots {
		l.slots[k].number = l.free(next)
		next = l.slots[k].number + 1
	}
}

// end is the number behind the last.
func (l *line) end() int {
	next := l.series.scheme.SeqStart
	for _, s := range l.slots {
		next = max(next, s.number+1)
	}
	for v := range l.vacant {
		next = max(next, v+1)
	}
	return next
}

// finish says what follows from the new lines: codes, fields, what lies below, page
// numbers; and what is against it.
func (p *planner) finish(ctx context.Context) (*Plan, error) {
	for _, l := range p.classes {
		if !l.changed {
			continue
		}
		p.watch(l)
		p.arranging(l)
		if err := p.renumbered(ctx, l); err != nil {
			return nil, err
		}
	}
	if err := p.follow(ctx); err != nil {
		return nil, err
	}
	for _, l := range p.classes {
		if l.changed {
			if err := p.pages(ctx, l); err != nil {
				return nil, err
			}
		}
	}
	if err := p.counts(ctx); err != nil {
		return nil, err
	}
	if err := p.taken(ctx); err != nil {
		return nil, err
	}
	p.list()
	return p.plan, nil
}

// watch notes how a class is, so that Carry sees whether it still is.
func (p *planner) watch(l *line) {
	if l.fresh {
		return
	}
	now := classNow{series: l.Series, prefix: l.Prefix, state: l.State, n: l.n, highest: l.highest}
	first, err := l.code(max(l.series.scheme.SeqStart, 1))
	if err != nil {
		return
	}
	now.prefixes = l.series.scheme.Prefixes(first)
	p.plan.classes = append(p.plan.classes, now)
}

// record reads a record to be changed, once.
func (p *planner) record(ctx context.Context, id archive.ID) (archive.Record, error) {
	if r, ok := p.moving[id]; ok {
		return r, nil
	}
	r, err := p.a.cat.Record(ctx, everything(), id)
	if err != nil {
		return nil, err
	}
	p.moving[id], p.was[id] = r, keep(r)
	return r, nil
}

// renumbered gives the records of a class their codes.
func (p *planner) renumbered(ctx context.Context, l *line) error {
	var ids []archive.ID
	codes := map[archive.ID]string{}
	comes := map[archive.ID]bool{}
	for _, s := range l.slots {
		code, err := l.code(s.number)
		if err != nil {
			if archive.KindOf(err) == archive.Conflict {
				p.plan.refuse(ClassFull, l.Prefix, "")
				return nil
			}
			return err
		}
		if s.ID == 0 {
			p.plan.Added.Code = code
			p.plan.Added.record.Common().Code = code
			p.number(p.plan.Added.record, l, s.number)
			continue
		}
		if s.from != l {
			comes[s.ID] = true
		}
		if code != s.Code || comes[s.ID] {
			ids = append(ids, s.ID)
			codes[s.ID] = code
		}
	}
	if err := p.read(ctx, ids); err != nil {
		return err
	}
	for _, s := range l.slots {
		code, ok := codes[s.ID]
		if !ok || s.ID == 0 {
			continue
		}
		r := p.moving[s.ID]
		r.Common().Code = code
		p.number(r, l, s.number)
		if comes[s.ID] {
			if err := p.settle(ctx, r, l); err != nil {
				return err
			}
		}
	}
	return nil
}

// read reads records to be changed, many at once.
func (p *planner) read(ctx context.Context, ids []archive.ID) error {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id archive.ID) bool { _, ok := p.moving[id]; return ok })
	list, err := p.a.cat.Records(ctx, everything(), ids)
	if err != nil {
		return err
	}
	for _, r := range list {
		p.moving[r.Common().ID], p.was[r.Common().ID] = r, keep(r)
	}
	if len(list) != len(ids) {
		return archive.Errorf(archive.Conflict, "read records", "", "%d of %d are gone", len(ids)-len(list), len(ids))
	}
	return nil
}

// number writes the number into its field as the code has it.
func (p *planner) number(r archive.Record, l *line, number int) {
	code := r.Common().Code
	if n, ok := l.series.scheme.Numbered(code); ok && n.Number == number {
		set(r, "number", code[len(n.Prefix):])
	}
}

func set(r archive.Record, name, value string) {
	if b, ok := archive.Field(r, name); ok {
		_ = b.Set(value) // text, or digits that were digits before
	}
}

func get(r archive.Record, name string) string {
	if b, ok := archive.Field(r, name); ok {
		return b.Text()
	}
	return ""
}

// changes lists what else of a record changes.
func (p *planner) changes(r archive.Record) []Changed {
	var list []Changed
	was := p.was[r.Common().ID]
	for _, name := range changing() {
		if now := get(r, name); now != was.fields[name] {
			list = append(list, Changed{name, was.fields[name], now})
		}
	}
	return list
}

// taken refuses codes that records have which do not move.
func (p *planner) taken(ctx context.Context) error {
	var codes []string
	for id, r := range p.moving {
		if code := r.Common().Code; code != "" && code != p.was[id].Code {
			codes = append(codes, code)
		}
	}
	if p.plan.Added != nil {
		codes = append(codes, p.plan.Added.Code)
	}
	held, err := p.a.cat.HoldingsByCode(ctx, everything(), codes)
	if err != nil {
		return err
	}
	for _, code := range slices.SortedFunc(maps.Keys(held), cmpCodes) {
		h := held[code]
		if h.Code != code { // merely a former code
			continue
		}
		if r, moves := p.moving[h.ID]; moves && r.Common().Code != code {
			continue
		}
		p.plan.refuse(IsTaken, h.Code, code)
	}
	return nil
}

// list writes down the moves, in the order of the new codes.
func (p *planner) list() {
	plan := p.plan
	for id, r := range p.moving {
		was := p.was[id]
		changed := p.changes(r)
		if len(changed) == 0 && was.Code == r.Common().Code && was.Parent == r.Common().Parent {
			continue
		}
		plan.records = append(plan.records, r)
		if r.Common().Code == "" { // it is taken away
			continue
		}
		plan.Moves = append(plan.Moves, Move{ID: id, Kind: was.Kind, Title: was.Title, Old: was.Code, New: r.Common().Code, Changed: changed,
			Follows: p.follows[id]})
	}
	slices.SortFunc(plan.Moves, func(a, b Move) int { return cmpCodes(a.New, b.New) })
	slices.SortFunc(plan.records, func(a, b archive.Record) int { return cmpCodes(a.Common().Code, b.Common().Code) })
	if n := len(plan.records); n > mostMoves {
		plan.refuse(TooMany, "", "")
	}
}

func cmpCodes(a, b string) int {
	switch {
	case refcode.NaturalLess(a, b):
		return -1
	case a == b:
		return 0
	}
	return 1
}
