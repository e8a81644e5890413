// Command draw makes the sample scans and the program's icon. Everything in them is
// made up. Run it by go generate in assets/sample; the same source gives the same
// pictures.
//
//	draw -out FOLDER -icon FILE
package main

import (
	"flag"
	"fmt"
	"image"
	"os"
	"path/filepath"
)

// The papers that the pages are on.
var (
	plain  = [3]float64{0.985, 0.985, 0.975}
	cream  = [3]float64{0.965, 0.945, 0.895}
	yellow = [3]float64{0.925, 0.855, 0.690}
	manila = [3]float64{0.890, 0.800, 0.640}
	straw  = [3]float64{0.940, 0.895, 0.780}
)

func main() {
	out := flag.String("out", "scans", "folder for the scans")
	icon := flag.String("icon", "", "file for the icon")
	flag.Parse()
	f := openFaces()
	total := 0
	write := func(path string, data []byte) {
		if err := os.WriteFile(path, data, 0o644); err != nil { //nolint:gosec // sample pages in the source tree, which everybody may read
			fmt.Fprintln(os.Stderr, "draw:", err)
			os.Exit(1)
		}
		total += len(data)
		fmt.Printf("%8d  %s\n", len(data), path)
	}
	for _, d := range drawings() {
		write(filepath.Join(*out, d.name), d.make(f))
	}
	if *icon != "" {
		write(*icon, encodePNG(drawIcon(f)))
	}
	fmt.Printf("%8d  together\n", total)
}

// drawing is one file of the delivery and how it is drawn, aged and written.
type drawing struct {
	name string
	make func(f cabinet) []byte
}

func drawings() []drawing {
	return []drawing{
		{"flood-1.jpg", func(f cabinet) []byte {
			return encodeJPEG(scan(flood(f), look{seed: 1, paper: cream, mottle: 0.03, edge: 0.10, grain: 3}), 62)
		}},
		{"flood-2.jpg", func(f cabinet) []byte {
			return encodeJPEG(scan(floodEnd(f), look{seed: 2, paper: cream, mottle: 0.03, edge: 0.10, grain: 3, fold: true}), 62)
		}},
		{"minutes.jpg", func(f cabinet) []byte {
			l := look{seed: 3, paper: plain, mottle: 0.04, fade: 0.08, grain: 3, skew: 2.3, bed: 0.80, border: 4}
			return encodeJPEG(gray(scan(minutes(f), l)), 60)
		}},
		{"cadre.png", func(f cabinet) []byte {
			return encodePNG(reduce(scan(cadre(f), look{seed: 4, paper: [3]float64{1, 1, 1}}), 8))
		}},
		{"harvest.png", func(f cabinet) []byte {
			return encodePNG(blackWhite(scan(harvest(f), look{seed: 5, paper: plain, skew: -0.4, bed: 1, grain: 20})))
		}},
		{"budget.tif", func(f cabinet) []byte {
			paper := look{seed: 6, paper: plain, grain: 20}
			first := blackWhite(scan(budget(f), paper))
			paper.skew, paper.bed = 0.5, 1
			return encodeTIFF(first, blackWhite(scan(budgetEnd(f), paper)))
		}},
		{"canal.jpg", func(f cabinet) []byte {
			l := look{seed: 7, paper: yellow, mottle: 0.16, edge: 0.55, fade: 0.14, grain: 5, skew: -0.8,
				bed: 0.07, border: 5, stains: 9, holes: true, fold: true}
			return encodeJPEG(scan(canal(f), l), 58)
		}},
		{"volume-1.jpg", func(f cabinet) []byte {
			l := look{seed: 8, paper: manila, mottle: 0.12, edge: 0.35, fade: 0.05, grain: 4, stains: 3, holes: true}
			return encodeJPEG(scan(cover(f), l), 55)
		}},
		{"volume-2.png", func(f cabinet) []byte {
			return encodePNG(blackWhite(scan(contents(f), look{seed: 9, paper: plain, skew: 0.3, bed: 1, grain: 20})))
		}},
		{"volume-3.jpg", func(f cabinet) []byte {
			l := look{seed: 10, paper: yellow, mottle: 0.10, edge: 0.30, fade: 0.25, grain: 4, skew: 0.9, bed: 0.75, border: 2, holes: true}
			return encodeJPEG(gray(scan(bulletin(f), l)), 60)
		}},
		{"album.jpg", func(f cabinet) []byte {
			return encodeJPEG(gray(scan(albumPage(f), look{seed: 11, paper: [3]float64{1, 1, 1}, mottle: 0.03, grain: 9})), 64)
		}},
		{"receipt.jpg", func(f cabinet) []byte {
			return encodeJPEG(scan(receipt(f), look{seed: 12, paper: straw, mottle: 0.06, edge: 0.12, grain: 4, skew: 0.6, bed: 0.85, border: 3}), 60)
		}},
		{"introduction.jpg", func(f cabinet) []byte {
			return encodeJPEG(scan(introduction(f), look{seed: 13, paper: cream, mottle: 0.05, edge: 0.2, grain: 4, stains: 2}), 60)
		}},
	}
}

func blackWhite(img image.Image) *image.Paletted { return reduce(img, 2) }
