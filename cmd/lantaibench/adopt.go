package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/jpeg"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/refcode"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// adoptGoals are what adoption is held to.
const (
	goalRegister = 5000 // small files a second
	goalHash     = 0.9  // of openssl's speed
)

const filesPerItem = 4

// benchAdopt measures registering a tree of small files in place, putting its pages
// into another order, and hashing beside openssl on files of the size of scans.
func benchAdopt(args []string) error {
	f := flag.NewFlagSet("adopt", flag.ContinueOnError)
	files := f.Int("files", 200_000, "small files to register")
	large := f.Int("large", 200, "files of 6 MB to hash")
	profile := f.String("cpuprofile", "", "file to write a profile of registering to")
	work := f.String("dir", "", "folder to work in; empty: a temporary one")
	if err := f.Parse(args); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(*work, "bench-adopt")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &adoptBench{dir: dir, profile: *profile}
	if err := b.open(); err != nil {
		return err
	}
	ctx := context.Background()
	err = b.register(ctx, *files)
	if err == nil {
		err = b.order(ctx)
	}
	if err == nil {
		err = b.hash(ctx, *large)
	}
	return errors.Join(err, b.cat.Close())
}

type adoptBench struct {
	dir  string
	cat  *store.Catalogue
	pipe *ingest.Pipeline

	profile string
}

func (b *adoptBench) open() (err error) {
	at := func(name string) string { return filepath.Join(b.dir, "home", name) }
	if err := os.MkdirAll(at("derived"), 0o755); err != nil {
		return err
	}
	if b.cat, err = store.Open(context.Background(), store.Options{Catalogue: at("catalogue.db"), Text: at("text.db"), Station: 1}); err != nil {
		return err
	}
	originals, err := vault.Open(at("masters"), at("manifests"), vault.Options{})
	if err != nil {
		return err
	}
	b.pipe, err = ingest.New(context.Background(), ingest.Options{Catalogue: b.cat, Vault: originals, Derived: at("derived")})
	return err
}

func itemCode(n int) string {
	return fmt.Sprintf("0001-WS·%d-Y-BGS-%04d", 1950+n/1000, 1+n%1000)
}

// catalogue adds the items that the files belong to: all but every tenth.
func (b *adoptBench) catalogue(ctx context.Context, items int) error {
	scheme, _ := refcode.Builtin("item22")
	series := archive.Series{Category: "WS", Method: archive.ByItem, Scheme: scheme.JSON()}
	if _, err := b.cat.Do(ctx, archive.LocalActor(), archive.OpSeriesAdd, func(tx *store.Tx) error {
		fonds := archive.Fonds{Holding: archive.Holding{Code: "0001", Title: "县人民政府"}}
		if err := tx.AddFonds(&fonds); err != nil {
			return err
		}
		series.Parent, series.Code, series.Title = fonds.ID, "0001-WS", "文书"
		return tx.AddSeries(&series)
	}); err != nil {
		return err
	}
	for from := 0; from < items; from += 1000 {
		if _, err := b.cat.Do(ctx, archive.LocalActor(), archive.OpHoldingAdd, func(tx *store.Tx) error {
			for n := from; n < min(from+1000, items); n++ {
				if n%10 == 9 {
					continue
				}
				i := archive.Item{Holding: archive.Holding{Parent: series.ID, Code: itemCode(n), Title: "关于防汛工作的通知", Year: 1950 + n/1000, Retention: "Y"}}
				if err := tx.AddItem(&i); err != nil {
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

// smallTree writes n small files, four to a folder named by a 档号: JPEG, and as every
// fiftieth a TIFF of two frames.
func smallTree(dir string, n int) error {
	img := image.NewGray(image.Rect(0, 0, 16, 16))
	var j bytes.Buffer
	if err := jpeg.Encode(&j, img, nil); err != nil {
		return err
	}
	for i := range n {
		code := itemCode(i / filesPerItem)
		folder := filepath.Join(dir, "0001", code[:len(code)-5], code)
		if i%filesPerItem == 0 {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return err
			}
		}
		name, data := fmt.Sprintf("%s-%04d.jpg", code, 1+i%filesPerItem), j.Bytes()
		if i%50 == 0 {
			name, data = name[:len(name)-4]+".tif", twoFrames()
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// twoFrames is a TIFF of two frames of 8×8 pixels.
func twoFrames() []byte {
	le := binary.LittleEndian
	out := []byte("II*\x00\x00\x00\x00\x00")
	link := 4
	for range 2 {
		data := uint32(len(out))
		for range 64 {
			out = append(out, 0xff)
		}
		le.PutUint32(out[link:], uint32(len(out)))
		tags := [][2]uint32{{256, 8}, {257, 8}, {258, 8}, {259, 1}, {262, 1}, {273, data}, {277, 1}, {278, 8}, {279, 64}}
		out = le.AppendUint16(out, uint16(len(tags)))
		for _, t := range tags {
			out = le.AppendUint16(out, uint16(t[0]))
			out = le.AppendUint16(out, 4)
			out = le.AppendUint32(out, 1)
			out = le.AppendUint32(out, t[1])
		}
		link = len(out)
		out = le.AppendUint32(out, 0)
	}
	return out
}

func (b *adoptBench) register(ctx context.Context, n int) error {
	dir := filepath.Join(b.dir, "disk")
	fmt.Fprintf(os.Stderr, "writing %d files …\n", n)
	if err := smallTree(dir, n); err != nil {
		return err
	}
	if err := b.catalogue(ctx, n/filesPerItem); err != nil {
		return err
	}
	if b.profile != "" {
		out, err := os.Create(b.profile)
		if err != nil {
			return err
		}
		defer out.Close()
		if err := pprof.StartCPUProfile(out); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	for _, again := range []bool{false, true} {
		memory := watchMemory()
		before, began := processorTime(), time.Now()
		r, err := b.pipe.Adopt(ctx, archive.LocalActor(), ingest.Adoption{Dir: dir}, nil)
		took := time.Since(began)
		most := memory()
		if err != nil {
			return err
		}
		cpu := processorTime().own - before.own
		rate := float64(n) / took.Seconds()
		if again {
			fmt.Printf("again      %d files looked at in %.1f s: %.0f files/s, registered %d\n", r.Already, took.Seconds(), rate, r.Registered)
			return nil
		}
		totals, err := b.cat.Totals(ctx, access.All(), 0)
		if err != nil {
			return err
		}
		if want := n + (n+49)/50; r.Registered != n || totals.Pages != want {
			return fmt.Errorf("registered %d files, %d pages; want %d and %d", r.Registered, totals.Pages, n, want)
		}
		fmt.Printf("register   %d files, %d pages, %d not linked, in %.1f s: %.0f files/s, goal %d %s; processor %.1f s, RssAnon at most %d MB\n",
			r.Registered, r.Pages, r.Unfiled, took.Seconds(), rate, goalRegister, met(rate >= goalRegister), cpu.Seconds(), most>>20)
	}
	return nil
}

// order has the pages follow a rule and back.
func (b *adoptBench) order(ctx context.Context) error {
	rules := []store.OrderRule{{Fonds: []string{"0001"}, From: 1960, To: 1980, Retention: []string{"永久"}}}
	if _, err := b.cat.Do(ctx, archive.LocalActor(), archive.OpSettingEdit, func(tx *store.Tx) error { return tx.SetOrder(rules) }); err != nil {
		return err
	}
	began, last, longest, pages := time.Now(), time.Now(), time.Duration(0), 0
	if err := b.cat.ApplyOrder(ctx, func(n int) {
		longest, last, pages = max(longest, time.Since(last)), time.Now(), n
	}); err != nil {
		return err
	}
	took := time.Since(began)
	fmt.Printf("order      %d pages in %.1f s: %.0f pages/s, the longest step %d ms\n", pages, took.Seconds(), float64(pages)/took.Seconds(), longest.Milliseconds())
	return nil
}

// hash hashes large files beside openssl, which reads them before and after; then the
// small ones.
func (b *adoptBench) hash(ctx context.Context, n int) error {
	const bytesEach = 6 << 20
	dir := filepath.Join(b.dir, "large")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	random := rand.NewChaCha8([32]byte{1})
	data := make([]byte, bytesEach)
	var names []string
	for i := range n {
		random.Read(data)
		names = append(names, filepath.Join(dir, fmt.Sprintf("%04d.jpg", i)))
		if err := os.WriteFile(names[i], data, 0o644); err != nil {
			return err
		}
	}
	r, err := b.pipe.Adopt(ctx, archive.LocalActor(), ingest.Adoption{Dir: dir}, nil)
	if err != nil {
		return err
	}
	if _, err := openssl(names); err != nil { // warm
		return err
	}
	before, err := openssl(names)
	if err != nil {
		return err
	}
	began := time.Now()
	h, err := b.pipe.Hash(ctx, r.Root, nil)
	ours := time.Since(began)
	if err != nil || h.Files != n {
		return fmt.Errorf("hashed %d of %d: %w", h.Files, n, err)
	}
	after, err := openssl(names)
	if err != nil {
		return err
	}
	rival := (before + after) / 2
	mb := float64(n) * bytesEach / (1 << 20)
	ratio := rival.Seconds() / ours.Seconds()
	fmt.Printf("hash       %d files of 6 MB: %.0f MB/s; openssl dgst -sha256 %.0f and %.0f MB/s: %.2f of it, goal %.1f %s\n",
		n, mb/ours.Seconds(), mb/before.Seconds(), mb/after.Seconds(), ratio, goalHash, met(ratio >= goalHash))
	return b.hashSmall(ctx)
}

func (b *adoptBench) hashSmall(ctx context.Context) error {
	var names []string
	err := filepath.WalkDir(filepath.Join(b.dir, "disk"), func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		return err
	}
	rival, err := openssl(names)
	if err != nil {
		return err
	}
	began := time.Now()
	h, err := b.pipe.Hash(ctx, 0, nil)
	if err != nil {
		return err
	}
	ours := time.Since(began)
	fmt.Printf("hash small %d files: %.0f files/s with their rows; openssl, which keeps nothing, %.0f files/s\n",
		h.Files, float64(h.Files)/ours.Seconds(), float64(len(names))/rival.Seconds())
	return nil
}

// openssl hashes files with as few processes as a command line allows.
func openssl(names []string) (time.Duration, error) {
	began := time.Now()
	for part := range slices.Chunk(names, 2000) {
		if err := exec.Command("openssl", append([]string{"dgst", "-sha256"}, part...)...).Run(); err != nil {
			return 0, fmt.Errorf("openssl: %w", err)
		}
	}
	return time.Since(began), nil
}

func met(ok bool) string {
	if ok {
		return "met"
	}
	return "MISSED"
}
