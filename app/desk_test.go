package app_test

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	base "fyne.io/fyne/v2/theme"

	"lantai/app"
	"lantai/app/parts"
	"lantai/app/task/tasktest"
	"lantai/app/theme"
	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/ingest"
	"lantai/archive/sample"
	"lantai/archive/station"
	"lantai/archive/store"
)

// desk is the window over an archive of its own with three scans: two pages of one
// item, and one that is not linked. There is no recognition program, so that a test
// says itself what stands on the pages.
type desk struct {
	*tasktest.Loop
	t       *testing.T
	station *station.Station
	shell   *app.Shell
	program *app.Program
	folder  string // of disk
	drafts  string // where the person's small files lie; "": nowhere
}

// what stands on the three scans.
var texts = map[string]string{
	"0001-WS·1985-Y-BGS-0001-0001.jpg": "关于做好一九八五年防汛工作的通知\n今年汛期即将到来。",
	"0001-WS·1985-Y-BGS-0001-0002.jpg": "四、严格值班，各级防汛指挥部昼夜值班。",
	"介绍信.jpg":                          "兹介绍红旗机械厂同志前往你处联系。",
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	from, err := received()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "home")
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return deskAt(t, dir)
}

// deskAt is the desk over an archive that lies somewhere.
func deskAt(t *testing.T, dir string) *desk {
	t.Helper()
	d := &desk{Loop: tasktest.New(t), t: t}
	h, err := home.Open(dir)
	d.must(err)
	d.must(h.AcceptMoved())
	d.station, err = station.OpenHome(context.Background(), h, station.Options{})
	d.must(err)
	t.Cleanup(func() { d.must(d.station.Close()) })
	d.must(noProgram(context.Background(), d.station))
	return d
}

// received makes the archive that every desk gets a copy of, once: making its images
// takes longer than what is tested.
var received = sync.OnceValues(func() (dir string, err error) {
	ctx := context.Background()
	dir = filepath.Join(scratch, "home")
	delivery, err := sample.Small(ctx, dir)
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(filepath.Dir(delivery))
	err = filepath.WalkDir(delivery, func(path string, e fs.DirEntry, err error) error {
		if _, wanted := texts[e.Name()]; err == nil && !e.IsDir() && !wanted {
			return os.Remove(path)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	s, err := station.Open(ctx, dir, station.Options{})
	if err != nil {
		return "", err
	}
	err = receive(ctx, s, delivery)
	return dir, errors.Join(err, s.Close())
})

// receive takes the scans in, with a recognition program that is not there.
func receive(ctx context.Context, s *station.Station, delivery string) error {
	_, err := s.Catalogue.Do(ctx, archive.LocalActor(), archive.OpSettingEdit, func(tx *store.Tx) error {
		return tx.Set(station.SettingProgram, filepath.Join(s.Home.Dir(), "no such program"))
	})
	if err == nil {
		err = s.Reload(ctx)
	}
	if err == nil {
		_, err = s.Pipeline.Receive(ctx, archive.LocalActor(), ingest.Delivery{Dir: delivery}, func(archive.Progress) {})
	}
	if err != nil {
		return err
	}
	return noProgram(ctx, s)
}

// noProgram has the pipeline do what it can and find that recognition is not there.
func noProgram(ctx context.Context, s *station.Station) error {
	if err := s.Pipeline.Drain(ctx); archive.KindOf(err) != archive.Unavailable {
		return fmt.Errorf("work without a recognition program: %v", err)
	}
	return nil
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) do(kind archive.OpKind, fn func(*store.Tx) error) {
	d.t.Helper()
	_, err := d.station.Catalogue.Do(context.Background(), archive.LocalActor(), kind, fn)
	d.must(err)
}

// recognise gives the pages their texts, with a box for each "防汛".
func (d *desk) recognise() *desk {
	d.t.Helper()
	ctx := context.Background()
	pages, err := d.station.Catalogue.ClaimPages(ctx, archive.StageEnhanced, 100, time.Minute)
	d.must(err)
	for _, p := range pages {
		files, err := d.station.Catalogue.Files(ctx, allSeeing, []archive.ID{p.File})
		d.must(err)
		text := archive.PageText{Page: p.ID, Plain: texts[filepath.Base(files[0].Source)], Origin: archive.OriginRecognised,
			Engine: "test 1; model", Confidence: 90, MadeFrom: p.MadeFrom}
		if at := strings.Index(text.Plain, "防汛"); at >= 0 {
			text.Words = []archive.Word{{Start: len([]rune(text.Plain[:at])), Len: 2, Box: archive.Box{X: 400, Y: 500, W: 120, H: 60}, Confidence: 90}}
		}
		d.must(d.station.Catalogue.SaveText(ctx, text))
		d.do("page.recognise", func(tx *store.Tx) error {
			return tx.SetStage(p.ID, archive.StageEnhanced, archive.StageRecognised)
		})
	}
	d.must(d.station.Pipeline.CatchUp(ctx))
	return d
}

// open shows the window.
func (d *desk) open() *desk { return d.openWith(parts.Forgetful{}) }

// openWith shows the window of a person who did things before.
func (d *desk) openWith(m parts.Memory) *desk {
	p := &app.Program{App: fyne.CurrentApp(), Runner: d.Runner, Memory: m, Folder: d.drafts, Station: d.station}
	d.shell = app.NewShell(p.App, d.Runner, "", fyne.NewSize(1366, 768))
	p.Shell = d.shell
	d.shell.SetArchive("", d.station.Home.Class())
	d.program = p
	people, err := d.station.HasPeople(context.Background())
	d.must(err)
	p.People = people
	p.Show()
	d.Idle(d.t)
	return d
}

func (d *desk) goTo(screen string, value any) {
	d.shell.Open(parts.Route{Screen: screen, Value: value})
	d.Idle(d.t)
}

func (d *desk) canvas() fyne.Canvas { return d.shell.Window().Canvas() }

// typing types into what has the keyboard.
func (d *desk) typing(text string) {
	d.t.Helper()
	f := d.canvas().Focused()
	if f == nil {
		d.t.Fatal("nothing has the keyboard")
	}
	for _, r := range text {
		f.TypedRune(r)
	}
	d.Idle(d.t)
}

// press gives keys to what has the keyboard, or to the window.
func (d *desk) press(keys ...fyne.KeyName) {
	for _, k := range keys {
		e := &fyne.KeyEvent{Name: k}
		if f := d.canvas().Focused(); f != nil {
			f.TypedKey(e)
		} else {
			d.canvas().OnTypedKey()(e)
		}
		d.Idle(d.t)
	}
}

// seen is all text that stands in the window, or in what lies over it.
func (d *desk) seen() string {
	var b strings.Builder
	d.walk(func(o fyne.CanvasObject) {
		if text, ok := o.(*canvas.Text); ok && text.Text != "" {
			b.WriteString(text.Text + "\n")
		}
	})
	return b.String()
}

func (d *desk) walk(f func(fyne.CanvasObject)) {
	visit(d.canvas().Content(), f)
	if top := d.canvas().Overlays().Top(); top != nil {
		visit(top, f)
	}
}

func visit(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	f(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, c := range o.Objects {
			visit(c, f)
		}
	case fyne.Widget:
		for _, c := range slices.Clone(test.WidgetRenderer(o).Objects()) {
			visit(c, f)
		}
	}
}

// sees wants each of some texts in the window.
func (d *desk) sees(wants ...string) {
	d.t.Helper()
	seen := d.seen()
	for _, w := range wants {
		if !strings.Contains(seen, w) {
			d.t.Errorf("the window does not say %q; it says:\n%s", w, seen)
		}
	}
}

// lacks wants none of some texts in the window.
func (d *desk) lacks(unwanted ...string) {
	d.t.Helper()
	seen := d.seen()
	for _, w := range unwanted {
		if strings.Contains(seen, w) {
			d.t.Errorf("the window says %q:\n%s", w, seen)
		}
	}
}

// tap presses the button with a label.
func (d *desk) tap(label string) {
	d.t.Helper()
	var found *parts.Button
	d.walk(func(o fyne.CanvasObject) {
		if b, ok := o.(*parts.Button); ok && b.Text == label {
			found = b
		}
	})
	if found == nil || found.Disabled() {
		d.t.Fatalf("there is no button %q to press; the window says:\n%s", label, d.seen())
	}
	test.Tap(found)
	d.Idle(d.t)
}

// boxes counts the marks with an edge: the boxes over a page.
func (d *desk) boxes() int {
	n := 0
	edge := base.Color(theme.ColorMarkEdge)
	d.walk(func(o fyne.CanvasObject) {
		if r, ok := o.(*canvas.Rectangle); ok && r.StrokeWidth > 0 && same(r.StrokeColor, edge) {
			n++
		}
	})
	return n
}

func same(a, b color.Color) bool {
	r1, g1, b1, a1 := a.RGBA()
	r2, g2, b2, a2 := b.RGBA()
	return r1 == r2 && g1 == g2 && b1 == b2 && a1 == a2
}
