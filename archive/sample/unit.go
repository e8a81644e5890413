package sample

import (
	"fmt"
	"strings"

	"lantai/archive"
)

// unit is a container with what lies in it, or some single records without one.
type unit struct {
	class     *class
	container *archive.Container
	single    []archive.Record
	images    []int  // of each single record
	folder    string // of its images, below the storage root; "" : one folder for each record
	pdf       bool   // one file for each record instead of one for each page
}

// maker makes the units of a plan, one after the other.
type maker struct {
	*plan
	*hand
	items, photos, extra *share // extra: second copies of books
	met                  int    // containers
	shelf                int    // albums and boxes are shelved too
	itemsLeft, photoLeft int
	pagesGiven, places   int
	book                 int
	weights              []float64 // of the containers, in items
}

func newMaker(p *plan, h *hand) *maker {
	f := p.figures
	weights := make([]float64, f.Containers())
	for i := range weights {
		weights[i] = float64(10 + h.IntN(17))
	}
	even := func(n int) []float64 {
		list := make([]float64, n)
		for i := range list {
			list[i] = 1
		}
		return list
	}
	m := &maker{plan: p, hand: h, items: newShare(f.Items, weights), photos: newShare(f.Photos, even(f.Albums)),
		extra: newShare(f.Copies-f.Books, even(f.Books)), itemsLeft: f.Items, photoLeft: f.Photos}
	m.weights = weights
	return m
}

// all calls yield with each unit until it returns false.
func (m *maker) all(yield func(unit) bool) {
	for i := range m.classes {
		c := &m.classes[i]
		switch {
		case c.kind == "":
			if !yield(m.singles(c)) {
				return
			}
		case !m.containers(c, yield):
			return
		}
	}
}

func (m *maker) containers(c *class, yield func(unit) bool) bool {
	number := 0
	for i, n := range c.years {
		year := firstYear + i
		var run boxRun
		for k := range n {
			var u unit
			switch {
			case c.kind == archive.KindBox:
				u = m.box(c, year, k, n, &run)
			case c.kind == archive.KindAlbum:
				number++
				u = m.album(c, year, number)
			case c.special != nil:
				u = m.specialVolume(c, year, k+1)
			default:
				number++
				u = m.volume(c, year, number)
			}
			if !yield(u) {
				return false
			}
		}
	}
	return true
}

// share of the items that the next container has.
func (m *maker) nextItems() int {
	n := m.items.next(m.weights[m.met])
	m.met++
	return n
}

// location is where the next container stands: 库房-列-节-层-面.
func (m *maker) location() string {
	k := m.shelf
	m.shelf++
	return fmt.Sprintf("%d库-%02d-%02d-%02d-%s", 1+k/12_000, 1+k/480%25, 1+k/80%6, 1+k/14%6, []string{"A", "B"}[k/6_000%2])
}

// imagesOf says how many images a record of so many pages has: all or none, so that in
// the end there are as many as the figures say. What is kept for a short time was scanned
// last. The last item has what is still to be had.
func (m *maker) imagesOf(pages int, retention string) int {
	m.itemsLeft--
	m.places++
	left := m.figures.Pages - m.pagesGiven - m.photoLeft
	due := int(float64(m.figures.Pages) * float64(m.places) / float64(m.figures.Items+m.figures.Photos))
	owed := due - m.pagesGiven
	n := 0
	switch {
	case m.itemsLeft == 0:
		n = left
	case owed > 60 || owed > 0 && retention != "短期" && retention != "定期10年":
		n = min(pages, left)
	}
	m.pagesGiven += n
	return n
}

// item begins an item within a container.
func (m *maker) item(c *archive.Container, code, number string, date string) *archive.Item {
	i := &archive.Item{Number: number, PageCount: m.pageCount(), Carrier: "纸质"}
	i.Kind, i.Code, i.Year, i.Retention, i.Date = archive.KindItem, code, c.Year, c.Retention, date
	i.Opening, i.Access = c.Opening, c.Access
	if c.Year > 1985 {
		i.Size = "A4"
	} else {
		i.Size = "16开"
	}
	return i
}

// put adds a finished item to its container.
func (u *unit) put(m *maker, i *archive.Item) {
	n := m.imagesOf(i.PageCount, i.Retention)
	if n > 0 {
		i.PageCount = n
	}
	c := u.container
	if c.Kind == archive.KindVolume {
		i.PageNo = fmt.Sprint(c.PageCount + 1)
		if i.PageCount > 1 {
			i.PageNo = fmt.Sprintf("%d-%d", c.PageCount+1, c.PageCount+i.PageCount)
		}
	}
	c.PageCount += i.PageCount
	c.ItemCount++
	u.single, u.images = append(u.single, i), append(u.images, n)
}

func (m *maker) newContainer(c *class, code, number string, year int, retention string) *archive.Container {
	v := &archive.Container{Number: number, Author: m.fonds[c.fonds].name, Carrier: "纸质"}
	v.Kind, v.Code, v.Year, v.Retention, v.Location = c.kind, code, year, retention, m.location()
	v.DateBegin, v.DateEnd = fmt.Sprintf("%d01", year), fmt.Sprintf("%d12", year)
	v.Date = fmt.Sprintf("%d0000", year)
	guarded := c.special != nil && c.special.guarded
	v.Opening = m.opening(year, guarded)
	if guarded {
		v.Access = 1
	}
	v.ArrangedBy, v.CheckedBy = m.one([]string{"陈秀英", "李国华", "周桂兰", "王志明"}), m.one([]string{"张建国", "刘淑贞"})
	return v
}

func (m *maker) volume(c *class, year, number int) unit {
	f := m.fonds[c.fonds]
	topics := topicsOf(f.field, year)
	code := fmt.Sprintf("%s-%04d", c.series.Code, number)
	v := m.newContainer(c, code, fmt.Sprintf("%04d", number), year, c.retention)
	a, b := m.one(topics), m.one(topics)
	v.Title = fmt.Sprintf("%s%d年关于%s、%s的%s、%s", strings.TrimPrefix(f.name, "中共"), year, a, b, m.one(m.genres), m.one(m.genres))
	v.ClassName = m.one([]string{"综合类", "业务类", "党群类", "财务类"})
	v.Spine = 15
	u := unit{class: c, container: v, folder: fmt.Sprintf("%s/%s/%s", f.code, c.series.Code, code)}
	n := m.nextItems()
	for k := range n {
		serial := fmt.Sprintf("%03d", k+1)
		i := m.item(v, code+"-"+serial, serial, m.date(year, k, n))
		m.document(i, f, topics)
		u.put(m, i)
	}
	return u
}

func (m *maker) specialVolume(c *class, year, number int) unit {
	retention := m.one([]string{"永久", "永久", "长期"})
	if year > lastByVol {
		retention = m.one([]string{"永久", "定期30年"})
	}
	class := fmt.Sprintf("%s·%d", c.series.Code, year)
	code := fmt.Sprintf("%s-%03d", class, number)
	v := m.newContainer(c, code, fmt.Sprintf("%03d", number), year, retention)
	v.Title, _ = m.special(c.special.volume, year, number)
	v.ClassName, v.Spine = c.special.title, 20
	u := unit{class: c, container: v, folder: fmt.Sprintf("%s/%s/%s", m.fonds[c.fonds].code, class, code)}
	n := m.nextItems()
	for k := range n {
		serial := fmt.Sprintf("%03d", k+1)
		i := m.item(v, code+"-"+serial, serial, m.date(year, k, n))
		i.Author = v.Author
		i.Title, i.Persons = m.special(c.special.item, year, (number-1)*20+k+1)
		u.put(m, i)
	}
	return u
}

// boxRun is the class of numbers that the boxes of a year have come to.
type boxRun struct {
	class  int
	number int
}

// box is box k of n in a year: boxes of one 保管期限 and 机构 follow each other, and the
// numbers of their items run through them.
func (m *maker) box(c *class, year, k, n int, run *boxRun) unit {
	classes := []struct{ code, retention, org, name string }{
		{"Y", "永久", "BGS", "办公室"}, {"Y", "永久", "YWK", "业务科"}, {"D30", "定期30年", "BGS", "办公室"},
		{"D30", "定期30年", "YWK", "业务科"}, {"D30", "定期30年", "CWK", "财务科"}, {"D10", "定期10年", "BGS", "办公室"}, {"D10", "定期10年", "RSK", "人事科"},
	}
	at := k * len(classes) / n
	if at != run.class {
		*run = boxRun{class: at}
	}
	kind := classes[at]
	f := m.fonds[c.fonds]
	v := m.newContainer(c, "", fmt.Sprintf("%03d", k+1), year, kind.retention)
	v.Org, v.Spine = kind.name, 20+10*m.IntN(3)
	v.Title = fmt.Sprintf("%d年%s%s第%d盒", year, kind.retention, kind.name, k+1)
	sep := "-"
	if c.scheme == "item13" {
		sep = "·"
	}
	class := fmt.Sprintf("%s·%d%s%s%s%s", c.series.Code, year, sep, kind.code, sep, kind.org)
	u := unit{class: c, container: v, folder: fmt.Sprintf("%s/WS·%d/%s", f.code, year, kind.code), pdf: year > 2012}
	topics := topicsOf(f.field, year)
	items := m.nextItems()
	for j := range items {
		run.number++
		serial := fmt.Sprintf("%04d", run.number)
		i := m.item(v, class+"-"+serial, serial, m.date(year, k*items+j, n*items))
		i.Org = kind.name
		m.document(i, f, topics)
		u.put(m, i)
		if v.ItemFrom == "" {
			v.ItemFrom = serial
		}
		v.ItemTo = serial
	}
	return u
}
