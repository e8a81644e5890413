package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"lantai/archive"
)

// A record that an earlier program logged without the class that the migration gave it
// fits, is changed, removed and brought back; its class is held to its marks all the same.
func TestClassesOfAnEarlierProgramFit(t *testing.T) {
	ctx := context.Background()
	c := openLog(t, t.TempDir())
	defer c.Close()
	do := func(fn func(*Tx) error) archive.ID {
		t.Helper()
		op, err := c.Do(ctx, archive.LocalActor(), "test", fn)
		if err != nil {
			t.Fatal(err)
		}
		return op
	}
	fonds := archive.Fonds{Holding: archive.Holding{Code: "J001"}}
	series := archive.Series{Holding: archive.Holding{Code: "J001-WS"}}
	item := archive.Item{Holding: archive.Holding{Code: "J001-WS-1", Title: "甲", Opening: "开放", Access: 3}}
	do(func(tx *Tx) error {
		if err := tx.AddFonds(&fonds); err != nil {
			return err
		}
		series.Parent = fonds.ID
		if err := tx.AddSeries(&series); err != nil {
			return err
		}
		item.Parent = series.ID
		if err := tx.AddItem(&item); err != nil {
			return err
		}
		last := &tx.changes[len(tx.changes)-1]
		was := last.Change
		was.After = earlier(t, was.After)
		ch, err := newChange(was)
		*last = ch
		return err
	})
	fits := func(want string) {
		t.Helper()
		check, err := c.CheckLog(ctx, nil, nil)
		if err != nil || (check.Bad == nil) != (want == "") || check.Bad != nil && check.Bad.Row.Field != want {
			t.Errorf("%+v, %v, want %q", check.Rows, err, want)
		}
		if agree := sumsAgree(t, c); agree != (want == "") {
			t.Errorf("sums agree: %v, want %q", agree, want)
		}
	}
	fits("")
	if _, err := c.cat.write.Exec(`UPDATE holding SET access_class = 2003 WHERE code = 'J001-WS-1'`); err != nil {
		t.Fatal(err)
	}
	fits("access_class")
	if _, err := c.cat.write.Exec(`UPDATE holding SET access_class = 1003 WHERE code = 'J001-WS-1'`); err != nil {
		t.Fatal(err)
	}
	removed := do(func(tx *Tx) error { return tx.Remove(item.ID, item.Rev) })
	fits("")
	back, kept, err := c.Undo(ctx, archive.LocalActor(), removed)
	if err != nil || len(kept) > 0 {
		t.Fatal(kept, err)
	}
	fits("")
	if _, kept, err := c.Undo(ctx, archive.LocalActor(), back); err != nil || len(kept) > 0 {
		t.Fatal(kept, err)
	}
	fits("")
}

// sumsAgree tells whether the sums alone find nothing, so that no row has to be looked at.
func sumsAgree(t *testing.T, c *Catalogue) bool {
	t.Helper()
	ctx := context.Background()
	h := c.newHeldCheck()
	if err := c.sumTables(ctx, c.cat.read, h.tables); err != nil {
		t.Fatal(err)
	}
	if err := rows(ctx, c.cat.read, `SELECT op, id, noun, before, after FROM change`, nil, func(r *sql.Rows) error {
		var op, id int64
		var noun, before, after sql.RawBytes
		err := r.Scan(&op, &id, &noun, &before, &after)
		h.log.change(op, id, noun, before, after)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return h.log.differs(h.tables) == nil
}

// earlier is a logged row without the level of its class.
func earlier(t *testing.T, after string) string {
	t.Helper()
	var row map[string]any
	if err := json.Unmarshal([]byte(after), &row); err != nil {
		t.Fatal(err)
	}
	row["access_class"] = 3
	b, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Objects are read as encoding/json reads them.
func TestLoggedFields(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	some := []rune("a\"\\<>&{},:\u2028\n\t 一\U0001F600\x7f'0")
	text := func() string {
		b := make([]rune, r.IntN(6))
		for i := range b {
			b[i] = some[r.IntN(len(some))]
		}
		return string(b)
	}
	for range 20_000 {
		want := map[string]any{}
		for range r.IntN(4) {
			if r.IntN(2) == 0 {
				want[text()] = text()
			} else {
				want[text()] = json.Number(archive.ID(r.Int64() - r.Int64()).String())
			}
		}
		object, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		list, err := loggedFields(object, nil)
		if err != nil || len(list) != len(want) {
			t.Fatalf("%s: %q, %v", object, list, err)
		}
		for _, f := range list {
			if n, number := want[string(f.name)].(json.Number); number && n.String() != string(f.value) || !number && want[string(f.name)] != string(f.value) {
				t.Fatalf("%s: %q is %q", object, f.name, f.value)
			}
		}
	}
	for _, bad := range []string{"x", "{", "{}x", `{"a"}`, `{"a":}`, `{"a":1`, `{"a":"b}`, `{"a":[1]}`, `{"a":1,}`, `{"a":null}`} {
		if list, err := loggedFields([]byte(bad), nil); err == nil {
			t.Errorf("%s was read: %q", bad, list)
		}
	}
}
