package ingest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"lantai/archive"
	"lantai/archive/raster"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// seen is a name that the walk found, with what the system says of it.
type seen struct {
	found
	path string // on the root
	info fs.FileInfo
}

// looked is a portion of which is known what is to be written.
type looked struct {
	files    int
	already  int
	differ   int // of already
	adopted  []store.Adopted
	texts    [][]*archive.PageText // that came with the pages of those adopted; shorter: none came with the rest
	late     []given               // for pages that were registered before
	refused  []store.RefusedInput
	changed  []archive.ID
	restored []archive.ID // found changed or vanished before, and as registered now
}

func (a *adopter) walk(ctx context.Context, to chan<- []seen) error {
	var part []seen
	send := func() error {
		select {
		case to <- part:
			part = nil
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := walk(ctx, a.dir, func(f found) error {
		s := seen{found: f, path: a.prefix + f.rel}
		if s.err == nil {
			s.info, s.err = os.Lstat(f.path)
			switch {
			case errors.Is(s.err, fs.ErrNotExist):
				return nil // it went while we walked
			case s.err != nil:
				s.err = archive.Refuse("read file", f.rel, archive.ReasonUnreadable, "%v", s.err)
			case !utf8.ValidString(f.path):
				s.err = archive.Refuse("read file", f.rel, archive.ReasonName, "the name is not UTF-8")
			}
		}
		if part = append(part, s); len(part) < portion {
			return nil
		}
		return send()
	})
	if err == nil && len(part) > 0 {
		err = send()
	}
	return err
}

// look finds out what is to be written of a portion.
func (a *adopter) look(ctx context.Context, part []seen) (looked, error) {
	l := looked{files: len(part)}
	paths := make([]string, 0, len(part))
	for _, s := range part {
		if s.err == nil {
			paths = append(paths, s.path)
		}
	}
	known := map[string]archive.File{}
	var err error
	if !a.fresh {
		if known, err = a.p.cat.KnownFiles(ctx, a.root, paths); err != nil {
			return l, err
		}
	}
	var fresh []seen
	var held []layered
	for _, s := range part {
		f, ok := known[s.path]
		switch {
		case s.err != nil:
			l.refuse(s.rel, s.err)
		case !ok:
			fresh = append(fresh, s)
		default:
			l.already++
			same := vault.AsRegistered(f, s.info)
			l.differ += btoi(!same)
			if same && a.text && f.Format == raster.FormatPDF && f.State != archive.FileQuarantined {
				held = append(held, layered{s.found, f.ID})
			}
			switch {
			case !same && f.Found != archive.FoundChanged:
				l.changed = append(l.changed, f.ID)
			case same && f.Found != archive.FoundAsRegistered:
				l.restored = append(l.restored, f.ID)
			}
		}
	}
	if l.late, err = a.lateLayers(ctx, held); err != nil {
		return l, err
	}
	return l, a.register(ctx, &l, fresh)
}

// register readies the rows of files that are new.
func (a *adopter) register(ctx context.Context, l *looked, fresh []seen) error {
	headers, failed := a.p.readHeaders(ctx, fresh)
	rels := make([]string, len(fresh))
	for i, s := range fresh {
		rels[i] = s.rel
	}
	holdings, err := a.to.matchAll(ctx, rels)
	if err != nil {
		return err
	}
	texts, err := a.layers(ctx, fresh, headers)
	if err != nil {
		return err
	}
	now := time.Now().UnixMilli()
	for i, s := range fresh {
		if failed[i] == nil {
			failed[i] = a.p.mayReceive(s.rel, holdings[i])
		}
		if failed[i] != nil {
			if archive.ReasonOf(failed[i]) == "" {
				return failed[i]
			}
			l.refuse(s.rel, failed[i])
			continue
		}
		n := store.Adopted{File: archive.File{Root: a.root, Path: s.path, Source: s.rel, Bytes: s.info.Size(),
			Format: headers[i].Format, Received: now, Modified: s.info.ModTime().UnixMilli()}}
		for frame, f := range headers[i].Frames {
			w, high, dpi, _ := f.Upright()
			page := archive.Page{Frame: frame, Stage: archive.StageReceived, Holding: holdings[i].ID, Width: w, Height: high, DPI: int(dpi + 0.5)}
			n.Pages = append(n.Pages, page)
		}
		l.adopted = append(l.adopted, n)
		if texts != nil {
			l.texts = append(l.texts, texts[i])
		}
	}
	return nil
}

func (l *looked) refuse(rel string, err error) {
	detail := err.Error()
	var because *archive.Refusal
	if errors.As(err, &because) {
		detail = because.Detail
	}
	l.refused = append(l.refused, store.RefusedInput{Path: rel, Reason: archive.ReasonOf(err), Detail: detail})
}

// oneFrame is the format of a kind of file that has one frame, by the ending of the name; ""
// for any other.
func oneFrame(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg":
		return raster.FormatJPEG
	case ".png":
		return raster.FormatPNG
	}
	return ""
}

// headerReaders are how many headers are read at a time, for disks that answer late.
const headerReaders = 4

// readHeaders gives a header for each file: read where it tells how many frames there
// are, otherwise one frame of a size not known.
func (p *Pipeline) readHeaders(ctx context.Context, files []seen) ([]raster.Header, []error) {
	headers, failed := make([]raster.Header, len(files)), make([]error, len(files))
	var g errgroup.Group
	g.SetLimit(headerReaders)
	for i, s := range files {
		format := oneFrame(s.rel)
		switch {
		case s.info.Size() == 0:
			failed[i] = archive.Refuse("read file", s.rel, archive.ReasonEmpty, "no bytes")
		case format != "":
			headers[i] = raster.Header{Format: format, Frames: make([]raster.Frame, 1)}
		default:
			g.Go(func() error { headers[i], failed[i] = p.readHeader(ctx, s.found); return nil })
		}
	}
	_ = g.Wait() // each keeps its own error
	return headers, failed
}
