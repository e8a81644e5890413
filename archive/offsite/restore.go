package offsite

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/offsite/place"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// RestoreOptions say what is restored and where to.
type RestoreOptions struct {
	From []place.Place // the media of one target that are there, open
	Home string        // an empty folder, or none yet; or one in which a restore was cut off
	// Roots is the folder in which each storage root gets a folder of its own; empty: the name of
	// the home with "-roots", beside it.
	Roots    string
	AsOf     string // the newest catalogue of this time or before: the beginning of a time as it stands in names, "20261127"; empty: the newest
	Progress func(Progress)
	Step     func(name string)
	// Complete does what is left to do when the folder is a home; until it has succeeded the folder counts as being
	// restored. May be nil.
	Complete func(ctx context.Context, r Restored) error
}

// Restored is the outcome of a restore.
type Restored struct {
	Archive  string            `json:"archive"`
	Name     string            `json:"name"`
	Snapshot string            `json:"snapshot"` // the catalogue that was taken
	Files    int               `json:"files"`    // originals that are whole in the home
	Bytes    int64             `json:"bytes"`
	Texts    int               `json:"texts"` // files of texts that were put together
	Missing  []Failure         `json:"missing"`
	Failed   []Failure         `json:"failed"` // changed or unreadable at the target
	Disks    []int             `json:"disks"`  // numbers of media that are wanted and not there
	Roots    map[string]string `json:"roots"`  // id of each storage root → its folder now
}

// restoring is the name of the file that marks a restore under way.
const restoring = "restoring.json"

// ErrNoCatalogue is the cause when a target has no catalogue that could be restored.
var ErrNoCatalogue = errors.New("no catalogue lies there")

// Restore brings an archive back from its copies into an empty folder: catalogue, texts
// and originals, each held against its digest. What is in the folder is a home at the end,
// when lantai.json is put there, and is to be accepted as a copy. Repeated after it was cut off it goes
// on. Errors: Conflict when the folder has something else in it or the media are of different archives; NotFound with
// ErrNoCatalogue; NoSpace; Stopped.
func Restore(ctx context.Context, opt RestoreOptions) (Restored, error) {
	if opt.Step == nil {
		opt.Step = func(string) {}
	}
	r := &restore{opt: opt, out: Restored{Missing: []Failure{}, Failed: []Failure{}, Disks: []int{}, Roots: map[string]string{}}}
	err := r.run(ctx)
	return r.out, archive.Wrap("restore archive", opt.Home, err)
}

type restore struct {
	opt    RestoreOptions
	out    Restored
	labels []Label
	media  map[archive.ID]place.Place
	from   place.Place // that has the catalogue
	home   place.Place
}

func (r *restore) run(ctx context.Context) error {
	if err := r.identify(ctx); err != nil {
		return err
	}
	done, err := r.prepare()
	if err != nil {
		return err
	}
	if !done {
		if err := r.fill(ctx); err != nil {
			return err
		}
		if err := r.mark(&r.out); err != nil {
			return err
		}
		r.opt.Step(stepOriginals)
	}
	if err := r.complete(); err != nil {
		return err
	}
	if r.opt.Complete != nil {
		if err := r.opt.Complete(ctx, r.out); err != nil {
			return err
		}
	}
	return archive.Wrap("complete home", r.opt.Home, os.Remove(filepath.Join(r.opt.Home, restoring)))
}

// marked is what the mark of a restore under way says.
type marked struct {
	Archive  string    `json:"archive"`
	Snapshot string    `json:"snapshot"`
	Done     *Restored `json:"done,omitempty"` // all is there, and is to be made a home
}

// mark says how far the restore has come, durably.
func (r *restore) mark(done *Restored) error {
	const doing = "mark folder"
	b, err := json.Marshal(marked{r.out.Archive, r.out.Snapshot, done})
	if err != nil {
		return archive.Wrap(doing, r.opt.Home, err)
	}
	name := filepath.Join(r.opt.Home, restoring)
	f, err := os.OpenFile(name+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return archive.Wrap(doing, name, err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(name+".new", name)
	}
	return archive.Wrap(doing, name, err)
}

// fill brings everything into the folder but what makes it a home.
func (r *restore) fill(ctx context.Context) error {
	home, err := place.OpenFolder(r.opt.Home)
	if err != nil {
		return err
	}
	defer home.Close()
	release, err := home.Lock(ctx, "restore")
	if err != nil {
		return err
	}
	defer release()
	if err := home.Sweep(ctx); err != nil {
		return err
	}
	r.home = home
	if err := r.catalogue(ctx); err != nil {
		return err
	}
	r.opt.Step(stepCatalogue)
	return r.originals(ctx)
}

// identify reads the labels and chooses the catalogue.
func (r *restore) identify(ctx context.Context) error {
	const doing = "read media"
	r.media = map[archive.ID]place.Place{}
	best := ""
	for _, p := range r.opt.From {
		l, err := ReadLabel(ctx, p)
		if err != nil {
			return err
		}
		if len(r.labels) > 0 && (l.Archive != r.labels[0].Archive || l.Target != r.labels[0].Target) {
			return archive.WrapAs(archive.Conflict, doing, l.Title, &WrongMedium{Want: r.labels[0], Found: l})
		}
		r.labels, r.media[l.Carrier] = append(r.labels, l), p
		found, err := snapshots(ctx, p)
		if err != nil {
			return err
		}
		for _, name := range found {
			if (r.opt.AsOf == "" || name <= r.opt.AsOf+"~") && name > best {
				best, r.from = name, p
			}
		}
	}
	if best == "" {
		return archive.WrapAs(archive.NotFound, doing, r.opt.AsOf, ErrNoCatalogue)
	}
	r.out.Archive, r.out.Name, r.out.Snapshot = r.labels[0].Archive, r.labels[0].Name, catalogueDir+best
	return nil
}

// snapshots lists the whole catalogues at a place by time.
func snapshots(ctx context.Context, p place.Place) ([]string, error) {
	var names []string
	for e, err := range p.Walk(ctx, catalogueDir[:len(catalogueDir)-1], "") {
		if err != nil {
			return nil, err
		}
		if name, file, ok := strings.Cut(strings.TrimPrefix(e.Path, catalogueDir), "/"); ok && file == ManifestFile {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// prepare makes the folder of the home, and refuses one that has something else in it. done tells that
// all was brought there before.
func (r *restore) prepare() (done bool, err error) {
	const doing = "prepare folder"
	dir, err := filepath.Abs(r.opt.Home)
	if err != nil {
		return false, archive.WrapAs(archive.Invalid, doing, r.opt.Home, err)
	}
	r.opt.Home = dir
	if r.opt.Roots == "" {
		r.opt.Roots = dir + "-roots"
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false, archive.Wrap(doing, dir, err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, archive.Wrap(doing, dir, err)
	}
	if len(entries) == 0 || len(entries) == 1 && entries[0].Name() == restoring+".new" {
		return false, r.mark(nil)
	}
	var was marked
	b, err := os.ReadFile(filepath.Join(dir, restoring))
	if err == nil {
		err = json.Unmarshal(b, &was)
	}
	if err != nil || was.Archive != r.out.Archive || was.Snapshot != r.out.Snapshot {
		return false, archive.WrapAs(archive.Conflict, doing, dir, ErrNotEmpty)
	}
	if was.Done != nil {
		r.out = *was.Done
	}
	return was.Done != nil, nil
}

// catalogue brings the catalogue and the texts back.
func (r *restore) catalogue(ctx context.Context) error {
	dir := r.opt.Home
	sums := map[string]string{}
	for cells, err := range linesAt(ctx, r.from, r.out.Snapshot+"/"+ManifestFile) {
		if err != nil {
			return err
		}
		if sum, name, ok := vault.ParseLine(cells); ok {
			sums[name] = sum
		}
	}
	cat := filepath.Join(dir, "catalogue.db")
	if _, err := os.Stat(cat); errors.Is(err, fs.ErrNotExist) {
		if err := clear(cat + ".new"); err != nil {
			return err
		}
		if err := fetch(ctx, r.from, r.out.Snapshot+"/catalogue.db", cat+".new", sums["catalogue.db"]); err != nil {
			return err
		}
		if err := store.Harden(ctx, cat+".new"); err != nil {
			return err
		}
		if err := os.Rename(cat+".new", cat); err != nil {
			return archive.Wrap("restore catalogue", cat, err)
		}
	}
	if err := fetch(ctx, r.from, r.out.Snapshot+"/lantai.json", filepath.Join(dir, "lantai.json.new"), sums["lantai.json"]); err != nil {
		return err
	}
	return r.texts(ctx)
}

// texts puts the files of texts together, in the order in which they were made.
func (r *restore) texts(ctx context.Context) error {
	text := filepath.Join(r.opt.Home, "text.db")
	if _, err := os.Stat(text); err == nil {
		return nil
	}
	var names []string
	for e, err := range r.from.Walk(ctx, textDir[:len(textDir)-1], "") {
		if err != nil {
			return err
		}
		names = append(names, e.Path)
	}
	if err := errors.Join(clear(text+".new"), clear(text+".more")); err != nil {
		return err
	}
	names = textsUpTo(names, strings.TrimPrefix(r.out.Snapshot, catalogueDir))
	for i, name := range names {
		part := text + ".new"
		if i > 0 {
			part = text + ".more"
		}
		if err := fetch(ctx, r.from, name, part, ""); err != nil {
			return err
		}
		if i > 0 {
			if err := store.AddTexts(ctx, text+".new", part); err != nil {
				return err
			}
			if err := os.Remove(part); err != nil {
				return archive.Wrap("restore texts", part, err)
			}
		}
		r.out.Texts++
	}
	if len(names) == 0 {
		return nil
	}
	if err := store.Harden(ctx, text+".new"); err != nil {
		return err
	}
	return archive.Wrap("restore texts", text, os.Rename(text+".new", text))
}

// clear removes a database that a restore which was cut off has begun with what SQLite keeps
// beside it: a journal would be played back into the next one of that name.
func clear(file string) error {
	for _, ending := range []string{"-journal", "-wal", "-shm", ""} {
		if err := os.Remove(file + ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return archive.Wrap("restore file", file, err)
		}
	}
	return nil
}

// textsUpTo chooses, of all files of texts, those that belong together up to a time: the first
// of the year is whole.
func textsUpTo(names []string, stamp string) []string {
	var list []string
	for _, name := range names {
		at := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "text-"), ".db")
		if at > stamp {
			continue
		}
		list = append(list, name)
	}
	slices.Sort(list)
	for i := len(list) - 1; i > 0; i-- {
		if filepath.Dir(list[i]) != filepath.Dir(list[i-1]) {
			return list[i:]
		}
	}
	return list
}

// originals brings the originals back, lot after lot.
func (r *restore) originals(ctx context.Context) error {
	cat, err := store.Open(ctx, store.Options{Catalogue: filepath.Join(r.opt.Home, "catalogue.db"), Text: filepath.Join(r.opt.Home, "text.db"),
		Class: r.labels[0].Class})
	if err != nil {
		return err
	}
	defer cat.Close()
	carriers, err := cat.Carriers(ctx, r.labels[0].Target)
	if err != nil {
		return err
	}
	number := map[archive.ID]int{}
	for _, c := range carriers {
		number[c.ID] = c.Number
	}
	totals, err := cat.CopyTotals(ctx, r.labels[0].Target)
	if err != nil {
		return err
	}
	b := &bar{say: r.opt.Progress, now: Progress{Phase: "restore", Of: totals.Files, OfBy: totals.Bytes}}
	var lot []archive.File
	var bytes int64
	for f, err := range cat.AllFiles(ctx, access.All()) {
		if err != nil {
			return err
		}
		if f.State == archive.FileQuarantined || f.SHA256 == "" {
			continue // never copied
		}
		if lot, bytes = append(lot, f), bytes+f.Bytes; len(lot) < lotFiles && bytes < 64<<20 {
			continue
		}
		if err := r.bring(ctx, cat, lot, number, b); err != nil {
			return err
		}
		lot, bytes = lot[:0], 0
	}
	if err := r.bring(ctx, cat, lot, number, b); err != nil {
		return err
	}
	if err := r.lists(ctx, cat); err != nil {
		return err
	}
	return nil
}

// brought is what became of one original.
type brought struct {
	w     place.Writer
	there bool
	fault archive.CopyFault
	disk  int
}

// bring copies a lot of originals from the media.
func (r *restore) bring(ctx context.Context, cat *store.Catalogue, files []archive.File, number map[archive.ID]int, b *bar) error {
	if len(files) == 0 {
		return nil
	}
	ids := make([]archive.ID, len(files))
	for i, f := range files {
		ids[i] = f.ID
	}
	copies, err := cat.CopiesOf(ctx, r.labels[0].Target, ids)
	if err != nil {
		return err
	}
	home, err := begin(ctx, r.home)
	if err != nil {
		return err
	}
	defer home.Abandon()
	outcome := make([]brought, len(files))
	work, stop := errgroup.WithContext(ctx)
	work.SetLimit(copiers)
	for i, f := range files {
		one, ok := copies[f.ID]
		from := r.media[one.Carrier]
		switch {
		case !ok:
			outcome[i].fault = archive.CopyMissing
			continue
		case from == nil:
			outcome[i] = brought{fault: archive.CopyMissing, disk: number[one.Carrier]}
			continue
		}
		work.Go(func() error {
			var err error
			outcome[i], err = r.bringOne(stop, home, from, f, pathOf(f, one.FileCopy.Path))
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	settled, err := home.settle(ctx)
	if err != nil {
		return err
	}
	return r.count(files, outcome, settled, b)
}

// bringOne copies one original; those that are there already are read instead.
func (r *restore) bringOne(ctx context.Context, home *pack, from place.Place, f archive.File, path string) (brought, error) {
	to := r.pathAtHome(f)
	if e, err := r.home.Stat(ctx, to); err == nil && e.Bytes == f.Bytes {
		fault, err := new(Copier).readBack(ctx, r.home, to, f.Bytes, f.SHA256, func(int64) {})
		return brought{there: fault == archive.CopyGood, fault: fault}, err
	}
	in, err := from.Open(ctx, path)
	if err != nil {
		fault, err := faultOf(err)
		return brought{fault: fault}, err
	}
	defer in.Close()
	w, err := home.create(ctx, to)
	if err != nil {
		return brought{}, err
	}
	sum := newSum()
	n, err := pass(ctx, io.MultiWriter(w, sum), in, func(int64) {})
	var bad *source
	switch {
	case errors.As(err, &bad):
		home.discard(w)
		return brought{fault: archive.CopyUnreadable}, nil
	case err != nil:
		home.discard(w)
		return brought{}, err
	case n != f.Bytes || sum.hex() != f.SHA256:
		home.discard(w)
		return brought{fault: archive.CopyChanged}, nil
	}
	return brought{w: w}, w.Close()
}

// pathAtHome is where an original comes to lie below the home; those of storage roots are
// put beside it when all are there.
func (r *restore) pathAtHome(f archive.File) string { return pathOf(f, "") }

func (r *restore) count(files []archive.File, outcome []brought, settled map[place.Writer]error, b *bar) error {
	for i, f := range files {
		o := outcome[i]
		if o.w != nil {
			if err := settled[o.w]; err != nil {
				return err
			}
		}
		fail := Failure{Path: f.Path, Reason: string(o.fault), File: f.ID}
		switch {
		case o.w != nil || o.there:
			r.out.Files++
			r.out.Bytes += f.Bytes
		case o.fault == archive.CopyMissing:
			r.out.Missing = append(r.out.Missing, fail)
			if o.disk != 0 && !slices.Contains(r.out.Disks, o.disk) {
				r.out.Disks = append(r.out.Disks, o.disk)
			}
		default:
			r.out.Failed = append(r.out.Failed, fail)
		}
	}
	b.show(r.out.Files, r.out.Bytes)
	r.opt.Step(stepBrought)
	return nil
}

// lists writes the lists of the receipts, which say where the originals lie now.
func (r *restore) lists(ctx context.Context, cat *store.Catalogue) error {
	dir := filepath.Join(r.opt.Home, "manifests")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return archive.Wrap("write lists", dir, err)
	}
	lists := map[archive.ID]*os.File{}
	closeAll := func() error {
		var errs []error
		for id, f := range lists {
			errs = append(errs, f.Sync(), f.Close())
			delete(lists, id)
		}
		return errors.Join(errs...)
	}
	defer closeAll()
	begun := map[archive.ID]bool{}
	for f, err := range cat.AllFiles(ctx, access.All()) {
		if err != nil {
			return err
		}
		if f.Root != 0 || f.SHA256 == "" || f.State == archive.FileQuarantined {
			continue
		}
		out := lists[f.Batch]
		if out == nil {
			if len(lists) == 200 {
				if err := closeAll(); err != nil {
					return archive.Wrap("write lists", dir, err)
				}
			}
			flag := os.O_WRONLY | os.O_CREATE | os.O_APPEND
			if !begun[f.Batch] {
				flag |= os.O_TRUNC
			}
			begun[f.Batch] = true
			if out, err = os.OpenFile(filepath.Join(dir, f.Batch.String()+".sha256"), flag, 0o600); err != nil {
				return archive.Wrap("write lists", dir, err)
			}
			lists[f.Batch] = out
		}
		if _, err := out.WriteString(vault.Line(f.SHA256, mastersDir+f.Path)); err != nil {
			return archive.Wrap("write lists", dir, err)
		}
	}
	return archive.Wrap("write lists", dir, closeAll())
}

// complete puts the storage roots beside the home, and makes the folder a home.
func (r *restore) complete() error {
	const doing = "complete home"
	roots := filepath.Join(r.opt.Home, rootsDir)
	entries, err := os.ReadDir(roots)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return archive.Wrap(doing, roots, err)
	}
	for _, e := range entries {
		if err := os.MkdirAll(r.opt.Roots, 0o700); err != nil {
			return archive.Wrap(doing, r.opt.Roots, err)
		}
		to := filepath.Join(r.opt.Roots, e.Name())
		if err := os.Rename(filepath.Join(roots, e.Name()), to); err != nil {
			return archive.Wrap(doing, to, err)
		}
	}
	moved, err := os.ReadDir(r.opt.Roots)
	if err == nil {
		for _, e := range moved {
			if _, err := archive.ParseID(e.Name()); err != nil {
				continue // something else that lies there
			}
			r.out.Roots[e.Name()] = filepath.Join(r.opt.Roots, e.Name())
		}
	}
	r.opt.Step(stepRoots)
	os.Remove(roots)
	if err := os.RemoveAll(filepath.Join(r.opt.Home, place.Incoming)); err != nil {
		return archive.Wrap(doing, r.opt.Home, err)
	}
	err = os.Rename(filepath.Join(r.opt.Home, "lantai.json.new"), filepath.Join(r.opt.Home, "lantai.json"))
	if errors.Is(err, fs.ErrNotExist) { // it is a home already
		_, err = os.Stat(filepath.Join(r.opt.Home, "lantai.json"))
	}
	if err != nil {
		return archive.Wrap(doing, r.opt.Home, err)
	}
	r.opt.Step(stepHomeComplete)
	return nil
}

// fetch copies one file from a place into a new local file; sum, when given, is what it must have.
func fetch(ctx context.Context, p place.Place, path, file, sum string) error {
	in, err := p.Open(ctx, path)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return archive.Wrap("restore file", file, err)
	}
	defer out.Close()
	h := newSum()
	if _, err := pass(ctx, io.MultiWriter(out, h), in, func(int64) {}); err != nil {
		return archive.Wrap("restore file", path, err)
	}
	if sum != "" && h.hex() != sum {
		return archive.Errorf(archive.Damaged, "restore file", path, "its content is not what was copied")
	}
	if err := out.Sync(); err != nil {
		return archive.Wrap("restore file", file, err)
	}
	return archive.Wrap("restore file", file, out.Close())
}
