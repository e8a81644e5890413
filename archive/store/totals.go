package store

import (
	"context"

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
