package canary

import (
	"fmt"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/store"
	"lantai/search"
)

// searchNothing asks for no hits.
var searchNothing = search.Page{}

func wordOf(fonds, name string) refcode.Word {
	return refcode.Word{Element: refcode.Org, Code: "BGS", Name: name, Fonds: fonds}
}

// later corrects a page of each record that has a text.
func (m *maker) later() error {
	for _, r := range m.Records {
		if r.Name == "marked" || len(r.Pages) == 0 {
			continue
		}
		text := Neighbour + "工作会议，" + m.phrase("correction of "+r.Name, access.ReadText, r.About)
		if err := m.s.Correct(m.ctx, archive.LocalActor(), r.Pages[0], text); err != nil {
			return err
		}
	}
	return nil
}

// removed puts a record of each kind into the trash.
func (m *maker) removed() error {
	for i, r := range m.Records {
		about := r.About
		about.Batches = nil
		gone := archive.Item{Holding: archive.Holding{Parent: r.About.IDs[1], Code: fmt.Sprintf("%s-WS·1986-Y-BGS-%04d", r.Code[:4], i+1), Year: 1986}}
		whole, err := m.s.Catalogue.Item(m.ctx, access.All(), r.ID)
		if err != nil {
			return err
		}
		gone.Opening, gone.Secrecy, gone.Access, gone.Retention = whole.Opening, whole.Secrecy, archive.AccessClass(whole.Access.Group()), whole.Retention
		if err := m.do(func(tx *store.Tx) error {
			gone.Title = m.phrase("title of a removed "+r.Name, access.SeeRow, about)
			gone.Note = m.phrase("note of a removed "+r.Name, access.SeeRow, about)
			return tx.AddItem(&gone)
		}); err != nil {
			return err
		}
		op, err := m.s.Catalogue.Do(m.ctx, archive.LocalActor(), archive.OpHoldingRemove, func(tx *store.Tx) error {
			_, _, err := tx.RemoveTree([]archive.Holding{gone.Holding})
			return err
		})
		if err != nil {
			return err
		}
		about.IDs = []archive.ID{gone.ID, gone.Parent}
		m.Records = append(m.Records, Record{Name: "removed " + r.Name, Code: gone.Code, ID: gone.ID, About: about, Gone: op})
	}
	return nil
}

// around makes what lies beside records: groups, notes on vacant numbers, a receipt that
// was cut off.
func (m *maker) around() error {
	return m.do(func(tx *store.Tx) error {
		for _, r := range m.Records {
			if r.Gone != 0 {
				continue
			}
			g := archive.VirtualGroup{Name: m.phrase("name of a group of "+r.Name, access.SeeRow, r.About), Note: m.phrase("note of a group of "+r.Name, access.SeeRow, r.About)}
			if err := tx.AddGroup(&g); err != nil {
				return err
			}
			if err := tx.AddMembers(g.ID, []archive.ID{r.ID}); err != nil {
				return err
			}
			m.Groups = append(m.Groups, g.Name)
		}
		for i, s := range m.series {
			about := access.Record{Kind: archive.KindSeries, Fonds: m.fonds[i].ID, Class: s.Access, IDs: []archive.ID{s.ID, s.Parent}}
			note := archive.Vacancy{Series: s.ID, Code: m.Fonds[i] + "-WS·1985-Y-BGS-0020", Reason: m.phrase("note on a vacant number of "+m.Fonds[i], access.SeeRow, about)}
			if err := tx.SetVacancy(note); err != nil {
				return err
			}
		}
		cut := archive.Batch{}
		about := access.Record{Class: access.ClassOf(access.Closed, 0)}
		cut.Name = m.phrase("name of a receipt that was cut off", access.SeePages, about)
		cut.Source = "/media/" + cut.Name
		return tx.AddBatch(&cut)
	})
}
