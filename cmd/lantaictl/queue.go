package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/assets/lang"
)

func queueCommand() command {
	return command{
		name: "queue", args: "order [--fonds …] [--years …] [--retention …] [--first] | list | remove N | clear | hours 19:00-07:00 | run", min: 1, max: 2,
		verbs: []string{"order", "list", "remove", "clear", "hours", "run"},
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.fonds, "fonds", "", "全宗号, several with commas between")
			c.flags.StringVar(&c.opt.years, "years", "", "年度: 1950-1965 or 1958")
			c.flags.StringVar(&c.opt.retention, "retention", "", "保管期限, several with commas between: 永久,定期30年")
			c.flags.BoolVar(&c.opt.first, "first", false, "before the rules there are instead of behind them")
		},
		run: runQueue,
	}
}

func runQueue(ctx context.Context, c *call) (int, error) {
	two := map[string]bool{"remove": true, "hours": true}
	if two[c.args[0]] != (len(c.args) == 2) {
		return c.misused("queue")
	}
	if c.args[0] == "run" {
		return c.runQueue(ctx)
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	switch c.args[0] {
	case "order":
		rule, err := station.ReadRule(c.opt.fonds, c.opt.years, c.opt.retention)
		if err != nil {
			return exitUsage, err
		}
		bar := c.bar("phase.order")
		err = s.AddRule(ctx, s.Actor(), rule, c.opt.first, bar.show)
		bar.end()
		return c.listQueue(ctx, s, err)
	case "remove":
		return c.removeRule(ctx, s)
	case "clear":
		bar := c.bar("phase.order")
		err = s.SetRules(ctx, s.Actor(), nil, bar.show)
		bar.end()
		return c.listQueue(ctx, s, err)
	case "hours":
		_, err = s.SetHours(ctx, s.Actor(), c.args[1])
		if archive.KindOf(err) == archive.Invalid {
			return exitUsage, err
		}
		return c.listQueue(ctx, s, err)
	case "list":
		return c.listQueue(ctx, s, nil)
	}
	return c.misused("queue")
}

func (c *call) removeRule(ctx context.Context, s *station.Station) (int, error) {
	rules, err := s.Catalogue.Order(ctx)
	if err != nil {
		return exitFailed, err
	}
	n, err := strconv.Atoi(c.args[1])
	if err != nil || n < 1 || n > len(rules) {
		return exitUsage, archive.Errorf(archive.Invalid, "remove rule", c.args[1], "there are %d rules", len(rules))
	}
	bar := c.bar("phase.order")
	err = s.SetRules(ctx, s.Actor(), slices.Delete(rules, n-1, n), bar.show)
	bar.end()
	return c.listQueue(ctx, s, err)
}

// runQueue works off what waits, within the hours, until it is stopped.
func (c *call) runQueue(ctx context.Context) (int, error) {
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	if !s.Owner() {
		return exitFailed, archive.Errorf(archive.Busy, "run pipeline", s.Home.Name(), "a window has the archive open and does it")
	}
	return exitDone, s.Work(ctx)
}

// listQueue shows the rules with the pages that wait under each, unless err says why not.
func (c *call) listQueue(ctx context.Context, s *station.Station, err error) (int, error) {
	if err != nil {
		return exitFailed, err
	}
	rules, err := s.Catalogue.Order(ctx)
	if err != nil {
		return exitFailed, err
	}
	counts, err := s.Catalogue.OrderCounts(ctx)
	if err != nil {
		return exitFailed, err
	}
	b, err := s.Backlog(ctx)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		list := make([]map[string]any, len(rules))
		for i, r := range rules {
			list[i] = map[string]any{"rule": r, "waiting": counts[i]}
		}
		c.print(map[string]any{"rules": list, "others": counts[len(rules)], "queue": queueJSON(b)})
		return exitDone, nil
	}
	for i, r := range rules {
		c.say("ctl.queue.rule", lang.Args{"N": i + 1, "Rule": c.rule(r), "Waiting": counts[i]})
	}
	c.say("ctl.queue.others", lang.Args{"Waiting": counts[len(rules)]})
	c.sayQueue(b)
	return exitDone, nil
}

func (c *call) rule(r store.OrderRule) string {
	var parts []string
	if len(r.Fonds) > 0 {
		parts = append(parts, c.words.T("ctl.queue.fonds", lang.Args{"Fonds": strings.Join(r.Fonds, "、")}))
	}
	if r.From+r.To > 0 {
		year := func(n int) string {
			if n == 0 {
				return ""
			}
			return strconv.Itoa(n)
		}
		parts = append(parts, c.words.T("ctl.queue.years", lang.Args{"Years": year(r.From) + "-" + year(r.To)}))
	}
	if len(r.Retention) > 0 {
		parts = append(parts, strings.Join(r.Retention, "、"))
	}
	return strings.Join(parts, "  ")
}

func (c *call) sayQueue(b ingest.Backlog) {
	hours := b.Hours.String()
	if b.Hours.Always() {
		hours = c.words.T("ctl.queue.always", nil)
	}
	ends := c.words.T("ctl.queue.unknown", nil)
	if !b.Ends.IsZero() {
		ends = b.Ends.Local().Format("2006-01-02 15:04")
	}
	key := "ctl.queue"
	if b.Waiting == 0 {
		key = "ctl.queue.none"
	}
	c.say(key, lang.Args{"Waiting": b.Waiting, "Away": b.Away, "Speed": fmt.Sprintf("%.2f", b.PerSecond), "Hours": hours, "Ends": ends})
}

// queueJSON is what waits: pages, pages a second, and when all are done (RFC 3339).
func queueJSON(b ingest.Backlog) map[string]any {
	m := map[string]any{"waiting": b.Waiting, "away": b.Away, "per_second": b.PerSecond, "running": b.Running, "hours": b.Hours.String(), "ends": nil}
	if !b.Ends.IsZero() {
		m["ends"] = b.Ends.Format(time.RFC3339)
	}
	return m
}
