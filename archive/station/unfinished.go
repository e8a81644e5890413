package station

import (
	"context"
	"encoding/json"
	"slices"

	"lantai/archive"
	"lantai/archive/home"
)

// The methods about receipts that an owner answers to guests.
const (
	methodReceiving = "receiving"
	methodEndBatch  = "end batch"
)

type batchArgs struct{ Batch archive.ID }

// Unfinished lists the receipts that were cut off and may be seen, the newest first: they have not ended,
// and no program of this computer is receiving their folder now.
func (s *Station) Unfinished(ctx context.Context) ([]archive.Batch, error) {
	// Asked first: what ends in between is in neither.
	now, err := s.receiving(ctx)
	if err != nil {
		return nil, err
	}
	list, err := s.Catalogue.OpenBatches(ctx, s.Sight())
	return slices.DeleteFunc(list, func(b archive.Batch) bool { return slices.Contains(now, b.Source) }), err
}

// receiving lists the folders being received now, here or by the owner. Where nobody owns
// the archive there are none.
func (s *Station) receiving(ctx context.Context) (now []string, err error) {
	if s.Pipeline != nil {
		return s.Pipeline.Receiving(), nil
	}
	err = s.Home.Call(ctx, methodReceiving, nil, &now, nil)
	if archive.KindOf(err) == archive.Unavailable {
		return nil, nil
	}
	return now, err
}

// EndBatch ends a receipt that was cut off without the files that it lacks. What it
// brought stays. Busy: its folder is being received.
func (s *Station) EndBatch(ctx context.Context, actor archive.Actor, id archive.ID) error {
	if answered, err := s.ask(ctx, methodEndBatch, batchArgs{id}, nil, nil); answered {
		return err
	}
	return s.Pipeline.EndBatch(ctx, actor, id)
}

// batchHandlers answer guests.
func (s *Station) batchHandlers() map[string]home.Handler {
	return map[string]home.Handler{
		methodReceiving: func(context.Context, json.RawMessage) (any, error) { return s.Pipeline.Receiving(), nil },
		methodEndBatch: answer(methodEndBatch, func(ctx context.Context, as archive.Actor, a batchArgs) (any, error) {
			return nil, s.Pipeline.EndBatch(ctx, as, a.Batch)
		}),
	}
}
