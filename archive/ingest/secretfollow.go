package ingest

import (
	"context"

	"lantai/archive"
	"lantai/archive/store"
)

// follow makes what was put aside as a single file the matter of the holding that the file
// was linked to since, so that the rest of the holding is put aside with it.
func (p *Pipeline) follow(ctx context.Context, holding archive.ID, pages []archive.Page) error {
	files := map[archive.ID]bool{}
	for _, page := range pages {
		if page.Stage == archive.StageQuarantined {
			files[page.File] = true
		}
	}
	if len(files) == 0 {
		return nil
	}
	p.secrets.one.Lock()
	defer p.secrets.one.Unlock()
	waiting, err := p.cat.Quarantines(ctx, all, archive.QuarantineWaiting)
	if err != nil {
		return err
	}
	some := false
	for _, q := range waiting {
		if q.Holding != 0 || !files[q.File] {
			continue
		}
		_, err := p.cat.Do(ctx, archive.Actor{}, archive.OpQuarantine, func(tx *store.Tx) error { return tx.FollowQuarantine(q.ID, holding) })
		if err != nil {
			return err
		}
		some = true
	}
	if !some {
		return nil
	}
	return p.settleMatters(ctx)
}
