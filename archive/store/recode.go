package store

import (
	"database/sql"
	"errors"

	"lantai/archive"
)

// MostRecoded is how many records one Recode may change, and one removal take with it: an
// undo puts all of them back in one transaction, and others wait meanwhile.
const MostRecoded = mostRest

const liftCodes = `UPDATE holding SET code = '' WHERE id IN ({keys})`

// Recode is Update for many at once, whose codes may pass from one to another (A becomes
// B while B becomes A). Whether their classes may still be arranged is the caller's to
// have asked. All is done or, with the error, the transaction has to be given up.
//
// A code stands once at every moment of the transaction: those that change are lifted
// first, all together, since empty codes may stand any number of times, and are laid down
// anew one by one.
func (t *Tx) Recode(list []archive.Record) error {
	const doing = "change codes"
	if err := t.settled(doing); err != nil {
		return err
	}
	if len(list) > MostRecoded {
		return archive.Errorf(archive.Invalid, doing, "", "%d records; %d can be changed at once", len(list), MostRecoded)
	}
	olds, news := make([]sheet, len(list)), make([]sheet, len(list))
	var changing []archive.ID
	var coded []sheet
	for i, r := range list {
		var err error
		if i%aheadAtOnce == 0 {
			if err := t.ahead(idsOfRecords(list[i:min(i+aheadAtOnce, len(list))])); err != nil {
				return err
			}
		}
		if olds[i], news[i], err = t.rewritten(doing, r); err != nil {
			return err
		}
		if h := olds[i].h; h.Code != news[i].h.Code {
			changing, coded = append(changing, h.ID), append(coded, news[i])
			t.lifted[h.ID] = h.Code
		}
	}
	if err := t.liftCodes(changing); err != nil {
		return fault(doing, "", err)
	}
	if err := t.codesFree(doing, coded); err != nil {
		return err
	}
	for i := range news {
		if err := t.replaceHolding(doing, olds[i], news[i]); err != nil {
			return err
		}
	}
	return nil
}

func idsOfRecords(list []archive.Record) []archive.ID {
	all := make([]archive.ID, len(list))
	for i, r := range list {
		all[i] = r.Common().ID
	}
	return all
}

// liftCodes takes the codes off holdings. Tx.lifted has them meanwhile.
func (t *Tx) liftCodes(changing []archive.ID) error {
	return each(t.ctx, t.tx, liftCodes, changing, func(*sql.Rows) error { return nil })
}

// rewritten reads the holding as it stands and completes a record that is to replace it.
func (t *Tx) rewritten(doing string, r archive.Record) (old, s sheet, err error) {
	h := r.Common()
	if old, err = t.sheet(h.ID); err != nil {
		return sheet{}, sheet{}, err
	}
	switch {
	case !fitsKind(r, old.h.Kind):
		return sheet{}, sheet{}, archive.Errorf(archive.NotFound, doing, h.ID.String(), "it is a %s", old.h.Kind)
	case old.h.Rev != h.Rev:
		return sheet{}, sheet{}, archive.Errorf(archive.Conflict, doing, old.h.Code, "changed since it was read")
	}
	h.Kind = old.h.Kind
	s = sheetOf(r)
	s.complete(old)
	if !s.h.Kind.IsSingle() && s.h.Parent != old.h.Parent {
		return sheet{}, sheet{}, archive.Errorf(archive.Invalid, doing, old.h.Code, "a %s stays where it is", s.h.Kind)
	}
	return old, s, nil
}

// stuck is the error of an undo that has found a holding in its way; taken up again, the
// undo leaves it alone.
type stuck struct{ id archive.ID }

// Error gives the English form.
func (s stuck) Error() string { return "cannot be taken back: " + s.id.String() }

// recoded is a change of code that an undo takes back.
type recoded struct{ from, to string } // as it is, as it was

const codeHolders = `SELECT h.code, h.id FROM holding h WHERE h.code IN ({keys}) AND h.code <> ''`

// liftForUndo lifts the codes that an undo changes, so that they may pass from one to
// another: those of records that are as the op left them and that get a code which is
// free, or is freed by the undo itself.
func (t *Tx) liftForUndo(changes []archive.Change, spared map[archive.ID]bool) error {
	list, going, err := t.recodedBy(changes, spared)
	if err != nil || len(list) == 0 {
		return err
	}
	wanted := make([]string, 0, len(list))
	for _, r := range list {
		if r.to != "" {
			wanted = append(wanted, r.to)
		}
	}
	holder := make(map[string]archive.ID, len(wanted))
	if err := each(t.ctx, t.tx, codeHolders, wanted, func(r *sql.Rows) error {
		var code string
		var id archive.ID
		err := r.Scan(&code, &id)
		holder[code] = id
		return err
	}); err != nil {
		return err
	}
	for again := true; again; {
		again = false
		for id, r := range list {
			at, held := holder[r.to]
			if _, frees := list[at]; held && !frees && !going[at] {
				delete(list, id)
				again = true
			}
		}
	}
	var changing []archive.ID
	for id, r := range list {
		changing = append(changing, id)
		t.lifted[id] = r.from
	}
	return t.liftCodes(changing)
}

// recodedBy finds the changes of code that an undo may take back, and the holdings that the
// op added, which go.
func (t *Tx) recodedBy(changes []archive.Change, spared map[archive.ID]bool) (list map[archive.ID]recoded, going map[archive.ID]bool, err error) {
	list, going = map[archive.ID]recoded{}, map[archive.ID]bool{}
	for i, ch := range changes {
		if i%aheadAtOnce == 0 {
			if err := t.aheadOf(changes[i:min(i+aheadAtOnce, len(changes))]); err != nil {
				return nil, nil, err
			}
		}
		if !isHolding(ch.Noun) || spared[ch.ID] {
			continue
		}
		if ch.Before == "" && ch.After != "" {
			going[ch.ID] = true
		}
		if ch.Before == "" || ch.After == "" {
			continue
		}
		var was archive.Holding
		if _, err := (columns{{"code", &was.Code}}).apply(ch.Before); err != nil {
			return nil, nil, err
		}
		now := archive.Holding{}
		if which, err := (columns{{"code", &now.Code}}).apply(ch.After); err != nil || len(which) == 0 {
			if err != nil {
				return nil, nil, err
			}
			continue
		}
		s, err := t.sheet(ch.ID)
		if archive.KindOf(err) == archive.NotFound {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		same, err := s.columns().match(ch.After)
		if err != nil {
			return nil, nil, err
		}
		if same {
			list[ch.ID] = recoded{now.Code, was.Code}
		}
	}
	return list, going, nil
}

// again tells whether an undo was stuck, and notes what at.
func again(err error, spared map[archive.ID]bool) bool {
	at, ok := errors.AsType[stuck](err)
	if !ok || spared[at.id] {
		return false
	}
	spared[at.id] = true
	return true
}
