package station

import (
	"context"

	"lantai/archive"
	"lantai/archive/access"
)

// Page finds a page that whoever acts here wants to do something with. A page that they may
// not see is NotFound; where they may see its record, it is NotAllowed, which is noted.
func (s *Station) Page(ctx context.Context, do access.Action, id archive.ID) (archive.Page, error) {
	page, err := s.Catalogue.Page(ctx, s.Sight(), id)
	if err = s.OrClosed(ctx, do, id, err); archive.KindOf(err) == archive.NotAllowed {
		err = s.refused(ctx, id, string(do), err)
	}
	return page, err
}

// OrClosed gives why a page was not found, if it is there and whoever acts here may see its
// record: NotAllowed, with who could approve. Any other error is given as it is, so that a
// page whose record is hidden is spoken of like one that does not exist.
func (s *Station) OrClosed(ctx context.Context, do access.Action, id archive.ID, err error) error {
	if archive.KindOf(err) != archive.NotFound {
		return err
	}
	who, failed := s.Rights(ctx, s.Actor())
	if failed != nil {
		return failed
	}
	page, failed := s.Catalogue.Page(ctx, access.All(), id)
	if failed != nil || page.Holding == 0 {
		return err
	}
	rec, failed := s.pageRecord(ctx, page)
	if failed != nil {
		return failed
	}
	if !access.May(who, access.SeeRow, rec).Allowed {
		return err
	}
	h, failed := s.Catalogue.Holding(ctx, access.All(), page.Holding)
	if failed != nil {
		return failed
	}
	if closed := s.closed(ctx, who, do, rec, h.Code); closed != nil {
		return closed
	}
	return err
}

// ClosedPages counts the pages that lie in a record which whoever acts here may see, where
// they may not see the pages, and says why; nil: they may.
func (s *Station) ClosedPages(ctx context.Context, h archive.Holding) (n int, closed, err error) {
	who, err := s.Rights(ctx, s.Actor())
	if err != nil || who.Anyone || who.Sight().Bound() { // what lies in batches goes by each page
		return 0, nil, err
	}
	if closed = s.closed(ctx, who, access.SeePages, access.Of(h), h.Code); closed == nil {
		return 0, nil, nil
	}
	n, err = s.Catalogue.PagesIn(ctx, h.ID)
	if err != nil || n == 0 {
		return 0, nil, err
	}
	return n, closed, nil
}

// closed is NotAllowed where somebody may not do something with a record; nil: they may.
func (s *Station) closed(ctx context.Context, who access.Actor, do access.Action, rec access.Record, code string) error {
	d := access.May(who, do, rec)
	if d.Allowed {
		return nil
	}
	why := &access.Refusal{Action: do, Because: d.Because}
	approved := who
	approved.Approved = rec.IDs
	if d.Because == access.NotOpened && access.May(approved, do, rec).Allowed {
		var err error
		if why.Ask, err = s.approvers(ctx, who, rec); err != nil {
			return err
		}
	}
	return archive.WrapAs(archive.NotAllowed, "use page", code, why)
}

// approvers names the people who may approve the use of a record for somebody.
func (s *Station) approvers(ctx context.Context, who access.Actor, rec access.Record) ([]string, error) {
	people, err := s.Catalogue.People(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, p := range people {
		if p.Locked != 0 || p.ID == who.ID { // nobody approves for themselves
			continue
		}
		if a, err := access.ActorOf(p, nil); err == nil && access.May(a, access.Approve, rec).Allowed {
			names = append(names, p.Name)
		}
	}
	return names, nil
}
