package arrange_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/store"
)

// model is the simplest thing that could number records: classes are slices, and a number
// is a place in one.
type model struct {
	classes map[string][]archive.ID // documents by item
	volumes map[string][]volume     // of a class of volumes
}

type volume struct {
	id    archive.ID
	items []archive.ID
}

func (m model) clone() model {
	c := model{map[string][]archive.ID{}, map[string][]volume{}}
	for k, list := range m.classes {
		c.classes[k] = slices.Clone(list)
	}
	for k, list := range m.volumes {
		for _, v := range list {
			c.volumes[k] = append(c.volumes[k], volume{v.id, slices.Clone(v.items)})
		}
	}
	return c
}

// drop takes a record out of wherever it is.
func (m model) drop(id archive.ID) {
	is := func(o archive.ID) bool { return o == id }
	for k := range m.classes {
		m.classes[k] = slices.DeleteFunc(m.classes[k], is)
	}
	for k := range m.volumes {
		for i := range m.volumes[k] {
			m.volumes[k][i].items = slices.DeleteFunc(m.volumes[k][i].items, is)
		}
	}
}

// codes says which code each record is to have, and which parent (zero: its series).
func (m model) codes() map[archive.ID]string {
	found := map[archive.ID]string{}
	for prefix, list := range m.classes {
		for i, id := range list {
			found[id] = fmt.Sprintf("%s%04d", prefix, i+1)
		}
	}
	for prefix, list := range m.volumes {
		for i, v := range list {
			code := fmt.Sprintf("%s%03d", prefix, i+1)
			found[v.id] = code
			for k, id := range v.items {
				found[id] = fmt.Sprintf("%s-%03d in %s", code, k+1, v.id)
			}
		}
	}
	return found
}

// random arranges catalogue and model alike.
type random struct {
	*world
	*rand.Rand
	m     model
	pages map[archive.ID]archive.ID // page to record
	n     int
}

func TestRandomArrangingAgreesWithAModel(t *testing.T) {
	rounds := map[string]int{"sqlite": 250, "postgres": 80}
	onBoth(t, func(w *world) {
		r := newRandom(w)
		steps := []func() archive.ID{r.insert, r.move, r.move, r.moveMany, r.reorder, r.sort, r.split, r.bind, r.bindNew, r.unbind, r.moveVolume, r.remove}
		for n := range rounds[w.Name()[len("TestRandomArrangingAgreesWithAModel/"):]] {
			before, was := r.m.clone(), w.state()
			step := r.IntN(len(steps))
			op := steps[step]()
			when := fmt.Sprintf("round %d, step %d", n, step)
			r.compare(when)
			if op == 0 || r.IntN(2) == 0 {
				continue
			}
			now, after := r.m.clone(), w.state()
			undone, kept, err := w.cat.Undo(ctx, actor, op)
			if err != nil || undone == 0 || len(kept) > 0 {
				w.Fatalf("%s: undo: kept %+v, %v", when, kept, err)
			}
			r.m = before
			r.compare(when + " undone")
			if !maps.Equal(w.state(), was) {
				w.Fatalf("%s: the undo left something", when)
			}
			if r.IntN(2) == 0 {
				if _, kept, err := w.cat.Undo(ctx, actor, undone); err != nil || len(kept) > 0 {
					w.Fatalf("%s: redo: kept %+v, %v", when, kept, err)
				}
				r.m = now
				r.compare(when + " done again")
				if !maps.Equal(w.state(), after) {
					w.Fatalf("%s: the redo differs", when)
				}
			}
		}
		if _, err := w.cat.VerifyLog(ctx); err != nil {
			t.Error(err)
		}
	})
}

const (
	modelY, modelD = "Z109-WS·2011-Y-", "Z109-WS·2011-D30-BGS-"
	modelV, modelU = "Z109-KU·2017-", "Z109-KU·2018-"
)

func newRandom(w *world) *random {
	docs, vols := w.series("Z109-WS", "item22"), w.series("Z109-KU", "vol13")
	r := &random{world: w, Rand: rand.New(rand.NewPCG(3, 5)), m: model{map[string][]archive.ID{}, map[string][]volume{}}, pages: map[archive.ID]archive.ID{}}
	for _, prefix := range []string{modelY, modelD} {
		for _, i := range w.items(docs, prefix, 7) {
			r.m.classes[prefix] = append(r.m.classes[prefix], i.ID)
		}
	}
	for n := range 4 {
		prefix := []string{modelV, modelU}[n/3]
		v, items := w.volume(vols, fmt.Sprintf("%s%03d", prefix, n%3+1), 3)
		one := volume{id: v.ID}
		for _, i := range items {
			one.items = append(one.items, i.ID)
		}
		r.m.volumes[prefix] = append(r.m.volumes[prefix], one)
	}
	w.do(func(tx *store.Tx) error { // pages stay with their records
		for i, id := range []archive.ID{r.m.classes[modelY][0], r.m.classes[modelD][3], r.m.volumes[modelV][1].items[0]} {
			f := archive.File{Path: fmt.Sprintf("%d.tif", i), Bytes: 1, Format: "tiff"}
			if err := tx.AddFile(&f); err != nil {
				return err
			}
			page := []archive.Page{{File: f.ID, Holding: id}}
			if err := tx.AddPages(page); err != nil {
				return err
			}
			r.pages[page[0].ID] = id
		}
		return nil
	})
	return r
}

func (r *random) compare(when string) {
	r.Helper()
	want := r.m.codes()
	for id, code := range want {
		h, err := r.cat.Holding(ctx, all, id)
		got := h.Code
		if err == nil && h.Parent != h.Series {
			got += " in " + h.Parent.String()
		}
		if err != nil || got != code {
			r.Fatalf("%s: %s %s, want %s, %v", when, id, got, code, err)
		}
	}
	n := 0
	for after := ""; ; n++ {
		list, err := r.cat.CodesFrom(ctx, all, "Z109-", after, 1)
		if err != nil {
			r.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		after = list[0].Code
	}
	if n != len(want)+2 { // and two series
		r.Fatalf("%s: %d records, want %d", when, n-2, len(want))
	}
	for page, id := range r.pages {
		if _, there := want[id]; !there {
			id = 0
		}
		if p, err := r.cat.Page(ctx, all, page); err != nil || p.Holding != id {
			r.Fatalf("%s: page of %s in %s, %v", when, id, p.Holding, err)
		}
	}
}

func (r *random) class() string { return []string{modelY, modelD}[r.IntN(2)] }

// someItem is any document, by item or in a volume.
func (r *random) someItem() archive.ID {
	var list []archive.ID
	for _, l := range r.m.classes {
		list = append(list, l...)
	}
	for _, l := range r.m.volumes {
		for _, v := range l {
			list = append(list, v.items...)
		}
	}
	slices.Sort(list)
	return list[r.IntN(len(list))]
}

func (r *random) someVolume() (class string, i int) {
	class = []string{modelV, modelU}[r.IntN(2)]
	if len(r.m.volumes[class]) == 0 {
		class = modelV
	}
	if len(r.m.volumes[class]) == 0 {
		return "", 0
	}
	return class, r.IntN(len(r.m.volumes[class]))
}

func (r *random) insert() archive.ID {
	class := r.class()
	at := r.IntN(len(r.m.classes[class]) + 1)
	r.n++
	i := archive.Item{Holding: archive.Holding{Code: fmt.Sprintf("%s%04d", class, at+1), Title: fmt.Sprint("新 ", r.n)}}
	plan, err := r.a.Insert(ctx, &i)
	op := r.carry(plan, err)
	r.m.classes[class] = slices.Insert(r.m.classes[class], at, i.ID)
	return op
}

func (r *random) move() archive.ID { return r.moveSome([]archive.ID{r.someItem()}) }

func (r *random) moveMany() archive.ID {
	var ids []archive.ID
	for range 2 + r.IntN(4) {
		if id := r.someItem(); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return r.moveSome(ids)
}

func (r *random) moveSome(ids []archive.ID) archive.ID {
	class := r.class()
	list := r.m.classes[class]
	to := arrange.To{Before: 1 + r.IntN(len(list)+2), End: r.IntN(4) == 0}
	plan, err := r.a.Move(ctx, ids, class, to)
	op := r.carry(plan, err)
	var anchor archive.ID
	for i, id := range list {
		if !to.End && i+1 >= to.Before && !slices.Contains(ids, id) {
			anchor = id
			break
		}
	}
	for _, id := range ids {
		r.m.drop(id)
	}
	list = r.m.classes[class]
	at := slices.Index(list, anchor)
	if at < 0 {
		at = len(list)
	}
	r.m.classes[class] = slices.Insert(list, at, ids...)
	return op
}

func (r *random) reorder() archive.ID {
	class := r.class()
	order := slices.Clone(r.m.classes[class])
	r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	plan, err := r.a.Reorder(ctx, class, order)
	op := r.carry(plan, err)
	r.m.classes[class] = order
	return op
}

func (r *random) sort() archive.ID {
	class := r.class()
	op := r.carry(r.a.Renumber(ctx, class, arrange.ByDate))
	slices.SortStableFunc(r.m.classes[class], func(a, b archive.ID) int {
		x, _ := r.cat.Holding(ctx, all, a)
		y, _ := r.cat.Holding(ctx, all, b)
		return compareDates(x.Date, y.Date)
	})
	return op
}

func compareDates(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (r *random) split() archive.ID {
	class, i := r.someVolume()
	if class == "" || len(r.m.volumes[class][i].items) < 2 {
		return 0
	}
	items := r.m.volumes[class][i].items
	from := 1 + r.IntN(len(items)-1)
	plan, err := r.a.Split(ctx, fmt.Sprintf("%s%03d", class, i+1), from+1, "下册", false)
	op := r.carry(plan, err)
	fresh := volume{r.idOf(class, i+1), slices.Clone(items[from:])}
	r.m.volumes[class][i].items = slices.Clone(items[:from])
	r.m.volumes[class] = slices.Insert(r.m.volumes[class], i+1, fresh)
	return op
}

// idOf is the volume that has a place now.
func (r *random) idOf(class string, i int) archive.ID {
	h, err := r.cat.HoldingByCode(ctx, all, fmt.Sprintf("%s%03d", class, i+1))
	if err != nil {
		r.Fatal(err)
	}
	return h.ID
}

func (r *random) bind() archive.ID {
	class, i := r.someVolume()
	if class == "" {
		return 0
	}
	id := r.someItem()
	plan, err := r.a.Bind(ctx, []archive.ID{id}, fmt.Sprintf("%s%03d", class, i+1), arrange.NewVolume{})
	op := r.carry(plan, err)
	r.m.drop(id)
	r.m.volumes[class][i].items = append(r.m.volumes[class][i].items, id)
	return op
}

func (r *random) bindNew() archive.ID {
	class := []string{modelV, modelU}[r.IntN(2)]
	list := r.m.volumes[class]
	if len(list) > 5 {
		return 0
	}
	ids := []archive.ID{r.someItem()}
	if id := r.someItem(); id != ids[0] {
		ids = append(ids, id)
	}
	at := r.IntN(len(list) + 1)
	plan, err := r.a.Bind(ctx, ids, "", arrange.NewVolume{Class: class, Title: "新卷", To: arrange.To{Before: at + 1}})
	op := r.carry(plan, err)
	for _, id := range ids {
		r.m.drop(id)
	}
	r.m.volumes[class] = slices.Insert(r.m.volumes[class], at, volume{r.idOf(class, at), ids})
	return op
}

func (r *random) unbind() archive.ID {
	class, i := r.someVolume()
	if class == "" {
		return 0
	}
	into := r.class()
	plan, err := r.a.Unbind(ctx, fmt.Sprintf("%s%03d", class, i+1), into)
	op := r.carry(plan, err)
	r.m.classes[into] = append(r.m.classes[into], r.m.volumes[class][i].items...)
	r.m.volumes[class] = slices.Delete(r.m.volumes[class], i, i+1)
	return op
}

func (r *random) moveVolume() archive.ID {
	class, i := r.someVolume()
	if class == "" {
		return 0
	}
	to := []string{modelV, modelU}[r.IntN(2)]
	v := r.m.volumes[class][i]
	plan, err := r.a.Move(ctx, []archive.ID{v.id}, to, arrange.To{End: true})
	op := r.carry(plan, err)
	r.m.volumes[class] = slices.Delete(r.m.volumes[class], i, i+1)
	r.m.volumes[to] = append(r.m.volumes[to], v)
	return op
}

// remove takes the last document of a class away, with its pages.
func (r *random) remove() archive.ID {
	class := r.class()
	list := r.m.classes[class]
	if len(list) < 4 {
		return 0
	}
	h, err := r.cat.Holding(ctx, all, list[len(list)-1])
	if err != nil {
		r.Fatal(err)
	}
	op, err := r.cat.Do(ctx, actor, archive.OpHoldingRemove, func(tx *store.Tx) error { _, _, err := tx.RemoveTree([]archive.Holding{h}); return err })
	if err != nil {
		r.Fatal(err)
	}
	r.m.classes[class] = list[:len(list)-1]
	return op
}
