package store_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"lantai/archive"
	"lantai/archive/store"
)

var colleague = archive.Actor{ID: 2, Name: "second"}

// The words that stand in a record and nowhere else.
const (
	canaryTitle   = "青松岭水库调度方案批复"
	canaryPerson  = "赵金山"
	canaryAuthor  = "北山电台筹备处"
	canaryNote    = "原件夹有手绘线路图"
	canaryText    = "各站按照命令开闸放水"
	canaryCorrect = "改正后各站开闸放水"
	canaryExtra   = "保险柜丙列第四格"
	canaryAlias   = "由绝密卷移入之故"
	canaryVacant  = "此号并入水库调度卷"
	canaryPath    = "散件/青松图纸.tif"
	canaryGrant   = "经办案需要查看闸门图"
	canaryMark    = "机密★长期特例"
	canaryRefused = "放水说明书.doc" // in the folder of its files, of a kind that is not read
)

func canaries() []string {
	return []string{canaryTitle, canaryPerson, canaryAuthor, canaryNote, canaryText, canaryCorrect, canaryExtra, canaryAlias,
		canaryVacant, canaryPath, canaryMark, canaryRefused, canaryGrant}
}

// encoded gives a text in the encodings in which somebody might look for it.
func encoded(t *testing.T, text string) [][]byte {
	out := [][]byte{[]byte(text)}
	for _, e := range []encoding.Encoding{unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), simplifiedchinese.GB18030} {
		b, err := e.NewEncoder().Bytes([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b)
	}
	return out
}

// left lists where words stand: in the rows of all tables, and in the files of SQLite.
func (w *world) left(words []string) (found []string) {
	w.Helper()
	look := func(where string, data []byte) {
		for _, word := range words {
			for i, b := range encoded(w.T, word) {
				if bytes.Contains(data, b) {
					found = append(found, fmt.Sprintf("%s has %s (%d)", where, word, i))
				}
			}
		}
	}
	for db, schema := range map[*sql.DB]string{w.records(): "catalogue", w.texts(): "text"} {
		list := `SELECT name FROM sqlite_master WHERE type = 'table'`
		if w.opt.Postgres != "" {
			list = `SELECT table_name FROM information_schema.tables WHERE table_schema = '` + schema + `'`
		}
		for _, table := range w.column(db, list) {
			for _, row := range w.column(db, "SELECT * FROM "+table) {
				look(table, []byte(row))
			}
		}
	}
	if w.opt.Postgres != "" {
		return found // the server's files are its own
	}
	for _, name := range []string{w.opt.Catalogue, w.opt.Text} {
		for _, suffix := range []string{"", "-wal"} {
			data, err := os.ReadFile(name + suffix)
			if err != nil {
				w.Fatal(err)
			}
			look(name+suffix, data)
		}
	}
	return found
}

// column reads rows, the values of each in one line.
func (w *world) column(db *sql.DB, query string) (list []string) {
	w.Helper()
	rows, err := db.Query(query)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		w.Fatal(err)
	}
	for rows.Next() {
		values := make([]any, len(names))
		targets := make([]any, len(names))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			w.Fatal(err)
		}
		line := make([]string, len(values))
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			line[i] = fmt.Sprint(v)
		}
		list = append(list, strings.Join(line, "\t"))
	}
	if err := rows.Err(); err != nil {
		w.Fatal(err)
	}
	return list
}

// tainted is a record with all that a record can have, among others.
type tainted struct {
	town
	item, other archive.Item
	pages, kept []archive.ID
}

const taintedCode = "J001-WS·2011-Y-BGS-0007"

func (w *world) tainted() tainted {
	w.Helper()
	t := tainted{town: w.town()}
	rnd := rand.New(rand.NewPCG(3, 8))
	fill := func(n int) {
		for i := range n {
			title := strings.Repeat("关于春耕生产的通知", 1+rnd.IntN(9))
			w.item(t.items.ID, fmt.Sprintf("J001-WS·2011-Y-BGS-%d%03d", 1+n%7, i), title)
		}
	}
	fill(60)
	t.other = w.item(t.items.ID, "J001-WS·2011-Y-BGS-0008", "植树造林通知", func(i *archive.Item) { i.SeeAlso = taintedCode })
	t.item = w.item(t.items.ID, "J001-WS·2011-Y-BGS-0107", canaryTitle, func(i *archive.Item) {
		i.Persons, i.Author, i.Note, i.Box = canaryPerson+"；钱某", canaryAuthor, canaryNote, t.box.ID
	})
	fill(61)
	t.pages = append(w.pages(t.town, canaryPath, 2, t.item.ID), w.pages(t.town, "b.tif", 1, t.item.ID)...)
	t.kept = w.pages(t.town, "c.tif", 2, t.other.ID)
	w.recognise(canaryText, t.pages...)
	w.recognise("荒山绿化", t.kept...)
	if err := w.Correct(ctx, actor, t.pages[1], canaryCorrect); err != nil {
		w.Fatal(err)
	}
	group, person := archive.VirtualGroup{Name: "专题"}, archive.Person{Name: "阅览一", Roles: "reading-room"}
	w.do(func(tx *store.Tx) error {
		if err := tx.SetExtra(t.item.ID, map[string]string{"存放": canaryExtra}); err != nil {
			return err
		}
		if err := tx.AddGroup(&group); err != nil {
			return err
		}
		if err := tx.AddPerson(&person); err != nil {
			return err
		}
		return tx.AddMembers(group.ID, []archive.ID{t.other.ID, t.item.ID})
	})
	grant := func() {
		w.do(func(tx *store.Tx) error {
			return tx.AddApproval(&archive.Approval{Person: person.ID, Holding: t.item.ID, By: 9, Reason: canaryGrant})
		})
	}
	grant()
	// It had another number, whose note tells of it, and was in the trash for a time.
	w.do(func(tx *store.Tx) error {
		t.item.Code = taintedCode
		if err := tx.Recode([]archive.Record{&t.item}); err != nil {
			return err
		}
		if err := tx.AddAlias(archive.CodeAlias{Holding: t.item.ID, Code: "J001-WS·2011-Y-BGS-0107", Reason: canaryAlias}); err != nil {
			return err
		}
		return tx.SetVacancy(archive.Vacancy{Series: t.items.ID, Code: "J001-WS·2011-Y-BGS-0107", Reason: canaryVacant})
	})
	removed := w.do(func(tx *store.Tx) error {
		_, _, err := tx.RemoveTree([]archive.Holding{t.item.Holding})
		return err
	})
	if _, kept, err := w.Undo(ctx, actor, removed); err != nil || len(kept) != 1 { // an approval does not come back
		w.Fatal(kept, err)
	}
	t.item = must(w.Item(ctx, all, t.item.ID))(w)
	grant()
	q := archive.Quarantine{Holding: t.item.ID, File: must(w.Page(ctx, all, t.pages[2]))(w).File, Path: canaryPath, Page: t.pages[2], Ordinal: 3, Mark: canaryMark}
	w.do(func(tx *store.Tx) error {
		for _, path := range []string{"散件/" + canaryRefused, "c/别的.doc"} {
			if err := tx.RefuseInput(store.RefusedInput{Batch: t.batch.ID, Path: path, Reason: archive.ReasonUnsupported}); err != nil {
				return err
			}
		}
		return tx.Quarantine(&q, []archive.ID{q.File})
	})
	w.index()
	return t
}

func (w *world) ask(reason string, roots ...archive.ID) archive.Purge {
	w.Helper()
	p := archive.Purge{Reason: reason, Actor: actor.ID}
	scope := must(w.PurgeScope(ctx, roots, nil))(w)
	if _, err := w.Do(ctx, actor, archive.OpPurgeAsk, func(tx *store.Tx) error { return tx.AskPurge(&p, scope) }); err != nil {
		w.Fatal(err)
	}
	return p
}

func (w *world) agree(p archive.Purge, who archive.Actor) error {
	_, err := w.Do(ctx, who, archive.OpHoldingPurge, func(tx *store.Tx) error { return tx.BeginPurge(p.ID, who, nil) })
	w.checkTables()
	return err
}

// end does what the pipeline does for a purge, as far as the databases go.
func (w *world) end(p archive.Purge, media []archive.Medium, kept []archive.File) {
	w.Helper()
	work := must(w.PurgeWork(ctx, p.ID))(w)
	err := w.EraseTexts(ctx, work.Pages)
	if err == nil {
		err = w.PurgeValues(ctx, p.ID)
		w.checkTables()
	}
	if err == nil {
		err = w.ClearPurge(ctx, colleague, p.ID, media, kept)
	}
	if err != nil {
		w.Fatal(err)
	}
}
