package station

import (
	"context"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// Approve lets somebody give a closed record out. Who approves must be able to see it.
func (s *Station) Approve(ctx context.Context, actor archive.Actor, a *archive.Approval) error {
	const doing = "approve"
	r, err := s.Rights(ctx, actor)
	if err != nil {
		return err
	}
	h, err := s.Catalogue.Holding(ctx, r.Sight(), a.Holding)
	if err != nil {
		return err
	}
	if d := access.May(r, access.Approve, access.Record{Kind: h.Kind, Fonds: h.Fonds, Class: h.Access, IDs: []archive.ID{h.ID, h.Parent}}); !d.Allowed {
		return archive.WrapAs(archive.NotAllowed, doing, h.Code, &access.Refusal{Action: access.Approve, Because: d.Because})
	}
	a.By = actor.ID
	_, err = s.Catalogue.Do(ctx, actor, archive.OpApprove, func(tx *store.Tx) error { return tx.AddApproval(a) })
	s.session.forget()
	return archive.Wrap(doing, h.Code, err)
}
