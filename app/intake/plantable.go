package intake

import (
	"context"
	"strconv"
	"sync/atomic"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/ingest"
)

// fateMismatch stands for the list of contradictions among the lists of pages.
const fateMismatch ingest.LinkFate = "mismatch"

// fates are the lists of a plan in the order of their tabs.
func fates() []ingest.LinkFate {
	return []ingest.LinkFate{ingest.FateLink, ingest.FateStay, ingest.FateUnmatched, ingest.FateTwice, fateMismatch, ingest.FateHeld}
}

// shownPlan is a plan with the contradictions that are known now. It is not changed once
// it is shown, since rows are read off the UI goroutine.
type shownPlan struct {
	plan       *Plan
	mismatches []ingest.Mismatch
	linked     bool // it was carried out
}

func (s *shownPlan) count(fate ingest.LinkFate) int {
	if fate == fateMismatch {
		return len(s.mismatches)
	}
	return s.plan.Lines.Count(fate)
}

// planTable shows a plan, one of its lists at a time.
type planTable struct {
	deps  Deps
	now   atomic.Pointer[shownPlan]
	list  int // index of fates()
	round int // how many plans were shown
	table *parts.Table
	tabs  *parts.Tabs[int]
}

func newPlanTable(d Deps, failed func(error)) *planTable {
	t := &planTable{deps: d}
	t.table = parts.NewTable(parts.TableOptions{
		Key: "intake.plan", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "fate", Title: words.T("report.fate"), Width: 150},
			{Key: "path", Title: words.T("report.path"), Width: 260, Stretch: true},
			{Key: "code", Title: words.T("report.code"), Width: 210},
			{Key: "ordinal", Title: words.T("report.ordinal"), Width: 84, Number: true},
		},
		Fetch:   t.fetch,
		OnOpen:  t.open,
		OnError: failed,
		Empty:   words.T("intake.bulk.none"),
	})
	lists := make([]int, len(fates()))
	for i := range lists {
		lists[i] = i
	}
	t.tabs = parts.NewTabs(t.choose, lists...)
	return t
}

func (t *planTable) plan() *Plan {
	if s := t.now.Load(); s != nil {
		return s.plan
	}
	return nil
}

func (t *planTable) mismatches() []ingest.Mismatch { return t.now.Load().mismatches }

func (t *planTable) focus() { t.deps.Window.Canvas().Focus(t.table.Focusable()) }

// show takes another plan, and goes to its first list with anything in it. A plan that was
// carried out stays at the list that is in view.
func (t *planTable) show(s *shownPlan) {
	again := t.plan() == s.plan
	t.now.Store(s)
	t.round++
	first := 0
	for first < len(fates())-1 && s.count(fates()[first]) == 0 {
		first++
	}
	if s.count(fates()[first]) == 0 {
		first = 0
	}
	if again {
		first = t.list
	}
	t.choose(first)
}

// undone takes back that the plan was carried out.
func (t *planTable) undone() {
	if s := t.now.Load(); s != nil && s.linked {
		t.show(&shownPlan{plan: s.plan, mismatches: s.mismatches})
	}
}

// The id of a row tells the plan, the list and the place in it, so that rows of one are
// never taken for those of another.
const (
	placeBits = 32
	listBits  = 4
)

func (t *planTable) choose(list int) {
	s := t.now.Load()
	t.list = list
	t.tabs.Mark(list)
	for i, fate := range fates() {
		name := string(fate)
		if fate == ingest.FateLink && s.linked {
			name = "linked"
		}
		t.tabs.SetText(i, words.T("intake.bulk.tab."+name, words.Args{"N": words.Number(s.count(fate))}))
	}
	if fates()[list] == fateMismatch {
		t.table.SetTitles(words.T("report.kind"), words.T("report.detail"), words.T("report.code"), words.T("intake.bulk.counts"))
	} else {
		t.table.SetTitles(words.T("report.fate"), words.T("report.path"), words.T("report.code"), words.T("report.ordinal"))
	}
	ids := make([]archive.ID, s.count(fates()[list]))
	head := archive.ID(t.round)<<(placeBits+listBits) | archive.ID(list)<<placeBits
	for i := range ids {
		ids[i] = head | archive.ID(i+1)
	}
	t.table.SetIDs(ids)
	t.table.GoTo(0)
}

// placed reads an id.
func placed(id archive.ID) (list, at int) {
	return int(id >> placeBits & (1<<listBits - 1)), int(id&(1<<placeBits-1)) - 1
}

// fetch is called off the UI goroutine. All ids are of one list.
func (t *planTable) fetch(ctx context.Context, ids []archive.ID) ([]parts.Row, error) {
	s, rows := t.now.Load(), make([]parts.Row, len(ids))
	if s == nil || len(ids) == 0 {
		return rows, nil
	}
	list, _ := placed(ids[0])
	at := make([]int, len(ids))
	for i, id := range ids {
		_, at[i] = placed(id)
	}
	if fates()[list] == fateMismatch {
		for i, k := range at {
			if k < len(s.mismatches) {
				m := s.mismatches[k]
				rows[i] = parts.Row{Cells: []string{words.T("mismatch." + string(m.Kind)), detail(m), m.Code, counts(m)}}
			}
		}
		return rows, nil
	}
	lines, err := t.deps.Archive.PlanRows(ctx, s.plan, fates()[list], at)
	for i, l := range lines {
		if l != (ingest.LinkRow{}) {
			rows[i] = parts.Row{Cells: []string{words.T("fate." + string(l.Fate)), l.Path, l.Code, ordinal(l)}}
		}
	}
	return rows, err
}

// open goes to the page or the record of a row.
func (t *planTable) open(id archive.ID) {
	s := t.now.Load()
	list, at := placed(id)
	if s == nil || fates()[list] != fateMismatch || at >= len(s.mismatches) || s.mismatches[at].Holding == 0 {
		return
	}
	t.deps.Open(parts.Route{Screen: routeHoldings, Value: parts.HoldingValue{Holding: s.mismatches[at].Holding}})
}

// routeHoldings is the screen with the records.
const routeHoldings = "holdings"

func ordinal(l ingest.LinkRow) string {
	if l.Ordinal == 0 {
		return ""
	}
	return strconv.Itoa(l.Ordinal)
}

// counts is how many pages a record should have and has.
func counts(m ingest.Mismatch) string {
	return strconv.Itoa(m.Expected) + " / " + strconv.Itoa(m.Found)
}

// detail says where in a record something is wrong: its pages, or a path.
func detail(m ingest.Mismatch) string {
	if m.Detail != "" && m.Detail[0] >= '0' && m.Detail[0] <= '9' && m.Kind != ingest.MismatchEmpty && m.Kind != ingest.MismatchAmbiguous {
		return words.T("report.pages", words.Args{"Pages": m.Detail})
	}
	return m.Detail
}

// planRows writes a plan as a table.
func planRows(ctx context.Context, a Linking, p *Plan, mismatches []ingest.Mismatch, write func(...string) error) error {
	err := write(words.T("report.fate"), words.T("report.path"), words.T("report.code"), words.T("report.ordinal"),
		words.T("report.expected"), words.T("report.found"), words.T("report.detail"))
	if err == nil {
		err = a.WalkPlan(ctx, p, func(l ingest.LinkRow) error {
			return write(words.T("fate."+string(l.Fate)), l.Path, l.Code, ordinal(l), "", "", "")
		})
	}
	for _, m := range mismatches {
		if err == nil {
			err = write(words.T("mismatch."+string(m.Kind)), "", m.Code, "", strconv.Itoa(m.Expected), strconv.Itoa(m.Found), detail(m))
		}
	}
	return err
}
