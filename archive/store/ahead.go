package store

import (
	"database/sql"
	"strings"

	"lantai/archive"
)

// aheadAtOnce is how many holdings are read ahead: enough to save statements, few enough
// to hold.
const aheadAtOnce = 500

const chainsOf = `SELECT h.id, h.parent, h.fonds, h.series, i.box, h.kind, h.access_class, h.title, h.secrecy,
		CASE WHEN h.born IN (SELECT (SELECT c.id FROM change c WHERE c.op = p.op AND c.seq = 1 AND c.noun = 'op')
			FROM pending p WHERE p.op <> {op}) THEN 1 ELSE 0 END
	FROM holding h LEFT JOIN item i ON i.id = h.id
	WHERE h.id IN ({keys}) AND h.born NOT IN (SELECT op FROM pending WHERE op <> {op})`

// ahead reads holdings that are about to be written, many by one statement; sheet and
// chain then have them. What is not there is left out. The op is written into the text,
// since {keys} are the only parameters of each.
func (t *Tx) ahead(list []archive.ID) error {
	byKind := map[archive.HoldingKind][]archive.ID{}
	if err := each(t.ctx, t.tx, strings.ReplaceAll(chainsOf, "{op}", t.op.String()), list, func(r *sql.Rows) error {
		var at chain
		var leaving bool
		var title, secrecy string
		if err := r.Scan(&at.id, nullID{&at.parent}, &at.fonds, nullID{&at.series}, nullID{&at.box}, &at.kind, &at.class, &title, &secrecy, &leaving); err != nil {
			return err
		}
		if !leaving { // chain says so when it is asked
			at.stands = standsFor(title, secrecy)
			t.chains[at.id] = at
			byKind[at.kind] = append(byKind[at.kind], at.id)
		}
		return nil
	}); err != nil {
		return fault("read holdings", "", err)
	}
	for kind, ids := range byKind {
		q := blankSheet(kind).query("h.id IN ({keys})")
		if err := each(t.ctx, t.tx, q, ids, func(r *sql.Rows) error {
			s := blankSheet(kind)
			err := r.Scan(s.targets()...)
			if code, ok := t.lifted[s.h.ID]; ok {
				s.h.Code = code
			}
			t.read[s.h.ID] = s
			return err
		}); err != nil {
			return fault("read holdings", "", err)
		}
	}
	return nil
}
