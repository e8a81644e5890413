package store

import (
	"context"
	"database/sql"

	"lantai/archive"
	"lantai/archive/access"
)

// AddMovement adds a line to the ledger of a fonds and fills in its id.
func (t *Tx) AddMovement(m *archive.Movement) error {
	if err := movementHolds(m); err != nil {
		return err
	}
	return t.addBeside(besideMovement(m))
}

// ChangeMovement writes what differs from a line of the ledger as it stands.
func (t *Tx) ChangeMovement(m *archive.Movement) error {
	if err := movementHolds(m); err != nil {
		return err
	}
	return t.changeBeside(besideMovement(m))
}

// RemoveMovement takes a line of the ledger away.
func (t *Tx) RemoveMovement(id archive.ID) error { return t.dropBeside(nounMovement, id) }

func movementHolds(m *archive.Movement) error {
	const doing = "keep ledger"
	switch m.Kind {
	case archive.MovedOpening, archive.MovedIn, archive.MovedOut, archive.MovedDestroyed:
	default:
		return archive.Errorf(archive.Invalid, doing, string(m.Kind), "no such movement")
	}
	switch {
	case m.Year < 1000 || m.Year > 9999:
		return archive.Errorf(archive.Invalid, doing, "year", "a year of four digits")
	case m.Unit == "":
		return archive.Errorf(archive.Invalid, doing, "unit", "what is counted is not said")
	case m.Quantity < 1 && m.Kind != archive.MovedOpening || m.Quantity < 0:
		return archive.Errorf(archive.Invalid, doing, "quantity", "a movement counts from 1 up")
	}
	return nil
}

// Movements lists the ledger by year; of one fonds, or zero for all.
func (c *Catalogue) Movements(ctx context.Context, sight access.Sight, fonds archive.ID) ([]archive.Movement, error) {
	var list []archive.Movement
	var m archive.Movement
	where, args := "b.fonds IN (SELECT h.id FROM holding h WHERE {holding h})", []any(nil)
	if fonds != 0 {
		where, args = where+" AND b.fonds = $1", []any{int64(fonds)}
	}
	err := listBeside(ctx, c.cat.read, besideMovement(&m), sighted(where, sight)+" ORDER BY b.year, b.fonds, b.unit, b.id", args,
		func() { list = append(list, m) })
	return list, err
}

// LedgerLine is one year of the ledger of a fonds in one unit: Opened + In − Out −
// Destroyed = Closed.
type LedgerLine struct {
	Fonds     archive.ID `json:"fonds"`
	Unit      string     `json:"unit"`
	Year      int        `json:"year"`
	Opened    int        `json:"opened"` // 上年末
	In        int        `json:"in"`     // 收进
	Out       int        `json:"out"`    // 移出
	Destroyed int        `json:"destroyed"`
	Closed    int        `json:"closed"` // 年末
}

const ledgerSums = `SELECT m.fonds, m.unit, m.year, m.kind, SUM(m.quantity) FROM movement m
	WHERE m.fonds IN (SELECT h.id FROM holding h WHERE {holding h}) AND m.fonds >= $1 AND m.fonds <= $2
	GROUP BY m.fonds, m.unit, m.year, m.kind ORDER BY m.fonds, m.unit, m.year`

// Ledger sums the ledger up to a year (zero: all) year by year, without those in which
// nothing moved; of one fonds, or zero for all. What a fonds held in the year asked for is
// the last line of its unit.
func (c *Catalogue) Ledger(ctx context.Context, sight access.Sight, fonds archive.ID, upTo int) ([]LedgerLine, error) {
	from, to := int64(fonds), int64(fonds)
	if fonds == 0 {
		to = 1<<63 - 1
	}
	var list []LedgerLine
	err := rows(ctx, c.cat.read, sighted(ledgerSums, sight), []any{from, to}, func(r *sql.Rows) error {
		var l LedgerLine
		var kind archive.MovementKind
		var n int
		if err := r.Scan(&l.Fonds, &l.Unit, &l.Year, &kind, &n); err != nil || upTo != 0 && l.Year > upTo {
			return err
		}
		if last := len(list) - 1; last < 0 || list[last].Fonds != l.Fonds || list[last].Unit != l.Unit {
			list = append(list, l)
		} else if list[last].Year != l.Year {
			l.Opened = list[last].Closed
			l.Closed = l.Opened
			list = append(list, l)
		}
		list[len(list)-1].count(kind, n)
		return nil
	})
	return list, fault("sum ledger", "", err)
}

func (l *LedgerLine) count(kind archive.MovementKind, n int) {
	switch kind {
	case archive.MovedOpening:
		l.Opened += n
		l.Closed += n
	case archive.MovedIn:
		l.In += n
		l.Closed += n
	case archive.MovedOut:
		l.Out += n
		l.Closed -= n
	case archive.MovedDestroyed:
		l.Destroyed += n
		l.Closed -= n
	}
}
