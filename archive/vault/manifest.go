package vault

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"lantai/archive"
)

// A list has one line per original as sha256sum of GNU coreutils writes and reads
// it: 64 hex digits, two blanks, the path from the home. A name with a backslash, line feed
// or carriage return is escaped, and its line begins with a backslash.

// record is one line of a list, or one line of moves.tsv.
type record struct {
	path string // below masters/
	sum  string // SHA-256, lower-case hex
	to   string // of a move: the new path
	seq  uint64 // of a move: its place in time; of an original: the last move it made

	maybe bool // an original listed only if it lies there: it may have been received twice
}

const sumDigits = 64

var (
	escaper   = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)
	unescaper = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r")
)

// Line gives a line of a list in the form of sha256sum, with its line feed.
func Line(sum, path string) string { return formatLine("", record{path: path, sum: sum}) }

// ParseLine reads a line of a list without its line feed.
func ParseLine(line string) (sum, path string, ok bool) {
	r, ok := parseLine("", line)
	return r.sum, r.path, ok
}

// formatLine gives the line of an original, with its line feed.
func formatLine(prefix string, r record) string {
	name := prefix + r.path
	if escaped := escaper.Replace(name); escaped != name {
		return `\` + r.sum + "  " + escaped + "\n"
	}
	return r.sum + "  " + name + "\n"
}

// parseLine reads a line without its line feed.
func parseLine(prefix, line string) (record, bool) {
	escaped := strings.HasPrefix(line, `\`)
	line = strings.TrimPrefix(line, `\`)
	if len(line) <= sumDigits+2 || line[sumDigits] != ' ' || (line[sumDigits+1] != ' ' && line[sumDigits+1] != '*') {
		return record{}, false
	}
	sum, name := line[:sumDigits], line[sumDigits+2:]
	if escaped {
		name = unescaper.Replace(name)
	}
	path, ok := strings.CutPrefix(name, prefix)
	if !ok || path == "" || !isSum(sum) {
		return record{}, false
	}
	return record{path: path, sum: sum}, true
}

func isSum(s string) bool {
	if len(s) != sumDigits {
		return false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// maxLine bounds what is read of a damaged list.
const maxLine = 64 << 10

// lines reads a text file line by line, without line feeds. A missing file has no
// lines; a last line without line feed was cut off in writing and is left out.
func lines(name string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		f, err := os.Open(name)
		if errors.Is(err, os.ErrNotExist) {
			return
		}
		if err != nil {
			yield("", err)
			return
		}
		defer f.Close()
		r := bufio.NewReaderSize(f, maxLine)
		for {
			b, err := r.ReadSlice('\n')
			switch {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield("", err)
				return
			}
			if !yield(string(b[:len(b)-1]), nil) {
				return
			}
		}
	}
}

// records reads a list. A line that is none is Damaged.
func (v *Vault) records(name string) iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		for line, err := range lines(name) {
			var r record
			if err != nil {
				err = archive.WrapAs(archive.Unavailable, "read list", name, err)
			} else if r, _ = parseLine(v.prefix, line); r.path == "" {
				err = archive.Errorf(archive.Damaged, "read list", name, "not a line of a list: %.80q", line)
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// journal is a text file that only grows by whole lines, each on disk before it counts.
type journal struct {
	f    *os.File
	size int64
}

// openJournal opens or makes a file to append to and cuts off a torn last line.
func openJournal(name string) (*journal, error) {
	_, statErr := os.Stat(name)
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	size, err := wholeLines(f)
	if err == nil {
		err = f.Truncate(size)
	}
	if err == nil && statErr != nil {
		err = syncFolder(filepath.Dir(name))
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &journal{f, size}, nil
}

// wholeLines finds where the last whole line of a file ends.
func wholeLines(f *os.File) (int64, error) {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	buf := make([]byte, 4096)
	for end > 0 {
		n := min(int64(len(buf)), end)
		if _, err := f.ReadAt(buf[:n], end-n); err != nil {
			return 0, err
		}
		if i := bytes.LastIndexByte(buf[:n], '\n'); i >= 0 {
			return end - n + int64(i) + 1, nil
		}
		end -= n
	}
	return 0, nil
}

// append adds whole lines and returns when they are on disk. After an error the
// file is as it was.
func (j *journal) append(text string) error {
	_, err := j.f.WriteAt([]byte(text), j.size)
	if err == nil {
		err = j.f.Sync()
	}
	if err != nil {
		return errors.Join(err, j.f.Truncate(j.size))
	}
	j.size += int64(len(text))
	return nil
}
