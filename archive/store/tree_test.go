package store_test

import (
	"fmt"
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// checkYears counts the years of all series anew and compares them with the tally: after
// every test that has a catalogue.
func (w *world) checkYears() {
	w.Helper()
	db := w.records()
	read := func(query string) []string {
		rows, err := db.Query(query)
		if err != nil {
			w.Fatal(err)
		}
		defer rows.Close()
		var list []string
		for rows.Next() {
			var series, class, n int64
			var kind string
			if err := rows.Scan(&series, &kind, &class, &n); err != nil {
				w.Fatal(err)
			}
			list = append(list, fmt.Sprint(series, " ", kind, " ", class, ": ", n))
		}
		if err := rows.Err(); err != nil {
			w.Fatal(err)
		}
		return list
	}
	got := read(`SELECT node, kind, access_class, n FROM tally WHERE kind LIKE 'year.%' AND n <> 0 ORDER BY node, kind, access_class`)
	want := read(`SELECT series, 'year.' || SUBSTR(CAST(10000 + year AS TEXT), 2, 4) || '.' || kind, access_class, COUNT(*) FROM holding
		WHERE series <> id AND born NOT IN (SELECT op FROM pending) GROUP BY series, year, kind, access_class ORDER BY 1, 2, 3`)
	if !slices.Equal(got, want) {
		w.Errorf("years of series: the tally has\n%q\nwant\n%q", got, want)
	}
}

func TestTheTreeOfHoldings(t *testing.T) {
	onBoth(t, func(w *world) {
		scheme, _ := refcode.Builtin("vol94")
		fonds := archive.Fonds{Holding: archive.Holding{Code: "J001", Title: "县人民政府"}}
		byItem := archive.Series{Holding: archive.Holding{Code: "J001-WS", Title: "文书"}, Method: archive.ByItem}
		byVolume := archive.Series{Holding: archive.Holding{Code: "J001-AJ", Title: "案卷"}, Method: archive.ByVolume, Scheme: scheme.JSON()}
		loose := archive.Series{Holding: archive.Holding{Code: "J001-ZL", Title: "资料"}}
		var box, volume archive.Container
		w.do(func(tx *store.Tx) error {
			if err := tx.AddFonds(&fonds); err != nil {
				return err
			}
			for _, s := range []*archive.Series{&byItem, &byVolume, &loose} {
				if s.Parent = fonds.ID; tx.AddSeries(s) != nil {
					t.Fatal("series")
				}
			}
			box = archive.Container{Holding: archive.Holding{Kind: archive.KindBox, Parent: byItem.ID, Title: "1999年第1盒", Year: 1999}}
			if err := tx.AddContainer(&box); err != nil {
				return err
			}
			for i, year := range []int{1999, 1999, 2001, 0} {
				item := archive.Item{Holding: archive.Holding{Parent: byItem.ID, Code: fmt.Sprintf("J001-WS-%d", i), Title: "件", Year: year, Access: archive.AccessClass(i % 2)}}
				if year == 1999 {
					item.Box = box.ID
				}
				if err := tx.AddItem(&item); err != nil {
					return err
				}
			}
			for _, code := range []string{"J001-2-1", "J001-2-10", "J001-2-9", "J001-10-1", "J001-A1-7", "不合规则"} {
				v := archive.Container{Holding: archive.Holding{Kind: archive.KindVolume, Parent: byVolume.ID, Code: code, Title: code, Year: 1965}}
				if err := tx.AddContainer(&v); err != nil {
					return err
				}
				if code == "J001-2-9" {
					volume = v
				}
			}
			if err := tx.AddItem(&archive.Item{Holding: archive.Holding{Parent: volume.ID, Code: "J001-2-9-1", Title: "卷内"}}); err != nil {
				return err
			}
			return tx.AddContainer(&archive.Container{Holding: archive.Holding{Kind: archive.KindAlbum, Parent: loose.ID, Code: "册", Title: "册"}})
		})
		show := func(sight access.Sight, at store.Branch) []string {
			nodes := must(w.Tree(ctx, sight, at))(w)
			list := []string{}
			for _, n := range nodes {
				list = append(list, fmt.Sprintf("%s %s %s %d: %d %d %d", n.Kind, n.Code, n.Branch.Part, n.Year,
					n.Count.Holdings[archive.KindVolume], n.Count.Holdings[archive.KindBox], n.Count.Holdings[archive.KindItem]))
			}
			return list
		}
		node := func(id archive.ID) store.Branch { return store.Branch{Node: id} }
		for _, x := range []struct {
			name string
			got  []string
			want []string
		}{
			{"archive", show(all, store.Branch{}), []string{"fonds J001  0: 6 1 5"}},
			{"fonds", show(all, node(fonds.ID)), []string{"series J001-AJ  0: 6 0 1", "series J001-WS  0: 0 1 4", "series J001-ZL  0: 0 0 0"}},
			{"by year", show(all, node(byItem.ID)), []string{"series J001-WS  0: 0 0 1", "series J001-WS 1999 1999: 0 1 2", "series J001-WS 2001 2001: 0 0 1"}},
			{"by year, seen by some", show(access.Only(0), node(byItem.ID)), []string{"series J001-WS 1999 1999: 0 1 1", "series J001-WS 2001 2001: 0 0 1"}},
			{"by 目录", show(all, node(byVolume.ID)), []string{"series J001-2 2 0: 3 0 0", "series J001-10 10 0: 1 0 0", "series J001-A1 A1 0: 1 0 0"}},
			{"of no year", show(all, node(loose.ID)), []string{"album 册  0: 0 0 0"}},
			{"a year", show(all, store.Branch{Node: byItem.ID, Division: store.ByYear, Part: "1999"}), []string{"box   1999: 0 0 2"}},
			{"a 目录", show(all, store.Branch{Node: byVolume.ID, Division: store.ByCatalogue, Part: "2"}),
				[]string{"volume J001-2-1  1965: 0 0 0", "volume J001-2-9  1965: 0 0 1", "volume J001-2-10  1965: 0 0 0"}},
			{"a volume", show(all, node(volume.ID)), []string{}},
		} {
			if !slices.Equal(x.got, x.want) {
				t.Errorf("%s:\ngot  %q\nwant %q", x.name, x.got, x.want)
			}
		}
		for _, x := range []struct {
			at   store.Branch
			want int
		}{
			{store.Branch{}, 1}, {node(fonds.ID), 16}, {node(byItem.ID), 5}, {store.Branch{Node: byItem.ID, Division: store.ByYear, Part: "1999"}, 3},
			{store.Branch{Node: byItem.ID, Division: store.ByYear}, 1}, {store.Branch{Node: byVolume.ID, Division: store.ByCatalogue, Part: "2"}, 3},
			{node(box.ID), 2}, {node(volume.ID), 1},
		} {
			list := must(w.BranchList(ctx, all, x.at))(w)
			if got := must(w.Children(ctx, all, list))(w); len(got) != x.want {
				t.Errorf("%+v lists %d, want %d", x.at, len(got), x.want)
			}
		}
		for _, x := range []struct {
			sight access.Sight
			id    archive.ID
			want  string
		}{
			{all, byVolume.ID, "map[1965:map[volume:6]]"}, {all, byItem.ID, "map[0:map[item:1] 1999:map[box:1 item:2] 2001:map[item:1]]"},
			{access.Only(0), byItem.ID, "map[1999:map[box:1 item:1] 2001:map[item:1]]"}, {all, volume.ID, "map[0:map[item:1]]"}, {all, 5, "map[]"},
		} {
			if got := fmt.Sprint(must(w.DirectCounts(ctx, x.sight, x.id))(w)); got != x.want {
				t.Errorf("children of %s: %s, want %s", x.id, got, x.want)
			}
		}
		if _, err := w.BranchList(ctx, all, store.Branch{Node: byVolume.ID, Division: store.ByCatalogue, Part: "3"}); archive.KindOf(err) != archive.NotFound {
			t.Errorf("a 目录 that is not there: %v", err)
		}
	})
}
