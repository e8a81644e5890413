package offsite

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/offsite/place"
	"lantai/archive/store"
)

// DrillOptions say how a drill is held.
type DrillOptions struct {
	Scratch  string // a folder, empty or not there yet, for what comes back; it is emptied afterwards
	Seed     int64  // what is drawn follows from it; zero: by lot
	Volumes  int    // how many volumes, boxes, albums and single records are drawn; zero: DrillVolumes
	Note     string
	Progress func(Progress)
	Step     func(name string)
}

// DrillVolumes is how many volumes a drill draws where nobody says.
const DrillVolumes = 20

// Drilled is the outcome of a drill.
type Drilled struct {
	archive.Drill
	Drawn  []archive.DrillVolume `json:"volumes"`
	Failed []Failure             `json:"failed"` // originals that did not come back as they were received
	Passed int                   `json:"passed"` // volumes that were drawn and lie on media that are not connected
}

// ErrNothingToDrill is the cause of a NotFound error when a target has no volume on the media
// that are connected.
var ErrNothingToDrill = errors.New("no volume lies whole on the media that are connected")

// Drill proves that what lies at a target comes back (恢复演练): the newest catalogue and all
// texts there are brought into the scratch folder and looked through, and volumes that are drawn at random, in
// proportion to how many each fonds has, are brought back as a restore does. What came back is then read from the
// scratch folder and held against the catalogue at home. The outcome is a record of the catalogue, whether good or
// bad; one that is stopped leaves none. Errors: Unavailable with ErrNotConnected; NotFound with ErrNoCatalogue or
// ErrNothingToDrill; Conflict when the scratch folder has something in it; NoSpace; Stopped.
func (c *Copier) Drill(ctx context.Context, actor archive.Actor, t archive.Target, opt DrillOptions) (Drilled, error) {
	const doing = "hold drill"
	d := &drill{c: c, t: t, opt: opt, out: Drilled{Failed: []Failure{}, Drawn: []archive.DrillVolume{}}}
	d.out.Target, d.out.Time, d.out.By, d.out.Note = t.ID, c.millis(), actor.ID, opt.Note
	if d.opt.Volumes == 0 {
		d.opt.Volumes = DrillVolumes
	}
	if d.opt.Volumes < 0 || d.opt.Seed < 0 {
		return d.out, archive.Errorf(archive.Invalid, doing, t.Name, "%d volumes, seed %d", d.opt.Volumes, d.opt.Seed)
	}
	for d.opt.Seed == 0 {
		d.opt.Seed = int64(rand.Uint32N(1_000_000)) //nolint:gosec // a sample, no secret
	}
	d.out.Seed = d.opt.Seed
	if err := d.hold(ctx); err != nil {
		return d.out, archive.Wrap(doing, t.Name, err)
	}
	if err := d.record(ctx, actor); err != nil {
		return d.out, archive.Wrap(doing, t.Name, err)
	}
	return d.out, nil
}

type drill struct {
	c       *Copier
	t       archive.Target
	opt     DrillOptions
	r       *restore
	drawn   map[archive.ID]drawnFile
	sources map[archive.ID]reached
	out     Drilled
}

// drawnFile is an original of a volume that was drawn.
type drawnFile struct {
	volume int    // its place in Drilled.Drawn
	sum    string // by the catalogue at the target
}

func (d *drill) hold(ctx context.Context) (err error) {
	var away Repaired
	d.sources, err = d.c.sources(ctx, []archive.Target{d.t}, &away)
	defer func() {
		for _, s := range d.sources {
			s.Close()
		}
	}()
	if err != nil {
		return err
	}
	if len(d.sources) == 0 {
		return archive.WrapAs(archive.Unavailable, "open target", d.t.Name, ErrNotConnected)
	}
	var numbers []int
	var from []place.Place
	for _, id := range slices.Sorted(maps.Keys(d.sources)) {
		from, numbers = append(from, d.sources[id].Place), append(numbers, d.sources[id].Carrier.Number)
	}
	slices.Sort(numbers)
	d.out.Media = joined(numbers)
	clear, err := d.scratch()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, clear()) }()
	d.r = newRestore(RestoreOptions{From: from, Home: filepath.Join(d.opt.Scratch, "home"), Roots: filepath.Join(d.opt.Scratch, "roots"),
		Progress: d.opt.Progress, Step: d.opt.Step, GroupBytes: d.c.opt.GroupBytes})
	d.r.choose, d.r.brought = d.draw, map[archive.ID]string{}
	if err := d.r.identify(ctx); err != nil {
		return err
	}
	d.out.Snapshot = d.r.out.Snapshot
	if err := d.room(ctx); err != nil {
		return err
	}
	if _, err := d.r.prepare(); err != nil {
		return err
	}
	if err := d.r.fill(ctx); err != nil {
		return d.broken(err)
	}
	if d.out.Texts, err = store.CountTexts(ctx, filepath.Join(d.r.opt.Home, "text.db")); err != nil {
		return err
	}
	return d.compare(ctx)
}

// broken takes an error for the outcome of the drill where it says that the catalogue or the
// texts at the target cannot be brought back.
func (d *drill) broken(err error) error {
	kind := archive.KindOf(err)
	if kind != archive.Damaged && (kind != archive.NotFound || errors.Is(err, ErrNothingToDrill)) {
		return err
	}
	d.out.Failed = append(d.out.Failed, Failure{Path: d.out.Snapshot, Reason: string(kind), Detail: err.Error()})
	return nil
}

func joined(numbers []int) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return strings.Join(words, ",")
}

// scratchMark is the file by which a folder is known as that of a drill that was cut off: it
// may be emptied.
const scratchMark = "lantai-drill"

// scratch readies the folder, and gives what empties it again.
func (d *drill) scratch() (clear func() error, err error) {
	const doing = "prepare scratch folder"
	if d.opt.Scratch == "" {
		return nil, archive.Errorf(archive.Invalid, doing, "", "no folder was named")
	}
	dir, err := filepath.Abs(d.opt.Scratch)
	if err != nil {
		return nil, archive.WrapAs(archive.Invalid, doing, d.opt.Scratch, err)
	}
	d.opt.Scratch = dir
	_, before := os.Stat(dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, archive.Wrap(doing, dir, err)
	}
	name := filepath.Join(dir, scratchMark)
	clear = func() error {
		errs := []error{os.RemoveAll(filepath.Join(dir, "home")), os.RemoveAll(filepath.Join(dir, "roots"))}
		if err := errors.Join(errs...); err != nil {
			return archive.Wrap("empty scratch folder", dir, err)
		}
		err := os.Remove(name)
		if errors.Is(before, fs.ErrNotExist) {
			err = errors.Join(err, os.Remove(dir))
		}
		return archive.Wrap("empty scratch folder", dir, err)
	}
	if _, err := os.Lstat(name); err == nil { // of a drill that was cut off
		if err := clear(); err != nil {
			return nil, err
		}
		before = nil
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, archive.Wrap(doing, dir, err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, archive.Wrap(doing, dir, err)
	}
	if len(entries) > 0 {
		return nil, archive.WrapAs(archive.Conflict, doing, dir, ErrNotEmpty)
	}
	return clear, archive.Wrap(doing, dir, putFile(name, nil))
}

// room makes sure that catalogue and texts fit, before they are copied for an hour.
func (d *drill) room(ctx context.Context) error {
	p, err := place.OpenFolder(d.opt.Scratch)
	if err != nil {
		return err
	}
	defer p.Close()
	free, _, err := p.Space(ctx)
	if err != nil || free < 0 {
		return err
	}
	var need int64
	for _, dir := range []string{d.out.Snapshot, strings.TrimSuffix(textDir, "/")} {
		for e, err := range d.r.from.Walk(ctx, dir, "") {
			if err != nil {
				return err
			}
			if strings.HasSuffix(e.Path, ".db") {
				need += e.Bytes
			}
		}
	}
	if need > free {
		return archive.Errorf(archive.NoSpace, "prepare scratch folder", d.opt.Scratch, "%d bytes free, %d wanted", free, need)
	}
	return nil
}

// How much a container and a single record count when volumes are drawn: a volume or box has some twenty records.
const (
	containerWeight = 20
	singleWeight    = 1
)

// draw chooses volumes: the list of all, fonds behind fonds, is parted into as many equal
// stretches as volumes are wanted, and of each one is drawn. So each fonds gets its share, and a small one its chance.
// What a stretch cannot give is drawn of all that is left.
func (d *drill) draw(ctx context.Context, cat *store.Catalogue) (map[archive.ID]bool, error) {
	units, err := cat.PagedUnits(ctx)
	if err != nil {
		return nil, err
	}
	n := min(d.opt.Volumes, len(units))
	stretches := stretch(units, n, d.opt.Seed)
	only := map[archive.ID]bool{}
	d.drawn = map[archive.ID]drawnFile{}
	var left []store.Unit
	for _, list := range stretches {
		rest, err := d.drawOne(ctx, cat, list, only)
		if err != nil {
			return nil, err
		}
		left = append(left, rest...)
	}
	for len(left) > 0 && len(d.out.Drawn) < n {
		if left, err = d.drawOne(ctx, cat, left, only); err != nil {
			return nil, err
		}
	}
	if len(d.out.Drawn) == 0 {
		return nil, archive.WrapAs(archive.NotFound, "draw volumes", d.t.Name, ErrNothingToDrill)
	}
	return only, nil
}

// stretch parts units into n stretches of equal weight, each in an order that is drawn by lot.
func stretch(units []store.Unit, n int, seed int64) [][]store.Unit {
	lot := rand.New(rand.NewPCG(uint64(seed), 0)) //nolint:gosec // a sample, no secret; its seed makes it again
	weight := func(u store.Unit) int {
		if u.Single {
			return singleWeight
		}
		return containerWeight
	}
	total, at := 0, 0
	key := make(map[archive.ID]float64, len(units))
	for _, u := range units {
		total += weight(u)
		key[u.ID] = lot.ExpFloat64() / float64(weight(u)) // the least comes first: the heavier, the likelier
	}
	list := make([][]store.Unit, n)
	for _, u := range units {
		k := at * n / total
		list[k] = append(list[k], u)
		at += weight(u)
	}
	for _, one := range list {
		slices.SortFunc(one, func(a, b store.Unit) int { return cmp.Compare(key[a.ID], key[b.ID]) })
	}
	return list
}

// drawOne takes the first of a list that lies whole on the media that are connected, and gives
// back what stands behind it.
func (d *drill) drawOne(ctx context.Context, cat *store.Catalogue, list []store.Unit, only map[archive.ID]bool) ([]store.Unit, error) {
	for i, u := range list {
		files, whole, err := d.lies(ctx, cat, u.ID)
		if err != nil {
			return nil, err
		}
		if !whole {
			d.out.Passed++
			continue
		}
		v := archive.DrillVolume{Holding: u.ID}
		for _, f := range files {
			if !only[f.ID] { // a file may have pages of two records
				only[f.ID], d.drawn[f.ID] = true, drawnFile{len(d.out.Drawn), f.SHA256}
				v.Files, v.Bytes = v.Files+1, v.Bytes+f.Bytes
			}
		}
		d.out.Drawn = append(d.out.Drawn, v)
		return list[i+1:], nil
	}
	return nil, nil
}

// lies finds the originals of a volume that the target has, and whether they all lie on media
// that are connected.
func (d *drill) lies(ctx context.Context, cat *store.Catalogue, unit archive.ID) (files []archive.File, whole bool, err error) {
	all, err := filesOf(ctx, cat, unit)
	if err != nil {
		return nil, false, err
	}
	ids := make([]archive.ID, len(all))
	for i, f := range all {
		ids[i] = f.ID
	}
	copies, err := cat.CopiesOf(ctx, d.t.ID, ids)
	if err != nil {
		return nil, false, err
	}
	for _, f := range all {
		one, ok := copies[f.ID]
		if !ok || f.State == archive.FileQuarantined {
			continue // was not copied yet, or never is
		}
		if _, there := d.sources[one.Carrier]; !there {
			return nil, false, nil
		}
		files = append(files, f)
	}
	return files, len(files) > 0, nil
}

// compare reads what came back from the scratch folder and holds it against the catalogue at
// home, which is not the one that came back. What is of no matter any more, since it was purged, put aside or accepted
// anew after the catalogue was copied, is passed over.
func (d *drill) compare(ctx context.Context) error {
	bad := map[archive.ID]Failure{}
	for _, f := range append(d.r.out.Missing, d.r.out.Failed...) {
		bad[f.File] = f
	}
	home, err := d.c.opt.Catalogue.Files(ctx, access.All(), slices.Sorted(maps.Keys(d.drawn)))
	if err != nil {
		return err
	}
	here, err := place.OpenFolder(d.opt.Scratch)
	if err != nil {
		return err
	}
	defer here.Close()
	b := &bar{say: d.opt.Progress, now: Progress{Phase: "drill", Of: len(home)}}
	for i, f := range home {
		one := d.drawn[f.ID]
		if f.State == archive.FileQuarantined || f.SHA256 != one.sum {
			continue
		}
		failure, failed := bad[f.ID]
		if !failed {
			// It may have moved since: where it came to lie follows from the catalogue that came back.
			fault, err := d.c.readBack(ctx, here, d.r.brought[f.ID], f.Bytes, f.SHA256, func(int64) {})
			if err != nil {
				return err
			}
			failure, failed = Failure{Path: f.Path, Reason: string(fault), File: f.ID}, fault != archive.CopyGood
		}
		if failed {
			d.out.Failed = append(d.out.Failed, failure)
			d.out.Drawn[one.volume].Faults++
			continue
		}
		d.out.Files++
		d.out.Bytes += f.Bytes
		b.show(i+1, d.out.Bytes)
	}
	return nil
}

// record keeps the outcome.
func (d *drill) record(ctx context.Context, actor archive.Actor) error {
	text, err := json.Marshal(d.out.Drawn)
	if err != nil {
		return err
	}
	d.out.Faults = len(d.out.Failed)
	d.out.Volumes, d.out.Outcome = string(text), archive.DrillProven
	if d.out.Faults > 0 {
		d.out.Outcome = archive.DrillFailed
	}
	d.out.Millis = d.c.millis() - d.out.Time
	_, err = d.c.opt.Catalogue.Do(ctx, actor, archive.OpDrill, func(tx *store.Tx) error { return tx.AddDrill(&d.out.Drill) })
	return err
}

// VolumesOf reads what a drill drew.
func VolumesOf(d archive.Drill) ([]archive.DrillVolume, error) {
	var list []archive.DrillVolume
	err := json.Unmarshal([]byte(d.Volumes), &list)
	return list, archive.WrapAs(archive.Damaged, "read drill", d.ID.String(), err)
}
