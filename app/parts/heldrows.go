package parts

import (
	"context"
	"sync/atomic"

	"lantai/archive"
)

// HeldRows are the rows of a table whose screen has them in memory already. They are set
// on the UI goroutine and fetched off it. The zero value has none.
type HeldRows struct {
	rows atomic.Pointer[map[archive.ID]Row]
}

// Set puts other rows in the place of those held; the map must not be changed after that.
func (h *HeldRows) Set(rows map[archive.ID]Row) { h.rows.Store(&rows) }

// All gives the rows held, which must not be changed.
func (h *HeldRows) All() map[archive.ID]Row {
	if rows := h.rows.Load(); rows != nil {
		return *rows
	}
	return nil
}

// Fetch is for TableOptions.
func (h *HeldRows) Fetch(_ context.Context, ids []archive.ID) ([]Row, error) {
	all := h.All()
	rows := make([]Row, len(ids))
	for i, id := range ids {
		rows[i] = all[id]
	}
	return rows, nil
}
