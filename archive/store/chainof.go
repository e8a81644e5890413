package store

import (
	"slices"

	"lantai/archive"
)

// chain is where a holding lies.
type chain struct {
	id, parent, fonds, series, box archive.ID
	kind                           archive.HoldingKind
	class                          archive.AccessClass
	year                           int
	stands                         archive.Secrecy // of the state secret that it stands for; zero: for itself
}

// sameWay tells whether two lie in the same place and are counted alike, but for the year.
func (at chain) sameWay(other chain) bool {
	at.year, at.stands = other.year, other.stands
	return at == other
}

// nodes are the counted nodes that a holding lies below, the archive among them; with
// pages, also the holding itself when it is a container, since pages may lie in it.
func (at chain) nodes(pages bool) []archive.ID {
	list := []archive.ID{0}
	for _, n := range []archive.ID{at.fonds, at.series, at.parent, at.box} {
		if n != 0 && n != at.id && !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	if pages && !at.kind.IsSingle() && !slices.Contains(list, at.id) {
		list = append(list, at.id)
	}
	return list
}

// The first change of a long undo names the op that is being undone. What that op
// added must not change until the undo is through.
const readChain = `SELECT h.id, h.parent, h.fonds, h.series, i.box, h.kind, h.access_class, h.year, h.title, h.secrecy,
		CASE WHEN h.born IN (SELECT (SELECT c.id FROM change c WHERE c.op = p.op AND c.seq = 1 AND c.noun = 'op')
			FROM pending p WHERE p.op <> $1) THEN 1 ELSE 0 END
	FROM holding h LEFT JOIN item i ON i.id = h.id
	WHERE h.id = $2 AND h.born NOT IN (SELECT op FROM pending WHERE op <> $1)`

// chain finds where a holding lies; NotFound also for what another op has pending, Busy
// for what is being undone.
func (t *Tx) chain(id archive.ID) (chain, error) {
	if at, ok := t.chains[id]; ok {
		return at, nil
	}
	var at chain
	var leaving bool
	var title, secrecy string
	err := t.tx.QueryRowContext(t.ctx, readChain, int64(t.op), int64(id)).Scan(&at.id, nullID{&at.parent}, &at.fonds,
		nullID{&at.series}, nullID{&at.box}, &at.kind, &at.class, &at.year, &title, &secrecy, &leaving)
	if err != nil {
		return chain{}, fault("find holding", id.String(), err)
	}
	if leaving {
		return chain{}, archive.Errorf(archive.Busy, "find holding", id.String(), "what added it is being undone")
	}
	at.stands = standsFor(title, secrecy)
	t.chains[id] = at
	return at, nil
}
