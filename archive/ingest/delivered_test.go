package ingest_test

import (
	"context"
	"image"
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/enhance"
	"lantai/archive/ingest"
	"lantai/archive/ocr"
	"lantai/search"
)

// counted counts the pages that an engine is asked for.
type counted struct {
	ocr.Engine
	pages atomic.Int64
}

func (c *counted) Recognise(ctx context.Context, batch []ocr.Request, done func(ocr.Result)) error {
	c.pages.Add(int64(len(batch)))
	return c.Engine.Recognise(ctx, batch, done)
}

// counting is a world whose engine counts.
func counting(t *testing.T, dir string) (*world, *counted) {
	c := &counted{}
	w := newWorld(t, dir, func(o *ingest.Options) {
		c.Engine = o.Tools.Engine
		o.Tools.Engine = c
	})
	t.Cleanup(func() { w.pipe.Close() })
	return w, c
}

// doubleLayer has Tesseract write images as a PDF with its text layer.
func doubleLayer(t *testing.T, images ...image.Image) []byte {
	t.Helper()
	return doubleLayerIn(t, "eng", images...)
}

func doubleLayerIn(t *testing.T, language string, images ...image.Image) []byte {
	t.Helper()
	dir := t.TempDir()
	var list strings.Builder
	for i, img := range images {
		list.WriteString(put(t, dir, string(rune('a'+i))+".png", asPNG(t, img)) + "\n")
	}
	put(t, dir, "list.txt", []byte(list.String()))
	cmd := exec.Command("tesseract", filepath.Join(dir, "list.txt"), filepath.Join(dir, "out"), "-l", language, "--dpi", "300", "pdf")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	data, err := os.ReadFile(filepath.Join(dir, "out.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// withText takes a folder in with its texts and fails on any fault.
func (w *world) withText(dir string) ingest.Report {
	w.t.Helper()
	r, err := w.pipe.Ingest(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir, Text: true}, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// ink is the smallest box around what is dark in a part of a page.
func ink(img image.Image, part image.Rectangle) image.Rectangle {
	var found image.Rectangle
	part = part.Intersect(img.Bounds())
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y < 128 {
				found = found.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return found
}

func rectOf(b archive.Box) image.Rectangle { return image.Rect(b.X, b.Y, b.X+b.W, b.Y+b.H) }

// A double-layer PDF is never recognised; what is found in it is marked on its ink, also
// when a person turns the page.
func TestDoubleLayerPDF(t *testing.T) {
	w, engine := counting(t, t.TempDir())
	item := w.item(code)
	dir := t.TempDir()
	first, second := drawn(t, "alpha beta gamma", "delta epsilon"), drawn(t, "second sheet of paper")
	put(t, dir, code+".pdf", doubleLayer(t, first, second))
	r := w.withText(dir)
	if r.Received != 1 || r.Pages != 2 || r.TextPages != 2 || r.Texts != 0 || r.Unfiled != 0 || len(r.Refused) != 0 {
		t.Errorf("%+v", r)
	}
	if n := engine.pages.Load(); n != 0 {
		t.Errorf("%d pages recognised that brought their text", n)
	}
	linked, err := w.cat.PagesOf(context.Background(), access.All(), item.ID)
	if err != nil || len(linked) != 2 {
		t.Fatal(linked, err)
	}
	p := linked[0]
	if p.Stage != archive.StageIndexed || p.Width != 900 || p.Height != 260 || p.DPI != 300 || p.Ordinal != 1 {
		t.Errorf("%+v", p)
	}
	text := w.text(p.ID)
	if text.Plain != "alpha beta gamma\ndelta epsilon\n" || text.Origin != archive.OriginDelivered || text.MadeFrom != p.MadeFrom {
		t.Errorf("%+v", text)
	}
	if got := w.index.find("second sheet"); len(got) != 1 || got[0] != linked[1].ID {
		t.Errorf("found %v", got)
	}
	marks(t, text, first, enhance.Recipe{})

	turned := enhance.Recipe{Turn: 90, Manual: enhance.FieldTurn}
	if err := w.pipe.SetRecipe(context.Background(), archive.LocalActor(), p.ID, turned); err != nil {
		t.Fatal(err)
	}
	if err := w.pipe.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	text = w.text(p.ID)
	marks(t, text, first, turned)
	if p, _ = w.cat.Page(context.Background(), access.All(), p.ID); p.Width != 260 || text.MadeFrom != p.MadeFrom || p.Stage != archive.StageIndexed {
		t.Errorf("%+v", p)
	}
	if n := engine.pages.Load(); n != 0 {
		t.Errorf("%d pages recognised after a turn", n)
	}

	// Only who asks for it has them recognised.
	if n, err := w.pipe.Recognise(context.Background(), archive.LocalActor(), []archive.ID{linked[1].ID}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if err := w.pipe.Drain(context.Background()); err != nil {
		t.Fatal(err)
	}
	if text := w.text(linked[1].ID); text.Origin != archive.OriginRecognised || !strings.Contains(text.Plain, "second sheet") || engine.pages.Load() == 0 {
		t.Errorf("%+v after %d pages", text, engine.pages.Load())
	}
}

// A Chinese layer is taken as others are.
func TestChineseLayer(t *testing.T) {
	w, engine := counting(t, t.TempDir())
	w.item(code)
	dir := t.TempDir()
	put(t, dir, code+".pdf", doubleLayerIn(t, "chi_sim", letterhead(t, "关于植树造林的通知", "各村完成荒山绿化任务", "请各科室准时参加会议")))
	if r := w.withText(dir); r.TextPages != 1 || engine.pages.Load() != 0 {
		t.Errorf("%+v, %d recognised", r, engine.pages.Load())
	}
	if got := w.index.find("各科室准时参加会议"); len(got) != 1 {
		t.Errorf("found %v in %q", got, w.text(w.pages()[code+".pdf"].ID).Plain)
	}
}

// marks checks that a word found stands on its ink, and on nothing else.
func marks(t *testing.T, text archive.PageText, page *image.Gray, r enhance.Recipe) {
	t.Helper()
	boxes := search.Locate(text, []string{"gamma"})
	if len(boxes) != 1 {
		t.Fatalf("%d boxes in %+v", len(boxes), text)
	}
	// The word stands in the first line, at its end.
	want := ink(page, image.Rect(282, 0, 900, 120))
	back := enhance.Reorient(page.Bounds().Size(), 1, r)
	b := back.ToUpright(archive.Box{X: want.Min.X, Y: want.Min.Y, W: want.Dx(), H: want.Dy()})
	got, want := rectOf(boxes[0]), rectOf(b)
	const near = 14 // pixels of 300 dpi: 1.2 mm
	if !want.In(got.Inset(-near)) || !got.In(want.Inset(-2*near)) {
		t.Errorf("%v marked, the word stands at %v", got, want)
	}
}

func utf16(s string) []byte {
	b, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(s))
	return b
}

func gb18030(s string) []byte {
	b, _ := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	return b
}

// Text files reach their pages in every encoding, by the name of the image or of the
// item, and the pages are not recognised.
func TestTextFiles(t *testing.T) {
	home := t.TempDir()
	w, engine := counting(t, home)
	const other = "Z109-WS·2011-Y-BGS-0002"
	w.item(code)
	w.item(other)
	dir := t.TempDir()
	page := asPNG(t, drawn(t, "not what the text says"))
	for _, name := range []string{"loose/a", "loose/b", "loose/c", "loose/d", other + "/1", other + "/2", code + "-0001"} {
		put(t, dir, name+".png", page)
	}
	put(t, dir, "loose/a.txt", []byte("关于 防汛 工作的通知\r\n\r\n各 乡镇 office of works\r\n"))
	put(t, dir, "loose/b.TXT", append([]byte("\xef\xbb\xbf"), "带有标记"...))
	put(t, dir, "loose/c.txt", utf16("两个字节一个字"))
	put(t, dir, "loose/d.txt", gb18030("国家标准编码"))
	put(t, dir, other+"/"+other+".txt", []byte("第一页\f第二页\f"))
	put(t, dir, code+"-0001.txt", []byte("只有一页"))
	r := w.withText(dir)
	if r.Received != 13 || r.Pages != 7 || r.TextPages != 7 || len(r.Refused) != 0 || engine.pages.Load() != 0 {
		t.Errorf("%+v, %d recognised", r, engine.pages.Load())
	}
	want := map[string]string{
		"loose/a.png": "关于防汛工作的通知\n\n各乡镇office of works\n", "loose/b.png": "带有标记\n", "loose/c.png": "两个字节一个字\n",
		"loose/d.png": "国家标准编码\n", other + "/1.png": "第一页\n", other + "/2.png": "第二页\n", code + "-0001.png": "只有一页\n",
	}
	for name, p := range w.pages() {
		text := w.text(p.ID)
		if text.Plain != want[name] || text.Origin != archive.OriginDelivered || p.Stage != archive.StageIndexed {
			t.Errorf("%s: %s %s %q, want %q", name, p.Stage, text.Origin, text.Plain, want[name])
		}
	}
	texts := 0
	for f, err := range w.cat.AllFiles(context.Background(), access.All()) {
		if err != nil {
			t.Fatal(err)
		}
		if f.Format == "text" {
			texts++
		}
		data, err := os.ReadFile(filepath.Join(home, "masters", filepath.FromSlash(f.Path)))
		if err != nil || int64(len(data)) != f.Bytes {
			t.Errorf("%s: %v", f.Path, err)
		}
	}
	if texts != 6 {
		t.Errorf("%d text files kept", texts)
	}
	if r := w.withText(dir); r.Received != 0 || r.Already != 13 || r.TextPages != 0 || len(r.Refused) != 0 {
		t.Errorf("again: %+v", r)
	}
	if n := engine.pages.Load(); n != 0 {
		t.Errorf("%d recognised", n)
	}
}

// What cannot be told apart is refused, each with its own reason, and the images are
// taken all the same.
func TestTextFilesRefused(t *testing.T) {
	w, _ := counting(t, t.TempDir())
	w.item(code)
	dir := t.TempDir()
	page := asPNG(t, drawn(t, "image"))
	put(t, dir, code+"/1.png", page)
	put(t, dir, code+"/2.png", page)
	put(t, dir, code+".txt", []byte("one\ftwo\fthree"))
	put(t, dir, "a.png", page)
	put(t, dir, "a.txt", []byte("one\ftwo"))
	put(t, dir, "b.png", page)
	put(t, dir, "b.txt", []byte{0x81, 0x20, 0xff, 0xff, 0x80, 0x80, 0x01, 0x02})
	put(t, dir, "c.png", page)
	put(t, dir, "c.txt", nil)
	put(t, dir, "readme.txt", []byte("what is in this folder"))
	put(t, dir, "cut.png", page[:100])
	put(t, dir, "cut.txt", []byte("text of a damaged page"))
	r, err := w.pipe.Receive(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir, Text: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]archive.Reason{code + ".txt": archive.ReasonTextPages, "a.txt": archive.ReasonTextPages,
		"b.txt": archive.ReasonTextCode, "c.txt": archive.ReasonEmpty, "readme.txt": archive.ReasonTextAlone,
		"cut.png": archive.ReasonDamaged, "cut.txt": archive.ReasonTextAlone}
	for _, f := range r.Refused {
		if want[f.Path] != f.Reason {
			t.Errorf("%s: %s %s", f.Path, f.Reason, f.Detail)
		}
		delete(want, f.Path)
	}
	if len(want) > 0 || r.Received != 5 || r.TextPages != 0 {
		t.Errorf("not refused: %v; %+v", want, r)
	}
}

// Texts that are not asked for are counted. Asked for later, they come to pages that are
// there, recognised or not.
func TestTextsComeLater(t *testing.T) {
	w, engine := counting(t, t.TempDir())
	w.item(code)
	dir := t.TempDir()
	put(t, dir, code+".pdf", doubleLayer(t, drawn(t, "from the layer")))
	put(t, dir, "a.png", asPNG(t, drawn(t, "some image")))
	put(t, dir, "a.txt", []byte("from the file"))
	if r := w.ingest(dir); r.Texts != 2 || r.TextPages != 0 || r.Received != 2 || len(r.Refused) != 0 {
		t.Errorf("%+v", r)
	}
	before := engine.pages.Load()
	if before != 2 {
		t.Errorf("%d recognised", before)
	}
	if r := w.withText(dir); r.Texts != 0 || r.TextPages != 2 || r.Received != 1 || r.Already != 2 {
		t.Errorf("%+v", r)
	}
	for name, want := range map[string]string{code + ".pdf": "from the layer\n", "a.png": "from the file\n"} {
		p := w.pages()[name]
		if text := w.text(p.ID); text.Plain != want || text.Origin != archive.OriginDelivered || text.MadeFrom != p.MadeFrom || p.Stage != archive.StageIndexed {
			t.Errorf("%s: %s %+v", name, p.Stage, text)
		}
	}
	if n := engine.pages.Load() - before; n != 0 {
		t.Errorf("%d recognised again", n)
	}
	if len(w.index.find("from the file")) != 1 {
		t.Error("not found by its delivered text")
	}
}
