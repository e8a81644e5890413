package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"lantai/archive"
	"lantai/archive/enhance"
	"lantai/archive/ocr"
	"lantai/archive/raster"
)

// reader reads samples both ways.
type reader struct {
	program string // Tesseract
	engine  *ocr.Tesseract
	dir     string // for images made
}

// together is how many Tesseracts run at a time.
const together = 2

// read reads all samples, in order of the list.
func (b *reader) read(ctx context.Context, samples []sample) ([]outcome, error) {
	out := make([]outcome, len(samples))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(together)
	for i, s := range samples {
		group.Go(func() error {
			o, err := b.readOne(ctx, i, s)
			out[i] = o
			return err
		})
	}
	return out, group.Wait()
}

func (b *reader) readOne(ctx context.Context, i int, s sample) (outcome, error) {
	out := outcome{sample: s}
	img, frame, err := decodeFile(s.path)
	if err != nil {
		return out, err
	}
	path := s.path
	if s.turned != 0 {
		img = enhance.Upright(img, enhance.Recipe{Turn: s.turned})
		path = filepath.Join(b.dir, fmt.Sprintf("turned-%d.pnm", i))
		if err := writePNM(path, img); err != nil {
			return out, err
		}
	}
	text, err := b.bare(ctx, path, s)
	if err != nil {
		return out, err
	}
	out.bare = compare(s.truth, text)
	text, out.turn, err = b.prepared(ctx, filepath.Join(b.dir, fmt.Sprintf("%d.pgm", i)), img, frame, s)
	out.ours = compare(s.truth, text)
	return out, err
}

// bare runs Tesseract on the file as it is.
func (b *reader) bare(ctx context.Context, path string, s sample) (string, error) {
	args := []string{path, "stdout", "-l", s.languages, "--psm", "3"}
	if s.dpi > 0 {
		args = append(args, "--dpi", fmt.Sprint(int(s.dpi)))
	}
	cmd := exec.CommandContext(ctx, b.program, args...)
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	out, err := cmd.Output()
	return string(out), archive.Wrap("run Tesseract", path, err)
}

// prepared reads a page as the pipeline does: straightened and cleaned; once
// more when it seems to lie on its side or to stand on its head.
func (b *reader) prepared(ctx context.Context, path string, img image.Image, frame raster.Frame, s sample) (text string, turn int, err error) {
	recipe, found := enhance.Detect(img, frame.DPI, enhance.Options{Orientation: frame.Orientation})
	first, err := b.recognise(ctx, path, img, recipe, s.languages)
	if err != nil {
		return "", 0, err
	}
	const (
		doubtful = 65 // mean confidence below which a page may be turned
		safeTurn = 2  // Tesseract's own confidence in the turn, below which it is a guess
		slightly = 5  // a page that lies on its side may be read as surely as an upright one
	)
	if !found.Sideways && first.Confidence >= doubtful {
		return first.Plain, recipe.Turn, nil
	}
	more, sure, err := b.engine.Orientation(ctx, path)
	if err != nil || more == 0 || sure < safeTurn {
		return first.Plain, recipe.Turn, err
	}
	recipe.Turn = (recipe.Turn + more) % 360
	recipe.Manual = enhance.FieldTurn
	turned, _ := enhance.Detect(img, frame.DPI, enhance.Options{Keep: recipe})
	second, err := b.recognise(ctx, path, img, turned, s.languages)
	if err != nil || second.Confidence < first.Confidence-slightly {
		return first.Plain, 0, err
	}
	return second.Plain, turned.Turn, nil
}

// recognise reads the image that a recipe makes of a page.
func (b *reader) recognise(ctx context.Context, path string, img image.Image, r enhance.Recipe, languages string) (archive.PageText, error) {
	page, _ := enhance.ForOCR(img, r)
	if err := writePNM(path, page); err != nil {
		return archive.PageText{}, err
	}
	request := ocr.Request{Image: path, DPI: enhance.OCRDPI, Languages: languages}
	if enhance.OneBlock(page) {
		request.PSM = ocrOneBlock
	}
	var result ocr.Result
	err := b.engine.Recognise(ctx, []ocr.Request{request}, func(r ocr.Result) { result = r })
	if err == nil {
		err = result.Err
	}
	return result.Text, err
}

// ocrOneBlock is Tesseract's page segmentation mode for a single block of text.
const ocrOneBlock = 6

func writePNM(path string, img image.Image) error {
	var buffer bytes.Buffer
	if err := raster.EncodePNM(&buffer, img); err != nil {
		return err
	}
	return archive.Wrap("write image", path, os.WriteFile(path, buffer.Bytes(), 0o600))
}
