package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"lantai/archive/enhance"
	"lantai/archive/raster"
)

// bare has as many processes as the pipeline used read the first n pages, as the
// pipeline prepared them, from one list file each.
func (b *ingestBench) bare(ctx context.Context, n int) error {
	names, err := filepath.Glob(filepath.Join(b.source, "*.jpg"))
	if err != nil {
		return err
	}
	slices.Sort(names)
	lists := make([]strings.Builder, b.workers)
	for i, name := range names[:n] {
		out := filepath.Join(b.dir, fmt.Sprintf("pool-%04d.pgm", i))
		if err := prepareScan(ctx, name, out); err != nil {
			return err
		}
		lists[i%b.workers].WriteString(out + "\n")
	}
	var g errgroup.Group
	before, began := processorTime(), time.Now()
	for i := range lists {
		list := filepath.Join(b.dir, fmt.Sprintf("pool-%d.txt", i))
		if err := os.WriteFile(list, []byte(lists[i].String()), 0o644); err != nil {
			return err
		}
		g.Go(func() error {
			cmd := exec.Command("tesseract", list, filepath.Join(b.dir, "pool-out-"+strconv.Itoa(i)),
				"-l", b.languages, "--psm", "3", "--dpi", strconv.Itoa(enhance.OCRDPI), "tsv")
			cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
			if out, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("bare tesseract: %w: %s", err, out)
			}
			return nil
		})
	}
	err = g.Wait()
	b.poolTook = time.Since(began)
	b.poolCPU = processorTime().children - before.children
	b.poolPages = n
	return err
}

// prepareScan makes of a scan what the pipeline has the engine read.
func prepareScan(ctx context.Context, scan, out string) error {
	f, err := os.Open(scan)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	h, err := raster.ReadHeader(f, info.Size())
	if err != nil {
		return err
	}
	img, err := raster.Decode(ctx, f, info.Size(), 0, raster.DefaultLimit())
	if err != nil {
		return err
	}
	r, _ := enhance.Detect(img, h.Frames[0].DPI, enhance.Options{Orientation: h.Frames[0].Orientation})
	page, _ := enhance.ForOCR(img, r)
	o, err := os.Create(out)
	if err != nil {
		return err
	}
	defer o.Close()
	return raster.EncodePNM(o, page)
}

// used is processor time, user and system together.
type used struct{ own, children time.Duration }

func processorTime() used {
	of := func(who int) time.Duration {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) != nil {
			return 0
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return used{of(syscall.RUSAGE_SELF), of(syscall.RUSAGE_CHILDREN)}
}
