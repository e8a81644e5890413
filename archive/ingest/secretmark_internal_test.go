package ingest

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"lantai/archive"
	"lantai/archive/enhance"
	"lantai/archive/ocr"
	face "lantai/assets/font"
)

// sheet is a page to be drawn: a mark where such pages have it, and ordinary text.
type sheet struct {
	name        string
	dpi         int
	left, right string  // in the upper corners
	pt          float64 // of them
	bold        bool
	tone        uint8 // of all ink: 0 black
	noise       int   // specks in a thousand pixels
	title       string
	body        []string
	secret      bool
}

var plainBody = []string{
	"各公社管理委员会、区直各单位：",
	"今年入汛以来，我区降雨偏多，河道水位上涨较快。",
	"为确保安全度汛，现将有关事项通知如下，望认真执行。",
	"一、加强领导，落实责任，日夜值班，随时报告水情。",
	"二、检查堤防涵闸，备足草袋、木桩、铁丝等物料。",
}

// fonts parses the program's faces once.
var fonts = func() func(bold bool) *opentype.Font {
	parse := func(data []byte) func() *opentype.Font {
		return sync.OnceValue(func() *opentype.Font {
			f, err := opentype.Parse(data)
			if err != nil {
				panic(err)
			}
			return f
		})
	}
	regular, heavy := parse(face.Regular), parse(face.Bold)
	return func(bold bool) *opentype.Font {
		if bold {
			return heavy()
		}
		return regular()
	}
}()

// paint draws a sheet as an upright half page of A4.
func (s sheet) paint(t *testing.T) image.Image {
	t.Helper()
	w, h := 210*s.dpi*10/254, 150*s.dpi*10/254
	img := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.Gray{Y: 248}), image.Point{}, draw.Src)
	mm := func(v float64) int { return int(v * float64(s.dpi) / 25.4) }
	write := func(text string, x, y int, pt float64, bold bool) int {
		f := fonts(bold)
		of, err := opentype.NewFace(f, &opentype.FaceOptions{Size: pt, DPI: float64(s.dpi)})
		if err != nil {
			t.Fatal(err)
		}
		defer of.Close()
		d := font.Drawer{Dst: img, Src: image.NewUniform(color.Gray{Y: s.tone}), Face: of}
		if x < 0 { // from the right
			x = w + x - d.MeasureString(text).Ceil()
		}
		d.Dot = fixed.P(x, y)
		d.DrawString(text)
		return d.Dot.X.Ceil()
	}
	if s.left != "" {
		write(s.left, mm(22), mm(22), s.pt, s.bold)
	}
	if s.right != "" {
		write(s.right, -mm(20), mm(22), s.pt, s.bold)
	}
	write(s.title, (w-int(float64(len([]rune(s.title)))*20*float64(s.dpi)/72))/2, mm(42), 20, true)
	for i, line := range s.body {
		write(line, mm(25), mm(58+float64(i)*11), 15, false)
	}
	random := rand.New(rand.NewPCG(uint64(s.dpi), 7))
	for range w * h / 1000 * s.noise {
		img.SetGray(random.IntN(w), random.IntN(h), color.Gray{Y: uint8(random.IntN(160))})
	}
	return img
}

func sheets() []sheet {
	var out []sheet
	for _, dpi := range []int{200, 300} {
		for i, c := range []struct {
			left, right string
			pt          float64
			secret      bool
		}{
			{left: "机密★10年", pt: 16, secret: true},
			{right: "秘密★长期", pt: 16, secret: true},
			{left: "绝密★启用前", pt: 14, secret: true},
			{right: "机　密", pt: 16, secret: true},
			{left: "000123", right: "秘密★5年", pt: 14, secret: true},
			{left: "柳政办〔1985〕12号", right: "机密", pt: 12, secret: true},
			{right: "機密", pt: 18, secret: true},
			{left: "秘密", right: "特急", pt: 14, secret: true},
			{left: "秘密", pt: 16, secret: true},
			{right: "绝密", pt: 16, secret: true},
			{left: "柳政办〔1985〕12号", right: "特急", pt: 12},
			{left: "内部资料　注意保存", pt: 12},
		} {
			s := sheet{name: fmt.Sprintf("%d dpi %d %s %s", dpi, i, c.left, c.right), dpi: dpi, left: c.left, right: c.right, pt: c.pt,
				bold: i%2 == 0, tone: uint8(i % 3 * 45), noise: i % 4, title: "关于做好防汛工作的通知", body: plainBody, secret: c.secret}
			out = append(out, s)
		}
		out = append(out, sheet{name: fmt.Sprintf("%d dpi title", dpi), dpi: dpi, title: "关于加强保守国家秘密工作的通知", body: []string{
			"各单位要教育干部职工提高警惕，严格保守国家机密和商业",
			"秘密。对机密性文件，要指定专人保管，不得携带外出，防止",
			"秘密文件丢失。发现泄密要立即报告。", "绝密电报的管理办法另行制定。"}})
	}
	return out
}

// TestSecretMarksAsRead reads drawn pages with the real engine.
func TestSecretMarksAsRead(t *testing.T) {
	engine, err := ocr.FindTesseract(context.Background(), ocr.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	all := sheets()
	var batch []ocr.Request
	var back []enhance.Map
	for i, s := range all {
		img := s.paint(t)
		recipe, _ := enhance.Detect(img, float64(s.dpi), enhance.Options{})
		in, to := enhance.ForOCR(img, recipe)
		mode := ocr.ModeAuto
		if enhance.OneBlock(in) {
			mode = ocr.ModeBlock
		}
		name := filepath.Join(dir, fmt.Sprintf("%d.pgm", i))
		if err := writePNM(name, in); err != nil {
			t.Fatal(err)
		}
		batch = append(batch, ocr.Request{ID: archive.ID(i), Image: name, DPI: enhance.OCRDPI, Languages: "chi_sim", PSM: mode})
		back = append(back, to)
	}
	n := 0
	err = engine.Recognise(context.Background(), batch, func(r ocr.Result) {
		s := all[n]
		n++
		if r.Err != nil {
			t.Error(r.Err)
			return
		}
		for i := range r.Text.Words {
			r.Text.Words[i].Box = back[r.ID].ToUpright(r.Text.Words[i].Box)
		}
		size := image.Pt(210*s.dpi*10/254, 150*s.dpi*10/254)
		got := secretMark(r.Text, size.X, size.Y)
		if (got != "") != s.secret {
			t.Errorf("%s: mark %q in\n%s", s.name, got, r.Text.Plain)
		}
		head := strings.SplitN(r.Text.Plain, "\n", 4)
		t.Logf("%s: %q from %q", s.name, got, head[:min(3, len(head))])
	})
	if err != nil || n != len(all) {
		t.Fatalf("%d of %d, %v", n, len(all), err)
	}
}

// A classified archive stops at what is above its class alone.
func TestMarksAboveTheClass(t *testing.T) {
	marks := map[string]archive.Secrecy{"秘密★5年": archive.Secret, "机密★10年": archive.HighlySecret, "机 客": archive.HighlySecret, "絕密": archive.TopSecret}
	for class := archive.NotSecret; class <= archive.TopSecret; class++ {
		s := &secrets{class: class}
		for mark, level := range marks {
			found := s.mark(archive.PageText{Plain: mark + "\n"}, 0, 0) != ""
			if want := level > class; found != want {
				t.Errorf("class %q stops at %q: %v", class, mark, found)
			}
		}
	}
}
