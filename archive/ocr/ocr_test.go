package ocr_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode"

	"lantai/archive"
	"lantai/archive/ocr"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

func engine(t *testing.T) *ocr.Tesseract {
	t.Helper()
	e, err := ocr.FindTesseract(context.Background(), ocr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// drawn is an image of lines of text, black on white, about 300 dpi.
func drawn(t *testing.T, lines ...string) *image.Gray {
	t.Helper()
	f, err := opentype.Parse(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 12, DPI: 300})
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewGray(image.Rect(0, 0, 1000, 80+80*len(lines)))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	for i, line := range lines {
		d := font.Drawer{Dst: img, Src: image.NewUniform(color.Black), Face: face, Dot: fixed.P(60, 80+80*i)}
		d.DrawString(line)
	}
	return img
}

func save(t *testing.T, dir, name string, img image.Image) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return write(t, dir, name, b.Bytes())
}

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	p := filepath.Join(dir, name)
	if err := os.WriteFile(p, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// inside tells whether b lies in r.
func inside(b archive.Box, r image.Rectangle) bool {
	return image.Rect(b.X, b.Y, b.X+b.W, b.Y+b.H).In(r)
}

func TestBatchWithBadImages(t *testing.T) {
	e, dir := engine(t), filepath.Join(t.TempDir(), "图 像")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	good := save(t, dir, "first.png", drawn(t, "Ordered files", "second line here"))
	data, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	images := []string{
		good,
		write(t, dir, "cut.png", data[:200]),
		write(t, dir, "page 3.png", data),
		filepath.Join(dir, "absent.png"),
		write(t, dir, "empty.png", nil),
		save(t, dir, "last.png", drawn(t, "Final page")),
		save(t, dir, "white.png", drawn(t)),
	}
	var batch []ocr.Request
	for i, p := range images {
		batch = append(batch, ocr.Request{ID: archive.ID(i + 1), Image: p, DPI: 300, Languages: "eng"})
	}
	want := []string{"Ordered files\nsecond line here\n", "-", "Ordered files\nsecond line here\n", "-", "-", "Final page\n", ""}
	n := 0
	err = e.Recognise(context.Background(), batch, func(r ocr.Result) {
		if r.ID != archive.ID(n+1) {
			t.Fatalf("result %d is of page %d", n, r.ID)
		}
		if want[n] == "-" {
			if archive.ReasonOf(r.Err) != archive.ReasonEngine {
				t.Errorf("page %d: error %v", n, r.Err)
			}
		} else if r.Err != nil || strings.ReplaceAll(r.Text.Plain, "\n\n", "\n") != want[n] {
			t.Errorf("page %d: %q, %v; want %q", n, r.Text.Plain, r.Err, want[n])
		}
		n++
	})
	if err != nil || n != len(images) {
		t.Fatalf("%d results of %d, %v", n, len(images), err)
	}
}

func TestWordsStandOnTheImage(t *testing.T) {
	e, dir := engine(t), t.TempDir()
	page := save(t, dir, "a.png", drawn(t, "Alpha beta", "gamma delta"))
	var got archive.PageText
	err := e.Recognise(context.Background(), []ocr.Request{{ID: 9, Image: page, Languages: "eng", PSM: 6}},
		func(r ocr.Result) { got = r.Text })
	if err != nil {
		t.Fatal(err)
	}
	if got.Page != 9 || got.Plain != "Alpha beta\ngamma delta\n" || len(got.Words) != 4 || got.Confidence < 60 {
		t.Fatalf("%+v", got)
	}
	rows := []image.Rectangle{image.Rect(50, 30, 900, 100), image.Rect(50, 110, 900, 185)}
	for i, w := range got.Words {
		if !inside(w.Box, rows[i/2]) {
			t.Errorf("word %d at %+v, line is %v", i, w.Box, rows[i/2])
		}
	}
	d, err := e.Describe(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	m, ok := d.Model("eng")
	if !ok || !strings.Contains(got.Engine, "tesseract "+d.Version+"; eng ") ||
		!strings.Contains(got.Engine, m.SHA256) || !strings.Contains(got.Engine, "psm 6") {
		t.Errorf("engine %q", got.Engine)
	}
}

func TestDescribeHashesTheModel(t *testing.T) {
	d, err := engine(t).Describe(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	m, ok := d.Model("osd")
	if !ok {
		t.Fatalf("no osd in %+v", d)
	}
	found, _ := filepath.Glob("/usr/share/tesseract-ocr/*/tessdata/osd.traineddata")
	if len(found) == 0 {
		t.Log("models lie elsewhere: hash not compared")
		return
	}
	data, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(data); m.SHA256 != hex.EncodeToString(sum[:]) || m.Bytes != int64(len(data)) {
		t.Errorf("model %+v differs from %s", m, found[0])
	}
}

// TestCrashedEngine kills the process after its first page: the rest comes all the
// same, since a new process takes the pages that are left.
func TestCrashedEngine(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Log("finds the child in /proc")
		return
	}
	e, dir := engine(t), t.TempDir()
	var batch []ocr.Request
	for i := range 4 {
		// Long enough that a page is more than the child's output buffer.
		page := save(t, dir, fmt.Sprintf("%d.png", i), drawn(t, strings.Split(strings.Repeat("lines of text on a page\n", 30), "\n")...))
		batch = append(batch, ocr.Request{ID: archive.ID(i), Image: page, DPI: 300, Languages: "eng"})
	}
	n, killed := 0, 0
	err := e.Recognise(context.Background(), batch, func(r ocr.Result) {
		if r.ID != archive.ID(n) || r.Err != nil || !strings.Contains(r.Text.Plain, "lines of text") {
			t.Errorf("result %d: id %d, %v", n, r.ID, r.Err)
		}
		if n++; n == 1 {
			killed = killChildren(t)
		}
	})
	if err != nil || n != 4 || killed != 1 {
		t.Errorf("%d results, %d killed, %v", n, killed, err)
	}
}

// killChildren kills the children of this process and tells how many there were.
func killChildren(t *testing.T) int {
	n := 0
	for _, pid := range children(t) {
		if p, err := os.FindProcess(pid); err == nil && p.Kill() == nil {
			n++
		}
	}
	return n
}

func children(t *testing.T) (pids []int) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stats {
		data, err := os.ReadFile(s)
		if err != nil {
			continue // it ended meanwhile
		}
		var pid, parent int
		var state string
		fmt.Sscan(string(data), &pid)
		fmt.Sscan(string(data[bytes.LastIndexByte(data, ')')+1:]), &state, &parent)
		if parent == os.Getpid() && state != "Z" {
			pids = append(pids, pid)
		}
	}
	return pids
}

func TestStopKillsTheChild(t *testing.T) {
	e, dir := engine(t), t.TempDir()
	page := save(t, dir, "a.png", drawn(t, strings.Split(strings.Repeat("many lines of text\n", 30), "\n")...))
	batch := make([]ocr.Request, 50)
	for i := range batch {
		batch[i] = ocr.Request{ID: archive.ID(i), Image: page, DPI: 300, Languages: "eng"}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	began := time.Now()
	n := 0
	err := e.Recognise(ctx, batch, func(ocr.Result) { n++; cancel() })
	if archive.KindOf(err) != archive.Stopped || n > 5 {
		t.Errorf("%d results in %v, %v", n, time.Since(began), err)
	}
	if runtime.GOOS == "linux" {
		if left := children(t); len(left) > 0 {
			t.Errorf("children left: %v", left)
		}
	}
}

func TestNotThere(t *testing.T) {
	ctx := context.Background()
	for _, program := range []string{filepath.Join(t.TempDir(), "tesseract"), "/etc/hostname"} {
		_, err := ocr.FindTesseract(ctx, ocr.Options{Program: program})
		if archive.KindOf(err) != archive.Unavailable || !strings.Contains(err.Error(), "install") {
			t.Errorf("%s: %v", program, err)
		}
	}
	e := engine(t)
	page := save(t, t.TempDir(), "a.png", drawn(t, "x"))
	for _, lang := range []string{"tlh", "eng+tlh", "", "../eng"} {
		err := e.Recognise(ctx, []ocr.Request{{Image: page, Languages: lang}}, func(ocr.Result) { t.Error("a result") })
		if archive.KindOf(err) != archive.Unavailable {
			t.Errorf("languages %q: %v", lang, err)
		}
	}
}

// TestBrokenEngine has a Tesseract that answers and does not recognise: no page is
// blamed for it.
func TestBrokenEngine(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("needs a shell script as the program")
		return
	}
	real, err := exec.LookPath("tesseract")
	if err != nil {
		t.Fatal(err)
	}
	for name, broken := range map[string]string{
		"ends":        "#!/bin/sh\ncase \"$*\" in *tsv*) echo no library >&2; exit 127;; esac\nexec " + real + " \"$@\"\n",
		"crashes":     "#!/bin/sh\ncase \"$*\" in *tsv*) echo 'Page 0 : x' >&2; kill -SEGV $$;; esac\nexec " + real + " \"$@\"\n",
		"no program":  "\x7fELF which is none",
		"interpreter": "#!/no/such/interpreter\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			program := filepath.Join(dir, "tesseract")
			put := func(content string) {
				if err := os.WriteFile(program+".new", []byte(content), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.Rename(program+".new", program); err != nil {
					t.Fatal(err)
				}
			}
			put("#!/bin/sh\nexec " + real + " \"$@\"\n")
			e, err := ocr.FindTesseract(context.Background(), ocr.Options{Program: program})
			if err != nil {
				t.Fatal(err)
			}
			page := save(t, dir, "a.png", drawn(t, "a page"))
			batch := []ocr.Request{{ID: 1, Image: page, Languages: "eng"}, {ID: 2, Image: page, Languages: "eng"}, {ID: 3, Image: page, Languages: "eng"}}
			n := 0
			if err := e.Recognise(context.Background(), batch, func(ocr.Result) { n++ }); err != nil || n != 3 {
				t.Fatal(n, err)
			}
			put(broken)
			err = e.Recognise(context.Background(), batch, func(r ocr.Result) { t.Errorf("blamed on page %s: %v", r.ID, r.Err) })
			if archive.KindOf(err) != archive.Unavailable {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestOrientation(t *testing.T) {
	e, dir := engine(t), t.TempDir()
	lines := strings.Split(strings.Repeat("The quick brown fox jumps over it\nPack my box with five dozen jugs\n", 8), "\n")
	upright := drawn(t, lines...)
	b := upright.Bounds()
	turned := image.NewGray(image.Rect(0, 0, b.Dy(), b.Dx()))
	for y := range b.Dy() {
		for x := range b.Dx() {
			turned.SetGray(b.Dy()-1-y, x, upright.GrayAt(x, y)) // 90° clockwise
		}
	}
	for _, c := range []struct {
		img  image.Image
		turn int
	}{{upright, 0}, {turned, 270}} {
		turn, sure, err := e.Orientation(context.Background(), save(t, dir, "o.png", c.img))
		if err != nil || turn != c.turn || sure <= 0 {
			t.Errorf("turn %d, confidence %v, %v; want %d", turn, sure, err, c.turn)
		}
	}
	if turn, sure, err := e.Orientation(context.Background(), save(t, dir, "o.png", drawn(t))); turn != 0 || sure != 0 || err != nil {
		t.Errorf("white page: %d, %v, %v", turn, sure, err)
	}
}

// TestCommand runs an engine outside: cat, given tables as images.
func TestCommand(t *testing.T) {
	dir := t.TempDir()
	head := "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n" +
		"1\t1\t0\t0\t0\t0\t0\t0\t900\t900\t-1\t\n"
	row := func(block, line int, text string) string {
		return fmt.Sprintf("5\t1\t%d\t1\t%d\t1\t10\t20\t30\t40\t90.4\t%s\n", block, line, text)
	}
	good := write(t, dir, "good page.tsv", []byte(head+row(1, 1, "关于")+row(1, 1, "印发")+row(1, 1, "《")+row(1, 1, "Office")+
		row(1, 1, "Open")+row(1, 1, "XML")+row(1, 1, "》")+row(1, 2, "的")+row(1, 2, "1965")+row(1, 2, "年")+row(2, 1, "通知")+row(2, 1, " ")))
	bad := write(t, dir, "bad.tsv", []byte("no table"))

	c, err := ocr.NewCommand("cat")
	if err != nil {
		t.Fatal(err)
	}
	var got []ocr.Result
	err = c.Recognise(context.Background(), []ocr.Request{{ID: 1, Image: good}, {ID: 2, Image: bad}, {ID: 3, Image: good}},
		func(r ocr.Result) { got = append(got, r) })
	if err != nil || len(got) != 3 {
		t.Fatalf("%d results, %v", len(got), err)
	}
	for _, r := range []ocr.Result{got[0], got[2]} {
		if want := "关于印发《Office Open XML》\n的1965年\n\n通知\n"; r.Err != nil || r.Text.Plain != want {
			t.Errorf("%q, %v; want %q", r.Text.Plain, r.Err, want)
		}
		if len(r.Text.Words) != 11 || r.Text.Confidence != 90 || !strings.Contains(r.Text.Engine, "cat") {
			t.Errorf("%+v", r.Text)
		}
	}
	if archive.ReasonOf(got[1].Err) != archive.ReasonEngine {
		t.Errorf("bad table: %v", got[1].Err)
	}

	absent, err := ocr.NewCommand(`'no such engine' --in={image}`)
	if err != nil {
		t.Fatal(err)
	}
	if err := absent.Recognise(context.Background(), []ocr.Request{{Image: good}}, nil); archive.KindOf(err) != archive.Unavailable {
		t.Errorf("absent command: %v", err)
	}
	if _, err := ocr.NewCommand(`x "`); archive.KindOf(err) != archive.Invalid {
		t.Errorf("open quote: %v", err)
	}
}

// TestChinesePage reads a real page and compares it with its known text.
func TestChinesePage(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "pages")
	truth, err := os.ReadFile(filepath.Join(dir, "page-fax-101-002.txt"))
	if err != nil {
		t.Log("no test data beside the checkout: Chinese page not read")
		return
	}
	var got ocr.Result
	err = engine(t).Recognise(context.Background(), []ocr.Request{
		{Image: filepath.Join(dir, "page-fax-101-002.jpg"), DPI: 300, Languages: "chi_sim"},
	}, func(r ocr.Result) { got = r })
	if err != nil || got.Err != nil {
		t.Fatal(err, got.Err)
	}
	runes := []rune(got.Text.Plain)
	for i := 1; i+1 < len(runes); i++ {
		if runes[i] == ' ' && (unicode.Is(unicode.Han, runes[i-1]) || unicode.Is(unicode.Han, runes[i+1])) {
			t.Fatalf("blank beside Han: %q", string(runes[i-1:i+2]))
		}
	}
	want := map[rune]int{}
	total, found := 0, 0
	for _, r := range string(truth) {
		if unicode.Is(unicode.Han, r) {
			want[r]++
			total++
		}
	}
	for _, r := range runes {
		if want[r] > 0 {
			want[r]--
			found++
		}
	}
	if found*100 < total*95 || got.Text.Confidence < 70 {
		t.Errorf("%d of %d characters found, confidence %d", found, total, got.Text.Confidence)
	}
}
