//go:build torture

package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/tiff"

	face "lantai/assets/font"
	"lantai/assets/sample"
)

// How much of each is in the delivery.
const (
	soundItems   = 30 // 原文路径 leads to their images, as many as catalogued
	volumes      = 50 // folders of whole volumes
	layered      = 20 // double-layer PDF, half of them catalogued after they came
	wrongItems   = 15 // by-item records with another 页数 than images
	wrongVolumes = 15 // volumes whose images or 页数 are wrong
	absentFiles  = 10 // by-item records whose 原文路径 names a file that is not there
	secretPages  = 5
	secretLayer  = 5 // the PDF that has one
)

// delivery is what a contractor hands over, and the truth about it.
type delivery struct {
	t      *testing.T
	dir    string // the folder of images
	book   string // the catalogue, .xls
	strips []image.Image
	stamp  font.Face
	made   int // images

	items, vols, inside, late [][]any // rows of the four sheets

	truth  map[string][]string // by 档号: its pages as "path#frame", in order
	counts map[string]string   // 档号 → how it is contradicted, by link --by path or range
	absent []string            // 原文路径 that lead nowhere
	marked map[string]bool     // 档号 that are to be put aside
	layer  map[string]string   // 档号 of a PDF → words of its text layer
	page   string              // 档号 of the whole page that is recognised
	words  []string            // of the text of that page
}

func itemCode(n int) string   { return fmt.Sprintf("0001-WS·1985-Y-BGS-%04d", n) }
func layerCode(n int) string  { return fmt.Sprintf("0001-WS·2012-D30-BGS-%04d", n) }
func volumeCode(n int) string { return fmt.Sprintf("C038-001-%03d", n) }

// deliver makes the whole delivery.
func deliver(t *testing.T) *delivery {
	f, err := opentype.Parse(face.Regular)
	if err != nil {
		t.Fatal(err)
	}
	stamp, err := opentype.NewFace(f, &opentype.FaceOptions{Size: 7, DPI: 300})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stamp.Close() })
	d := &delivery{t: t, dir: filepath.Join(t.TempDir(), "2026年加工成果"), book: filepath.Join(t.TempDir(), "目录.xls"), stamp: stamp,
		truth: map[string][]string{}, counts: map[string]string{}, marked: map[string]bool{}, layer: map[string]string{}}
	d.readPages()
	for n := 1; n <= soundItems; n++ {
		d.item(n, 1+n%3, 1+n%3)
	}
	for n := soundItems + 1; n <= soundItems+wrongItems; n++ {
		d.item(n, 2, 2+n%2*2-1) // one page less, or one more, is catalogued than there are
	}
	d.absentItems(soundItems + wrongItems + 1)
	d.strangers(60)
	d.secretItems(80)
	for n := 1; n <= volumes; n++ {
		d.volume(n)
	}
	for n := 1; n <= layered; n++ {
		d.pdf(n)
	}
	d.writeBook()
	t.Logf("delivered: %d images, %d by-item records, %d volumes with %d 卷内文件, %d PDF", d.made, len(d.items)+len(d.late), len(d.vols), len(d.inside), layered)
	return d
}

// shared finds files of the data for tests; none where it is absent, which is told.
func shared(t *testing.T, pattern string) []string {
	t.Helper()
	data, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "data"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(data, filepath.FromSlash(pattern)))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Logf("no ../shared/data/%s here; the samples of the project stand for it", pattern)
	}
	return files
}

// readPages cuts pages into strips of some lines, at half their size, and keeps one page
// whole with its text.
func (d *delivery) readPages() {
	var pages []image.Image
	for _, path := range shared(d.t, "pages/page-clean-*.jpg") {
		data, err := os.ReadFile(path)
		if err != nil {
			d.t.Fatal(err)
		}
		pages = append(pages, decoded(d.t, data))
		if d.page == "" {
			text, err := os.ReadFile(strings.TrimSuffix(path, ".jpg") + ".txt")
			if err != nil {
				d.t.Fatal(err)
			}
			d.whole(data, string(text))
		}
	}
	if len(pages) == 0 {
		for _, name := range []string{"flood-1.jpg", "minutes.jpg", "canal.jpg"} {
			data, err := sample.Scans().Open(name)
			if err != nil {
				d.t.Fatal(err)
			}
			var b bytes.Buffer
			if _, err := b.ReadFrom(data); err != nil {
				d.t.Fatal(err)
			}
			pages = append(pages, decoded(d.t, b.Bytes()))
			if d.page == "" {
				d.whole(b.Bytes(), "关于做好一九八五年防汛工作的通知")
			}
		}
	}
	for _, p := range pages {
		small := halved(p)
		const high = 260
		for y := small.Bounds().Dy() / 6; y+high < small.Bounds().Dy()*5/6; y += high {
			d.strips = append(d.strips, small.SubImage(image.Rect(0, y, small.Bounds().Dx(), y+high)))
		}
	}
}

var han = regexp.MustCompile(`\p{Han}{6,}`)

// phrases are pieces of six characters of a text.
func phrases(text string) (list []string) {
	for _, run := range han.FindAllString(text, -1) {
		list = append(list, string([]rune(run)[:6]))
	}
	return list
}

// whole delivers a page as it is, as the image of an item.
func (d *delivery) whole(data []byte, text string) {
	const n = 70
	d.page, d.words = itemCode(n), phrases(text)
	name := "扫描件/1985年/整页.jpg"
	d.put(name, data)
	d.record(n, 1, `D:\加工\1985年\整页.jpg`, name+"#0")
}

func decoded(t *testing.T, data []byte) image.Image {
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// halved is a grey copy of half the size.
func halved(src image.Image) *image.Gray {
	b := src.Bounds()
	out := image.NewGray(image.Rect(0, 0, b.Dx()/2, b.Dy()/2))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			sum := 0
			for _, p := range [][2]int{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
				sum += int(color.GrayModel.Convert(src.At(b.Min.X+2*x+p[0], b.Min.Y+2*y+p[1])).(color.Gray).Y)
			}
			out.Pix[y*out.Stride+x] = uint8(sum / 4)
		}
	}
	return out
}

// image makes one image: some lines of a real page over a number of its own.
func (d *delivery) image() image.Image {
	strip := d.strips[d.made%len(d.strips)]
	d.made++
	b := strip.Bounds()
	img := image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy()+80))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(0, 20, b.Dx(), 20+b.Dy()), strip, b.Min, draw.Src)
	pen := font.Drawer{Dst: img, Src: image.Black, Face: d.stamp, Dot: fixed.P(120, b.Dy()+62)}
	pen.DrawString(fmt.Sprintf("第%d幅", d.made))
	return img
}

func (d *delivery) put(name string, data []byte) {
	d.t.Helper()
	path := filepath.Join(d.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// scan delivers an image in the format of its name.
func (d *delivery) scan(name string) {
	d.t.Helper()
	var b bytes.Buffer
	var err error
	switch img := d.image(); filepath.Ext(name) {
	case ".jpg":
		err = jpeg.Encode(&b, img, &jpeg.Options{Quality: 85})
	case ".tif":
		err = tiff.Encode(&b, img, &tiff.Options{Compression: tiff.Deflate})
	default:
		err = png.Encode(&b, img)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	d.put(name, b.Bytes())
}

// pdf delivers a double-layer PDF, written by Tesseract, and remembers words of its layer.
func (d *delivery) pdf(n int) {
	work, code, pages := d.t.TempDir(), layerCode(n), 1+n%2
	var list strings.Builder
	for i := range pages {
		name := filepath.Join(work, fmt.Sprintf("%d.png", i))
		if n == secretLayer && i == 0 {
			typed(d.t, name, "机密★10年", "地下水源分布情况")
			d.marked[code] = true
		} else {
			var b bytes.Buffer
			if err := png.Encode(&b, d.image()); err != nil {
				d.t.Fatal(err)
			}
			if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
				d.t.Fatal(err)
			}
		}
		fmt.Fprintln(&list, name)
	}
	out := filepath.Join(work, "out")
	cmd := exec.Command("tesseract", "-", out, "-l", "chi_sim", "--dpi", "150", "pdf", "txt")
	cmd.Env, cmd.Stdin = append(os.Environ(), "OMP_THREAD_LIMIT=1"), strings.NewReader(list.String())
	if told, err := cmd.CombinedOutput(); err != nil {
		d.t.Fatalf("%v\n%s", err, told)
	}
	data, err := os.ReadFile(out + ".pdf")
	if err != nil {
		d.t.Fatal(err)
	}
	text, err := os.ReadFile(out + ".txt")
	if err != nil {
		d.t.Fatal(err)
	}
	name := "双层PDF/" + code + ".pdf"
	d.put(name, data)
	if words := phrases(strings.ReplaceAll(string(text), " ", "")); len(words) > 0 {
		d.layer[code] = words[0]
	}
	for i := range pages {
		d.truth[code] = append(d.truth[code], fmt.Sprintf("%s#%d", name, i))
	}
	row := []any{code, "0001", 2012, "30年", "办公室", n, "区水务局", fmt.Sprintf("青水〔2012〕%d号", n), fmt.Sprintf("水务工作文件之%d", n), "2012年5月8日", pages, "", ""}
	if n > layered/2 {
		d.late = append(d.late, row)
	} else {
		d.items = append(d.items, row)
	}
}

// files lists what lies in the delivered folder.
func (d *delivery) files() (list []string) {
	err := filepath.WalkDir(d.dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			rel, _ := filepath.Rel(d.dir, path)
			list = append(list, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	slices.Sort(list)
	return list
}
