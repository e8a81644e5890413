package parts

import "lantai/archive"

// SelectIDs selects the rows of some records, those that the list has, in place of what was
// selected; the first of them is the current row.
func (t *Table) SelectIDs(ids []archive.ID) {
	wanted := make(map[archive.ID]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	t.chosen.Clear()
	t.current, t.anchor = -1, -1
	for row, id := range t.ids {
		if !wanted[id] {
			continue
		}
		t.chosen.Add(row, row+1)
		if t.current < 0 {
			t.current, t.anchor = row, row
		}
	}
	t.reveal()
	t.redraw()
	t.tell()
}
