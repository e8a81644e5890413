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
	"lantai/archive/ocr"
	"lantai/archive/raster"
)

// bare has as many processes as the pipeline used read the first n pages, as the
// pipeline prepared them and in the mode it used, from one list file each.
func (b *ingestBench) bare(ctx context.Context, n int) error {
	names, err := filepath.Glob(filepath.Join(b.source, "*.jpg"))
	if err != nil {
		return err
	}
	slices.Sort(names)
	images := map[int][]string{}
	for i, name := range names[:n] {
		out := filepath.Join(b.dir, fmt.Sprintf("pool-%04d.pgm", i))
		mode, err := prepareScan(ctx, name, out)
		if err != nil {
			return err
		}
		images[mode] = append(images[mode], out)
	}
	before, began := processorTime(), time.Now()
	for mode, list := range images {
		if err := b.pool(mode, list); err != nil {
			return err
		}
	}
	b.poolTook = time.Since(began)
	b.poolCPU = processorTime().children - before.children
	b.poolPages = n
	return nil
}

// pool shares images out among bare processes.
func (b *ingestBench) pool(mode int, images []string) error {
	lists := make([]strings.Builder, b.workers)
	for i, image := range images {
		lists[i%b.workers].WriteString(image + "\n")
	}
	var g errgroup.Group
	for i := range lists {
		if lists[i].Len() == 0 {
			continue
		}
		list := filepath.Join(b.dir, fmt.Sprintf("pool-%d-%d.txt", mode, i))
		if err := os.WriteFile(list, []byte(lists[i].String()), 0o644); err != nil {
			return err
		}
		g.Go(func() error {
			cmd := exec.Command("tesseract", list, strings.TrimSuffix(list, ".txt"),
				"-l", b.languages, "--psm", strconv.Itoa(mode), "--dpi", strconv.Itoa(enhance.OCRDPI), "tsv")
			cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
			if out, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("bare tesseract: %w: %s", err, out)
			}
			return nil
		})
	}
	return g.Wait()
}

// prepareScan makes of a scan what the pipeline has the engine read, and tells the
// page segmentation mode.
func prepareScan(ctx context.Context, scan, out string) (mode int, err error) {
	f, err := os.Open(scan)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	h, err := raster.ReadHeader(f, info.Size())
	if err != nil {
		return 0, err
	}
	img, err := raster.Decode(ctx, f, info.Size(), 0, raster.DefaultLimit())
	if err != nil {
		return 0, err
	}
	r, _ := enhance.Detect(img, h.Frames[0].DPI, enhance.Options{Orientation: h.Frames[0].Orientation})
	page, _ := enhance.ForOCR(img, r)
	o, err := os.Create(out)
	if err != nil {
		return 0, err
	}
	defer o.Close()
	mode = ocr.ModeAuto
	if enhance.OneBlock(page) {
		mode = ocr.ModeBlock
	}
	return mode, raster.EncodePNM(o, page)
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
