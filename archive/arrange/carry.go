package arrange

import (
	"context"

	"lantai/archive"
	"lantai/archive/store"
)

// Carry carries a plan out as one transaction and one op, whose id it returns; zero where
// the plan would change nothing. Undo takes all of it back.
//
// Errors: NotAllowed when the plan is refused, with Refusals as its cause; Conflict when a class or a record is no
// longer as the plan saw it: nothing is written then, and a new plan is to be made.
func (a *Arranger) Carry(ctx context.Context, actor archive.Actor, plan *Plan) (archive.ID, error) {
	const op = "change codes"
	if len(plan.Refused) > 0 {
		return 0, archive.WrapAs(archive.NotAllowed, op, plan.Refused[0].Subject, Refusals(plan.Refused))
	}
	if plan.Empty() {
		return 0, nil
	}
	id, err := a.cat.Do(ctx, actor, plan.Kind, func(tx *store.Tx) error {
		if err := plan.unchanged(tx); err != nil {
			return err
		}
		return plan.write(tx)
	})
	return id, archive.Wrap(op, "", err)
}

// unchanged looks whether the classes are as the plan saw them. Whether the records are,
// their revisions tell.
func (p *Plan) unchanged(tx *store.Tx) error {
	for _, c := range p.classes {
		state, err := tx.Arranged(c.series, c.prefixes...)
		if err != nil {
			return err
		}
		n, highest, err := tx.CountCodes(c.prefix)
		if err != nil {
			return err
		}
		if state != c.state || n != c.n || highest != c.highest {
			return archive.Errorf(archive.Conflict, "change codes", c.prefix, "the class changed since the preview")
		}
	}
	return nil
}

func (p *Plan) write(tx *store.Tx) error {
	records := p.records
	if p.Added != nil {
		// It comes without a code: the one it is to have may still be another's.
		fresh := p.Added.record
		fresh.Common().Code = ""
		if err := tx.Add(fresh); err != nil {
			return err
		}
		fresh.Common().Code = p.Added.Code
		for _, r := range p.into {
			r.Common().Parent = fresh.Common().ID
		}
		records = append([]archive.Record{fresh}, records...)
	}
	for _, n := range p.renamed {
		if err := tx.SetVacancy(archive.Vacancy{Code: n.Code}); err != nil {
			return err
		}
	}
	if err := tx.Recode(records); err != nil {
		return err
	}
	for _, n := range p.renamed {
		if err := tx.SetVacancy(archive.Vacancy{Series: n.Series, Code: n.to, Reason: n.Reason}); err != nil {
			return err
		}
	}
	for _, v := range p.vacant {
		if err := tx.SetVacancy(v); err != nil {
			return err
		}
	}
	for _, alias := range p.aliases {
		if err := tx.AddAlias(alias); err != nil {
			return err
		}
	}
	for _, r := range p.removed {
		if err := tx.Remove(r.Common().ID, r.Common().Rev); err != nil {
			return err
		}
	}
	for _, s := range p.States {
		if err := tx.SetArranged(s.Series, s.Prefix, s.State); err != nil {
			return err
		}
	}
	return nil
}
