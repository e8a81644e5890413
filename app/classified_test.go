package app_test

import (
	"context"
	"image"
	"image/draw"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/firstrun"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/ingest"
	"lantai/archive/station"
)

const secretCode = "0001-WS·1985-Y-BGS-0001"

// classifiedDesk is the window over a classified archive with a secret item whose term has
// passed, its page, and one whose term goes on.
func classifiedDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	d.must(d.station.Close())
	ctx, dir := context.Background(), filepath.Join(t.TempDir(), "classified")
	_, err := home.Init(dir, "青禾区档案馆涉密库", home.Options{Class: archive.HighlySecret})
	d.must(err)
	d.station, err = station.Open(ctx, dir, station.Options{})
	d.must(err)
	_, _, err = d.station.AddFonds(ctx, archive.LocalActor(), "0001", station.Values{"title": "青禾区人民政府"})
	d.must(err)
	_, err = d.station.AddSeries(ctx, archive.LocalActor(), station.NewSeries{Code: "0001-WS", Title: "文书档案", Scheme: "item22"})
	d.must(err)
	for _, n := range []station.NewRecord{
		{Code: secretCode, Values: station.Values{"title": "关于战备物资储备情况的报告", "date": "19850418", "secrecy": "机密", "secrecy_term": "20年"}},
		{Code: "0001-WS·1985-Y-BGS-0002", Values: station.Values{"title": "关于人防工程位置的通知（机密★长期）", "date": "19850501", "secrecy": "机密", "secrecy_term": "长期"}},
	} {
		_, _, err = d.station.AddRecord(ctx, archive.LocalActor(), n)
		d.must(err)
	}
	scans := filepath.Join(t.TempDir(), "扫描")
	d.must(os.MkdirAll(scans, 0o755))
	f, err := os.Create(filepath.Join(scans, secretCode+"-0001.jpg"))
	d.must(err)
	page := image.NewGray(image.Rect(0, 0, 400, 560))
	draw.Draw(page, page.Bounds(), image.White, image.Point{}, draw.Src)
	d.must(jpeg.Encode(f, page, nil))
	d.must(f.Close())
	_, err = d.station.Pipeline.Receive(ctx, archive.LocalActor(), ingest.Delivery{Dir: scans}, nil)
	d.must(err)
	return d.open()
}

func classifiedScenes() []scene {
	first := func(d *desk) archive.ID { return d.pagesOf(secretCode)[0] }
	return []scene{
		{"start", func(d *desk) { d.goTo(app.ScreenStart, nil) }},
		{"holdings", func(d *desk) { d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding("0001-WS").ID}) }},
		{"record", func(d *desk) { d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(secretCode).ID}) }},
		{"entry", func(d *desk) { d.enterIn("0001-WS") }},
		{"choose folder", func(d *desk) {
			d.goTo(app.ScreenIntake, nil)
			d.tapWord("folder.browse")
		}},
		{"viewer", func(d *desk) { d.goTo(app.ScreenViewer, parts.PageValue{Page: first(d)}) }},
		{"keys", func(d *desk) { d.press(fyne.KeyF1) }},
		{"error", func(d *desk) {
			parts.ShowError(d.shell.Window(), archive.ForbidSecret("save record", secretCode, archive.TopSecret, archive.HighlySecret))
		}},
	}
}

// pagesOf lists the ids of the pages of a record.
func (d *desk) pagesOf(code string) (ids []archive.ID) {
	d.t.Helper()
	pages, err := d.station.Catalogue.PagesOf(context.Background(), allSeeing, d.holding(code).ID)
	d.must(err)
	for _, p := range pages {
		ids = append(ids, p.ID)
	}
	return ids
}

// bands tells what the bands say that can be seen: of the window, and of a dialog over it.
func (d *desk) bands() (texts []string) {
	see := func(o fyne.CanvasObject) {
		if b, ok := o.(*parts.Band); ok {
			texts = append(texts, strings.TrimSpace(seenIn(b)))
		}
	}
	visit(d.canvas().Content(), see)
	if top := d.canvas().Overlays().Top(); top != nil {
		visit(top, see)
	}
	return texts
}

// Every screen and dialog of a classified archive bears the band, and the window's title
// says it; an ordinary archive has none.
func TestClassifiedBand(t *testing.T) {
	d := classifiedDesk(t)
	band := words.T("class.band", words.Args{"Class": words.Class(archive.HighlySecret)})
	for _, s := range classifiedScenes() {
		s.show(d)
		want := 1
		if d.canvas().Overlays().Top() != nil {
			want = 2
		}
		if got := d.bands(); len(got) != want || got[0] != band {
			t.Errorf("%s: %q", s.name, got)
		}
		if title := d.shell.Window().Title(); !strings.HasPrefix(title, "[CLASSIFIED: ") {
			t.Errorf("%s: title %q", s.name, title)
		}
		if d.canvas().Overlays().Top() != nil {
			d.press(fyne.KeyEscape)
		}
	}
	d.goTo(app.ScreenStart, nil)
	d.sees("A record waits for declassification review")

	open := newDesk(t).open()
	if got := open.bands(); len(got) > 0 || strings.Contains(open.shell.Window().Title(), "CLASSIFIED") {
		t.Errorf("ordinary: %q", got)
	}
}

// The form of an ordinary archive refuses a secret at the field, and takes a placeholder.
func TestFormsRefuseSecrets(t *testing.T) {
	d := newDesk(t).open()
	d.enterIn("0001-WS")
	d.tapMore()
	d.field(words.T("describe.title"))
	d.typing("关于战备工作的报告")
	d.field(words.T("describe.secrecy"))
	d.typing("机密")
	d.press(fyne.KeyReturn)
	d.sees("This archive holds no state secrets")
	before := d.count("0001-WS·")
	d.press(fyne.KeyF9)
	if n := d.count("0001-WS·"); n != before {
		t.Fatalf("%d records, were %d", n, before)
	}
	d.field(words.T("describe.title"))
	d.typing(archive.PlaceholderTitle)
	d.field(words.T("describe.secrecy"))
	d.typing("机密")
	d.press(fyne.KeyReturn)
	d.lacks("This archive holds no state secrets")
	d.press(fyne.KeyF9)
	if n := d.count("0001-WS·"); n != before+1 {
		t.Errorf("%d records, were %d: a placeholder is not kept; %s", n, before, d.seen())
	}
}

// The first screen makes a classified archive only after a plain question.
func TestMakingClassified(t *testing.T) {
	d := newDesk(t).without(recent{})
	dir := filepath.Join(t.TempDir(), "secret")
	d.goTo(app.ScreenFirstRun, firstrun.Opening{})
	d.goTo(app.ScreenFirstRun, firstrun.Failed{Dir: dir, Err: archive.Errorf(archive.NotFound, "open archive", dir, "none")})
	d.choose(words.T("firstrun.kind"), 2)
	d.sees("It can never be changed")
	d.field(words.T("firstrun.name"))
	d.typing("涉密库")
	d.tapWord("firstrun.create.do")
	d.sees(words.T("firstrun.class.do"))
	d.press(fyne.KeyEscape)
	if _, err := os.Stat(dir); err == nil {
		t.Error("an archive was made without the answer")
	}
}

// So do the grid and the form of a record that is held.
func TestGridAndRecordRefuseSecrets(t *testing.T) {
	d := newDesk(t).open()
	d.sheetIn("0001-WS")
	before := d.count("0001-WS·")
	d.cells("战备物资储备情况（机密★10年）", "区人民武装部", "", "19860912", "3", "开放")
	d.sees("1 with faults")
	d.press(fyne.KeyF9)
	if n := d.count("0001-WS·"); n != before {
		t.Fatalf("%d records, were %d", n, before)
	}

	d = newDesk(t).open()
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID})
	d.tapMore()
	d.field(words.T("describe.secrecy"))
	d.typing("绝密")
	d.press(fyne.KeyReturn)
	d.sees("This archive holds no")
	d.press(fyne.KeyF9)
	if h := d.holding(code0001); h.Secrecy != "" {
		t.Errorf("saved as %q", h.Secrecy)
	}
}
