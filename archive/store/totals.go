package store

import (
	"context"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
)

// Totals tells how much is held and can be searched; of one fonds, or zero for all.
func (c *Catalogue) Totals(ctx context.Context, sight access.Sight, fonds archive.ID) (Totals, error) {
	counts, err := c.counted(ctx, sight, []archive.ID{fonds})
	return totals(counts[fonds]), err
}

// TotalsByFonds is Totals for each fonds that may be seen.
func (c *Catalogue) TotalsByFonds(ctx context.Context, sight access.Sight) (map[archive.ID]Totals, error) {
	list, err := c.Children(ctx, sight, List{})
	if err != nil {
		return nil, err
	}
	counts, err := c.counted(ctx, sight, list)
	if err != nil {
		return nil, err
	}
	all := make(map[archive.ID]Totals, len(list))
	for _, id := range list {
		all[id] = totals(counts[id])
	}
	return all, nil
}

const approvedPages = `SELECT COUNT(*) FROM page p WHERE p.holding IN (SELECT ah.id FROM holding ah WHERE {approved}) AND {closed} AND {page p}`

// ClosedTotal counts the pages that are counted in Totals and may not be seen, since their
// records may be and they are closed.
func (c *Catalogue) ClosedTotal(ctx context.Context, sight access.Sight) (n int, err error) {
	const doing = "count closed pages"
	open := sight.PageClasses()
	hidden := slices.DeleteFunc(sight.Classes(), func(class archive.AccessClass) bool { return slices.Contains(open, class) })
	if sight.Everything() || sight.Bound() || len(hidden) == 0 {
		return 0, nil
	}
	nodes := sight.Fonds()
	if len(nodes) == 0 {
		nodes = []archive.ID{0}
	}
	counts, err := c.tallied(ctx, access.Only(hidden...), nodes)
	if err != nil {
		return 0, err
	}
	for _, of := range counts {
		n += of[tallyPage]
	}
	approved, _ := sight.Approved()
	if len(approved) == 0 {
		return n, nil
	}
	query := strings.NewReplacer("{approved}", among("ah.id", approved)+" OR "+among("ah.parent", approved), "{closed}", among("p.access_class", hidden)).Replace(approvedPages)
	seen := 0
	err = c.cat.read.QueryRowContext(ctx, sighted(query, sight)).Scan(&seen)
	return n - seen, fault(doing, "", err)
}

func totals(n map[string]int) Totals {
	t := Totals{
		Fonds:      n[string(archive.KindFonds)],
		Pages:      n[tallyPage],
		Unlinked:   n[tallyUnlinked],
		Searchable: n[tallySearchable],
		Stages:     map[archive.Stage]int{},
	}
	for _, k := range archive.Kinds() {
		if k.IsSingle() && k != archive.KindDossier {
			t.Items += n[string(k)]
		}
	}
	for _, s := range archive.Stages() {
		t.Stages[s] = n[tallyStage+string(s)]
	}
	return t
}
