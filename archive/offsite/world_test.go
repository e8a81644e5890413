package offsite_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/home"
	"lantai/archive/ingest"
	"lantai/archive/offsite"
	"lantai/archive/store"
	"lantai/archive/vault"
)

var (
	ctx   = context.Background()
	all   = access.All()
	actor = archive.LocalActor()
)

// opened is an archive that is open.
type opened struct {
	cat    *store.Catalogue
	vault  *vault.Vault
	copier *offsite.Copier
	opt    offsite.Options
}

// world is one archive of small originals, whose contents follow from their paths.
type world struct {
	*testing.T
	opened
	dir  string // of the home
	home *home.Home
}

// newWorld makes an archive in a folder of its own.
func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldIn(t, quickDir(t))
}

func newWorldIn(t *testing.T, dir string) *world {
	t.Helper()
	dir = filepath.Join(dir, "home")
	h, err := home.Init(dir, "试验档案馆", home.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, dir: dir, home: h}
	w.open(offsite.Options{})
	return w
}

// openWorld opens an archive that is there.
func openWorld(t *testing.T, dir string, opt offsite.Options) *world {
	t.Helper()
	h, err := home.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, moved := h.Relocated(); moved {
		if err := h.AcceptCopied(); err != nil {
			t.Fatal(err)
		}
	}
	w := &world{T: t, dir: dir, home: h}
	w.open(opt)
	return w
}

// open opens catalogue, originals and what copies them.
func (w *world) open(opt offsite.Options) {
	w.Helper()
	a, err := openArchive(w.dir, opt)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { a.cat.Close() })
	w.opened = a
}

// openArchive opens the archive in a folder.
func openArchive(dir string, opt offsite.Options) (a opened, err error) {
	h, err := home.Open(dir)
	if err != nil {
		return a, err
	}
	number, err := h.Station()
	if err != nil {
		number = 1 // a copy of the folder, which tests work in
	}
	if a.cat, err = store.Open(ctx, store.Options{Catalogue: h.Catalogue(), Text: h.Text(), Station: number, Now: opt.Now}); err != nil {
		return a, err
	}
	if a.vault, err = vault.Open(h.Masters(), h.Manifests(), vault.Options{}); err != nil {
		return a, errors.Join(err, a.cat.Close())
	}
	opt.Archive = offsite.Archive{ID: h.ArchiveID(), Name: h.Name(), Station: number}
	opt.Catalogue, opt.Originals = a.cat, vault.NewOriginals(a.vault, ingest.Registry(a.cat), vault.RootOptions{})
	opt.Temp, opt.Moves = filepath.Join(dir, "outgoing"), filepath.Join(h.Manifests(), "moves.tsv")
	opt.Beside = []string{filepath.Join(dir, "lantai.json")}
	a.opt, a.copier = opt, offsite.New(opt)
	return a, nil
}

// content of an original is a function of its path: some are of several blocks.
func content(path string) []byte {
	sum := sha256.Sum256([]byte(path))
	r := rand.New(rand.NewChaCha8(sum))
	b := make([]byte, 200+r.IntN(200_000))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func sumOf(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

// receive takes originals in, in one receipt.
func (w *world) receive(paths ...string) {
	w.Helper()
	b := archive.Batch{Name: "来件", Source: "/in"}
	w.do("batch.add", func(tx *store.Tx) error { return tx.AddBatch(&b) })
	batch, err := w.vault.Batch(b.ID.String())
	if err != nil {
		w.Fatal(err)
	}
	for _, path := range paths {
		c := content(path)
		stored, err := batch.Receive(ctx, vault.Incoming{Source: path, Reader: bytes.NewReader(c), Path: path})
		if err != nil {
			w.Fatal(err)
		}
		w.do("file.add", func(tx *store.Tx) error {
			f := archive.File{Path: path, Batch: b.ID, Source: path, Bytes: stored.Bytes, SHA256: stored.SHA256, Format: "jpeg"}
			if err := tx.AddFile(&f); err != nil {
				return err
			}
			return tx.AddPages([]archive.Page{{File: f.ID}})
		})
	}
	if err := batch.Close(ctx); err != nil {
		w.Fatal(err)
	}
}

// move gives an original another path, at home and in the catalogue.
func (w *world) move(from, to string) {
	w.Helper()
	f := w.file(from)
	err := w.vault.Move(ctx, []vault.Rename{{From: from, To: to, SHA256: f.SHA256}}, func([]vault.Rename) error {
		_, err := w.cat.Do(ctx, actor, archive.OpFileMove, func(tx *store.Tx) error { return tx.MoveFile(f.ID, to) })
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) file(path string) archive.File {
	w.Helper()
	f, err := w.cat.FileByPath(ctx, all, 0, path)
	if err != nil {
		w.Fatal(err)
	}
	return f
}

func (w *world) do(kind archive.OpKind, fn func(*store.Tx) error) {
	w.Helper()
	if _, err := w.cat.Do(ctx, actor, kind, fn); err != nil {
		w.Fatal(err)
	}
}

// target adds a target in a new folder.
func (w *world) target(name string) (archive.Target, string) {
	w.Helper()
	dir := filepath.Join(quickDir(w.T), name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		w.Fatal(err)
	}
	t := archive.Target{Name: name, Kind: archive.TargetFolder, Address: dir}
	if _, err := w.copier.AddTarget(ctx, actor, &t); err != nil {
		w.Fatal(err)
	}
	return t, dir
}

// run copies to a target, and wants no error.
func (w *world) run(t archive.Target) offsite.Report {
	w.Helper()
	r, err := w.copier.Run(ctx, actor, t, offsite.RunOptions{})
	if err != nil {
		w.Fatal(err)
	}
	return r
}

// check reads the copies back, and wants no error.
func (w *world) check(t archive.Target) offsite.Checked {
	w.Helper()
	v, err := w.copier.Check(ctx, actor, t, offsite.CheckOptions{})
	if err != nil {
		w.Fatal(err)
	}
	return v
}

// sums checks a target as somebody without Lantai does, and gives how many files its list has.
func (w *world) sums(dir string) int {
	w.Helper()
	cmd := exec.Command("sha256sum", "--check", "--quiet", "--strict", "manifest-sha256.txt")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		w.Errorf("sha256sum: %v\n%s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "manifest-sha256.txt"))
	if err != nil {
		w.Fatal(err)
	}
	return bytes.Count(b, []byte("\n"))
}

// files lists the regular files below a folder with their digests.
func (w *world) files(dir string) map[string]string {
	w.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		found[filepath.ToSlash(rel)] = sumOf(b)
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return found
}

// paths makes paths of originals of some fonds.
func paths(prefix string, n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("J%03d/2011-Y/盒%d/%s-%04d.jpg", i%3+1, i%5, prefix, i)
	}
	return list
}

// change changes one byte of a file.
func (w *world) change(name string) {
	w.Helper()
	flip(w.T, name)
}

func flip(t *testing.T, name string) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err == nil {
		b[len(b)/2] ^= 1
		os.Chmod(name, 0o644)
		err = os.WriteFile(name, b, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// under gives the paths of a folder that begin so, without the beginning.
func under(files map[string]string, prefix string) map[string]string {
	found := map[string]string{}
	for path, sum := range files {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			found[rest] = sum
		}
	}
	return found
}
