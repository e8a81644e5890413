package vault

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"lantai/archive"
)

// KnownRoot is a storage root as the catalogue knows it: a folder outside the home in
// which originals lie. Nothing is ever written there.
type KnownRoot struct {
	ID     archive.ID
	Label  string
	Path   string // where it was last pointed to
	Volume string // id of the volume it was on then
	Within string // its path below the top of that volume, with slashes
}

// KnownFile is an original that a root is recognised by.
type KnownFile struct {
	Path  string // below the root, with slashes
	Bytes int64
}

// Registry tells what the catalogue knows of storage roots.
type Registry interface {
	KnownRoots(ctx context.Context) ([]KnownRoot, error)
	KnownSample(ctx context.Context, root archive.ID) ([]KnownFile, error)
}

// RootState is where a root is now.
type RootState struct {
	KnownRoot
	Present bool
	At      string // its folder now; empty while it is absent
}

// RootOptions change how roots are looked for; the zero value is the ordinary one.
type RootOptions struct {
	Fresh    time.Duration            // how long a look is good for; 0: two seconds
	Patience time.Duration            // how long a look may take before the root counts as absent; 0: three seconds
	Volumes  func() ([]Volume, error) // the volumes connected; nil: those of this computer
}

// Originals opens originals wherever they lie: the one door to masters/ and to all
// storage roots. It is safe for use by several goroutines.
type Originals struct {
	vault    *Vault
	registry Registry
	opt      RootOptions

	mu     sync.Mutex
	roots  []KnownRoot
	listed time.Time
	places map[archive.ID]*rootPlace
}

// rootPlace is what was last found out about one root.
type rootPlace struct {
	dir     string // empty: absent
	looked  time.Time
	looking chan struct{} // closed when the look under way ends; nil: none is
	since   time.Time     // when that began
}

// NewOriginals joins the vault with the storage roots that a registry knows.
func NewOriginals(v *Vault, r Registry, opt RootOptions) *Originals {
	if opt.Fresh == 0 {
		opt.Fresh = 2 * time.Second
	}
	if opt.Patience == 0 {
		opt.Patience = 3 * time.Second
	}
	if opt.Volumes == nil {
		opt.Volumes = Volumes
	}
	return &Originals{vault: v, registry: r, opt: opt, places: map[archive.ID]*rootPlace{}}
}

const opOpenRoot = "open storage root"

// Open opens an original for reading. Its errors: those of Vault.Open; Unavailable
// with ErrRootAbsent while its root is not connected.
func (o *Originals) Open(ctx context.Context, f archive.File) (*os.File, error) {
	if f.Root == 0 {
		return o.vault.Open(f.Path)
	}
	const op = "open original"
	dir, err := o.Dir(ctx, f.Root)
	if err != nil {
		return nil, err
	}
	full, err := locateIn(dir, op, f.Path)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(full)
	if err == nil {
		return file, nil
	}
	// The root may have dropped away since it was looked at.
	if _, gone := o.Look(ctx, f.Root); gone != nil {
		return nil, gone
	}
	if errors.Is(err, fs.ErrNotExist) || isNotFolder(err) {
		return nil, archive.WrapAs(archive.NotFound, op, f.Path, err)
	}
	return nil, archive.WrapAs(archive.Unavailable, op, f.Path, err)
}

// Dir tells the folder that a root is at; an Unavailable error with ErrRootAbsent when
// it is not connected, NotFound when there is no such root.
func (o *Originals) Dir(ctx context.Context, root archive.ID) (string, error) {
	return o.find(ctx, root, o.opt.Fresh)
}

// Look is Dir without trusting an earlier look.
func (o *Originals) Look(ctx context.Context, root archive.ID) (string, error) {
	return o.find(ctx, root, 0)
}

// States tells where each root is now.
func (o *Originals) States(ctx context.Context) ([]RootState, error) {
	known, err := o.known(ctx, 0)
	if err != nil {
		return nil, err
	}
	list := make([]RootState, 0, len(known))
	for _, k := range known {
		dir, err := o.find(ctx, k.ID, o.opt.Fresh)
		if err != nil && !errors.Is(err, archive.ErrRootAbsent) {
			return nil, err
		}
		list = append(list, RootState{KnownRoot: k, Present: dir != "", At: dir})
	}
	return list, nil
}

// Absent lists the roots that are not connected.
func (o *Originals) Absent(ctx context.Context) ([]archive.ID, error) {
	known, err := o.known(ctx, o.opt.Fresh)
	if err != nil {
		return nil, err
	}
	var absent []archive.ID
	for _, k := range known {
		switch _, err := o.find(ctx, k.ID, o.opt.Fresh); {
		case errors.Is(err, archive.ErrRootAbsent):
			absent = append(absent, k.ID)
		case err != nil:
			return nil, err
		}
	}
	return absent, nil
}

// known lists the roots, from the registry when what is known of it is older than fresh.
func (o *Originals) known(ctx context.Context, fresh time.Duration) ([]KnownRoot, error) {
	o.mu.Lock()
	list, age := o.roots, time.Since(o.listed)
	o.mu.Unlock()
	if age < fresh {
		return list, nil
	}
	list, err := o.registry.KnownRoots(ctx)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, k := range list { // one that was pointed elsewhere is looked for anew
		if i := slices.IndexFunc(o.roots, func(old KnownRoot) bool { return old.ID == k.ID }); i >= 0 && o.roots[i] != k {
			delete(o.places, k.ID)
		}
	}
	o.roots, o.listed = list, time.Now()
	return list, nil
}

// find looks for a root unless a look younger than fresh is at hand. A look that takes
// long, as at a server that is down, counts as absent and goes on by itself.
func (o *Originals) find(ctx context.Context, root archive.ID, fresh time.Duration) (string, error) {
	k, err := o.root(ctx, root, fresh)
	if err != nil {
		return "", err
	}
	absent := archive.WrapAs(archive.Unavailable, opOpenRoot, k.Label, archive.ErrRootAbsent)
	o.mu.Lock()
	p := o.places[root]
	if p == nil {
		p = &rootPlace{}
		o.places[root] = p
	}
	if p.looking == nil && (p.looked.IsZero() || time.Since(p.looked) >= fresh) {
		sample, err := o.sample(ctx, root)
		if err != nil {
			o.mu.Unlock()
			return "", err
		}
		if p.looking == nil {
			p.looking, p.since = make(chan struct{}), time.Now()
			go o.look(k, sample, p, p.dir)
		}
	}
	looking, left := p.looking, o.opt.Patience-time.Since(p.since)
	o.mu.Unlock()
	if looking != nil {
		patience := time.NewTimer(max(left, 0))
		defer patience.Stop()
		select {
		case <-looking:
		case <-patience.C:
			return "", absent
		case <-ctx.Done():
			return "", archive.Wrap(opOpenRoot, k.Label, ctx.Err())
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if p.dir == "" {
		return "", absent
	}
	return p.dir, nil
}

// sample asks the registry without holding others up.
func (o *Originals) sample(ctx context.Context, root archive.ID) ([]KnownFile, error) {
	o.mu.Unlock()
	defer o.mu.Lock()
	return o.registry.KnownSample(ctx, root)
}

// root finds what is known of a root, which may have been registered just now.
func (o *Originals) root(ctx context.Context, root archive.ID, fresh time.Duration) (KnownRoot, error) {
	for _, fresh := range []time.Duration{fresh, 0} {
		list, err := o.known(ctx, fresh)
		if err != nil {
			return KnownRoot{}, err
		}
		if i := slices.IndexFunc(list, func(k KnownRoot) bool { return k.ID == root }); i >= 0 {
			return list[i], nil
		}
	}
	return KnownRoot{}, archive.Errorf(archive.NotFound, opOpenRoot, root.String(), "no such storage root")
}

// look finds a root: where it was last, where it was pointed to, on the volume it was
// on, under another letter or mount point, and at last on any volume.
func (o *Originals) look(k KnownRoot, sample []KnownFile, p *rootPlace, last string) {
	dir := ""
	for _, candidate := range []string{last, k.Path} {
		if candidate != "" && dir == "" && (Recognise(candidate, sample) || o.sameFolder(k, candidate)) {
			dir = candidate
		}
	}
	if dir == "" {
		dir = o.elsewhere(k, sample)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	p.dir, p.looked = dir, time.Now()
	close(p.looking)
	p.looking = nil
}

// sameFolder tells whether a folder is the root by its volume and its place there, whatever
// became of the files.
func (o *Originals) sameFolder(k KnownRoot, dir string) bool {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() || k.Volume == "" {
		return false
	}
	volumes, err := o.opt.Volumes()
	id, within := volumeOf(dir, volumes)
	return err == nil && id == k.Volume && within == k.Within
}

func (o *Originals) elsewhere(k KnownRoot, sample []KnownFile) string {
	volumes, err := o.opt.Volumes()
	if err != nil {
		return ""
	}
	for _, same := range []bool{true, false} {
		for _, v := range volumes {
			if same != (v.ID == k.Volume && v.ID != "") || !same && len(sample) == 0 {
				continue
			}
			if dir, ok := v.folder(k.Within); ok && (Recognise(dir, sample) || same && o.sameFolder(k, dir)) {
				return dir
			}
		}
	}
	return ""
}

// leastKnown is how many files of a sample tell that a folder is the root: two, since
// one may have the same name and size elsewhere.
const leastKnown = 2

// Recognise tells whether a folder is the root that a sample of files was taken from.
// Without files any folder is.
func Recognise(dir string, sample []KnownFile) bool {
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return false
	}
	seen := 0
	for _, f := range sample {
		if seen >= leastKnown {
			break
		}
		full, err := locateIn(dir, opOpenRoot, f.Path)
		if err != nil {
			continue
		}
		if st, err := os.Lstat(full); err == nil && st.Mode().IsRegular() && st.Size() == f.Bytes {
			seen++
		}
	}
	return seen >= min(leastKnown, len(sample))
}

// Volume is a volume that is connected.
type Volume struct {
	ID   string // lasts while the volume is not formatted anew; empty: it has none
	Top  string // the folder or drive where it can be reached
	Part string // the path of Top below the volume's own top; "" for the whole volume
}

// folder gives the folder of a path below the volume's top, if it can be reached here.
func (v Volume) folder(within string) (string, bool) {
	if v.Part != "" {
		rest, ok := strings.CutPrefix(within+"/", v.Part+"/")
		if !ok {
			return "", false
		}
		within = strings.TrimSuffix(rest, "/")
	}
	return filepath.Join(v.Top, filepath.FromSlash(within)), true
}

// VolumeOf tells the id of the volume that a folder lies on, and the folder's path
// below the volume's top, with slashes; "" for what cannot be found out.
func VolumeOf(dir string) (id, within string) {
	volumes, err := Volumes()
	if err != nil {
		return "", ""
	}
	return volumeOf(dir, volumes)
}

func volumeOf(dir string, volumes []Volume) (id, within string) {
	best := -1
	for i, v := range volumes {
		if _, ok := pathBelow(dir, v.Top); ok && (best < 0 || len(v.Top) >= len(volumes[best].Top)) {
			best = i // of two at one place the later mount hides the earlier
		}
	}
	if best < 0 {
		return "", ""
	}
	rel, _ := pathBelow(dir, volumes[best].Top)
	if rel == "." {
		rel = ""
	}
	return volumes[best].ID, strings.Trim(volumes[best].Part+"/"+filepath.ToSlash(rel), "/")
}

func pathBelow(dir, top string) (string, bool) {
	rel, err := filepath.Rel(top, dir)
	return rel, err == nil && filepath.IsLocal(rel)
}

// AsRegistered tells whether an original on a root has the size and the time of change
// that were registered. A difference of whole quarters of an hour is none: file systems of
// portable disks keep local time, which shifts with zone and season.
func AsRegistered(f archive.File, info fs.FileInfo) bool {
	if info.Size() != f.Bytes {
		return false
	}
	const quarter = int64(15 * time.Minute / time.Millisecond)
	const most = int64(26 * time.Hour / time.Millisecond)
	apart := info.ModTime().UnixMilli() - f.Modified
	return apart%quarter == 0 && apart >= -most && apart <= most
}
