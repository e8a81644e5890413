package app_test

import (
	"context"
	"database/sql"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	base "fyne.io/fyne/v2/theme"
	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"

	"lantai/app"
	"lantai/app/audit"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/station"
	"lantai/archive/store"
)

// olderCopy is a desk over an archive whose catalogue was exchanged for an older copy, on a
// computer whose heads are kept.
func olderCopy(t *testing.T) *desk {
	t.Helper()
	ctx := context.Background()
	from, err := received()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "home")
	catalogue := filepath.Join(dir, "catalogue.db")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.CopyFS(dir, os.DirFS(from)))
	h, err := home.Open(dir)
	must(err)
	must(h.AcceptMoved())
	old, err := os.ReadFile(catalogue)
	must(err)
	s, err := station.OpenHome(ctx, h, station.Options{Light: true})
	must(err)
	_, err = s.Catalogue.Do(ctx, archive.LocalActor(), archive.OpSettingEdit, func(tx *store.Tx) error { return tx.Set("a", "b") })
	must(err)
	must(s.KeepHeads(ctx))
	must(s.Close())
	must(os.WriteFile(catalogue, old, 0o600))
	return deskAt(t, dir)
}

// The log is listed, asked by person, kind, time and record, and each entry shows what it changed.
func TestTheAuditLog(t *testing.T) {
	d := newDesk(t).open()
	was := d.holding(code0001)
	d.retitle(was.ID, "新题")
	d.goTo(app.ScreenAudit, nil)
	d.sees("Audit log", "Record changed", code0001, "新题", "Digest of the entry before")
	d.field(words.T("audit.subject"))
	d.typing(code0001)
	d.press(fyne.KeyReturn)
	d.sees("新题", "1–3 of 3")
	d.lacks("Settings changed\n")
	d.press(fyne.KeyBackspace)
	d.press(fyne.KeyReturn)
	d.sees("There is no record with the code", "1–3 of 3") // the list stays as it was
	d.tapWord("audit.clear")
	d.field(words.T("audit.from"))
	d.typing("2026-13-77")
	d.press(fyne.KeyReturn)
	d.sees("Write 2026-01-31")
	d.tapWord("audit.clear")
	d.field(words.T("audit.to"))
	d.typing("2001-01-01")
	d.press(fyne.KeyReturn)
	d.sees("There are no such entries")
	d.tapWord("audit.clear")
	d.choose(words.T("audit.who"), 2)
	d.sees("Record changed")
}

// An export of what is listed has it, one row for each change.
func TestTheAuditLogIsExported(t *testing.T) {
	d := newDesk(t).open()
	d.retitle(d.holding(code0001).ID, "=1+1")
	d.goTo(app.ScreenAudit, nil)
	d.tapWord("audit.export")
	path := filepath.Join(t.TempDir(), "log.csv")
	d.saveTo(path)
	d.sees("rows to " + path)
	b, err := os.ReadFile(path)
	d.must(err)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff"))).ReadAll()
	d.must(err)
	if len(rows) < 3 || rows[0][0] != "Time" || !strings.Contains(rows[1][4], "=1+1") || strings.HasPrefix(rows[1][4], "=") {
		t.Errorf("%v", rows)
	}
}

// Verifying says exactly what was found, and names the first entry that does not fit.
func TestTheAuditLogIsVerified(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenAudit, audit.ViewProof)
	d.sees("What this log can prove", "has no key")
	d.tapWord("audit.verify")
	d.sees("are linked end to end", "It agrees with 1 kept head")
	d.tapWord("audit.keep")
	d.sees("The heads are kept.", "Last kept in the archive")

	heads := filepath.Join(t.TempDir(), "heads.tsv")
	d.tapWord("audit.heads.save")
	d.saveTo(heads)
	d.sees("locked away")
	d.tapWord("audit.hold")
	d.field(words.T("choose.dir"))
	d.typing(heads)
	d.press(fyne.KeyReturn)
	d.sees("It agrees with 3 kept heads")

	d.alter(`UPDATE holding SET title = '伪造的题名' WHERE id = (SELECT MIN(id) FROM item)`)
	d.tapWord("audit.verify")
	d.sees("what stands in the catalogue is not what the log says", "was changed past the program", "伪造的题名", "have the security auditor find out")

	d.alter(`UPDATE op SET time = time - 86400000 WHERE number = 2`)
	d.tapWord("audit.verify")
	d.sees("The log cannot be trusted: the first 1 entries fit", "entry 2 of station 1")
}

// alter changes the catalogue past the program.
func (d *desk) alter(query string) {
	db, err := sql.Open("sqlite3", d.station.Home.Catalogue())
	d.must(err)
	_, err = db.Exec(query)
	d.must(err)
	d.must(db.Close())
}

// A catalogue that was exchanged for an older copy is said on the start page; a person who
// knows why accepts it, and the log says so.
func TestAnOlderCopyIsSaid(t *testing.T) {
	d := olderCopy(t).open()
	d.sees("was exchanged for an older copy", "heads.tsv")
	d.goTo(app.ScreenAudit, audit.ViewProof)
	d.sees("was exchanged for an older copy", "No new heads are kept")
	d.tapWord("audit.accept")
	d.tapWord("audit.accept.do")
	d.sees("It is accepted, and logged.")
	d.lacks("was exchanged for an older copy")
	d.goTo(app.ScreenAudit, audit.ViewLog)
	d.sees("Difference of the log accepted")
	d.goTo(app.ScreenStart, nil)
	d.lacks("was exchanged for an older copy")
}

// longLog is a log of any length whose check takes until it is stopped.
type longLog struct {
	audit.Archive
	entries int
}

// IDs counts down from the number of entries.
func (l longLog) IDs(_ context.Context, _ audit.Filter, before archive.ID, limit int) (ids []archive.ID, err error) {
	if before == 0 {
		before = archive.ID(l.entries + 1)
	}
	for id := before - 1; id > 0 && len(ids) < limit; id-- {
		ids = append(ids, id)
	}
	return ids, nil
}

func (longLog) Entries(_ context.Context, ids []archive.ID) (list []audit.Entry, err error) {
	for _, id := range ids {
		list = append(list, audit.Entry{Op: archive.Op{ID: id, Kind: archive.OpHoldingEdit, Number: int(id)}, What: "entry " + id.String()})
	}
	return list, nil
}

func (longLog) Detail(_ context.Context, id archive.ID, _ int) (audit.Detail, error) {
	return audit.Detail{Op: archive.Op{ID: id, Changes: 3_000_000}}, nil
}

func (longLog) Choices(context.Context) (audit.Choices, error) { return audit.Choices{}, nil }
func (longLog) State(context.Context) (audit.State, error)     { return audit.State{}, nil }

func (l longLog) Verify(ctx context.Context, _ string, progress func(archive.Progress)) (audit.Verdict, error) {
	progress(archive.Progress{Done: 1000, Total: l.entries})
	<-ctx.Done()
	return audit.Verdict{}, archive.Wrap("verify log", "", ctx.Err())
}

// overLog shows the screen over another log than that of the archive.
func (d *desk) overLog(log audit.Archive) {
	d.shell.SetPlaces([]app.Place{{Name: app.ScreenAudit, Word: "nav.audit", Icon: base.HistoryIcon(), Make: func() app.Screen {
		return audit.New(audit.Deps{Runner: d.Runner, Window: d.shell.Window(), Memory: parts.Forgetful{}, Archive: log})
	}}})
}

// A log of more entries than are read at once goes on with each asking, to its end.
func TestTheAuditLogGoesBackWithoutEnd(t *testing.T) {
	d := newDesk(t).open()
	d.overLog(longLog{entries: 450_000})
	d.goTo(app.ScreenAudit, nil)
	d.lacks("of 200,500", "of 450,000")
	d.sees("entry 450000", "3,000,000 more changes")
	d.tapWord("audit.older")
	d.lacks("of 450,000")
	d.tapWord("audit.older")
	d.sees("of 450,000")
	d.lacks(words.T("audit.older"))
}

// A check shows how far it is and can be stopped; nothing is said of what it did not see.
func TestACheckOfTheLogIsStopped(t *testing.T) {
	d := newDesk(t).open()
	d.overLog(longLog{entries: 1_000_000})
	d.goTo(app.ScreenAudit, audit.ViewProof)
	d.begin(words.T("audit.verify"))
	d.Until(t, func() bool { return strings.Contains(d.seen(), "1,000 / 1,000,000") })
	d.sees("Verifying the audit log")
	d.tap(words.T("task.stop"))
	d.sees("It was stopped")
	d.lacks("fit")
}

// begin presses a button and does not wait for what it begins.
func (d *desk) begin(label string) {
	d.t.Helper()
	var found *parts.Button
	d.walk(func(o fyne.CanvasObject) {
		if b, ok := o.(*parts.Button); ok && b.Text == label {
			found = b
		}
	})
	if found == nil {
		d.t.Fatalf("there is no button %q", label)
	}
	test.Tap(found)
}

// saveTo answers the dialog that asks where a file is to be.
func (d *desk) saveTo(path string) {
	d.t.Helper()
	d.field(words.T("choose.dir"))
	d.typing(filepath.Dir(path))
	d.press(fyne.KeyReturn)
	d.field(words.T("choose.file"))
	d.typing(filepath.Base(path))
	d.press(fyne.KeyReturn)
}

func auditScenes() []scene {
	return []scene{
		{"audit", func(d *desk) {
			d.retitle(d.holding(code0001).ID, "关于做好一九八五年防汛抗旱工作及水利工程岁修养护事项的紧急通知")
			d.goTo(app.ScreenAudit, nil)
		}},
		{"audit wrong", func(d *desk) {
			d.field(words.T("audit.from"))
			d.typing("昨天")
			d.field(words.T("audit.subject"))
			d.typing("0001-WS·1985-Y-BGS-9999")
			d.press(fyne.KeyReturn)
		}},
		{"audit empty", func(d *desk) {
			d.tapWord("audit.clear")
			d.field(words.T("audit.to"))
			d.typing("2001-01-01")
			d.press(fyne.KeyReturn)
		}},
		{"audit proof", func(d *desk) { d.goTo(app.ScreenAudit, audit.ViewProof) }},
		{"audit verified", func(d *desk) { d.tapWord("audit.verify") }},
		{"audit heads", func(d *desk) { d.tapWord("audit.heads.text") }},
		{"audit forged", func(d *desk) {
			d.alter(`UPDATE holding SET title = '伪造的题名', opening = '开放' WHERE id IN (SELECT id FROM item ORDER BY id LIMIT 7)`)
			d.alter(`INSERT INTO virtual_group (id, name, note) VALUES (77, '伪造的专题', '')`)
			d.goTo(app.ScreenAudit, audit.ViewProof)
			d.tapWord("audit.verify")
		}},
		{"audit bad", func(d *desk) {
			db, err := sql.Open("sqlite3", d.station.Home.Catalogue())
			d.must(err)
			_, err = db.Exec(`UPDATE op SET time = time - 86400000 WHERE number = 2`)
			d.must(err)
			d.must(db.Close())
			d.tapWord("audit.verify")
		}},
		{"audit failing", func(d *desk) {
			db, err := sql.Open("sqlite3", d.station.Home.Catalogue())
			d.must(err)
			_, err = db.Exec(`DROP TABLE change`)
			d.must(err)
			d.must(db.Close())
			d.tapWord("audit.verify")
		}},
		{"audit log failing", func(d *desk) {
			d.goTo(app.ScreenAudit, audit.ViewLog)
			d.tapWord("audit.clear")
		}},
	}
}
