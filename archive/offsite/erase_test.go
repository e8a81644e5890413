package offsite_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/store"
)

// purged makes an archive with a target that holds a file which is to be erased, as a purge leaves it.
func purged(t *testing.T) (w *world, target archive.Target, dir, word string, left archive.Medium) {
	t.Helper()
	w = newWorld(t)
	word = "绝不该在这里"
	w.receive(append(paths("a", 6), "J001/2011-Y/"+word+"-0001.jpg")...)
	target, dir = w.target(targetName)
	w.run(target)
	w.move("J001/2011-Y/"+word+"-0001.jpg", "J001/2011-D30/"+word+"-0002.jpg")
	w.run(target)
	media, err := w.copier.Media(ctx, target)
	if err != nil {
		t.Fatal(err)
	}
	q := w.aside("J001/2011-D30/" + word + "-0002.jpg")
	w.do("quarantine.purge", func(tx *store.Tx) error { return tx.DecideQuarantine(q, archive.QuarantinePurging, actor.ID, "移交") })
	if err := w.cat.PurgeQuarantined(ctx, actor, q); err != nil {
		t.Fatal(err)
	}
	return w, target, dir, word, archive.Medium{Root: media[0].Carrier.ID, Name: "x", Paths: []string{"masters/J001/2011-Y/" + word + "-0001.jpg"}}
}

// speaks tells whether a name or the content of a file below a folder has a word.
func (w *world) speaks(dir, word string) (where []string) {
	w.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(word)) || bytes.Contains([]byte(path), []byte(word)) {
			where = append(where, path)
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return where
}

func TestWhatIsPurgedIsErasedAtATarget(t *testing.T) {
	w, target, dir, word, left := purged(t)
	if len(w.speaks(dir, word)) < 4 {
		t.Errorf("before: %v", w.speaks(dir, word))
	}
	if err := w.copier.Erase(ctx, actor, left); err != nil {
		t.Fatal(err)
	}
	if where := w.speaks(dir, word); len(where) > 0 {
		t.Errorf("left in %v", where)
	}
	if n := w.sums(dir); n != 6 {
		t.Errorf("the list has %d files", n)
	}
	if r := w.run(target); r.Copied != 0 || !r.Complete || r.Already != 6 {
		t.Errorf("%+v", r)
	}
	if v := w.check(target); v.OK != 6 || v.Damaged() || len(v.Extra) > 0 {
		t.Errorf("%+v", v)
	}
}

// An erasure that is cut off anywhere is repeated.
func TestErasingIsCutOff(t *testing.T) {
	for _, step := range []string{"copies-erased", "reconciling", "reconciled", "state-announced", "state-written", "catalogues-erased", "snapshot", "run-finished"} {
		t.Run(step, func(t *testing.T) {
			w, target, dir, word, left := purged(t)
			cut := errors.New("cut off")
			w.opt.Step = func(name string) {
				if name == step {
					panic(cut)
				}
			}
			func() {
				defer func() {
					if recover() != cut {
						t.Error("it was not cut off")
					}
				}()
				_ = offsite.New(w.opt).Erase(ctx, actor, left)
			}()
			if err := w.copier.Erase(ctx, actor, left); err != nil {
				t.Fatal(err)
			}
			if where := w.speaks(dir, word); len(where) > 0 {
				t.Errorf("left in %v", where)
			}
			if r := w.run(target); !r.Complete || w.sums(dir) != 6 {
				t.Errorf("%+v", r)
			}
		})
	}
}
