package offsite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/store"
)

// fonds adds a fonds of n volumes with two originals each, one of them with its text beside,
// and tells the ids of the volumes.
func (w *world) fonds(number string, n int) (volumes []archive.ID) {
	w.Helper()
	f := archive.Fonds{Holding: archive.Holding{Code: number, Title: number}, Creator: number}
	w.do("fonds.add", func(tx *store.Tx) error { return tx.AddFonds(&f) })
	s := archive.Series{Holding: archive.Holding{Parent: f.ID, Code: number + "-KJ", Title: "科技"}, Category: "KJ", Method: archive.ByVolume}
	w.do("series.add", func(tx *store.Tx) error { return tx.AddSeries(&s) })
	for i := range n {
		code := fmt.Sprintf("%s-KJ-%03d", number, i+1)
		v := archive.Container{Holding: archive.Holding{Kind: archive.KindVolume, Parent: s.ID, Code: code, Title: "第" + code + "卷"}, Number: fmt.Sprint(i + 1)}
		item := archive.Item{Holding: archive.Holding{Code: code + "-001", Title: "一件"}}
		w.do("holding.add", func(tx *store.Tx) error {
			if err := tx.AddContainer(&v); err != nil {
				return err
			}
			item.Parent = v.ID
			return tx.AddItem(&item)
		})
		dir := number + "/KJ/" + code + "/" + code
		w.receive(dir+"-0001.tif", dir+"-0001.txt", dir+"-0002.tif")
		w.do("page.link", func(tx *store.Tx) error {
			if err := tx.LinkPages(w.pagesAt(dir+"-0001.tif"), v.ID); err != nil {
				return err
			}
			return tx.LinkPages(w.pagesAt(dir+"-0002.tif"), item.ID)
		})
		volumes = append(volumes, v.ID)
	}
	return volumes
}

func (w *world) pagesAt(path string) (ids []archive.ID) {
	w.Helper()
	pages, err := w.cat.PagesOfFile(ctx, all, w.file(path).ID)
	if err != nil {
		w.Fatal(err)
	}
	for _, p := range pages {
		ids = append(ids, p.ID)
	}
	return ids
}

func (w *world) drill(t archive.Target, opt offsite.DrillOptions) offsite.Drilled {
	w.Helper()
	opt.Scratch = filepath.Join(w.TempDir(), "scratch")
	d, err := w.copier.Drill(ctx, actor, t, opt)
	if err != nil {
		w.Fatal(err)
	}
	if _, err := os.Stat(opt.Scratch); !os.IsNotExist(err) {
		w.Errorf("the scratch folder is left: %v", err)
	}
	return d
}

func TestDrillProvesWhatLiesThere(t *testing.T) {
	w := newWorld(t)
	of := map[archive.ID]string{}
	for number, n := range map[string]int{"J001": 12, "J002": 6, "J003": 2} {
		for _, id := range w.fonds(number, n) {
			of[id] = number
		}
	}
	target, dir := w.target("异地")
	if list, err := w.copier.Due(ctx, day(2030, 1, 1)); err != nil || slices.ContainsFunc(list, func(r offsite.Reminder) bool { return r.Kind == offsite.RemindDrill }) {
		t.Errorf("due before anything lies there: %+v, %v", list, err)
	}
	w.run(target)
	w.move("J001/KJ/J001-KJ-001/J001-KJ-001-0001.tif", "J001/KJ/elsewhere.tif") // after the catalogue was copied
	d := w.drill(target, offsite.DrillOptions{Seed: 7, Volumes: 10, Note: "年度演练"})
	count := map[string]int{}
	for _, v := range d.Drawn {
		count[of[v.Holding]]++
		if v.Files < 2 || v.Faults != 0 || v.Bytes == 0 {
			t.Errorf("%+v", v)
		}
	}
	if count["J001"] < 5 || count["J001"] > 7 || count["J002"] < 2 || count["J002"] > 4 || len(d.Drawn) != 10 {
		t.Errorf("drawn of each fonds: %v", count)
	}
	if d.Outcome != archive.DrillProven || d.Files < 29 || d.Faults != 0 || d.Media != "1" || d.Snapshot == "" {
		t.Errorf("%+v", d)
	}
	again := w.drill(target, offsite.DrillOptions{Seed: 7, Volumes: 10})
	if !slices.Equal(again.Drawn, d.Drawn) {
		t.Error("the same seed drew other volumes")
	}
	if other := w.drill(target, offsite.DrillOptions{Seed: 8, Volumes: 10}); slices.Equal(other.Drawn, d.Drawn) {
		t.Error("another seed drew the same volumes")
	}
	if all := w.drill(target, offsite.DrillOptions{Volumes: 1000}); len(all.Drawn) != 20 || all.Files != 60 {
		t.Errorf("all volumes: %d, %d files", len(all.Drawn), all.Files)
	}
	status, err := w.copier.Status(ctx)
	if err != nil || status[0].Proven == 0 {
		t.Errorf("%+v, %v", status, err)
	}
	list, err := w.cat.Drills(ctx, target.ID)
	if err != nil || len(list) != 4 || list[3].Note != "年度演练" || list[3].By != actor.ID || list[3].Seed != 7 {
		t.Errorf("%+v, %v", list, err)
	}
	if volumes, err := offsite.VolumesOf(list[3]); err != nil || !slices.Equal(volumes, d.Drawn) {
		t.Errorf("%+v, %v", volumes, err)
	}
	_ = dir
}

// Single records do not crowd out volumes: they count as a twentieth.
func TestDrillDrawsVolumesBeforeSingleRecords(t *testing.T) {
	w := newWorld(t)
	volumes := w.fonds("J001", 4)
	var singles []string
	for i := range 40 {
		singles = append(singles, fmt.Sprintf("J001/散/%02d.tif", i))
	}
	w.receive(singles...)
	s, err := w.cat.HoldingByCode(ctx, all, "J001-KJ")
	if err != nil {
		t.Fatal(err)
	}
	for i, path := range singles {
		item := archive.Item{Holding: archive.Holding{Parent: s.ID, Code: fmt.Sprintf("J001-KJ-散%02d", i), Title: "散件"}}
		w.do("holding.add", func(tx *store.Tx) error {
			if err := tx.AddItem(&item); err != nil {
				return err
			}
			return tx.LinkPages(w.pagesAt(path), item.ID)
		})
	}
	target, _ := w.target("异地")
	w.run(target)
	drawn := 0
	for seed := range 20 {
		d := w.drill(target, offsite.DrillOptions{Seed: int64(seed + 1), Volumes: 3})
		if len(d.Drawn) != 3 || d.Outcome != archive.DrillProven {
			t.Fatalf("%+v", d)
		}
		for _, v := range d.Drawn {
			if slices.Contains(volumes, v.Holding) {
				drawn++
			}
		}
	}
	if drawn < 30 || drawn == 60 { // of 60; by mere numbers it would be about 5
		t.Errorf("%d volumes were drawn", drawn)
	}
}

// Whatever is wrong at the target, the drill says so and keeps it.
func TestDrillFails(t *testing.T) {
	damage := map[string]func(w *world, dir string){
		"changed": func(w *world, dir string) {
			w.change(filepath.Join(dir, "masters/J001/KJ/J001-KJ-002/J001-KJ-002-0002.tif"))
		},
		"missing": func(w *world, dir string) {
			os.Remove(filepath.Join(dir, "masters/J001/KJ/J001-KJ-002/J001-KJ-002-0001.txt"))
		},
		"catalogue": func(w *world, dir string) {
			list, _ := filepath.Glob(filepath.Join(dir, "catalogue/*/catalogue.db"))
			w.change(list[0])
		},
	}
	for name, fn := range damage {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.fonds("J001", 3)
			target, dir := w.target("异地")
			w.run(target)
			fn(w, dir)
			d := w.drill(target, offsite.DrillOptions{Volumes: 3})
			if d.Outcome != archive.DrillFailed || d.Faults != 1 || len(d.Failed) != 1 {
				t.Errorf("%+v", d)
			}
			if list, err := w.cat.Drills(ctx, target.ID); err != nil || len(list) != 1 || list[0].Outcome != archive.DrillFailed {
				t.Errorf("%+v, %v", list, err)
			}
			if at, err := w.cat.LastProven(ctx, target.ID); err != nil || at != 0 {
				t.Errorf("proven at %d, %v", at, err)
			}
		})
	}
}

func TestDrillRefuses(t *testing.T) {
	w := newWorld(t)
	w.fonds("J001", 1)
	target, dir := w.target("异地")
	hold := func(scratch string) error {
		_, err := w.copier.Drill(ctx, actor, target, offsite.DrillOptions{Scratch: scratch})
		return err
	}
	scratch := filepath.Join(t.TempDir(), "scratch")
	if err := hold(scratch); archive.KindOf(err) != archive.NotFound {
		t.Errorf("with nothing at the target: %v", err)
	}
	w.run(target)
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "文件"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := hold(full); archive.KindOf(err) != archive.Conflict {
		t.Errorf("into a folder with something in it: %v", err)
	}
	if err := hold(""); archive.KindOf(err) != archive.Invalid {
		t.Errorf("without a folder: %v", err)
	}
	if err := os.Rename(dir, dir+"-gone"); err != nil {
		t.Fatal(err)
	}
	if err := hold(scratch); archive.KindOf(err) != archive.Unavailable {
		t.Errorf("without the target: %v", err)
	}
	if list, err := w.cat.Drills(ctx, 0); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

// A volume of which a part lies on a disk that is not there is not drawn.
func TestDrillWithADiskAway(t *testing.T) {
	w := newWorld(t)
	target := archive.Target{Name: "硬盘组", Kind: archive.TargetDisks}
	disks := newDisks(t, 2)
	w.opt.Volumes, w.opt.Open = disks.volumes, disks.open
	w.copier = offsite.New(w.opt)
	if _, err := w.copier.AddTarget(ctx, actor, &target); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		disks.connect(i)
		if err := w.copier.AddMedium(ctx, actor, target, disks.dir(i), &archive.Carrier{Type: "硬盘"}); err != nil {
			t.Fatal(err)
		}
		disks.disconnect(i)
	}
	first := w.fonds("J001", 4)
	disks.connect(0)
	w.run(target)
	disks.disconnect(0)
	m := w.medium(target)
	m.Full = 1
	if err := w.copier.SetMedium(ctx, actor, m); err != nil {
		t.Fatal(err)
	}
	second := w.fonds("J002", 4)
	w.receive("J001/KJ/J001-KJ-001/J001-KJ-001-0003.tif") // of a volume whose other originals lie on the first disk
	w.do("page.link", func(tx *store.Tx) error {
		return tx.LinkPages(w.pagesAt("J001/KJ/J001-KJ-001/J001-KJ-001-0003.tif"), first[0])
	})
	disks.connect(1)
	w.run(target)
	d := w.drill(target, offsite.DrillOptions{Volumes: 8})
	if len(d.Drawn) != 4 || d.Passed != 4 || d.Media != "2" || d.Outcome != archive.DrillProven {
		t.Errorf("%+v", d)
	}
	for _, v := range d.Drawn {
		if !slices.Contains(second, v.Holding) || slices.Contains(first, v.Holding) {
			t.Errorf("%d was drawn", v.Holding)
		}
	}
}

// A drill that was killed leaves its folder to the next.
func TestDrillKilled(t *testing.T) {
	for _, step := range []string{"text-restored#1", "catalogue-restored#1", "lot-restored#1"} {
		w := newWorld(t)
		w.fonds("J001", 3)
		target, _ := w.target("异地")
		w.run(target)
		scratch := filepath.Join(t.TempDir(), "scratch")
		killed(t, "drill", step, envHome+"="+w.dir, envTarget+"="+target.Address, envInto+"="+scratch)
		if files := w.files(scratch); len(files) < 2 {
			t.Errorf("nothing was there: %v", files)
		}
		d, err := w.copier.Drill(ctx, actor, target, offsite.DrillOptions{Scratch: scratch})
		if err != nil || d.Outcome != archive.DrillProven || d.Files != 9 {
			t.Errorf("%+v, %v", d, err)
		}
		if files := w.files(scratch); len(files) > 0 {
			t.Errorf("left: %v", files)
		}
		if list, err := w.cat.Drills(ctx, 0); err != nil || len(list) != 1 || strings.Contains(list[0].Volumes, "J001") {
			t.Errorf("%+v, %v", list, err)
		}
	}
}
