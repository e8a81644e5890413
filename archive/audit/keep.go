package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// The settings of the archive.
const (
	SettingFolder   = "audit.heads"    // a folder on another disk where heads are kept too; empty: none
	SettingAccepted = "audit.accepted" // heads that a person said do not fit for a good reason, a line each
)

// The kinds of operation.
const (
	// OpAccept is a person's word that the log does not fit what was kept for a good reason,
	// such as a backup that was put back.
	OpAccept archive.OpKind = "audit.accept"
	OpFolder archive.OpKind = "audit.folder" // where else heads are kept
)

// Keeper keeps the heads of an archive's log, and holds the log against them.
type Keeper struct {
	Catalogue *store.Catalogue
	Station   int    // whose clock it is
	File      string // in the home
	Archive   string // its id
	Now       func() time.Time
}

// Misfit is a head that was kept, and that the log does not have.
type Misfit struct {
	Head  store.Head
	File  string         // where it was kept
	Fault store.LogFault // OpMissing: the log ends before it; HeadDiffers: another op has its number
}

// Clock is what is wrong with the computer's clock.
type Clock string

// What can be.
const (
	ClockUnset Clock = "unset" // it stands in a year before there was this program
	ClockBack  Clock = "back"  // it stands before what was logged last
)

// State is how the log stands beside what was kept of it.
type State struct {
	Misfits []Misfit
	Folder  string // on another disk, as it is set
	Away    bool   // that folder cannot be reached
	Kept    int64  // when heads were kept last in the home, Unix milliseconds; 0: never
	Clock   Clock  // "": nothing is wrong
	Now     int64
	Last    int64 // when the last op was logged, or kept
}

// slack is by how much a clock may go back without a word: computers set theirs by others.
const slack = 2 * time.Minute

// firstYear is the first in which a clock can stand rightly.
const firstYear = 2020

// Hold holds the log against what was kept in the home, and looks at the clock. It reads
// one row for each station.
func (k Keeper) Hold(ctx context.Context) (State, error) {
	now := k.Now()
	s := State{Now: now.UnixMilli()}
	if now.Year() < firstYear {
		s.Clock = ClockUnset
	}
	file, err := readKept(k.File)
	if err != nil {
		return s, err
	}
	if !file.modified.IsZero() {
		s.Kept = file.modified.UnixMilli()
	}
	set, err := k.Catalogue.Settings(ctx)
	if err != nil {
		return s, err
	}
	s.Folder = set[SettingFolder]
	heads, err := k.Catalogue.Heads(ctx)
	if err != nil {
		return s, err
	}
	for _, h := range append(heads, file.newest[k.Station]) {
		if h.Station == k.Station {
			s.Last = max(s.Last, h.Time)
		}
	}
	if s.Clock == "" && s.Now < s.Last-slack.Milliseconds() {
		s.Clock = ClockBack
	}
	s.Misfits, err = k.misfits(ctx, file, k.File, set[SettingAccepted])
	return s, err
}

// misfits holds the log against the newest heads of a file, but for those that were accepted.
func (k Keeper) misfits(ctx context.Context, file kept, name, accepted string) ([]Misfit, error) {
	stations := slices.Sorted(maps.Keys(file.newest))
	var heads []store.Head
	for _, n := range stations {
		if h := file.newest[n]; !strings.Contains(accepted, h.Digest) {
			heads = append(heads, h)
		}
	}
	bad, err := k.Catalogue.Misfits(ctx, heads)
	var list []Misfit
	for i, h := range heads {
		if err == nil && bad[i] != "" {
			list = append(list, Misfit{h, name, bad[i]})
		}
	}
	return list, err
}

// elsewhere is the file in a folder on another disk. Several archives may use one folder,
// and so may copies of one, which write under station numbers of their own.
func (k Keeper) elsewhere(folder string) string {
	return filepath.Join(folder, fmt.Sprintf("heads-%s-%d.tsv", k.Archive[:min(len(k.Archive), 8)], k.Station))
}

// Elsewhere is what a file on another disk has. Reading it touches nothing but that disk,
// which may take its time.
type Elsewhere struct {
	Away bool // the folder cannot be reached

	file string
	kept kept
}

// ReadElsewhere reads the file in a folder on another disk. A folder that is not there is
// a state, not an error.
func (k Keeper) ReadElsewhere(folder string) Elsewhere {
	e := Elsewhere{file: k.elsewhere(folder)}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		e.Away = true
		return e
	}
	var err error
	e.kept, err = readKept(e.file)
	e.Away = err != nil
	return e
}

// HoldElsewhere adds to a state what the file on another disk says.
func (k Keeper) HoldElsewhere(ctx context.Context, s State, e Elsewhere) (State, error) {
	s.Away = e.Away
	accepted, err := k.Catalogue.Setting(ctx, SettingAccepted)
	if err != nil {
		return s, err
	}
	more, err := k.misfits(ctx, e.kept, e.file, accepted)
	for _, m := range more {
		if !slices.ContainsFunc(s.Misfits, func(n Misfit) bool { return n.Head.Digest == m.Head.Digest }) {
			s.Misfits = append(s.Misfits, m)
		}
	}
	return s, err
}

// Kept gives all heads that the log is to be held against: of the file in the home and of
// the one on another disk, without those that were there when a person accepted a difference.
func (k Keeper) Kept(ctx context.Context, e Elsewhere) ([]store.Head, error) {
	file, err := readKept(k.File)
	if err != nil {
		return nil, err
	}
	accepted, err := k.Catalogue.Setting(ctx, SettingAccepted)
	if err != nil {
		return nil, err
	}
	var list []store.Head
	seen := map[string]bool{}
	for _, f := range []kept{file, e.kept} {
		from := 0
		for i, line := range f.lines {
			if h, err := ParseHead(line); err == nil && strings.Contains(accepted, h.Digest) {
				from = i + 1
			}
		}
		for _, line := range f.lines[from:] {
			if h, err := ParseHead(line); err == nil && !seen[h.Digest] {
				seen[h.Digest] = true
				list = append(list, h)
			}
		}
	}
	return list, nil
}

// Keep adds the heads of the log to the file in the home, once a day, or when it is meant.
func (k Keeper) Keep(ctx context.Context, meant bool) error {
	file, err := readKept(k.File)
	if err != nil || !meant && sameDay(file.modified, k.Now()) {
		return err
	}
	heads, err := k.Catalogue.Heads(ctx)
	if err != nil {
		return err
	}
	var lines []string
	for _, h := range heads {
		if file.newest[h.Station].Digest != h.Digest {
			lines = append(lines, Line(h))
		}
	}
	return file.add(k.File, lines)
}

// CatchUp adds to the file on another disk what the one in the home has since.
func (k Keeper) CatchUp(e Elsewhere) error {
	if e.Away {
		return nil
	}
	file, err := readKept(k.File)
	if err != nil {
		return err
	}
	lines := file.lines
	if n := len(e.kept.lines); n > 0 {
		at := -1
		for i, line := range lines {
			if line == e.kept.lines[n-1] {
				at = i
			}
		}
		lines = lines[at+1:]
		if at < 0 { // the files went apart: what is newest
			lines = nil
			for _, h := range slices.SortedFunc(maps.Values(file.newest), func(a, b store.Head) int { return cmp.Compare(a.Station, b.Station) }) {
				if e.kept.newest[h.Station].Digest != h.Digest {
					lines = append(lines, Line(h))
				}
			}
		}
	}
	return e.kept.add(e.file, lines)
}

// mostAccepted bounds the setting; older ones are followed by newer lines in their files.
const mostAccepted = 40

// Accept notes in the log that heads do not fit for a good reason, so that they are not
// said any more.
func (k Keeper) Accept(ctx context.Context, actor archive.Actor, misfits []Misfit) error {
	if len(misfits) == 0 {
		return nil
	}
	_, err := k.Catalogue.Do(ctx, actor, OpAccept, func(tx *store.Tx) error {
		before, err := k.Catalogue.Setting(ctx, SettingAccepted)
		if err != nil {
			return err
		}
		lines := strings.FieldsFunc(before, func(r rune) bool { return r == '\n' })
		for _, m := range misfits {
			lines = append(lines, Line(m.Head))
		}
		return tx.Set(SettingAccepted, strings.Join(lines[max(len(lines)-mostAccepted, 0):], "\n"))
	})
	return err
}

// SetFolder chooses the folder on another disk; "" for none. It is Unavailable where there
// is no such folder that can be written.
func (k Keeper) SetFolder(ctx context.Context, actor archive.Actor, folder string) error {
	const op = "keep heads"
	if folder != "" {
		f, err := os.CreateTemp(folder, "heads-*.part")
		if err != nil {
			return archive.WrapAs(archive.Unavailable, op, folder, err)
		}
		if err := errors.Join(f.Close(), os.Remove(f.Name())); err != nil {
			return archive.Wrap(op, folder, err)
		}
	}
	_, err := k.Catalogue.Do(ctx, actor, OpFolder, func(tx *store.Tx) error { return tx.Set(SettingFolder, folder) })
	return err
}

func sameDay(a, b time.Time) bool {
	return a.Local().Format(time.DateOnly) == b.Local().Format(time.DateOnly)
}
