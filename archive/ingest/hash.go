package ingest

import (
	"context"
	"errors"
	"iter"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"lantai/archive"
	"lantai/archive/raster"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// Hashed is what a Hash did.
type Hashed struct {
	Files      int          `json:"files"` // hashed now
	Bytes      int64        `json:"bytes"`
	Changed    []RootFile   `json:"changed"`    // changed between registration and hashing
	Vanished   []RootFile   `json:"vanished"`   // no longer there
	Unreadable []RootFile   `json:"unreadable"` // the disk did not let us read them; they are tried again
	Absent     []archive.ID `json:"absent"`     // roots that are not connected
}

// RootFile names an original on a storage root.
type RootFile struct {
	Root archive.ID `json:"root"`
	Path string     `json:"path"`
}

// HashStatus is how far the digests of adopted originals have come.
type HashStatus struct {
	Running        bool
	Files, Hashed  int
	Bytes          int64
	HashedBytes    int64
	BytesPerSecond float64       // as last measured; 0: never was
	Left           time.Duration // at this speed; 0: not known
}

// Hash makes the digests of adopted originals that have none, of one root or, for zero,
// of all that are connected, as fast as the disk gives them; the work in the
// background makes way for it. Nothing that was done is done again: it may be stopped
// and killed at any time. The report's lists have the first thousand of each.
func (p *Pipeline) Hash(ctx context.Context, root archive.ID, progress func(HashStatus)) (Hashed, error) {
	return p.hash(ctx, root, false, progress)
}

// HashSlowly is Hash for the background: it reads at the lowest priority, and little
// while the pipeline or somebody at the desk works. It returns when there is nothing
// to do, or when a Hash takes over.
func (p *Pipeline) HashSlowly(ctx context.Context) (Hashed, error) {
	return p.hash(ctx, 0, true, nil)
}

func (p *Pipeline) hash(ctx context.Context, root archive.ID, slow bool, progress func(HashStatus)) (Hashed, error) {
	const op = "hash originals"
	ctx, done, err := p.hasher.begin(ctx, slow)
	if err != nil {
		return Hashed{}, archive.Wrap(op, "", err)
	}
	defer done()
	h := &hashing{p: p, slow: slow, progress: progress, began: time.Now(),
		report: Hashed{Changed: []RootFile{}, Vanished: []RootFile{}, Unreadable: []RootFile{}, Absent: []archive.ID{}}}
	roots, err := p.cat.Roots(ctx)
	if err != nil {
		return h.report, archive.Wrap(op, "", err)
	}
	if root != 0 && !slices.ContainsFunc(roots, func(r store.Root) bool { return r.ID == root }) {
		return h.report, archive.Errorf(archive.NotFound, op, root.String(), "no such storage root")
	}
	for _, r := range roots {
		if root != 0 && r.ID != root {
			continue
		}
		err := h.root(ctx, r.ID)
		if err == nil && !slow { // all of it may be hashed, and it be away
			_, err = p.originals.Look(ctx, r.ID)
		}
		if errors.Is(err, archive.ErrRootAbsent) {
			h.report.Absent = append(h.report.Absent, r.ID)
			continue
		}
		if err != nil {
			return h.report, archive.Wrap(op, r.Label, err)
		}
	}
	return h.report, nil
}

// hashing is one run of Hash.
type hashing struct {
	p        *Pipeline
	slow     bool
	progress func(HashStatus)
	began    time.Time
	noted    time.Time
	report   Hashed
}

// hashBatch is how many files are asked for, and committed, at a time, and hashBytes
// how many bytes at most lie between two commits.
const (
	hashBatch = 256
	hashBytes = 1 << 30
)

func (h *hashing) root(ctx context.Context, root archive.ID) error {
	for after := ""; ; {
		list, err := h.p.cat.UnhashedFiles(ctx, root, after, hashBatch)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return h.list(ctx, root)
		}
		dir, err := h.p.originals.Look(ctx, root)
		if err == nil {
			err = h.files(ctx, dir, list)
		}
		if err != nil {
			// What was hashed is listed even when the rest must wait.
			if ctx.Err() == nil && h.report.Files > 0 {
				err = errors.Join(err, h.list(ctx, root))
			}
			return err
		}
		after = list[len(list)-1].Path
	}
}

// files hashes some files of a root and writes what came of it.
func (h *hashing) files(ctx context.Context, dir string, list []archive.File) error {
	ids := make([]archive.ID, len(list))
	for i, f := range list {
		ids[i] = f.ID
	}
	unread, err := h.p.cat.UnreadFiles(ctx, ids)
	if err != nil {
		return err
	}
	var got []digest
	var bytes int64
	for d := range h.read(ctx, dir, list, unread) {
		got, bytes = append(got, d), bytes+d.file.Bytes
		if bytes >= hashBytes {
			if err := h.commit(ctx, got); err != nil {
				return err
			}
			got, bytes = nil, 0
		}
	}
	// What was read is kept even when the work was stopped.
	if err := h.commit(context.WithoutCancel(ctx), got); err != nil {
		return err
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return nil
}

// digest is what came of reading one original.
type digest struct {
	file   archive.File
	sum    string
	found  archive.Found
	header raster.Header // where nobody had read it, and it could be
	failed error
}

// read reads originals and gives their digests: one goroutine reads, another hashes.
func (h *hashing) read(ctx context.Context, dir string, list []archive.File, unread map[archive.ID]bool) iter.Seq[digest] {
	return func(yield func(digest) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		s := newStream()
		var reading sync.WaitGroup
		reading.Go(func() {
			defer s.close()
			if h.slow {
				defer vault.Lowest()()
			}
			for _, f := range list {
				if !s.read(ctx, filepath.Join(dir, filepath.FromSlash(f.Path)), f, unread[f.ID], h.pace) {
					return
				}
			}
		})
		defer reading.Wait()
		defer stop()
		for d := range s.digests(ctx) {
			if !yield(d) {
				return
			}
		}
	}
}

// commit writes digests, and what was found of the files that have none.
func (h *hashing) commit(ctx context.Context, got []digest) error {
	if len(got) == 0 {
		return nil
	}
	root := got[0].file.Root
	for _, d := range got {
		if d.found == archive.FoundVanished || d.failed != nil {
			if _, err := h.p.originals.Look(ctx, root); err != nil { // all of it went
				if got = slices.DeleteFunc(got, func(d digest) bool { return d.sum == "" }); len(got) == 0 {
					return err
				}
				return errors.Join(err, h.commit(ctx, got))
			}
			break
		}
	}
	for _, d := range got {
		if err := h.p.addFrames(context.WithoutCancel(ctx), d.file, d.header.Frames); err != nil {
			return err
		}
	}
	var sums []digest
	now := time.Now()
	_, err := h.p.cat.Do(context.WithoutCancel(ctx), archive.Actor{}, "file.hash", func(tx *store.Tx) error {
		sums = sums[:0]
		for _, d := range got {
			hashed, err := write(tx, d)
			if err != nil {
				return err
			}
			if hashed {
				sums = append(sums, d)
			}
		}
		if len(sums) == 0 {
			return nil
		}
		return tx.Remember(listState(root), "stale")
	})
	if err != nil {
		return err
	}
	h.p.opt.Step(stepHashed)
	h.count(got, sums)
	return h.tell(ctx, now)
}

// write writes what came of one file, and tells whether that was a digest.
func write(tx *store.Tx, d digest) (hashed bool, err error) {
	switch {
	case d.failed != nil:
		return false, nil
	case d.found != archive.FoundAsRegistered:
		return false, tx.SetFound(d.found, d.file.ID)
	}
	hashed, err = tx.HashFile(d.file, d.sum, d.header.Format)
	if err != nil || !hashed || len(d.header.Frames) == 0 {
		return hashed, err
	}
	w, high, dpi, _ := d.header.Frames[0].Upright()
	return true, tx.SetSize(d.file.ID, 0, w, high, int(dpi+0.5))
}

func (h *hashing) count(got, sums []digest) {
	r := &h.report
	note := func(list *[]RootFile, d digest) {
		if len(*list) < maxRefused {
			*list = append(*list, RootFile{d.file.Root, d.file.Path})
		}
	}
	for _, d := range got {
		switch {
		case d.failed != nil:
			note(&r.Unreadable, d)
		case d.found == archive.FoundChanged:
			note(&r.Changed, d)
		case d.found == archive.FoundVanished:
			note(&r.Vanished, d)
		}
	}
	for _, d := range sums {
		r.Files++
		r.Bytes += d.file.Bytes
	}
}

// listState is the key under which is remembered whether a root's list has all digests.
func listState(root archive.ID) string { return "root-list." + root.String() }

// list writes the list of a root if digests came since it was written.
func (h *hashing) list(ctx context.Context, root archive.ID) error {
	state, err := h.p.cat.Remembered(ctx, listState(root))
	if err != nil || state != "stale" {
		return err
	}
	err = h.p.vault.WriteRootList(ctx, root, func(yield func(vault.Listed, error) bool) {
		for f, err := range h.p.cat.RootFiles(ctx, all, root) {
			if !yield(vault.Listed{Path: f.Path, SHA256: f.SHA256}, err) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	h.p.opt.Step(stepRootListed)
	_, err = h.p.cat.Do(ctx, archive.Actor{}, "state", func(tx *store.Tx) error { return tx.Remember(listState(root), "whole") })
	return err
}
