package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
	"lantai/archive/store/storetest"
)

// crowd is an archive with a record of every level in two groups and two fonds, each with
// a page that came by one of two batches.
type crowd struct {
	fonds   []archive.ID
	batches []archive.ID
	items   []archive.Item
	batch   map[archive.ID]archive.ID // of an item's page
	page    map[archive.ID]archive.ID
	loose   map[archive.ID]archive.ID // pages in no record, with their batches
}

func (w *world) crowd() crowd {
	w.Helper()
	c := crowd{batch: map[archive.ID]archive.ID{}, page: map[archive.ID]archive.ID{}, loose: map[archive.ID]archive.ID{}}
	words := []struct{ secrecy, opening string }{{"", "开放"}, {"", ""}, {"内部", "开放"}, {"秘密★5年", ""}, {"机密", ""}, {"绝密", "开放"}}
	for _, number := range []string{"K001", "K002"} {
		f := archive.Fonds{Holding: archive.Holding{Code: number, Title: "全宗"}}
		s := archive.Series{Holding: archive.Holding{Code: number + "-WS", Title: "文书"}, Method: archive.ByItem}
		w.do(func(tx *store.Tx) error {
			if err := tx.AddFonds(&f); err != nil {
				return err
			}
			s.Parent = f.ID
			return tx.AddSeries(&s)
		})
		c.fonds = append(c.fonds, f.ID)
		b := town{batch: archive.Batch{Name: "批次" + number, Source: "/scans"}}
		w.do(func(tx *store.Tx) error { return tx.AddBatch(&b.batch) })
		c.batches = append(c.batches, b.batch.ID)
		for i, word := range words {
			for _, group := range []int{0, 3} {
				code := fmt.Sprintf("%s-WS-%d%d", number, i, group)
				item := w.item(s.ID, code, "题名"+code, func(v *archive.Item) {
					v.Secrecy, v.Opening, v.Access, v.Year = word.secrecy, word.opening, archive.AccessClass(group), 1990+i
				})
				page := w.pages(b, code+".tif", 1, item.ID)[0]
				w.recognise("正文"+code, page)
				c.items = append(c.items, item)
				c.batch[item.ID], c.page[item.ID] = b.batch.ID, page
			}
		}
		c.loose[w.pages(b, number+"-loose.tif", 1, 0)[0]] = b.batch.ID
	}
	return c
}

// actors are people of every role with every kind of scope.
func (c crowd) actors() []access.Actor {
	var list []access.Actor
	for _, role := range access.Roles() {
		for _, clearance := range []access.Level{access.Internal, access.Confidential} {
			for _, groups := range [][]int{nil, {3}} {
				for _, fonds := range [][]archive.ID{nil, c.fonds[:1]} {
					list = append(list, access.Actor{Roles: []access.Role{role}, Clearance: clearance, Groups: groups, Fonds: fonds,
						Batches: c.batches[1:], Approved: []archive.ID{c.items[2].ID, c.items[5].ID}})
				}
			}
		}
	}
	return append(list, access.Everyone())
}

// Whatever way one reads, SQL shows what May allows and nothing else.
func TestASightInSQLIsTheDecision(t *testing.T) {
	onBothOf(t, archive.TopSecret, func(w *world) {
		c := w.crowd()
		for _, who := range c.actors() {
			name := fmt.Sprintf("%v %v %s groups %v fonds %d", who.Anyone, who.Roles, who.Clearance, who.Groups, len(who.Fonds))
			c.checkRows(w, name, who)
			c.checkPages(w, name, who)
			c.checkClosed(w, name, who)
		}
	})
}

func (c crowd) record(i archive.Item) access.Record {
	return access.Record{Kind: i.Kind, Fonds: i.Fonds, Class: i.Access, Batches: []archive.ID{c.batch[i.ID]}, IDs: []archive.ID{i.ID, i.Parent}}
}

func (c crowd) checkRows(w *world, name string, who access.Actor) {
	w.Helper()
	sight := who.Sight()
	var want, all []archive.ID
	for _, i := range c.items {
		all = append(all, i.ID)
		if access.May(who, access.SeeRow, c.record(i)).Allowed {
			want = append(want, i.ID)
		}
	}
	kinds := []archive.HoldingKind{archive.KindItem}
	got := must(w.Children(ctx, sight, store.List{Whole: true, Kinds: kinds}))(w)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		w.Errorf("%s: the list has %d records, want %d", name, len(got), len(want))
	}
	var found []archive.ID
	for _, h := range must(w.Holdings(ctx, sight, all))(w) {
		found = append(found, h.ID)
	}
	if !slices.Equal(found, want) {
		w.Errorf("%s: %d records by their ids, want %d", name, len(found), len(want))
	}
	if n := must(w.Rows(ctx, sight, all, []string{"title"}))(w); len(n) != len(want) {
		w.Errorf("%s: a window of %d rows, want %d", name, len(n), len(want))
	}
	bound := slices.Contains(who.Roles, access.Worker)
	if n := must(w.Totals(ctx, sight, 0))(w).Items; n != len(want) && !bound {
		w.Errorf("%s: %d in total, want %d", name, n, len(want))
	} else if bound && n != 0 {
		w.Errorf("%s: counts %d of what lies in no batch of theirs too", name, n)
	}
	for _, f := range c.fonds {
		below := must(w.Counts(ctx, sight, f))(w).Holdings[archive.KindItem]
		n := 0
		for _, i := range c.items {
			if i.Fonds == f && slices.Contains(want, i.ID) {
				n++
			}
		}
		if below != n && !bound {
			w.Errorf("%s: %d below a fonds, want %d", name, below, n)
		}
	}
	for _, i := range c.items {
		if _, err := w.HoldingByCode(ctx, sight, i.Code); (err == nil) != slices.Contains(want, i.ID) {
			w.Errorf("%s: %s by its code: %v", name, i.Code, err)
		}
	}
}

func (c crowd) checkPages(w *world, name string, who access.Actor) {
	w.Helper()
	sight := who.Sight()
	for _, i := range c.items {
		want := access.May(who, access.SeePages, c.record(i)).Allowed
		p := c.page[i.ID]
		page, err := w.Page(ctx, sight, p)
		if (err == nil) != want {
			w.Errorf("%s: page of %s, class %d: %v", name, i.Code, i.Access, err)
		}
		if _, err := w.Text(ctx, sight, p); (err == nil) != want {
			w.Errorf("%s: text of %s: %v", name, i.Code, err)
		}
		if got := must(w.PageTexts(ctx, sight, []archive.ID{p}))(w); (len(got) == 1) != want {
			w.Errorf("%s: words of %s: %d", name, i.Code, len(got))
		}
		if got := must(w.PagesOf(ctx, sight, i.ID))(w); (len(got) == 1) != want {
			w.Errorf("%s: pages of %s: %d", name, i.Code, len(got))
		}
		if err == nil {
			_, err = w.File(ctx, sight, page.File)
		}
		if (err == nil) != want {
			w.Errorf("%s: file of %s: %v", name, i.Code, err)
		}
	}
	loose := must(w.UnlinkedPages(ctx, sight, 0))(w)
	for p, batch := range c.loose {
		want := access.May(who, access.SeePages, access.Record{Batches: []archive.ID{batch}}).Allowed
		if slices.Contains(loose, p) != want {
			w.Errorf("%s: page in no record: %v", name, !want)
		}
		if _, err := w.Batch(ctx, sight, batch); (err == nil) != want {
			w.Errorf("%s: its batch: %v", name, err)
		}
	}
}

// checkClosed holds what is told of closed pages against what is counted and seen.
func (c crowd) checkClosed(w *world, name string, who access.Actor) {
	w.Helper()
	sight := who.Sight()
	want := must(w.Totals(ctx, sight, 0))(w).Pages
	for _, i := range c.items {
		if access.May(who, access.SeeRow, c.record(i)).Allowed && access.May(who, access.SeePages, c.record(i)).Allowed {
			want--
		}
	}
	if len(who.Fonds) == 0 && sight.SeesUnsorted() {
		want -= len(c.loose)
	}
	if slices.Contains(who.Roles, access.Worker) {
		want = 0
	}
	if got := must(w.ClosedTotal(ctx, sight))(w); got != want {
		w.Errorf("%s: %d closed pages, want %d", name, got, want)
	}
}

// A catalogue whose classes come from nothing but groups counts, after its step, like one
// that was written with levels.
func TestClassesOfAnOlderCatalogue(t *testing.T) {
	opt := storetest.SQLite(t)
	opt.Class = archive.TopSecret
	open(t, opt, func(w *world) {
		town := w.town()
		c := w.crowd()
		w.item(town.volume.ID, "V-1", "卷内件", func(i *archive.Item) { i.Opening, i.Year = "开放", 12345 })
		w.item(town.items.ID, "B-1", "盒内件", func(i *archive.Item) { i.Secrecy, i.Box, i.Access = "内部", town.box.ID, 5 })
		w.pages(town, "volume.tif", 2, town.volume.ID)
		w.do(func(tx *store.Tx) error {
			return tx.SetStage(c.page[c.items[0].ID], archive.StageRecognised, archive.StageIndexed)
		})
		w.drain()
		want := w.tallies()
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		db := w.raw("sqlite3", "file:"+opt.Catalogue)
		for _, query := range []string{
			`UPDATE holding SET access_class = access_class % 1000`, `UPDATE page SET access_class = access_class % 1000`,
			`CREATE TABLE t AS SELECT node, kind, access_class % 1000 AS c, SUM(n) AS n FROM tally GROUP BY 1, 2, 3`,
			`DELETE FROM tally`, `INSERT INTO tally SELECT node, kind, c, n FROM t`, `DROP TABLE t`,
			`DROP INDEX holding_secrecy`, `DROP INDEX IF EXISTS op_actor`, `DROP INDEX IF EXISTS op_time`, `DROP TABLE IF EXISTS purge_medium`, `DROP TABLE IF EXISTS purge_row`, `DROP TABLE IF EXISTS purge`, `DROP TABLE approval`, `DROP TABLE credential`, `DROP TABLE person`,
			`DROP INDEX file_copyable`, `DROP INDEX file_unhashed_id`, `DROP TABLE drill`, `DROP TABLE fixity`, `DROP TABLE copy_path`, `DROP TABLE copy`, `DROP TABLE carrier_state`, `DROP TABLE carrier_check`, `DROP TABLE carrier`, `DROP TABLE target`,
			`PRAGMA user_version = 4`,
		} {
			w.exec(db, query)
		}
		if got := w.tallies(); slices.Equal(got, want) {
			t.Fatal("the older catalogue counts like the newer one")
		}
		w.Catalogue = w.another(opt)
		if got := w.tallies(); !slices.Equal(got, want) {
			t.Errorf("counts after the step\n%q\nwant\n%q", got, want)
		}
		if pages, items := w.drain(); items != 22 || pages != 20 {
			t.Errorf("%d pages and %d records go to the index again", pages, items)
		}
	})
}

func (w *world) tallies() []string {
	w.Helper()
	rows, err := w.raw("sqlite3", "file:"+w.opt.Catalogue).Query(`SELECT node, kind, access_class, n FROM tally WHERE n <> 0 ORDER BY 1, 2, 3`)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var node, class, n int
		var kind string
		if err := rows.Scan(&node, &kind, &class, &n); err != nil {
			w.Fatal(err)
		}
		list = append(list, fmt.Sprint(node, kind, class, n))
	}
	if err := rows.Err(); err != nil {
		w.Fatal(err)
	}
	return list
}

// A gate is asked before each write, and what is touched is held against the actor.
func TestWritesPassTheGate(t *testing.T) {
	onBothOf(t, archive.TopSecret, func(w *world) {
		c := w.crowd()
		people := map[archive.ID]access.Actor{
			10: {Roles: []access.Role{access.Archivist}, Clearance: access.Internal, Fonds: c.fonds[:1]},
			11: {Roles: []access.Role{access.ReadingRoom}},
			12: {Roles: []access.Role{access.Worker}, Batches: c.batches[1:]},
		}
		w.Guard(func(_ context.Context, who archive.Actor, kind archive.OpKind) (access.Actor, error) {
			a, ok := people[who.ID]
			for _, do := range access.Needs(kind) {
				if !ok || !a.Can(do) {
					return a, archive.Errorf(archive.NotAllowed, "write", string(kind), "no right")
				}
			}
			return a, nil
		})
		defer w.Guard(nil)
		retitle := func(who archive.ID, i archive.Item) error {
			i = must(w.Item(ctx, all, i.ID))(w)
			i.Title += "改"
			_, err := w.Do(ctx, archive.Actor{ID: who}, archive.OpHoldingEdit, func(tx *store.Tx) error { return tx.Update(&i) })
			return err
		}
		allowed := func(name string, want bool, err error) {
			w.Helper()
			if kind := archive.KindOf(err); want && err != nil || !want && kind != archive.NotAllowed {
				w.Errorf("%s: %v", name, err)
			}
		}
		open, ofOther, secret := c.items[0], c.items[12], c.items[6]
		allowed("an archivist in their fonds", true, retitle(10, open))
		allowed("an archivist in another fonds", false, retitle(10, ofOther))
		allowed("an archivist above their clearance", false, retitle(10, secret))
		allowed("the reading room", false, retitle(11, open))
		allowed("a worker", false, retitle(12, ofOther))
		allowed("nobody", false, retitle(99, open))
		allowed("the program", true, retitle(0, secret))
		allowed("a worker in their batch", true, w.Correct(ctx, archive.Actor{ID: 12}, c.page[ofOther.ID], "改正"))
		allowed("a worker in another batch", false, w.Correct(ctx, archive.Actor{ID: 12}, c.page[open.ID], "改正"))
		_, err := w.Do(ctx, archive.Actor{ID: 10}, archive.OpHoldingAdd, func(tx *store.Tx) error {
			return tx.AddItem(&archive.Item{Holding: archive.Holding{Parent: ofOther.Parent, Code: "K002-WS-新", Title: "新"}})
		})
		allowed("a new record in another fonds", false, err)
		_, err = w.Do(ctx, archive.Actor{ID: 10}, archive.OpHoldingAdd, func(tx *store.Tx) error {
			return tx.AddRows([]store.NewRow{{Record: &archive.Item{Holding: archive.Holding{Kind: archive.KindItem, Parent: ofOther.Parent, Code: "K002-WS-新", Title: "新"}}}})
		})
		allowed("new rows in another fonds", false, err)
		rules, err := w.Do(ctx, archive.Actor{}, archive.OpPersonRules, func(tx *store.Tx) error { return tx.Set("people.strict", "1") })
		if err != nil {
			w.Fatal(err)
		}
		_, _, err = w.Undo(ctx, archive.Actor{ID: 10}, rules)
		allowed("an archivist takes back a rule for accounts", false, err)
	})
}

func TestAccountsAndTheLog(t *testing.T) {
	onBoth(t, func(w *world) {
		p := archive.Person{Name: "李", Roles: "archivist"}
		op := w.do(func(tx *store.Tx) error {
			if err := tx.AddPerson(&p); err != nil {
				return err
			}
			return tx.SetPassword(p.ID, "hash one")
		})
		w.refuses(archive.Conflict, func(tx *store.Tx) error { return tx.AddPerson(&archive.Person{Name: "李"}) })
		for _, ch := range must(w.Changes(ctx, all, op))(w) {
			if ch.Noun == "credential" && (ch.After == "" || strings.Contains(ch.After, "hash one")) {
				t.Errorf("the log has the hash: %s", ch.After)
			}
		}
		if _, kept, err := w.Undo(ctx, actor, op); err != nil || len(kept) != 2 {
			t.Errorf("undo of an account: %v, kept %d", err, len(kept))
		}
		p.Roles = "leader"
		w.do(func(tx *store.Tx) error { return tx.ChangePerson(&p) })
		if got := must(w.PersonNamed(ctx, "李"))(w); got != p {
			t.Errorf("%+v, want %+v", got, p)
		}
		if err := w.CheckPerson(ctx, p); err != nil {
			t.Errorf("an account as it was logged: %v", err)
		}
		for _, query := range []string{`UPDATE person SET roles = 'archivist' WHERE name = '李'`, `UPDATE credential SET hash = 'of somebody else'`} {
			w.exec(w.records(), query)
			if err := w.CheckPerson(ctx, must(w.Person(ctx, p.ID))(w)); archive.KindOf(err) != archive.Damaged {
				t.Errorf("after %s: %v", query, err)
			}
			w.exec(w.records(), `UPDATE person SET roles = 'leader'`)
		}
		w.exec(w.records(), `UPDATE credential SET hash = 'hash one'`)
		for range 3 {
			w.do(func(tx *store.Tx) error { return tx.NoteSignIn(p.ID, false) })
		}
		if k := must(w.Credential(ctx, p.ID))(w); k.Failures != 3 || k.Failed == 0 {
			t.Errorf("%+v after three failures", k)
		}
		w.do(func(tx *store.Tx) error { return tx.NoteSignIn(p.ID, true) })
		if k := must(w.Credential(ctx, p.ID))(w); k.Failures != 0 {
			t.Errorf("%+v after it went well", k)
		}
		town := w.town()
		w.do(func(tx *store.Tx) error {
			return tx.AddApproval(&archive.Approval{Person: p.ID, Holding: town.volume.ID, By: 7, Until: w.clock.Now().UnixMilli() + 60_000, Reason: "工作查考"})
		})
		if got := must(w.Approvals(ctx, all, p.ID, w.clock.Now().UnixMilli()))(w); len(got) != 1 || got[0].Holding != town.volume.ID || got[0].By != 7 {
			t.Errorf("approvals: %+v", got)
		}
		if got := must(w.Approvals(ctx, all, 0, w.clock.Now().UnixMilli()+120_000))(w); len(got) != 0 {
			t.Errorf("approvals that ended: %+v", got)
		}
		seen := w.do(func(tx *store.Tx) error { return tx.Observe(town.volume.ID, map[string]string{"code": "J001-KJ-001"}) })
		for _, e := range must(w.History(ctx, all, town.volume.ID, 0, 10))(w) {
			if e.Op == seen {
				t.Error("a view stands in the history of a record")
			}
		}
		if n, err := w.VerifyLog(ctx); err != nil || n == 0 {
			t.Errorf("log of %d ops: %v", n, err)
		}
	})
}

func TestPasswordsAreInNoFile(t *testing.T) {
	opt := storetest.SQLite(t)
	open(t, opt, func(w *world) {
		p := archive.Person{Name: "李", Roles: "archivist"}
		w.do(func(tx *store.Tx) error { return tx.AddPerson(&p) })
		for _, hash := range []string{"first-hash-text", "second-hash-text"} {
			w.do(func(tx *store.Tx) error { return tx.SetPassword(p.ID, hash) })
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Clean(opt.Catalogue))
		if err != nil || !bytes.Contains(b, []byte("second-hash-text")) || bytes.Contains(b, []byte("first-hash-text")) {
			t.Errorf("an old hash stays in the file, or the new one is not there: %v", err)
		}
	})
}
