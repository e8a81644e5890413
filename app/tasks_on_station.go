package app

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"time"

	"lantai/app/tasks"
	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/station"
	"lantai/archive/store"
)

// backlog is the queue of the open archive, as the screen 任务 uses it.
type backlog struct{ station *station.Station }

// Read tells what waits, and in which order.
func (q backlog) Read(ctx context.Context) (tasks.Backlog, error) {
	rules, err := q.station.Catalogue.Order(ctx)
	if err != nil {
		return tasks.Backlog{}, err
	}
	counts, err := q.station.Catalogue.OrderCounts(ctx)
	if err != nil {
		return tasks.Backlog{}, err
	}
	b, err := q.station.Backlog(ctx)
	if err != nil {
		return tasks.Backlog{}, err
	}
	out := tasks.Backlog{Waiting: b.Waiting, Away: b.Away, PerSecond: b.PerSecond, Hours: b.Hours.String(), Ends: b.Ends}
	if now := time.Now(); !b.Hours.Open(now) {
		out.Rests = b.Hours.Change(now)
	}
	for _, r := range rules {
		out.Rules = append(out.Rules, ruleOf(r))
	}
	// The rules may have changed between the two reads.
	out.Counts = append(counts, make([]int, max(len(rules)+1-len(counts), 0))...)[:len(rules)+1]
	return out, nil
}

func ruleOf(r store.OrderRule) tasks.Rule {
	return tasks.Rule{Fonds: r.Fonds, From: r.From, To: r.To, Retention: r.Retention, Years: yearsOf(r.From, r.To)}
}

// yearsOf writes a span of years: "1950–1965", "1958", "1950–".
func yearsOf(from, to int) string {
	year := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	if from == to {
		return year(from)
	}
	return year(from) + "–" + year(to)
}

func orderOf(rules []tasks.Rule) []store.OrderRule {
	out := make([]store.OrderRule, len(rules))
	for i, r := range rules {
		out[i] = store.OrderRule{Fonds: r.Fonds, From: r.From, To: r.To, Retention: r.Retention}
	}
	return out
}

// Change puts other rules in place of those that were read.
func (q backlog) Change(ctx context.Context, from, to []tasks.Rule, progress func(archive.Progress)) error {
	now, err := q.station.Catalogue.Order(ctx)
	if err != nil {
		return err
	}
	read := make([]tasks.Rule, 0, len(now))
	for _, r := range now {
		read = append(read, ruleOf(r))
	}
	if len(read) != len(from) || len(read) > 0 && !reflect.DeepEqual(read, from) {
		return archive.Errorf(archive.Conflict, "set order of queue", "", "somebody changed it meanwhile")
	}
	return q.station.SetRules(ctx, q.station.Actor(), orderOf(to), progress)
}

// Parse reads a rule as people write it.
func (q backlog) Parse(fonds, years, retention string) (tasks.Rule, error) {
	dash := strings.NewReplacer("–", "-", "—", "-", "－", "-", "~", "-", "～", "-", "至", "-")
	r, err := station.ReadRule(fonds, dash.Replace(years), retention)
	return ruleOf(r), err
}

// UnknownFonds tells which 全宗号 there are none of.
func (q backlog) UnknownFonds(ctx context.Context, codes []string) ([]string, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	list, err := q.station.Catalogue.Fonds(ctx, q.station.Sight())
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, f := range list {
		known[f.Code] = true
	}
	var unknown []string
	for _, c := range codes {
		if !known[c] {
			unknown = append(unknown, c)
		}
	}
	return unknown, nil
}

// CheckHours tells whether hours can be read.
func (q backlog) CheckHours(hours string) error {
	_, err := ingest.ParseHours(hours)
	return err
}

// SetHours sets the hours of work.
func (q backlog) SetHours(ctx context.Context, hours string) error {
	_, err := q.station.SetHours(ctx, q.station.Actor(), hours)
	return err
}

// newTasks makes the screen 任务.
func newTasks(p *Program) Screen {
	return tasks.New(tasks.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Queue: backlog{p.Station}})
}
