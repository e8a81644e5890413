package app

import (
	"context"

	"lantai/app/settings"
	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/station"
)

// foundListed is how many originals of each kind are listed that are not as registered.
const foundListed = 1000

// storageRoots are those of the open archive, as the screen 系统设置 uses them.
type storageRoots struct{ station *station.Station }

// List lists the storage roots, looking where each is now.
func (r storageRoots) List(ctx context.Context) ([]settings.Root, error) {
	list, err := r.station.Roots(ctx)
	out := make([]settings.Root, len(list))
	for i, v := range list {
		out[i] = settings.Root{ID: v.ID, Label: v.Label, Path: v.Path, Present: v.Present, Files: v.Files, Hashed: v.Hashed,
			Bytes: v.Bytes, Changed: v.Changed, Vanished: v.Vanished,
			Waits: v.Stages[archive.StageReceived] + v.Stages[archive.StageEnhanced]}
	}
	return out, err
}

// Add registers a folder.
func (r storageRoots) Add(ctx context.Context, path, label string) (archive.ID, error) {
	root, err := r.station.AddRoot(ctx, r.station.Actor(), path, label)
	return root.ID, err
}

// Set points a root to another folder, or renames it.
func (r storageRoots) Set(ctx context.Context, id archive.ID, path, label string) error {
	_, err := r.station.SetRoot(ctx, r.station.Actor(), id, path, label)
	return err
}

// Found lists originals that were found changed or vanished.
func (r storageRoots) Found(ctx context.Context, id archive.ID) ([]settings.FoundFile, error) {
	var out []settings.FoundFile
	for _, found := range []archive.Found{archive.FoundChanged, archive.FoundVanished} {
		files, err := r.station.Catalogue.FilesFound(ctx, r.station.Sight(), id, found, "", foundListed)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			out = append(out, settings.FoundFile{Path: f.Path, Found: found})
		}
	}
	return out, nil
}

// Accept takes those that changed as they are now.
func (r storageRoots) Accept(ctx context.Context, id archive.ID) (int, error) {
	return r.station.Accept(ctx, r.station.Actor(), id)
}

// Hash makes the checksums that are missing.
func (r storageRoots) Hash(ctx context.Context, id archive.ID, progress func(archive.Progress)) (settings.Hashed, error) {
	got, err := r.station.Hash(ctx, id, func(h ingest.HashStatus) {
		progress(archive.Progress{Phase: ingest.PhaseHash, Done: h.Hashed, Total: h.Files})
	})
	out := settings.Hashed{Files: got.Files, Bytes: got.Bytes, Absent: len(got.Absent)}
	for _, list := range []struct {
		files  []ingest.RootFile
		reason archive.Reason
	}{{got.Changed, archive.ReasonAltered}, {got.Vanished, archive.ReasonVanished}, {got.Unreadable, archive.ReasonUnreadable}} {
		for _, f := range list.files {
			out.Unfit = append(out.Unfit, settings.Unfit{Path: f.Path, Reason: list.reason})
		}
	}
	return out, err
}
