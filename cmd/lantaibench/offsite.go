package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/ingest"
	"lantai/archive/offsite"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// What copies elsewhere are held to; ratios are of the rival's speed in the same run.
const (
	goalPlan       = time.Second // nothing new, of 2.2 million pages
	goalFirstPlan  = 10 * time.Second
	goalPlanMemory = 150 // MB of anonymous memory
	goalReconcile  = 1.2 // of the time of rclone check --size-only, at most
	goalCopy       = 0.90
	goalCheck      = 0.95
	goalRestore    = 0.9 // of the speed of copying
)

// benchOffsite measures planning in the archive of the annual figures, looking at a target of 200,000 files
// beside rclone, and copying, checking and restoring files of the size of scans beside cp and openssl.
func benchOffsite(args []string) error {
	f := flag.NewFlagSet("offsite", flag.ContinueOnError)
	cache := f.String("dir", "", "folder that keeps the archive of the annual figures; empty: the user's cache folder")
	scratch := f.String("catalogue", "", "a copy of such a catalogue.db that may be changed, instead of one of that archive")
	work := f.String("work", "", "folder to work in; empty: a temporary one")
	seed := f.Uint64("seed", 1, "seed of the archive")
	small := f.Int("small", 200_000, "files of the target that is looked at")
	files := f.Int("files", 5000, "files of 2 MB to copy, check and restore; room for three times as many is needed")
	rounds := f.Int("rounds", 3, "times that each is measured, in turn with its rival")
	only := f.String("only", "", "plan, look or copy: measure that alone")
	profile := f.String("cpuprofile", "", "file to write a profile to")
	if err := f.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(*work, "bench-offsite")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return profiled(*profile, func() error {
		for _, part := range []struct {
			name string
			do   func() error
		}{
			{"plan", func() error { return offsitePlan(dir, *cache, *scratch, *seed, *rounds) }},
			{"look", func() error { return offsiteLook(dir, *small, *rounds) }},
			{"copy", func() error { return offsiteCopy(dir, *files, *rounds) }},
		} {
			if *only != "" && *only != part.name {
				continue
			}
			if err := part.do(); err != nil {
				return fmt.Errorf("%s: %w", part.name, err)
			}
		}
		return nil
	})
}

// offsiteArchive is an archive whose copies are measured.
type offsiteArchive struct {
	ctx  context.Context
	home string
	cat  *store.Catalogue
	opt  offsite.Options
}

func newOffsiteArchive(dir string) (*offsiteArchive, error) {
	h, err := home.Init(dir, "试验档案馆", home.Options{})
	if err != nil {
		return nil, err
	}
	a := &offsiteArchive{ctx: context.Background(), home: dir}
	if a.cat, err = store.Open(a.ctx, store.Options{Catalogue: h.Catalogue(), Text: h.Text(), Station: 1}); err != nil {
		return nil, err
	}
	originals, err := vault.Open(h.Masters(), h.Manifests(), vault.Options{})
	if err != nil {
		return nil, errors.Join(err, a.cat.Close())
	}
	a.opt = offsite.Options{Archive: offsite.Archive{ID: h.ArchiveID(), Name: h.Name(), Station: 1}, Catalogue: a.cat,
		Originals: vault.NewOriginals(originals, ingest.Registry(a.cat), vault.RootOptions{}), Catalogued: h.Catalogue(),
		Temp: filepath.Join(dir, "outgoing"), Beside: []string{filepath.Join(dir, "lantai.json")}}
	return a, nil
}

// fill writes n originals of so many bytes, 500 to a folder, and notes them.
func (a *offsiteArchive) fill(n, bytes int) error {
	random := rand.NewChaCha8([32]byte{2})
	data := make([]byte, bytes)
	for from := 0; from < n; from += 500 {
		if _, err := a.cat.Do(a.ctx, archive.LocalActor(), archive.OpKind("file.add"), func(tx *store.Tx) error {
			below := fmt.Sprintf("J%03d/2011-Y/%04d", 1+from/20_000, from/500)
			if err := os.MkdirAll(filepath.Join(a.home, "masters", below), 0o755); err != nil {
				return err
			}
			for i := from; i < min(from+500, n); i++ {
				random.Read(data) //nolint:errcheck // never fails
				path := fmt.Sprintf("%s/J001-WS·2011-Y-%06d.jpg", below, i)
				if err := os.WriteFile(filepath.Join(a.home, "masters", path), data, 0o444); err != nil {
					return err
				}
				sum := sha256.Sum256(data)
				f := archive.File{Path: path, Bytes: int64(bytes), SHA256: hex.EncodeToString(sum[:]), Format: "jpeg"}
				if err := tx.AddFile(&f); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// target adds a target in a new folder, under its whole path as its name.
func (a *offsiteArchive) target(dir string) (archive.Target, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return archive.Target{}, err
	}
	t := archive.Target{Name: dir, Kind: archive.TargetFolder, Address: dir}
	_, err := offsite.New(a.opt).AddTarget(a.ctx, archive.LocalActor(), &t)
	return t, err
}

// runUntil copies to a target until a step is reached, and tells how long that took.
func (a *offsiteArchive) runUntil(t archive.Target, step string) (time.Duration, error) {
	ctx, stop := context.WithCancel(a.ctx)
	defer stop()
	began, took := time.Now(), time.Duration(0)
	opt := a.opt
	opt.Step = func(name string) {
		if name == step && took == 0 {
			took = time.Since(began)
			stop()
		}
	}
	_, err := offsite.New(opt).Run(ctx, archive.LocalActor(), t, offsite.RunOptions{})
	if archive.KindOf(err) != archive.Stopped || took == 0 {
		return 0, fmt.Errorf("it did not come to %s: %w", step, err)
	}
	return took, nil
}

// forgetCaches has the system forget what it has read, where this user may; it tells whether.
func forgetCaches() bool {
	_ = exec.Command("sync").Run() // what is not written cannot be forgotten
	return os.WriteFile("/proc/sys/vm/drop_caches", []byte("3"), 0) == nil
}

// command times another program.
func command(name string, args ...string) (time.Duration, error) {
	began := time.Now()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return time.Since(began), nil
}
