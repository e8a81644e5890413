package arrange

import (
	"context"
	"maps"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/store"
)

// Removal is what a removal would take away.
type Removal struct {
	Roots   []Gone    `json:"roots"`
	Records int       `json:"records"` // these and all that lies in them
	Pages   int       `json:"pages"`   // that go back to 待挂接
	Refused []Refusal `json:"refused,omitempty"`

	holdings []archive.Holding
	vacant   []archive.Vacancy
}

// NeedsReason refuses to remove from a filed class, whose number would be left vacant,
// without a reason for the note on it.
const NeedsReason Why = "needs-reason"

// PlanRemoval says what would go with records. The reason may be empty but for records of
// classes that are no longer arranged; it becomes the note on their numbers.
func (a *Arranger) PlanRemoval(ctx context.Context, ids []archive.ID, reason string) (Removal, error) {
	const op = "remove holding"
	var out Removal
	held, err := a.cat.Holdings(ctx, a.sight(), ids)
	if err != nil {
		return out, archive.Wrap(op, "", err)
	}
	if len(held) != len(ids) || len(ids) == 0 {
		return out, archive.Errorf(archive.NotFound, op, "", "%d of %d are there, each named once", len(held), len(ids))
	}
	counts, err := a.cat.ChildCounts(ctx, everything(), ids)
	if err != nil {
		return out, archive.Wrap(op, "", err)
	}
	p := a.planner(archive.OpHoldingRemove)
	for _, h := range held {
		if h.Kind == archive.KindFonds {
			return out, archive.Errorf(archive.Invalid, op, h.Code, "a fonds is no single removal; remove its series one by one")
		}
		out.holdings = append(out.holdings, h)
		out.Roots = append(out.Roots, Gone{h.ID, h.Code, h.Title})
		out.Records++
		if h.Kind != archive.KindBox { // what stands in a box stays
			for _, n := range counts[h.ID].Holdings {
				out.Records += n
			}
		}
		out.Pages += counts[h.ID].Pages
		if h.Kind.IsSingle() { // pages of single records are counted above them alone
			pages, err := a.cat.PagesOf(ctx, everything(), h.ID)
			if err != nil {
				return out, archive.Wrap(op, h.Code, err)
			}
			out.Pages += len(pages)
		}
		if h.Kind == archive.KindSeries || h.Kind == archive.KindDossier || h.Kind == archive.KindBox {
			continue
		}
		l, err := p.lineOf(ctx, h)
		if err != nil {
			return out, archive.Wrap(op, h.Code, err)
		}
		if l == nil || l.State == archive.Arranging {
			continue
		}
		if reason = strings.TrimSpace(reason); reason == "" {
			out.Refused = append(out.Refused, Refusal{NeedsReason, h.Code, string(l.State)})
		}
		out.vacant = append(out.vacant, archive.Vacancy{Series: l.Series, Code: h.Code, Reason: reason})
	}
	return out, nil
}

// Remove puts records into the trash, with all that lies in them, as one op. Their pages go
// back to 待挂接.
func (a *Arranger) Remove(ctx context.Context, actor archive.Actor, r Removal) (op archive.ID, records, pages int, err error) {
	const doing = "remove holding"
	if len(r.Refused) > 0 {
		return 0, 0, 0, archive.WrapAs(archive.NotAllowed, doing, r.Refused[0].Subject, Refusals(r.Refused))
	}
	op, err = a.cat.Do(ctx, actor, archive.OpHoldingRemove, func(tx *store.Tx) (err error) {
		if records, pages, err = tx.RemoveTree(r.holdings); err != nil {
			return err
		}
		for _, v := range r.vacant {
			if err := tx.SetVacancy(v); err != nil {
				return err
			}
		}
		return nil
	})
	return op, records, pages, archive.Wrap(doing, "", err)
}

// Restore brings back what an op removed. It is Conflict, and nothing is done, when a code
// of it was given to another record meanwhile; the error's subject is the code. kept lists
// what could not be taken back otherwise.
func (a *Arranger) Restore(ctx context.Context, actor archive.Actor, op archive.ID, progress func(archive.Progress)) (undone archive.ID, kept []archive.Change, err error) {
	const doing = "restore holding"
	r, err := a.cat.Removal(ctx, a.sight(), op)
	if err != nil {
		return 0, nil, archive.Wrap(doing, op.String(), err)
	}
	if r.Restored {
		return 0, nil, archive.Errorf(archive.Conflict, doing, op.String(), "it was restored already")
	}
	taken, err := a.cat.Taken(ctx, op)
	if err != nil {
		return 0, nil, archive.Wrap(doing, op.String(), err)
	}
	var refused Refusals
	for _, code := range slices.SortedFunc(maps.Keys(taken), cmpCodes) {
		refused = append(refused, Refusal{IsTaken, code, code})
	}
	if len(refused) > 0 {
		return 0, nil, archive.WrapAs(archive.Conflict, doing, refused[0].Subject, refused)
	}
	undone, kept, err = a.cat.UndoTelling(ctx, actor, op, progress)
	return undone, kept, archive.Wrap(doing, op.String(), err)
}
