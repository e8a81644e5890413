package canary

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/home"
	"lantai/archive/ingest"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/assets/sample"
)

// kind is what the records of one kind have in common.
type kind struct {
	name             string
	fonds, batch     int // of the two there are
	opening, secrecy string
	group            int
}

// ordinary are the records of an ordinary archive, secret those of a classified one.
var (
	ordinary = []kind{
		{"open", 0, 0, "开放", "", 0}, {"closed", 0, 0, "控制", "", 0}, {"internal", 0, 0, "", "内部", 0}, {"group", 0, 0, "控制", "", 3},
		{"open of a group", 0, 0, "开放", "", 3}, {"other batch", 0, 1, "未审核", "", 0}, {"other fonds", 1, 1, "开放", "", 0},
		{"approved", 0, 0, "控制", "", 0}, {"marked", 0, 1, "控制", "", 0},
	}
	secret = []kind{
		{"open", 0, 0, "开放", "", 0}, {"secret", 0, 0, "", "秘密★5年", 0}, {"confidential", 0, 0, "", "机密", 0}, {"top secret", 0, 1, "", "绝密", 0},
		{"secret of another fonds", 1, 1, "", "秘密", 0},
	}
)

// maker makes one archive.
type maker struct {
	*Archive
	ctx    context.Context
	s      *station.Station
	fonds  []archive.Fonds
	series []archive.Series
	in     [2]string // the two deliveries
	text   map[string]string
}

// Make makes an archive in a new folder below dir.
func Make(ctx context.Context, dir string, classified bool) (_ *Archive, err error) {
	m := &maker{Archive: &Archive{Home: filepath.Join(dir, "home"), Fonds: []string{"K001", "K002"}}, ctx: ctx}
	opt, kinds := home.Options{}, ordinary
	if classified {
		opt.Class, kinds = archive.TopSecret, secret
	}
	h, err := home.Init(m.Home, "青禾区档案馆", opt)
	if err != nil {
		return nil, err
	}
	if m.s, err = station.OpenHome(ctx, h, station.Options{}); err != nil {
		return nil, err
	}
	defer func() {
		if closed := m.s.Close(); err == nil {
			err = closed
		}
	}()
	for _, step := range []func() error{m.places, func() error { return m.records(kinds) }, func() error { return m.deliver(dir) },
		m.later, m.removed, m.around, func() error { return m.people(classified) }} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if _, err = m.s.Search(ctx, access.All(), Neighbour, searchNothing); err != nil { // feeds the index
		return nil, err
	}
	return m.Archive, m.lose()
}

func (m *maker) do(fn func(*store.Tx) error) error {
	_, err := m.s.Catalogue.Do(m.ctx, archive.LocalActor(), archive.OpHoldingAdd, fn)
	return err
}

// places makes fonds and series. The open fonds of both say who they are to who sees them.
func (m *maker) places() error {
	for _, number := range m.Fonds {
		f := archive.Fonds{Holding: archive.Holding{Code: number, Title: "区水利局" + number, Opening: "开放"}, Creator: "区水利局"}
		s := archive.Series{Holding: archive.Holding{Code: number + "-WS", Title: "文书档案", Opening: "开放"}}
		scheme, _ := refcode.Builtin("item22")
		s.Method, s.Scheme, s.Holds = scheme.Method, scheme.JSON(), archive.KindItem
		if err := m.do(func(tx *store.Tx) error {
			if err := tx.AddFonds(&f); err != nil {
				return err
			}
			seen := access.Record{Kind: archive.KindFonds, Fonds: f.ID, Class: f.Access, IDs: []archive.ID{f.ID}}
			f.Note = m.phrase("note of fonds "+number, access.SeeRow, seen)
			if err := tx.Update(&f); err != nil {
				return err
			}
			s.Parent = f.ID
			if err := tx.AddSeries(&s); err != nil {
				return err
			}
			if err := tx.AddFondsName(&archive.FondsName{Fonds: f.ID, Name: m.phrase("former name of fonds "+number, access.SeeRow, seen)}); err != nil {
				return err
			}
			move := archive.Movement{Fonds: f.ID, Year: 1990, Kind: archive.MovedIn, Unit: "item", Quantity: 7,
				Document: m.phrase("deed in the ledger of "+number, access.SeeRow, seen), Note: m.phrase("note in the ledger of "+number, access.SeeRow, seen)}
			return tx.AddMovement(&move)
		}); err != nil {
			return err
		}
		m.fonds, m.series = append(m.fonds, f), append(m.series, s)
		seen := access.Record{Kind: archive.KindFonds, Fonds: f.ID, Class: f.Access}
		if err := m.s.AddWord(m.ctx, archive.LocalActor(), wordOf(number, m.phrase("word of "+number, access.SeeRow, seen))); err != nil {
			return err
		}
	}
	return nil
}

// records makes one record of each kind, with a phrase in each of its fields.
func (m *maker) records(kinds []kind) error {
	m.text = map[string]string{}
	for i, k := range kinds {
		r := Record{Name: k.name, Code: fmt.Sprintf("%s-WS·1985-Y-BGS-%04d", m.Fonds[k.fonds], i+1)}
		level := access.LevelOf(k.secrecy, k.opening)
		r.About = access.Record{Kind: archive.KindItem, Fonds: m.fonds[k.fonds].ID, Class: access.ClassOf(level, k.group)}
		if err := m.record(&r, k); err != nil {
			return err
		}
		m.Records = append(m.Records, r)
	}
	return nil
}

func (m *maker) record(r *Record, k kind) error {
	mark := len(m.Phrases)
	row := func(where string) string { return m.phrase(where+" of "+k.name, access.SeeRow, r.About) }
	was := func(where string) string { return m.phrase(where+" of "+k.name, access.Edit, r.About) }
	box := archive.Container{Holding: archive.Holding{Kind: archive.KindBox, Parent: m.series[k.fonds].ID, Title: row("title of the box"), Opening: k.opening,
		Secrecy: k.secrecy, Access: archive.AccessClass(k.group)}, Number: fmt.Sprint(len(m.Records) + 1)}
	item := archive.Item{Holding: archive.Holding{Parent: m.series[k.fonds].ID, Code: r.Code, Title: was("former title") + Neighbour, Date: "19850418",
		Retention: "永久", Year: 1984, Opening: k.opening, Secrecy: k.secrecy, Access: archive.AccessClass(k.group)},
		Author: row("author"), DocNo: row("document number"), Persons: row("persons"), Note: row("note"), Keywords: row("keywords"), SeeAlso: row("see also"),
		Addressees: row("addressees"), PageCount: 3}
	err := m.do(func(tx *store.Tx) error {
		if err := tx.AddContainer(&box); err != nil {
			return err
		}
		item.Box = box.ID
		if err := tx.AddItem(&item); err != nil {
			return err
		}
		item.Title = "关于" + Neighbour + "工作的" + row("title") + "通知"
		if err := tx.Update(&item); err != nil {
			return err
		}
		if err := tx.SetExtra(item.ID, map[string]string{"移交说明": row("field of the site's own"), "原文路径": row("path in a field") + ".jpg"}); err != nil {
			return err
		}
		return tx.AddAlias(archive.CodeAlias{Holding: item.ID, Code: fmt.Sprintf("K001-WS·1985-Y-BGS-9%03d", len(m.Records)), Reason: row("reason of a former code")})
	})
	r.ID, r.About.IDs = item.ID, []archive.ID{item.ID, item.Parent}
	m.about(mark, r.About)
	return err
}

// about says of the phrases from mark on whom they are about.
func (m *maker) about(mark int, about access.Record) {
	for i := mark; i < len(m.Phrases); i++ {
		m.Phrases[i].About = about
	}
}

// deliver hands over two folders of scans with texts.
func (m *maker) deliver(dir string) error {
	whole := len(m.Phrases)
	for i := range m.in {
		m.in[i] = filepath.Join(dir, m.phrase(fmt.Sprintf("folder of batch %d", i), access.SeePages, access.Record{Class: access.ClassOf(access.Closed, 0)}))
	}
	kinds := ordinary
	if m.s.Home.Kind() == home.Classified {
		kinds = secret
	}
	from := len(m.Phrases)
	for i, r := range m.Records {
		text := func(where string) string { return m.phrase(where+" of "+r.Name, access.ReadText, r.About) }
		body := "区" + Neighbour + "工作会议纪要，" + text("text of a page") + "，责任到人。\n"
		if r.Name == "marked" {
			m.Phrases = m.Phrases[:len(m.Phrases)-1]
			body = "秘密★10年\n" + body
		}
		folder := m.phrase("path of the file of "+r.Name, access.SeePages, r.About)
		name := filepath.Join(m.in[kinds[i].batch], folder, r.Code+"-0001")
		if err := m.scan(name, body, i); err != nil {
			return err
		}
	}
	for i := range m.in {
		seen := access.Record{Class: access.ClassOf(access.Closed, 0)}
		name := filepath.Join(m.in[i], m.phrase(fmt.Sprintf("path of a loose file of batch %d", i), access.SeePages, seen), "IMG_0001")
		body := Neighbour + "物资清单，" + m.phrase(fmt.Sprintf("text of a loose page of batch %d", i), access.ReadText, seen) + "\n"
		if err := m.scan(name, body, 100+i); err != nil {
			return err
		}
		bad := filepath.Join(m.in[i], m.phrase(fmt.Sprintf("path of a refused file of batch %d", i), access.SeePages, seen)+".doc")
		if err := os.WriteFile(bad, []byte("no scan"), 0o644); err != nil {
			return err
		}
	}
	for i := range m.in {
		r, err := m.s.Ingest(m.ctx, archive.LocalActor(), ingest.Delivery{Dir: m.in[i], Text: true}, func(archive.Progress) {})
		if err != nil {
			return err
		}
		m.Batches = append(m.Batches, r.Batch)
	}
	return m.came(kinds, whole, from)
}

// came notes with records and phrases by which batch they came.
func (m *maker) came(kinds []kind, whole, from int) error {
	for i := range m.Records {
		r := &m.Records[i]
		r.About.Batches = []archive.ID{m.Batches[kinds[i].batch]}
		pages, err := m.s.Catalogue.PagesOf(m.ctx, access.All(), r.ID)
		if err != nil {
			return err
		}
		for _, p := range pages {
			r.Pages = append(r.Pages, p.ID)
		}
		for j := range m.Phrases {
			if p := &m.Phrases[j]; len(p.About.IDs) > 0 && p.About.IDs[0] == r.ID {
				p.About = r.About
			}
		}
	}
	n := 0
	for j := whole; j < len(m.Phrases); j++ {
		if p := &m.Phrases[j]; len(p.About.IDs) == 0 {
			switch {
			case j < from:
				p.About.Batches = []archive.ID{m.Batches[j-whole]}
			default: // three for each batch
				p.About.Batches = []archive.ID{m.Batches[n/3]}
				n++
			}
		}
	}
	for _, b := range m.Batches {
		if err := m.s.Catalogue.LooseImages(m.ctx, access.All(), b, func(i store.Image) error {
			m.Loose = append(m.Loose, i.Page)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// scan writes an image, like no other, and its text.
func (m *maker) scan(name, text string, n int) error {
	image, err := fs.ReadFile(sample.Scans(), "receipt.jpg")
	if err != nil {
		return err
	}
	image = strconv.AppendInt(image, int64(n), 10) // behind its end
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(name+".txt", []byte(text), 0o644); err != nil {
		return err
	}
	return os.WriteFile(name+".jpg", image, 0o644)
}
