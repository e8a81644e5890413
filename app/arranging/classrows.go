package arranging

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/refcode"
)

// lay narrows and sorts the classes, off the UI goroutine: an archive has one for each
// volume.
func (p *classesPane) lay() {
	list, wanted, faulty := p.list, refcode.Normalise(p.narrow.Text), p.faulty.Checked
	by, descending := p.sortBy, p.descending
	if list == nil {
		return
	}
	task.Load(p.deps.Runner, &p.lays, func(context.Context) ([]arrange.Numbering, error) {
		var out []arrange.Numbering
		for _, n := range list {
			if (!faulty || !n.Sound() || len(n.Widths) > 1) && strings.Contains(n.Prefix, wanted) {
				out = append(out, n)
			}
		}
		if by != "prefix" || descending {
			slices.SortStableFunc(out, func(a, b arrange.Numbering) int {
				if descending {
					a, b = b, a
				}
				return compare(by, a, b)
			})
		}
		return out, nil
	}, func(list []arrange.Numbering, _ error) { p.put(list) })
}

func compare(by string, a, b arrange.Numbering) int {
	switch by {
	case "state":
		return cmp.Compare(a.State, b.State)
	case "n":
		return cmp.Compare(a.N, b.N)
	case "gaps":
		return cmp.Compare(missing(a), missing(b))
	case "twice":
		return cmp.Compare(len(a.Twice), len(b.Twice))
	case "widths":
		return cmp.Compare(len(a.Widths), len(b.Widths))
	case "vacant":
		return cmp.Compare(len(a.Vacant), len(b.Vacant))
	}
	return cmp.Compare(a.Prefix, b.Prefix)
}

// missing counts the numbers that are not used for no reason given.
func missing(n arrange.Numbering) (sum int) {
	for _, g := range n.Gaps {
		sum += g.N
	}
	return sum
}

// placeBits of the id of a row are its place, the others tell the list.
const placeBits = 32

func (p *classesPane) put(list []arrange.Numbering) {
	p.round++
	p.shown.Store(&shownClasses{p.round, list})
	ids := make([]archive.ID, len(list))
	for i := range ids {
		ids[i] = archive.ID(p.round)<<placeBits | archive.ID(i+1)
	}
	p.filling = true
	p.table.SetIDs(ids)
	at := slices.IndexFunc(list, func(n arrange.Numbering) bool { return n.Prefix == p.want })
	if at >= 0 {
		p.table.GoTo(at)
	}
	p.filling = false
	if at < 0 && p.want == "" && len(list) > 0 {
		p.table.GoTo(0)
	}
	p.came()
}

// fetch is called off the UI goroutine.
func (p *classesPane) fetch(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
	rows := make([]parts.Row, len(ids))
	s := p.shown.Load()
	for i, id := range ids {
		if n, ok := s.at(id); ok {
			rows[i] = classRow(n)
		}
	}
	return rows, nil
}

func (s *shownClasses) at(id archive.ID) (arrange.Numbering, bool) {
	place := int(id&(1<<placeBits-1)) - 1
	if s == nil || int(id>>placeBits) != s.round || place < 0 || place >= len(s.list) {
		return arrange.Numbering{}, false
	}
	return s.list[place], true
}

func classRow(n arrange.Numbering) parts.Row {
	span := ""
	if n.N > 0 {
		span = strconv.Itoa(n.First) + "–" + strconv.Itoa(n.Last)
	}
	var widths []string
	if len(n.Widths) > 1 {
		for _, w := range n.Widths {
			widths = append(widths, strconv.Itoa(w))
		}
	}
	return parts.Row{Cells: []string{n.Prefix, words.Number(n.N), count(missing(n)), count(len(n.Twice)), words.Arranged(n.State), span,
		strings.Join(widths, "/"), count(len(n.Vacant))}, Alert: !n.Sound(), Dim: n.State == archive.Accessioned}
}

// count leaves the cell of none empty.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return words.Number(n)
}
