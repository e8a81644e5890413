package arrange

import (
	"context"
	"strconv"

	"lantai/archive"
	"lantai/archive/refcode"
)

// pages numbers the pages of a volume anew when its items changed places: 页号 runs through
// the whole volume (GB/T 9705). Volumes without page numbers stay without; where the count
// of one item is not known the numbers stay as they are, with a note.
func (p *planner) pages(ctx context.Context, l *line) error {
	if l.series.scheme.PageMode != refcode.PagesPerVolume || l.Within == 0 && !l.fresh || p.goes(l.Within) {
		return nil
	}
	var ids []archive.ID
	for _, s := range l.slots {
		if s.ID != 0 {
			ids = append(ids, s.ID)
		}
	}
	if err := p.read(ctx, ids); err != nil {
		return err
	}
	records := make([]archive.Record, len(l.slots))
	for i, s := range l.slots {
		if records[i] = p.moving[s.ID]; s.ID == 0 {
			records[i] = p.plan.Added.record
		}
	}
	both := p.spansWritten(l)
	numbered, whole := false, true
	counts := make([]int, len(records))
	for i, r := range records {
		spans, err := refcode.ParsePages(get(r, "page_no"))
		numbered = numbered || len(spans) > 0
		counts[i], _ = strconv.Atoi(get(r, "page_count"))
		if counts[i] == 0 && err == nil {
			counts[i] = body(spans)
		}
		if counts[i] == 0 && both && len(spans) == 1 && spans[0].From.Counted() { // "6" among "1-5" and "7-9"
			counts[i] = 1
		}
		whole = whole && counts[i] > 0
	}
	switch {
	case !numbered:
		return nil
	case !whole:
		p.plan.note(PagesLeft, l.Prefix)
		return nil
	}
	at := p.firstPage(l)
	for i, r := range records {
		text := strconv.Itoa(at)
		if to := at + counts[i] - 1; (both || i == len(records)-1) && to > at {
			text += "-" + strconv.Itoa(to)
		}
		set(r, "page_no", text)
		at += counts[i]
	}
	return nil
}

// body is how many pages spans that have both ends count; 0 where that is not known.
func body(spans []refcode.PageSpan) int {
	n := 0
	for _, s := range spans {
		if s.Open || !s.From.Counted() || !s.To.Counted() || s.From.Suffix != 0 || s.To.Suffix != 0 {
			return 0
		}
		n += s.To.Number - s.From.Number + 1
	}
	return n
}

// spansWritten tells whether the items of a volume have both their first and last page in
// 页号, or the first alone, as is customary for all but the last item.
func (p *planner) spansWritten(l *line) bool {
	for _, s := range l.slots {
		if s.from == nil || len(s.from.Entries) == 0 || s.ID == s.from.Entries[len(s.from.Entries)-1].ID {
			continue
		}
		spans, err := refcode.ParsePages(p.was[s.ID].fields["page_no"])
		if err == nil && len(spans) == 1 && !spans[0].Open {
			return true
		}
	}
	return false
}

// firstPage is where the numbers of the volume began.
func (p *planner) firstPage(l *line) int {
	if len(l.Entries) == 0 {
		return 1
	}
	k, ok := p.was[l.Entries[0].ID]
	if !ok {
		return 1
	}
	spans, err := refcode.ParsePages(k.fields["page_no"])
	if err != nil || len(spans) == 0 || !spans[0].From.Counted() {
		return 1
	}
	return spans[0].From.Number
}
