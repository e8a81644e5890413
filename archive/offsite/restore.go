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

	"lantai/archive"
	"lantai/archive/offsite/place"
	"lantai/archive/store"
)

// RestoreOptions say what is restored and where to.
type RestoreOptions struct {
	From []place.Place // the media of one target that are there, open
	Home string        // an empty folder, or none yet; or one in which a restore was cut off
	// Roots is the folder in which each storage root gets a folder of its own; empty: the name of
	// the home with "-roots", beside it. It is empty too, or not there yet.
	Roots    string
	AsOf     string   // the newest catalogue of this time or before: the beginning of a time as it stands in names, "20261127"; empty: the newest
	Fonds    []string // 全宗号: only the originals of these come, and those of Codes; none of both: all
	Codes    []string // 档号 of whatever kind of record, with all that lies in it
	Progress func(Progress)
	Step     func(name string)
	// Complete does what is left to do when the folder is a home; until it has succeeded the folder counts as being
	// restored. May be nil.
	Complete func(ctx context.Context, r Restored) error

	GroupBytes int64 // most bytes that are written before they are made durable; 0: 64 MiB
}

// Restored is the outcome of a restore.
type Restored struct {
	Archive    string            `json:"archive"`
	Name       string            `json:"name"`
	Snapshot   string            `json:"snapshot"` // the catalogue that was taken
	Files      int               `json:"files"`    // originals that are whole in the home
	Bytes      int64             `json:"bytes"`
	Texts      int               `json:"texts"`       // files of texts that were put together
	NotBrought int               `json:"not_brought"` // originals that were not asked for
	Missing    []Failure         `json:"missing"`
	Failed     []Failure         `json:"failed"` // changed or unreadable at the target
	Disks      []int             `json:"disks"`  // numbers of media that are wanted and not there
	Roots      map[string]string `json:"roots"`  // id of each storage root → its folder now
}

// restoring is the name of the file that marks a restore under way.
const restoring = "restoring.json"

// ErrNoCatalogue is the cause when a target has no catalogue that could be restored.
var ErrNoCatalogue = errors.New("no catalogue lies there")

// Restore brings an archive back from its copies into an empty folder: catalogue, texts
// and originals, each held against its digest. What is in the folder is a home at the end,
// when lantai.json is put there, and is to be accepted as a copy. Repeated after it was cut off it goes
// on. Where only some originals were asked for, those that were not brought are listed in
// manifests/not-restored.tsv. Errors: Conflict when a folder has something else in it or the media are of
// different archives; NotFound with ErrNoCatalogue, or for a 全宗号 or 档号 that the catalogue does not have; NoSpace; Stopped.
func Restore(ctx context.Context, opt RestoreOptions) (Restored, error) {
	r := newRestore(opt)
	if len(opt.Fonds)+len(opt.Codes) > 0 {
		r.choose = r.asked
	}
	err := r.run(ctx)
	return r.out, archive.Wrap("restore archive", opt.Home, err)
}

func newRestore(opt RestoreOptions) *restore {
	if opt.Step == nil {
		opt.Step = func(string) {}
	}
	if opt.GroupBytes == 0 {
		opt.GroupBytes = 64 << 20
	}
	return &restore{opt: opt, out: Restored{Missing: []Failure{}, Failed: []Failure{}, Disks: []int{}, Roots: map[string]string{}}}
}

type restore struct {
	opt    RestoreOptions
	out    Restored
	labels []Label
	media  map[archive.ID]place.Place
	number map[archive.ID]int // of all media of the target
	from   place.Place        // that has the catalogue
	home   place.Place
	roots  place.Place // opened when it is needed

	choose func(ctx context.Context, cat *store.Catalogue) (map[archive.ID]bool, error) // the originals that come; nil: all
	only   map[archive.ID]bool

	brought map[archive.ID]string // where each original came to lie, below the folder above the home; nil: nobody asks
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

// fill brings everything into the folder but what makes it a home.
func (r *restore) fill(ctx context.Context) error {
	home, leave, err := openInto(ctx, r.opt.Home)
	if err != nil {
		return err
	}
	defer leave()
	r.home = home
	if err := r.catalogue(ctx); err != nil {
		return err
	}
	r.opt.Step(stepCatalogue)
	return r.originals(ctx)
}

// openInto opens a folder that is being filled, and clears away what an earlier process
// left half.
func openInto(ctx context.Context, dir string) (p place.Place, leave func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, archive.Wrap("prepare folder", dir, err)
	}
	if p, err = place.OpenFolder(dir); err != nil {
		return nil, nil, err
	}
	release, err := p.Lock(ctx, "restore")
	if err == nil {
		if err = p.Sweep(ctx); err == nil {
			return p, func() { release(); p.Close() }, nil
		}
		release()
	}
	p.Close()
	return nil, nil, err
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
		found, err := Snapshots(ctx, p)
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

// Snapshots lists the whole catalogues on a medium, named by their times, the oldest first.
func Snapshots(ctx context.Context, p place.Place) ([]string, error) {
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

// marked is what the mark of a restore under way says: a later one has to want the same.
type marked struct {
	Archive  string    `json:"archive"`
	Snapshot string    `json:"snapshot"`
	Roots    string    `json:"roots"`
	Fonds    []string  `json:"fonds,omitempty"`
	Codes    []string  `json:"codes,omitempty"`
	Done     *Restored `json:"done,omitempty"` // all is there, and is to be made a home
}

// mark says how far the restore has come, durably.
func (r *restore) mark(done *Restored) error {
	const doing = "mark folder"
	b, err := json.Marshal(marked{r.out.Archive, r.out.Snapshot, r.opt.Roots, r.opt.Fonds, r.opt.Codes, done})
	if err != nil {
		return archive.Wrap(doing, r.opt.Home, err)
	}
	return archive.Wrap(doing, r.opt.Home, putFile(filepath.Join(r.opt.Home, restoring), b))
}

// prepare makes the folder of the home, and refuses one that has something else in it. done tells
// that all was brought there before.
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
	if r.opt.Roots, err = filepath.Abs(r.opt.Roots); err != nil {
		return false, archive.WrapAs(archive.Invalid, doing, r.opt.Roots, err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false, archive.Wrap(doing, dir, err)
	}
	switch was, err := r.before(); {
	case err != nil:
		return false, err
	case was != nil && was.Done != nil:
		r.out = *was.Done
		return true, nil
	case was != nil:
		return false, nil
	}
	for _, empty := range []string{dir, r.opt.Roots} {
		entries, err := os.ReadDir(empty)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return false, archive.Wrap(doing, empty, err)
		}
		if len(entries) > 0 && (empty != dir || len(entries) > 1 || entries[0].Name() != restoring+".new") {
			return false, archive.WrapAs(archive.Conflict, doing, empty, ErrNotEmpty)
		}
	}
	return false, r.mark(nil)
}

// before reads what a restore that was cut off has left in the folder; nil: there was none. Conflict
// when it wanted something else.
func (r *restore) before() (*marked, error) {
	const doing = "prepare folder"
	b, err := os.ReadFile(filepath.Join(r.opt.Home, restoring))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var was marked
	if err == nil {
		err = json.Unmarshal(b, &was)
	}
	if err != nil {
		return nil, archive.Wrap(doing, r.opt.Home, err)
	}
	if was.Archive != r.out.Archive || was.Snapshot != r.out.Snapshot || was.Roots != r.opt.Roots || !slices.Equal(was.Fonds, r.opt.Fonds) ||
		!slices.Equal(was.Codes, r.opt.Codes) {
		return nil, archive.WrapAs(archive.Conflict, doing, r.opt.Home, ErrOtherRestore)
	}
	return &was, nil
}

// ErrOtherRestore is the cause of a Conflict when the folder has a restore under way that
// wanted something else.
var ErrOtherRestore = errors.New("a restore of something else was begun there")

// putFile makes a small file whole or not at all.
func putFile(name string, content []byte) error {
	f, err := os.OpenFile(name+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// complete makes the folder a home.
func (r *restore) complete() error {
	const doing = "complete home"
	entries, err := os.ReadDir(r.opt.Roots)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return archive.Wrap(doing, r.opt.Roots, err)
	}
	for _, e := range entries {
		if _, err := archive.ParseID(e.Name()); err == nil {
			r.out.Roots[e.Name()] = filepath.Join(r.opt.Roots, e.Name())
		}
	}
	r.opt.Step(stepRoots)
	for _, dir := range []string{r.opt.Home, r.opt.Roots} {
		if err := os.RemoveAll(filepath.Join(dir, place.Incoming)); err != nil {
			return archive.Wrap(doing, dir, err)
		}
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
