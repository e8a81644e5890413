package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/ocr"
)

// The engines that the pipeline can be measured with.
const (
	engineTesseract = "tesseract"
	engineFast      = "fast" // this program's fastengine, so that a long batch takes minutes instead of hours
)

// findEngine gives the engine of that name. scans is where the fast one has its
// words from.
func findEngine(ctx context.Context, name, scans string, foreground bool) (ocr.Engine, error) {
	switch name {
	case engineTesseract:
		return ocr.FindTesseract(ctx, ocr.Options{Foreground: foreground})
	case engineFast:
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		return ocr.NewCommand(fmt.Sprintf("%q fastengine {image} %q", self, scans))
	}
	return nil, archive.Errorf(archive.Invalid, "find engine", name, "neither %s nor %s", engineTesseract, engineFast)
}

// fastEngine is an engine outside for [ocr.Command] that does not look at the image:
// it writes the lines of the texts beside the scans, shuffled by the image's name, as
// many as a page has, in Tesseract's TSV.
func fastEngine(args []string) error {
	if len(args) != 2 {
		return archive.Errorf(archive.Invalid, "run fastengine", "", "wants an image and a folder of scans with their texts")
	}
	names, err := filepath.Glob(filepath.Join(args[1], "*.txt"))
	if err != nil {
		return err
	}
	var lines []string
	for _, name := range names {
		text, err := readText(name)
		if err != nil {
			return err
		}
		lines = append(lines, strings.Fields(text)...)
	}
	if len(lines) == 0 {
		return archive.Errorf(archive.NotFound, "run fastengine", args[1], "no texts")
	}
	seed := sha256.Sum256([]byte(filepath.Base(args[0])))
	order := rand.New(rand.NewChaCha8(seed)).Perm(len(lines))

	const characters = 700 // on a page of print
	out := bufio.NewWriter(os.Stdout)
	out.WriteString("1\t1\t0\t0\t0\t0\t0\t0\t1400\t2000\t-1\t\n")
	for i, written := 0, 0; i < len(order) && written < characters; i++ {
		text := lines[order[i]]
		n := len([]rune(text))
		row := []int{5, 1, 1, 1, i + 1, 1, 100, 100 + 40*i, 29 * n, 29, 95}
		for _, v := range row {
			out.WriteString(strconv.Itoa(v) + "\t")
		}
		out.WriteString(text + "\n")
		written += n
	}
	return out.Flush()
}
