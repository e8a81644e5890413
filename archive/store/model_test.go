package store_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// model is the simplest thing that could hold a catalogue: what the store says is
// compared with it.
type model struct {
	items  map[archive.ID]archive.Item // without Rev
	placed map[archive.ID][]archive.ID // pages of a holding, in order
	stage  map[archive.ID]archive.Stage
	found  map[archive.ID]bool
	text   map[archive.ID]string
	class  map[archive.ID]archive.AccessClass // of pages
	pages  []archive.ID
}

func (m *model) clone() *model {
	c := &model{items: maps.Clone(m.items), placed: map[archive.ID][]archive.ID{}, stage: maps.Clone(m.stage), found: maps.Clone(m.found),
		text: maps.Clone(m.text), class: maps.Clone(m.class), pages: slices.Clone(m.pages)}
	for h, p := range m.placed {
		c.placed[h] = slices.Clone(p)
	}
	return c
}

func (m *model) holdingOf(page archive.ID) archive.ID {
	for h, list := range m.placed {
		if slices.Contains(list, page) {
			return h
		}
	}
	return 0
}

func (m *model) take(page archive.ID) {
	h := m.holdingOf(page)
	m.placed[h] = slices.DeleteFunc(m.placed[h], func(p archive.ID) bool { return p == page })
}

func TestRandomWorkAgreesWithAModel(t *testing.T) {
	onBoth(t, func(w *world) {
		rounds := 400
		if w.opt.Postgres != "" {
			rounds = 120
		}
		r := &random{world: w, Rand: rand.New(rand.NewPCG(7, 11)), town: w.town(), m: &model{
			items: map[archive.ID]archive.Item{}, placed: map[archive.ID][]archive.ID{}, stage: map[archive.ID]archive.Stage{},
			found: map[archive.ID]bool{}, text: map[archive.ID]string{}, class: map[archive.ID]archive.AccessClass{}}}
		r.m.pages = w.pages(r.town, "m.tif", 12, 0)
		for _, p := range r.m.pages {
			r.m.stage[p] = archive.StageReceived
		}
		steps := []func() archive.ID{r.addItem, r.changeItem, r.changeItem, r.linkPages, r.linkPages, r.unlinkPages, r.refusePage, r.retryPages,
			r.removeItem, r.correctText, r.moveOn, r.moveOn, r.drainFeed}
		for n := range rounds {
			before := r.m.clone()
			step := r.IntN(len(steps))
			op := steps[step]()
			r.compare(fmt.Sprintf("round %d, step %d", n, step))
			if undoable := step < 9; undoable && op != 0 && r.IntN(3) == 0 {
				undone, kept, err := w.Undo(ctx, actor, op)
				if err != nil || undone == 0 || len(kept) > 0 {
					t.Fatalf("round %d: undo of step %d: %s, kept %+v, %v", n, step, undone, kept, err)
				}
				r.m = before
				r.compare(fmt.Sprintf("round %d, step %d undone", n, step))
			}
			if t.Failed() {
				return
			}
		}
		if _, err := w.VerifyLog(ctx); err != nil {
			t.Error(err)
		}
	})
}

// random does random work on store and model alike.
type random struct {
	*world
	*rand.Rand
	town town
	m    *model
	n    int
}

func (r *random) someItem() (archive.Item, bool) {
	ids := slices.Sorted(maps.Keys(r.m.items))
	if len(ids) == 0 {
		return archive.Item{}, false
	}
	return must(r.Item(ctx, all, ids[r.IntN(len(ids))]))(r.world), true
}

func (r *random) somePages() []archive.ID {
	list := slices.Clone(r.m.pages)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list[:1+r.IntN(4)]
}

func (r *random) vary(i *archive.Item) {
	i.Title = string(rune('一' + r.IntN(50)))
	i.Year, i.Access = 1950+r.IntN(3), archive.AccessClass(r.IntN(3))
	i.Parent = []archive.ID{r.town.items.ID, r.town.volume.ID, r.town.vols.ID}[r.IntN(3)]
	i.Box = []archive.ID{0, r.town.box.ID}[r.IntN(2)]
}

func (r *random) keep(i archive.Item) {
	i.Rev = 0
	r.m.items[i.ID] = i
	for _, p := range r.m.placed[i.ID] {
		r.m.class[p] = i.Access
	}
}

func (r *random) addItem() archive.ID {
	r.n++
	i := archive.Item{Holding: archive.Holding{Code: fmt.Sprintf("M-%d", r.n)}}
	r.vary(&i)
	op := r.do(func(tx *store.Tx) error { return tx.AddItem(&i) })
	r.keep(i)
	return op
}

func (r *random) changeItem() archive.ID {
	i, ok := r.someItem()
	if !ok {
		return 0
	}
	r.vary(&i)
	op := r.do(func(tx *store.Tx) error { return tx.Update(&i) })
	r.keep(i)
	return op
}

func (r *random) removeItem() archive.ID {
	i, ok := r.someItem()
	if !ok || len(r.m.placed[i.ID]) > 0 {
		return 0
	}
	op := r.do(func(tx *store.Tx) error { return tx.Remove(i.ID, i.Rev) })
	delete(r.m.items, i.ID)
	return op
}

func (r *random) linkPages() archive.ID {
	i, ok := r.someItem()
	if !ok {
		return 0
	}
	pages := r.somePages()
	op := r.do(func(tx *store.Tx) error { return tx.LinkPages(pages, i.ID) })
	for _, p := range pages {
		r.m.take(p)
	}
	r.m.placed[i.ID] = append(r.m.placed[i.ID], pages...)
	for _, p := range pages {
		r.m.class[p] = i.Access
	}
	return op
}

func (r *random) unlinkPages() archive.ID {
	pages := r.somePages()
	op := r.do(func(tx *store.Tx) error { return tx.UnlinkPages(pages) })
	for _, p := range pages {
		r.m.take(p)
	}
	return op
}

func (r *random) refusePage() archive.ID {
	p := r.somePages()[0]
	op := r.do(func(tx *store.Tx) error { return tx.RefusePage(p, archive.ReasonEngine, fmt.Sprint(r.IntN(99))) })
	r.m.stage[p] = archive.StageRefused
	return op
}

func (r *random) retryPages() archive.ID {
	pages := r.somePages()
	op := r.do(func(tx *store.Tx) error { _, err := tx.Retry(pages); return err })
	for _, p := range pages {
		if r.m.stage[p] == archive.StageRefused {
			r.m.stage[p] = archive.StageReceived
		}
	}
	return op
}

func (r *random) correctText() archive.ID {
	p, text := r.somePages()[0], string(rune('甲'+r.IntN(20)))
	if err := r.Correct(ctx, actor, p, text); err != nil {
		r.Fatal(err)
	}
	r.m.text[p] = text
	return 0
}

func (r *random) moveOn() archive.ID {
	for _, p := range r.somePages() {
		if r.m.stage[p] == archive.StageReceived {
			r.recognise("文", p)
			r.m.stage[p] = archive.StageRecognised
			if _, ok := r.m.text[p]; !ok {
				r.m.text[p] = "文"
			}
		}
	}
	return 0
}

// drainFeed checks on the way that the feed gives the newest of everything.
func (r *random) drainFeed() archive.ID {
	for {
		f := must(r.IndexFeed(ctx, 5))(r.world)
		if f.Empty() {
			return 0
		}
		for _, p := range f.Batch.Pages {
			i := r.m.items[r.m.holdingOf(p.ID)]
			if p.Text != r.m.text[p.ID] || p.Item != i.ID || p.Title != i.Title || p.Year != i.Year || p.Access != r.m.class[p.ID] {
				r.Errorf("feed %+v of item %+v", p, i)
			}
			r.m.found[p.ID] = true
			if r.m.stage[p.ID] == archive.StageRecognised {
				r.m.stage[p.ID] = archive.StageIndexed
			}
		}
		must(r.Indexed(ctx, f))(r.world)
	}
}

// compare reads everything there is and counts it anew.
func (r *random) compare(when string) {
	r.Helper()
	for _, sight := range []access.Sight{all, access.Only(0, 2)} {
		want := map[archive.ID]store.Count{}
		for _, node := range []archive.ID{0, r.town.fonds.ID, r.town.items.ID, r.town.vols.ID, r.town.volume.ID, r.town.box.ID} {
			want[node] = store.Count{Holdings: map[archive.HoldingKind]int{}}
		}
		add := func(i archive.Item, fn func(*store.Count)) {
			nodes := []archive.ID{0, i.Fonds, i.Series, i.Parent}
			if i.Box != 0 {
				nodes = append(nodes, i.Box)
			}
			slices.Sort(nodes)
			for _, node := range slices.Compact(nodes) {
				c := want[node]
				fn(&c)
				want[node] = c
			}
		}
		for id, i := range r.m.items {
			got, err := r.Item(ctx, sight, id)
			got.Rev = 0
			if sees := sight.SeesRow(access.Record{Class: i.Access}); sees != (err == nil) || sees && got != i {
				r.Fatalf("%s: got %+v, %v, want %+v", when, got, err, i)
			}
			if sight.SeesRow(access.Record{Class: i.Access}) {
				add(i, func(c *store.Count) { c.Holdings[archive.KindItem]++ })
			}
		}
		totals := store.Totals{Stages: map[archive.Stage]int{}}
		for _, p := range r.m.pages {
			if !sight.SeesPage(access.Record{Class: r.m.class[p]}) {
				continue
			}
			totals.Pages++
			totals.Stages[r.m.stage[p]]++
			if r.m.found[p] {
				totals.Searchable++
			}
			if h := r.m.holdingOf(p); h == 0 {
				totals.Unlinked++
			} else {
				add(r.m.items[h], func(c *store.Count) { c.Pages++ })
			}
		}
		r.compareCounts(when, sight, want, totals)
	}
	for h, pages := range r.m.placed {
		if got := r.places(h); !slices.Equal(got, pages) {
			r.Fatalf("%s: pages of %s: got %v, want %v", when, h, got, pages)
		}
	}
	for _, p := range r.m.pages {
		text, err := r.Text(ctx, all, p)
		if want, ok := r.m.text[p]; ok != (err == nil) || text.Text() != want {
			r.Fatalf("%s: text of %s: got %q, %v, want %q", when, p, text.Text(), err, want)
		}
	}
}

func (r *random) compareCounts(when string, sight access.Sight, want map[archive.ID]store.Count, totals store.Totals) {
	r.Helper()
	got := must(r.ChildCounts(ctx, sight, slices.Collect(maps.Keys(want))))(r.world)
	for node, c := range want {
		if got[node].Pages+0 != c.Pages && node != 0 || got[node].Holdings[archive.KindItem] != c.Holdings[archive.KindItem] {
			r.Fatalf("%s: counts of %s: got %+v, want %+v", when, node, got[node], c)
		}
	}
	sum := must(r.Totals(ctx, sight, 0))(r.world)
	maps.DeleteFunc(sum.Stages, func(_ archive.Stage, n int) bool { return n == 0 })
	sum.Fonds, sum.Items = 0, 0
	if !equalJSON(sum, totals) {
		r.Fatalf("%s: totals: got %+v, want %+v", when, sum, totals)
	}
}
