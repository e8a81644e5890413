package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/assets/lang"
)

func textCommand() command {
	return command{
		name: "text", args: "PAGE [--set FILE]", min: 1, max: 1,
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.set, "set", "", "file with the corrected text, UTF-8; - for standard input")
		},
		run: runText,
	}
}

// runText shows the text of a page, or takes a correction and waits until it can be
// found.
func runText(ctx context.Context, c *call) (int, error) {
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	p, err := c.page(ctx, s, access.ReadText, c.args[0])
	if err != nil {
		return exitFailed, err
	}
	if c.opt.set != "" {
		text, err := c.readText(c.opt.set)
		if err != nil {
			return exitFailed, err
		}
		if err := s.Correct(ctx, s.Actor(), p.ID, text); err != nil {
			return exitFailed, err
		}
		if !c.json {
			c.say("ctl.text.set", lang.Args{"Page": p.ID})
			return exitDone, nil
		}
	}
	if err := s.AllowPage(ctx, access.ReadText, p); err != nil {
		return exitFailed, err
	}
	details := map[string]string{}
	if h, err := s.Catalogue.Holding(ctx, s.Sight(), p.Holding); err == nil {
		details["code"] = h.Code
	}
	if err := s.Observe(ctx, archive.OpTextView, p.ID, details); err != nil {
		return exitFailed, err
	}
	t, err := s.Catalogue.Text(ctx, s.Sight(), p.ID)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"page_id": p.ID, "text": t.Text(), "recognised": t.Plain, "corrected": t.HasCorrect,
			"origin": t.Origin, "engine": t.Engine, "confidence": t.Confidence})
		return exitDone, nil
	}
	fmt.Fprintln(c.out, t.Text())
	return exitDone, nil
}

func (c *call) readText(name string) (string, error) {
	const op = "read corrected text"
	in := c.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", archive.WrapAs(archive.NotFound, op, name, err)
		}
		defer f.Close()
		in = f
	}
	const most = 1 << 20 // far above any page
	b, err := io.ReadAll(io.LimitReader(in, most+1))
	switch {
	case err != nil:
		return "", archive.Wrap(op, name, err)
	case len(b) > most:
		return "", archive.Errorf(archive.Invalid, op, name, "longer than %d bytes", most)
	case !utf8.Valid(b):
		return "", archive.Errorf(archive.Invalid, op, name, "not UTF-8")
	}
	return string(b), nil
}
