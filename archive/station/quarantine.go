package station

import (
	"context"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/home"
	"lantai/archive/ingest"
	"lantai/archive/refcode"
)

// What was put aside as a suspected state secret is decided on by the owner of the
// pipeline, since texts, images and index are its own to write.

const (
	methodCorrect = "correct"
	methodMarks   = "check marks"
	methodDecide  = "decide on quarantine"
)

type correctArgs struct {
	Page archive.ID
	Text string
}

type marksArgs struct{ Holding archive.ID }

type decideArgs struct {
	Matter archive.ID
	Secret bool
	Note   string
}

// Quarantines lists what waits for a decision, oldest first; with decided, also what
// was decided on.
func (s *Station) Quarantines(ctx context.Context, sight access.Sight, decided bool) ([]archive.Quarantine, error) {
	state := archive.QuarantineWaiting
	if decided {
		state = ""
	}
	return s.Catalogue.Quarantines(ctx, sight, state)
}

// FindQuarantine finds what waits for a decision by its id or by the 档号 of its item.
// Errors: NotFound; Conflict when several wait for the item.
func (s *Station) FindQuarantine(ctx context.Context, sight access.Sight, name string) (archive.Quarantine, error) {
	const op = "find quarantine"
	if id, err := archive.ParseID(name); err == nil {
		return s.Catalogue.Quarantine(ctx, sight, id)
	}
	h, err := s.Catalogue.HoldingByCode(ctx, sight, refcode.Normalise(name))
	if err != nil {
		return archive.Quarantine{}, archive.Wrap(op, name, err)
	}
	list, err := s.Catalogue.QuarantinesOf(ctx, sight, h.ID)
	if err != nil {
		return archive.Quarantine{}, archive.Wrap(op, name, err)
	}
	var waiting []archive.Quarantine
	for _, q := range list {
		if q.State == archive.QuarantineWaiting {
			waiting = append(waiting, q)
		}
	}
	switch len(waiting) {
	case 0:
		return archive.Quarantine{}, archive.Errorf(archive.NotFound, op, name, "nothing of it waits for a decision")
	case 1:
		return waiting[0], nil
	}
	return archive.Quarantine{}, archive.Errorf(archive.Conflict, op, name, "%d wait; name one by its id", len(waiting))
}

// Decide carries out what a person decided on something put aside. Found to be no
// secret, its pages go the whole way again, at once or, while a window is open, in
// its background. Found to be one, it is removed, and what was is listed. Errors: those
// of Pipeline.NotSecret and Pipeline.Secret.
func (s *Station) Decide(ctx context.Context, actor archive.Actor, matter archive.ID, secret bool, note string) ([]ingest.Removed, error) {
	removed := []ingest.Removed{}
	if answered, err := s.ask(ctx, methodDecide, decideArgs{matter, secret, note}, &removed, nil); answered {
		return removed, err
	}
	if secret {
		return s.Pipeline.Secret(ctx, actor, matter, note)
	}
	if err := s.Pipeline.NotSecret(ctx, actor, matter, note); err != nil || s.opt.Desk {
		return removed, err
	}
	return removed, s.Pipeline.Drain(ctx)
}

// checkMarks looks for marks of secrecy on the first pages that a holding has now.
func (s *Station) checkMarks(ctx context.Context, holding archive.ID) error {
	if answered, err := s.ask(ctx, methodMarks, marksArgs{holding}, nil, nil); answered {
		return err
	}
	return s.Pipeline.CheckHolding(ctx, holding)
}

// quarantinedFiles counts the originals that wait for a decision.
func (s *Station) quarantinedFiles(ctx context.Context) (int, error) {
	waiting, err := s.Quarantines(ctx, access.All(), false)
	n := 0
	for _, q := range waiting {
		n += q.Files
	}
	return n, err
}

func (s *Station) quarantineHandlers() map[string]home.Handler {
	return map[string]home.Handler{
		methodCorrect: answer(methodCorrect, func(ctx context.Context, as archive.Actor, a correctArgs) (any, error) {
			return nil, s.Correct(ctx, as, a.Page, a.Text)
		}),
		methodMarks: answer(methodMarks, func(ctx context.Context, as archive.Actor, a marksArgs) (any, error) {
			return nil, s.checkMarks(ctx, a.Holding)
		}),
		methodDecide: answer(methodDecide, func(ctx context.Context, as archive.Actor, a decideArgs) (any, error) {
			return s.Decide(ctx, as, a.Matter, a.Secret, a.Note)
		}),
	}
}
