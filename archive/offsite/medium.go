package offsite

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/offsite/place"
	"lantai/archive/store"
)

// Connected is a medium of a target and where it is now.
type Connected struct {
	Target  archive.Target
	Carrier archive.Carrier
	At      string // its folder now; empty while it is not connected
}

// AddTarget begins a target. One in a folder has its only medium at once, which is
// labelled; a set of disks gets its media by AddMedium.
func (c *Copier) AddTarget(ctx context.Context, actor archive.Actor, t *archive.Target) (archive.Carrier, error) {
	const doing = "add target"
	if t.Name = strings.TrimSpace(t.Name); t.Name == "" || len([]rune(t.Name)) > 100 {
		return archive.Carrier{}, archive.Errorf(archive.Invalid, doing, t.Name, "a name has 1 to 100 characters")
	}
	if t.Set == "" {
		t.Set = archive.SetElsewhere
	}
	if t.Kind == archive.TargetDisks {
		_, err := c.opt.Catalogue.Do(ctx, actor, archive.OpTargetAdd, func(tx *store.Tx) error { return tx.AddTarget(t) })
		return archive.Carrier{}, archive.Wrap(doing, t.Name, err)
	}
	medium := archive.Carrier{Made: c.millis(), MadeBy: actor.ID}
	if t.Kind == archive.TargetFolder {
		dir, err := filepath.Abs(t.Address)
		if err != nil {
			return medium, archive.WrapAs(archive.Invalid, doing, t.Address, err)
		}
		t.Address = dir
	}
	p, err := c.opt.Open(ctx, Connected{Target: *t, At: t.Address})
	if err != nil {
		return medium, archive.Wrap(doing, t.Address, err)
	}
	defer p.Close()
	if err := c.mayLabel(ctx, p, t.Address); err != nil {
		return medium, err
	}
	if _, medium.Capacity, err = p.Space(ctx); err != nil {
		return medium, archive.Wrap(doing, t.Address, err)
	}
	medium.Capacity = max(0, medium.Capacity)
	care, err := c.Care(ctx)
	if err != nil {
		return medium, err
	}
	medium.NextCheck = care.next(t.Kind, medium, medium.Made)
	if _, err = c.opt.Catalogue.Do(ctx, actor, archive.OpTargetAdd, func(tx *store.Tx) error {
		if err := tx.AddTarget(t); err != nil {
			return err
		}
		medium.Target = t.ID
		return c.addLabelled(tx, p, *t, &medium)
	}); err != nil {
		return medium, archive.Wrap(doing, t.Name, err)
	}
	return medium, nil
}

// addLabelled adds a medium to its target and labels it before the catalogue has it: one that was cut off in between
// has a label that nobody knows, and is added again.
func (c *Copier) addLabelled(tx *store.Tx, p place.Place, t archive.Target, medium *archive.Carrier) error {
	if err := tx.AddCarrier(medium); err != nil {
		return err
	}
	if err := c.label(tx.Context(), p, t, *medium); err != nil {
		return err
	}
	c.opt.Step(stepLabelled)
	return nil
}

// AddMedium adds the disk in a folder to a set of disks, and labels it.
func (c *Copier) AddMedium(ctx context.Context, actor archive.Actor, t archive.Target, dir string, medium *archive.Carrier) error {
	const doing = "add medium"
	if t.Kind != archive.TargetDisks {
		return archive.Errorf(archive.Invalid, doing, t.Name, "it is no set of disks")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return archive.WrapAs(archive.Invalid, doing, dir, err)
	}
	p, err := c.opt.Open(ctx, Connected{Target: t, At: dir})
	if err != nil {
		return archive.Wrap(doing, dir, err)
	}
	defer p.Close()
	if err := c.mayLabel(ctx, p, dir); err != nil {
		return err
	}
	medium.Target, medium.Made, medium.MadeBy = t.ID, c.millis(), actor.ID
	if medium.Capacity == 0 {
		if _, medium.Capacity, err = p.Space(ctx); err != nil {
			return archive.Wrap(doing, dir, err)
		}
		medium.Capacity = max(0, medium.Capacity)
	}
	care, err := c.Care(ctx)
	if err != nil {
		return err
	}
	if medium.NextCheck == 0 { // a day that somebody wrote stands
		medium.NextCheck = care.next(t.Kind, *medium, medium.Made)
	}
	_, err = c.opt.Catalogue.Do(ctx, actor, archive.OpMediumAdd, func(tx *store.Tx) error { return c.addLabelled(tx, p, t, medium) })
	return archive.Wrap(doing, dir, err)
}

// mayLabel refuses a place that is another medium, or that has something on it already.
func (c *Copier) mayLabel(ctx context.Context, p place.Place, at string) error {
	const doing = "label medium"
	begun := false // by an addition that was cut off
	switch l, err := ReadLabel(ctx, p); {
	case err == nil && l.Archive == c.opt.Archive.ID:
		carriers, err := c.opt.Catalogue.Carriers(ctx, 0)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(carriers, func(known archive.Carrier) bool { return known.ID == l.Carrier }) {
			return archive.WrapAs(archive.Conflict, doing, at, &Labelled{l})
		}
		begun = true
	case err == nil:
		return archive.WrapAs(archive.Conflict, doing, at, &Labelled{l})
	case archive.KindOf(err) != archive.NotFound:
		return err
	}
	for e, err := range p.Walk(ctx, "", "") {
		if err != nil {
			return archive.Wrap(doing, at, err)
		}
		if begun && (e.Path == LabelFile || e.Path == ReadmeFile) {
			continue
		}
		if !strings.HasPrefix(e.Path, "lost+found/") && !strings.HasPrefix(e.Path, "System Volume Information/") && !strings.HasPrefix(e.Path, "$RECYCLE.BIN/") {
			return archive.WrapAs(archive.Conflict, doing, at, ErrNotEmpty)
		}
	}
	return nil
}

// Labelled is the cause of a Conflict when a place is a medium already.
type Labelled struct{ Label Label }

func (l *Labelled) Error() string { return "it is medium " + l.Label.Title + " already" }

// ErrNotEmpty is the cause of a Conflict when a new medium has something on it.
var ErrNotEmpty = errors.New("there is something on it already")

// label writes what makes a place a medium.
func (c *Copier) label(ctx context.Context, p place.Place, t archive.Target, medium archive.Carrier) error {
	a := c.opt.Archive
	b, _, err := encode(Label{Format: Format, Archive: a.ID, Name: a.Name, Class: a.Class, Target: t.ID, Title: t.Name,
		Carrier: medium.ID, Number: medium.Number, Set: t.Set, Made: medium.Made})
	if err == nil {
		err = p.Replace(ctx, LabelFile, b)
	}
	if err == nil {
		err = p.Replace(ctx, ReadmeFile, readme(a, t, medium))
	}
	return archive.Wrap("label medium", t.Name, err)
}

// Media tells of all media of a target that are in use whether and where they are connected.
func (c *Copier) Media(ctx context.Context, t archive.Target) ([]Connected, error) {
	carriers, err := c.opt.Catalogue.Carriers(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	var places map[archive.ID]string
	if t.Kind == archive.TargetDisks {
		places = c.disks(ctx)
	}
	var list []Connected
	for _, carrier := range carriers {
		if carrier.Ended != 0 {
			continue
		}
		m := Connected{Target: t, Carrier: carrier}
		switch t.Kind {
		case archive.TargetDisks:
			m.At = places[carrier.ID]
		case archive.TargetSFTP:
			m.At = t.Address
		case archive.TargetFolder:
			if l, err := folderLabel(ctx, t.Address); err == nil && l.Archive == c.opt.Archive.ID && l.Carrier == carrier.ID {
				m.At = t.Address
			}
		}
		list = append(list, m)
	}
	return list, nil
}

// disks looks for labels of this archive at the top of each volume, and in the folders there.
func (c *Copier) disks(ctx context.Context) map[archive.ID]string {
	found := map[archive.ID]string{}
	volumes, err := c.opt.Volumes()
	if err != nil {
		return found
	}
	for _, v := range volumes {
		dirs := []string{v.Top}
		entries, err := os.ReadDir(v.Top)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if e.IsDir() {
				dirs = append(dirs, filepath.Join(v.Top, e.Name()))
			}
		}
		for _, dir := range dirs {
			if l, err := folderLabel(ctx, dir); err == nil && l.Archive == c.opt.Archive.ID {
				if _, twice := found[l.Carrier]; !twice {
					found[l.Carrier] = dir
				}
			}
		}
	}
	return found
}

// folderLabel reads the label in a folder.
func folderLabel(ctx context.Context, dir string) (Label, error) {
	if _, err := os.Lstat(filepath.Join(dir, LabelFile)); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return Label{}, archive.WrapAs(archive.NotFound, "read label", dir, err)
		}
		return Label{}, archive.WrapAs(archive.Unavailable, "read label", dir, err)
	}
	p, err := place.OpenFolder(dir)
	if err != nil {
		return Label{}, err
	}
	defer p.Close()
	return ReadLabel(ctx, p)
}
