package station_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/station"
	"lantai/assets/sample"
	"lantai/search"
)

// volumes is an archive with a closed volume that has a page of its own and two items with
// one page each, with a closed item elsewhere, and with a clerk and a leader.
func volumes(t *testing.T, now func() time.Time) (s *station.Station, clerk, leader archive.Person) {
	t.Helper()
	ctx, actor := context.Background(), archive.LocalActor()
	s = open(t, newHome(t), station.Options{Now: now})
	t.Cleanup(func() { shut(t, s) })
	register(t, s)
	image, err := fs.ReadFile(sample.Scans(), "receipt.jpg")
	if err != nil {
		t.Fatal(err)
	}
	in := t.TempDir()
	for i, code := range []string{"0002-003-0015", "0002-003-0015-001", "0002-003-0015-002", "0001-WS·1985-Y-BGS-0001"} {
		if _, _, err := s.AddRecord(ctx, actor, station.NewRecord{Code: code, Values: station.Values{"title": "题名", "opening": "控制"}}); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(in, code+"-0001")
		if err := os.WriteFile(name+".jpg", strconv.AppendInt(image, int64(i), 10), 0o644); err != nil { // behind its end
			t.Fatal(err)
		}
		if err := os.WriteFile(name+".txt", []byte("防汛指挥部工作纪要 "+code), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := s.Ingest(ctx, actor, ingest.Delivery{Dir: in, Text: true}, func(archive.Progress) {}); err != nil || len(r.Refused) > 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := s.AddPerson(ctx, actor, station.NewPerson{Person: archive.Person{Name: "王"}, Password: "battery staple"}); err != nil {
		t.Fatal(err)
	}
	if err := s.SignIn(ctx, "王", "battery staple"); err != nil {
		t.Fatal(err)
	}
	for _, p := range []struct {
		who  *archive.Person
		role access.Role
	}{{&clerk, access.ReadingRoom}, {&leader, access.Leader}} {
		if *p.who, err = s.AddPerson(ctx, s.Actor(), station.NewPerson{Person: archive.Person{Name: string(p.role), Roles: string(p.role),
			Clearance: int(access.Internal)}, Password: "correct horse"}); err != nil {
			t.Fatal(err)
		}
	}
	return s, clerk, leader
}

// What an approval opens is found from the moment it is given until its last day has passed
// or it is taken back: of a volume with all that lies in it, of an item alone.
func TestWhatIsApprovedIsFound(t *testing.T) {
	ctx := context.Background()
	var clock atomic.Int64
	clock.Store(time.Now().UnixMilli())
	s, clerk, leader := volumes(t, func() time.Time { return time.UnixMilli(clock.Load()) })
	finds := func(want int, when string) {
		t.Helper()
		r, err := s.Search(ctx, s.SightOf(ctx, archive.Actor{ID: clerk.ID}), "防汛指挥部", search.Page{Limit: 10})
		if err != nil || r.Total != want || len(r.Hits) != want || r.Searched != want || !r.Exact {
			t.Errorf("%s: %d hits of %d among %d, %v; want %d", when, len(r.Hits), r.Total, r.Searched, err, want)
		}
		for _, h := range r.Hits {
			if h.Snippet == "" || h.Code == "" {
				t.Errorf("%s: a hit without its text: %+v", when, h)
			}
		}
		closed, err := s.Catalogue.ClosedTotal(ctx, s.SightOf(ctx, archive.Actor{ID: clerk.ID}))
		if err != nil || closed != 4-want {
			t.Errorf("%s: %d pages closed, %v; want %d", when, closed, err, 4-want)
		}
	}
	approve := func(code string, until int64) archive.Approval {
		t.Helper()
		h, err := s.Catalogue.HoldingByCode(ctx, access.All(), code)
		if err != nil {
			t.Fatal(err)
		}
		a := archive.Approval{Person: clerk.ID, Holding: h.ID, Reason: "编志", Until: until}
		if err := s.Approve(ctx, archive.Actor{ID: leader.ID}, &a); err != nil {
			t.Fatal(err)
		}
		return a
	}
	finds(0, "before")
	item := approve("0002-003-0015-001", 0)
	finds(1, "an item approved")
	volume := approve("0002-003-0015", 0)
	finds(3, "its volume approved too")
	for _, a := range []archive.Approval{item, volume} {
		if err := s.TakeBack(ctx, archive.Actor{ID: leader.ID}, a.ID); err != nil {
			t.Fatal(err)
		}
	}
	finds(0, "taken back")
	day := clock.Load() + 24*time.Hour.Milliseconds()
	approve("0001-WS·1985-Y-BGS-0001", day)
	finds(1, "until tomorrow")
	clock.Store(day + 1)
	finds(0, "the day after")
}

// A record whose pages are closed says how many there are, why, and who may approve them.
func TestClosedPagesAreTold(t *testing.T) {
	ctx := context.Background()
	s, clerk, leader := volumes(t, nil)
	h, err := s.Catalogue.HoldingByCode(ctx, access.All(), "0002-003-0015-001")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SignIn(ctx, clerk.Name, "correct horse"); err != nil {
		t.Fatal(err)
	}
	n, closed, err := s.ClosedPages(ctx, h)
	if err != nil || n != 1 || archive.KindOf(closed) != archive.NotAllowed {
		t.Errorf("%d pages closed, %v, %v", n, closed, err)
	}
	if err := s.Approve(ctx, archive.Actor{ID: leader.ID}, &archive.Approval{Person: clerk.ID, Holding: h.Parent, Reason: "编志"}); err != nil {
		t.Fatal(err)
	}
	if n, closed, err = s.ClosedPages(ctx, h); n != 0 || closed != nil || err != nil {
		t.Errorf("approved: %d pages closed, %v, %v", n, closed, err)
	}
}
