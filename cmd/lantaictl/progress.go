package main

import (
	"fmt"
	"strings"
	"time"

	"lantai/archive"
)

// bar draws the progress of a long command on standard error, ten times a second at
// most; nothing with --json.
type bar struct {
	c     *call
	key   string
	begun time.Time
	drawn time.Time
	width int
}

func (c *call) bar(key string) *bar { return &bar{c: c, key: key, begun: time.Now()} }

func (b *bar) show(p archive.Progress) {
	now := time.Now()
	if b.c.json || now.Sub(b.drawn) < 100*time.Millisecond {
		return
	}
	b.drawn = now
	key := b.key
	if p.Phase != "" {
		key = "phase." + p.Phase
	}
	line := fmt.Sprintf("%s %d", b.c.words.T(key, nil), p.Done)
	if p.Total > 0 {
		line += fmt.Sprintf("/%d", p.Total)
	}
	if spent := now.Sub(b.begun).Seconds(); spent > 1 && p.Done > 0 {
		speed := float64(p.Done) / spent
		line += fmt.Sprintf("  %.1f/s", speed)
		if p.Total > p.Done {
			left := time.Duration(float64(p.Total-p.Done) / speed * float64(time.Second))
			line += "  " + left.Round(time.Second).String()
		}
	}
	pad := max(0, b.width-len(line))
	b.width = len(line)
	fmt.Fprint(b.c.err, "\r"+line+strings.Repeat(" ", pad))
}

// end leaves the line clean for what follows.
func (b *bar) end() {
	if b.width > 0 {
		fmt.Fprint(b.c.err, "\r"+strings.Repeat(" ", b.width)+"\r")
	}
}
