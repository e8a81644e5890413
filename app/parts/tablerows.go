package parts

import (
	"context"

	"lantai/app/task"
	"lantai/archive"
)

// rowsKept bounds how many rows a table remembers.
const rowsKept = 4000

// rowCache holds the rows that were read, and reads those that come into view. One
// read runs at a time: when the view has moved on meanwhile, the next read is for
// where it is then, so that dragging the bar never queues up work.
type rowCache struct {
	table  *Table
	rows   map[archive.ID]Row
	old    map[archive.ID]bool // to be read again, shown meanwhile
	busy   bool
	number int // grows when what is being read is out of date
}

func newRowCache(t *Table) rowCache {
	return rowCache{table: t, rows: map[archive.ID]Row{}, old: map[archive.ID]bool{}}
}

// stale has every row read again before it counts as known.
func (c *rowCache) stale() {
	c.number++
	for id := range c.rows {
		c.old[id] = true
	}
}

// drop forgets every row: what rows show is another thing now.
func (c *rowCache) drop() {
	c.number++
	clear(c.rows)
	clear(c.old)
}

func (c *rowCache) get(id archive.ID) (Row, bool) {
	r, ok := c.rows[id]
	return r, ok
}

// window is the range of rows worth having: the view, a screenful before and after.
func (c *rowCache) window() (from, to int) {
	t := c.table
	n := t.whole() + 1
	return max(t.top-n, 0), min(t.top+2*n, len(t.ids))
}

func (c *rowCache) missing() []archive.ID {
	from, to := c.window()
	var ids []archive.ID
	for _, id := range c.table.ids[from:to] {
		if _, ok := c.rows[id]; !ok || c.old[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// want starts reading what the view lacks.
func (c *rowCache) want() {
	t := c.table
	if c.busy || t.opt.Fetch == nil || t.opt.Runner == nil {
		return
	}
	ids := c.missing()
	if len(ids) == 0 {
		return
	}
	c.busy = true
	number := c.number
	task.Run(t.opt.Runner, "", func(ctx context.Context, _ func(archive.Progress)) ([]Row, error) {
		return t.opt.Fetch(ctx, ids)
	}, func(rows []Row, err error) {
		c.busy = false
		c.took(ids, rows, err, number)
	}, task.Quiet())
}

func (c *rowCache) took(ids []archive.ID, rows []Row, err error, number int) {
	t := c.table
	if number != c.number {
		c.want()
		return
	}
	if err != nil {
		if archive.KindOf(err) != archive.Stopped && t.opt.OnError != nil {
			t.opt.OnError(err)
		}
		rows = nil
	}
	if len(c.rows) > rowsKept {
		clear(c.rows)
		clear(c.old)
	}
	for i, id := range ids {
		row := Row{}
		if i < len(rows) {
			row = rows[i]
		} else if kept, ok := c.rows[id]; ok {
			row = kept
		}
		c.rows[id] = row
		delete(c.old, id)
	}
	t.body.Refresh()
	c.want()
}
