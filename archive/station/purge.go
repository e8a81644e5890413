package station

import (
	"context"
	"encoding/json"
	"errors"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/home"
	"lantai/archive/ingest"
	"lantai/archive/offsite"
	"lantai/archive/refcode"
)

// A record that should never have been here goes by the will of two persons: one asks
// (PlanPurge, AskPurge), another agrees (AgreePurge). What is purged is purged by the
// owner of pipeline and index.

const (
	methodPurge  = "purge"
	methodMedium = "clear medium"
)

type purgeArgs struct {
	Purge archive.ID
}

type mediumArgs struct {
	Number int
	Note   string
}

// PlanPurge looks what would go with the records of some 档号, and writes nothing. Errors:
// those of ingest.PlanPurge.
func (s *Station) PlanPurge(ctx context.Context, sight access.Sight, codes []string) (ingest.PurgePlan, error) {
	roots := make([]archive.ID, len(codes))
	for i, code := range codes {
		h, err := s.Catalogue.HoldingByCode(ctx, sight, refcode.Normalise(code))
		if err != nil {
			return ingest.PurgePlan{}, archive.Wrap("plan a purge", code, err)
		}
		roots[i] = h.ID
	}
	return ingest.PlanPurge(ctx, s.Catalogue, s.Originals, roots)
}

// AskPurge notes that a person asks for what was planned; nothing is done yet. The reason
// stays for ever. Errors: those of ingest.AskPurge.
func (s *Station) AskPurge(ctx context.Context, actor archive.Actor, plan ingest.PurgePlan, reason string) (archive.Purge, error) {
	return ingest.AskPurge(ctx, s.Catalogue, actor, plan, reason)
}

// FindPurge finds what was asked for, or was agreed to and has not ended, by its id or by
// the 档号 of one of its records. Errors: NotFound.
func (s *Station) FindPurge(ctx context.Context, sight access.Sight, name string) (archive.Purge, error) {
	if id, err := archive.ParseID(name); err == nil {
		return s.Catalogue.Purge(ctx, sight, id)
	}
	code := refcode.Normalise(name)
	list, err := s.Catalogue.Purges(ctx, sight, "")
	if err != nil {
		return archive.Purge{}, err
	}
	for _, p := range list {
		if p.State != archive.PurgeAsked && !p.State.Going() {
			continue
		}
		for _, c := range p.Codes {
			if c == code {
				return p, nil
			}
		}
	}
	return archive.Purge{}, archive.Errorf(archive.NotFound, "find purge", name, "nobody asked for it")
}

// PlanOf looks what a purge that was asked for would take now.
func (s *Station) PlanOf(ctx context.Context, purge archive.ID) (ingest.PurgePlan, error) {
	roots, err := s.Catalogue.PurgeRoots(ctx, purge)
	if err != nil {
		return ingest.PurgePlan{}, err
	}
	return ingest.PlanPurge(ctx, s.Catalogue, s.Originals, roots)
}

// WithdrawPurge takes back what was asked for.
func (s *Station) WithdrawPurge(ctx context.Context, actor archive.Actor, purge archive.ID) error {
	return ingest.WithdrawPurge(ctx, s.Catalogue, actor, purge)
}

// AgreePurge carries out what another person asked for, or goes on with what was agreed
// to and did not end. Errors: those of Pipeline.AgreePurge.
func (s *Station) AgreePurge(ctx context.Context, actor archive.Actor, purge archive.ID, progress func(archive.Progress)) (archive.Purge, error) {
	var p archive.Purge
	answered, err := s.askAs(ctx, actor, methodPurge, purgeArgs{purge}, &p, func(told json.RawMessage) {
		var at archive.Progress
		if progress != nil && json.Unmarshal(told, &at) == nil {
			progress(at)
		}
	})
	if answered {
		return p, err
	}
	r, err := s.Rights(ctx, actor)
	if err == nil && !r.Can(access.Destroy) {
		err = archive.WrapAs(archive.NotAllowed, "purge", purge.String(), &access.Refusal{Action: access.Destroy, Because: access.ByRole})
	}
	if err != nil {
		return p, err
	}
	return s.Pipeline.AgreePurge(ctx, actor, purge, progress)
}

// ClearMedium notes that a person has seen to a medium. Errors: those of
// Pipeline.ClearMedium.
func (s *Station) ClearMedium(ctx context.Context, actor archive.Actor, number int, note string) (archive.Medium, error) {
	var m archive.Medium
	if answered, err := s.askAs(ctx, actor, methodMedium, mediumArgs{number, note}, &m, nil); answered {
		return m, err
	}
	if err := s.eraseAtTarget(ctx, actor, number); err != nil {
		return m, err
	}
	return s.Pipeline.ClearMedium(ctx, actor, number, note)
}

// eraseAtTarget takes what a purge left on a medium of a target off it, where it is connected.
// Where it is not, a person says that they have seen to it.
func (s *Station) eraseAtTarget(ctx context.Context, actor archive.Actor, number int) error {
	r, err := s.Rights(ctx, actor)
	if err != nil || !r.Can(access.Destroy) && !r.Can(access.Administer) {
		return err // the gate says so
	}
	media, err := s.Catalogue.Media(ctx, access.All(), false)
	if err != nil {
		return err
	}
	for _, m := range media {
		if m.Number != number || m.Kind != archive.MediumBackup || m.Root == 0 {
			continue
		}
		copies, err := s.copier()
		if err != nil {
			return err
		}
		if err := copies.Erase(ctx, archive.Actor{}, m); err != nil && !errors.Is(err, offsite.ErrNotConnected) {
			return err
		}
	}
	return nil
}

func (s *Station) purgeHandlers() map[string]home.Handler {
	return map[string]home.Handler{
		methodPurge: answer(methodPurge, func(ctx context.Context, as archive.Actor, a purgeArgs) (any, error) {
			return s.AgreePurge(ctx, as, a.Purge, func(p archive.Progress) { home.Tell(ctx, p) })
		}),
		methodMedium: answer(methodMedium, func(ctx context.Context, as archive.Actor, a mediumArgs) (any, error) {
			return s.ClearMedium(ctx, as, a.Number, a.Note)
		}),
	}
}
