package store

import (
	"context"
	"database/sql"

	"lantai/archive"
)

func besideTarget(v *archive.Target) beside {
	return beside{nounTarget, &v.ID, columns{{"name", &v.Name}, {"kind", &v.Kind}, {"address", &v.Address}, {"copy_set", &v.Set},
		{"settings", &v.Settings}, {"ended", &v.Ended}}, []string{"name"}}
}

func besideCarrier(v *archive.Carrier) beside {
	return beside{nounCarrier, &v.ID, columns{{"target", &v.Target}, {"number", &v.Number}, {"type", &v.Type}, {"serial", &v.Serial},
		{"capacity", &v.Capacity}, {"made", &v.Made}, {"made_by", &v.MadeBy}, {"keeping", &v.Keeping}, {"next_check", &v.NextCheck},
		{"is_full", &v.Full}, {"ended", &v.Ended}, {"note", &v.Note}}, []string{"target", "number"}}
}

func besideCarrierCheck(v *archive.CarrierCheck) beside {
	return beside{nounCarrierCheck, &v.ID, columns{{"carrier", &v.Carrier}, {"time", &v.Time}, {"checker", &v.By}, {"method", &v.Method},
		{"files", &v.Files}, {"bytes", &v.Bytes}, {"faults", &v.Faults}, {"millis", &v.Millis}, {"note", &v.Note}}, nil}
}

// AddTarget adds a target and fills in its id. A name that another has is a Conflict.
func (t *Tx) AddTarget(v *archive.Target) error { return t.addBeside(besideTarget(v)) }

// SetTarget changes a target.
func (t *Tx) SetTarget(v archive.Target) error { return t.changeBeside(besideTarget(&v)) }

const (
	lastCarrier = `SELECT COALESCE(MAX(b.number), 0) FROM carrier b WHERE b.target = $1`
	blankState  = `INSERT INTO carrier_state (carrier, digest, coming, manifest, through, verified) VALUES ($1, NULL, NULL, 0, 0, 0)`
)

// AddCarrier adds a medium to its target, and fills in id and number.
func (t *Tx) AddCarrier(v *archive.Carrier) error {
	if err := t.tx.QueryRowContext(t.ctx, lastCarrier, int64(v.Target)).Scan(&v.Number); err != nil {
		return fault("add medium", "", err)
	}
	v.Number++
	if err := t.addBeside(besideCarrier(v)); err != nil {
		return err
	}
	_, err := t.tx.ExecContext(t.ctx, blankState, int64(v.ID))
	return fault("add medium", "", err)
}

// SetCarrier changes what is written down of a medium.
func (t *Tx) SetCarrier(v archive.Carrier) error { return t.changeBeside(besideCarrier(&v)) }

// ForgetCopies forgets what lies on a medium that is taken out of use, and tells how many
// copies that were.
func (t *Tx) ForgetCopies(carrier archive.ID) (int, error) {
	r, err := t.tx.ExecContext(t.ctx, dropCarrier, int64(carrier))
	if err != nil {
		return 0, fault("forget copies", carrier.String(), err)
	}
	n, err := r.RowsAffected()
	return int(n), fault("forget copies", carrier.String(), err)
}

// AddCarrierCheck notes a check of a medium.
func (t *Tx) AddCarrierCheck(v *archive.CarrierCheck) error {
	return t.addBeside(besideCarrierCheck(v))
}

// Targets lists the targets by name.
func (c *Catalogue) Targets(ctx context.Context) ([]archive.Target, error) {
	var list []archive.Target
	var v archive.Target
	err := listBeside(ctx, c.cat.read, besideTarget(&v), "1 = 1 ORDER BY b.name", nil, func() { list = append(list, v) })
	return list, err
}

// TargetNamed finds a target.
func (c *Catalogue) TargetNamed(ctx context.Context, name string) (archive.Target, error) {
	var v archive.Target
	found := false
	err := listBeside(ctx, c.cat.read, besideTarget(&v), "b.name = $1", []any{name}, func() { found = true })
	if err == nil && !found {
		err = fault("find target", name, sql.ErrNoRows)
	}
	return v, err
}

// Carriers lists the media of a target by number, of all targets with zero.
func (c *Catalogue) Carriers(ctx context.Context, target archive.ID) ([]archive.Carrier, error) {
	where, args := "1 = 1 ORDER BY b.target, b.number", []any(nil)
	if target != 0 {
		where, args = "b.target = $1 ORDER BY b.number", []any{int64(target)}
	}
	var list []archive.Carrier
	var v archive.Carrier
	err := listBeside(ctx, c.cat.read, besideCarrier(&v), where, args, func() { list = append(list, v) })
	return list, err
}

// Carrier finds a medium.
func (c *Catalogue) Carrier(ctx context.Context, id archive.ID) (archive.Carrier, error) {
	var v archive.Carrier
	found := false
	err := listBeside(ctx, c.cat.read, besideCarrier(&v), "b.id = $1", []any{int64(id)}, func() { found = true })
	if err == nil && !found {
		err = fault("find medium", id.String(), sql.ErrNoRows)
	}
	return v, err
}

// CarrierChecks lists the checks of a medium, the newest first.
func (c *Catalogue) CarrierChecks(ctx context.Context, carrier archive.ID) ([]archive.CarrierCheck, error) {
	var list []archive.CarrierCheck
	var v archive.CarrierCheck
	err := listBeside(ctx, c.cat.read, besideCarrierCheck(&v), "b.carrier = $1 ORDER BY b.time DESC, b.id DESC", []any{int64(carrier)},
		func() { list = append(list, v) })
	return list, err
}
