package ingest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/refcode"
)

// found is one name in a delivered folder: a file to take, or why it cannot be.
type found struct {
	path string // to open it
	rel  string // below the folder, with slashes, valid UTF-8
	err  error  // a Refused error, or nil
}

// walk calls fn for everything in dir that a person would miss, in natural order,
// the files of a folder before its folders.
func walk(ctx context.Context, dir string, fn func(found) error) error {
	return walkBelow(ctx, dir, "", fn)
}

func walkBelow(ctx context.Context, dir, rel string, fn func(found) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		if rel == "" && archive.Barred(err) {
			return archive.WrapAs(archive.NoAccess, "read folder", dir, err)
		}
		if rel == "" {
			return archive.WrapAs(archive.NotFound, "read folder", dir, err)
		}
		return fn(found{path: dir, rel: rel, err: archive.Refuse("read folder", rel, archive.ReasonUnreadable, "%v", err)})
	}
	slices.SortStableFunc(entries, func(a, b fs.DirEntry) int {
		switch {
		case a.IsDir() != b.IsDir():
			if b.IsDir() {
				return -1
			}
			return 1
		case refcode.NaturalLess(a.Name(), b.Name()):
			return -1
		case refcode.NaturalLess(b.Name(), a.Name()):
			return 1
		}
		return 0
	})
	for _, e := range entries {
		if silent(e.Name(), e.IsDir()) {
			continue
		}
		f := found{path: filepath.Join(dir, e.Name()), rel: rel + strings.ToValidUTF8(e.Name(), "\uFFFD")}
		if e.IsDir() {
			err = walkBelow(ctx, f.path, f.rel+"/", fn)
		} else {
			if !e.Type().IsRegular() {
				f.err = archive.Refuse("read file", f.rel, archive.ReasonUnsupported, "not a regular file: %v", e.Type())
			}
			err = fn(f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// silent tells whether a name is something that systems leave in folders and no
// person put there.
func silent(name string, folder bool) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") {
		return true
	}
	names := []string{"thumbs.db", "ehthumbs.db", "desktop.ini"}
	if folder {
		names = []string{"__macosx", "@eadir", "$recycle.bin", "system volume information", "lost+found"}
	}
	return slices.Contains(names, strings.ToLower(name))
}
