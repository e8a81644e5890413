package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lantai/archive"
)

// tamperings is how often a log is tampered with.
const tamperings = 1000

// makeLog makes a catalogue of n ops of one to three changes each and closes it.
func makeLog(t *testing.T, n int) (dir string, heads []Head) {
	t.Helper()
	ctx := context.Background()
	dir = t.TempDir()
	c := openLog(t, dir)
	for i := range n {
		if _, err := c.Do(ctx, archive.LocalActor(), archive.OpSettingEdit, func(tx *Tx) error {
			for k := range 1 + i%3 {
				if err := tx.Set(fmt.Sprintf("key%d", k), fmt.Sprint(i)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		h, err := c.Heads(ctx)
		if err != nil {
			t.Fatal(err)
		}
		heads = append(heads, h...)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, heads
}

func openLog(t *testing.T, dir string) *Catalogue {
	t.Helper()
	c, err := Open(context.Background(), Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db"), Station: 1})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tamper changes the log by hand in a copy of a catalogue, and checks the copy.
func tamper(t *testing.T, dir string, kept []Head, by func(db *sql.DB)) LogCheck {
	t.Helper()
	to := t.TempDir()
	for _, name := range []string{"catalogue.db", "text.db"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite3", filepath.Join(to, "catalogue.db"))
	if err != nil {
		t.Fatal(err)
	}
	by(db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	c := openLog(t, to)
	defer c.Close()
	check, err := c.CheckLog(context.Background(), kept, nil)
	if err != nil {
		t.Fatal(err)
	}
	return check
}

func mustExec(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// TestTamperings alters a log at random places in every way, without making its digests
// anew: each is found, and at its first op.
func TestTamperings(t *testing.T) {
	const ops = 40
	dir, _ := makeLog(t, ops)
	ways := map[string]func(db *sql.DB, number, other int){
		"removed": func(db *sql.DB, n, _ int) {
			mustExec(t, db, `DELETE FROM change WHERE op = (SELECT id FROM op WHERE number = ?)`, n)
			mustExec(t, db, `DELETE FROM op WHERE number = ?`, n)
		},
		"removed and closed up": func(db *sql.DB, n, _ int) {
			mustExec(t, db, `DELETE FROM change WHERE op = (SELECT id FROM op WHERE number = ?)`, n)
			mustExec(t, db, `DELETE FROM op WHERE number = ?`, n)
			for i := n + 1; i <= ops; i++ {
				mustExec(t, db, `UPDATE op SET number = ? WHERE number = ?`, i-1, i)
			}
			mustExec(t, db, `UPDATE station SET number = number - 1`)
		},
		"back-dated": func(db *sql.DB, n, _ int) {
			mustExec(t, db, `UPDATE op SET time = time - 86400000 WHERE number = ?`, n)
		},
		"another person": func(db *sql.DB, n, _ int) { mustExec(t, db, `UPDATE op SET actor = 77 WHERE number = ?`, n) },
		"another deed":   func(db *sql.DB, n, _ int) { mustExec(t, db, `UPDATE op SET kind = 'page.link' WHERE number = ?`, n) },
		"value": func(db *sql.DB, n, _ int) {
			mustExec(t, db, `UPDATE change SET after = '{"key":"x"}' WHERE seq = 1 AND op = (SELECT id FROM op WHERE number = ?)`, n)
		},
		"value without its salt": func(db *sql.DB, n, _ int) {
			mustExec(t, db, `UPDATE change SET after = '{"key":"x"}', salt = NULL, digest = zeroblob(32) WHERE seq = 1 AND op = (SELECT id FROM op WHERE number = ?)`, n)
		},
		"value of a change that looks purged": func(db *sql.DB, n, _ int) {
			mustExec(t, db, `UPDATE change SET after = '{"key":"x"}', salt = NULL WHERE seq = 1 AND op = (SELECT id FROM op WHERE number = ?)`, n)
		},
		"change removed": func(db *sql.DB, n, _ int) {
			mustExec(t, db, `DELETE FROM change WHERE seq = 1 AND op = (SELECT id FROM op WHERE number = ?)`, n)
		},
		"change added": func(db *sql.DB, n, _ int) {
			mustExec(t, db, `INSERT INTO change (op, seq, noun, id, after, salt, digest) SELECT id, changes + 1, 'setting', 0, '{}', zeroblob(16), zeroblob(32) FROM op WHERE number = ?`, n)
		},
		"reordered": func(db *sql.DB, n, other int) {
			mustExec(t, db, `UPDATE op SET number = -1 WHERE number = ?`, n)
			mustExec(t, db, `UPDATE op SET number = ? WHERE number = ?`, n, other)
			mustExec(t, db, `UPDATE op SET number = ? WHERE number = -1`, other)
		},
	}
	r := rand.New(rand.NewPCG(5, uint64(time.Now().UnixNano())))
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			for range (tamperings + len(ways) - 1) / len(ways) {
				n, other := 1+r.IntN(ops), 1+r.IntN(ops)
				if other == n {
					other = 1 + n%ops
				}
				first := n
				if name == "reordered" {
					first = min(n, other)
				}
				check := tamper(t, dir, nil, func(db *sql.DB) { way(db, n, other) })
				// What was closed up behind the end leaves the end alone to tell.
				last := name == "removed and closed up" && n == ops && check.Bad != nil && check.Bad.Fault == LogCutOff
				if !last && (check.Bad == nil || check.Bad.Number != first) {
					t.Errorf("op %d (and %d): found %+v", n, other, check.Bad)
				}
			}
		})
	}
}

// digestsOf runs the digests of an op's changes together.
func digestsOf(t *testing.T, db *sql.DB, op archive.ID) []byte {
	t.Helper()
	list, err := db.Query(`SELECT digest FROM change WHERE op = ? ORDER BY seq`, int64(op))
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	root := make([]byte, digestSize)
	for list.Next() {
		var d []byte
		if err := list.Scan(&d); err != nil {
			t.Fatal(err)
		}
		root = fold(root, bytes.Clone(d))
	}
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	return root
}

// TestHeadsProveWhatDigestsCannot makes a log anew from an op on, digests and all, as
// somebody can who has the database to write in: nothing shows, but against a head kept elsewhere.
func TestHeadsProveWhatDigestsCannot(t *testing.T) {
	const ops = 12
	dir, heads := makeLog(t, ops)
	forge := func(from int) func(db *sql.DB) {
		return func(db *sql.DB) {
			var prev []byte
			for n := 1; n <= ops; n++ {
				o := archive.Op{Station: 1}
				var root []byte
				if err := db.QueryRow(`SELECT id, actor, time, kind, changes, digest, prev FROM op WHERE number = ?`, n).
					Scan(&o.ID, &o.Actor, &o.Time, &o.Kind, &o.Changes, &o.Digest, &o.Prev); err != nil {
					t.Fatal(err)
				}
				if n < from {
					prev = o.Digest
					continue
				}
				root = digestsOf(t, db, o.ID)
				if prev != nil {
					o.Prev = prev
				}
				o.Actor = 77
				prev = opDigest(o, n, o.Changes, root)
				mustExec(t, db, `UPDATE op SET actor = 77, prev = ?, digest = ? WHERE number = ?`, o.Prev, prev, n)
			}
			mustExec(t, db, `UPDATE station SET digest = ?`, prev)
		}
	}
	for from := 1; from <= ops; from++ {
		if got := tamper(t, dir, nil, forge(from)); got.Bad != nil {
			t.Fatalf("the forgery from %d on is not good enough: %+v", from, got.Bad)
		}
		for _, h := range heads {
			got := tamper(t, dir, []Head{h}, forge(from))
			if found := got.Bad != nil && got.Bad.Fault == HeadDiffers && got.Bad.Number == h.Number; found != (h.Number >= from) {
				t.Errorf("forged from %d on, head of %d: %+v", from, h.Number, got.Bad)
			}
		}
	}
	cut := func(db *sql.DB) {
		mustExec(t, db, `DELETE FROM change WHERE op = (SELECT id FROM op WHERE number = ?)`, ops)
		mustExec(t, db, `DELETE FROM op WHERE number = ?`, ops)
		digest, err := hex.DecodeString(heads[ops-2].Digest)
		if err != nil {
			t.Fatal(err)
		}
		mustExec(t, db, `UPDATE station SET number = ?, digest = ?`, ops-1, digest)
		for key, value := range map[string]int{"key0": ops - 2, "key1": ops - 2, "key2": ops - 4} { // the tables go back, too
			mustExec(t, db, `UPDATE setting SET value = ? WHERE key = ?`, fmt.Sprint(value), key)
		}
	}
	if got := tamper(t, dir, nil, cut); got.Bad != nil {
		t.Errorf("cut off: %+v", got.Bad)
	}
	if got := tamper(t, dir, heads[ops-1:], cut); got.Bad == nil || got.Bad.Fault != OpMissing || got.Bad.Number != ops {
		t.Errorf("cut off, against its head: %+v", got.Bad)
	}
}

// TestOpsOutsideTheChain adds ops where no chain would pass them, yet a list shows them.
func TestOpsOutsideTheChain(t *testing.T) {
	const ops = 5
	dir, _ := makeLog(t, ops)
	add := func(station, number int) func(db *sql.DB) {
		return func(db *sql.DB) {
			mustExec(t, db, `INSERT INTO op (id, actor, station, number, time, kind, changes, digest, prev)
				SELECT id + 77777, actor, ?, ?, time, kind, changes, digest, prev FROM op WHERE number = 3`, station, number)
		}
	}
	for name, c := range map[string]struct {
		station, number int
		fault           LogFault
	}{
		"before the first": {1, 0, OpOutOfOrder}, "of no number": {1, -7, OpOutOfOrder}, "behind the last": {1, ops + 1, LogCutOff},
		"far behind": {1, ops + 9, LogCutOff}, "of a station that never wrote": {9, 1, LogCutOff},
	} {
		t.Run(name, func(t *testing.T) {
			got := tamper(t, dir, nil, add(c.station, c.number))
			if got.Bad == nil || got.Bad.Fault != c.fault || got.Bad.Station != c.station || got.Bad.Op == 0 {
				t.Errorf("found %+v", got.Bad)
			}
		})
	}
	if got := tamper(t, dir, []Head{{Station: 4, Number: 2}}, func(*sql.DB) {}); got.Bad == nil || got.Bad.Fault != OpMissing || got.Bad.Station != 4 {
		t.Errorf("a station whose log is gone: %+v", got.Bad)
	}
}

// TestAClockSetBackIsTold makes ops with a clock that goes back.
func TestAClockSetBackIsTold(t *testing.T) {
	ctx := context.Background()
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	c, err := Open(ctx, Options{Catalogue: filepath.Join(dir, "catalogue.db"), Text: filepath.Join(dir, "text.db"), Station: 1,
		Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for i, at := range []time.Duration{0, time.Hour, -24 * time.Hour, 2 * time.Hour} {
		now = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC).Add(at)
		if _, err := c.Do(ctx, archive.LocalActor(), archive.OpSettingEdit, func(tx *Tx) error { return tx.Set("a", fmt.Sprint(i)) }); err != nil {
			t.Fatal(err)
		}
	}
	check, err := c.CheckLog(ctx, nil, nil)
	if err != nil || check.Bad != nil || check.Ops != 4 || len(check.Earlier) != 1 || check.Earlier[0].Number != 3 {
		t.Errorf("%+v, %v", check, err)
	}
}
