package ingest

import (
	"context"
	"time"

	"lantai/archive"
)

// SettingHours is the setting of the hours in which pages are worked off.
const SettingHours = "queue.hours"

// Hours are the times of day in which pages are worked off; Saturdays and Sundays are
// whole. The zero value is always.
type Hours struct{ archive.Hours }

// ParseHours reads "19:00-07:00", in local time; "" and "always" are always.
func ParseHours(s string) (Hours, error) {
	h, err := archive.ParseHours(s)
	return Hours{h}, err
}

// Open tells whether a moment is within the hours.
func (h Hours) Open(t time.Time) bool {
	d := t.Weekday()
	return d == time.Saturday || d == time.Sunday || h.Hours.Open(t)
}

// Change tells when the hours next begin or end after a moment; the zero time when
// they never do.
func (h Hours) Change(t time.Time) time.Time {
	if h.Always() {
		return time.Time{}
	}
	now := h.Open(t)
	for day := range 9 {
		for _, minute := range h.bounds() {
			at := time.Date(t.Year(), t.Month(), t.Day()+day, 0, minute, 0, 0, t.Location())
			if at.After(t) && h.Open(at) != now {
				return at
			}
		}
	}
	return time.Time{}
}

// bounds are the minutes of a day at which something may change, in order.
func (h Hours) bounds() []int {
	if h.From < h.To {
		return []int{0, h.From, h.To}
	}
	return []int{0, h.To, h.From}
}

// Finish tells when so much work is done that is begun at a moment and goes on within
// the hours alone.
func (h Hours) Finish(t time.Time, work time.Duration) time.Time {
	for work > 0 {
		change := h.Change(t)
		if change.IsZero() {
			return t.Add(work)
		}
		if h.Open(t) {
			if left := change.Sub(t); left < work {
				work -= left
			} else {
				return t.Add(work)
			}
		}
		t = change
	}
	return t
}

// Hours reads the hours of work from the settings; what cannot be read is always.
func (p *Pipeline) Hours(ctx context.Context) (Hours, error) {
	s, err := p.cat.Setting(ctx, SettingHours)
	if err != nil {
		return Hours{}, err
	}
	h, err := ParseHours(s)
	if err != nil {
		h = Hours{}
	}
	return h, nil
}

// rests tells until when no pages are begun: outside the hours, unless somebody waits
// for a Drain.
func (r *run) rests(ctx context.Context) (until time.Time, resting bool, err error) {
	if r.complete != nil || r.hurry.Load() > 0 {
		return time.Time{}, false, nil
	}
	h, err := r.Hours(ctx)
	now := r.opt.Now()
	if err != nil || h.Open(now) {
		return time.Time{}, false, err
	}
	return h.Change(now), true, nil
}
