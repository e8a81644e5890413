package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

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
		f := found{path: filepath.Join(dir, e.Name()), rel: rel + readable(dir, e.Name())}
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

// readable is a name of a folder as valid UTF-8, another for each. Names of other systems
// are mostly GB18030; of what is not, or would be called as another file there, each byte
// that is no UTF-8 is written as %D5.
func readable(dir, name string) string {
	if utf8.ValidString(name) {
		return name
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().String(name)
	if err == nil && !strings.ContainsFunc(text, func(r rune) bool { return r == utf8.RuneError || !unicode.IsPrint(r) }) {
		if _, err := os.Lstat(filepath.Join(dir, text)); errors.Is(err, fs.ErrNotExist) {
			return text
		}
	}
	var b strings.Builder
	for i, n := 0, 0; i < len(name); i += n {
		var r rune
		if r, n = utf8.DecodeRuneInString(name[i:]); r == utf8.RuneError && n == 1 || r == '%' {
			fmt.Fprintf(&b, "%%%02X", name[i])
			continue
		}
		b.WriteString(name[i : i+n])
	}
	return b.String()
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
