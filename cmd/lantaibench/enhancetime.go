package main

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"time"

	"lantai/archive"
	"lantai/archive/enhance"
)

const timingRounds = 9

// timeSteps times each step on the first skewed page of 300 dpi, laid on A4, in
// grey and in colour.
func timeSteps(pages []pageTruth, profile string) error {
	i := slices.IndexFunc(pages, func(p pageTruth) bool { return p.dpi == 300 && p.skew != 0 })
	if i < 0 {
		return archive.Errorf(archive.NotFound, "time steps", "", "no skewed page of 300 dpi among the test data")
	}
	img, _, err := decodeFile(pages[i].path)
	if err != nil {
		return err
	}
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return archive.Wrap("write profile", profile, err)
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return archive.Wrap("write profile", profile, err)
		}
		defer pprof.StopCPUProfile()
	}
	a4 := image.Rect(0, 0, 2480, 3508)
	gray := image.NewGray(a4)
	draw.Draw(gray, a4, image.White, image.Point{}, draw.Src)
	draw.Draw(gray, a4, img, image.Point{}, draw.Src)
	colour := image.NewRGBA(a4)
	draw.Draw(colour, a4, image.NewUniform(color.RGBA{240, 225, 180, 255}), image.Point{}, draw.Src)
	draw.Draw(colour, img.Bounds(), img, image.Point{}, draw.Src)
	recipe, _ := enhance.Detect(gray, 300, enhance.Options{})
	turn := recipe
	turn.Crop = a4
	for _, step := range []struct {
		name string
		run  func()
	}{
		{"detect, grey", func() { enhance.Detect(gray, 300, enhance.Options{}) }},
		{"detect, colour", func() { enhance.Detect(colour, 300, enhance.Options{}) }},
		{"turn, grey", func() { enhance.Access(gray, turn) }},
		{"turn, colour", func() { enhance.Access(colour, turn) }},
		{"access image of 2000, grey", func() { enhance.AccessSized(gray, recipe, 2000) }},
		{"access image of 2000, colour", func() { enhance.AccessSized(colour, recipe, 2000) }},
		{"input for recognition", func() { enhance.ForOCR(gray, recipe) }},
		{"thumbnail of 240, colour", func() { enhance.Thumbnail(colour, 240) }},
	} {
		fmt.Printf("%-30s %7.1f ms\n", step.name, medianCPU(step.run).Seconds()*1000)
	}
	return nil
}

// medianCPU runs f several times and gives the median of the time its thread
// worked, which other programs on the machine do not lengthen as they do the
// clock's.
func medianCPU(f func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	f() // once to warm up
	var all []time.Duration
	for range timingRounds {
		runtime.GC()
		start := threadTime()
		f()
		all = append(all, threadTime()-start)
	}
	slices.Sort(all)
	return all[len(all)/2]
}
