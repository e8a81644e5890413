package offsite

import (
	"context"

	"lantai/archive"
	"lantai/archive/offsite/place"
	"lantai/archive/vault"
)

// reconcile looks at what lies on a medium when the catalogue does not know: after a
// catalogue was restored, another workstation has copied there, or the state file was lost. What
// has the path and size of an original counts as its copy, to be read back before all others; the manifest is
// written anew, and the one before it is kept beside.
func (s *session) reconcile(ctx context.Context, say func(Progress)) error {
	const doing = "look at medium"
	cat, target := s.c.opt.Catalogue, s.m.Target.ID
	if err := cat.ForgetCopies(ctx, s.m.Carrier.ID); err != nil {
		return err
	}
	moved, err := s.movedFrom(ctx)
	if err != nil {
		return err
	}
	if _, err := s.p.Stat(ctx, ManifestFile); err == nil {
		if err := s.p.Move(ctx, ManifestFile, listsDir+"before/"+stampOf(s.c.millis())+".sha256"); err != nil {
			return archive.Wrap(doing, ManifestFile, err)
		}
	} else if archive.KindOf(err) != archive.NotFound {
		return err
	}
	s.known = archive.CarrierState{Carrier: s.m.Carrier.ID}
	s.state = State{Through: s.state.Through, Lists: map[string]int64{}, Snapshot: s.state.Snapshot, Texts: s.state.Texts, TextsTo: s.state.TextsTo}
	if e, err := s.p.Stat(ctx, MovesFile); err == nil {
		s.state.Lists[MovesFile] = e.Bytes
	}
	b := &bar{say: say, now: Progress{Phase: "look"}}
	n := 0
	for _, dir := range []string{mastersDir, rootsDir} {
		var chunk []place.Entry
		for e, err := range s.p.Walk(ctx, dir[:len(dir)-1], "") {
			if err != nil {
				return archive.Wrap(doing, e.Path, err)
			}
			if e.Odd {
				continue
			}
			if chunk = append(chunk, e); len(chunk) == 4*lotFiles {
				if err := s.adopt(ctx, target, chunk, moved); err != nil {
					return err
				}
				n, chunk = n+len(chunk), chunk[:0]
				b.show(n, 0)
			}
		}
		if err := s.adopt(ctx, target, chunk, moved); err != nil {
			return err
		}
	}
	s.c.opt.Step("reconciled")
	return nil
}

// movedFrom reads moves.tsv of the medium: path here → path at home, both below masters/.
func (s *session) movedFrom(ctx context.Context) (map[string]string, error) {
	moved := map[string]string{}
	for cells, err := range tableAt(ctx, s.p, MovesFile) {
		if err != nil {
			return nil, err
		}
		if len(cells) == 3 {
			_, here, ok1 := rootOf(cells[1])
			_, home, ok2 := rootOf(cells[2])
			if ok1 && ok2 {
				moved[here] = home
			}
		}
	}
	return moved, nil
}

// adopt notes files on the medium that have the path and size of originals.
func (s *session) adopt(ctx context.Context, target archive.ID, chunk []place.Entry, moved map[string]string) error {
	paths := map[archive.ID][]string{}
	sizes := map[archive.ID]map[string]int64{}
	for _, e := range chunk {
		root, below, ok := rootOf(e.Path)
		if !ok {
			continue
		}
		if sizes[root] == nil {
			sizes[root] = map[string]int64{}
		}
		home := below
		if to, ok := moved[below]; ok && root == 0 {
			home = to
		}
		paths[root] = append(paths[root], home)
		sizes[root][below] = e.Bytes
	}
	for root, want := range paths {
		known, err := s.c.opt.Catalogue.KnownFiles(ctx, root, want)
		if err != nil {
			return err
		}
		var copies []archive.FileCopy
		var text []byte
		for below, bytes := range sizes[root] {
			home := below
			if to, ok := moved[below]; ok && root == 0 {
				home = to
			}
			f, ok := known[home]
			if !ok || f.Bytes != bytes || f.SHA256 == "" || f.State == archive.FileQuarantined {
				continue
			}
			copies = append(copies, archive.FileCopy{File: f.ID, Carrier: s.m.Carrier.ID, Bytes: bytes, Path: below, SHA256: f.SHA256})
			text = append(text, vault.Line(f.SHA256, archive.CopyFolder(root)+below)...)
		}
		if len(copies) == 0 {
			continue
		}
		if err := s.p.Append(ctx, ManifestFile, s.known.Manifest, text); err != nil {
			return err
		}
		next := s.known
		next.Manifest += int64(len(text))
		if err := s.c.opt.Catalogue.AddCopies(ctx, target, copies, next); err != nil {
			return err
		}
		s.known = next
	}
	return nil
}
