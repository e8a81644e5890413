package station_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
	"lantai/archive/store"
)

// An approval that somebody put into the table past the program opens nothing, and a role
// that was changed there ends the work of whoever is signed in with it.
func TestForgedRightsOpenNothing(t *testing.T) {
	ctx := context.Background()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	s, _, _ := staffed(t, func() time.Time { now = now.Add(2 * time.Second); return now })
	reader, err := s.AddPerson(ctx, s.Actor(), station.NewPerson{Person: archive.Person{Name: "阅览一", Roles: "reading-room"}, Password: "correct horse"})
	if err != nil {
		t.Fatal(err)
	}
	fonds := archive.Fonds{Holding: archive.Holding{Code: "J001"}}
	series := archive.Series{Holding: archive.Holding{Code: "J001-WS"}}
	item := archive.Item{Holding: archive.Holding{Code: "J001-WS-1", Title: "未开放的件"}}
	if _, err := s.Catalogue.Do(ctx, archive.Actor{}, "test", func(tx *store.Tx) error {
		if err := tx.AddFonds(&fonds); err != nil {
			return err
		}
		series.Parent = fonds.ID
		if err := tx.AddSeries(&series); err != nil {
			return err
		}
		item.Parent = series.ID
		return tx.AddItem(&item)
	}); err != nil {
		t.Fatal(err)
	}
	may := func(want bool) {
		t.Helper()
		r, err := s.Rights(ctx, archive.Actor{ID: reader.ID})
		if err != nil || access.May(r, access.SeePages, access.Of(item.Holding)).Allowed != want {
			t.Errorf("pages shown: %v, %v; want %v", !want, err, want)
		}
	}
	forge := func(query string) {
		t.Helper()
		db, err := sql.Open("sqlite3", s.Home.Catalogue())
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	may(false)
	forge(fmt.Sprintf(`INSERT INTO approval (id, person, holding, approver, until, reason) VALUES (79, %d, %d, 7, 0, '')`, reader.ID, item.ID))
	may(false)
	if _, err := s.Catalogue.Do(ctx, archive.Actor{}, archive.OpApprove, func(tx *store.Tx) error {
		return tx.AddApproval(&archive.Approval{Person: reader.ID, Holding: item.ID, By: 7, Reason: "工作查考"})
	}); err != nil {
		t.Fatal(err)
	}
	may(true)
	forge(`UPDATE person SET roles = 'leader' WHERE name = '阅览一'`)
	if r, err := s.Rights(ctx, archive.Actor{ID: reader.ID}); archive.KindOf(err) != archive.Damaged {
		t.Errorf("a forged role: %+v, %v", r, err)
	}
	forge(`UPDATE person SET roles = 'reading-room' WHERE name = '阅览一'`)
	may(true)
}
