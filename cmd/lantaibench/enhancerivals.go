package main

import (
	"bytes"
	"image"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/raster"
)

// rival is another program that straightens pages.
type rival struct {
	name string
	// skew gives the angle it finds, in degrees clockwise, and its CPU seconds.
	skew func(img image.Image, path string) (angle, seconds float64, err error)
}

// skewRivals finds the programs; one that is missing is an error that says what
// to install.
func skewRivals() ([]rival, error) {
	convert, err := findTool("convert", "imagemagick")
	if err != nil {
		return nil, err
	}
	unpaper, err := findTool("unpaper", "unpaper")
	if err != nil {
		return nil, err
	}
	return []rival{
		{"ImageMagick", func(_ image.Image, path string) (float64, float64, error) { return magickSkew(convert, path) }},
		{"unpaper", func(img image.Image, _ string) (float64, float64, error) { return unpaperSkew(unpaper, img) }},
	}, nil
}

// findTool looks for a program, first where the system's packages put it.
func findTool(name, debian string) (string, error) {
	for _, path := range []string{"/usr/bin/" + name, name} {
		if found, err := exec.LookPath(path); err == nil {
			return found, nil
		}
	}
	return "", archive.Errorf(archive.Unavailable, "find program", name, "not installed; on Debian and Ubuntu: apt-get install %s", debian)
}

// magickSkew reads the angle that -deskew turns by, which is the skew reversed.
func magickSkew(program, path string) (angle, seconds float64, err error) {
	cmd := exec.Command(program, path+"[0]", "-deskew", "40%", "-format", "%[deskew:angle]", "info:")
	cmd.Env = append(os.Environ(), "MAGICK_THREAD_LIMIT=1", "OMP_NUM_THREADS=1")
	out, err := cmd.Output()
	if err != nil {
		return 0, 0, archive.Wrap("run ImageMagick", path, err)
	}
	angle, err = strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	return -angle, cpuSeconds(cmd), archive.Wrap("read ImageMagick's angle", path, err)
}

// unpaperAngle is the line in which unpaper tells its angle, in radians.
var unpaperAngle = regexp.MustCompile(`rotation average: (-?[0-9.]+)`)

// unpaperSkew gives the page as PNM, with all other filters off; a sheet that
// unpaper finds no mask in counts as straight.
func unpaperSkew(program string, img image.Image) (angle, seconds float64, err error) {
	dir, err := os.MkdirTemp("", "lantaibench")
	if err != nil {
		return 0, 0, archive.Wrap("run unpaper", "", err)
	}
	defer os.RemoveAll(dir)
	in := filepath.Join(dir, "in.pnm")
	var page bytes.Buffer
	if err := raster.EncodePNM(&page, img); err != nil {
		return 0, 0, err
	}
	if err := os.WriteFile(in, page.Bytes(), 0o600); err != nil {
		return 0, 0, archive.Wrap("run unpaper", in, err)
	}
	cmd := exec.Command(program, "-v", "--no-blackfilter", "--no-noisefilter", "--no-blurfilter", "--no-grayfilter",
		"--no-border-scan", "--no-border-align", in, filepath.Join(dir, "out.pnm"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, 0, archive.Wrap("run unpaper", strings.TrimSpace(string(out)), err)
	}
	if m := unpaperAngle.FindSubmatch(out); m != nil {
		angle, err = strconv.ParseFloat(string(m[1]), 64)
	}
	return angle * 180 / math.Pi, cpuSeconds(cmd), archive.Wrap("read unpaper's angle", "", err)
}

// cpuSeconds is the time an ended process has worked.
func cpuSeconds(cmd *exec.Cmd) float64 {
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
}
