package fixity

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"golang.org/x/time/rate"

	"lantai/archive"
	"lantai/archive/store"
)

// Limit is where a check by hand ends; zero values are no limit.
type Limit struct {
	Files int
	Bytes int64
}

// Checked is the outcome of a check.
type Checked struct {
	Files  int // read, or looked for
	Good   int
	Bytes  int64
	Faults []Fault
	Mended int          // were damaged, and are good again
	Away   []archive.ID // storage roots that are not connected; zero: the folder masters/ is not there
}

// Fault is an original that is not as it was received.
type Fault struct {
	archive.File
	Is     archive.CopyFault
	Detail string // English, for the log; only of one that was read just now
	Since  int64  // when it was last looked at, Unix milliseconds
}

// pass is one reading of what is due.
type pass struct {
	c        *Checker
	limit    Limit
	slow     bool
	limiter  *rate.Limiter // nil: as fast as the disk
	progress func(archive.Progress)
	total    int
	out      Checked
	began    time.Time
	last     map[archive.ID]store.CheckedFile // where each root's list goes on; a root that went away has none
	roots    []archive.ID
	faulty   map[archive.ID]archive.CopyFault // what was known of those in hand
}

// Check reads originals by hand: those that were found damaged first, to see whether they
// are mended, then those that were not read for the longest time, until the limit is reached. Without a
// limit it reads what is left of the cycle. What was found is noted as it goes. Errors: Stopped.
func (c *Checker) Check(ctx context.Context, limit Limit, progress func(archive.Progress)) (Checked, error) {
	p := c.pass(limit, false, 0)
	p.progress = progress
	err := p.whole(ctx, limit != Limit{})
	return p.out, archive.Wrap("check originals", "", err)
}

// CheckSlowly reads in the background what is left of the cycle: at the lowest priority, no
// faster than the settings say, and little while others need the disk. It returns when nothing is due.
func (c *Checker) CheckSlowly(ctx context.Context) (Checked, error) {
	s, err := c.Settings(ctx)
	if err != nil || s.Days == 0 {
		return Checked{}, err
	}
	p := c.pass(Limit{}, true, s.Speed)
	err = p.whole(ctx, false)
	return p.out, archive.Wrap("check originals", "", err)
}

func (c *Checker) pass(limit Limit, slow bool, speed int64) *pass {
	return &pass{c: c, limit: limit, slow: slow, limiter: limiterOf(speed, nil), last: map[archive.ID]store.CheckedFile{}}
}

// whole looks at the damaged ones again, and reads what is due: in the cycle, or beyond it when
// a limit was given.
func (p *pass) whole(ctx context.Context, beyond bool) error {
	s, err := p.c.Settings(ctx)
	if err != nil {
		return err
	}
	if s.Days == 0 {
		s.Days = defaultDays
	}
	now, err := p.c.current(ctx, s)
	if err != nil {
		return err
	}
	if p.roots, err = p.c.roots(ctx); err != nil {
		return err
	}
	p.began = time.Now()
	since := now.Begun
	if beyond {
		since = p.c.now()
	}
	if err := p.again(ctx, &now); err != nil {
		return err
	}
	if p.total, err = p.due(ctx, since); err != nil {
		return err
	}
	begun := p.out
	for {
		if on, err := p.still(ctx, &now); err != nil || !on {
			return err
		}
		list, err := p.next(ctx, since)
		if err != nil {
			return err
		}
		if n := p.limit.Files - (p.out.Files - begun.Files); p.limit.Files > 0 && len(list) > n {
			list = list[:max(n, 0)]
		}
		if len(list) == 0 {
			break
		}
		done, err := p.portion(ctx, list, &now)
		if err != nil {
			return err
		}
		p.last[list[0].Root] = list[done-1]
		if p.limit.Bytes > 0 && p.out.Bytes-begun.Bytes >= p.limit.Bytes {
			break
		}
	}
	return p.c.end(ctx, now, p.roots)
}

// still keeps a pass in the background, which may last for days, to settings that were
// changed, and looks at the damaged ones when a day has passed. It is false when the check was turned off.
func (p *pass) still(ctx context.Context, now *cycle) (bool, error) {
	if !p.slow {
		return true, nil
	}
	s, err := p.c.Settings(ctx)
	if err != nil || s.Days == 0 {
		return false, err
	}
	p.limiter = limiterOf(s.Speed, p.limiter)
	return true, p.again(ctx, now)
}

// due counts what a pass without limits would read.
func (p *pass) due(ctx context.Context, since int64) (int, error) {
	if p.progress == nil {
		return 0, nil
	}
	total := 0
	for _, root := range p.roots {
		n, err := p.c.opt.Catalogue.FixityBefore(ctx, root, since)
		if err != nil {
			return 0, err
		}
		total += n.Files
	}
	if p.limit.Files > 0 {
		total = min(total, p.limit.Files)
	}
	return total, nil
}

// lookAgain is how often the background looks whether damaged originals are mended.
const lookAgain = 24 * time.Hour

// mostAgain is how many of them are looked at in one go.
const mostAgain = 1000

// again reads those that were found damaged.
func (p *pass) again(ctx context.Context, now *cycle) error {
	at := p.c.now()
	if age := at - now.Again; p.slow && age >= 0 && age < lookAgain.Milliseconds() {
		return nil
	}
	for after, n := archive.ID(0), 0; n < mostAgain; {
		list, err := p.c.opt.Catalogue.FixityFaulty(ctx, at, after, portionFiles)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			break
		}
		done, err := p.portion(ctx, list, now)
		if err != nil {
			return err
		}
		n, after = n+done, list[done-1].ID
	}
	now.Again = at
	return p.c.write(ctx, *now)
}

// next gives the originals of one root that are due, from the one that has the longest
// unread: a connected one.
func (p *pass) next(ctx context.Context, since int64) ([]store.CheckedFile, error) {
	var oldest []store.CheckedFile
	for _, root := range slices.Clone(p.roots) {
		if root != 0 {
			if _, err := p.c.opt.Originals.Dir(ctx, root); errors.Is(err, archive.ErrRootAbsent) {
				p.away(root)
				continue
			} else if err != nil {
				return nil, err
			}
		}
		last, ok := p.last[root]
		if !ok {
			last.Checked = -1
		}
		list, err := p.c.opt.Catalogue.FixityDue(ctx, root, since, last, portionFiles)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 && (len(oldest) == 0 || list[0].Checked < oldest[0].Checked) {
			oldest = list
		}
	}
	return oldest, nil
}

// away passes a root over for the rest of the pass.
func (p *pass) away(root archive.ID) {
	p.roots = slices.DeleteFunc(p.roots, func(r archive.ID) bool { return r == root })
	if !slices.Contains(p.out.Away, root) {
		p.out.Away = append(p.out.Away, root)
	}
}

// end ends a cycle when nothing of it is left but what lies on roots that are away.
func (c *Checker) end(ctx context.Context, now cycle, there []archive.ID) error {
	if now.Ended != 0 {
		return nil
	}
	roots, err := c.roots(ctx)
	if err != nil {
		return err
	}
	last := Ended{Begun: now.Begun, Ended: c.now()}
	for _, root := range roots {
		n, err := c.opt.Catalogue.FixityBefore(ctx, root, now.Begun)
		switch {
		case err != nil:
			return err
		case n.Files == 0:
		case slices.Contains(there, root):
			return nil
		default:
			last.Away += n.Files
		}
	}
	if last.Away > 0 && last.Ended-now.Begun < c.periodOf(ctx).Milliseconds() {
		return nil // they may still come
	}
	totals, err := c.opt.Catalogue.FixityTotals(ctx)
	if err != nil {
		return err
	}
	for _, n := range totals {
		last.Files += n.Files
	}
	faults, err := c.opt.Catalogue.FixityFaults(ctx)
	if err != nil {
		return err
	}
	for _, n := range faults {
		last.Faults += n
	}
	now.Ended, now.Last = last.Ended, &last
	if _, err := c.opt.Catalogue.Do(ctx, archive.Actor{}, archive.OpFixity, func(tx *store.Tx) error {
		if err := tx.Observe(0, map[string]string{"files": strconv.Itoa(last.Files), "faults": strconv.Itoa(last.Faults), "away": strconv.Itoa(last.Away),
			"since": time.UnixMilli(last.Begun).UTC().Format(time.RFC3339)}); err != nil {
			return err
		}
		return remember(tx, now)
	}); err != nil {
		return err
	}
	c.opt.Step(stepEnded)
	return nil
}

func (c *Checker) periodOf(ctx context.Context) time.Duration {
	s, err := c.Settings(ctx)
	if err != nil || s.Days == 0 {
		s.Days = defaultDays
	}
	return s.Period()
}
