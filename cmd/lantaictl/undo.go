package main

import (
	"context"

	"lantai/archive"
	"lantai/assets/lang"
)

func undoCommand() command {
	return command{name: "undo", args: "OP", min: 1, max: 1, run: runUndo}
}

// keptJSON is a change that was left alone, since the row was changed later.
type keptJSON struct {
	Noun string     `json:"noun"`
	ID   archive.ID `json:"id"`
}

// mostKept is how many of these are listed.
const mostKept = 100

func runUndo(ctx context.Context, c *call) (int, error) {
	op, err := archive.ParseID(c.args[0])
	if err != nil {
		return exitUsage, err
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	bar := c.bar("phase.undo")
	undone, kept, err := s.Catalogue.UndoTelling(ctx, s.Actor(), op, bar.show)
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	code := exitDone
	if len(kept) > 0 {
		code = exitRefused
	}
	if c.json {
		list := make([]keptJSON, 0, min(len(kept), mostKept))
		for _, ch := range kept[:min(len(kept), mostKept)] {
			list = append(list, keptJSON{ch.Noun, ch.ID})
		}
		c.print(map[string]any{"op": idOrNull(undone), "kept": len(kept), "changes_kept": list})
		return code, nil
	}
	key := "ctl.undo"
	if undone == 0 {
		key = "ctl.undo.nothing"
	}
	c.say(key, lang.Args{"Op": op, "Kept": len(kept)})
	return code, nil
}
