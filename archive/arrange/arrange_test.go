package arrange_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// One of 300 mixed entries goes from 定期30年 to 永久: both classes are renumbered while they
// are arranged; once they are filed the same is refused, and what comes late comes last.
func TestOneOfThreeHundredGoesToAnotherRetention(t *testing.T) {
	onBoth(t, func(w *world) {
		s := w.series("Z109-WS", "item22")
		const d30, y = "Z109-WS·2011-D30-BGS-", "Z109-WS·2011-Y-BGS-"
		short, long := w.items(s, d30, 180), w.items(s, y, 120)
		mover := short[49] // of the same day as number 50 of the other class
		before := w.state()
		plan, err := w.a.Move(ctx, []archive.ID{mover.ID}, y, arrange.To{})
		if err != nil || len(plan.Refused) > 0 {
			t.Fatalf("%+v, %v", plan, err)
		}
		if after := w.state(); !maps.Equal(after, before) {
			t.Fatal("the preview changed something")
		}
		// 130 close up behind it, 70 move up behind where its date puts it, and it moves itself.
		if len(plan.Moves) != 130+70+1 || plan.Kind != archive.OpCodeMove {
			t.Fatalf("%d moves, %s", len(plan.Moves), plan.Kind)
		}
		at := slices.IndexFunc(plan.Moves, func(m arrange.Move) bool { return m.ID == mover.ID })
		if m := plan.Moves[at]; m.Old != d30+"0050" || m.New != y+"0051" || !slices.Contains(m.Changed, arrange.Changed{Field: "retention", Old: "D30", New: "Y"}) {
			t.Fatalf("%+v", m)
		}
		op := w.carry(plan, nil)
		for code, id := range map[string]archive.ID{y + "0051": mover.ID, y + "0050": long[49].ID, y + "0052": long[50].ID, y + "0121": long[119].ID,
			d30 + "0049": short[48].ID, d30 + "0050": short[50].ID, d30 + "0179": short[179].ID} {
			if h, err := w.cat.HoldingByCode(ctx, all, code); err != nil || h.ID != id {
				t.Errorf("%s is %s, %v", code, h.Title, err)
			}
		}
		got, err := w.cat.Item(ctx, all, mover.ID)
		if err != nil || got.Retention != "Y" || got.Number != "0051" {
			t.Errorf("%+v, %v", got, err)
		}
		w.undo(op)
		if after := w.state(); !maps.Equal(after, before) {
			t.Fatal("the undo left something")
		}

		w.carry(w.a.File(ctx, []string{d30, y}))
		plan, err = w.a.Move(ctx, []archive.ID{mover.ID}, y, arrange.To{})
		w.refused(arrange.IsFiled, "", plan, err)
		if after := w.state(); !maps.Equal(after, before) {
			t.Fatal("what was refused changed something")
		}
		if err := w.a.MayAdd(ctx, s, scheme(t, s), y+"0100"); archive.KindOf(err) != archive.NotAllowed {
			t.Errorf("a number inside a filed class: %v", err)
		} else if p, ok := errors.AsType[refcode.Problems](err); !ok || p[0].Want != y+"0121" {
			t.Errorf("%v", err)
		}
		if err := w.a.MayAdd(ctx, s, scheme(t, s), y+"0121"); err != nil {
			t.Errorf("the number at the end: %v", err)
		}
	})
}

func scheme(t *testing.T, s archive.Series) refcode.Scheme {
	t.Helper()
	v, err := refcode.Read(s.Scheme)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestInsertMovesUpAsFarAsNumbersAreTaken(t *testing.T) {
	onBoth(t, func(w *world) {
		s := w.series("Z109-WS", "item22")
		const y = "Z109-WS·2011-Y-"
		items := w.items(s, y, 8)
		w.do(func(tx *store.Tx) error { // 4 is free, 6 is vacant for good
			for _, i := range []int{3, 5} {
				if err := tx.Remove(items[i].ID, items[i].Rev); err != nil {
					return err
				}
			}
			return nil
		})
		if _, err := w.a.Note(ctx, actor, y+"0006", "作废"); err != nil {
			t.Fatal(err)
		}
		before := w.state()
		put := func(code string) archive.ID {
			t.Helper()
			plan, err := w.a.Insert(ctx, &archive.Item{Holding: archive.Holding{Code: code, Title: "新"}})
			return w.carry(plan, err)
		}
		first := put(y + "0002")
		same(t, w.titles(y), "1 "+y+" 之 1", "2 新", "3 "+y+" 之 2", "4 "+y+" 之 3", "5 "+y+" 之 5", "7 "+y+" 之 7", "8 "+y+" 之 8")
		second := put(y + "0005")
		same(t, w.titles(y), "1 "+y+" 之 1", "2 新", "3 "+y+" 之 2", "4 "+y+" 之 3", "5 新", "7 "+y+" 之 5", "8 "+y+" 之 7", "9 "+y+" 之 8")
		plan, err := w.a.Insert(ctx, &archive.Item{Holding: archive.Holding{Code: y + "0006", Title: "新"}})
		w.refused(arrange.IsVacant, "", plan, err)
		w.undo(second)
		w.undo(first)
		if !maps.Equal(w.state(), before) {
			t.Error("the undo left something")
		}
		w.carry(w.a.Renumber(ctx, y, arrange.ByNumber))
		same(t, w.titles(y), "1 "+y+" 之 1", "2 "+y+" 之 2", "3 "+y+" 之 3", "4 "+y+" 之 5", "5 "+y+" 之 7", "7 "+y+" 之 8")
	})
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Fatalf("%q,\nwant %q", got, want)
	}
}

func TestSplitBindUnbind(t *testing.T) {
	onBoth(t, func(w *world) {
		s := w.series("Z109-KU", "vol13")
		const class = "Z109-KU·2017-"
		v1, in1 := w.volume(s, class+"001", 4)
		v2, in2 := w.volume(s, class+"002", 2)
		w.carry(w.a.Renumber(ctx, class+"001-", arrange.ByNumber)) // nothing to do is no op
		before := w.state()

		split := w.carry(w.a.Split(ctx, v1.Code, 3, "下册", false))
		made, err := w.cat.HoldingByCode(ctx, all, class+"002")
		if err != nil || made.Title != "下册" || made.Kind != archive.KindVolume || made.Retention != "永久" {
			t.Fatalf("%+v, %v", made, err)
		}
		for id, want := range map[archive.ID]string{v1.ID: class + "001", v2.ID: class + "003", in1[1].ID: class + "001-002", in1[2].ID: class + "002-001",
			in1[3].ID: class + "002-002", in2[0].ID: class + "003-001", in2[1].ID: class + "003-002"} {
			if got := w.code(id); got != want {
				t.Errorf("%s, want %s", got, want)
			}
		}
		moved, _ := w.cat.Item(ctx, all, in1[2].ID)
		old, _ := w.cat.Container(ctx, all, v1.ID)
		fresh, _ := w.cat.Container(ctx, all, made.ID)
		if moved.Parent != made.ID || moved.PageNo != "1-2" || moved.Number != "001" || old.ItemCount != 2 || old.PageCount != 4 || fresh.ItemCount != 2 || fresh.PageCount != 4 || fresh.Number != "002" {
			t.Errorf("%+v\n%+v\n%+v", moved, old, fresh)
		}

		bind := w.carry(w.a.Bind(ctx, []archive.ID{in2[1].ID, in1[0].ID}, made.Code, arrange.NewVolume{}))
		if got := w.code(in2[1].ID) + " " + w.code(in1[0].ID) + " " + w.code(in1[1].ID); got != class+"002-003 "+class+"002-004 "+class+"001-001" {
			t.Error(got)
		}
		first, _ := w.cat.Item(ctx, all, in1[1].ID)
		if first.PageNo != "1-2" {
			t.Errorf("what is now first begins at page 1: %+v", first)
		}

		unbind := w.carry(w.a.Unbind(ctx, made.Code, class+"001-"))
		if _, err := w.cat.Holding(ctx, all, made.ID); archive.KindOf(err) != archive.NotFound {
			t.Errorf("the volume is there: %v", err)
		}
		if got := w.code(v2.ID) + " " + w.code(in2[0].ID) + " " + w.code(in1[0].ID); got != class+"002 "+class+"002-001 "+class+"001-005" {
			t.Error(got)
		}
		for _, op := range []archive.ID{unbind, bind, split} {
			w.undo(op)
		}
		if !maps.Equal(w.state(), before) {
			t.Error("the undo left something")
		}
	})
}

func TestItemsAreBoundIntoANewVolumeOfAnotherSeries(t *testing.T) {
	onBoth(t, func(w *world) {
		byItem, byVolume := w.series("Z109-WS", "item22"), w.series("Z109-ZY", "vol13")
		items := w.items(byItem, "Z109-WS·2011-Y-", 5)
		w.volume(byVolume, "Z109-ZY·2011-001", 1)
		before := w.state()
		op := w.carry(w.a.Bind(ctx, []archive.ID{items[3].ID, items[1].ID}, "", arrange.NewVolume{Class: "Z109-ZY·2011-", Title: "专卷", To: arrange.To{Before: 1}}))
		if got := w.code(items[3].ID) + " " + w.code(items[1].ID) + " " + w.code(items[4].ID); got != "Z109-ZY·2011-001-001 Z109-ZY·2011-001-002 Z109-WS·2011-Y-0003" {
			t.Error(got)
		}
		if i, _ := w.cat.Item(ctx, all, items[3].ID); i.Series != byVolume.ID {
			t.Errorf("%+v", i)
		}
		w.undo(op)
		if !maps.Equal(w.state(), before) {
			t.Error("the undo left something")
		}
	})
}

func TestWhatIsNotArrangedSo(t *testing.T) {
	onBoth(t, func(w *world) {
		docs, photos, vols := w.series("Z109-WS", "item22"), w.series("Z109-ZP", "item22"), w.series("Z109-KU", "vol13")
		items := w.items(docs, "Z109-WS·2011-Y-", 3)
		w.items(photos, "Z109-ZP·2011-Y-", 2)
		v, inside := w.volume(vols, "Z109-KU·2017-001", 2)
		plan, err := w.a.Move(ctx, []archive.ID{items[0].ID}, "Z109-ZP·2011-Y-", arrange.To{End: true})
		w.refused(arrange.OtherKind, "photo", plan, err)
		plan, err = w.a.Move(ctx, []archive.ID{v.ID}, "Z109-WS·2011-Y-", arrange.To{End: true})
		w.refused(arrange.OtherKind, "", plan, err)
		w.do(func(tx *store.Tx) error {
			return tx.AddItem(&archive.Item{Holding: archive.Holding{Kind: archive.KindPhoto, Parent: inside[0].ID, Code: inside[0].Code + "-01"}})
		})
		plan, err = w.a.Move(ctx, []archive.ID{inside[0].ID}, "Z109-WS·2011-Y-", arrange.To{End: true})
		w.refused(arrange.HoldsOthers, "", plan, err)
		for name, try := range map[string]func() (*arrange.Plan, error){
			"split off all": func() (*arrange.Plan, error) { return w.a.Split(ctx, v.Code, 1, "下册", false) },
			"insert untitled": func() (*arrange.Plan, error) {
				return w.a.Insert(ctx, &archive.Item{Holding: archive.Holding{Code: "Z109-WS·2011-Y-0001"}})
			},
			"insert undated": func() (*arrange.Plan, error) {
				return w.a.Insert(ctx, &archive.Item{Holding: archive.Holding{Code: "Z109-WS·2011-Y-0001", Title: "题", Date: "二月"}})
			},
			"split without":     func() (*arrange.Plan, error) { return w.a.Split(ctx, v.Code, 2, " ", false) },
			"split an item":     func() (*arrange.Plan, error) { return w.a.Split(ctx, items[0].Code, 2, "下册", false) },
			"order without one": func() (*arrange.Plan, error) { return w.a.Reorder(ctx, "Z109-WS·2011-Y-", []archive.ID{items[0].ID}) },
			"no reason":         func() (*arrange.Plan, error) { return w.a.Correct(ctx, items[0].ID, "Z109-WS·2011-Y-0009", " ") },
		} {
			if _, err := try(); archive.KindOf(err) != archive.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.a.Class(ctx, "Z109-XX·2011-Y-"); archive.KindOf(err) != archive.NotFound {
			t.Errorf("%v", err)
		}
	})
}

func TestGapsAndFiling(t *testing.T) {
	onBoth(t, func(w *world) {
		s := w.series("Z109-WS", "item22")
		const y = "Z109-WS·2011-Y-"
		items := w.items(s, y, 9)
		w.items(s, y+"BGS-", 2) // begins alike, and is another class
		w.do(func(tx *store.Tx) error {
			for _, i := range []int{0, 3, 4, 6} {
				if err := tx.Remove(items[i].ID, items[i].Rev); err != nil {
					return err
				}
			}
			return tx.AddItem(&archive.Item{Holding: archive.Holding{Parent: s.ID, Code: y + "00009"}})
		})
		list, err := w.a.Numberings(ctx, "Z109", func(int) {})
		if err != nil || len(list) != 2 {
			t.Fatalf("%+v, %v", list, err)
		}
		n := list[0]
		want := []arrange.Span{{From: y + "00001", To: y + "00001", N: 1}, {From: y + "00004", To: y + "00005", N: 2}, {From: y + "00007", To: y + "00007", N: 1}}
		if n.Prefix != y || !slices.Equal(n.Gaps, want) || len(n.Twice) != 1 || !slices.Equal(n.Twice[0].Codes, []string{y + "0009", y + "00009"}) || len(n.Widths) != 2 || n.N != 6 {
			t.Fatalf("%+v", n)
		}
		if !list[1].Sound() || list[1].Next != y+"BGS-0003" {
			t.Errorf("%+v", list[1])
		}
		plan, err := w.a.File(ctx, []string{y})
		w.refused(arrange.GapsLeft, y+"00001", plan, err)
		w.carry(w.a.Renumber(ctx, y, arrange.ByNumber))
		c, err := w.a.Class(ctx, y)
		if err != nil || len(c.Entries) != 6 || c.Entries[5].Code != y+"00006" {
			t.Fatalf("%+v, %v", c, err)
		}
		w.do(func(tx *store.Tx) error {
			h, err := w.cat.Holding(ctx, all, c.Entries[2].ID)
			if err != nil {
				return err
			}
			return tx.Remove(h.ID, h.Rev)
		})
		plan, err = w.a.File(ctx, []string{y})
		w.refused(arrange.GapsLeft, y+"00003", plan, err)
		if _, err := w.a.Note(ctx, actor, y+"00003", "重复件剔除"); err != nil {
			t.Fatal(err)
		}
		w.carry(w.a.File(ctx, []string{y}))
		plan, err = w.a.File(ctx, []string{y})
		w.refused(arrange.WrongState, "filed", plan, err)
		plan, err = w.a.Renumber(ctx, y, arrange.ByDate)
		w.refused(arrange.IsFiled, y+"00007", plan, err)
		plan, err = w.a.Accession(ctx, []string{y + "BGS-"})
		w.refused(arrange.WrongState, "", plan, err)
		accession := w.carry(w.a.Accession(ctx, []string{y}))
		plan, err = w.a.Renumber(ctx, y, arrange.ByDate)
		w.refused(arrange.IsAccessioned, "", plan, err)
		w.undo(accession)
		plan, err = w.a.Renumber(ctx, y, arrange.ByDate)
		w.refused(arrange.IsFiled, "", plan, err)
		// A class without records may be opened; one that has some may not.
		plan, err = w.a.Open(ctx, []string{y})
		w.refused(arrange.WrongState, "filed", plan, err)
		w.do(func(tx *store.Tx) error { return tx.SetArranged(s.ID, "Z109-WS·2012-Y-", archive.Filed) })
		w.carry(w.a.Open(ctx, []string{"Z109-WS·2012-Y"}))
		if c, err := w.a.Class(ctx, "Z109-WS·2012-Y-"); err != nil || c.State != archive.Arranging {
			t.Errorf("%+v, %v", c, err)
		}
	})
}

func TestACorrectionKeepsTheOldCode(t *testing.T) {
	onBoth(t, func(w *world) {
		s := w.series("Z109-KU", "vol13")
		const class = "Z109-KU·2017-"
		v, inside := w.volume(s, class+"001", 2)
		w.volume(s, class+"002", 1)
		w.carry(w.a.File(ctx, []string{class}))
		plan, err := w.a.Move(ctx, []archive.ID{inside[0].ID}, class+"002-", arrange.To{})
		w.refused(arrange.IsFiled, "", plan, err) // the inside is filed with the volumes
		w.carry(w.a.Accession(ctx, []string{class}))
		before := w.state()
		plan, err = w.a.Correct(ctx, v.ID, class+"002", "原号有误")
		w.refused(arrange.IsTaken, class+"002", plan, err)
		op := w.carry(w.a.Correct(ctx, v.ID, "z109-ku·2018-007", "年度有误"))
		for old, want := range map[string]string{class + "001": "Z109-KU·2018-007", class + "001-002": "Z109-KU·2018-007-002"} {
			h, err := w.cat.HoldingByCode(ctx, all, old)
			if err != nil || h.Code != want {
				t.Errorf("%s leads to %s, %v", old, h.Code, err)
			}
		}
		if events, err := w.cat.History(ctx, all, v.ID, 0, 1); err != nil || events[0].Reason != "年度有误" {
			t.Errorf("%+v, %v", events, err)
		}
		list, err := w.a.Numberings(ctx, class, func(int) {})
		if err != nil || len(list) == 0 || len(list[0].Vacant) != 1 || list[0].Vacant[0].Reason != "年度有误" || !list[0].Sound() {
			t.Errorf("%+v, %v", list, err)
		}
		w.undo(op)
		if !maps.Equal(w.state(), before) {
			t.Error("the undo left something")
		}
		if h, err := w.cat.HoldingByCode(ctx, all, class+"001-002"); err != nil || h.ID != inside[1].ID {
			t.Errorf("%+v, %v", h, err)
		}
	})
}

func TestAPlanIsOfItsMoment(t *testing.T) {
	onBoth(t, func(w *world) {
		s := w.series("Z109-WS", "item22")
		const y = "Z109-WS·2011-Y-"
		items := w.items(s, y, 3)
		for name, meanwhile := range map[string]func(){
			"one came": func() {
				w.do(func(tx *store.Tx) error {
					return tx.AddItem(&archive.Item{Holding: archive.Holding{Parent: s.ID, Code: y + "0009"}})
				})
			},
			"one changed": func() {
				i, _ := w.cat.Item(ctx, all, items[2].ID)
				i.Title += "改"
				w.do(func(tx *store.Tx) error { return tx.Update(&i) })
			},
			"filed": func() { w.do(func(tx *store.Tx) error { return tx.SetArranged(s.ID, y, archive.Filed) }) },
		} {
			if name == "filed" {
				continue // last, below
			}
			plan, err := w.a.Move(ctx, []archive.ID{items[2].ID}, y, arrange.To{Before: 1})
			if err != nil {
				t.Fatal(err)
			}
			meanwhile()
			before := w.state()
			if _, err := w.a.Carry(ctx, actor, plan); archive.KindOf(err) != archive.Conflict {
				t.Errorf("%s: %v", name, err)
			}
			if !maps.Equal(w.state(), before) {
				t.Errorf("%s: something changed", name)
			}
		}
		plan, err := w.a.Reorder(ctx, y, nil)
		if err == nil {
			t.Errorf("%+v", plan)
		}
		plan, err = w.a.Move(ctx, []archive.ID{items[2].ID}, y, arrange.To{Before: 1})
		if err != nil {
			t.Fatal(err)
		}
		w.do(func(tx *store.Tx) error { return tx.SetArranged(s.ID, y, archive.Filed) })
		if _, err := w.a.Carry(ctx, actor, plan); archive.KindOf(err) != archive.Conflict {
			t.Errorf("filed meanwhile: %v", err)
		}
	})
}

func TestCheckAgainstTheCatalogue(t *testing.T) {
	onBoth(t, func(w *world) {
		s := w.series("Z109-WS", "item22")
		const y = "Z109-WS·2011-Y-"
		items := w.items(s, y, 3)
		w.do(func(tx *store.Tx) error {
			return tx.AddAlias(archive.CodeAlias{Holding: items[0].ID, Code: y + "0004", Reason: "更正"})
		})
		check := func(edit func(*archive.Item)) string {
			t.Helper()
			i := archive.Item{Holding: archive.Holding{Kind: archive.KindItem, Parent: s.ID, Code: y + "0005", Year: 2011}}
			edit(&i)
			list, err := w.a.Check(ctx, &i, func(f archive.Fonds, element string, _ int) []string {
				return map[string][]string{refcode.Retention: {"Y", "D30"}}[element]
			})
			if err != nil {
				t.Fatal(err)
			}
			var words []string
			for _, p := range list {
				words = append(words, p.Rule+" "+string(p.Code)+" "+p.Want)
			}
			return strings.Join(words, "; ")
		}
		for _, c := range []struct {
			edit func(*archive.Item)
			want string
		}{
			{func(i *archive.Item) { i.Code = y + "0002" }, "C01 taken " + y + "0004"},
			{func(i *archive.Item) { i.Code = y + "0004" }, "C01 was-taken " + y + "0001"},
			{func(i *archive.Item) {}, "C05 gap " + y + "0004"},
			{func(i *archive.Item) { *i = items[1] }, ""},
			{func(i *archive.Item) { *i = items[1]; i.Code = y + "0003" }, "C01 taken " + y + "0004; C03 differs 0003"},
			{func(i *archive.Item) { *i = items[2]; i.Year = 2012 }, "C03 differs 2011; C06 other-year 2011"},
			{func(i *archive.Item) { i.Code = "Z109-WS·2011-D10-0001" }, "C04 not-listed Y D30"},
		} {
			if got := check(c.edit); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		}
		w.carry(w.a.File(ctx, []string{y}))
		if got := check(func(i *archive.Item) { i.Code = y + "0006" }); got != "C05 gap "+y+"0004; C09 not-last "+y+"0004" {
			t.Error(got)
		}
		found := map[string]int{}
		w.do(func(tx *store.Tx) error {
			i := items[1]
			i.Year = 1999
			return tx.Update(&i)
		})
		n, err := w.a.CheckAll(ctx, "Z109", nil, func(int) {}, func(f arrange.Found) error { found[f.Code] = len(f.Problems); return nil })
		if err != nil || n != 4 || fmt.Sprint(found) != fmt.Sprint(map[string]int{y + "0002": 2}) {
			t.Errorf("%d, %v, %v", n, found, err)
		}
	})
}
