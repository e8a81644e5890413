// Package ledger is the screen 馆藏台账: what came in, went out and was destroyed, by fonds,
// year and unit, with the movements behind each line.
//
// Its route value is a parts.LedgerValue.
package ledger

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Deps are what the screen needs.
type Deps struct {
	Runner  *task.Runner
	Window  fyne.Window
	Memory  parts.Memory
	Open    parts.Open
	Archive Archive

	ReadOnly bool // whoever acts may look and change nothing
}

// Archive is read and written off the UI goroutine.
type Archive interface {
	Read(ctx context.Context) (Ledger, error)
	Add(ctx context.Context, m archive.Movement) error
	Remove(ctx context.Context, movement archive.ID) error
}

// Ledger is the whole ledger.
type Ledger struct {
	Fonds     []archive.Holding // by 全宗号
	Lines     []Line
	Movements []archive.Movement
}

// Line is one year of a fonds in one unit: Opened + In − Out − Destroyed = Closed.
type Line struct {
	Fonds                              archive.ID
	Unit                               string
	Year                               int
	Opened, In, Out, Destroyed, Closed int
}

// Screen is the screen.
type Screen struct {
	deps  Deps
	now   Ledger
	fonds archive.ID // shown; zero: all
	loads task.Latest
	busy  bool

	which            *parts.Select
	rows, moves      parts.HeldRows
	shown            []Line // by row, whose id is its place from 1
	lines, movements *parts.Table
	kind, unit       *parts.Select
	year, quantity   *parts.Entry
	date             *parts.Entry
	document, note   *parts.Entry
	yearF, quantityF *parts.Field
	dateF            *parts.Field
	add, remove      *parts.Button
	fault            *fyne.Container
	whole            fyne.CanvasObject
}

func kinds() []archive.MovementKind {
	return []archive.MovementKind{archive.MovedIn, archive.MovedOut, archive.MovedDestroyed, archive.MovedOpening}
}

func units() []archive.HoldingKind {
	return []archive.HoldingKind{archive.KindVolume, archive.KindBox, archive.KindItem, archive.KindPhoto, archive.KindObject,
		archive.KindBook, archive.KindAV}
}

// New makes the screen.
func New(d Deps) *Screen {
	s := &Screen{deps: d, fault: container.NewStack()}
	s.which = parts.NewSelect([]string{words.T("ledger.all")}, s.fondsChosen)
	s.lines = parts.NewTable(parts.TableOptions{
		Key: "ledger.lines", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "fonds", Title: words.T("ledger.fonds"), Width: 60, Stretch: true},
			{Key: "year", Title: words.T("ledger.year"), Width: 60},
			{Key: "unit", Title: words.T("ledger.unit"), Width: 80},
			{Key: "opened", Title: words.T("ledger.opened"), Width: 84, Number: true},
			{Key: "in", Title: words.T("moved.accession"), Width: 84, Number: true},
			{Key: "out", Title: words.T("moved.withdrawal"), Width: 84, Number: true},
			{Key: "destroyed", Title: words.T("moved.destruction"), Width: 84, Number: true},
			{Key: "closed", Title: words.T("ledger.closed"), Width: 84, Number: true},
		},
		Fetch: s.rows.Fetch, OnSelect: s.lineChosen, Empty: words.T("ledger.empty"),
	})
	s.movements = parts.NewTable(parts.TableOptions{
		Key: "ledger.movements", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "kind", Title: words.T("ledger.kind"), Width: 80},
			{Key: "quantity", Title: words.T("ledger.quantity"), Width: 76, Number: true},
			{Key: "date", Title: words.T("field.date"), Width: 80},
			{Key: "document", Title: words.T("ledger.document"), Width: 100, Stretch: true},
		},
		Fetch: s.moves.Fetch, OnSelect: s.able, Empty: words.T("ledger.pick"),
	})
	s.build()
	s.lines.SetIDs([]archive.ID{})
	s.movements.SetIDs([]archive.ID{})
	s.able()
	return s
}

func (s *Screen) build() {
	var kindNames, unitNames []string
	for _, k := range kinds() {
		kindNames = append(kindNames, words.T("moved."+string(k)))
	}
	for _, k := range units() {
		unitNames = append(unitNames, words.Kind(k))
	}
	s.kind, s.unit = parts.NewSelect(kindNames, nil), parts.NewSelect(unitNames, nil)
	s.kind.SetSelectedIndex(0)
	s.unit.SetSelectedIndex(0)
	s.year, s.quantity, s.date, s.document, s.note = parts.NewEntry(), parts.NewEntry(), parts.NewEntry(), parts.NewEntry(), parts.NewEntry()
	s.yearF, s.quantityF = parts.NewField(words.T("ledger.year"), s.year), parts.NewField(words.T("ledger.quantity"), s.quantity)
	s.dateF = parts.NewField(words.T("ledger.date"), s.date)
	s.date.SetPlaceHolder("20260315")
	s.date.OnChanged = func(string) { s.dateF.SetError("") }
	s.year.OnChanged = func(string) { s.yearF.SetError("") }
	s.quantity.OnChanged = func(string) { s.quantityF.SetError("") }
	focus := func(e *parts.Entry) func() { return func() { s.deps.Window.Canvas().Focus(e) } }
	s.year.OnNext, s.quantity.OnNext, s.date.OnNext, s.document.OnNext, s.note.OnNext = focus(s.quantity), focus(s.date), focus(s.document), focus(s.note), s.register
	s.add = parts.NewPrimary(words.T("ledger.add"), base.ContentAddIcon(), s.register)
	s.remove = parts.NewButton(words.T("ledger.remove"), base.DeleteIcon(), s.takeAway)
	not := parts.Paragraph(words.T("rights.look"))
	not.Importance = widget.WarningImportance
	not.Hidden = !s.deps.ReadOnly
	form := container.NewVBox(parts.Heading(words.T("ledger.new")), not,
		parts.NewForm(2, parts.NewField(words.T("ledger.kind"), s.kind), parts.NewField(words.T("ledger.unit"), s.unit)),
		parts.NewForm(3, s.yearF, s.quantityF, s.dateF),
		parts.NewForm(2, parts.NewField(words.T("ledger.document"), s.document), parts.NewField(words.T("ledger.note"), s.note)),
		parts.NewRow(nil, nil, s.add))
	side := parts.Border(parts.NewRow(nil, parts.Heading(words.T("ledger.behind")), s.remove), form, nil, nil, s.movements)
	split := parts.NewSplit(s.lines, side, parts.SplitOptions{Key: "ledger.side", Memory: s.deps.Memory, Share: 0.62})
	back := parts.NewQuiet(words.T("nav.holdings"), base.NavigateBackIcon(), func() { s.deps.Open(parts.Route{Screen: "holdings"}) })
	head := container.NewVBox(parts.NewRow(parts.Title(words.T("ledger.title")), parts.Line(words.T("ledger.say")), back),
		container.NewHBox(parts.Sized(s.which, 320, 0)), s.fault)
	s.whole = parts.Padded(parts.Border(head, nil, nil, nil, split))
}

// Title names the screen.
func (s *Screen) Title() string { return words.T("ledger.title") }

// Content is the screen.
func (s *Screen) Content() fyne.CanvasObject { return s.whole }

// Shown reads the ledger, of the fonds that a route names.
func (s *Screen) Shown(value any) {
	if v, ok := value.(parts.LedgerValue); ok {
		s.fonds = v.Fonds
	}
	s.load()
	s.deps.Window.Canvas().Focus(s.lines.Focusable())
}

// Hidden drops a load under way.
func (s *Screen) Hidden() { s.loads.Cancel() }

// Reload reads the ledger again.
func (s *Screen) Reload() { s.load() }

func (s *Screen) load() {
	task.Load(s.deps.Runner, &s.loads, s.deps.Archive.Read, func(l Ledger, err error) {
		s.tell(err)
		if err == nil {
			s.show(l)
		}
	})
}

func (s *Screen) tell(err error) {
	s.fault.Objects = nil
	if err != nil && archive.KindOf(err) != archive.Stopped {
		s.fault.Objects = []fyne.CanvasObject{parts.NewErrorPanel(err, s.load)}
	}
	s.fault.Refresh()
	s.whole.Refresh()
}

func (s *Screen) show(l Ledger) {
	s.now = l
	names, at := []string{words.T("ledger.all")}, 0
	for i, f := range l.Fonds {
		names = append(names, f.Code+"  "+f.Title)
		if f.ID == s.fonds {
			at = i + 1
		}
	}
	s.which.Options = names
	s.which.SetSelectedIndex(at)
	s.lay()
}

func (s *Screen) fondsChosen(i int) {
	s.fonds = 0
	if i > 0 && i <= len(s.now.Fonds) {
		s.fonds = s.now.Fonds[i-1].ID
	}
	s.lay()
}

// lay lists the lines of the fonds chosen, or of all behind their sums.
func (s *Screen) lay() {
	numbers := map[archive.ID]string{0: words.T("ledger.sum")}
	for _, f := range s.now.Fonds {
		numbers[f.ID] = f.Code
	}
	s.shown = nil
	rows, ids := map[archive.ID]parts.Row{}, []archive.ID{}
	lines := s.now.Lines
	if s.fonds == 0 {
		lines = append(sums(lines), lines...)
	}
	for _, l := range lines {
		if s.fonds != 0 && l.Fonds != s.fonds {
			continue
		}
		s.shown = append(s.shown, l)
		id := archive.ID(len(s.shown))
		ids = append(ids, id)
		rows[id] = parts.Row{Cells: []string{numbers[l.Fonds], strconv.Itoa(l.Year), unitName(l.Unit), words.Number(l.Opened), count(l.In),
			count(l.Out), count(l.Destroyed), words.Number(l.Closed)}, Alert: l.Closed < 0}
	}
	s.rows.Set(rows)
	s.lines.SetIDs(ids)
	s.lines.Reload()
	if row, _ := s.lines.Current(); row < 0 && len(ids) > 0 {
		s.lines.GoTo(0)
	}
	s.lineChosen()
}

// unitName names what is counted: a kind of record, or the site's own word.
func unitName(unit string) string {
	if words.Has("kind." + unit) {
		return words.T("kind." + unit)
	}
	return unit
}

// count leaves the place of a zero empty.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return words.Number(n)
}

// lineChosen shows the movements behind a line.
func (s *Screen) lineChosen() {
	rows, ids := map[archive.ID]parts.Row{}, []archive.ID{}
	if _, id := s.lines.Current(); id > 0 && int(id) <= len(s.shown) {
		l := s.shown[id-1]
		for _, m := range s.now.Movements {
			if (m.Fonds == l.Fonds || l.Fonds == 0) && m.Unit == l.Unit && m.Year == l.Year {
				ids = append(ids, m.ID)
				rows[m.ID] = parts.Row{Cells: []string{words.T("moved." + string(m.Kind)), words.Number(m.Quantity), m.Date, s.behind(m, l.Fonds == 0)}}
			}
		}
	}
	s.moves.Set(rows)
	s.movements.SetIDs(ids)
	s.movements.Reload()
	if len(ids) > 0 {
		s.movements.GoTo(0)
	}
	s.able()
}

// behind is what a movement rests on, of a sum with the fonds.
func (s *Screen) behind(m archive.Movement, sum bool) string {
	text := strings.TrimSpace(m.Document + "  " + m.Note)
	if !sum {
		return text
	}
	for _, f := range s.now.Fonds {
		if f.ID == m.Fonds {
			return strings.TrimSpace(f.Code + "  " + text)
		}
	}
	return text
}

func (s *Screen) able() {
	_, movement := s.movements.Current()
	free := !s.busy && !s.deps.ReadOnly
	parts.Able(s.add, s.fonds != 0 && free)
	parts.Able(s.remove, movement != 0 && free)
}

// register adds a movement to the ledger of the fonds chosen.
func (s *Screen) register() {
	if s.fonds == 0 || s.busy || s.deps.ReadOnly {
		return
	}
	m := archive.Movement{Fonds: s.fonds, Kind: kinds()[max(s.kind.SelectedIndex(), 0)], Unit: string(units()[max(s.unit.SelectedIndex(), 0)]),
		Date: strings.TrimSpace(s.date.Text), Document: strings.TrimSpace(s.document.Text), Note: strings.TrimSpace(s.note.Text)}
	var badYear, badQuantity error
	m.Year, badYear = strconv.Atoi(strings.TrimSpace(s.year.Text))
	m.Quantity, badQuantity = strconv.Atoi(strings.TrimSpace(s.quantity.Text))
	switch {
	case badYear != nil || m.Year < 1000 || m.Year > 9999:
		s.yearF.SetError(words.T("ledger.year.wrong"))
		s.deps.Window.Canvas().Focus(s.year)
	case badQuantity != nil || m.Quantity < 0 || m.Quantity == 0 && m.Kind != archive.MovedOpening:
		s.quantityF.SetError(words.T("ledger.quantity.wrong"))
		s.deps.Window.Canvas().Focus(s.quantity)
	case m.Date != "" && (!archive.IsDate(m.Date) || !strings.HasPrefix(m.Date, strconv.Itoa(m.Year))):
		s.dateF.SetError(words.T("ledger.date.wrong", words.Args{"Year": strconv.Itoa(m.Year)}))
		s.deps.Window.Canvas().Focus(s.date)
	default:
		s.write(func(ctx context.Context) error { return s.deps.Archive.Add(ctx, m) }, func() {
			for _, e := range []*parts.Entry{s.quantity, s.date, s.document, s.note} {
				e.SetText("")
			}
			s.deps.Window.Canvas().Focus(s.quantity)
		})
	}
}

func (s *Screen) takeAway() {
	_, id := s.movements.Current()
	if id == 0 || s.busy {
		return
	}
	parts.Ask(s.deps.Window, words.T("ledger.remove"), words.T("ledger.remove.say"), words.T("ledger.remove.do"), func() {
		s.write(func(ctx context.Context) error { return s.deps.Archive.Remove(ctx, id) }, func() {})
	})
}

func (s *Screen) write(do func(context.Context) error, then func()) {
	s.busy = true
	s.able()
	task.Run(s.deps.Runner, words.T("ledger.saving"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, do(ctx)
	}, func(_ struct{}, err error) {
		s.busy = false
		s.tell(err)
		if err == nil {
			then()
			s.load()
		}
		s.able()
	}, task.Quiet())
}
