package store_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

// filledRecord is a record of a kind with something in every field that describes it.
func filledRecord(kind archive.HoldingKind, parent archive.ID) archive.Record {
	r := archive.NewRecord(kind)
	for i, b := range append(r.Common().Described(), r.Fields()...) {
		switch b.Name {
		case "code":
			_ = b.Set("K-" + string(kind))
		case "box", "scheme", "method", "access_class":
		default:
			if b.Set(fmt.Sprintf("%s %d", b.Name, i)) != nil {
				_ = b.Set(fmt.Sprint(i))
			}
		}
	}
	r.Common().Parent = parent
	return r
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// Every field of every kind is kept, changed, logged and taken back.
func TestEveryKindKeepsItsFields(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		for _, kind := range archive.Kinds() {
			parent := town.items.ID
			switch kind {
			case archive.KindFonds:
				parent = 0
			case archive.KindSeries, archive.KindDossier:
				parent = town.fonds.ID
			}
			r := filledRecord(kind, parent)
			added := w.do(func(tx *store.Tx) error { return tx.Add(r) })
			held, err := w.Record(ctx, all, r.Common().ID)
			if err != nil {
				w.Fatal(err)
			}
			if !reflect.DeepEqual(held, r) {
				w.Errorf("%s came back as %s\nwanted %s", kind, asJSON(held), asJSON(r))
			}
			many, err := w.Records(ctx, all, []archive.ID{town.fonds.ID, r.Common().ID})
			if err != nil || len(many) != 2 || !reflect.DeepEqual(many[1], r) {
				w.Errorf("%s among others: %v %v", kind, many, err)
			}
			was := asJSON(held)
			last := held.Fields()[len(held.Fields())-1]
			if err := last.Set("7"); err != nil {
				w.Fatal(err)
			}
			held.Common().Location = "一库-03-02-05-A"
			edit := w.do(func(tx *store.Tx) error { return tx.Update(held) })
			if changes := must(w.Changes(ctx, all, edit))(w); len(changes) != 1 || changes[0].Noun != string(kind) {
				w.Errorf("%s logged as %+v", kind, changes)
			}
			if _, kept, err := w.Undo(ctx, actor, edit); err != nil || len(kept) > 0 {
				w.Errorf("%s undo: %v, kept %v", kind, err, kept)
			}
			back, err := w.Record(ctx, all, r.Common().ID)
			if err != nil {
				w.Fatal(err)
			}
			back.Common().Rev = 1
			if now := asJSON(back); now != was {
				w.Errorf("%s after undo: %s\nwas %s", kind, now, was)
			}
			if _, kept, err := w.Undo(ctx, actor, added); err != nil || len(kept) > 0 {
				w.Errorf("%s undo of the adding: %v, kept %v", kind, err, kept)
			}
			if _, err := w.Record(ctx, all, r.Common().ID); archive.KindOf(err) != archive.NotFound {
				w.Errorf("%s is still there: %v", kind, err)
			}
		}
	})
}

// What a photo has besides an item stays when it is written as an item.
func TestAnItemStandsForAPhoto(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		photo := filledRecord(archive.KindPhoto, town.items.ID).(*archive.Photo)
		w.do(func(tx *store.Tx) error { return tx.Add(photo) })
		item, err := w.Item(ctx, all, photo.ID)
		if err != nil {
			w.Fatal(err)
		}
		item.Title = "县人民政府成立大会"
		w.do(func(tx *store.Tx) error { return tx.Update(&item) })
		held, err := w.Record(ctx, all, photo.ID)
		if err != nil {
			w.Fatal(err)
		}
		photo.Title, photo.Rev = item.Title, 2
		if !reflect.DeepEqual(held, photo) {
			w.Errorf("held %s\nwanted %s", asJSON(held), asJSON(photo))
		}
		w.refuses(archive.Invalid, func(tx *store.Tx) error {
			return tx.Add(&archive.Photo{Item: archive.Item{Holding: archive.Holding{Kind: archive.KindBook, Parent: town.items.ID}}})
		})
		w.refuses(archive.NotFound, func(tx *store.Tx) error {
			return tx.Update(&archive.Container{Holding: archive.Holding{ID: photo.ID, Rev: 2}})
		})
	})
}
