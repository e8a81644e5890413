package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/ocr"
)

// benchOCR measures the errors of our preparation and recognition beside those
// of bare Tesseract on the same pages, in the same run.
func benchOCR(args []string) error {
	flags := flag.NewFlagSet("ocr", flag.ContinueOnError)
	data := flags.String("data", "../shared/data", "the test data")
	only := flags.String("only", "", "only the parts named, of: pages, lines, latin, turned")
	if err := flags.Parse(args); err != nil {
		return err
	}
	ctx := context.Background()
	bench, err := newReader(ctx)
	if err != nil {
		return err
	}
	defer os.RemoveAll(bench.dir)
	for _, part := range []struct {
		name string
		run  func(context.Context, string) error
	}{
		{"pages", bench.pages}, {"lines", bench.lines}, {"latin", bench.latin}, {"turned", bench.turned},
	} {
		if *only == "" || strings.Contains(*only, part.name) {
			if err := part.run(ctx, *data); err != nil {
				return err
			}
		}
	}
	return nil
}

// sample is one page to read, with its truth.
type sample struct {
	path      string
	kind      string
	languages string
	dpi       float64 // told to bare Tesseract; 0: left to the file
	truth     string
	turned    int // degrees clockwise the page is turned before it is read
}

// outcome is what both made of a sample.
type outcome struct {
	sample
	bare, ours score
	turn       int // the quarter turns our pipeline found, clockwise
}

// hardKinds are the kinds of page that preparation should help most.
func hardKinds() []string {
	return []string{"speckle", "showthrough", "yellow", "shadow", "skew", "blur"}
}

// pages reads the Chinese pages. What was tuned was tuned on the first and third
// ten of the table; the second and fourth are reported apart.
func (b *reader) pages(ctx context.Context, data string) error {
	table, err := readPageTruth(filepath.Join(data, "pages"))
	if err != nil {
		return err
	}
	var samples []sample
	for _, p := range table {
		truth, err := readText(strings.TrimSuffix(p.path, ".jpg") + ".txt")
		if err != nil {
			return err
		}
		samples = append(samples, sample{path: p.path, kind: p.kind, languages: "chi_sim", dpi: p.dpi, truth: truth})
	}
	results, err := b.read(ctx, samples)
	if err != nil {
		return err
	}
	var tuned, held []outcome
	for i, r := range results {
		if i/10%2 == 0 {
			tuned = append(tuned, r)
		} else {
			held = append(held, r)
		}
	}
	for _, set := range []struct {
		title string
		rows  []outcome
	}{{"Chinese pages, half not looked at in tuning", held}, {"Chinese pages, half tuned on", tuned}, {"Chinese pages, all", results}} {
		if len(set.rows) > 0 {
			printByKind(set.title, set.rows)
		}
	}
	return nil
}

// printByKind prints error rates per kind and for the hard and easy kinds.
func printByKind(title string, rows []outcome) {
	fmt.Printf("\n%s: character errors, %%\n%-14s %8s %8s %8s\n", title, "", "bare", "lantai", "ratio")
	var kinds []string
	for _, r := range rows {
		if !slices.Contains(kinds, r.kind) {
			kinds = append(kinds, r.kind)
		}
	}
	slices.Sort(kinds)
	hard := hardKinds()
	line := func(name string, want func(kind string) bool) {
		var bare, ours score
		for _, r := range rows {
			if want(r.kind) {
				bare.add(r.bare)
				ours.add(r.ours)
			}
		}
		fmt.Printf("%-14s %8.2f %8.2f %8.2f\n", name, bare.rate(), ours.rate(), ours.rate()/max(bare.rate(), 0.01))
	}
	for _, k := range kinds {
		line(k, func(kind string) bool { return kind == k })
	}
	line("hard six", func(kind string) bool { return slices.Contains(hard, kind) })
	line("easy four", func(kind string) bool { return !slices.Contains(hard, kind) })
	line("all", func(string) bool { return true })
}

// lines reads the images of a few Chinese lines.
func (b *reader) lines(ctx context.Context, data string) error {
	return b.readNamed(ctx, data, "Chinese lines", "chi_sim",
		"zh-lines-cn1.png", "zh-lines-cn2.png", "zh-lines-exif-orientation.jpg")
}

// latin reads the pages in Latin script.
func (b *reader) latin(ctx context.Context, data string) error {
	return b.readNamed(ctx, data, "Latin script, eng", "eng",
		"ocr-phototest.tif", "ocr-eurotext.tif", "ocr-linn.png", "ocr-8071_093-3B.tif", "kant-1784-p17.tif")
}

func (b *reader) readNamed(ctx context.Context, data, title, languages string, names ...string) error {
	var samples []sample
	for _, name := range names {
		truth, err := readText(filepath.Join(data, "truth", strings.TrimSuffix(name, filepath.Ext(name))+".txt"))
		if err != nil {
			return err
		}
		samples = append(samples, sample{path: filepath.Join(data, "scans", name), kind: name, languages: languages, truth: truth})
	}
	results, err := b.read(ctx, samples)
	if err == nil {
		printEach(title, results)
	}
	return err
}

// printEach prints one line a page.
func printEach(title string, rows []outcome) {
	fmt.Printf("\n%s: character errors, %%\n%-36s %8s %8s %12s\n", title, "", "bare", "lantai", "turn found")
	for _, r := range rows {
		fmt.Printf("%-36s %8.2f %8.2f %12d\n", r.kind, r.bare.rate(), r.ours.rate(), r.turn)
	}
}

// turned reads pages that lie on their side or stand on their head.
func (b *reader) turned(ctx context.Context, data string) error {
	table, err := readPageTruth(filepath.Join(data, "pages"))
	if err != nil {
		return err
	}
	var samples []sample
	for i, p := range table {
		if i/10 != 3 { // one page of each kind, of the half not tuned on
			continue
		}
		truth, err := readText(strings.TrimSuffix(p.path, ".jpg") + ".txt")
		if err != nil {
			return err
		}
		turn := 90 * (1 + i%3)
		samples = append(samples, sample{path: p.path, kind: fmt.Sprintf("%s by %d", filepath.Base(p.path), turn),
			languages: "chi_sim", dpi: p.dpi, truth: truth, turned: turn})
	}
	for _, name := range []string{"ocr-phototest-rotR.png", "ocr-phototest-rot180.png", "ocr-phototest-rotL.png"} {
		truth, err := readText(filepath.Join(data, "truth", strings.TrimSuffix(name, ".png")+".txt"))
		if err != nil {
			return err
		}
		samples = append(samples, sample{path: filepath.Join(data, "scans", name), kind: name, languages: "eng", truth: truth})
	}
	results, err := b.read(ctx, samples)
	if err == nil {
		printEach("Turned pages", results)
	}
	return err
}

func readText(path string) (string, error) {
	b, err := os.ReadFile(path)
	return string(b), archive.Wrap("read truth", path, err)
}

// newReader finds Tesseract and a place for images.
func newReader(ctx context.Context) (*reader, error) {
	program, err := findTool("tesseract", "tesseract-ocr tesseract-ocr-chi-sim tesseract-ocr-eng tesseract-ocr-osd")
	if err != nil {
		return nil, err
	}
	engine, err := ocr.FindTesseract(ctx, ocr.Options{Program: program, Foreground: true})
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "lantaibench")
	if err != nil {
		return nil, archive.Wrap("make folder", "", err)
	}
	return &reader{program, engine, dir}, nil
}
