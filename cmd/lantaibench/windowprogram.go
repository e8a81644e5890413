package main

import (
	"bufio"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"image/color"
	"os"
	"runtime/pprof"
	"strings"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	toolkit "fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lantai/app"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
)

// What a window of the measurement is asked for on its standard input, a line each, and
// answers with a windowAnswer.
const (
	askBegin    = "begin"  // post a no-op every probeEvery from now on
	askEnd      = "end"    // tell how long they took
	askList     = "list"   // show the longest list, and tell where it stands
	askEntry    = "entry"  // show the form
	askFocus    = "focus"  // tell what of the form has the keyboard
	askJump     = "jump"   // give the line above the list the keyboard
	focusNarrow = "narrow" // the line above the tree
	focusGroup  = "group"  // the box for photos as a group
	probeEvery  = 10 * time.Millisecond
	frame       = time.Second / 60
)

// windowAnswer is what a window tells.
type windowAnswer struct {
	P50, P99, Most time.Duration // from posting a no-op to the UI goroutine until it ran
	N              int
	RssAnon        int64 // most so far
	Rows           int
	X, Y, W, H     int // where the list stands in the window
	Focus          string
	Failed         string
}

// windowProgram is the real window, or one of its rivals, in a process of its own: the
// archive of -home, an empty window, or a table of fixed rows that fills its window.
func windowProgram(args []string) error {
	f := flag.NewFlagSet("windowprogram", flag.ContinueOnError)
	home := f.String("home", "", "archive to open; empty: a rival")
	rows := f.Int("rows", 0, "rows of the table of fixed rows; 0: an empty window")
	width := f.Int("width", 1366, "of the window")
	height := f.Int("height", 768, "of the window")
	profile := f.String("cpuprofile", "", "file to write a profile to")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *profile != "" {
		out, err := os.Create(*profile)
		if err != nil {
			return err
		}
		defer out.Close()
		if err := pprof.StartCPUProfile(out); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	size := fyne.NewSize(float32(*width), float32(*height))
	w := &windowUnder{memory: watchMemory()}
	if *home == "" {
		return w.rival(*rows, size)
	}
	return app.Run(context.Background(), app.Options{Home: *home, Language: "zh_Hans", Size: size}, func(p *app.Program) []app.Place {
		w.program = p
		go w.serve(w.listFilled)
		return app.Places(p)
	})
}

// windowUnder is the window under measurement, as seen from beside its UI goroutine.
type windowUnder struct {
	program *app.Program // nil: a rival
	window  fyne.Window
	list    fyne.CanvasObject
	entry   *widget.Entry
	memory  func() int64
	stop    chan struct{}
	probed  chan durations
}

// rival shows a window with nothing in it, or with the toolkit's own table.
func (w *windowUnder) rival(rows int, size fyne.Size) error {
	a := toolkit.NewWithID("archive.lantai.bench")
	w.window = a.NewWindow("rival")
	if rows == 0 {
		w.window.SetContent(canvas.NewRectangle(color.White))
	} else {
		w.window.SetContent(w.fixedTable(rows))
	}
	w.window.Resize(size)
	a.Lifecycle().SetOnStarted(func() { go w.serve(func() bool { return true }) })
	w.window.ShowAndRun()
	return nil
}

// fixedTable has the columns of the list, the same words in every row, and a line to type.
func (w *windowUnder) fixedTable(rows int) fyne.CanvasObject {
	cells := []string{"0001-WS·1985-Y-BGS-0001", "关于做好防汛工作的通知", "19850612", "4", "青禾区人民政府办公室", "青政发〔1985〕12号", "永久", "4"}
	t := widget.NewTable(func() (int, int) { return rows, len(cells) },
		func() fyne.CanvasObject { return widget.NewLabel("") },
		func(at widget.TableCellID, o fyne.CanvasObject) { o.(*widget.Label).SetText(cells[at.Col]) })
	for i, width := range []float32{218, 236, 86, 44, 220, 180, 76, 44} {
		t.SetColumnWidth(i, width)
	}
	w.list, w.entry = t, widget.NewEntry()
	c := w.window.Canvas()
	top := 0
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		switch e.Name {
		case fyne.KeyPageDown:
			top = min(top+18, rows-1)
		case fyne.KeyPageUp:
			top = max(top-18, 0)
		case fyne.KeyEnd:
			top = rows - 1
		case fyne.KeyHome:
			top = 0
		}
		t.ScrollTo(widget.TableCellID{Row: top})
	})
	return container.NewBorder(w.entry, nil, nil, nil, t)
}

// serve says when the window is usable, and answers what it is asked.
func (w *windowUnder) serve(usable func() bool) {
	for !usable() {
		time.Sleep(3 * time.Millisecond)
	}
	// The toolkit draws once a frame, after which it answers again.
	time.Sleep(frame)
	fyne.DoAndWait(func() {})
	answer := func(a windowAnswer) {
		b, err := json.Marshal(a)
		if err != nil {
			panic(err)
		}
		fmt.Println(string(b))
	}
	answer(windowAnswer{RssAnon: anonymous()})
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		switch in.Text() {
		case askBegin:
			w.begin()
			answer(windowAnswer{})
		case askEnd:
			answer(w.end())
		case askList:
			answer(w.showList())
		case askEntry:
			answer(w.showEntry())
		case askFocus:
			answer(w.focus())
		case askJump:
			answer(w.focusJump())
		}
	}
	fyne.Do(func() {
		if w.program != nil {
			w.program.Shell.Close()
			return
		}
		w.window.Close()
	})
}

// begin posts no-ops. Each is posted in its time, whether or not the one before came back.
func (w *windowUnder) begin() {
	w.stop, w.probed = make(chan struct{}), make(chan durations)
	go func() {
		var took durations
		tick := time.NewTicker(probeEvery)
		defer tick.Stop()
		var under atomic.Int64
		for {
			select {
			case <-w.stop:
				for under.Load() > 0 {
					time.Sleep(time.Millisecond)
				}
				fyne.DoAndWait(func() { w.probed <- took })
				return
			case <-tick.C:
				posted := time.Now()
				under.Add(1)
				fyne.Do(func() {
					took = append(took, time.Since(posted))
					under.Add(-1)
				})
			}
		}
	}()
}

func (w *windowUnder) end() windowAnswer {
	close(w.stop)
	took := <-w.probed
	return windowAnswer{P50: took.at(50), P99: took.at(99), Most: took.at(100), N: len(took), RssAnon: anonymous()}
}

// listFilled goes to the catalogue as soon as the archive is open, and tells whether its
// list shows its first row.
func (w *windowUnder) listFilled() bool {
	return w.list != nil && w.filled(1) || w.openList(parts.Route{Screen: app.ScreenHoldings})
}

// openList goes there once; it never tells that the list is filled.
func (w *windowUnder) openList(to parts.Route) bool {
	fyne.DoAndWait(func() {
		if w.program.Station == nil {
			return
		}
		w.window = w.program.Shell.Window()
		if w.list == nil {
			w.program.Shell.Open(to)
		}
		visit(w.window.Content(), func(o fyne.CanvasObject) {
			// The tree is a table of the same kind, further to the left.
			if t, ok := o.(*parts.Table); ok && len(t.IDs()) >= 0 {
				if w.list == nil || left(o) > left(w.list) {
					w.list = t
				}
			}
		})
	})
	return false
}

func left(o fyne.CanvasObject) float32 {
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(o).X
}

// filled tells whether the list has rows, and their words are on the screen.
func (w *windowUnder) filled(rows int) bool {
	var first archive.ID
	fyne.DoAndWait(func() {
		if ids := w.list.(*parts.Table).IDs(); len(ids) >= rows {
			first = ids[0]
		}
	})
	if first == 0 {
		return false
	}
	h, err := w.program.Station.Catalogue.Holding(context.Background(), access.All(), first)
	if err != nil {
		return false
	}
	begins, shown := string([]rune(h.Code)[:4]), 0
	fyne.DoAndWait(func() {
		visit(w.list, func(o fyne.CanvasObject) {
			if text, ok := o.(*canvas.Text); ok && strings.HasPrefix(text.Text, begins) {
				shown++
			}
		})
	})
	return shown > 0
}

// visit calls fn for what is seen of an object, from the outside in.
func visit(o fyne.CanvasObject, fn func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	fn(o)
	var inside []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		inside = o.Objects
	case fyne.Widget:
		inside = test.WidgetRenderer(o).Objects()
	}
	for _, one := range inside {
		visit(one, fn)
	}
}

// showList shows the longest list there is.
func (w *windowUnder) showList() (a windowAnswer) {
	if w.program != nil {
		node, below, err := w.longest()
		if err != nil {
			return windowAnswer{Failed: err.Error()}
		}
		rows := below / 2 // what lies in volumes is not listed; the beginning of a list is shorter
		fyne.DoAndWait(func() {
			w.program.Shell.Open(parts.Route{Screen: app.ScreenHoldings, Value: parts.HoldingValue{Holding: node}})
		})
		for deadline := time.Now().Add(time.Minute); !w.filled(rows); {
			if time.Now().After(deadline) {
				return windowAnswer{Failed: fmt.Sprintf("the list of %d rows did not come: it has %d", rows, len(w.list.(*parts.Table).IDs()))}
			}
			time.Sleep(10 * time.Millisecond)
		}
		fyne.DoAndWait(func() { a.Rows = len(w.list.(*parts.Table).IDs()) })
	}
	fyne.DoAndWait(func() {
		if t, ok := w.list.(*parts.Table); ok {
			w.window.Canvas().Focus(t.Focusable())
		} else {
			w.window.Canvas().Unfocus()
		}
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(w.list)
		scale, size := w.window.Canvas().Scale(), w.list.Size()
		a.X, a.Y = int(at.X*scale), int(at.Y*scale)
		a.W, a.H = int(size.Width*scale), int(size.Height*scale)
	})
	return a
}

// longest finds the fonds or series with most records directly below it.
func (w *windowUnder) longest() (node archive.ID, rows int, err error) {
	cat, ctx := w.program.Station.Catalogue, context.Background()
	series, err := cat.SeriesOf(ctx, access.All(), 0)
	if err != nil {
		return 0, 0, err
	}
	var ids []archive.ID
	for _, s := range series {
		if s.Method == archive.ByItem {
			ids = append(ids, s.ID)
		}
	}
	counts, err := cat.ChildCounts(ctx, access.All(), ids)
	for id, c := range counts {
		if n := c.Holdings[archive.KindItem]; n > rows {
			node, rows = id, n
		}
	}
	return node, rows, err
}

// focus tells where the keyboard is, as far as the clerk has to know.
func (w *windowUnder) focus() (a windowAnswer) {
	fyne.DoAndWait(func() {
		if e, ok := w.window.Canvas().Focused().(*parts.Entry); ok && e.PlaceHolder == words.T("entry.narrow") {
			a.Focus = focusNarrow
		}
		if c, ok := w.window.Canvas().Focused().(*parts.Check); ok && c.Text == words.T("entry.group") {
			a.Focus = focusGroup
		}
	})
	return a
}

// focusJump gives the keyboard to the line above the list.
func (w *windowUnder) focusJump() (a windowAnswer) {
	fyne.DoAndWait(func() {
		line := fyne.Focusable(w.entry)
		if w.program != nil {
			w.program.Shell.Open(parts.Route{Screen: app.ScreenHoldings})
			visit(w.window.Content(), func(o fyne.CanvasObject) {
				if e, ok := o.(*parts.Entry); ok && e.PlaceHolder == words.T("holdings.jump") {
					line = e
				}
			})
		}
		w.window.Canvas().Focus(line)
	})
	return a
}

// showEntry shows the form for the next record, or gives a rival's line the keyboard.
func (w *windowUnder) showEntry() (a windowAnswer) {
	if w.program == nil {
		fyne.DoAndWait(func() { w.window.Canvas().Focus(w.entry) })
		return a
	}
	node, _, err := w.longest()
	if err != nil {
		return windowAnswer{Failed: err.Error()}
	}
	fyne.DoAndWait(func() {
		w.program.Shell.Open(parts.Route{Screen: app.ScreenEntry, Value: parts.EntryValue{Node: node}})
	})
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		typing := false
		fyne.DoAndWait(func() { _, typing = w.window.Canvas().Focused().(*parts.Entry) })
		if typing {
			return a
		}
	}
	return windowAnswer{Failed: "the form did not come"}
}
