package offsite_test

import (
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

// aside puts originals aside as suspected state secrets, as the pipeline does.
func (w *world) aside(list ...string) archive.ID {
	w.Helper()
	var q archive.Quarantine
	ids := make([]archive.ID, len(list))
	for i, path := range list {
		ids[i] = w.file(path).ID
	}
	q.Mark, q.File, q.Page = "机密★10年", ids[0], w.page(list[0])
	w.do("quarantine.add", func(tx *store.Tx) error { return tx.Quarantine(&q, ids) })
	return q.ID
}

// What is put aside is not copied, at whatever moment of a run; what had been copied before is known to lie there.
func TestPutAside(t *testing.T) {
	for _, step := range []string{"", "group-written", "group-settled", "group-listed"} {
		t.Run("at "+step, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			list := paths("a", 6)
			w.receive(list...)
			target, dir := w.target("异地")
			var q archive.ID
			if step == "" {
				q = w.aside(list[0], list[1])
			}
			w.at(step, func() { q = w.aside(list[0], list[1]) })
			r := w.run(target)
			there := under(w.files(dir), "masters/")
			copied := step == "group-settled" || step == "group-listed" // it had its name when it was put aside
			if _, ok := there[list[0]]; ok != copied || len(there) != 4+2*btoi(copied) {
				t.Errorf("it lies there: %v; %d files", ok, len(there))
			}
			n, err := w.cat.CopyTotals(ctx, target.ID)
			if err != nil || n.Files != 4 || n.Copied != 4 || n.Quarantined != 2 || !r.Complete || len(r.Failed) > 0 {
				t.Errorf("%+v, %+v, %v", n, r, err)
			}
			known, err := w.cat.CopiesOf(ctx, target.ID, []archive.ID{w.file(list[0]).ID})
			if err != nil || (len(known) == 1) != copied {
				t.Errorf("the catalogue knows of %d copies, %v", len(known), err)
			}
			if lines := w.sums(dir); lines != len(there) {
				t.Errorf("%d lines for %d files", lines, len(there))
			}
			if v := w.check(target); v.Damaged() || len(v.Extra) > 0 || v.NotCopied != 0 {
				t.Errorf("check: %+v", v)
			}
			// Found to be none, it is copied as any other.
			w.do("quarantine.release", func(tx *store.Tx) error {
				return tx.DecideQuarantine(q, archive.QuarantineReleasing, actor.ID, "不是")
			})
			w.do("quarantine.release", func(tx *store.Tx) error { return tx.EndRelease(q) })
			if r := w.run(target); !r.Complete {
				t.Errorf("released: %+v", r)
			}
			w.complete(target, dir)
			w.restores(dir)
		})
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// An original whose row is purged counts nowhere any more: not as missing, not as copied.
func TestPurgedWhileCopying(t *testing.T) {
	for _, step := range []string{"group-written", "group-settled", "group-listed", "group-noted"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			list := paths("a", 6)
			w.receive(list...)
			target, dir := w.target("异地")
			w.at(step, func() {
				q := w.aside(list[0])
				w.do("quarantine.purge", func(tx *store.Tx) error {
					return tx.DecideQuarantine(q, archive.QuarantinePurging, actor.ID, "移交")
				})
				if err := w.cat.PurgeQuarantined(ctx, actor, q); err != nil {
					t.Error(err)
				}
			})
			r := w.run(target)
			n, err := w.cat.CopyTotals(ctx, target.ID)
			if err != nil || n.Files != 5 || n.Copied != 5 || !r.Complete || len(r.Failed) > 0 {
				t.Errorf("%+v, %+v, %v", n, r, err)
			}
			if step != "group-noted" && r.Copied != 5 {
				t.Errorf("%d were told to be copied", r.Copied)
			}
			w.sums(dir)
			if v := w.check(target); v.OK != 5 || v.Damaged() || v.NotCopied != 0 || len(v.Extra) != btoi(step != "group-written") {
				t.Errorf("check: %+v", v)
			}
			if r := w.run(target); r.Copied != 0 || r.Already != 5 || !r.Complete {
				t.Errorf("again: %+v", r)
			}
		})
	}
}
