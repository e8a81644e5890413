package station_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/station"
)

// Records that are registered together are there wholly, or not at all.
func TestAddRecordsTogether(t *testing.T) {
	s := open(t, newHome(t), station.Options{Light: true})
	defer shut(t, s)
	register(t, s)
	ctx, actor := context.Background(), archive.LocalActor()
	photos := func(album string, numbers ...int) (list []station.NewRecord) {
		for _, n := range numbers {
			list = append(list, station.NewRecord{Kind: archive.KindPhoto, Series: "0001-ZP", Code: fmt.Sprintf("0001-Y-%s-%04d", album, n),
				Values: station.Values{"title": "抗洪", "caption": fmt.Sprint(n)}})
		}
		return list
	}
	added, _, err := s.AddRecords(ctx, actor, photos("001", 1, 2, 3))
	if err != nil || len(added) != 3 {
		t.Fatalf("%d added, %v", len(added), err)
	}
	if p, ok := added[2].(*archive.Photo); !ok || p.Caption != "3" || p.Code != "0001-Y-001-0003" {
		t.Errorf("the third is %+v", added[2])
	}
	for name, list := range map[string][]station.NewRecord{
		"the last is taken":      photos("001", 4, 5, 3),
		"one code twice":         photos("002", 1, 1),
		"one has no such code":   append(photos("002", 1), station.NewRecord{Series: "0001-ZP", Code: "0001-XX", Values: station.Values{"title": "a"}}),
		"one may not be held so": append(photos("002", 1), station.NewRecord{Series: "0001-ZP", Code: "0001-Y-002-0002"}),
	} {
		if _, _, err := s.AddRecords(ctx, actor, list); err == nil {
			t.Errorf("%s: no error", name)
		}
		for _, code := range []string{"0001-Y-001-0004", "0001-Y-002-0001"} {
			if _, err := s.Catalogue.HoldingByCode(ctx, access.All(), code); archive.KindOf(err) != archive.NotFound {
				t.Errorf("%s: %s is there all the same (%v)", name, code, err)
			}
		}
	}
}

func TestKindsUnderASeries(t *testing.T) {
	s := open(t, newHome(t), station.Options{Light: true})
	defer shut(t, s)
	register(t, s)
	ctx := context.Background()
	if _, err := s.AddSeries(ctx, archive.LocalActor(), station.NewSeries{Code: "0001-SW", Title: "实物", Scheme: "item22", Holds: archive.KindObject}); err != nil {
		t.Fatal(err)
	}
	all, err := s.Catalogue.SeriesOf(ctx, access.All(), 0)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]archive.HoldingKind{
		"0001-WS":  {archive.KindItem, archive.KindBox},
		"0001-SW":  {archive.KindObject, archive.KindBox},
		"0001-ZP":  {archive.KindPhoto},
		"0002-003": {archive.KindVolume, archive.KindItem},
	}
	for _, v := range all {
		if got := station.KindsUnder(v); !slices.Equal(got, want[v.Code]) {
			t.Errorf("%s holds %v, not %v", v.Code, got, want[v.Code])
		}
	}
}

// The next code of a class that leaves out what others have is behind its own highest,
// though the codes of the others begin in the same way.
func TestNextCodeBesideLongerClasses(t *testing.T) {
	s := open(t, newHome(t), station.Options{Light: true})
	defer shut(t, s)
	register(t, s)
	ctx, actor := context.Background(), archive.LocalActor()
	v, err := s.Catalogue.SeriesOf(ctx, access.All(), 0)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(v, func(v archive.Series) bool { return v.Code == "0001-WS" })
	scheme, err := refcode.Read(v[at].Scheme)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{"0001-WS·2011-Y-BGS-0007", "0001-WS·2011-Y-0002", "0001-WS·2011-Y-0011", "0001-WS·2011-Y-RSK-0001"} {
		if _, _, err := s.AddRecord(ctx, actor, station.NewRecord{Kind: archive.KindItem, Series: "0001-WS", Code: code, Values: station.Values{"title": "题"}}); err != nil {
			t.Fatal(err)
		}
	}
	for class, want := range map[string]string{"": "0001-WS·2011-Y-0012", "BGS": "0001-WS·2011-Y-BGS-0008", "NEW": "0001-WS·2011-Y-NEW-0001"} {
		values := refcode.Values{refcode.FondsNo: "0001", refcode.Category: "WS", refcode.Year: "2011", refcode.Retention: "Y"}
		if class != "" {
			values[refcode.Org] = class
		}
		if got, err := s.NextCode(ctx, scheme, values); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", class, got, err, want)
		}
	}
}
