package app_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/importing"
	"lantai/app/intake"
	"lantai/app/parts"
	"lantai/app/people"
	"lantai/app/settings"
	"lantai/app/task/tasktest"
	"lantai/app/tasks"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/home"
	"lantai/archive/ingest"
	"lantai/archive/offsite"
	"lantai/archive/station"
	"lantai/archive/station/canary"
)

// canaryDesk is the window of one person over an archive in which every place has a phrase
// of its own.
func canaryDesk(t *testing.T, world *canary.Archive, p canary.Person) *desk {
	t.Helper()
	d := &desk{Loop: tasktest.New(t), t: t, drafts: t.TempDir()}
	dir := filepath.Join(t.TempDir(), "home")
	d.must(os.CopyFS(dir, os.DirFS(world.Home)))
	h, err := home.Open(dir)
	d.must(err)
	d.must(h.AcceptMoved())
	d.station, err = station.OpenHome(context.Background(), h, station.Options{})
	d.must(err)
	t.Cleanup(func() { d.must(d.station.Close()) })
	if p.Name != "" {
		d.must(d.station.SignIn(context.Background(), p.Name, canary.Password))
	}
	program := &app.Program{App: fyne.CurrentApp(), Runner: d.Runner, Memory: parts.Forgetful{}, Folder: d.drafts, Station: d.station}
	app.WatchCopies(program)
	t.Cleanup(func() { fyne.SetCurrentApp(program.App) })
	d.shell = app.NewShell(program.App, d.Runner, "", fyne.NewSize(1920, 1080))
	program.Shell = d.shell
	program.People, err = d.station.HasPeople(context.Background())
	d.must(err)
	if rights, err := d.station.Rights(context.Background(), d.station.Actor()); err == nil {
		program.Rights = &rights
	}
	program.Show()
	d.Idle(t)
	return d
}

// canaryRoutes are the ways through the window that could bring something of a record: to
// every screen, and to one of three records and searches, others for each person.
func canaryRoutes(world *canary.Archive, person int) []parts.Route {
	var list []parts.Route
	to := func(screen string, values ...any) {
		for _, v := range values {
			list = append(list, parts.Route{Screen: screen, Value: v})
		}
	}
	to(app.ScreenStart, nil)
	to(app.ScreenHoldings, nil)
	to(app.ScreenFind, nil, parts.FindValue{Query: canary.Neighbour}, parts.FindValue{Query: "鹮"}, parts.FindValue{Query: "物资清单"})
	to(app.ScreenIntake, intake.ViewReceive, intake.ViewLink, intake.ViewBulk, intake.ViewCheck, intake.ViewSecret, intake.ViewRefused)
	to(app.ScreenImporting, nil, importing.ViewExport, importing.ViewLog)
	to(app.ScreenTasks, nil, tasks.ViewQueue)
	to(app.ScreenSettings, nil, settings.ViewRoots, settings.ViewFixity)
	to(app.ScreenTrash, nil)
	to(app.ScreenLedger, nil, parts.LedgerValue{})
	to(app.ScreenGroups, nil)
	to(app.ScreenPeople, people.ViewAccounts, people.ViewApprovals, parts.PurgesValue{})
	to(app.ScreenCustody, nil)
	to(app.ScreenEntry, nil)
	to(app.ScreenArranging, nil)
	for i, r := range world.Records {
		if (i+person)%3 != 0 {
			continue
		}
		to(app.ScreenHistory, parts.HistoryValue{Record: r.ID})
		if r.Gone != 0 {
			continue
		}
		to(app.ScreenHoldings, parts.HoldingValue{Holding: r.ID})
		to(app.ScreenEntry, parts.EntryValue{Node: r.About.IDs[1], Record: r.ID}, parts.EntryValue{Node: r.About.IDs[1], Like: r.Code})
		to(app.ScreenArranging, parts.ArrangingValue{Holding: r.ID})
		to(app.ScreenLedger, parts.LedgerValue{Fonds: r.About.Fonds})
		for _, p := range r.Pages {
			to(app.ScreenViewer, parts.PageValue{Page: p, Words: []string{canary.Neighbour}})
		}
	}
	for _, p := range world.Loose {
		to(app.ScreenViewer, parts.PageValue{Page: p})
	}
	for i, p := range world.Phrases {
		if (i+person)%3 != 0 {
			continue
		}
		if strings.HasPrefix(p.Where, "title of") || strings.HasPrefix(p.Where, "text of") || strings.HasPrefix(p.Where, "correction of") {
			to(app.ScreenFind, parts.FindValue{Query: p.First})
		}
	}
	return list
}

// Whoever sits at the window, whatever they open: it says nothing that they may not see,
// in its title no more than on its screens and in what they copy.
func TestNothingLeaksInTheWindow(t *testing.T) {
	for _, classified := range []bool{false, true} {
		world, err := canary.Make(context.Background(), t.TempDir(), classified)
		if err != nil {
			t.Fatal(err)
		}
		copyAndDamage(t, world)
		looked, shown := 0, map[string]bool{}
		routes := 0
		for i, p := range world.People {
			if p.Who.Roles == nil { // they do not come to a window
				continue
			}
			t.Run(fmt.Sprintf("%v/%s", classified, p.Name), func(t *testing.T) {
				d := canaryDesk(t, world, p)
				for _, r := range canaryRoutes(world, i) {
					routes++
					d.goTo(r.Screen, r.Value)
					looked += d.finds(world, p, r, shown)
					if r.Screen == app.ScreenCustody && d.shell.Has(r.Screen) {
						d.tapFindings()
						if !classified && p.Name == string(access.Archivist) { // may take all out, and sees some records: of the others, a number
							d.sees("Changed\n1\n#")
						}
						looked += d.finds(world, p, r, shown)
					}
				}
				d.findsApproved(world, p)
			})
		}
		t.Logf("classified %v: %d people, %d routes: %d phrases looked for; %d screens showed something", classified, len(world.People),
			routes, looked, len(shown))
	}
}

// findsApproved searches for the text of each record of which somebody has or had an
// approval: it is found as long as that holds.
func (d *desk) findsApproved(world *canary.Archive, p canary.Person) {
	d.t.Helper()
	for _, a := range world.Approvals {
		if a.Person != p.Name {
			continue
		}
		text := world.Written(a.Record)
		d.goTo(app.ScreenFind, parts.FindValue{Query: text.First})
		if found := strings.Contains(d.seen(), text.Second); found != text.Finds(p.Who) {
			d.t.Errorf("the %s is found: %v; the approval holds: %v", text.Where, found, a.Holds)
		}
	}
}

// copyAndDamage gives an archive a target at which each copy is damaged, which is known.
func copyAndDamage(t *testing.T, world *canary.Archive) {
	t.Helper()
	ctx := context.Background()
	s, err := station.Open(ctx, world.Home, station.Options{Light: true})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	defer s.Close()
	i := slices.IndexFunc(world.People, func(p canary.Person) bool { return p.Who.TakesAll(s.Home.Class()) })
	if i < 0 {
		return // nobody of this archive may take all of it out
	}
	must(s.SignIn(ctx, world.People[i].Name, canary.Password))
	copies, err := s.Copies(ctx)
	must(err)
	target := archive.Target{Name: "target", Kind: archive.TargetFolder, Address: t.TempDir()}
	_, err = copies.AddTarget(ctx, s.Actor(), &target)
	must(err)
	r, err := s.Backup(ctx, target.Name, offsite.RunOptions{})
	must(err)
	for _, dir := range []string{"masters", "roots"} {
		err := filepath.WalkDir(filepath.Join(target.Address, dir), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return nil
			}
			return errors.Join(os.Chmod(path, 0o600), os.WriteFile(path, []byte("x"), 0o600))
		})
		must(err)
	}
	v, err := s.CheckCopies(ctx, target, offsite.CheckOptions{})
	must(err)
	if r.Copied == 0 || len(v.Changed) != r.Copied {
		t.Fatalf("%d copied, %d damaged", r.Copied, len(v.Changed))
	}
}

// tapFindings shows what checks of copies found, where there are copies.
func (d *desk) tapFindings() {
	begins := strings.TrimSuffix(words.T("custody.list.found", words.Args{"N": "0"}), "0")
	label := ""
	d.walk(func(o fyne.CanvasObject) {
		if b, ok := o.(*parts.Button); ok && strings.HasPrefix(b.Text, begins) {
			label = b.Text
		}
	})
	if label == "" {
		d.sees(words.T("custody.none"))
		return
	}
	d.tap(label)
}

// finds looks for phrases in all that the window says, and in what copying gives.
func (d *desk) finds(world *canary.Archive, p canary.Person, r parts.Route, shown map[string]bool) (looked int) {
	d.t.Helper()
	text := d.seen() + "\n" + d.shell.Window().Title()
	for _, table := range d.tables() {
		table.SelectAll()
		d.canvas().Focus(table.Focusable())
		if f, ok := d.canvas().Focused().(fyne.Shortcutable); ok {
			f.TypedShortcut(&fyne.ShortcutCopy{Clipboard: fyne.CurrentApp().Clipboard()})
			d.Idle(d.t)
			text += "\n" + fyne.CurrentApp().Clipboard().Content()
		}
	}
	for _, one := range world.Phrases {
		if one.May(p.Who) {
			shown[r.Screen] = shown[r.Screen] || strings.Contains(text, one.Second)
			continue
		}
		looked++
		if strings.Contains(text, one.Second) {
			d.t.Errorf("%s %+v shows %s the %s", r.Screen, r.Value, p.Name, one.Where)
		}
	}
	return looked
}

// What a person opens, searches, copies and takes out in the window is in the log, once.
func TestTheWindowIsInTheLog(t *testing.T) {
	world, err := canary.Make(context.Background(), t.TempDir(), false)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(world.People, func(p canary.Person) bool { return p.Name == string(access.Archivist) })
	d := canaryDesk(t, world, world.People[i])
	noted := func(kind archive.OpKind, want int) {
		t.Helper()
		ops, err := d.station.Catalogue.Ops(context.Background(), 0, 100, kind)
		d.must(err)
		if len(ops) != want {
			t.Errorf("%s: %d in the log, want %d", kind, len(ops), want)
		}
		for _, o := range ops {
			if o.Actor != world.People[i].ID {
				t.Errorf("%s is noted as done by %s", kind, o.Actor)
			}
		}
	}
	noted(archive.OpRecordView, 0)
	for i, views := range []int{1, 2, 2} {
		d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: world.Records[i%2].ID})
		noted(archive.OpRecordView, views)
	}
	d.goTo(app.ScreenViewer, parts.PageValue{Page: world.Records[0].Pages[0]})
	noted(archive.OpPageView, 1)
	d.goTo(app.ScreenStart, nil)
	d.goTo(app.ScreenFind, parts.FindValue{Query: canary.Neighbour})
	noted(archive.OpSearch, 1)
	d.goTo(app.ScreenTrash, nil)
	tables := d.tables()
	if len(tables) == 0 {
		t.Fatal("no table to copy from")
	}
	tables[0].SelectAll()
	d.canvas().Focus(tables[0].Focusable())
	d.canvas().Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutCopy{Clipboard: fyne.CurrentApp().Clipboard()})
	d.Idle(t)
	noted(archive.OpCopy, 1)
}

// Whoever may destroy at all sees that a purge was asked for, and of a record that they may
// not see nothing but what the request says.
func TestPurgesThatWereAskedForLeakNothing(t *testing.T) {
	for _, classified := range []bool{false, true} {
		world, err := canary.Make(context.Background(), t.TempDir(), classified)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range world.People {
			if !p.Who.Can(access.Destroy) || p.Name == "" {
				continue
			}
			t.Run(fmt.Sprintf("%v/%s", classified, p.Name), func(t *testing.T) {
				d := canaryDesk(t, world, p)
				asked := d.askForAll(world, p.ID)
				if asked == 0 {
					t.Fatal("nothing could be asked for")
				}
				route := parts.Route{Screen: app.ScreenPeople, Value: parts.PurgesValue{}}
				d.goTo(route.Screen, route.Value)
				shown := map[string]bool{}
				for row := range d.tables()[0].IDs() {
					d.tables()[0].ClearSelection()
					d.tables()[0].GoTo(row)
					d.Idle(t)
					d.finds(world, p, route, shown)
				}
			})
		}
	}
}

// askForAll asks for the purge of every record for which it can be asked, in the name of
// somebody who may, and past the question whether they may destroy that one.
func (d *desk) askForAll(world *canary.Archive, who archive.ID) (asked int) {
	d.t.Helper()
	ctx, cat := context.Background(), d.station.Catalogue
	for _, r := range world.Records {
		plan, err := ingest.PlanPurge(ctx, cat, d.station.Originals, []archive.ID{r.ID})
		if err == nil {
			_, err = ingest.AskPurge(ctx, cat, archive.Actor{ID: who}, plan, "misfiled")
		}
		if err == nil {
			asked++
		}
	}
	return asked
}
