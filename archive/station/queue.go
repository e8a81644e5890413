package station

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/store"
)

// AddRule adds a rule to the order of the queue, behind those there are or before them,
// and brings what waits into line.
func (s *Station) AddRule(ctx context.Context, actor archive.Actor, r store.OrderRule, first bool, progress func(archive.Progress)) error {
	for _, number := range r.Fonds {
		if _, err := s.Catalogue.FondsByNumber(ctx, s.Sight(), number); err != nil {
			return archive.Wrap("add rule", number, err)
		}
	}
	rules, err := s.Catalogue.Order(ctx)
	if err != nil {
		return err
	}
	if first {
		rules = slices.Insert(rules, 0, r)
	} else {
		rules = append(rules, r)
	}
	return s.SetRules(ctx, actor, rules, progress)
}

// SetRules sets the order of the queue; none: in the order of receipt. Cut off, it is
// gone on with by the pipeline.
func (s *Station) SetRules(ctx context.Context, actor archive.Actor, rules []store.OrderRule, progress func(archive.Progress)) error {
	if _, err := s.Catalogue.Do(ctx, actor, archive.OpSettingEdit, func(tx *store.Tx) error { return tx.SetOrder(rules) }); err != nil {
		return err
	}
	return s.Catalogue.ApplyOrder(ctx, func(done int) {
		if progress != nil {
			progress(archive.Progress{Phase: ingest.PhaseOrder, Done: done})
		}
	})
}

// SetHours sets the hours in which pages are worked off: "19:00-07:00" or "always".
func (s *Station) SetHours(ctx context.Context, actor archive.Actor, hours string) (ingest.Hours, error) {
	h, err := ingest.ParseHours(hours)
	if err != nil {
		return h, err
	}
	value := h.String()
	if h.Always() {
		value = ""
	}
	_, err = s.Catalogue.Do(ctx, actor, archive.OpSettingEdit, func(tx *store.Tx) error { return tx.Set(ingest.SettingHours, value) })
	return h, err
}

// Backlog tells what waits for recognition, and until when.
func (s *Station) Backlog(ctx context.Context) (ingest.Backlog, error) {
	absent, err := s.Originals.Absent(ctx)
	if err != nil {
		return ingest.Backlog{}, err
	}
	return ingest.Waiting(ctx, s.Catalogue, absent, s.now())
}

// Hashing tells how far the digests of adopted originals have come.
func (s *Station) Hashing(ctx context.Context) (ingest.HashStatus, error) {
	return ingest.Hashing(ctx, s.Catalogue, s.now())
}

func (s *Station) now() time.Time {
	if s.opt.Now != nil {
		return s.opt.Now()
	}
	return time.Now()
}

// ReadRule reads a rule as people write it: 全宗号 and 保管期限 with commas between, years
// as "1950-1965" or "1958".
func ReadRule(fonds, years, retention string) (store.OrderRule, error) {
	const op = "read rule"
	split := func(s string) (list []string) {
		for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",，、;；", r) }) {
			if part = strings.TrimSpace(part); part != "" {
				list = append(list, part)
			}
		}
		return list
	}
	r := store.OrderRule{Fonds: split(fonds), Retention: split(retention)}
	if years = strings.TrimSpace(years); years != "" {
		from, to, ranged := strings.Cut(years, "-")
		if !ranged {
			to = from
		}
		for _, y := range []struct {
			text string
			to   *int
		}{{from, &r.From}, {to, &r.To}} {
			if y.text == "" && ranged {
				continue
			}
			n, err := strconv.Atoi(strings.TrimSpace(y.text))
			if err != nil || n < 1 || n > 9999 {
				return r, archive.Errorf(archive.Invalid, op, years, "not years such as 1950-1965")
			}
			*y.to = n
		}
		if r.To != 0 && r.To < r.From {
			return r, archive.Errorf(archive.Invalid, op, years, "the years run backwards")
		}
	}
	if len(r.Fonds)+len(r.Retention)+r.From+r.To == 0 {
		return r, archive.Errorf(archive.Invalid, op, "", "it asks for nothing")
	}
	return r, nil
}

// Work works off what waits, within the hours, makes digests, reads originals again and copies to targets meanwhile, until ctx
// ends: what a window does in the background, for an owner without one.
func (s *Station) Work(ctx context.Context) error {
	if !s.Owner() {
		return busy("run pipeline", s.Home.Dir())
	}
	s.background.Store(true)
	defer s.background.Store(false)
	var beside sync.WaitGroup
	beside.Go(func() { s.runHashing(ctx) })
	beside.Go(func() { s.runFixity(ctx) })
	beside.Go(func() { s.runBackups(ctx) })
	s.runPipeline(ctx)
	beside.Wait()
	return nil
}
