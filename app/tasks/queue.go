package tasks

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Queue is the backlog of recognition. All but Parse and CheckHours is called off the
// UI goroutine.
type Queue interface {
	Read(ctx context.Context) (Backlog, error)
	// Change puts other rules in place of those that were read. It is a Conflict when
	// somebody changed them meanwhile. Cut off, the work goes on by itself.
	Change(ctx context.Context, from, to []Rule, progress func(archive.Progress)) error
	// Parse reads a rule as people write it.
	Parse(fonds, years, retention string) (Rule, error)
	// UnknownFonds tells which 全宗号 there are none of.
	UnknownFonds(ctx context.Context, codes []string) ([]string, error)
	// CheckHours tells whether hours are of the form "19:00-07:00", or "always".
	CheckHours(hours string) error
	SetHours(ctx context.Context, hours string) error
}

// Rule says which pages go before others; what it leaves empty it does not ask for.
type Rule struct {
	Fonds     []string // 全宗号
	Years     string   // "1950–1965"
	From, To  int      // 年度, both inclusive; zero: no end
	Retention []string // 保管期限
}

// Backlog is what waits for recognition.
type Backlog struct {
	Rules     []Rule
	Counts    []int     // pages that wait under each rule, and last under none
	Waiting   int       // pages that can be worked on
	Away      int       // pages whose storage root is not connected
	PerSecond float64   // pages; 0: never measured
	Hours     string    // "19:00-07:00" or "always"
	Rests     time.Time // outside the hours: when they begin; zero: work goes on
	Ends      time.Time // zero: not known, or nothing waits
}

// readEvery is how often the backlog is read again while it is in view and work goes on.
const readEvery = 5 * time.Second

// queueView shows the order and the hours of recognition.
type queueView struct {
	deps    Deps
	loads   task.Latest
	now     atomic.Pointer[Backlog] // read off the UI goroutine too; row n has the id n+1
	read    time.Time
	silence func()
	filled  bool

	state  *parts.Prose
	table  *parts.Table
	up     *parts.Button
	down   *parts.Button
	remove *parts.Button
	form   *ruleForm
	hours  *hoursForm
	fault  *fyne.Container
	root   fyne.CanvasObject
}

func newQueueView(d Deps) *queueView {
	v := &queueView{deps: d, state: parts.Paragraph(""), fault: container.NewStack()}
	v.now.Store(&Backlog{})
	v.table = parts.NewTable(parts.TableOptions{
		Key: "tasks.queue", Runner: d.Runner, Memory: d.Memory, Single: true, Plain: true,
		Columns: []parts.Column{
			{Key: "n", Title: words.T("queue.place"), Width: 60, Number: true},
			{Key: "fonds", Title: words.T("queue.fonds"), Width: 260, Stretch: true},
			{Key: "years", Title: words.T("queue.years"), Width: 140},
			{Key: "retention", Title: words.T("queue.retention"), Width: 200},
			{Key: "waiting", Title: words.T("queue.waiting"), Width: 130, Number: true},
		},
		Fetch:    v.fetch,
		OnSelect: v.selected,
	})
	v.up = parts.NewButton(words.T("queue.up"), base.MoveUpIcon(), func() { v.move(-1) })
	v.down = parts.NewButton(words.T("queue.down"), base.MoveDownIcon(), func() { v.move(1) })
	v.remove = parts.NewButton(words.T("queue.remove"), base.DeleteIcon(), v.drop)
	v.form = newRuleForm(d, v.add)
	v.hours = newHoursForm(d, v.load)
	v.root = parts.Border(
		container.NewVBox(v.fault, v.state, v.hours.root, parts.Heading(words.T("queue.order")),
			parts.Paragraph(words.T("queue.order.say"))),
		v.form.root, nil, nil,
		parts.Border(nil, container.NewHBox(v.up, v.down, v.remove), nil, nil, v.table))
	v.selected()
	return v
}

func (v *queueView) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	now := v.now.Load()
	rows := make([]parts.Row, len(ids))
	for i, id := range ids {
		n := int(id) - 1
		switch {
		case n < len(now.Rules):
			r := now.Rules[n]
			rows[i] = parts.Row{Cells: []string{words.Number(n + 1), orAny(strings.Join(r.Fonds, "、")), orAny(r.Years),
				orAny(strings.Join(r.Retention, "、")), words.Number(now.Counts[n])}}
		case n == len(now.Rules):
			rows[i] = parts.Row{Cells: []string{"", words.T("queue.others"), "", "", words.Number(now.Counts[n])}, Dim: true}
		}
	}
	return rows, nil
}

// orAny says that a rule does not ask for something.
func orAny(s string) string {
	if s == "" {
		return words.T("queue.any")
	}
	return s
}

func (v *queueView) shown() {
	if v.silence == nil {
		v.silence = v.deps.Runner.Listen(v.moved)
	}
	v.load()
	v.deps.Window.Canvas().Focus(v.table.Focusable())
}

func (v *queueView) hidden() {
	if v.silence != nil {
		v.silence()
		v.silence = nil
	}
	v.loads.Cancel()
	v.form.loads.Cancel()
}

// moved is told whenever a task moves: while work goes on the numbers follow it.
func (v *queueView) moved() {
	if !v.loads.Busy() && time.Since(v.read) >= readEvery {
		v.load()
	}
}

func (v *queueView) load() {
	v.read = time.Now()
	task.Load(v.deps.Runner, &v.loads, v.deps.Queue.Read, func(b Backlog, err error) {
		v.read = time.Now()
		switch {
		case archive.KindOf(err) == archive.Stopped:
		case err != nil:
			v.fail(parts.NewErrorPanel(err, v.load))
		default:
			v.fail(nil)
			v.show(b)
		}
	})
}

func (v *queueView) fail(o fyne.CanvasObject) {
	had := len(v.fault.Objects) > 0
	v.fault.Objects = nil
	if o != nil {
		v.fault.Objects = []fyne.CanvasObject{o}
	}
	if had || o != nil {
		v.root.Refresh()
	}
}

func (v *queueView) show(b Backlog) {
	v.now.Store(&b)
	v.state.SetText(tellBacklog(b))
	v.hours.show(b.Hours)
	ids := make([]archive.ID, len(b.Counts))
	for i := range ids {
		ids[i] = archive.ID(i + 1)
	}
	v.table.SetIDs(ids)
	if !v.filled {
		v.filled = true
		v.table.GoTo(0)
	}
	v.selected()
}

// tellBacklog says how much waits, how fast it goes, and when it is done.
func tellBacklog(b Backlog) string {
	if b.Waiting+b.Away == 0 {
		return words.T("queue.nothing")
	}
	say := []string{words.N("queue.pages", b.Waiting)}
	if b.Away > 0 {
		say = append(say, words.N("queue.away", b.Away))
	}
	switch rate := words.Rate(b.PerSecond); {
	case b.Waiting == 0: // whatever was measured says nothing now
	case b.PerSecond <= 0 || rate == words.Rate(0):
		say = append(say, words.T("queue.speed.unknown"))
	default:
		say = append(say, words.T("queue.speed", words.Args{"N": rate}))
	}
	if !b.Ends.IsZero() {
		say = append(say, words.T("queue.ends", words.Args{"Time": words.Clock(b.Ends.UnixMilli())}))
	}
	if !b.Rests.IsZero() {
		say = append(say, words.T("queue.rests", words.Args{"Time": words.Clock(b.Rests.UnixMilli())}))
	}
	return words.Sentences(say...)
}

// current is the rule with the keyboard, from 0; -1: none.
func (v *queueView) current() int {
	row, _ := v.table.Current()
	if row >= len(v.now.Load().Rules) {
		return -1
	}
	return row
}

func (v *queueView) selected() {
	n := v.current()
	parts.Able(v.up, n > 0)
	parts.Able(v.down, n >= 0 && n < len(v.now.Load().Rules)-1)
	parts.Able(v.remove, n >= 0)
}

func (v *queueView) add(r Rule) {
	rules := v.now.Load().Rules
	v.change(append(slices.Clone(rules), r), len(rules))
}

func (v *queueView) move(by int) {
	n := v.current()
	rules := slices.Clone(v.now.Load().Rules)
	if n < 0 || n+by < 0 || n+by >= len(rules) {
		return
	}
	rules[n], rules[n+by] = rules[n+by], rules[n]
	v.change(rules, n+by)
}

func (v *queueView) drop() {
	if n := v.current(); n >= 0 {
		v.change(slices.Delete(slices.Clone(v.now.Load().Rules), n, n+1), n)
	}
}

// change sets other rules, and brings what waits into line as a task.
func (v *queueView) change(to []Rule, row int) {
	from := v.now.Load().Rules
	for _, b := range []*parts.Button{v.up, v.down, v.remove, v.form.do} {
		b.Disable()
	}
	task.Run(v.deps.Runner, words.T("queue.changing"), func(ctx context.Context, report func(archive.Progress)) (Backlog, error) {
		if err := v.deps.Queue.Change(ctx, from, to, report); err != nil {
			return Backlog{}, err
		}
		return v.deps.Queue.Read(ctx)
	}, func(b Backlog, err error) {
		v.form.do.Enable()
		if err != nil {
			parts.ShowError(v.deps.Window, err)
			v.load()
			return
		}
		v.show(b)
		v.table.GoTo(row)
	})
}
