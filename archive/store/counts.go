package store

import (
	"context"
	"database/sql"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
)

const (
	tallyOf = `SELECT t.node, t.kind, SUM(t.n) FROM tally t WHERE t.node IN ({keys}) AND t.kind < 'year.' AND {tally t} GROUP BY t.node, t.kind`
)

// counted reads the tally of nodes, without that of years. For a sight that is limited to
// some fonds the archive is the sum of them, and other nodes count nothing.
func (c *Catalogue) counted(ctx context.Context, sight access.Sight, nodes []archive.ID) (map[archive.ID]map[string]int, error) {
	fonds := sight.Fonds()
	if len(fonds) == 0 || sight.Everything() {
		return c.tallied(ctx, sight, nodes)
	}
	within := slices.Clone(fonds)
	if err := each(ctx, c.cat.read, sighted(seenHoldings, sight), nodes, func(r *sql.Rows) error {
		var id archive.ID
		err := r.Scan(&id)
		within = append(within, id)
		return err
	}); err != nil {
		return nil, fault("count holdings", "", err)
	}
	slices.Sort(within)
	found, err := c.tallied(ctx, sight, slices.Compact(within))
	if err != nil || !slices.Contains(nodes, 0) {
		return found, err
	}
	whole := map[string]int{string(archive.KindFonds): len(fonds)}
	for _, id := range fonds {
		for kind, n := range found[id] {
			whole[kind] += n
		}
	}
	found[0] = whole
	return found, nil
}

func (c *Catalogue) tallied(ctx context.Context, sight access.Sight, nodes []archive.ID) (map[archive.ID]map[string]int, error) {
	found := make(map[archive.ID]map[string]int, len(nodes))
	err := each(ctx, c.cat.read, sighted(tallyOf, sight), nodes, func(r *sql.Rows) error {
		var node archive.ID
		var kind string
		var n int
		if err := r.Scan(&node, &kind, &n); err != nil {
			return err
		}
		if found[node] == nil {
			found[node] = map[string]int{}
		}
		found[node][kind] = n
		return nil
	})
	return found, fault("count holdings", "", err)
}

// Counts tells how much lies below a fonds, series or container; zero: in the archive.
func (c *Catalogue) Counts(ctx context.Context, sight access.Sight, node archive.ID) (Count, error) {
	counts, err := c.ChildCounts(ctx, sight, []archive.ID{node})
	return counts[node], err
}

// ChildCounts is Counts for many nodes, for a tree.
func (c *Catalogue) ChildCounts(ctx context.Context, sight access.Sight, nodes []archive.ID) (map[archive.ID]Count, error) {
	found, err := c.counted(ctx, sight, nodes)
	if err != nil {
		return nil, err
	}
	counts := make(map[archive.ID]Count, len(nodes))
	for _, node := range nodes {
		n := Count{Holdings: map[archive.HoldingKind]int{}}
		for _, kind := range archive.Kinds() {
			if k := found[node][string(kind)]; k != 0 {
				n.Holdings[kind] = k
			}
		}
		n.Pages = found[node][tallyPage]
		counts[node] = n
	}
	return counts, nil
}

const directCounts = `SELECT h.year, h.kind, COUNT(*) FROM holding h WHERE h.parent = $1 AND {holding h} GROUP BY h.year, h.kind`

// DirectCounts counts the children of a holding by year and kind, without what lies in
// them: it reads an index entry for each.
func (c *Catalogue) DirectCounts(ctx context.Context, sight access.Sight, parent archive.ID) (map[int]map[archive.HoldingKind]int, error) {
	counts := map[int]map[archive.HoldingKind]int{}
	err := rows(ctx, c.cat.read, sighted(directCounts, sight), []any{int64(parent)}, func(r *sql.Rows) error {
		var year, n int
		var kind archive.HoldingKind
		err := r.Scan(&year, &kind, &n)
		if counts[year] == nil {
			counts[year] = map[archive.HoldingKind]int{}
		}
		counts[year][kind] = n
		return err
	})
	return counts, fault("count children", parent.String(), err)
}

// Total tells how many records a list has, where the tally knows: all of the archive, or
// below a fonds or series, there also of one year, without filters. Otherwise known is
// false, and the list itself has to be counted.
func (c *Catalogue) Total(ctx context.Context, sight access.Sight, list List) (n int, known bool, err error) {
	if list.Box != 0 || list.Below == 0 && !list.Whole || len(list.Where) > 0 || list.Whole && list.Year != 0 {
		return 0, false, nil
	}
	if list.Year != 0 {
		return c.totalOfYear(ctx, sight, list.Below, list)
	}
	counts, err := c.Counts(ctx, sight, list.Below)
	for kind, k := range counts.Holdings {
		if len(list.Kinds) == 0 || slices.Contains(list.Kinds, kind) {
			n += k
		}
	}
	return n, true, err
}

func (c *Catalogue) totalOfYear(ctx context.Context, sight access.Sight, series archive.ID, list List) (n int, known bool, err error) {
	h, err := c.Holding(ctx, sight, series)
	if err != nil || h.Kind != archive.KindSeries {
		return 0, false, err
	}
	years, err := c.yearsOf(ctx, sight, h)
	for _, y := range years {
		for kind, k := range y.Count.Holdings {
			if y.Year == list.Year && (len(list.Kinds) == 0 || slices.Contains(list.Kinds, kind)) {
				n += k
			}
		}
	}
	return n, true, err
}
