// Package audit makes the change log evidence: it keeps the heads of the log where the
// catalogue is not, holds the log against them, and says in a table what stands in it.
package audit

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// Line is a head as it is kept: station, number, op, time and digest with tabs between
// them, to be read by people too.
func Line(h store.Head) string {
	return fmt.Sprintf("%d\t%d\t%s\t%s\t%s", h.Station, h.Number, h.Op, time.UnixMilli(h.Time).UTC().Format(time.RFC3339), h.Digest)
}

// ParseHead reads a line; blanks may stand for tabs, since it may have been typed in from
// paper.
func ParseHead(line string) (store.Head, error) {
	parts := strings.Fields(strings.TrimPrefix(line, "\ufeff"))
	if len(parts) != 5 {
		return store.Head{}, fmt.Errorf("a line has %d fields, not 5: %q", len(parts), line)
	}
	h := store.Head{Digest: strings.ToLower(parts[4])}
	var bad [3]error
	h.Station, bad[0] = strconv.Atoi(parts[0])
	h.Number, bad[1] = strconv.Atoi(parts[1])
	h.Op, bad[2] = archive.ParseID(parts[2])
	if errors.Join(bad[:]...) != nil || h.Number < 1 || len(h.Digest) != 64 || strings.Trim(h.Digest, "0123456789abcdef") != "" {
		return store.Head{}, fmt.Errorf("no head: %q", line)
	}
	if t, err := time.Parse(time.RFC3339, parts[3]); err == nil { // for people; the digest has it
		h.Time = t.UnixMilli()
	}
	return h, nil
}

// ReadHeads reads a file of heads that a person names. It is NotFound, or Invalid for a
// file that has something else in it, or nothing.
func ReadHeads(file string) ([]store.Head, error) {
	const op = "read heads"
	f, err := os.Open(file)
	if err != nil {
		return nil, archive.WrapAs(archive.NotFound, op, file, err)
	}
	defer f.Close()
	var list []store.Head
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff")) == "" {
			continue
		}
		h, err := ParseHead(lines.Text())
		if err != nil {
			return nil, archive.WrapAs(archive.Invalid, op, file, err)
		}
		list = append(list, h)
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, archive.WrapAs(archive.Invalid, op, file, err)
	} else if err != nil {
		return nil, archive.Wrap(op, file, err)
	}
	if len(list) == 0 {
		return nil, archive.Errorf(archive.Invalid, op, file, "no heads in it")
	}
	return list, nil
}

// kept is the end of a file that heads are added to.
type kept struct {
	lines    []string // whole ones that are heads
	newest   map[int]store.Head
	modified time.Time // zero: there is none yet
	torn     bool      // the last line has no end: the power failed while it was written
}

// lookBack is how much of a file's end is read: some years, since a day adds a line.
const lookBack = 256 << 10

// readKept reads the end of a file. Lines that are no heads are passed over.
func readKept(file string) (kept, error) {
	k := kept{newest: map[int]store.Head{}}
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return k, nil
	}
	if err != nil {
		return k, archive.Wrap("read heads", file, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return k, archive.Wrap("read heads", file, err)
	}
	k.modified = info.ModTime()
	from := max(info.Size()-lookBack, 0)
	b, err := io.ReadAll(io.NewSectionReader(f, from, info.Size()-from))
	if err != nil {
		return k, archive.Wrap("read heads", file, err)
	}
	k.torn = len(b) > 0 && b[len(b)-1] != '\n'
	for line := range strings.Lines(string(b)) {
		h, err := ParseHead(line)
		if err != nil || !strings.HasSuffix(line, "\n") {
			continue
		}
		k.lines = append(k.lines, strings.TrimRight(line, "\r\n"))
		k.newest[h.Station] = h
	}
	return k, nil
}

// add adds lines to a file and has them on the disk when it returns.
func (k kept) add(file string, lines []string) (err error) {
	const op = "keep heads"
	if len(lines) == 0 {
		return nil
	}
	text := strings.Join(lines, "\n") + "\n"
	if k.torn {
		text = "\n" + text
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return archive.Wrap(op, file, err)
	}
	_, err = f.WriteString(text)
	return archive.Wrap(op, file, errors.Join(err, f.Sync(), f.Close()))
}
