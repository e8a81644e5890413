package station

import (
	"context"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// History lists what was done to a record, as store.Catalogue.History does, for whoever
// acts here. What it said before is for those who may edit it: others learn who changed
// which fields and when, without a value, and nothing of a record that was removed.
func (s *Station) History(ctx context.Context, id, before archive.ID, limit int) ([]store.Event, error) {
	who, err := s.Rights(ctx, s.Actor())
	if err != nil {
		return nil, err
	}
	list, err := s.Catalogue.History(ctx, who.SightFor(access.Edit), id, before, limit)
	if archive.KindOf(err) != archive.NotFound {
		return list, err
	}
	if _, err := s.Catalogue.Holding(ctx, who.Sight(), id); err != nil {
		return nil, err
	}
	list, err = s.Catalogue.History(ctx, who.Sight(), id, before, limit)
	for i := range list {
		list[i].Withhold()
	}
	return list, err
}
