// Package ocr recognises the text of page images with programs of their own:
// Tesseract 5, or any command that takes an image and writes Tesseract's TSV.
// A crash, a leak or a hang of the engine never reaches this process.
package ocr

import (
	"context"
	"strconv"
	"strings"

	"lantai/archive"
)

// Request asks for the text of one image.
type Request struct {
	ID        archive.ID // handed back with the result
	Image     string     // path of a PNG, PNM, TIFF or JPEG file with one page
	DPI       int        // of the image; 0: as the file says
	Languages string     // Tesseract's names joined by +: "chi_sim+eng"
	PSM       int        // page segmentation mode; 0: ModeFor(Languages)
}

// Result is the outcome for one Request. Either Err is set, a Refused error with
// archive.ReasonEngine, or Text has Plain, Words, Engine, Origin and Confidence; the
// boxes are in pixels of the given image.
type Result struct {
	ID   archive.ID
	Text archive.PageText
	Err  error
}

// Engine recognises pages. It is safe for use by several goroutines, each running
// its own processes.
type Engine interface {
	// Recognise works through batch and calls done as each page ends, in order and
	// from this goroutine. A page that fails has its Err set and does not stop the
	// others. The error of Recognise itself says that the engine cannot work at all
	// (Unavailable) or that ctx ended (Stopped); pages not yet done are then left.
	Recognise(ctx context.Context, batch []Request, done func(Result)) error
	// Describe tells what stands behind the results. It returns an Unavailable
	// error where the engine does not start.
	Describe(ctx context.Context) (Description, error)
}

// Description says which program and models recognise.
type Description struct {
	Name    string  // "tesseract"
	Version string  // "5.3.0"
	Program string  // path or command line
	Models  []Model // by name; empty where the engine does not tell
}

// Model is one trained language.
type Model struct {
	Name   string // "chi_sim"
	Bytes  int64
	SHA256 string // lower-case hex
}

// Model finds a model by name.
func (d Description) Model(name string) (Model, bool) {
	for _, m := range d.Models {
		if m.Name == name {
			return m, true
		}
	}
	return Model{}, false
}

// Page segmentation modes of Tesseract that pages are read with.
const (
	ModeAuto     = 3 // blocks, paragraphs and lines found by the engine
	ModeVertical = 5 // one block of vertical text
	ModeBlock    = 6 // one block of text, no layout sought
)

// ModeFor is the page segmentation mode for languages: vertical models need a
// mode of their own.
func ModeFor(languages string) int {
	first, _, _ := strings.Cut(languages, "+")
	if strings.HasSuffix(first, "_vert") {
		return ModeVertical
	}
	return ModeAuto
}

func (r Request) mode() int {
	if r.PSM > 0 {
		return r.PSM
	}
	return ModeFor(r.Languages)
}

// provenance is PageText.Engine: name, version, models with size and hash,
// parameters, in a form a person can read in fifty years.
func provenance(d Description, r Request, extra []string) string {
	var b strings.Builder
	b.WriteString(d.Name)
	if d.Version != "" {
		b.WriteString(" " + d.Version)
	}
	for _, name := range strings.Split(r.Languages, "+") {
		if m, ok := d.Model(name); ok {
			b.WriteString("; " + m.Name + " " + strconv.FormatInt(m.Bytes, 10) + " sha256:" + m.SHA256)
		} else if name != "" {
			b.WriteString("; " + name)
		}
	}
	b.WriteString("; psm " + strconv.Itoa(r.mode()))
	if r.DPI > 0 {
		b.WriteString("; dpi " + strconv.Itoa(r.DPI))
	}
	for _, e := range extra {
		b.WriteString("; " + e)
	}
	return b.String()
}

// refuse is the error of one page.
func refuse(r Request, detail string) error {
	return archive.Refuse("recognise page", r.Image, archive.ReasonEngine, "%s", detail)
}
