package sample

import (
	"cmp"
	"slices"
	"strings"

	"lantai/archive"
)

// class is a series of the plan with how many containers it has in each year.
type class struct {
	fonds     int // of the plan
	series    archive.Series
	scheme    string
	retention string   // of all, where the series has one
	special   *special // of 专业 records
	kind      archive.HoldingKind
	years     []int // containers from firstYear on
	singles   int   // objects or books; photos are in albums
}

const (
	firstYear = 1950
	lastYear  = 2020
	lastByVol = 2005 // 文书 by volume; by item after it
)

// plan is where the containers go, fonds by fonds.
type plan struct {
	figures Figures
	fonds   []fondsName
	classes []class
	ids     []archive.ID // of the fonds, once they are there
}

func makePlan(f Figures) *plan {
	p := &plan{figures: f, fonds: fondsNames()[:f.Fonds]}
	p.volumes()
	p.boxes()
	p.specials()
	p.rest()
	slices.SortStableFunc(p.classes, func(a, b class) int { return cmp.Compare(a.fonds, b.fonds) })
	return p
}

// series begins a class below a fonds; code is without the 全宗号.
func (p *plan) series(fonds int, code, title, scheme string, kind archive.HoldingKind) class {
	c := class{fonds: fonds, scheme: scheme, kind: kind, years: make([]int, lastYear-firstYear+1)}
	c.series.Code, c.series.Title = p.fonds[fonds].code+"-"+code, title
	c.series.Category, _, _ = strings.Cut(code, "·")
	return c
}

// overYears hands out containers over years, in the later ones more.
func (c *class) overYears(n, from, to int) {
	weights := make([]float64, to-from+1)
	for i := range weights {
		weights[i] = 1 + float64(i)/25
	}
	for i, k := range split(n, weights) {
		c.years[from-firstYear+i] += k
	}
}

// volumes are the 文书 of the times when volumes were bound, in a 目录 for each 保管期限.
func (p *plan) volumes() {
	terms := []struct {
		no, retention string
		share         float64
	}{{"001", "永久", 0.4}, {"002", "长期", 0.4}, {"003", "短期", 0.2}}
	var weights []float64
	for _, f := range p.fonds {
		for _, t := range terms {
			weights = append(weights, f.weight*t.share*float64(max(0, min(f.end, lastByVol)-f.begin+1)))
		}
	}
	for i, n := range split(p.figures.Volumes, weights) {
		f, t := p.fonds[i/len(terms)], terms[i%len(terms)]
		if n == 0 {
			continue
		}
		c := p.series(i/len(terms), t.no, "文书档案"+t.retention+"目录", "vol94", archive.KindVolume)
		c.retention = t.retention
		c.overYears(n, f.begin, min(f.end, lastByVol))
		p.classes = append(p.classes, c)
	}
}

// boxes are the 文书 by item.
func (p *plan) boxes() {
	weights := make([]float64, len(p.fonds))
	for i, f := range p.fonds {
		weights[i] = f.weight * float64(max(0, f.end-lastByVol))
	}
	for i, n := range split(p.figures.Boxes, weights) {
		if n == 0 {
			continue
		}
		scheme := "item22"
		if i%10 == 7 { // some offices follow the rules of 2022
			scheme = "item13"
		}
		c := p.series(i, "WS", "文书档案（以件为单位）", scheme, archive.KindBox)
		c.overYears(n, lastByVol+1, p.fonds[i].end)
		p.classes = append(p.classes, c)
	}
}

func (p *plan) specials() {
	list := specials()
	weights := make([]float64, len(list))
	for i, s := range list {
		weights[i] = s.weight
	}
	for i, n := range split(p.figures.SpecialVolumes, weights) {
		if n == 0 {
			continue
		}
		s := list[i]
		c := p.series(p.keeper(s.fonds), s.class, s.title, "vol13", archive.KindVolume)
		c.special = &list[i]
		c.overYears(n, s.from, s.to)
		p.classes = append(p.classes, c)
	}
}

// keeper is the fonds of a name; in a small part of the archive that does not have it,
// the first.
func (p *plan) keeper(name string) int {
	return max(0, slices.IndexFunc(p.fonds, func(f fondsName) bool { return f.name == name }))
}

// rest are albums, objects and the library.
func (p *plan) rest() {
	keepers := []string{"中共青禾区委员会", "青禾区人民政府", "青禾区档案局", "青禾区文化局", "青禾区水利局", "青禾镇人民政府"}
	albums := map[int]int{}
	for i := range p.figures.Albums {
		albums[p.keeper(keepers[i%len(keepers)])]++
	}
	for fonds := range p.fonds {
		if n := albums[fonds]; n > 0 {
			c := p.series(fonds, "ZP", "照片档案", "photo02", archive.KindAlbum)
			c.series.Holds = archive.KindPhoto
			c.overYears(n, 1952, 2010)
			p.classes = append(p.classes, c)
		}
	}
	objects := map[int]int{}
	for i := range p.figures.Objects {
		objects[p.keeper(keepers[i%2])]++
	}
	for fonds := range p.fonds {
		if n := objects[fonds]; n > 0 {
			c := p.series(fonds, "SW", "实物档案", "item22", "")
			c.series.Holds, c.singles = archive.KindObject, n
			p.classes = append(p.classes, c)
		}
	}
	c := p.series(p.keeper("青禾区档案局"), "ZL", "图书资料", "item22", "")
	c.series.Holds, c.singles = archive.KindBook, p.figures.Books
	p.classes = append(p.classes, c)
}
