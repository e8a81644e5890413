package main

import (
	"strings"
)

// column is where running text stands: lines from x0 to x1, the next baseline at y.
type column struct {
	s      *sheet
	x0, x1 float64
	y      float64
	lead   float64 // from baseline to baseline
}

// neverFirst and neverLast may not begin or end a line.
const (
	neverFirst = "，。、；：？！）》」』〕”’％"
	neverLast  = "（《「『〔“‘"
)

// para sets a paragraph with an indent of ems.
func (c *column) para(p pen, indent float64, text string) {
	indent *= p.size
	for _, line := range p.wrap(text, c.x1-c.x0, indent) {
		c.s.text(p, c.x0+indent, c.y, line)
		c.y += c.lead
		indent = 0
	}
}

// wrap fills lines of a width as a typist does: closing marks hang over the edge
// rather than begin a line, opening marks never end one.
func (p pen) wrap(text string, width, indent float64) []string {
	var lines []string
	line, x := "", indent
	for _, r := range text {
		w := p.advance(r)
		full := x+w > width+0.5*p.size && !strings.ContainsRune(neverFirst, r)
		if full || x+2*w > width+0.5*p.size && strings.ContainsRune(neverLast, r) {
			lines, line, x = append(lines, line), "", 0
		}
		line, x = line+string(r), x+w
	}
	return append(lines, line)
}

func (c *column) skip(lines float64) { c.y += lines * c.lead }

// grid is a ruled table: the edges of its columns and rows.
type grid struct {
	s    *sheet
	x, y []float64
}

// newGrid rules nothing yet: widths and heights in millimetres from (x, y) mm.
func newGrid(s *sheet, x, y float64, widths, heights []float64) grid {
	g := grid{s: s, x: []float64{s.mm(x)}, y: []float64{s.mm(y)}}
	for _, w := range widths {
		x += w
		g.x = append(g.x, s.mm(x))
	}
	for _, h := range heights {
		y += h
		g.y = append(g.y, s.mm(y))
	}
	return g
}

// cell rules the cell over columns c0 to c1 and rows r0 to r1, both included, and
// sets its text in the middle; lines are parted by \n.
func (g grid) cell(p pen, c0, r0, c1, r1 int, text string) {
	x0, y0, x1, y1 := g.box(c0, r0, c1, r1)
	g.s.frame(x0, y0, x1, y1, g.s.mm(0.25), p.ink)
	lines := strings.Split(text, "\n")
	step := p.size * 1.35
	y := (y0+y1)/2 + p.size*0.37 - step*float64(len(lines)-1)/2
	for i, line := range lines {
		g.s.centred(p, (x0+x1)/2, y+float64(i)*step, line)
	}
}

// left is cell with the text at the left, broken into lines as it needs.
func (g grid) left(p pen, c0, r0, c1, r1 int, text string) {
	g.cell(p, c0, r0, c1, r1, "")
	x0, y0, x1, y1 := g.box(c0, r0, c1, r1)
	margin := p.size * 0.4
	var lines []string
	for _, part := range strings.Split(text, "\n") {
		lines = append(lines, p.wrap(part, x1-x0-2*margin, 0)...)
	}
	step := p.size * 1.4
	y := (y0+y1)/2 + p.size*0.37 - step*float64(len(lines)-1)/2
	for i, line := range lines {
		g.s.text(p, x0+margin, y+float64(i)*step, line)
	}
}

// outer strengthens the frame.
func (g grid) outer(p pen) {
	x0, y0, x1, y1 := g.box(0, 0, len(g.x)-2, len(g.y)-2)
	g.s.frame(x0, y0, x1, y1, g.s.mm(0.6), p.ink)
}

func (g grid) box(c0, r0, c1, r1 int) (x0, y0, x1, y1 float64) {
	return g.x[c0], g.y[r0], g.x[c1+1], g.y[r1+1]
}
