package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/assets/lang"
)

func hashCommand() command {
	return command{
		name: "hash", args: "[--root ROOT]", max: 0,
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.root, "root", "", "storage root, by id or name; all if left out")
		},
		run: runHash,
	}
}

// runHash makes the digests of adopted originals that have none.
func runHash(ctx context.Context, c *call) (int, error) {
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	var root archive.ID
	if c.opt.root != "" {
		r, err := c.findRoot(ctx, s, c.opt.root)
		if err != nil {
			return exitFailed, err
		}
		root = r.ID
	}
	width := 0
	r, err := s.Hash(ctx, root, func(h ingest.HashStatus) {
		if c.json {
			return
		}
		line := c.hashing(h)
		fmt.Fprint(c.err, "\r"+line+strings.Repeat(" ", max(0, width-len(line))))
		width = len(line)
	})
	if width > 0 {
		fmt.Fprint(c.err, "\r"+strings.Repeat(" ", width)+"\r")
	}
	if err != nil {
		return exitFailed, err
	}
	code := exitDone
	if len(r.Changed)+len(r.Vanished)+len(r.Unreadable) > 0 {
		code = exitRefused
	}
	if c.json {
		c.print(r)
		return code, nil
	}
	c.say("ctl.hash", lang.Args{"Files": r.Files, "Size": size(r.Bytes), "Changed": len(r.Changed), "Vanished": len(r.Vanished),
		"Unreadable": len(r.Unreadable), "Absent": len(r.Absent)})
	for _, f := range r.Changed {
		c.say("ctl.root.changed", lang.Args{"Path": f.Path})
	}
	for _, f := range r.Vanished {
		c.say("ctl.root.vanished", lang.Args{"Path": f.Path})
	}
	for _, f := range r.Unreadable {
		c.say("ctl.root.unreadable", lang.Args{"Path": f.Path})
	}
	return code, nil
}

func (c *call) hashing(h ingest.HashStatus) string {
	return c.words.T("ctl.hashing", lang.Args{"Hashed": h.Hashed, "Files": h.Files, "Done": size(h.HashedBytes), "Size": size(h.Bytes),
		"Speed": size(int64(h.BytesPerSecond)), "Left": h.Left.Round(time.Second)})
}

func (c *call) sayHashing(h ingest.HashStatus) { fmt.Fprintln(c.out, c.hashing(h)) }

// hashJSON is how far digests have come: bytes, bytes a second, seconds.
func hashJSON(h ingest.HashStatus) map[string]any {
	return map[string]any{"running": h.Running, "files": h.Files, "hashed": h.Hashed, "bytes": h.Bytes, "hashed_bytes": h.HashedBytes,
		"bytes_per_second": h.BytesPerSecond, "left_s": int64(h.Left.Seconds())}
}
