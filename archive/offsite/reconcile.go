package offsite

import (
	"bufio"
	"context"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/offsite/place"
	"lantai/archive/vault"
)

// reconcile looks at what lies on a medium when the catalogue does not know: after a
// catalogue was restored, another workstation has copied there, the list was changed, or the state file was lost. What
// has the path and size of an original counts as its copy, to be read back before all others; the list is
// written anew, and the one before it is kept beside. The state says so meanwhile, so that one that is cut off
// begins anew, whoever comes next.
func (s *session) reconcile(ctx context.Context, say func(Progress)) error {
	a := &adoption{s: s, beside: map[string]bool{}, faults: map[archive.ID]archive.CopyFault{}, bar: &bar{say: say, now: Progress{Phase: "look"}}}
	if err := a.begin(ctx); err != nil {
		return err
	}
	for _, dir := range []string{mastersDir, rootsDir} {
		var chunk []place.Entry
		for e, err := range s.p.Walk(ctx, dir[:len(dir)-1], "") {
			if err != nil {
				return archive.Wrap("look at medium", e.Path, err)
			}
			if e.Odd {
				continue
			}
			if chunk = append(chunk, e); len(chunk) == 8*lotFiles {
				if err := a.take(ctx, chunk); err != nil {
					return err
				}
				chunk = chunk[:0]
			}
		}
		if err := a.take(ctx, chunk); err != nil {
			return err
		}
	}
	slices.Sort(a.found)
	if err := s.c.opt.Catalogue.KeepCopies(ctx, s.m.Target.ID, s.m.Carrier.ID, a.found); err != nil {
		return err
	}
	s.c.opt.Step(stepReconciled)
	s.state.Looking = false
	return s.saveState(ctx)
}

// adoption is a reconciliation under way.
type adoption struct {
	s      *session
	beside map[string]bool                  // paths of copies beside another that the list had
	faults map[archive.ID]archive.CopyFault // of copies that were found faulty before
	found  []archive.ID                     // originals whose copies lie here
	bar    *bar
}

// begin says in the state that the medium is looked at, and puts its list aside.
func (a *adoption) begin(ctx context.Context) error {
	const doing = "look at medium"
	s := a.s
	for last := archive.ID(0); ; {
		list, err := s.c.opt.Catalogue.CopiesFaulty(ctx, s.m.Target.ID, last, 1000)
		if err != nil {
			return err
		}
		for _, one := range list {
			if last = one.File.ID; one.Carrier == s.m.Carrier.ID {
				a.faults[last] = one.Fault
			}
		}
		if len(list) == 0 {
			break
		}
	}
	for line, err := range linesAt(ctx, s.p, ManifestFile) {
		if err != nil {
			if archive.KindOf(err) == archive.Unavailable {
				return err
			}
			break // it is no list any more
		}
		if _, path, ok := vault.ParseLine(line); ok {
			if _, _, ok := besideOf(path); ok {
				a.beside[path] = true
			}
		}
	}
	var err error
	var moves int64
	if s.moved, moves, err = s.movedFrom(ctx); err != nil {
		return err
	}
	through := max(s.state.Through, s.known.Through)
	s.known = archive.CarrierState{Carrier: s.m.Carrier.ID, Through: through}
	s.listed = newSum()
	s.state = State{Looking: true, Through: through, Lists: map[string]int64{MovesFile: moves},
		Snapshot: s.state.Snapshot, Texts: s.state.Texts, TextsTo: s.state.TextsTo}
	if err := s.saveState(ctx); err != nil {
		return err
	}
	s.c.opt.Step(stepReconciling)
	if _, err := s.p.Stat(ctx, ManifestFile); archive.KindOf(err) == archive.NotFound {
		return nil
	}
	for at := s.c.millis(); ; at++ {
		err := s.p.Move(ctx, ManifestFile, listsDir+"before/"+stampOf(at)+".sha256")
		if archive.KindOf(err) != archive.Conflict {
			return archive.Wrap(doing, ManifestFile, err)
		}
	}
}

// movedFrom reads moves.tsv of the medium: path here → path at home, both below masters/; and
// how many of its bytes are whole lines.
func (s *session) movedFrom(ctx context.Context) (moved map[string]string, whole int64, err error) {
	moved = map[string]string{}
	in, err := s.p.Open(ctx, MovesFile)
	if archive.KindOf(err) == archive.NotFound {
		return moved, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	defer in.Close()
	r := bufio.NewReaderSize(in, 1<<16)
	for {
		line, err := r.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return moved, whole, nil
		}
		if err != nil {
			return nil, 0, archive.Wrap("look at medium", MovesFile, err)
		}
		whole += int64(len(line))
		if cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t"); len(cells) == 3 {
			_, here, ok1 := rootOf(unescape.Replace(cells[1]))
			_, home, ok2 := rootOf(unescape.Replace(cells[2]))
			if ok1 && ok2 {
				moved[here] = home
			}
		}
	}
}

// candidate is a file on the medium, and under which path its original may be known.
type candidate struct {
	below, home string
	bytes       int64
	sum         string // the beginning of its digest, of one that lies beside another
}

// take notes files on the medium that have the path and size of originals.
func (a *adoption) take(ctx context.Context, chunk []place.Entry) error {
	byRoot := map[archive.ID][]candidate{}
	for _, e := range chunk {
		root, below, ok := rootOf(e.Path)
		if !ok {
			continue
		}
		one := candidate{below: below, home: below, bytes: e.Bytes}
		if to, ok := a.s.moved[below]; ok && root == 0 {
			one.home = to
		}
		byRoot[root] = append(byRoot[root], one)
		if plain, sum, ok := besideOf(below); ok {
			one.home, one.sum = plain, sum
			byRoot[root] = append(byRoot[root], one)
		}
	}
	for root, list := range byRoot {
		if err := a.adopt(ctx, root, list); err != nil {
			return err
		}
	}
	a.bar.show(len(a.found), 0)
	return nil
}

// adopt notes the candidates below the folder of a root that are copies.
func (a *adoption) adopt(ctx context.Context, root archive.ID, list []candidate) error {
	want, here := make([]string, len(list)), make([]string, len(list))
	for i, one := range list {
		want[i], here[i] = one.home, one.below
	}
	known, err := a.s.c.opt.Catalogue.KnownFiles(ctx, root, want)
	if err != nil {
		return err
	}
	moved, err := a.s.c.opt.Catalogue.CopiesMoved(ctx, a.s.m.Target.ID, here)
	if err != nil {
		return err
	}
	byPath := make(map[string]archive.File, len(moved))
	for _, one := range moved {
		if one.Root == root {
			byPath[one.FileCopy.Path] = one.File
		}
	}
	var copies []archive.FileCopy
	for _, one := range list {
		f, ok := byPath[one.below]
		if ok {
			delete(byPath, one.below) // the same file may be a candidate under another path
		} else if f, ok = known[one.home]; !ok || !strings.HasPrefix(f.SHA256, one.sum) || one.sum == "" && a.beside[archive.CopyFolder(root)+otherPath(f)] {
			continue // no original, or what one was before it was accepted anew
		}
		if f.Bytes == one.bytes && f.SHA256 != "" {
			copies = append(copies, archive.FileCopy{File: f.ID, Carrier: a.s.m.Carrier.ID, Bytes: one.bytes, Path: one.below, SHA256: f.SHA256,
				Fault: a.faults[f.ID]})
		}
	}
	return a.note(ctx, root, copies)
}

// note lists copies that were found and notes them.
func (a *adoption) note(ctx context.Context, root archive.ID, copies []archive.FileCopy) error {
	if len(copies) == 0 {
		return nil
	}
	s := a.s
	var text []byte
	for _, f := range copies {
		text = append(text, vault.Line(f.SHA256, archive.CopyFolder(root)+f.Path)...)
		a.found = append(a.found, f.File)
	}
	next, err := s.append(ctx, text)
	if err != nil {
		return err
	}
	if _, err := s.c.opt.Catalogue.AddCopies(ctx, s.m.Target.ID, copies, next); err != nil {
		return err
	}
	s.known = next
	s.c.opt.Step(stepAdopted)
	return nil
}

// besideOf takes apart a path that otherPath made: the path that was taken, and the
// beginning of the digest.
func besideOf(below string) (plain, sum string, ok bool) {
	dir, name := path.Split(below)
	stem, ending := name, ""
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		stem, ending = name[:i], name[i:]
	}
	i := len(stem) - 9
	if i < 1 || stem[i] != '~' || strings.Trim(stem[i+1:], "0123456789abcdef") != "" {
		return "", "", false
	}
	return dir + stem[:i] + ending, stem[i+1:], true
}
