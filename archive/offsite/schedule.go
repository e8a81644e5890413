package offsite

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"lantai/archive"
	"lantai/archive/store"
)

// Settings say how and when a target is copied to by itself. The zero value is never, and as
// fast as it goes.
type Settings struct {
	Limit     int64          `json:"limit,omitempty"`      // most bytes a second that are copied or read back, by hand too; 0: no limit
	Hours     string         `json:"hours,omitempty"`      // "20:00-06:00", local time: when it copies by itself; empty: always
	Every     int            `json:"every,omitempty"`      // once in so many days; 0: not by days
	Weekdays  []time.Weekday `json:"weekdays,omitempty"`   // on these days (Sunday is 0)
	OnConnect bool           `json:"on_connect,omitempty"` // when a medium of the target is connected, whatever the hours
	Paused    bool           `json:"paused,omitempty"`     // a person has it rest
}

// leastLimit is the lowest limit: below it a group of files would take longer than a night.
const leastLimit = 16 << 10

// ReadSettings reads the settings of a target.
func ReadSettings(t archive.Target) (Settings, error) {
	var s Settings
	if t.Settings == "" {
		return s, nil
	}
	if err := json.Unmarshal([]byte(t.Settings), &s); err != nil {
		return Settings{}, archive.WrapAs(archive.Damaged, "read settings of target", t.Name, err)
	}
	return s, s.check()
}

func (s Settings) check() error {
	const doing = "set target"
	if _, err := archive.ParseHours(s.Hours); err != nil {
		return err
	}
	switch {
	case s.Limit < 0 || s.Limit > 0 && s.Limit < leastLimit:
		return archive.Errorf(archive.Invalid, doing, "", "a limit of at least %d bytes a second", leastLimit)
	case s.Every < 0 || s.Every > 366:
		return archive.Errorf(archive.Invalid, doing, "", "once in 1 to 366 days")
	case slices.ContainsFunc(s.Weekdays, func(d time.Weekday) bool { return d < time.Sunday || d > time.Saturday }):
		return archive.Errorf(archive.Invalid, doing, "", "no day of the week")
	}
	return nil
}

// Scheduled tells whether the target is ever copied to by itself.
func (s Settings) Scheduled() bool { return s.Every > 0 || len(s.Weekdays) > 0 || s.OnConnect }

// SetSettings changes how and when a target is copied to.
func (c *Copier) SetSettings(ctx context.Context, actor archive.Actor, t *archive.Target, s Settings) error {
	if err := s.check(); err != nil {
		return err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return archive.Wrap("set target", t.Name, err)
	}
	t.Settings = string(text)
	_, err = c.opt.Catalogue.Do(ctx, actor, archive.OpTargetEdit, func(tx *store.Tx) error { return tx.SetTarget(*t) })
	return archive.Wrap("set target", t.Name, err)
}

// History is what became of the runs of a target, whoever began them. Times are Unix
// milliseconds; 0 is never.
type History struct {
	Begun   int64             `json:"begun"`             // the last run
	Done    int64             `json:"done"`              // when one last came to its end
	Open    bool              `json:"open,omitempty"`    // the last one did not: it paused, was stopped or killed
	Failed  int64             `json:"failed,omitempty"`  // when the last one failed; 0: it did not
	Kind    archive.ErrorKind `json:"kind,omitempty"`    // of the failure
	Message string            `json:"message,omitempty"` // English, for the log
}

func historyKey(target archive.ID) string { return "backup." + target.String() }

// History tells what became of the runs of a target.
func (c *Copier) History(ctx context.Context, target archive.ID) (History, error) {
	var h History
	text, err := c.opt.Catalogue.Remembered(ctx, historyKey(target))
	if err == nil && text != "" && json.Unmarshal([]byte(text), &h) != nil {
		h = History{}
	}
	return h, err
}

func (h History) write(tx *store.Tx, target archive.ID) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return tx.Remember(historyKey(target), string(text))
}

// remember notes what became of the runs of a target.
func (c *Copier) remember(ctx context.Context, t archive.Target, change func(History) History) error {
	h, err := c.History(ctx, t.ID)
	if err != nil {
		return err
	}
	_, err = c.opt.Catalogue.Do(ctx, archive.Actor{}, "state", func(tx *store.Tx) error { return change(h).write(tx, t.ID) })
	return err
}

// ended notes that a run has ended, and how.
func (c *Copier) ended(ctx context.Context, t archive.Target, ended error) error {
	return c.remember(ctx, t, func(h History) History { return h.after(ended, c.millis()) })
}

// after is the history when a run has ended.
func (h History) after(ended error, at int64) History {
	switch kind := archive.KindOf(ended); {
	case ended == nil:
		return History{Begun: h.Begun, Done: at}
	case kind == archive.Stopped || kind == archive.Busy: // it goes on; or another run is on
		h.Open = true
	case errors.Is(ended, ErrNotConnected):
		h.Open = true
	default:
		h.Open, h.Failed, h.Kind, h.Message = true, at, kind, ended.Error()
	}
	return h
}

// paceOf joins a limit, in bytes a second, with what else may wait.
func paceOf(limit int64, also func(context.Context, int64) error) func(context.Context, int64) error {
	if limit == 0 {
		return also
	}
	limiter := rate.NewLimiter(rate.Limit(limit), paceBurst)
	return func(ctx context.Context, bytes int64) error {
		for n := bytes; n > 0; {
			part := min(n, paceBurst)
			if err := limiter.WaitN(ctx, int(part)); err != nil {
				return err
			}
			n -= part
		}
		if also != nil {
			return also(ctx, bytes)
		}
		return nil
	}
}

// paceBurst is how much may be copied at once under a limit: a block.
const paceBurst = 1 << 20

// Decision says whether a target is copied to now, and when it next may be.
type Decision struct {
	Run   bool      `json:"run"`
	Why   Why       `json:"why"`
	Until time.Time `json:"until,omitzero"` // when the hours end that it keeps to; zero: it keeps to none
	Next  time.Time `json:"next,omitzero"`  // when it is next due, as far as that is known; zero: nothing is planned by time
}

// Why is what a decision rests on; words stand under "offsite.why.".
type Why string

// The reasons.
const (
	WhyNever     Why = "never"     // nothing is set
	WhyPaused    Why = "paused"    // a person has it rest
	WhyAway      Why = "away"      // no medium is connected
	WhyHours     Why = "hours"     // it is due, outside its hours
	WhyRetry     Why = "retry"     // it failed a short while ago
	WhyNotYet    Why = "not-yet"   // it is not due
	WhyGoesOn    Why = "goes-on"   // a run that was cut off goes on
	WhyTime      Why = "time"      // it is due by its days
	WhyConnected Why = "connected" // a medium was connected
)

// RetryAfter is how long a run that failed is left alone.
const RetryAfter = time.Hour

// Decide says whether a target is to be copied to. connected is whether a medium is there,
// and fresh whether one was connected since the last run. Days are those of now's zone; a night's hours belong to
// the day on which they begin. What was missed while the computer was off is due at once; a clock that was
// set back makes it due.
func (s Settings) Decide(h History, now time.Time, connected, fresh bool) Decision {
	hours, err := archive.ParseHours(s.Hours)
	if err != nil || !s.Scheduled() {
		return Decision{Why: WhyNever}
	}
	plugged := s.OnConnect && fresh
	d := Decision{Next: s.next(h, hours, now)}
	ahead := h.Done > now.Add(24*time.Hour).UnixMilli()
	switch {
	case s.Paused:
		d.Why = WhyPaused
		return d
	case !connected:
		d.Why = WhyAway
		return d
	case plugged:
		d.Run, d.Why = true, WhyConnected
		return d
	case h.Open:
		d.Why = WhyGoesOn
	case ahead, !d.Next.IsZero() && !d.Next.After(now):
		d.Why = WhyTime
	default:
		d.Why = WhyNotYet
		return d
	}
	if age := now.UnixMilli() - h.Failed; h.Failed != 0 && age >= 0 && age < RetryAfter.Milliseconds() {
		d.Why, d.Next = WhyRetry, time.UnixMilli(h.Failed).Add(RetryAfter).In(now.Location())
		return d
	}
	if !hours.Open(now) {
		d.Why, d.Next = WhyHours, opening(hours, now)
		return d
	}
	d.Run = true
	if !hours.Always() {
		d.Until = ending(hours, now)
	}
	return d
}

// next tells when the target is due by its days: at the beginning of the hours of the first
// day that counts behind the last run. The zero time: never by days.
func (s Settings) next(h History, hours archive.Hours, now time.Time) time.Time {
	if s.Every == 0 && len(s.Weekdays) == 0 {
		return time.Time{}
	}
	if h.Done == 0 {
		return now
	}
	day := dayOf(hours, time.UnixMilli(h.Done).In(now.Location()))
	for n := 1; n <= 366; n++ {
		next := time.Date(day.Year(), day.Month(), day.Day()+n, 0, hours.From, 0, 0, now.Location())
		if s.Every > 0 && n >= s.Every || slices.Contains(s.Weekdays, next.Weekday()) {
			return next
		}
	}
	return time.Time{}
}

// dayOf is the day that a moment belongs to: that on which its night began.
func dayOf(hours archive.Hours, t time.Time) time.Time {
	if hours.From > hours.To && t.Hour()*60+t.Minute() < hours.To {
		return time.Date(t.Year(), t.Month(), t.Day()-1, 0, 0, 0, 0, t.Location())
	}
	return t
}

// opening is when the hours next begin after a moment outside them.
func opening(hours archive.Hours, t time.Time) time.Time { return minute(hours.From, t) }

// ending is when the hours end that a moment is in.
func ending(hours archive.Hours, t time.Time) time.Time { return minute(hours.To, t) }

// minute is when it is so many minutes of a day, after a moment.
func minute(of int, t time.Time) time.Time {
	at := time.Date(t.Year(), t.Month(), t.Day(), 0, of, 0, 0, t.Location())
	if !at.After(t) {
		at = time.Date(t.Year(), t.Month(), t.Day()+1, 0, of, 0, 0, t.Location())
	}
	return at
}
