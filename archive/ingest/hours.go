package ingest

import (
	"context"
	"fmt"
	"time"

	"lantai/archive"
)

// SettingHours is the setting of the hours in which pages are worked off.
const SettingHours = "queue.hours"

// Hours are the times of day in which pages are worked off; Saturdays and Sundays are
// whole. The zero value is always.
type Hours struct {
	from, to int // minutes of the day; equal: always
}

// ParseHours reads "19:00-07:00", in local time; "" and "always" are always.
func ParseHours(s string) (Hours, error) {
	if s == "" || s == "always" {
		return Hours{}, nil
	}
	var h [4]int
	var rest string
	n, err := fmt.Sscanf(s+" .", "%d:%d-%d:%d %s", &h[0], &h[1], &h[2], &h[3], &rest)
	from, to := h[0]*60+h[1], h[2]*60+h[3]
	sound := func(hour, minute int) bool {
		return hour >= 0 && minute >= 0 && minute < 60 && (hour < 24 || hour == 24 && minute == 0)
	}
	if err != nil || n != 5 || rest != "." || !sound(h[0], h[1]) || !sound(h[2], h[3]) || from == to {
		return Hours{}, archive.Errorf(archive.Invalid, "read hours", s, "not of the form 19:00-07:00")
	}
	return Hours{from, to}, nil
}

// String gives the form that ParseHours reads.
func (h Hours) String() string {
	if h.Always() {
		return "always"
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.from/60, h.from%60, h.to/60, h.to%60)
}

// Always tells whether there is no limit.
func (h Hours) Always() bool { return h.from == h.to }

// Open tells whether a moment is within the hours.
func (h Hours) Open(t time.Time) bool {
	if d := t.Weekday(); h.Always() || d == time.Saturday || d == time.Sunday {
		return true
	}
	m := t.Hour()*60 + t.Minute()
	if h.from < h.to {
		return m >= h.from && m < h.to
	}
	return m >= h.from || m < h.to
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
	if h.from < h.to {
		return []int{0, h.from, h.to}
	}
	return []int{0, h.to, h.from}
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
