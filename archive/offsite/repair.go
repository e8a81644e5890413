package offsite

import (
	"context"
	"errors"
	"slices"

	"lantai/archive"
	"lantai/archive/offsite/place"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// Mending says what was done about one damaged file.
type Mending struct {
	File    archive.ID `json:"-"`
	Root    archive.ID `json:"root,omitempty"`
	Path    string     `json:"path"`             // below masters/ or its storage root; of a copy its path at the target
	Target  string     `json:"target,omitempty"` // of a copy
	Disk    int        `json:"disk,omitempty"`   // number of the medium of a copy
	Outcome Mended     `json:"outcome"`
	From    string     `json:"from,omitempty"`  // where the good one came from, or lies
	Aside   string     `json:"aside,omitempty"` // where the bad one lies now
}

// Mended says what came of a damaged file. Each has a sentence in the language files behind
// "offsite.mended.".
type Mended string

// What may come of a damaged file.
const (
	MendedBack    Mended = "mended"      // a good one stands in its place
	MendedGood    Mended = "good"        // it was good when it was read again
	MendedBlocked Mended = "blocked"     // something stands in its place that is no file, and was not touched
	MendedOutside Mended = "outside"     // it lies on a storage root, which is never written to; From tells of a good copy
	MendedNoCopy  Mended = "no-copy"     // no medium that is connected has a good copy
	MendedNoHome  Mended = "no-original" // the original at home is missing or damaged itself
	MendedAway    Mended = "away"        // the storage root of the original is not connected
)

// Done tells whether the file is good now.
func (m Mended) Done() bool { return m == MendedBack || m == MendedGood }

// Repaired is the outcome of a repair.
type Repaired struct {
	Originals []Mending   `json:"originals"`
	Copies    []Mending   `json:"copies"`
	Away      []MediumRef `json:"away"`   // media that are not connected and may have damaged copies, or good ones
	Looked    []MediumRef `json:"looked"` // media that were not as the catalogue knew them: their copies are to be checked first
}

// MediumRef names a medium.
type MediumRef struct {
	Target string `json:"target"`
	Disk   int    `json:"disk"`
}

func (m Connected) ref() MediumRef { return MediumRef{m.Target.Name, m.Carrier.Number} }

func (r *Repaired) away(m Connected) {
	if !slices.Contains(r.Away, m.ref()) {
		r.Away = append(r.Away, m.ref())
	}
}

// Left counts what is still damaged.
func (r Repaired) Left() (n int) {
	for _, list := range [][]Mending{r.Originals, r.Copies} {
		for _, m := range list {
			if !m.Outcome.Done() {
				n++
			}
		}
	}
	return n
}

// RepairCopies replaces copies at a target that a check has found changed or unreadable by
// what lies at home, which is held against its digest. A bad file goes to _damaged/<time>/ at the target and
// is never removed. One that is cut off is simply run again. Copies that are missing are not its
// concern: the next run copies them. Errors: as of Check; NoSpace.
func (c *Copier) RepairCopies(ctx context.Context, actor archive.Actor, t archive.Target, say func(Progress), r *Repaired) error {
	const doing = "repair copies"
	media, err := c.Media(ctx, t)
	if err != nil {
		return archive.Wrap(doing, t.Name, err)
	}
	b := &bar{say: say, now: Progress{Phase: "repair"}}
	for _, m := range media {
		if m.At == "" {
			n, err := c.opt.Catalogue.CopiesFaultyOn(ctx, m.Carrier.ID)
			if err != nil {
				return archive.Wrap(doing, t.Name, err)
			}
			if n > 0 {
				r.away(m)
			}
			continue
		}
		if err := c.repairMedium(ctx, actor, m, b, r); err != nil {
			return archive.Wrap(doing, t.Name, err)
		}
	}
	return nil
}

func (c *Copier) repairMedium(ctx context.Context, actor archive.Actor, m Connected, b *bar, r *Repaired) error {
	s, err := c.enter(ctx, m)
	if err != nil {
		return err
	}
	defer s.leave()
	looked, err := s.ready(ctx, b.say)
	if err != nil {
		return err
	}
	if looked {
		r.Looked = append(r.Looked, m.ref())
		return nil
	}
	stamp := stampOf(c.millis())
	for after := archive.ID(0); ; {
		list, err := c.opt.Catalogue.CopiesFaulty(ctx, m.Target.ID, after, lotFiles)
		if err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1].ID
		mine := list[:0]
		for _, one := range list {
			if one.Carrier == m.Carrier.ID {
				mine = append(mine, one)
			}
		}
		for len(mine) > 0 {
			n, bytes := 0, int64(0)
			for n < len(mine) && (n == 0 || bytes+mine[n].File.Bytes <= c.opt.GroupBytes) {
				bytes += mine[n].File.Bytes
				n++
			}
			done, err := s.repairLot(ctx, mine[:n], stamp)
			if err != nil {
				return err
			}
			if err := c.noteMended(ctx, actor, done); err != nil {
				return err
			}
			r.Copies, mine = append(r.Copies, done...), mine[n:]
			b.show(len(r.Copies), 0)
		}
	}
}

// repairLot replaces some copies together: the good ones are written, then the bad ones
// put aside, then the good ones get their names.
func (s *session) repairLot(ctx context.Context, list []store.CopyOf, stamp string) ([]Mending, error) {
	pack, err := begin(ctx, s.p)
	if err != nil {
		return nil, err
	}
	defer pack.Abandon()
	done := make([]Mending, len(list))
	wrote := map[int]place.Writer{} // places in list of what was written
	for i, one := range list {
		path := pathOf(one.File, one.FileCopy.Path)
		done[i] = Mending{File: one.ID, Root: one.Root, Path: path, Target: s.m.Target.Name, Disk: s.m.Carrier.Number}
		w, err := s.rewrite(ctx, pack, one, &done[i], stamp)
		if err != nil {
			return nil, err
		}
		if w != nil {
			wrote[i] = w
		}
	}
	outcomes, err := pack.settle(ctx)
	if err != nil {
		return nil, err
	}
	s.c.opt.Step(stepMended)
	var good []archive.FileCopy
	for i, w := range wrote {
		if outcomes[w] != nil {
			done[i].Outcome = MendedBlocked
		}
	}
	for i, one := range list {
		if done[i].Outcome.Done() {
			good = append(good, archive.FileCopy{File: one.ID, Checked: s.c.millis()})
		}
	}
	return done, s.c.opt.Catalogue.NoteChecked(ctx, s.m.Target.ID, good)
}

// rewrite reads a copy once more and, if it is bad, writes a good one and puts the bad one aside.
func (s *session) rewrite(ctx context.Context, pack *pack, one store.CopyOf, m *Mending, stamp string) (place.Writer, error) {
	if !mayCopy(one.File) {
		m.Outcome = MendedNoHome
		return nil, nil
	}
	fault, err := s.c.readBack(ctx, s.p, m.Path, one.FileCopy.Bytes, one.FileCopy.SHA256, func(int64) {})
	if err != nil || fault == archive.CopyGood {
		m.Outcome = MendedGood
		return nil, err
	}
	w := written{File: one.File, below: one.FileCopy.Path}
	err = s.copyOne(ctx, pack, &w, s.open(ctx, one.File), func(int64) {})
	var bad *source
	switch {
	case errors.As(err, &bad) && errors.Is(err, archive.ErrRootAbsent):
		m.Outcome = MendedAway
		return nil, nil
	case errors.As(err, &bad):
		m.Outcome = MendedNoHome
		return nil, nil
	case err != nil:
		return nil, err
	}
	if fault != archive.CopyMissing {
		aside := damagedDir + stamp + "/" + m.Path
		switch err := s.p.Move(ctx, m.Path, aside); {
		case archive.KindOf(err) == archive.Conflict:
			pack.discard(w.w)
			m.Outcome = MendedBlocked
			return nil, nil
		case err != nil:
			return nil, err
		}
		m.Aside = aside
		s.c.opt.Step(stepAside)
	}
	m.Outcome, m.From = MendedBack, w.Path
	return w.w, nil
}

// noteMended writes into the log what was mended.
func (c *Copier) noteMended(ctx context.Context, actor archive.Actor, list []Mending) error {
	if len(list) == 0 {
		return nil
	}
	_, err := c.opt.Catalogue.Do(ctx, actor, archive.OpRepair, func(tx *store.Tx) error {
		for _, m := range list {
			what := map[string]string{"outcome": string(m.Outcome)}
			for key, value := range map[string]string{"target": m.Target, "from": m.From, "aside": m.Aside} {
				if value != "" {
					what[key] = value
				}
			}
			if err := tx.Observe(m.File, what); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// RepairOriginals brings originals at home that are missing or changed back from targets,
// in the order in which these are given: each copy is held against the digest that the original was received with. What
// lies on a storage root is never written to; it is told where a good copy lies. Errors: NoSpace and
// others of the home's disk; Stopped.
func (c *Copier) RepairOriginals(ctx context.Context, actor archive.Actor, bad []archive.File, targets []archive.Target, say func(Progress), r *Repaired) error {
	const doing = "repair originals"
	sources, err := c.sources(ctx, targets, r)
	defer func() {
		for _, s := range sources {
			s.Close()
		}
	}()
	if err != nil {
		return archive.Wrap(doing, "", err)
	}
	b := &bar{say: say, now: Progress{Phase: "repair", Of: len(bad)}}
	for i, f := range bad {
		m := Mending{File: f.ID, Root: f.Root, Path: f.Path, Outcome: MendedNoCopy}
		if err := c.repairOriginal(ctx, f, targets, sources, &m); err != nil {
			return archive.Wrap(doing, f.Path, err)
		}
		if err := c.noteMended(ctx, actor, []Mending{m}); err != nil {
			return err
		}
		r.Originals = append(r.Originals, m)
		b.show(i+1, 0)
	}
	return nil
}

// reached is a medium that is open.
type reached struct {
	Connected
	place.Place
}

// reach opens a medium for reading, and makes sure that it is the one it should be.
func (c *Copier) reach(ctx context.Context, m Connected) (place.Place, error) {
	s, err := c.visit(ctx, m)
	if err != nil {
		return nil, err
	}
	return s.p, nil
}

// sources opens the media of targets that are connected.
func (c *Copier) sources(ctx context.Context, targets []archive.Target, r *Repaired) (map[archive.ID]reached, error) {
	list := map[archive.ID]reached{}
	for _, t := range targets {
		media, err := c.Media(ctx, t)
		if err != nil {
			return list, err
		}
		for _, m := range media {
			if m.At == "" {
				r.away(m)
				continue
			}
			p, err := c.reach(ctx, m)
			if archive.KindOf(err) == archive.Unavailable {
				r.away(m)
				continue
			}
			if err != nil {
				return list, err
			}
			list[m.Carrier.ID] = reached{m, p}
		}
	}
	return list, nil
}

func (c *Copier) repairOriginal(ctx context.Context, f archive.File, targets []archive.Target, sources map[archive.ID]reached, m *Mending) error {
	if f.SHA256 == "" || f.State == archive.FileQuarantined || vault.InQuarantine(f.Path) {
		return nil
	}
	for _, t := range targets {
		copies, err := c.opt.Catalogue.CopiesOf(ctx, t.ID, []archive.ID{f.ID})
		if err != nil {
			return err
		}
		one, ok := copies[f.ID]
		from, there := sources[one.Carrier]
		if !ok || !there {
			continue
		}
		path := pathOf(f, one.FileCopy.Path)
		m.From = t.Name + " " + from.Carrier.Label() + ": " + path
		fault, err := c.bringBack(ctx, f, from, path, m)
		if err != nil || fault == archive.CopyGood {
			return err
		}
		m.From = ""
		if err := c.opt.Catalogue.NoteChecked(ctx, t.ID, []archive.FileCopy{{File: f.ID, Checked: c.millis(), Fault: fault}}); err != nil {
			return err
		}
	}
	return nil
}

// bringBack brings an original back from one copy. A fault is one of the copy.
func (c *Copier) bringBack(ctx context.Context, f archive.File, from reached, path string, m *Mending) (archive.CopyFault, error) {
	if f.Root != 0 {
		fault, err := c.readBack(ctx, from.Place, path, f.Bytes, f.SHA256, func(int64) {})
		if fault == archive.CopyGood {
			m.Outcome = MendedOutside
		}
		return fault, err
	}
	in, err := from.Open(ctx, path)
	if err != nil {
		return faultOf(err)
	}
	defer in.Close()
	mended, err := c.opt.Originals.Mend(ctx, f, in, c.opt.Now())
	switch kind := archive.KindOf(err); {
	case kind == archive.Damaged:
		return archive.CopyChanged, nil
	case kind == archive.Refused:
		if _, _, gone := from.Space(ctx); archive.KindOf(gone) == archive.Unavailable {
			return "", gone
		}
		return archive.CopyUnreadable, nil
	case err != nil:
		return "", err
	}
	m.Outcome = MendedBack
	if mended.Already {
		m.Outcome, m.From = MendedGood, ""
	} else if mended.Aside != "" {
		m.Aside = mastersDir + mended.Aside
	}
	return archive.CopyGood, nil
}
