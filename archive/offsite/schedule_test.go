package offsite_test

import (
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
)

// zone is a time without summer time, as China has it.
var zone = time.FixedZone("CST", 8*60*60)

// on is a time in May 2024; the 6th is a Monday.
func on(day, hour, minute int) time.Time { return time.Date(2024, 5, day, hour, minute, 0, 0, zone) }

func ms(t time.Time) int64 { return t.UnixMilli() }

func TestDecide(t *testing.T) {
	nightly := offsite.Settings{Every: 1, Hours: "20:00-06:00"}
	weekly := offsite.Settings{Weekdays: []time.Weekday{time.Friday}}
	plug := offsite.Settings{OnConnect: true, Hours: "20:00-06:00"}
	done := func(t time.Time) offsite.History { return offsite.History{Begun: ms(t) - 1000, Done: ms(t)} }
	failed := func(done, at time.Time) offsite.History {
		return offsite.History{Done: ms(done), Failed: ms(at), Kind: archive.NoSpace}
	}
	for _, c := range []struct {
		name     string
		settings offsite.Settings
		history  offsite.History
		now      time.Time
		fresh    bool // a medium was connected since the last run
		away     bool // none is connected
		run      bool
		why      offsite.Why
		next     time.Time
		until    time.Time
	}{
		{name: "nothing set", now: on(6, 21, 0), fresh: true, why: offsite.WhyNever},
		{name: "never copied, by day", settings: nightly, now: on(6, 12, 0), why: offsite.WhyHours, next: on(6, 20, 0)},
		{name: "never copied, at night", settings: nightly, now: on(6, 21, 0), run: true, why: offsite.WhyTime, until: on(7, 6, 0)},
		{name: "copied this evening", settings: nightly, history: done(on(6, 21, 0)), now: on(6, 23, 0), why: offsite.WhyNotYet, next: on(7, 20, 0)},
		{name: "copied this night, behind midnight", settings: nightly, history: done(on(7, 3, 0)), now: on(7, 5, 0), why: offsite.WhyNotYet, next: on(7, 20, 0)},
		{name: "the next evening", settings: nightly, history: done(on(7, 3, 0)), now: on(7, 20, 0), run: true, why: offsite.WhyTime, until: on(8, 6, 0)},
		{name: "the computer was off for a week", settings: nightly, history: done(on(6, 21, 0)), now: on(14, 5, 59), run: true, why: offsite.WhyTime, until: on(14, 6, 0)},
		{name: "the same, by day", settings: nightly, history: done(on(6, 21, 0)), now: on(14, 6, 0), why: offsite.WhyHours, next: on(14, 20, 0)},
		{name: "every third day, a day early", settings: offsite.Settings{Every: 3}, history: done(on(6, 9, 0)), now: on(8, 23, 59), why: offsite.WhyNotYet, next: on(9, 0, 0)},
		{name: "every third day", settings: offsite.Settings{Every: 3}, history: done(on(6, 23, 0)), now: on(9, 8, 0), run: true, why: offsite.WhyTime},
		{name: "Fridays, on Thursday", settings: weekly, history: done(on(3, 9, 0)), now: on(9, 9, 0), why: offsite.WhyNotYet, next: on(10, 0, 0)},
		{name: "Fridays, on Friday", settings: weekly, history: done(on(3, 9, 0)), now: on(10, 8, 0), run: true, why: offsite.WhyTime},
		{name: "Friday was missed", settings: weekly, history: done(on(3, 9, 0)), now: on(13, 8, 0), run: true, why: offsite.WhyTime},
		{name: "Fridays or every fortnight", settings: offsite.Settings{Weekdays: []time.Weekday{time.Friday}, Every: 2}, history: done(on(6, 9, 0)), now: on(8, 1, 0), run: true, why: offsite.WhyTime},
		{name: "no disk", settings: nightly, now: on(6, 21, 0), away: true, why: offsite.WhyAway},
		{name: "the disk is plugged in by day", settings: plug, history: done(on(6, 9, 0)), now: on(6, 12, 0), fresh: true, run: true, why: offsite.WhyConnected},
		{name: "it stays plugged in", settings: plug, history: done(on(6, 12, 5)), now: on(6, 21, 0), why: offsite.WhyNotYet},
		{name: "plugged in, but that is not set", settings: nightly, history: done(on(6, 21, 0)), now: on(6, 23, 0), fresh: true, why: offsite.WhyNotYet, next: on(7, 20, 0)},
		{name: "paused", settings: offsite.Settings{Every: 1, OnConnect: true, Paused: true}, now: on(6, 21, 0), fresh: true, why: offsite.WhyPaused},
		{name: "cut off, at night", settings: nightly, history: offsite.History{Begun: ms(on(6, 21, 0)), Done: ms(on(6, 20, 0)), Open: true}, now: on(6, 22, 0), run: true, why: offsite.WhyGoesOn, until: on(7, 6, 0)},
		{name: "cut off, by day", settings: nightly, history: offsite.History{Begun: ms(on(6, 21, 0)), Open: true}, now: on(7, 12, 0), why: offsite.WhyHours, next: on(7, 20, 0)},
		{name: "failed just now", settings: nightly, history: failed(on(5, 21, 0), on(6, 21, 0)), now: on(6, 21, 59), why: offsite.WhyRetry, next: on(6, 22, 0)},
		{name: "failed an hour ago", settings: nightly, history: failed(on(5, 21, 0), on(6, 21, 0)), now: on(6, 22, 0), run: true, why: offsite.WhyTime, until: on(7, 6, 0)},
		{name: "failed just now, plugged in again", settings: plug, history: failed(on(5, 21, 0), on(6, 21, 0)), now: on(6, 21, 1), fresh: true, run: true, why: offsite.WhyConnected},
		{name: "the clock was set back by years", settings: nightly, history: done(on(6, 21, 0).AddDate(3, 0, 0)), now: on(7, 21, 0), run: true, why: offsite.WhyTime, until: on(8, 6, 0)},
		{name: "the clock was set back by an hour", settings: nightly, history: done(on(6, 21, 0)), now: on(6, 20, 0), why: offsite.WhyNotYet, next: on(7, 20, 0)},
		{name: "it failed before the clock was set back", settings: nightly, history: failed(on(5, 21, 0), on(6, 21, 0).AddDate(3, 0, 0)), now: on(6, 22, 0), run: true, why: offsite.WhyTime, until: on(7, 6, 0)},
		{name: "hours within a day", settings: offsite.Settings{Every: 1, Hours: "12:00-14:00"}, history: done(on(5, 13, 0)), now: on(6, 14, 0), why: offsite.WhyHours, next: on(7, 12, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := c.settings.Decide(c.history, c.now, !c.away, c.fresh)
			if d.Run != c.run || d.Why != c.why || !d.Until.Equal(c.until) || !c.next.IsZero() && !d.Next.Equal(c.next) {
				t.Errorf("%+v; want %v %s, next %s, until %s", d, c.run, c.why, c.next, c.until)
			}
		})
	}
}

// Whatever the settings and the last run, a target that is connected is copied to within the
// days that were set and the night that follows, and not twice in a night.
func TestDecideWithinDays(t *testing.T) {
	for _, hours := range []string{"", "20:00-06:00", "09:00-11:30", "00:00-24:00", "23:59-00:01"} {
		for every := 1; every <= 8; every++ {
			s := offsite.Settings{Every: every, Hours: hours}
			h := offsite.History{}
			begun := on(1, 7, 13)
			var runs []time.Time
			for now := begun; now.Before(begun.AddDate(0, 0, 60)); now = now.Add(time.Minute) {
				d := s.Decide(h, now, true, false)
				if d.Run && !d.Until.IsZero() && (!d.Until.After(now) || d.Until.Sub(now) > 24*time.Hour) {
					t.Fatalf("%s every %d at %s: until %s", hours, every, now, d.Until)
				}
				if d.Run {
					runs = append(runs, now)
					h = offsite.History{Begun: ms(now), Done: ms(now)}
				}
			}
			if want := 60 / every; len(runs) < want-1 || len(runs) > want+2 {
				t.Errorf("%s every %d: %d runs in 60 days", hours, every, len(runs))
			}
		}
	}
}
