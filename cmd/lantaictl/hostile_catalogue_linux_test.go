package main

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"
)

// looks are commands that read an archive in every way, of which none may fall over.
var looks = [][]string{
	{"status"}, {"fonds", "list"}, {"series", "list"}, {"item", "list", "--fonds", "0001"}, {"container", "list", "--fonds", "0001"}, {"item", "show", letter}, {"show", letter},
	{"history", letter}, {"audit", "list"}, {"audit", "verify"}, {"trash", "list"}, {"search", "防汛"}, {"search", "year:1985"}, {"ledger"}, {"group", "list"}, {"queue", "list"},
	{"root", "list"}, {"quarantine", "list", "--all"}, {"code", "check"}, {"code", "gaps"}, {"words", "list"}, {"link", "--check"}, {"link", "--by", "name", "--dry-run"},
	{"verify"}, {"retry"}, {"rebuild", "index"}, {"rebuild", "derived"}, {"search", "防汛"},
}

// what is enough to see of a log, and of a database, that is not as it should be.
var (
	looksAtLog = [][]string{{"status"}, {"show", letter}, {"history", letter}, {"audit", "list"}, {"audit", "verify"}, {"audit", "head"}, {"trash", "list"}}
	looksAtAll = [][]string{{"status"}, {"show", letter}, {"item", "list", "--fonds", "0001"}, {"audit", "verify"}, {"verify"}, {"retry"}, {"search", "防汛"}}
)

// edit changes a database of an archive as somebody with a database program would.
func (a *target) edit(file string, statements ...string) {
	a.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(a.home, file)+"?_foreign_keys=0")
	if err != nil {
		a.t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, s := range append([]string{"PRAGMA ignore_check_constraints = 1"}, statements...) {
		if _, err := db.Exec(s); err != nil {
			a.t.Fatalf("%s: %v", s, err)
		}
	}
}

// look runs commands that look, and an export.
func (a *target) look(commands [][]string) {
	a.t.Helper()
	for _, args := range commands {
		a.run(args...)
	}
	for _, name := range []string{"out.csv", "out.xlsx"} {
		a.run("export", "--replace", "catalogue", filepath.Join(a.dir, name))
		_ = os.Remove(filepath.Join(a.dir, name))
	}
	if b, err := os.ReadFile(a.bait); err != nil || string(b) != baited {
		a.t.Errorf("the file outside was touched: %v %q", err, b)
	}
}

// numbers reads ids from the catalogue.
func (a *target) numbers(query string) (list []string) {
	a.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(a.home, "catalogue.db"))
	if err != nil {
		a.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		a.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			a.t.Fatal(err)
		}
		list = append(list, id)
	}
	if err := rows.Err(); err != nil {
		a.t.Fatal(err)
	}
	return list
}

const long = `replace(hex(zeroblob(5000000)), '0', '长')`

// Values that no Lantai has written, in rows of the catalogue, make no command fall over.
func TestHostileValues(t *testing.T) {
	const evil = `'../../../../bait.jpg'`
	for name, edits := range map[string][]string{
		"kinds, states and dates not known": {`UPDATE holding SET kind = 'spaceship' WHERE kind = 'item'`, `UPDATE holding SET retention = '一万年', opening = '??', date = '二〇二六年十三月', date_sort = x'ff00'`,
			`UPDATE file SET state = 'lost', format = 'exe'`, `UPDATE page SET stage = 'asleep'`},
		"series of no scheme": {`UPDATE series SET scheme = 'none', holds = 'wind', arranged = 'x'`},
		"stages and reasons":  {`UPDATE page SET stage = 'refused', reason = 'because', detail = char(27) || '[31m'`},
		"numbers out of all bounds": {`UPDATE page SET ordinal = -9223372036854775808, frame = 9223372036854775807, width = -1, height = 9223372036854775807, dpi = -1`,
			`UPDATE file SET bytes = -1, modified = 9223372036854775807`, `UPDATE holding SET year = -9223372036854775808, rev = 9223372036854775807, access_class = 9223372036854775807`},
		"a recipe that is none":      {`UPDATE page SET recipe = '{"turn":1e999', made_from = ''`},
		"a recipe of wrong values":   {`UPDATE page SET recipe = '{"turn":-7,"skew":1e308,"crop":[-1,-1,99999999,99999999]}', made_from = 'x', stage = 'received'`},
		"nothing leads to anything":  {`UPDATE holding SET parent = 12345, series = 12345, fonds = 12345`, `UPDATE page SET holding = 77, file = 78`, `DELETE FROM series`},
		"parents in a circle":        {`UPDATE holding SET parent = (SELECT MAX(id) FROM holding WHERE kind = 'item') WHERE kind = 'item'`, `UPDATE holding SET parent = id WHERE kind = 'series'`},
		"counts that are wrong":      {`UPDATE tally SET n = -9223372036854775808`},
		"counts of nothing":          {`DELETE FROM tally`},
		"a path outside":             {`UPDATE file SET path = ` + evil},
		"an absolute path":           {`UPDATE file SET path = '/etc/passwd'`},
		"a root outside":             {`INSERT INTO storage_root (id, label, path, volume, within) VALUES (99, 'x', '/etc', '', '')`, `UPDATE file SET root = 99, path = 'passwd'`},
		"texts of ten million bytes": {`UPDATE holding SET title = ` + long + `, code = code || 'x' WHERE kind = 'item'`},
		"control characters":         {`UPDATE holding SET title = char(27) || ']0;x' || char(7) || char(0) || 'a', code_sort = x'00' WHERE kind = 'item'`},
		"no UTF-8":                   {`UPDATE holding SET title = CAST(x'fffe41' AS TEXT) WHERE kind = 'item'`},
		"formulas":                   {`UPDATE holding SET title = '=cmd|'' /C calc''!A0' WHERE kind = 'item'`},
		"settings not known":         {`INSERT OR REPLACE INTO setting VALUES ('queue.hours', '99:99-x'), ('queue.order', '[{"from":"x"}]'), ('ocr.workers', '-1'), ('ocr.languages', '--help;rm'), ('words', '{{{')`},
		"a queue without an end":     {`UPDATE page SET stage = 'received', claim = 12345, lease = 9223372036854775807`},
		"rows of nobody":             {`DELETE FROM item`, `DELETE FROM fonds`},
		"a quarantine of nothing":    {`INSERT INTO quarantine (id, holding, file, source, page, ordinal, mark, found, files, pages, state, decided, note) VALUES (5, 6, 7, '', 8, -1, '机密', -1, -1, -1, 'odd', -1, '')`},
		"a long write of nobody":     {`INSERT INTO pending SELECT MAX(id), 0, zeroblob(3) FROM op`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newTarget(t)
			a.edit("catalogue.db", a.fitting(edits)...)
			a.look(looks)
		})
	}
}

// fitting tells statements that fit the tables no more, and leaves them out.
func (a *target) fitting(edits []string) []string {
	a.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(a.home, "catalogue.db"))
	if err != nil {
		a.t.Fatal(err)
	}
	defer db.Close()
	var fit []string
	for _, e := range edits {
		if _, err := db.Exec("EXPLAIN " + e); err != nil {
			a.t.Errorf("the attack does not fit the tables any more: %s: %v", e, err)
			continue
		}
		fit = append(fit, e)
	}
	return fit
}

// What was changed in the log by hand is named by audit verify.
func TestHostileLog(t *testing.T) {
	for name, edit := range map[string]string{
		"a change is altered": `UPDATE change SET after = '{"title":"别的"}' WHERE after IS NOT NULL AND op = (SELECT MIN(op) FROM change WHERE after IS NOT NULL)`,
		"an op is another's":  `UPDATE op SET actor = actor + 1 WHERE id = (SELECT MAX(id) FROM op)`,
		"an op is gone":       `DELETE FROM op WHERE id = (SELECT MIN(id) FROM op)`,
		"a change is gone":    `DELETE FROM change WHERE op = (SELECT MIN(op) FROM change)`,
		"a noun is SQL":       `UPDATE change SET noun = 'holding; DROP TABLE op; --'`,
		"a noun is a table":   `UPDATE change SET noun = 'sqlite_master'`,
		"a value is no JSON":  `UPDATE change SET before = '{{{', after = '"x"' WHERE after IS NOT NULL`,
		"a column is SQL":     `UPDATE change SET before = '{"title = '''' --":"x"}', after = '{"title = '''' --":"y"}' WHERE after IS NOT NULL`,
		"a digest is short":   `UPDATE op SET digest = x'00'`,
		"a salt is long":      `UPDATE change SET salt = zeroblob(5000000)`,
		"an op is older":      `UPDATE op SET time = 1000 WHERE id = (SELECT MAX(id) FROM op)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newTarget(t)
			a.edit("catalogue.db", edit)
			r := a.json([]int{exitDamaged}, "audit", "verify")
			if bad, ok := r["first_bad"].(map[string]any); !ok || bad["op"] == nil || bad["reason"] == "" {
				t.Errorf("the op is not named: %v", r)
			}
			a.look(looksAtLog)
			for _, op := range a.numbers(`SELECT id FROM op ORDER BY id DESC`) {
				a.run("undo", op)
			}
			a.wants([]int{exitDamaged}, "audit", "verify")
		})
	}
}

// A catalogue that cannot be one is refused with a sentence, and left as it is.
func TestHostileDatabases(t *testing.T) {
	for name, attack := range map[string]func(a *target, file string) []int{
		"no database": func(a *target, file string) []int {
			a.write(file, []byte(strings.Repeat("this is no database ", 1000)))
			return []int{exitDamaged}
		},
		"a head and nothing behind": func(a *target, file string) []int {
			a.write(file, append([]byte("SQLite format 3\x00"), bytes.Repeat([]byte{0xff}, 5000)...))
			return []int{exitDamaged}
		},
		"cut in the middle": func(a *target, file string) []int {
			if err := os.Truncate(file, size0(a.t, file)/2); err != nil {
				a.t.Fatal(err)
			}
			return []int{exitDamaged, exitFailed}
		},
		"cut in a block": func(a *target, file string) []int {
			if err := os.Truncate(file, size0(a.t, file)-1000); err != nil {
				a.t.Fatal(err)
			}
			return []int{exitDamaged, exitFailed, exitDone} // the last block may be one that is not read
		},
		"bytes turned over": func(a *target, file string) []int {
			b, err := os.ReadFile(file)
			if err != nil {
				a.t.Fatal(err)
			}
			for i := 4096; i < len(b); i += 997 {
				b[i] ^= 0xff
			}
			a.write(file, b)
			return []int{exitDamaged, exitFailed}
		},
		"of a later format": func(a *target, file string) []int {
			a.edit(filepath.Base(file), `PRAGMA user_version = 999`)
			return []int{exitFailed}
		},
		"of another program": func(a *target, file string) []int {
			a.edit(filepath.Base(file), `PRAGMA application_id = 7`)
			return []int{exitFailed}
		},
		"a folder": func(a *target, file string) []int {
			if err := os.Remove(file); err != nil {
				a.t.Fatal(err)
			}
			if err := os.Mkdir(file, 0o755); err != nil {
				a.t.Fatal(err)
			}
			return []int{exitFailed}
		},
		"a pointer to another file": func(a *target, file string) []int {
			if err := os.Remove(file); err != nil {
				a.t.Fatal(err)
			}
			if err := os.Symlink(a.bait, file); err != nil {
				a.t.Fatal(err)
			}
			return []int{exitDamaged, exitFailed}
		},
		"a table is gone": func(a *target, file string) []int {
			table := map[string]string{"catalogue.db": "holding", "text.db": "page_text"}[filepath.Base(file)]
			a.edit(filepath.Base(file), `DROP TABLE `+table)
			return []int{exitDamaged, exitFailed}
		},
		"a trigger waits": func(a *target, file string) []int {
			table := map[string]string{"catalogue.db": "op", "text.db": "page_text"}[filepath.Base(file)]
			a.edit(filepath.Base(file), `CREATE TRIGGER evil AFTER INSERT ON `+table+` BEGIN DELETE FROM `+table+`; END`)
			return []int{exitDamaged}
		},
	} {
		for _, db := range []string{"catalogue.db", "text.db"} {
			t.Run(name+" "+db, func(t *testing.T) {
				a := newTarget(t)
				file := filepath.Join(a.home, db)
				codes := attack(a, file)
				before, _ := os.ReadFile(file) // a folder has no content
				r := a.wants(codes, "search", "--limit", "1", "防汛")
				if r.code != exitDone && (strings.Contains(r.told, "did not expect") || strings.Contains(r.told, "internal")) {
					t.Errorf("without a sentence of its own: %s", r.told)
				}
				if after, _ := os.ReadFile(file); !bytes.Equal(before, after) && r.code != exitDone {
					t.Errorf("a database that was refused is written to")
				}
				a.look(looksAtAll)
			})
		}
	}
}

func size0(t *testing.T, file string) int64 {
	t.Helper()
	st, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return st.Size()
}
