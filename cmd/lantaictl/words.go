package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/refcode"
	"lantai/archive/station"
)

func wordsCommand() command {
	return command{
		name: "words", args: "list | add 要素 代码 名称 [--fonds 全宗号] [--years 1990-2005] | remove 要素 代码 [--fonds 全宗号]", min: 1, max: 4,
		verbs: []string{"list", "add", "remove"},
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.fonds, "fonds", "", "全宗号; all fonds if left out")
			c.flags.StringVar(&c.opt.years, "years", "", "年度 in which the code is used: 1990-2005, 1990-")
		},
		run: runWords,
	}
}

func runWords(ctx context.Context, c *call) (int, error) {
	verb, args := c.args[0], c.args[1:]
	if n := map[string]int{"list": 0, "add": 3, "remove": 2}; len(args) != n[verb] || verb != "list" && n[verb] == 0 {
		return c.misused("words")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	if verb != "list" {
		w := refcode.Word{Element: args[0], Code: args[1], Fonds: c.opt.fonds}
		if verb == "remove" {
			err = s.RemoveWord(ctx, s.Actor(), w)
		} else {
			w.Name = args[2]
			if w.From, w.To, err = readYears(c.opt.years); err != nil {
				return exitUsage, err
			}
			err = s.AddWord(ctx, s.Actor(), w)
		}
		if err != nil {
			return exitFailed, err
		}
	}
	return c.listWords(ctx, s)
}

func (c *call) listWords(ctx context.Context, s *station.Station) (int, error) {
	list, err := s.SeenWords(ctx)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"words": orEmpty(list)})
		return exitDone, nil
	}
	for _, w := range list {
		years := ""
		if w.From+w.To > 0 {
			years = fmt.Sprintf("%s-%s", yearOrNone(w.From), yearOrNone(w.To))
		}
		fmt.Fprintln(c.out, strings.TrimRight(strings.Join([]string{w.Element, w.Code, w.Name, w.Fonds, years}, "\t"), "\t"))
	}
	return exitDone, nil
}

func yearOrNone(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// readYears reads a span of years, either end of which may be left out.
func readYears(text string) (from, to int, err error) {
	if text == "" {
		return 0, 0, nil
	}
	first, last, ranged := strings.Cut(text, "-")
	if !ranged {
		last = first
	}
	for _, y := range []struct {
		text string
		to   *int
	}{{first, &from}, {last, &to}} {
		if y.text == "" && ranged {
			continue
		}
		if *y.to, err = strconv.Atoi(y.text); err != nil || len(y.text) != 4 {
			return 0, 0, archive.Errorf(archive.Invalid, "read years", text, "a year has four digits")
		}
	}
	return from, to, nil
}
