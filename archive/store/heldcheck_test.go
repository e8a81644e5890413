package store_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/store"
	"lantai/archive/store/storetest"
)

// office is an archive with a row of everything that is held against the log.
type office struct {
	*world
	town
	item, other    archive.Item
	person         archive.Person
	approval       archive.Approval
	pages          []archive.ID
	add, edit      archive.ID // ops of item
	grant, account archive.ID
	setting        archive.ID
}

func (w *world) office() *office {
	w.Helper()
	o := &office{world: w, town: w.town()}
	fail := func(err error) {
		if err != nil {
			w.Fatal(err)
		}
	}
	o.item = archive.Item{Holding: archive.Holding{Parent: o.items.ID, Code: "J001-WS·1985-Y-0001", Title: "关于防汛的通知", Year: 1985, Retention: "永久", Secrecy: "内部"}, Author: "县政府"}
	o.add = w.do(func(tx *store.Tx) error { return tx.AddItem(&o.item) })
	o.item.Title, o.item.DocNo = "关于做好防汛工作的通知", "政发〔1985〕1号"
	o.edit = w.do(func(tx *store.Tx) error { return tx.Update(&o.item) })
	o.other = w.item(o.items.ID, "J001-WS·1985-Y-0002", "0")
	w.do(func(tx *store.Tx) error {
		return tx.SetExtra(o.item.ID, map[string]string{"责任编辑": "王<玉>", "备考": "0"})
	})
	o.pages = w.pages(o.town, "f.tif", 3, o.item.ID)
	o.person = archive.Person{Name: "李明", Roles: "reading-room", Clearance: 1}
	o.account = w.do(func(tx *store.Tx) error {
		fail(tx.AddPerson(&o.person))
		return tx.SetPassword(o.person.ID, "a hash")
	})
	o.approval = archive.Approval{Person: o.person.ID, Holding: o.other.ID, By: 7, Until: 4_000_000_000_000, Reason: "工作查考"}
	o.grant = w.do(func(tx *store.Tx) error { return tx.AddApproval(&o.approval) })
	o.setting = w.do(func(tx *store.Tx) error { return tx.Set("people.strict", "1") })
	w.do(func(tx *store.Tx) error {
		fail(tx.Set("people.idle", "5"))
		fail(tx.SetVacancy(archive.Vacancy{Series: o.items.ID, Code: "J001-WS·1985-Y-0009", Reason: "作废"}))
		fail(tx.AddAlias(archive.CodeAlias{Holding: o.item.ID, Code: "旧-1", Reason: "更正"}))
		g := archive.VirtualGroup{Name: "防汛"}
		fail(tx.AddGroup(&g))
		fail(tx.AddMembers(g.ID, []archive.ID{o.item.ID}))
		fail(tx.AddMovement(&archive.Movement{Fonds: o.fonds.ID, Year: 2001, Kind: archive.MovedIn, Unit: "item", Quantity: 5}))
		return tx.AddRoot(&store.Root{Label: "旧盘", Path: "/old"})
	})
	w.do(func(tx *store.Tx) error { return tx.Remember("far", "12") })
	return o
}

func (o *office) sql(text string) string {
	return strings.NewReplacer("{item}", o.item.ID.String(), "{other}", o.other.ID.String(), "{person}", o.person.ID.String(), "{approval}", o.approval.ID.String(),
		"{fonds}", o.fonds.ID.String(), "{items}", o.items.ID.String(), "{page}", o.pages[1].String(), "{batch}", o.batch.ID.String()).Replace(text)
}

// forgery is something that somebody does to the tables with a database's own program.
type forgery struct {
	name  string
	sql   string // several statements with semicolons between them
	fault store.LogFault
	noun  string
	field string
	op    func(*office) archive.ID // the last op that stated the row; nil: whichever, but one
}

const newHolding = `INSERT INTO holding (id, kind, parent, fonds, series, code, code_sort, title, title_pinyin, date, date_sort, year, retention, opening, access_class, rev, born)
	VALUES (77, 'item', {items}, {fonds}, {items}, 'X', {blob}, '补', {blob}, '', {blob}, 0, '', '', 0, 1, 0);
	INSERT INTO item (id, number, author, doc_no, persons, page_count, page_no, note) VALUES (77, '', '', '', '', 0, '', '')`

func none(*office) archive.ID { return 0 }

func forgeries() []forgery {
	edit, grant := func(o *office) archive.ID { return o.edit }, func(o *office) archive.ID { return o.grant }
	account := func(o *office) archive.ID { return o.account }
	altered, missing, forged := store.RowAltered, store.RowMissing, store.RowForged
	return []forgery{
		{"title", `UPDATE holding SET title = '关于防汛的通知' WHERE id = {item}`, altered, "item", "title", edit},
		{"title of zero emptied", `UPDATE holding SET title = '' WHERE id = {other}`, altered, "item", "title", nil},
		{"code", `UPDATE holding SET code = 'J001-WS·1985-Y-0003' WHERE id = {item}`, altered, "item", "code", edit},
		{"open mark", `UPDATE holding SET opening = '开放', access_class = 1000 WHERE id = {other}`, altered, "item", "opening", nil},
		{"secrecy", `UPDATE holding SET secrecy = '', access_class = 0 WHERE id = {item}`, altered, "item", "secrecy", edit},
		{"class alone", `UPDATE holding SET access_class = 1000 WHERE id = {item}`, altered, "item", "access_class", edit},
		{"group of the class", `UPDATE holding SET access_class = access_class + 3 WHERE id = {item}`, altered, "item", "access_class", edit},
		{"retention", `UPDATE holding SET retention = 'D10' WHERE id = {item}`, altered, "item", "retention", edit},
		{"year", `UPDATE holding SET year = 1986 WHERE id = {item}`, altered, "item", "year", edit},
		{"lies elsewhere", `UPDATE holding SET parent = {fonds} WHERE id = {item}`, altered, "item", "parent", edit},
		{"kind", `UPDATE holding SET kind = 'photo' WHERE id = {item}`, altered, "item", "kind", edit},
		{"field of its kind", `UPDATE item SET author = '某人' WHERE id = {item}`, altered, "item", "author", edit},
		{"row of its kind gone", `DELETE FROM item WHERE id = {other}`, missing, "item", "", nil},
		{"row of another kind", `INSERT INTO photo (id) VALUES ({item})`, forged, "photo", "", none},
		{"record gone", `DELETE FROM approval; DELETE FROM item WHERE id = {other}; DELETE FROM holding WHERE id = {other}`, missing, "item", "", nil},
		{"record put in", newHolding, forged, "item", "", none},
		{"record hidden", `INSERT INTO pending (op, lease, root) VALUES ((SELECT born FROM holding WHERE id = {other}), 9000000000000000, {blob})`, missing, "item", "", nil},
		{"own field", `UPDATE extra SET value = '王玉' WHERE field = '责任编辑'`, altered, "extra", "责任编辑", nil},
		{"own field gone", `DELETE FROM extra WHERE field = '备考'`, missing, "extra", "备考", nil},
		{"own field put in", `INSERT INTO extra (holding, field, value, sort) VALUES ({other}, '密级', '', {blob})`, forged, "extra", "密级", none},
		{"roles", `UPDATE person SET roles = 'leader' WHERE id = {person}`, altered, "person", "roles", account},
		{"clearance", `UPDATE person SET clearance = 4 WHERE id = {person}`, altered, "person", "clearance", account},
		{"groups", `UPDATE person SET groups = '3' WHERE id = {person}`, altered, "person", "groups", account},
		{"lock", `UPDATE person SET locked = 1 WHERE id = {person}`, altered, "person", "locked", account},
		{"account put in", `INSERT INTO person (id, name, roles, clearance, groups, fonds, batches, locked) VALUES (78, '鬼', 'leader', 0, '', '', '', 0)`, forged, "person", "", none},
		{"account gone", `DELETE FROM approval; DELETE FROM credential; DELETE FROM person WHERE id = {person}`, missing, "person", "", account},
		{"password", `UPDATE credential SET hash = 'of somebody else'`, altered, "credential", "digest", account},
		{"password gone", `DELETE FROM credential`, missing, "credential", "", account},
		{"approval put in", `INSERT INTO approval (id, person, holding, approver, until, reason) VALUES (79, {person}, {item}, 7, 0, '')`, forged, "approval", "", none},
		{"approval prolonged", `UPDATE approval SET until = 0`, altered, "approval", "until", grant},
		{"approval of another record", `UPDATE approval SET holding = {item}`, altered, "approval", "holding", grant},
		{"approval gone", `DELETE FROM approval`, missing, "approval", "", grant},
		{"setting", `UPDATE setting SET value = '60' WHERE key = 'people.idle'`, altered, "setting", "value", nil},
		{"setting gone", `DELETE FROM setting WHERE key = 'people.strict'`, missing, "setting", "value", func(o *office) archive.ID { return o.setting }},
		{"setting put in", `INSERT INTO setting (key, value) VALUES ('archive.class', '绝密')`, forged, "setting", "value", none},
		{"group renamed", `UPDATE virtual_group SET name = '抗旱'`, altered, "virtual_group", "name", nil},
		{"member gone", `DELETE FROM member`, missing, "member", "", nil},
		{"vacancy", `UPDATE vacancy SET reason = '漏编'`, altered, "vacancy", "reason", nil},
		{"former code", `UPDATE code_alias SET code = '旧-2'`, altered, "code_alias", "code", nil},
		{"ledger", `UPDATE movement SET quantity = 4`, altered, "movement", "quantity", nil},
		{"page elsewhere", `UPDATE page SET holding = {other}, access_class = 0 WHERE id = {page}`, altered, "page", "holding", nil},
		{"class of a page", `UPDATE page SET access_class = 1000 WHERE id = {page}`, altered, "page", "access_class", nil},
		{"page gone", `DELETE FROM page WHERE id = {page}`, missing, "page", "", nil},
		{"digest of an original", `UPDATE file SET sha256 = NULL`, altered, "file", "sha256", nil},
		{"path of an original", `UPDATE file SET path = 'g.tif'`, altered, "file", "path", nil},
		{"who received a batch", `UPDATE batch SET born = (SELECT MAX(id) FROM op)`, altered, "batch", "born", nil},
		{"root", `UPDATE storage_root SET path = '/new' WHERE id <> 0`, altered, "root", "path", nil},
		{"masters", `UPDATE storage_root SET path = '/new' WHERE id = 0`, altered, "root", "path", none},
		{"account with its log emptied", `UPDATE change SET before = NULL, after = NULL, salt = NULL WHERE id = {person};
			DELETE FROM approval; DELETE FROM credential; DELETE FROM person`, store.RowEmptied, "person", "", account},
		{"record with its log emptied", `UPDATE change SET before = NULL, after = NULL, salt = NULL WHERE id = {other};
			DELETE FROM approval; DELETE FROM item WHERE id = {other}; DELETE FROM holding WHERE id = {other}`, store.RowEmptied, "item", "", nil},
		{"series filed", `UPDATE series SET arranged = 'filed' WHERE id = {items}`, altered, "series", "arranged", nil},
		{"fonds", `UPDATE fonds SET creator = '' WHERE id = {fonds}`, altered, "fonds", "creator", nil},
	}
}

// TestForgeriesAreNamed alters the tables in every way, and leaves the log alone.
func TestForgeriesAreNamed(t *testing.T) {
	for _, f := range forgeries() {
		t.Run(f.name, func(t *testing.T) {
			onBoth(t, func(w *world) {
				o := w.office()
				w.checkTables()
				w.tampered = true
				for statement := range strings.SplitSeq(o.sql(f.sql), ";") {
					blob := "x''"
					if w.opt.Postgres != "" {
						blob = `'\x'`
					}
					w.exec(w.records(), strings.ReplaceAll(statement, "{blob}", blob))
				}
				check, err := w.CheckLog(ctx, nil, nil)
				if err != nil || check.Bad == nil || check.Bad.Row == nil {
					t.Fatalf("not found: %+v, %v", check, err)
				}
				want := archive.ID(0)
				if f.op != nil {
					want = f.op(o)
				}
				for _, row := range check.Rows {
					if row.Fault == f.fault && row.Noun == f.noun && row.Field == f.field && (f.op != nil && row.Op == want || f.op == nil && row.Op != 0) {
						return
					}
				}
				t.Errorf("found %+v", check.Rows)
			})
		})
	}
}

// TestTheFirstForgeryIsNamed alters many rows: the one that was stated first comes first, and no more
// are listed than anybody reads.
func TestTheFirstForgeryIsNamed(t *testing.T) {
	open(t, storetest.SQLite(t), func(w *world) {
		town := w.town()
		var first archive.ID
		r := rand.New(rand.NewPCG(1, 2))
		for i := range 400 {
			i := archive.Item{Holding: archive.Holding{Parent: town.items.ID, Title: string(rune('一' + i)), Year: 1900 + r.IntN(90)}}
			if op := w.do(func(tx *store.Tx) error { return tx.AddItem(&i) }); first == 0 {
				first = op
			}
		}
		w.exec(w.records(), `UPDATE holding SET title = '伪' WHERE kind = 'item'`)
		check, err := w.CheckLog(ctx, nil, nil)
		if err != nil || check.Bad == nil || check.Bad.Op != first || len(check.Rows) != 100 || check.Rows[0].Logged != "一" || check.Rows[0].Now != "伪" {
			t.Errorf("%+v, %d rows, %v; the first is %s", check.Bad, len(check.Rows), err, first)
		}
	})
}

// What somebody set right through the program is right, whatever was done to it before.
func TestWhatIsMendedFits(t *testing.T) {
	onBoth(t, func(w *world) {
		o := w.office()
		w.exec(w.records(), o.sql(`UPDATE holding SET title = '伪' WHERE id = {item}`))
		now := must(w.Item(ctx, all, o.item.ID))(w)
		now.Title = o.item.Title
		w.do(func(tx *store.Tx) error { return tx.Update(&now) })
		w.exec(w.records(), o.sql(`INSERT INTO approval (id, person, holding, approver, until, reason) VALUES (79, {person}, {item}, 7, 0, '')`))
		w.do(func(tx *store.Tx) error { return tx.RemoveApproval(79) })
	})
}

// A forged approval holds at no time, and neither does one that was made to say more.
func TestForgedApprovalsDoNotHold(t *testing.T) {
	onBoth(t, func(w *world) {
		o := w.office()
		w.tampered = true
		held := func(want int) {
			t.Helper()
			for _, person := range []archive.ID{0, o.person.ID} {
				if got := must(w.Approvals(ctx, all, person, w.clock.Now().UnixMilli()))(w); len(got) != want {
					t.Errorf("%+v, want %d", got, want)
				}
			}
		}
		held(1)
		w.exec(w.records(), o.sql(`INSERT INTO approval (id, person, holding, approver, until, reason) VALUES (79, {person}, {item}, 7, 0, '')`))
		held(1)
		w.exec(w.records(), o.sql(`UPDATE approval SET holding = {item} WHERE id = {approval}`))
		held(0)
		w.exec(w.records(), o.sql(`UPDATE approval SET holding = {other} WHERE id = {approval}`))
		held(1)
		w.do(func(tx *store.Tx) error { return tx.RemoveApproval(o.approval.ID) })
		w.exec(w.records(), o.sql(`INSERT INTO approval (id, person, holding, approver, until, reason) VALUES ({approval}, {person}, {other}, 7, 4000000000000, '工作查考')`))
		held(0)
		if got := must(w.StandingApprovals(ctx, all, o.person.ID, 0))(w); len(got) != 2 {
			t.Errorf("standing: %+v", got)
		}
	})
}

// Two stations, the clock of one a day behind, change the same rows in turn; a copy of an
// archive goes on under another number like that.
func TestTablesOfTwoStationsFit(t *testing.T) {
	onBoth(t, func(w *world) {
		o := w.office()
		late := newClock()
		late.Advance(-24 * time.Hour)
		opt := w.opt
		opt.Station, opt.Now = 2, late.Now
		other := &world{T: w.T, Catalogue: w.another(opt), opt: opt, clock: late}
		for i, at := range []*world{other, w, other, other, w, w, other} {
			now := must(at.Item(ctx, all, o.item.ID))(at)
			now.Title, now.Year = []string{"甲", "乙", "丙", "甲"}[i%4], 1950+i%3
			at.do(func(tx *store.Tx) error {
				if err := tx.SetExtra(now.ID, map[string]string{"备考": now.Title}); err != nil {
					return err
				}
				if err := tx.Set("people.idle", now.Title); err != nil {
					return err
				}
				return tx.Update(&now)
			})
			w.checkTables()
		}
		if got := must(w.Approvals(ctx, all, 0, 0))(w); len(got) != 1 {
			t.Errorf("approvals: %+v", got)
		}
		w.tampered = true
		w.exec(w.records(), o.sql(`UPDATE holding SET title = '乙' WHERE id = {item}`))
		if check, err := w.CheckLog(ctx, nil, nil); err != nil || check.Bad == nil || check.Bad.Row.Field != "title" {
			t.Errorf("%+v, %v", check, err)
		}
	})
}

// Others write while the log is checked, long writes among them.
func TestTablesAreCheckedWhileOthersWrite(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		ended := make(chan error)
		stop := make(chan struct{})
		go func() {
			ended <- func() error {
				for n := 0; ; n++ {
					select {
					case <-stop:
						return nil
					default:
					}
					long, err := w.Begin(ctx, actor, archive.OpHoldingAdd)
					for k := 0; err == nil && k < 3; k++ {
						err = long.Chunk(ctx, func(tx *store.Tx) error {
							return tx.AddRows([]store.NewRow{{Record: &archive.Item{Holding: archive.Holding{Parent: town.items.ID, Title: "题", Opening: "开放"}},
								Extra: map[string]string{"备考": "无"}}})
						})
					}
					if err == nil {
						_, err = w.Do(ctx, actor, "test", func(tx *store.Tx) error { return tx.Set("n", fmt.Sprint(n)) })
					}
					switch {
					case err != nil:
						return err
					case n%3 == 0:
						err = long.Abandon(ctx)
					default:
						_, err = long.Finish(ctx)
					}
					if err != nil {
						return err
					}
				}
			}()
		}()
		for range 15 {
			w.checkTables()
		}
		close(stop)
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
