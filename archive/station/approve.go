package station

import (
	"context"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// Approve lets somebody give a closed record out. Who approves must be able to see it.
func (s *Station) Approve(ctx context.Context, actor archive.Actor, a *archive.Approval) error {
	const doing = "approve"
	switch {
	case a.Person == actor.ID:
		return archive.Errorf(archive.NotAllowed, doing, "", "nobody approves for themselves")
	case a.Until != 0 && a.Until <= s.now().UnixMilli():
		return archive.Errorf(archive.Invalid, doing, "", "its last day has passed")
	}
	r, err := s.Rights(ctx, actor)
	if err != nil {
		return err
	}
	h, err := s.Catalogue.Holding(ctx, r.Sight(), a.Holding)
	if err != nil {
		return err
	}
	if d := access.May(r, access.Approve, access.Of(h)); !d.Allowed {
		return archive.WrapAs(archive.NotAllowed, doing, h.Code, &access.Refusal{Action: access.Approve, Because: d.Because})
	}
	a.By = actor.ID
	_, err = s.Catalogue.Do(ctx, actor, archive.OpApprove, func(tx *store.Tx) error { return tx.AddApproval(a) })
	s.session.forget()
	return archive.Wrap(doing, h.Code, err)
}

// TakeBack ends an approval of a record that the actor can see, before its time.
func (s *Station) TakeBack(ctx context.Context, actor archive.Actor, approval archive.ID) error {
	const doing = "take back approval"
	list, err := s.Catalogue.StandingApprovals(ctx, s.SightOf(ctx, actor), 0, s.now().UnixMilli())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(a archive.Approval) bool { return a.ID == approval }) {
		return archive.Errorf(archive.NotFound, doing, approval.String(), "no such approval holds")
	}
	_, err = s.Catalogue.Do(ctx, actor, archive.OpApprove, func(tx *store.Tx) error { return tx.RemoveApproval(approval) })
	s.session.forget()
	return archive.Wrap(doing, approval.String(), err)
}

// Approval is what an approval of a record would be to somebody.
type Approval string

// What an approval may be.
const (
	Opens    Approval = "opens"    // they may show its pages then
	Needless Approval = "needless" // they may already
	Useless  Approval = "useless"  // they may not even then: too secret, or beyond their scope
)

// ApprovalOf tells what an approval of a record would be to a person.
func (s *Station) ApprovalOf(ctx context.Context, person archive.ID, h archive.Holding) (Approval, error) {
	p, err := s.Catalogue.Person(ctx, person)
	if err != nil {
		return "", err
	}
	who, err := s.compile(ctx, p)
	if err != nil {
		return "", err
	}
	r := access.Of(h)
	if access.May(who, access.SeePages, r).Allowed {
		return Needless, nil
	}
	who.Approved = append(who.Approved, h.ID)
	if access.May(who, access.SeePages, r).Allowed {
		return Opens, nil
	}
	return Useless, nil
}
