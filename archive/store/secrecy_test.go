package store_test

import (
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

const placeholderCode = "J001-WS·2011-Y-BGS-0009"

// placeholder is a record that stands for a state secret.
func placeholder(parent archive.ID) archive.Item {
	return archive.Item{Holding: archive.Holding{Parent: parent, Kind: archive.KindItem, Code: placeholderCode, Title: archive.PlaceholderTitle,
		Secrecy: "机密", Year: 2011, Retention: "Y"}, Number: "0009"}
}

// An ordinary archive refuses whatever states a secret, at each way in.
func TestOrdinaryRefusesSecrets(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		plain := w.item(town.items.ID, "J001-WS·2011-Y-BGS-0001", "关于加强机密文件管理的通知")
		secrets := map[string]func(*archive.Item){
			"level": func(i *archive.Item) { i.Secrecy = "机密" },
			"code":  func(i *archive.Item) { i.Secrecy = "JM" },
			"title": func(i *archive.Item) { i.Title = "防空方案（绝密★长期）" },
			"term":  func(i *archive.Item) { i.SecrecyTerm = "秘密★5年" },
		}
		for name, edit := range secrets {
			fresh := archive.Item{Holding: archive.Holding{Parent: town.items.ID, Kind: archive.KindItem, Code: "J001-WS·2011-Y-BGS-0002", Title: "乙"}}
			edit(&fresh)
			w.refuses(archive.NotAllowed, func(tx *store.Tx) error { return tx.Add(&fresh) })
			w.refuses(archive.NotAllowed, func(tx *store.Tx) error { return tx.AddRows([]store.NewRow{{Record: &fresh}}) })
			changed := plain
			edit(&changed)
			w.refuses(archive.NotAllowed, func(tx *store.Tx) error { return tx.Update(&changed) })
			w.refuses(archive.NotAllowed, func(tx *store.Tx) error { return tx.Recode([]archive.Record{&changed}) })
			if archive.ReasonOf(errOf(w, func(tx *store.Tx) error { return tx.Update(&changed) })) != archive.ReasonSecret {
				w.Errorf("%s: another reason", name)
			}
		}
		w.refuses(archive.NotAllowed, func(tx *store.Tx) error { return tx.SetExtra(plain.ID, map[string]string{"原密级": "绝密"}) })
		w.refuses(archive.NotAllowed, func(tx *store.Tx) error { return tx.Set("archive.class", "绝密") })
		w.refuses(archive.NotAllowed, func(tx *store.Tx) error { return tx.AddGroup(&archive.VirtualGroup{Name: "防空（机密）"}) })
		w.refuses(archive.NotAllowed, func(tx *store.Tx) error {
			return tx.AddFondsName(&archive.FondsName{Fonds: town.fonds.ID, Name: "机密★局"})
		})
	})
}

func errOf(w *world, fn func(*store.Tx) error) error {
	_, err := w.Do(ctx, actor, "test", fn)
	return err
}

// A placeholder may stay, and nothing comes to it.
func TestPlaceholder(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		stands := placeholder(town.items.ID)
		w.do(func(tx *store.Tx) error { return tx.Add(&stands) })
		loose := w.pages(town, "甲.tif", 1, 0)
		more := stands
		more.Author = "某局"
		volume := archive.Container{Holding: archive.Holding{Kind: archive.KindVolume, Parent: town.vols.ID, Code: "J001-KJ-007", Title: archive.PlaceholderTitle, Secrecy: "绝密"}, Number: "007"}
		w.do(func(tx *store.Tx) error { return tx.Add(&volume) })
		for name, fn := range map[string]func(tx *store.Tx) error{
			"field": func(tx *store.Tx) error { return tx.Update(&more) },
			"own":   func(tx *store.Tx) error { return tx.SetExtra(stands.ID, map[string]string{"柜": "3"}) },
			"link":  func(tx *store.Tx) error { return tx.LinkPages(loose, stands.ID) },
			"arrange": func(tx *store.Tx) error {
				_, err := tx.Arrange([]store.Arrangement{{Holding: stands.ID, Pages: loose}})
				return err
			},
			"below": func(tx *store.Tx) error {
				return tx.AddItem(&archive.Item{Holding: archive.Holding{Parent: volume.ID, Code: "J001-KJ-007-001", Title: "卷内"}})
			},
			"row": func(tx *store.Tx) error {
				i := placeholder(town.items.ID)
				i.Code, i.Number = "J001-WS·2011-Y-BGS-0010", "0010"
				return tx.AddRows([]store.NewRow{{Record: &i, Extra: map[string]string{"柜": "3"}}})
			},
		} {
			if err := errOf(w, fn); archive.KindOf(err) != archive.NotAllowed || archive.ReasonOf(err) != archive.ReasonPlaceholder {
				w.Errorf("%s: %v", name, err)
			}
		}
		// What holds pages cannot become one.
		full := w.item(town.items.ID, "J001-WS·2011-Y-BGS-0001", "甲")
		w.do(func(tx *store.Tx) error { return tx.LinkPages(loose, full.ID) })
		full.Title, full.Secrecy = archive.PlaceholderTitle, "机密"
		w.refuses(archive.NotAllowed, func(tx *store.Tx) error { return tx.Update(&full) })
		// It can be taken away, and come back.
		op := w.do(func(tx *store.Tx) error { return tx.Remove(stands.ID, stands.Rev) })
		if _, kept, err := w.Undo(ctx, actor, op); err != nil || len(kept) > 0 {
			w.Errorf("%v %v", kept, err)
		}
	})
}

// Undo brings no secret back, and leaves a record as it is.
func TestUndoBringsNoSecretBack(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		edited, removed := w.item(town.items.ID, "J001-WS·2011-Y-BGS-0001", "甲"), w.item(town.items.ID, "J001-WS·2011-Y-BGS-0002", "乙")
		edited.Title = "丙"
		edit := w.do(func(tx *store.Tx) error { return tx.Update(&edited) })
		remove := w.do(func(tx *store.Tx) error { return tx.Remove(removed.ID, removed.Rev) })
		// As a catalogue of an earlier program has it.
		w.tampered = true
		w.exec(w.records(), `UPDATE change SET before = REPLACE(before, '"甲"', '"甲（机密★10年）"') WHERE before IS NOT NULL`)
		w.exec(w.records(), `UPDATE change SET before = REPLACE(before, '"乙"', '"乙绝密★长期"') WHERE before IS NOT NULL`)
		for _, op := range []archive.ID{edit, remove} {
			if undone, kept, err := w.Undo(ctx, actor, op); err != nil || undone != 0 || len(kept) != 1 {
				w.Errorf("undone %s, kept %v, %v", undone, kept, err)
			}
		}
		if now := must(w.Item(ctx, all, edited.ID))(w); now.Title != "丙" {
			w.Errorf("title %q", now.Title)
		}
	})
}

// What an earlier program let in is counted, and can be taken away but not changed.
func TestAboveClass(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		stands := placeholder(town.items.ID)
		w.do(func(tx *store.Tx) error { return tx.Add(&stands) })
		inner := w.item(town.items.ID, "J001-WS·2011-Y-BGS-0001", "甲", func(i *archive.Item) { i.Secrecy = "内部" })
		if n := must(w.AboveClass(ctx, all))(w); n != 0 {
			w.Errorf("%d above the class", n)
		}
		w.exec(w.records(), `UPDATE holding SET secrecy = '机密' WHERE code = 'J001-WS·2011-Y-BGS-0001'`)
		if n := must(w.AboveClass(ctx, all))(w); n != 1 {
			w.Errorf("%d above the class, want 1", n)
		}
		now := must(w.Item(ctx, all, inner.ID))(w)
		now.Author = "某局"
		w.refuses(archive.NotAllowed, func(tx *store.Tx) error { return tx.Update(&now) })
		w.do(func(tx *store.Tx) error { return tx.Remove(now.ID, now.Rev) })
		if n := must(w.AboveClass(ctx, all))(w); n != 0 {
			w.Errorf("%d above the class", n)
		}
	})
}

// A classified archive takes what is up to its class, for ever.
func TestClassIsForEver(t *testing.T) {
	onBoth(t, func(w *world) {
		opt := w.opt
		opt.Class = archive.HighlySecret
		c := w.another(opt) // nothing was written yet
		if c.Class() != archive.HighlySecret {
			w.Fatalf("class %q", c.Class())
		}
		classed := &world{T: w.T, Catalogue: c, opt: opt, clock: w.clock}
		town := classed.town()
		classed.item(town.items.ID, "J001-WS·2011-Y-BGS-0001", "甲（机密★10年）", func(i *archive.Item) { i.Secrecy = "机密" })
		classed.refuses(archive.NotAllowed, func(tx *store.Tx) error {
			return tx.AddItem(&archive.Item{Holding: archive.Holding{Parent: town.items.ID, Code: "J001-WS·2011-Y-BGS-0002", Title: "乙", Secrecy: "绝密"}})
		})
		for _, class := range []archive.Secrecy{archive.NotSecret, archive.Secret, archive.TopSecret} {
			other := opt
			other.Class = class
			if _, err := store.Open(ctx, other); archive.KindOf(err) != archive.Damaged || archive.ReasonOf(err) != archive.ReasonClass {
				w.Errorf("opened as %q: %v", class, err)
			}
		}
		w.tampered = true
		w.exec(w.records(), `UPDATE setting SET value = '秘密' WHERE key = 'archive.class'`)
		for _, class := range []archive.Secrecy{archive.Secret, archive.HighlySecret} {
			other := opt
			other.Class = class
			if _, err := store.Open(ctx, other); archive.ReasonOf(err) != archive.ReasonClass {
				w.Errorf("opened as %q with an edited setting: %v", class, err)
			}
		}
	})
}

// An ordinary archive in which something was written does not become a classified one.
func TestOrdinaryStaysOrdinary(t *testing.T) {
	onBoth(t, func(w *world) {
		w.town()
		opt := w.opt
		opt.Class = archive.Secret
		if _, err := store.Open(ctx, opt); archive.ReasonOf(err) != archive.ReasonClass {
			w.Errorf("%v", err)
		}
	})
}

func TestPassedTerms(t *testing.T) {
	onBoth(t, func(w *world) {
		opt := w.opt
		opt.Class = archive.TopSecret
		c := &world{T: w.T, Catalogue: w.another(opt), opt: opt, clock: w.clock}
		town := c.town()
		add := func(code, date, level, term string) {
			c.item(town.items.ID, code, "甲", func(i *archive.Item) { i.Date, i.Secrecy, i.SecrecyTerm = date, level, term })
		}
		add("J001-1", "19850401", "机密", "20年")
		add("J001-2", "2005", "秘密", "")     // ends 2015
		add("J001-3", "20100101", "绝密", "") // ends 2040
		add("J001-4", "19500101", "绝密", "长期")
		add("J001-5", "", "秘密", "5年")
		add("J001-6", "19500101", "内部", "5年")
		v := archive.Container{Holding: archive.Holding{Kind: archive.KindVolume, Parent: town.vols.ID, Code: "J001-KJ-009", Title: "卷", Date: "1950", Secrecy: "秘密", SecrecyTerm: "10年"}, DateEnd: "20141231"}
		c.do(func(tx *store.Tx) error { return tx.Add(&v) })
		for _, tt := range []struct {
			year, want int
			codes      string
		}{{2020, 2, "J001-1 J001-2 J001-5? "}, {2025, 3, "J001-1 J001-2 J001-5? J001-KJ-009 "}} {
			today := time.Date(tt.year, 1, 1, 0, 0, 0, 0, time.UTC)
			if n := must(c.SecrecyPassed(ctx, all, today))(w); n != tt.want {
				w.Errorf("%d: %d have passed, want %d", tt.year, n, tt.want)
			}
			codes := ""
			if err := c.EachPassed(ctx, all, today, func(e store.Expiring) error {
				codes += e.Code
				if e.Ends == "" {
					codes += "?"
				}
				codes += " "
				return nil
			}); err != nil || codes != tt.codes {
				w.Errorf("%d: %q, want %q (%v)", tt.year, codes, tt.codes, err)
			}
		}
	})
}
