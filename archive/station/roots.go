package station

import (
	"cmp"
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/home"
	"lantai/archive/ingest"
	"lantai/archive/store"
)

// Root is a storage root with what is known of the originals there.
type Root struct {
	ID       archive.ID            `json:"id"`
	Label    string                `json:"label"`
	Path     string                `json:"path"` // where it is; where it was last when it is absent
	Present  bool                  `json:"present"`
	Files    int                   `json:"files"`
	Bytes    int64                 `json:"bytes"`
	Hashed   int                   `json:"hashed"`
	Changed  int                   `json:"changed"`
	Vanished int                   `json:"vanished"`
	Stages   map[archive.Stage]int `json:"stages"` // of its pages
}

// Roots lists the storage roots. It looks where each is now.
func (s *Station) Roots(ctx context.Context) ([]Root, error) {
	states, err := s.Originals.States(ctx)
	if err != nil {
		return nil, err
	}
	ids := make([]archive.ID, len(states))
	for i, r := range states {
		ids[i] = r.ID
	}
	counts, err := s.Catalogue.RootCounts(ctx, ids)
	if err != nil {
		return nil, err
	}
	list := make([]Root, len(states))
	for i, r := range states {
		n := counts[r.ID]
		list[i] = Root{ID: r.ID, Label: r.Label, Path: r.Path, Present: r.Present, Files: n.Files, Bytes: n.Bytes,
			Hashed: n.Hashed, Changed: n.Changed, Vanished: n.Vanished, Stages: n.Stages}
		if r.Present {
			list[i].Path = r.At
		}
	}
	return list, nil
}

// AddRoot registers a folder as a storage root; nothing is written there.
func (s *Station) AddRoot(ctx context.Context, actor archive.Actor, path, label string) (store.Root, error) {
	return ingest.AddRoot(ctx, s.Catalogue, s.Originals, s.Home.Dir(), actor, path, label)
}

// SetRoot points a storage root to another folder, where its files must be found. An
// empty path or label stays.
func (s *Station) SetRoot(ctx context.Context, actor archive.Actor, id archive.ID, path, label string) (store.Root, error) {
	return ingest.SetRoot(ctx, s.Catalogue, s.Originals, actor, id, path, label)
}

// RootAt gives the label of the storage root, among those that are connected, that a
// folder lies on; "" where there is none.
func (s *Station) RootAt(ctx context.Context, dir string) (label string, err error) {
	r, _, err := ingest.RootAt(ctx, s.Originals, dir)
	return r.Label, err
}

// Original is an original as a screen shows it: where it is now, and whether it can be
// opened.
type Original struct {
	File   archive.File
	Root   string // label of its storage root; empty: masters/
	At     string // its full path now; empty while its root is not connected
	Absent bool   // its root is not connected
}

// Original tells where an original is now.
func (s *Station) Original(ctx context.Context, sight access.Sight, file archive.ID) (Original, error) {
	f, err := s.Catalogue.File(ctx, sight, file)
	if err != nil {
		return Original{}, err
	}
	o := Original{File: f}
	dir := s.Home.Masters()
	if f.Root != 0 {
		states, err := s.Originals.States(ctx)
		if err != nil {
			return o, err
		}
		dir = ""
		for _, r := range states {
			if r.ID == f.Root {
				o.Root, dir = r.Label, r.At
			}
		}
		o.Absent = dir == ""
	}
	if !o.Absent {
		o.At = filepath.Join(dir, filepath.FromSlash(f.Path))
	}
	return o, nil
}

// OriginalState says what stands in the way of opening a page's original.
type OriginalState string

// The states of a page's original; words stand under "original.".
const (
	OriginalThere    OriginalState = ""
	OriginalAbsent   OriginalState = "absent"   // its storage root is not connected
	OriginalChanged  OriginalState = "changed"  // not as it was registered
	OriginalVanished OriginalState = "vanished" // no longer where it was registered
)

// OriginalStates tells the states of the originals of pages, one for each.
func (s *Station) OriginalStates(ctx context.Context, sight access.Sight, pages []archive.Page) ([]OriginalState, error) {
	ids := make([]archive.ID, len(pages))
	for i, p := range pages {
		ids[i] = p.File
	}
	files, err := s.Catalogue.Files(ctx, sight, ids)
	if err != nil {
		return nil, err
	}
	absent, err := s.Originals.Absent(ctx)
	if err != nil {
		return nil, err
	}
	of := make(map[archive.ID]OriginalState, len(files))
	for _, f := range files {
		of[f.ID] = OriginalState(f.Found)
		if slices.Contains(absent, f.Root) {
			of[f.ID] = OriginalAbsent
		}
	}
	states := make([]OriginalState, len(pages))
	for i, p := range pages {
		states[i] = of[p.File]
	}
	return states, nil
}

// The methods about roots that an owner answers to guests.
const (
	methodAdopt  = "adopt"
	methodHash   = "hash"
	methodAccept = "accept"
)

type rootArgs struct{ Root archive.ID }

// Adopt registers the files of a folder where they lie, usable at once. Their pages are
// worked off in the background; it does not wait for that.
func (s *Station) Adopt(ctx context.Context, actor archive.Actor, a ingest.Adoption, progress func(archive.Progress)) (ingest.Adopted, error) {
	var r ingest.Adopted
	answered, err := s.ask(ctx, methodAdopt, a, &r, func(told json.RawMessage) {
		var p archive.Progress
		if json.Unmarshal(told, &p) == nil {
			progress(p)
		}
	})
	if answered {
		return r, err
	}
	return s.adopt(ctx, actor, a, progress)
}

func (s *Station) adopt(ctx context.Context, actor archive.Actor, a ingest.Adoption, progress func(archive.Progress)) (ingest.Adopted, error) {
	r, err := s.Pipeline.Adopt(ctx, actor, a, progress)
	select {
	case s.toHash <- struct{}{}:
	default:
	}
	return r, err
}

// Hash makes the digests of adopted originals that have none now, of one root or, for
// zero, of all.
func (s *Station) Hash(ctx context.Context, root archive.ID, progress func(ingest.HashStatus)) (ingest.Hashed, error) {
	var r ingest.Hashed
	answered, err := s.ask(ctx, methodHash, rootArgs{root}, &r, func(told json.RawMessage) {
		var p ingest.HashStatus
		if json.Unmarshal(told, &p) == nil {
			progress(p)
		}
	})
	if !answered {
		r, err = s.Pipeline.Hash(ctx, root, progress)
	}
	masked := s.maskFiles(ctx, r.Changed, r.Vanished, r.Unreadable)
	return r, cmp.Or(err, masked)
}

// maskFiles leaves of the paths of originals that may not be seen the numbers of their
// files.
func (s *Station) maskFiles(ctx context.Context, lists ...[]ingest.RootFile) error {
	sight := s.Sight()
	if sight.Everything() {
		return nil
	}
	for _, list := range lists {
		for i := range list {
			f, err := s.found(ctx, list[i].Root, list[i].Path)
			if err != nil {
				return err
			}
			list[i].Path = f.Path
		}
	}
	return nil
}

// Accept takes the originals of a root that were found changed as they are now, and
// tells how many.
func (s *Station) Accept(ctx context.Context, actor archive.Actor, root archive.ID) (n int, err error) {
	if answered, err := s.ask(ctx, methodAccept, rootArgs{root}, &n, nil); answered {
		return n, err
	}
	return s.Pipeline.Accept(ctx, actor, root)
}

// rootHandlers answer guests.
func (s *Station) rootHandlers() map[string]home.Handler {
	return map[string]home.Handler{
		methodAdopt: answer(methodAdopt, func(ctx context.Context, as archive.Actor, a ingest.Adoption) (any, error) {
			return s.adopt(ctx, as, a, func(p archive.Progress) { home.Tell(ctx, p) })
		}),
		methodHash: answer(methodHash, func(ctx context.Context, as archive.Actor, a rootArgs) (any, error) {
			return s.Pipeline.Hash(ctx, a.Root, func(p ingest.HashStatus) { home.Tell(ctx, p) })
		}),
		methodAccept: answer(methodAccept, func(ctx context.Context, as archive.Actor, a rootArgs) (any, error) {
			return s.Pipeline.Accept(ctx, as, a.Root)
		}),
	}
}

// hashEvery is how often the background looks for originals without a digest besides
// after an adoption: a root may have come back.
const hashEvery = 30 * time.Second

// runHashing makes digests in the background.
func (s *Station) runHashing(ctx context.Context) {
	for ctx.Err() == nil {
		_, err := s.Pipeline.HashSlowly(ctx)
		switch archive.KindOf(err) {
		case "", archive.Stopped, archive.Busy:
		default:
			s.opt.Log.Error("hash originals", "error", err)
		}
		select {
		case <-s.toHash:
		case <-time.After(hashEvery):
		case <-ctx.Done():
		}
	}
}
