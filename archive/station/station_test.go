package station_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/home"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/search"
)

func newHome(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "h")
	if _, err := home.Init(dir, "青禾区档案馆", home.Options{}); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t *testing.T, dir string, o station.Options) *station.Station {
	t.Helper()
	s, err := station.Open(context.Background(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func shut(t *testing.T, s *station.Station) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func register(t *testing.T, s *station.Station) {
	t.Helper()
	ctx, actor := context.Background(), archive.LocalActor()
	_, err := s.Catalogue.Do(ctx, actor, archive.OpFondsAdd, func(tx *store.Tx) error {
		for _, number := range []string{"0001", "0002"} {
			f := archive.Fonds{}
			f.Code, f.Title = number, "全宗"+number
			if err := tx.AddFonds(&f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for code, scheme := range map[string]string{"0001-WS": "item22", "0001-ZP": "photo02", "0002-003": "vol94"} {
		if _, err := s.AddSeries(ctx, actor, station.NewSeries{Code: code, Title: code, Scheme: scheme}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAddRecord(t *testing.T) {
	s := open(t, newHome(t), station.Options{Light: true})
	defer shut(t, s)
	register(t, s)
	ctx, actor := context.Background(), archive.LocalActor()
	for _, c := range []struct {
		code   string
		kind   archive.HoldingKind
		year   int
		parent string
		fails  archive.ErrorKind
	}{
		{code: "0001-WS·1985-Y-BGS-0001", kind: archive.KindItem, year: 1985, parent: "0001-WS"},
		{code: "０００１－WS・1985-D30-BGS-0002", kind: archive.KindItem, year: 1985, parent: "0001-WS"},
		{code: "0001-Y-001-0001", kind: archive.KindPhoto, parent: "0001-ZP"},
		{code: "0002-003-0015", kind: archive.KindVolume, parent: "0002-003"},
		{code: "0002-003-0015-001", kind: archive.KindItem, parent: "0002-003-0015"},
		{code: "0002-003-0016-001", fails: archive.NotFound}, // its volume is not registered
		{code: "0001-WS·1985-Y-BGS-0001", fails: archive.Conflict},
		{code: "0001-WS·85-Y-BGS-1", fails: archive.Invalid},
		{code: "0009-WS·1985-Y-0001", fails: archive.NotFound},
		{code: "0001-KJ·1985-Y-BGS-0001", fails: archive.NotFound}, // no series of that class
	} {
		r, _, err := s.AddRecord(ctx, actor, station.NewRecord{Code: c.code, Values: station.Values{"title": "题名"}})
		if got := archive.KindOf(err); got != c.fails {
			t.Errorf("%s: error %v, want kind %q", c.code, err, c.fails)
			continue
		}
		if err != nil {
			continue
		}
		h := r.Common()
		parent, err := s.Catalogue.Holding(ctx, access.All(), h.Parent)
		if err != nil || h.Kind != c.kind || h.Year != c.year || parent.Code != c.parent {
			t.Errorf("%s: %s of %d in %s (%v), want %s of %d in %s", c.code, h.Kind, h.Year, parent.Code, err, c.kind, c.year, c.parent)
		}
	}
	scheme, _ := refcode.Builtin("item22")
	next, err := s.NextCode(ctx, scheme, refcode.Values{refcode.FondsNo: "0001", refcode.Category: "WS",
		refcode.Year: "1985", refcode.Retention: "Y", refcode.Org: "BGS"})
	if err != nil || next != "0001-WS·1985-Y-BGS-0002" {
		t.Errorf("next code %s, %v", next, err)
	}
}

// What a command registers is found by the next search, though no window is open.
func TestSearchCatchesUp(t *testing.T) {
	dir := newHome(t)
	light := open(t, dir, station.Options{Light: true})
	register(t, light)
	if _, _, err := light.AddRecord(context.Background(), archive.LocalActor(),
		station.NewRecord{Code: "0001-WS·1985-Y-BGS-0001", Values: station.Values{"title": "关于防汛工作的通知"}}); err != nil {
		t.Fatal(err)
	}
	shut(t, light)
	s := open(t, dir, station.Options{})
	defer shut(t, s)
	found(t, s)
}

func found(t *testing.T, s *station.Station) {
	t.Helper()
	r, err := s.Search(context.Background(), access.All(), "防汛工作", search.Page{Limit: 5})
	if err != nil || r.ItemTotal != 1 {
		t.Errorf("found %d records, %v", r.ItemTotal, err)
	}
}

// A damaged index is made anew, once.
func TestDamagedIndex(t *testing.T) {
	dir := newHome(t)
	s := open(t, dir, station.Options{})
	register(t, s)
	if _, _, err := s.AddRecord(context.Background(), archive.LocalActor(),
		station.NewRecord{Code: "0001-WS·1985-Y-BGS-0001", Values: station.Values{"title": "关于防汛工作的通知"}}); err != nil {
		t.Fatal(err)
	}
	found(t, s)
	shut(t, s)
	if err := os.RemoveAll(s.Home.Index()); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, station.Options{})
	if !s.Index.NeedsRebuild() {
		t.Error("an index that is gone needs no rebuild")
	}
	found(t, s)
	if s.Index.NeedsRebuild() {
		t.Error("the index needs a rebuild again")
	}
	shut(t, s)
}

// A guest has the owner answer, and takes its place when it has gone.
func TestGuestAndOwner(t *testing.T) {
	dir := newHome(t)
	owner := open(t, dir, station.Options{})
	register(t, owner)
	if _, _, err := owner.AddRecord(context.Background(), archive.LocalActor(),
		station.NewRecord{Code: "0001-WS·1985-Y-BGS-0001", Values: station.Values{"title": "关于防汛工作的通知"}}); err != nil {
		t.Fatal(err)
	}
	guest := open(t, dir, station.Options{})
	defer shut(t, guest)
	if !owner.Owner() || guest.Owner() {
		t.Fatalf("owner %v, guest %v", owner.Owner(), guest.Owner())
	}
	found(t, guest)
	shut(t, owner)
	found(t, guest)
	if !guest.Owner() {
		t.Error("the guest did not take the owner's place")
	}
}

// A window waits for a command that holds the lock instead of opening without index.
func TestDeskWaitsForTheLock(t *testing.T) {
	dir := newHome(t)
	command := open(t, dir, station.Options{})
	opened := make(chan *station.Station)
	go func() {
		s, err := station.Open(context.Background(), dir, station.Options{Desk: true})
		if err != nil {
			t.Error(err)
		}
		opened <- s
	}()
	shut(t, command)
	desk := <-opened
	if desk == nil || !desk.Owner() {
		t.Fatal("the window is not the owner")
	}
	shut(t, desk)
}

// A change made while the index is broken is kept and is found once the index is made
// anew; saving it neither fails nor waits for that.
func TestChangesWhileTheIndexIsMadeAnew(t *testing.T) {
	dir := newHome(t)
	s := open(t, dir, station.Options{})
	register(t, s)
	add := func(code, title string) {
		t.Helper()
		if _, _, err := s.AddRecord(context.Background(), archive.LocalActor(), station.NewRecord{Code: code, Values: station.Values{"title": title}}); err != nil {
			t.Fatal(err)
		}
	}
	add("0001-WS·1985-Y-BGS-0001", "关于防汛工作的通知")
	found(t, s)
	shut(t, s)
	if err := os.RemoveAll(s.Home.Index()); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, station.Options{})
	defer shut(t, s)
	rebuild, err := s.Index.Begin(context.Background()) // as another part of this process does
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Link(context.Background(), archive.LocalActor(), nil, "0001-WS·1985-Y-BGS-0001"); err != nil {
		t.Errorf("link while the index is made anew: %v", err)
	}
	if _, err := s.Search(context.Background(), access.All(), "防汛工作", search.Page{Limit: 5}); err != nil {
		t.Errorf("search while the index is made anew: %v", err)
	}
	if err := rebuild.Abort(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Link(context.Background(), archive.LocalActor(), nil, "0001-WS·1985-Y-BGS-0001"); err != nil || !s.Index.NeedsRebuild() {
		t.Errorf("linking made the index anew, or failed: %v", err)
	}
	found(t, s)
}

// An owner that could not open its index is none, and tries again at the next call.
func TestFailedOwner(t *testing.T) {
	dir := newHome(t)
	owner := open(t, dir, station.Options{})
	guest := open(t, dir, station.Options{})
	defer shut(t, guest)
	shut(t, owner)
	index := guest.Home.Index()
	if err := os.Rename(index, index+".away"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(index, nil, 0o644); err != nil { // no folder
		t.Fatal(err)
	}
	search := func() error {
		_, err := guest.Search(context.Background(), access.All(), "防汛工作", search.Page{Limit: 5})
		return err
	}
	if err := search(); err == nil || guest.Owner() {
		t.Fatalf("no index, and owner %v, error %v", guest.Owner(), err)
	}
	if err := os.Remove(index); err != nil {
		t.Fatal(err)
	}
	if err := search(); err != nil || !guest.Owner() {
		t.Errorf("owner %v, error %v", guest.Owner(), err)
	}
}

// What the owner cannot do is told at once: it is an answer, whatever its kind.
func TestOwnersErrorIsAnAnswer(t *testing.T) {
	dir := newHome(t)
	h, err := home.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	lock, err := h.Lock()
	if err != nil {
		t.Fatal(err)
	}
	calls := make(chan struct{}, 100)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() {
		served <- lock.Serve(ctx, map[string]home.Handler{"search": func(context.Context, json.RawMessage) (any, error) {
			calls <- struct{}{}
			return nil, archive.Errorf(archive.Unavailable, "recognise pages", "", "no engine")
		}})
	}()
	guest := open(t, dir, station.Options{})
	defer shut(t, guest)
	_, err = guest.Search(context.Background(), access.All(), "防汛工作", search.Page{Limit: 5})
	if archive.KindOf(err) != archive.Unavailable || len(calls) != 1 {
		t.Errorf("asked %d times, error %v", len(calls), err)
	}
	stop()
	if err := errors.Join(<-served, lock.Unlock()); err != nil {
		t.Error(err)
	}
}

// A guest hears of what holds up the owner's work.
func TestGuestHearsOfFaults(t *testing.T) {
	dir, ctx := newHome(t), context.Background()
	owner := open(t, dir, station.Options{})
	defer shut(t, owner)
	guest := open(t, dir, station.Options{Light: true})
	defer shut(t, guest)
	if err := guest.Fault(ctx); err != nil {
		t.Errorf("a fault where none is: %v", err)
	}
	owner.Pipeline.NoteFault(archive.Wrap("run pipeline", "", archive.Errorf(archive.NoSpace, "write page", "x.jpg", "full")))
	for { // the owner may not answer yet
		err := guest.Fault(ctx)
		if err == nil {
			continue
		}
		var e *archive.Error
		if !errors.As(err, &e) || e.Kind != archive.NoSpace || e.Op != "write page" || e.Subject != "x.jpg" {
			t.Errorf("fault %v", err)
		}
		return
	}
}
