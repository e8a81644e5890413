//go:build torture && unix

package ingest_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/store"
	"lantai/archive/vault"
	"lantai/search"
)

// TestSecretInAChild is the process that the others kill.
func TestSecretInAChild(t *testing.T) {
	home := os.Getenv(killHome)
	if home == "" {
		t.Log("does its work for TestSecretKilled")
		return
	}
	ctx, actor := context.Background(), archive.LocalActor()
	w := secretWorldWithSteps(t, home, dying())
	if dir := os.Getenv(killSource); dir != "" {
		w.withText(dir)
	}
	var err error
	for _, q := range w.matters(archive.QuarantineWaiting) {
		switch os.Getenv(killDecide) {
		case "release":
			err = errors.Join(err, w.pipe.NotSecret(ctx, actor, q.ID, "不涉密"))
		case "purge":
			_, failed := w.pipe.Secret(ctx, actor, q.ID, "涉密")
			err = errors.Join(err, failed)
		}
	}
	if err := errors.Join(err, w.pipe.Drain(ctx), w.vault.Refresh(ctx)); err != nil {
		t.Fatal(err)
	}
}

// secretWorldWithSteps is secretWorld with vault and pipeline calling step.
func secretWorldWithSteps(t *testing.T, home string, step func(string)) *world {
	v, err := vault.Open(filepath.Join(home, "masters"), filepath.Join(home, "manifests"), vault.Options{Step: step})
	if err != nil {
		t.Fatal(err)
	}
	w := secretWorld(t, home, func(o *ingest.Options) { o.Vault, o.Step = v, step })
	w.vault = v
	return w
}

// secretChild tells whether the process was killed.
func secretChild(t *testing.T, home, source, decide, step string) bool {
	t.Helper()
	return victim{test: "TestSecretInAChild", home: home, source: source, decide: decide, step: step}.run(t)
}

func copyOf(t *testing.T, home string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "h")
	if err := os.CopyFS(to, os.DirFS(home)); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestSecretKilled ends the process at each boundary of finding a mark and of either
// decision. Whenever the catalogue has pages in quarantine, nothing of them is left to
// read; and going on ends as if nothing had happened.
func TestSecretKilled(t *testing.T) {
	found, released, purged := ingest.SecretSteps()
	moves := []string{"move:journalled", "move:renamed", "move:folders-fsynced", "move:committed", "move:logged", "move:journal-removed"}
	words := []string{"植树造林", "荒山绿化", "补充通知内容"}

	calm := t.TempDir()
	var index *search.Index
	w := secretWorld(t, calm, func(o *ingest.Options) { index = o.Index.(*search.Index) })
	w.items()
	w.ingest(w.deliver([]planted{{ordinary + "/0001.png", "", []string{"关于植树造林的通知", "各村完成荒山绿化任务"}, true},
		{"散页/乙.png", "", []string{"会议签到表"}, false}}))
	second := w.deliver([]planted{{ordinary + "/0002.png", "机密★20年", []string{"补充通知内容若干"}, true}})
	if err := errors.Join(index.Close(), w.cat.Close()); err != nil {
		t.Fatal(err)
	}

	inspect := func(t *testing.T, home string) *world {
		t.Helper()
		raw := (&world{t: t, dir: home}).traces(words, nil)
		w := lightWorld(t, home)
		if len(w.matters("")) > 0 && len(raw) > 0 && w.matters("")[0].State != archive.QuarantineReleased {
			t.Errorf("in quarantine, and left in the home: %v", raw)
		}
		aside := map[archive.ID]bool{}
		for _, p := range w.pages() {
			aside[p.ID] = p.Stage == archive.StageQuarantined
		}
		maps.DeleteFunc(aside, func(_ archive.ID, is bool) bool { return !is })
		if pictures := w.traces(nil, aside); len(pictures) > 0 {
			t.Errorf("in quarantine, and left in the home: %v", pictures)
		}
		return w
	}
	aside := copyOf(t, calm)
	secretChild(t, aside, second, "", "")
	for _, step := range append(found, moves...) {
		t.Run("found "+step, func(t *testing.T) {
			home := copyOf(t, calm)
			if !secretChild(t, home, second, "", step) {
				t.Error("never came there")
			}
			inspect(t, home)
			secretChild(t, home, second, "", "")
			w := inspect(t, home)
			if m := w.matters(archive.QuarantineWaiting); len(m) != 1 || m[0].Files != 2 {
				t.Errorf("%+v", m)
			}
			w.inQuarantine(2)
		})
	}
	for decide, steps := range map[string][]string{
		"release": append(released, moves...),
		"purge":   append(purged, vault.PurgeSteps()...),
	} {
		for _, step := range steps {
			t.Run(decide+" "+step, func(t *testing.T) {
				home := copyOf(t, aside)
				if !secretChild(t, home, "", decide, step) {
					t.Error("never came there")
				}
				inspect(t, home).checkSumsIf(decide == "purge")
				secretChild(t, home, "", decide, "")
				w := inspect(t, home)
				w.inQuarantine(0)
				w.checkSums()
				pages := w.pages()
				if want := map[string]int{"release": 3, "purge": 1}[decide]; len(pages) != want {
					t.Errorf("%d pages", len(pages))
				}
				for name, p := range pages {
					if p.Stage != archive.StageIndexed {
						t.Errorf("%s is %s", name, p.Stage)
					}
				}
				if _, err := w.cat.VerifyLog(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func (w *world) checkSumsIf(really bool) {
	if really {
		w.checkSums()
	}
}

// inQuarantine wants so many originals put aside.
func (w *world) inQuarantine(want int) {
	w.t.Helper()
	n := 0
	for f, err := range w.cat.AllFiles(context.Background(), access.All()) {
		if err != nil {
			w.t.Fatal(err)
		}
		if vault.InQuarantine(f.Path) {
			n++
		}
		if _, err := os.Stat(filepath.Join(w.dir, "masters", filepath.FromSlash(f.Path))); err != nil {
			w.t.Error(err)
		}
	}
	if n != want {
		w.t.Errorf("%d originals in quarantine, want %d", n, want)
	}
}

// lightWorld opens the catalogue of a home alone.
func lightWorld(t *testing.T, dir string) *world {
	t.Helper()
	w := &world{t: t, dir: dir}
	var err error
	w.cat, err = store.Open(context.Background(), store.Options{Catalogue: w.path("catalogue.db"), Text: w.path("text.db"), Station: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.cat.Close() })
	return w
}
