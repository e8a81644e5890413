package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"lantai/archive"
	"lantai/archive/raster"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// sampleSize is how many files from either end of a root it is recognised by.
const sampleSize = 8

// Registry gives the vault what the catalogue knows of storage roots.
func Registry(cat *store.Catalogue) vault.Registry { return registry{cat} }

type registry struct{ cat *store.Catalogue }

// KnownRoots lists the storage roots.
func (r registry) KnownRoots(ctx context.Context) ([]vault.KnownRoot, error) {
	roots, err := r.cat.Roots(ctx)
	list := make([]vault.KnownRoot, len(roots))
	for i, root := range roots {
		list[i] = vault.KnownRoot(root)
	}
	return list, err
}

// KnownSample gives files to recognise a root by.
func (r registry) KnownSample(ctx context.Context, root archive.ID) ([]vault.KnownFile, error) {
	return r.sample(ctx, root, sampleSize)
}

func (r registry) sample(ctx context.Context, root archive.ID, n int) ([]vault.KnownFile, error) {
	files, err := r.cat.RootSample(ctx, root, n)
	list := make([]vault.KnownFile, len(files))
	for i, f := range files {
		list[i] = vault.KnownFile{Path: f.Path, Bytes: f.Bytes}
	}
	return list, err
}

// AddRoot registers a folder as a storage root; nothing is written there. An empty label
// is the folder's name. A folder of the archive itself is Invalid; one that lies in
// a root, or around one, is a Conflict: its files would be registered twice.
func AddRoot(ctx context.Context, cat *store.Catalogue, originals *vault.Originals, home string, actor archive.Actor, path, label string) (store.Root, error) {
	const op = "add storage root"
	dir, err := folder(op, path)
	if err != nil {
		return store.Root{}, err
	}
	if abs, err := real(home); err == nil && below(dir, abs) {
		return store.Root{}, archive.Errorf(archive.Invalid, op, path, "the folder belongs to the archive itself")
	}
	if err := overlaps(ctx, op, originals, dir, 0); err != nil {
		return store.Root{}, err
	}
	root := store.Root{Label: label, Path: dir}
	if root.Label == "" {
		root.Label = filepath.Base(dir)
	}
	root.Volume, root.Within = vault.VolumeOf(dir)
	_, err = cat.Do(ctx, actor, "root.add", func(tx *store.Tx) error { return tx.AddRoot(&root) })
	return root, archive.Wrap(op, path, err)
}

// SetRoot points a storage root to another folder, where its files must be found. An
// empty path or label stays.
func SetRoot(ctx context.Context, cat *store.Catalogue, originals *vault.Originals, actor archive.Actor, id archive.ID, path, label string) (store.Root, error) {
	const op = "set storage root"
	root, err := findRoot(ctx, op, cat, id)
	if err != nil {
		return root, err
	}
	if label != "" {
		root.Label = label
	}
	if path != "" {
		dir, err := folder(op, path)
		if err != nil {
			return root, err
		}
		if err := overlaps(ctx, op, originals, dir, id); err != nil {
			return root, err
		}
		sample, err := registry{cat}.sample(ctx, id, 32*sampleSize)
		if err != nil {
			return root, err
		}
		if !vault.Recognise(dir, sample) {
			return root, archive.Errorf(archive.Conflict, op, path, "the files that are known of %s are not there", root.Label)
		}
		root.Path = dir
		root.Volume, root.Within = vault.VolumeOf(dir)
	}
	_, err = cat.Do(ctx, actor, "root.set", func(tx *store.Tx) error { return tx.SetRoot(root) })
	return root, archive.Wrap(op, path, err)
}

func findRoot(ctx context.Context, op string, cat *store.Catalogue, id archive.ID) (store.Root, error) {
	roots, err := cat.Roots(ctx)
	if err != nil {
		return store.Root{}, err
	}
	for _, r := range roots {
		if r.ID == id {
			return r, nil
		}
	}
	return store.Root{}, archive.Errorf(archive.NotFound, op, id.String(), "no such storage root")
}

// folder gives the path of a folder without links in it.
func folder(op, path string) (string, error) {
	dir, err := real(path)
	if err != nil {
		return "", archive.WrapAs(archive.NotFound, op, path, err)
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", archive.Errorf(archive.Invalid, op, path, "not a folder")
	}
	return dir, nil
}

func real(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// overlaps refuses a folder that lies in a root other than except, or around one.
func overlaps(ctx context.Context, op string, originals *vault.Originals, dir string, except archive.ID) error {
	states, err := originals.States(ctx)
	if err != nil {
		return err
	}
	for _, s := range states {
		at := s.At
		if at == "" {
			at = s.Path
		}
		if s.ID != except && (below(dir, at) || below(at, dir)) {
			return archive.Errorf(archive.Conflict, op, dir, "it overlaps the storage root %s (%s)", s.Label, at)
		}
	}
	return nil
}

// RootAt finds the storage root, among those that are connected, that a folder lies on;
// it is false where there is none.
func RootAt(ctx context.Context, originals *vault.Originals, dir string) (vault.RootState, bool, error) {
	at, err := real(dir)
	if err != nil {
		return vault.RootState{}, false, archive.WrapAs(archive.NotFound, "find storage root", dir, err)
	}
	s, _, found, err := rootAround(ctx, originals, at)
	return s, found, err
}

// rootAround is RootAt for a path without links; rel is the folder below the root.
func rootAround(ctx context.Context, originals *vault.Originals, dir string) (_ vault.RootState, rel string, found bool, err error) {
	states, err := originals.States(ctx)
	if err != nil {
		return vault.RootState{}, "", false, err
	}
	for _, s := range states {
		if s.At == "" {
			continue
		}
		at, err := real(s.At)
		if err != nil || !below(dir, at) {
			continue
		}
		rel, err := filepath.Rel(at, dir)
		return s, rel, err == nil, archive.Wrap("find storage root", dir, err)
	}
	return vault.RootState{}, "", false, nil
}

// Accept takes the originals of a root that were found changed as they are now: they are
// hashed anew and their pages go through the pipeline again. It tells how many.
func (p *Pipeline) Accept(ctx context.Context, actor archive.Actor, root archive.ID) (int, error) {
	const op = "accept changed files"
	n := 0
	for after := ""; ; {
		list, err := p.cat.FilesFound(ctx, all, root, archive.FoundChanged, after, 100)
		if err != nil || len(list) == 0 {
			p.Wake()
			return n, archive.Wrap(op, root.String(), err)
		}
		after = list[len(list)-1].Path
		dir, err := p.originals.Look(ctx, root)
		if err != nil {
			return n, archive.Wrap(op, root.String(), err)
		}
		var frames [][]raster.Frame
		_, err = p.cat.Do(ctx, actor, "file.accept", func(tx *store.Tx) error {
			frames = make([][]raster.Frame, len(list))
			for i, f := range list {
				name := filepath.Join(dir, filepath.FromSlash(f.Path))
				info, err := os.Lstat(name)
				if err != nil || !info.Mode().IsRegular() {
					continue // it vanished since; the next look says so
				}
				if h, err := p.readHeader(ctx, found{path: name, rel: f.Path}); err == nil { // its pages are refused otherwise
					frames[i] = h.Frames
				}
				if err := tx.AcceptFile(f.ID, info.Size(), info.ModTime().UnixMilli()); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		for i, f := range list {
			if err == nil {
				err = p.addFrames(ctx, f, frames[i])
			}
		}
		if err != nil {
			return n, archive.Wrap(op, root.String(), err)
		}
	}
}

// addFrames adds the pages of a file that turns out to have more frames than were
// registered.
func (p *Pipeline) addFrames(ctx context.Context, f archive.File, frames []raster.Frame) error {
	if len(frames) < 2 {
		return nil
	}
	pages, err := p.cat.PagesOfFile(ctx, all, f.ID)
	if err != nil || len(pages) == 0 || len(pages) >= len(frames) {
		return err
	}
	var more []archive.Page
	for i := len(pages); i < len(frames); i++ {
		w, h, dpi, _ := frames[i].Upright()
		more = append(more, archive.Page{File: f.ID, Frame: i, Stage: archive.StageReceived, Holding: pages[0].Holding,
			Width: w, Height: h, DPI: int(dpi + 0.5)})
	}
	_, err = p.cat.Do(ctx, archive.Actor{}, "page.add", func(tx *store.Tx) error { return tx.AddPages(more) })
	if archive.KindOf(err) == archive.Conflict { // somebody else was quicker
		return nil
	}
	return err
}

// lateFrames is addFrames for a file that is known to have so many frames; their sizes
// are read only where one is missing.
func (p *Pipeline) lateFrames(ctx context.Context, f archive.File, frames int) error {
	pages, err := p.cat.PagesOfFile(ctx, all, f.ID)
	if err != nil || len(pages) >= frames {
		return err
	}
	file, err := p.originals.Open(ctx, f)
	if err != nil {
		return notOpened(f, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return p.readFailed(ctx, f, err)
	}
	h, err := p.raster.ReadHeader(ctx, file, info.Size())
	if err != nil {
		return p.readFailed(ctx, f, err)
	}
	return p.addFrames(ctx, f, h.Frames)
}

// notOpened tells what it means for a page that its original cannot be opened: nothing
// while its root is away, otherwise a refusal.
func notOpened(f archive.File, err error) error {
	switch {
	case errors.Is(err, archive.ErrRootAbsent), archive.KindOf(err) == archive.Stopped:
		return err
	case f.Root != 0 && archive.KindOf(err) == archive.NotFound:
		return archive.Refuse("read original", f.Path, archive.ReasonVanished, "%v", err)
	}
	return archive.Refuse("read original", f.Path, archive.ReasonUnreadable, "%v", err)
}

// content names the bytes of an original: by their digest, and before it is known by
// what was registered.
func content(f archive.File) string {
	if f.SHA256 != "" {
		return f.SHA256
	}
	return fmt.Sprintf("unhashed %s %d %d", f.ID, f.Bytes, f.Modified)
}

// foundBy is how an original was, by the reason that its page was refused for.
func foundBy(r archive.Reason) (archive.Found, bool) {
	switch r {
	case archive.ReasonAltered:
		return archive.FoundChanged, true
	case archive.ReasonVanished:
		return archive.FoundVanished, true
	}
	return "", false
}
