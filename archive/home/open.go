package home

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lantai/archive"
)

// Options of a new home; the zero value is an ordinary archive.
type Options struct {
	Class archive.Secrecy  // the highest 密级 that it may hold, for ever; zero: an ordinary archive
	Now   func() time.Time // nil: time.Now
}

// Init makes dir a new home. name "" takes the folder's name. dir may be missing or
// empty; a first try that was interrupted may be repeated. Errors: Conflict when
// it is a home already or has other files in it, Busy while another process does the same, Unavailable on a
// network share, Invalid for the name, NoSpace.
func Init(dir, name string, opt Options) (*Home, error) {
	const op = "make archive"
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, archive.Wrap(op, dir, err)
	}
	if name == "" {
		name = filepath.Base(dir)
	}
	if err := checkName(op, name); err != nil {
		return nil, err
	}
	if opt.Class < archive.NotSecret || opt.Class > archive.TopSecret {
		return nil, archive.Errorf(archive.Invalid, op, dir, "no such class: %d", int(opt.Class))
	}
	if err := checkEmpty(op, dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, archive.WrapAs(diskKind(err), op, dir, err)
	}
	if err := refuseNetwork(op, dir); err != nil {
		return nil, err
	}
	now := opt.Now
	if now == nil {
		now = time.Now
	}
	h := &Home{dir: dir, now: now}
	lock, err := h.Lock()
	if err != nil {
		return nil, err
	}
	defer func() { _ = lock.Unlock() }()
	if err := checkEmpty(op, dir); err != nil { // another process may have been quicker
		return nil, err
	}
	return h, h.found(op, name, opt.Class)
}

// found makes the folders and, last, lantai.json: only then is it a home.
func (h *Home) found(op, name string, class archive.Secrecy) error {
	for _, sub := range layout {
		if err := os.Mkdir(filepath.Join(h.dir, sub), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return archive.WrapAs(diskKind(err), op, h.dir, err)
		}
	}
	for _, dir := range []string{h.dir, filepath.Dir(h.dir)} {
		if err := syncFolder(dir); err != nil {
			return archive.WrapAs(diskKind(err), op, dir, err)
		}
	}
	place, err := placeOf(h.dir)
	if err != nil {
		return archive.WrapAs(archive.Unavailable, op, h.dir, err)
	}
	now := h.now().UTC().Truncate(time.Second)
	h.place = place
	kind := Ordinary
	if class > archive.NotSecret {
		kind = Classified
	}
	h.about = about{Format: Format, Name: name, Archive: newID(), Kind: kind, Class: class, Created: now,
		Station: 1, Place: place, Stations: []station{{Number: 1, Since: now, Place: place}}}
	return h.about.write(op, h.dir)
}

// checkEmpty lets pass what Init itself makes before lantai.json, and what file
// systems keep in their root.
func checkEmpty(op, dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return archive.WrapAs(diskKind(err), op, dir, err)
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case name == aboutName:
			return archive.Errorf(archive.Conflict, op, dir, "an archive already")
		case name == lockName, name == "lost+found", name == "System Volume Information", name == "$RECYCLE.BIN",
			strings.HasPrefix(name, aboutName+".") && strings.HasSuffix(name, ".part"):
			continue
		case slices.Contains(layout[:], name) && e.IsDir():
			inside, err := os.ReadDir(filepath.Join(dir, name))
			if err == nil && len(inside) == 0 {
				continue
			}
		}
		return archive.Errorf(archive.Conflict, op, dir, "the folder is not empty: %s", name)
	}
	return nil
}

// Open opens an existing home. Errors: NotFound when dir is not a home, TooNew,
// Damaged when lantai.json cannot be understood, Unavailable when it cannot be
// read or lies on a network share. A home that seems moved or copied opens too:
// see Relocated.
func Open(dir string) (*Home, error) {
	const op = "open archive"
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, archive.Wrap(op, dir, err)
	}
	a, err := readAbout(op, dir)
	if err != nil {
		return nil, err
	}
	if err := refuseNetwork(op, dir); err != nil {
		return nil, err
	}
	place, err := placeOf(dir)
	if err != nil {
		return nil, archive.WrapAs(diskKind(err), op, dir, err)
	}
	h := &Home{dir: dir, now: time.Now, about: a, place: place}
	for _, sub := range layout { // derived/ and index/ may have been thrown away, or left out of a copy
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, archive.WrapAs(diskKind(err), op, dir, err)
		}
	}
	return h, nil
}
