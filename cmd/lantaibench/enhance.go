package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/enhance"
	"lantai/archive/raster"
)

// benchEnhance measures how well and how quickly pages are straightened, beside
// ImageMagick and unpaper.
func benchEnhance(args []string) error {
	flags := flag.NewFlagSet("enhance", flag.ContinueOnError)
	data := flags.String("data", "../shared/data", "the test data")
	rivals := flags.Bool("rivals", true, "measure ImageMagick and unpaper too")
	profile := flags.String("cpuprofile", "", "write a CPU profile of the timings to this file")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var others []rival
	if *rivals {
		var err error
		if others, err = skewRivals(); err != nil {
			return err
		}
	}
	pages, err := readPageTruth(filepath.Join(*data, "pages"))
	if err != nil {
		return err
	}
	fmt.Println("Skew of", len(pages), "pages, degrees clockwise")
	if err := compareSkew(pages, others, 1); err != nil {
		return err
	}
	angles, err := readAngles(*data)
	if err != nil {
		return err
	}
	fmt.Println("\nSkew of real scans (truth in whole degrees)")
	if err := compareSkew(angles, others, 0); err != nil {
		return err
	}
	fmt.Println("\nTime for A4 at 300 dpi, 2480×3508 pixels: CPU time of one thread, median of", timingRounds)
	return timeSteps(pages, *profile)
}

// pageTruth is one line of a table of truth: what is known of an image.
type pageTruth struct {
	path string
	kind string
	dpi  float64
	skew float64 // degrees clockwise
}

// readPageTruth reads truth.tsv beside the pages.
func readPageTruth(dir string) ([]pageTruth, error) {
	var out []pageTruth
	err := eachLine(filepath.Join(dir, "truth.tsv"), func(column func(string) string) error {
		dpi, err1 := strconv.ParseFloat(column("dpi"), 64)
		skew, err2 := strconv.ParseFloat(column("skew_degrees_clockwise"), 64)
		if err1 != nil || err2 != nil {
			return archive.Errorf(archive.Invalid, "read truth", column("file"), "dpi or skew is no number")
		}
		out = append(out, pageTruth{filepath.Join(dir, column("file")), column("kind"), dpi, skew})
		return nil
	})
	return out, err
}

// readAngles reads the skew of real scans.
func readAngles(data string) ([]pageTruth, error) {
	var out []pageTruth
	err := eachLine(filepath.Join(data, "truth", "skew-angles.tsv"), func(column func(string) string) error {
		skew, err := strconv.ParseFloat(column("angle_deg"), 64)
		out = append(out, pageTruth{filepath.Join(data, "scans", column("file")), "scan", 0, skew})
		return archive.Wrap("read truth", column("file"), err)
	})
	return out, err
}

// eachLine reads a table with a heading; column gives a cell by its name.
func eachLine(path string, line func(column func(string) string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return archive.Wrap("read truth", path, err)
	}
	defer f.Close()
	scan := bufio.NewScanner(f)
	var heading []string
	for scan.Scan() {
		cells := strings.Split(strings.TrimRight(scan.Text(), "\r"), "\t")
		if heading == nil {
			heading = cells
			continue
		}
		err := line(func(name string) string {
			for i, h := range heading {
				if h == name && i < len(cells) {
					return cells[i]
				}
			}
			return ""
		})
		if err != nil {
			return err
		}
	}
	return archive.Wrap("read truth", path, scan.Err())
}

// decodeFile reads the first frame of an image file with its header.
func decodeFile(path string) (image.Image, raster.Frame, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, raster.Frame{}, archive.Wrap("open image", path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, raster.Frame{}, archive.Wrap("open image", path, err)
	}
	header, err := raster.ReadHeader(f, info.Size())
	if err != nil {
		return nil, raster.Frame{}, archive.Wrap("read header", path, err)
	}
	img, err := raster.Decode(context.Background(), f, info.Size(), 0, raster.DefaultLimit())
	return img, header.Frames[0], archive.Wrap("decode image", path, err)
}

// deviation adds up errors of angle.
type deviation struct {
	sum, worst float64
	n          int
}

func (d *deviation) add(err float64) {
	d.sum += math.Abs(err)
	d.worst = max(d.worst, math.Abs(err))
	d.n++
}

func (d deviation) String() string {
	return fmt.Sprintf("%8.3f mean %8.3f worst", d.sum/float64(max(d.n, 1)), d.worst)
}

// compareSkew prints what we and the rivals find, page by page when there are
// few, and in sum.
func compareSkew(pages []pageTruth, rivals []rival, quiet int) error {
	sums := make([]deviation, 1+len(rivals))
	seconds := make([]float64, len(rivals))
	fmt.Printf("%-30s %8s %8s", "", "truth", "lantai")
	for _, r := range rivals {
		fmt.Printf(" %11s", r.name)
	}
	fmt.Println()
	for _, p := range pages {
		img, frame, err := decodeFile(p.path)
		if err != nil {
			return err
		}
		recipe, found := enhance.Detect(img, frame.DPI, enhance.Options{Orientation: frame.Orientation})
		sums[0].add(recipe.Skew - p.skew)
		fmt.Printf("%-30s %8.2f %8.2f", filepath.Base(p.path), p.skew, recipe.Skew)
		for i, r := range rivals {
			angle, took, err := r.skew(img, p.path)
			if err != nil {
				return err
			}
			sums[1+i].add(angle - p.skew)
			seconds[i] += took
			fmt.Printf(" %11.2f", angle)
		}
		if quiet == 0 {
			fmt.Printf("   confidence %.2f", found.SkewConfidence)
		}
		fmt.Println()
	}
	fmt.Printf("%-12s %v\n", "lantai", sums[0])
	for i, r := range rivals {
		fmt.Printf("%-12s %v   %.2f s of CPU a page, reading and turning included\n", r.name, sums[1+i], seconds[i]/float64(len(pages)))
	}
	return nil
}
