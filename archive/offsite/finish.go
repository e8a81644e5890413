package offsite

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/vault"
)

// reserve is how much room is kept on a medium for the catalogue at the end of a run.
func (c *Copier) reserve() int64 {
	if c.opt.Catalogued == "" {
		return 0
	}
	info, err := os.Stat(c.opt.Catalogued)
	if err != nil {
		return 0
	}
	return 2 * info.Size() // the tables beside it have about its size
}

// finish brings what lies beside the originals up to date: lists, moves, catalogue, texts,
// heads of the log, and at last the state.
func (s *session) finish(ctx context.Context, actor archive.Actor, start int64, fault error, r *Report) error {
	totals, err := s.c.opt.Catalogue.CopyTotals(ctx, s.m.Target.ID)
	if err != nil {
		return err
	}
	r.Waiting.Unhashed, r.Waiting.Quarantined = totals.Unhashed, totals.Quarantined
	r.Complete = fault == nil && totals.Copied == totals.Files && totals.Faulty == 0
	before, err := s.logs(ctx)
	if err == nil {
		err = s.c.note(ctx, actor, s.m.Target, r, fault)
	}
	if err != nil {
		return err
	}
	log, err := s.logs(ctx) // with the run itself, which is nothing new next time
	if err != nil {
		return err
	}
	if s.state.Lists == nil {
		s.state.Lists = map[string]int64{}
	}
	if err := s.extend(ctx); err != nil {
		return err
	}
	if !equalLogs(before, s.state.Log) || s.state.Snapshot == "" || totals.Copied != s.state.Files {
		if err := s.snapshot(ctx, start, s.stampBehind(r.op.Time().UnixMilli())); err != nil {
			return err
		}
	}
	s.state.Log = log
	r.Snapshot = s.state.Snapshot
	s.state.Files, s.state.Bytes, s.state.Complete = totals.Copied, totals.CopyBytes, r.Complete
	s.state.Waiting = Waiting{Unhashed: totals.Unhashed, Quarantined: totals.Quarantined, Failed: len(r.Failed)}
	for _, n := range r.away {
		s.state.Waiting.Away += n
	}
	if r.Complete {
		s.state.Through = start
	}
	s.c.opt.Step(stepFinished)
	return s.saveState(ctx)
}

// extend brings the lists besides the manifest up to date. When one of them is shorter than
// it was they are written anew, from the manifest and the moves at home.
func (s *session) extend(ctx context.Context) error {
	err := errors.Join(s.extendLists(ctx), s.extendMoves(ctx))
	if archive.KindOf(err) != archive.Damaged {
		return err
	}
	s.state.Listed, s.state.Moves, s.state.Lists, s.moved = 0, 0, map[string]int64{}, nil
	if err := s.extendLists(ctx); err != nil {
		return err
	}
	return s.extendMoves(ctx)
}

// logs tells how many ops each station has logged.
func (s *session) logs(ctx context.Context) (map[int]int, error) {
	heads, err := s.c.opt.Catalogue.Heads(ctx)
	log := map[int]int{}
	for _, h := range heads {
		log[h.Station] = h.Number
	}
	return log, err
}

func equalLogs(a, b map[int]int) bool {
	for station, n := range a {
		if b[station] != n {
			return false
		}
	}
	return true
}

// extendLists adds the newest lines of the manifest to the lists by fonds and receipt. What a list
// has beyond the length that the state knows was left by a run that was cut off.
func (s *session) extendLists(ctx context.Context) error {
	if s.state.Listed >= s.known.Manifest {
		return nil
	}
	in, err := s.p.Open(ctx, ManifestFile)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := skip(in, s.state.Listed); err != nil {
		return archive.Wrap("read list of medium", ManifestFile, err)
	}
	lines := bufio.NewScanner(io.LimitReader(in, s.known.Manifest-s.state.Listed))
	lines.Buffer(nil, 1<<20)
	text := map[string][]byte{}
	byPath := map[archive.ID]map[string]string{} // root → path → digest
	n := 0
	flush := func() error {
		for root, sums := range byPath {
			paths := slices.Collect(keys(sums))
			found, err := s.c.opt.Catalogue.CopiesAt(ctx, s.m.Target.ID, root, paths)
			if err != nil {
				return err
			}
			for _, path := range paths {
				f := found[path].File
				f.Root, f.Path = root, path
				for _, list := range listsOf(f) {
					text[list] = append(text[list], vault.Line(sums[path], archive.CopyFolder(root)+path)...)
				}
			}
		}
		byPath, n = map[archive.ID]map[string]string{}, 0
		for list, b := range text {
			if err := s.p.Append(ctx, list, s.state.Lists[list], b); err != nil {
				return err
			}
			s.state.Lists[list] += int64(len(b))
		}
		text = map[string][]byte{}
		return nil
	}
	for lines.Scan() {
		sum, path, ok := vault.ParseLine(lines.Text())
		root, below, known := rootOf(path)
		if !ok || !known {
			return archive.Errorf(archive.Damaged, "read list of medium", ManifestFile, "a line is no line of a list")
		}
		if byPath[root] == nil {
			byPath[root] = map[string]string{}
		}
		byPath[root][below] = sum
		if n++; n == 20000 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := errors.Join(lines.Err(), flush()); err != nil {
		return archive.Wrap("read list of medium", ManifestFile, err)
	}
	s.state.Listed = s.known.Manifest
	return nil
}

func keys[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// skip goes n bytes into a file.
func skip(r io.Reader, n int64) error {
	if at, ok := r.(io.Seeker); ok {
		_, err := at.Seek(n, io.SeekStart)
		return err
	}
	_, err := io.CopyN(io.Discard, r, n)
	return err
}

// extendMoves lists the originals that moved at home since they were copied here.
func (s *session) extendMoves(ctx context.Context) error {
	const doing = "list moves"
	if s.c.opt.Moves == "" {
		return nil
	}
	in, err := os.Open(s.c.opt.Moves)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return archive.Wrap(doing, s.c.opt.Moves, err)
	}
	defer in.Close()
	if _, err := in.Seek(s.state.Moves, io.SeekStart); err != nil {
		return archive.Wrap(doing, s.c.opt.Moves, err)
	}
	r := bufio.NewReader(in)
	at, home := s.state.Moves, []string{}
	for {
		one, err := r.ReadString('\n')
		if err != nil { // a line that is being written comes next time
			break
		}
		at += int64(len(one))
		if cells := strings.Split(strings.TrimSuffix(one, "\n"), "\t"); len(cells) == 4 && len(cells[3]) == 64 {
			home = append(home, strings.TrimPrefix(unescape.Replace(cells[2]), mastersDir))
		}
	}
	var text []byte
	for part := range slices.Chunk(home, 500) {
		known, err := s.c.opt.Catalogue.KnownFiles(ctx, 0, part)
		if err != nil {
			return err
		}
		ids := make([]archive.ID, 0, len(known))
		for _, f := range known {
			ids = append(ids, f.ID)
		}
		copies, err := s.c.opt.Catalogue.CopiesOf(ctx, s.m.Target.ID, ids)
		if err != nil {
			return err
		}
		for _, path := range part {
			one, ok := copies[known[path].ID]
			here := one.FileCopy.Path
			if ok && one.Carrier == s.m.Carrier.ID && here != path && s.moved[here] != path {
				text = append(text, s.moveLine(here, path)...)
			}
		}
	}
	if err := s.addMoves(ctx, text); err != nil {
		return err
	}
	s.state.Moves = at
	return nil
}

const movesHead = "time\there\tat home\n"

func (s *session) moveLine(here, home string) string {
	return s.c.opt.Now().UTC().Format(time.RFC3339) + "\t" + escape.Replace(mastersDir+here) + "\t" + escape.Replace(mastersDir+home) + "\n"
}

func (s *session) addMoves(ctx context.Context, text []byte) error {
	if len(text) == 0 {
		return nil
	}
	at := s.state.Lists[MovesFile]
	if at == 0 {
		text = append([]byte(movesHead), text...)
	}
	if err := s.p.Append(ctx, MovesFile, at, text); err != nil {
		return err
	}
	s.state.Lists[MovesFile] = at + int64(len(text))
	return nil
}

var (
	escape   = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)
	unescape = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n", `\r`, "\r")
)

// stampBehind is a time as it stands in the name of a snapshot: later than that of the newest, also where
// a clock was set back. The time of an id is one that never goes back.
func (s *session) stampBehind(ms int64) string {
	if last, err := time.Parse(stampForm, strings.TrimPrefix(s.state.Snapshot, catalogueDir)); err == nil {
		ms = max(ms, last.UnixMilli()+1)
	}
	return stampOf(ms)
}

// snapshot copies the catalogue and what is new of the texts.
func (s *session) snapshot(ctx context.Context, start int64, stamp string) (err error) {
	const doing = "copy catalogue"
	temp := filepath.Join(s.c.opt.Temp, s.m.Carrier.ID.String())
	if err := os.RemoveAll(temp); err != nil {
		return archive.Wrap(doing, temp, err)
	}
	if err := os.MkdirAll(temp, 0o700); err != nil {
		return archive.Wrap(doing, temp, err)
	}
	defer os.RemoveAll(temp)
	into := catalogueDir + stamp
	if err := s.c.opt.Catalogue.Snapshot(ctx, filepath.Join(temp, "catalogue.db")); err != nil {
		return err
	}
	if s.c.opt.Tables != nil {
		if err := s.c.opt.Tables(ctx, temp); err != nil {
			return archive.Wrap(doing, temp, err)
		}
	}
	for _, file := range s.c.opt.Beside {
		b, err := os.ReadFile(file)
		if err == nil {
			err = os.WriteFile(filepath.Join(temp, filepath.Base(file)), b, 0o600)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return archive.Wrap(doing, file, err)
		}
	}
	if err := s.send(ctx, temp, into); err != nil {
		return err
	}
	s.c.opt.Step(stepSnapshot)
	texts, to, err := s.snapshotTexts(ctx, temp, stamp, start)
	if err != nil {
		return err
	}
	if s.c.opt.Heads != "" {
		b, err := os.ReadFile(s.c.opt.Heads)
		if err == nil {
			err = s.p.Replace(ctx, HeadsFile, b)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return archive.Wrap(doing, HeadsFile, err)
		}
	}
	s.c.opt.Step(stepTexts)
	s.state.Snapshot, s.state.Texts, s.state.TextsTo = into, texts, to
	return nil
}

// snapshotTexts copies all texts once a year, and between what was saved since the last time.
func (s *session) snapshotTexts(ctx context.Context, temp, stamp string, start int64) ([]string, int64, error) {
	year := stamp[:4]
	since, texts := s.state.TextsTo, s.state.Texts
	if len(texts) == 0 || !strings.HasPrefix(texts[0], textDir+year+"/") {
		since, texts = 0, nil
	}
	name := textDir + year + "/text-" + stamp + ".db"
	file := filepath.Join(temp, "text.db")
	if err := s.c.opt.Catalogue.SnapshotTexts(ctx, file, since); err != nil {
		return nil, 0, err
	}
	if err := s.sendFile(ctx, file, name); err != nil {
		return nil, 0, err
	}
	// What is saved at the same moment comes again next time.
	return append(texts, name), start, nil
}

// send copies the files of a folder, with a list of their digests.
func (s *session) send(ctx context.Context, dir, into string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return archive.Wrap("copy catalogue", dir, err)
	}
	var list []byte
	for _, e := range entries {
		sum, err := s.sendFileSummed(ctx, filepath.Join(dir, e.Name()), into+"/"+e.Name())
		if err != nil {
			return err
		}
		list = append(list, vault.Line(sum, e.Name())...)
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
			return archive.Wrap("copy catalogue", e.Name(), err)
		}
	}
	return s.p.Replace(ctx, into+"/"+ManifestFile, list)
}

func (s *session) sendFile(ctx context.Context, file, path string) error {
	_, err := s.sendFileSummed(ctx, file, path)
	return err
}

// sendFileSummed copies one file, and gives its digest.
func (s *session) sendFileSummed(ctx context.Context, file, path string) (string, error) {
	in, err := os.Open(file)
	if err != nil {
		return "", archive.Wrap("copy catalogue", file, err)
	}
	defer in.Close()
	group, err := s.p.Begin(ctx)
	if err != nil {
		return "", err
	}
	defer group.Abandon()
	w, err := group.Create(ctx, path)
	if err != nil {
		return "", err
	}
	sum := newSum()
	if _, err := pass(ctx, io.MultiWriter(w, sum), in, func(int64) {}); err != nil {
		return "", archive.Wrap("copy catalogue", path, err)
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	outcomes, err := group.Settle(ctx)
	if err != nil {
		return "", err
	}
	return sum.hex(), outcomes[0]
}
