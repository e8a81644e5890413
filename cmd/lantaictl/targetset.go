package main

import (
	"context"
	"flag"
	"slices"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/station"
	"lantai/assets/lang"
)

// scheduleOptions are the flags of target set.
type scheduleOptions struct {
	limit, hours, every, days string
	onConnect                 bool
	pause, resume             bool
}

func (o *scheduleOptions) flags(f *flag.FlagSet) {
	f.StringVar(&o.limit, "limit", "", "set: most bytes a second, such as 20MB; 0: no limit")
	f.StringVar(&o.hours, "hours", "", "set: when it copies by itself, such as 20:00-06:00, or always")
	f.StringVar(&o.every, "every", "", "set: once in so many days, such as 1d; 0: not by days")
	f.StringVar(&o.days, "days", "", "set: on these days of the week: mon,fri or 周一,周五; none")
	f.BoolVar(&o.onConnect, "on-connect", false, "set: as soon as a medium is connected; --on-connect=false: not any more")
	f.BoolVar(&o.pause, "pause", false, "set: it rests until --resume")
	f.BoolVar(&o.resume, "resume", false, "set: it goes on")
}

// weekdays are the days of the week as people write them.
func weekdays() map[string]time.Weekday {
	return map[string]time.Weekday{"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday, "thu": time.Thursday,
		"fri": time.Friday, "sat": time.Saturday, "周日": time.Sunday, "周一": time.Monday, "周二": time.Tuesday, "周三": time.Wednesday,
		"周四": time.Thursday, "周五": time.Friday, "周六": time.Saturday}
}

func readWeekdays(text string) ([]time.Weekday, error) {
	if text == "none" {
		return nil, nil
	}
	var list []time.Weekday
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、", r) }) {
		d, ok := weekdays()[strings.ToLower(strings.TrimSpace(part))]
		if !ok {
			return nil, archive.Errorf(archive.Invalid, "read days", part, "not a day of the week such as mon or 周一")
		}
		if !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	return list, nil
}

// change reads the flags; given tells which were given.
func (o scheduleOptions) change(given map[string]bool) (func(*offsite.Settings), error) {
	limit, err := readSize(o.limit)
	if err != nil {
		return nil, err
	}
	every := 0
	if o.every != "" {
		if every, err = readDays(o.every); err != nil {
			return nil, err
		}
	}
	days, err := readWeekdays(o.days)
	if err != nil {
		return nil, err
	}
	hours, err := archive.ParseHours(o.hours)
	if err != nil {
		return nil, err
	}
	return func(s *offsite.Settings) {
		if given["limit"] {
			s.Limit = limit
		}
		if given["hours"] {
			if s.Hours = hours.String(); hours.Always() {
				s.Hours = ""
			}
		}
		if given["every"] {
			s.Every = every
		}
		if given["days"] {
			s.Weekdays = days
		}
		if given["on-connect"] {
			s.OnConnect = o.onConnect
		}
		s.Paused = (s.Paused || o.pause) && !o.resume
	}, nil
}

func (c *call) setTarget(ctx context.Context, s *station.Station) (int, error) {
	given := map[string]bool{}
	c.flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	change, err := c.opt.schedule.change(given)
	if err != nil {
		return exitUsage, err
	}
	settings, err := s.SetTarget(ctx, s.Actor(), c.args[1], change)
	if archive.KindOf(err) == archive.Invalid {
		return exitUsage, err
	}
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(settings)
		return exitDone, nil
	}
	c.sayShown("ctl.target.schedule", c.schedule(settings))
	return exitDone, nil
}

func (c *call) sayShown(key, what string) { c.say(key, lang.Args{"What": what}) }

// schedule says when a target is copied to by itself.
func (c *call) schedule(s offsite.Settings) string {
	var parts []string
	if s.Every == 1 {
		parts = append(parts, c.words.T("ctl.schedule.daily", nil))
	} else if s.Every > 0 {
		parts = append(parts, c.words.T("ctl.schedule.every", lang.Args{"Days": s.Every}))
	}
	for _, d := range s.Weekdays {
		parts = append(parts, c.words.T("weekday."+strings.ToLower(d.String()[:3]), nil))
	}
	if s.OnConnect {
		parts = append(parts, c.words.T("ctl.schedule.on-connect", nil))
	}
	if len(parts) == 0 {
		parts = append(parts, c.words.T("ctl.schedule.never", nil))
	} else if s.Hours != "" {
		parts = append(parts, s.Hours)
	}
	if s.Limit > 0 {
		parts = append(parts, c.words.T("ctl.schedule.limit", lang.Args{"Speed": size(s.Limit)}))
	}
	if s.Paused {
		parts = append(parts, c.words.T("ctl.schedule.paused", nil))
	}
	return strings.Join(parts, c.words.T("ctl.schedule.and", nil))
}

// sayRuns says of a target when it is copied to, and how that last went.
func (c *call) sayRuns(b station.Backup) {
	if b.Settings.Scheduled() || b.Settings.Limit > 0 || b.Settings.Paused {
		c.sayShown("ctl.target.schedule", c.schedule(b.Settings))
	}
	if b.Settings.Scheduled() {
		next := c.words.T("offsite.why."+string(b.Decision.Why), nil)
		if !b.Decision.Next.IsZero() && !b.Decision.Run {
			next += " " + b.Decision.Next.Format("2006-01-02 15:04")
		}
		c.sayShown("ctl.target.next", next)
	}
	if b.History.Failed != 0 {
		c.say("ctl.target.failed", lang.Args{"At": c.day(b.History.Failed),
			"Reason": c.words.Error(archive.Errorf(b.History.Kind, "copy to target", b.Name, "%s", b.History.Message))})
	}
}
