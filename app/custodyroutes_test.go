package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"lantai/app"
	"lantai/app/custody"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// largeCopies are those of an archive of full size, whose runs last until they are stopped.
type largeCopies struct{ custody.Archive }

const day2026 = 1_798_000_000_000 // December 2026

func (largeCopies) Read(context.Context) (custody.State, error) {
	target := func(id archive.ID, name string, kind archive.TargetKind, set archive.CopySet, address string, files int, through int64) custody.Target {
		return custody.Target{ID: id, Name: name, Kind: kind, Set: set, Address: address, Files: files, Of: 2_203_417, Bytes: int64(files) * 5_900_000,
			OfBytes: 2_203_417 * 5_900_000, Through: through, Verified: through}
	}
	s := custody.State{Unhashed: 48_211, Quarantined: 3, Targets: []custody.Target{
		target(1, "异地一组", archive.TargetDisks, archive.SetElsewhere, "", 2_180_002, day2026-86_400_000*33),
		target(2, "机房网络存储", archive.TargetFolder, archive.SetUse, "/mnt/nas/兰台备份", 2_203_417, day2026),
	}}
	s.Targets[0].Faulty = 12
	s.Targets[0].Last = custody.Run{Time: day2026 - 86_400_000*2, Copied: 41_233, Bytes: 243_274_700_000, Failed: 3, Ended: archive.Unavailable}
	for n := range 5 {
		s.Media = append(s.Media, custody.Medium{Carrier: archive.Carrier{ID: archive.ID(10 + n), Target: 1, Number: n + 1, Type: "硬盘", Serial: fmt.Sprint("WD-WX31A8340", n),
			Capacity: 4_000_000_000_000, Keeping: "市档案馆异地库房 3 号柜", Made: day2026 - 86_400_000*400, NextCheck: day2026 + int64(n-2)*86_400_000*40, Full: min(1, 4-n)},
			Checked: day2026 - int64(n)*86_400_000*90, Faults: 12 * (n / 4)})
	}
	s.Media = append(s.Media, custody.Medium{Carrier: archive.Carrier{ID: 20, Target: 2, Number: 1, Type: "NAS", Capacity: 40_000_000_000_000, Made: day2026 - 86_400_000*200}})
	return s, nil
}

func (largeCopies) Connected(_ context.Context, target archive.ID) (map[archive.ID]string, error) {
	if target == 1 {
		return map[archive.ID]string{14: "/media/archive/异地一组-5"}, nil
	}
	return map[archive.ID]string{20: "/mnt/nas/兰台备份"}, nil
}

func (largeCopies) Away(context.Context, archive.ID) ([]custody.Away, error) {
	return []custody.Away{{Label: "二号阵列", Files: 1_204}}, nil
}

func (largeCopies) Plan(context.Context, archive.ID) (custody.Plan, error) {
	return custody.Plan{Files: 23_415, Pages: 23_902, Bytes: 138_148_500_000, Millis: 5_400_000, Free: 90_000_000_000, Unhashed: 48_211,
		Away: []custody.Away{{Label: "二号阵列", Files: 1_204}}}, nil
}

func (largeCopies) Copy(ctx context.Context, _ archive.ID, progress func(archive.Progress)) (custody.Report, error) {
	progress(archive.Progress{Phase: "offsite.copy", Done: 12_345, Total: 23_415, Bytes: 72_835_500_000, OfBytes: 138_148_500_000})
	<-ctx.Done()
	return custody.Report{Copied: 12_345, Bytes: 72_835_500_000}, archive.Wrap("copy to target", "异地一组", ctx.Err())
}

func (largeCopies) Check(ctx context.Context, _ archive.ID, progress func(archive.Progress)) (custody.Checked, error) {
	progress(archive.Progress{Phase: "offsite.check", Done: 1_001_234, Total: 2_203_417, Bytes: 5_907_280_600_000, OfBytes: 13_000_160_300_000})
	<-ctx.Done()
	return custody.Checked{Checked: 1_001_234, OK: 1_001_234, Bytes: 5_907_280_600_000}, archive.Wrap("check copies", "机房网络存储", ctx.Err())
}

func (largeCopies) Faulty(context.Context, archive.ID, int) ([]custody.Finding, error) {
	return make([]custody.Finding, 12), nil
}

func (largeCopies) Names(_ context.Context, list []custody.Finding) ([]custody.Name, error) {
	return make([]custody.Name, len(list)), nil
}

// overCopies shows the screen over other copies than those of the archive.
func (d *desk) overCopies(copies custody.Archive, may bool) {
	d.shell.SetPlaces([]app.Place{{Name: app.ScreenCustody, Word: "nav.custody", Icon: base.DocumentSaveIcon(), Make: func() app.Screen {
		return custody.New(custody.Deps{Runner: d.Runner, Window: d.shell.Window(), Memory: parts.Forgetful{}, Archive: copies, May: may,
			Now: func() int64 { return day2026 }})
	}}})
	d.Idle(d.t)
}

// What runs fits into the window in both languages on both displays, is reached by
// keyboard, and its speed is told in bytes; two targets work side by side.
func TestRunningCopiesFitTheWindow(t *testing.T) {
	t.Cleanup(func() { _ = words.Use("en") })
	for _, language := range words.Languages() {
		for _, size := range []fyne.Size{fyne.NewSize(1366, 768), fyne.NewSize(1920, 1080)} {
			t.Run(fmt.Sprintf("%s/%.0f", language.Code, size.Width), func(t *testing.T) {
				if err := words.Use(language.Code); err != nil {
					t.Fatal(err)
				}
				d := newDesk(t).open()
				d.shell.Window().Resize(size)
				d.overCopies(largeCopies{}, true)
				d.looks("large", size)
				d.tapWord("custody.copy")
				d.looks("large plan", size)
				d.begin(words.T("custody.copy.do"))
				d.Until(t, func() bool { return strings.Contains(d.seen(), "72.8 GB / 138 GB") })
				d.canvas().Focus(d.tables()[0].Focusable())
				d.canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
				d.Pump()
				d.begin(words.T("custody.check"))
				d.Until(t, func() bool { return strings.Contains(d.seen(), "5.9 TB / 13.0 TB") })
				d.looks("running", size)
			})
		}
	}
}

// looks is what play looks at, where something still runs.
func (d *desk) looks(name string, size fyne.Size) {
	d.t.Helper()
	for range 2 {
		settle(d.canvas().Content())
		if top := d.canvas().Overlays().Top(); top != nil {
			settle(top)
		}
		d.Pump()
	}
	d.keepPicture(name)
	for _, f := range append(d.look().misplaced(rectOf(fyne.Position{}, size)), d.unreached()...) {
		d.t.Errorf("%s: %s", name, f)
	}
}
