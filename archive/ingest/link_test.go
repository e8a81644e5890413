package ingest_test

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/store"
)

// A whole delivery: what was planted is told and nothing else, the volumes concerned are
// left as they were, and every other page comes to where it belongs; all of it can be
// taken back, and doing it again changes nothing.
func TestLinkByRange(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	d := deliver(t, w.png)
	w.bring(d)
	before := w.lies()
	p := w.plan(ingest.LinkRequest{By: ingest.LinkByRange})
	same(t, "faults", said(p.Mismatches), d.faults)
	if len(p.Unmatched)+len(p.ClaimedTwice) > 0 {
		t.Errorf("unmatched %v, claimed twice %v", p.Unmatched, p.ClaimedTwice)
	}
	want := maps.Clone(d.names)
	held := 0
	for name, where := range d.whole {
		if slices.Contains(d.held, path.Dir(name)) {
			held++
			if want[name] = where; before[name] == "" {
				want[name] = ""
			}
		}
	}
	fates := map[ingest.LinkFate]int{}
	if err := w.linker.Rows(context.Background(), p, func(r ingest.LinkRow) error {
		fates[r.Fate]++
		if r.Fate != ingest.FateHeld && fmt.Sprintf("%s %d", r.Code, r.Ordinal) != d.names[r.Path] {
			t.Errorf("%+v, want it in %s", r, d.names[r.Path])
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if fates[ingest.FateLink] != p.Linked || fates[ingest.FateHeld] != held || fates[ingest.FateLink]+fates[ingest.FateStay]+held != len(d.names) {
		t.Errorf("fates %v of %d pages, %d of them held; the plan links %d", fates, len(d.names), held, p.Linked)
	}
	w.linesAgree(p)
	if now := w.lies(); !maps.Equal(now, before) {
		t.Fatal("planning changed something")
	}

	r := w.carry(p)
	if r.Linked != p.Linked || len(r.Ops) < 2 {
		t.Errorf("linked %d of %d in %d steps", r.Linked, p.Linked, len(r.Ops))
	}
	w.want(want)
	w.undo(r.Ops)
	w.want(before)
	w.carry(w.plan(ingest.LinkRequest{By: ingest.LinkByRange}))
	w.want(want)
	again := w.plan(ingest.LinkRequest{By: ingest.LinkByRange})
	if again.Linked != 0 || again.Already == 0 {
		t.Errorf("again links %d, %d lie there", again.Linked, again.Already)
	}
	same(t, "faults again", said(again.Mismatches), d.faults)
	w.checked(d)
}

// checked looks at what the count check says of the delivery: the volumes that were
// parted are in order, the others are not.
func (w *linkWorld) checked(d *handover) {
	w.t.Helper()
	c, err := w.linker.Check(context.Background(), access.All(), 0, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	told := map[string]bool{}
	for _, m := range c.Mismatches {
		told[m.Code[:len(volumeCode(1))]] = true
	}
	for n := 1; n <= 50; n++ {
		vol := volumeCode(n)
		if told[vol] != slices.Contains(d.held, vol) {
			w.t.Errorf("the check tells of %s: %v", vol, told[vol])
		}
	}
}

func TestLinkByRangeForced(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	dir := t.TempDir()
	for i := range 8 {
		put(t, dir, fmt.Sprintf("%s/scan_%04d.png", volumeCode(1), i+1), w.png)
	}
	vol := w.volume(volumeCode(1), 0)
	w.receive(dir)
	w.inVolume(vol, volumeCode(1)+"-001", "1—2", 0)
	w.inVolume(vol, volumeCode(1)+"-002", "第５～６页", 0)
	in := func(parts ...string) map[string]string {
		m := map[string]string{}
		for i, p := range parts {
			m[fmt.Sprintf("%s/scan_%04d.png", volumeCode(1), i+1)] = volumeCode(1) + p
		}
		return m
	}
	whole := in(" 1", " 2", " 3", " 4", " 5", " 6", " 7", " 8")
	req := ingest.LinkRequest{By: ingest.LinkByRange}
	gap, extra := volumeCode(1)+" gap 2/0 3-4", volumeCode(1)+" extra 2/0 7,8"
	p := w.plan(req)
	same(t, "faults", said(p.Mismatches), []string{gap, extra})
	req.Force = true // the images behind the last item are no gap
	w.carry(w.plan(req))
	w.want(whole)
	req.Tail = 2
	p = w.plan(req)
	same(t, "faults", said(p.Mismatches), []string{gap})
	r := w.carry(p)
	w.want(in("-001 1", "-001 2", " 1", " 2", "-002 1", "-002 2", " 3", " 4"))
	if again := w.plan(req); again.Linked != 0 {
		t.Errorf("again links %d", again.Linked)
	}
	w.undo(r.Ops)
	w.want(whole)
	// Two covers before page 1: what is page 1 now was image 3.
	req = ingest.LinkRequest{By: ingest.LinkByRange, Head: 2, Force: true}
	p = w.plan(req)
	same(t, "faults", said(p.Mismatches), []string{gap})
	w.carry(p)
	w.want(in(" 1", " 2", "-001 1", "-001 2", " 3", " 4", "-002 1", "-002 2"))
}

// A volume in one file of many pages; items described by their first pages.
func TestLinkByRangeWithinAFile(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	vol := w.volume(volumeCode(1), 3)
	w.do(func(tx *store.Tx) error {
		f := archive.File{Path: "a.tif", Source: volumeCode(1) + ".tif", Bytes: 9, SHA256: strings.Repeat("0a", 32), Format: "tiff"}
		if err := tx.AddFile(&f); err != nil {
			return err
		}
		return tx.AddPages([]archive.Page{{File: f.ID, Frame: 0, Holding: vol}, {File: f.ID, Frame: 1, Holding: vol}, {File: f.ID, Frame: 2, Holding: vol}})
	})
	w.inVolume(vol, volumeCode(1)+"-001", "1", 0)
	w.inVolume(vol, volumeCode(1)+"-002", "2", 0)
	p := w.plan(ingest.LinkRequest{By: ingest.LinkByRange})
	same(t, "faults", said(p.Mismatches), nil)
	w.carry(p)
	name := volumeCode(1) + ".tif"
	w.want(map[string]string{name: volumeCode(1) + "-001 1", name + "#1": volumeCode(1) + "-002 1", name + "#2": volumeCode(1) + "-002 2"})
}

// Items that came under names of their own stay as they are.
func TestLinkByRangeLeavesOwnImages(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	vol, dir := w.volume(volumeCode(1), 0), t.TempDir()
	w.inVolume(vol, volumeCode(1)+"-001", "1-2", 0)
	w.inVolume(vol, volumeCode(1)+"-002", "3-5", 0)
	for _, name := range []string{"0001.png", "0002.png", "F01.png", "002/1.png", "002/2.png", "002/3.png"} {
		put(t, dir, volumeCode(1)+"/"+name, w.png)
	}
	w.receive(dir)
	p := w.plan(ingest.LinkRequest{By: ingest.LinkByRange})
	same(t, "faults", said(p.Mismatches), nil)
	w.carry(p)
	at := func(name string) string { return volumeCode(1) + "/" + name }
	w.want(map[string]string{at("0001.png"): volumeCode(1) + "-001 1", at("0002.png"): volumeCode(1) + "-001 2", at("F01.png"): volumeCode(1) + " 1",
		at("002/1.png"): volumeCode(1) + "-002 1", at("002/2.png"): volumeCode(1) + "-002 2", at("002/3.png"): volumeCode(1) + "-002 3"})
}

// A name such as V-003 is item 003 of the volume where that is catalogued, and so its
// image lands there on receiving; by 页号 it is page 3.
func TestLinkByRangeTakesWhatNamesMistook(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	vol, dir := w.volume(volumeCode(1), 5), t.TempDir()
	for i, pageNo := range []string{"1-2", "3-4", "5"} {
		w.inVolume(vol, fmt.Sprintf("%s-%03d", volumeCode(1), i+1), pageNo, 0)
	}
	name := func(n int) string { return fmt.Sprintf("%s/%s-%03d.png", volumeCode(1), volumeCode(1), n) }
	for i := range 5 {
		put(t, dir, name(i+1), w.png)
	}
	w.receive(dir)
	at := func(parts ...string) map[string]string {
		m := map[string]string{}
		for i, p := range parts {
			m[name(i+1)] = volumeCode(1) + p
		}
		return m
	}
	w.want(at("-001 1", "-002 1", "-003 1", " 1", " 2"))
	p := w.plan(ingest.LinkRequest{By: ingest.LinkByRange})
	same(t, "faults", said(p.Mismatches), nil)
	w.carry(p)
	w.want(at("-001 1", "-001 2", "-002 1", "-002 2", "-003 1"))
	if again := w.plan(ingest.LinkRequest{By: ingest.LinkByRange}); again.Linked != 0 || again.Already != 5 {
		t.Errorf("again links %d, %d lie there", again.Linked, again.Already)
	}
}

func TestLinkByName(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	dir := t.TempDir()
	for _, name := range []string{
		"C038-001-001/0001.png", "C038-001-001/0002.png", "C038-001-001/0003.png",
		"C038+001+002+0001.png", "C038-001-777/0001.png", "杂项/IMG_1.png",
	} {
		put(t, dir, name, w.png)
	}
	w.receive(dir)
	nothing := ingest.LinkRequest{By: ingest.LinkByName}
	if p := w.plan(nothing); p.Linked != 0 || len(p.Unmatched) != 6 {
		t.Errorf("before there is a catalogue: %+v", p)
	}
	w.volume("C038-001-001", 4)
	w.volume("C038-001-002", 1)
	p := w.plan(nothing)
	if p.Linked != 3 {
		t.Errorf("links %d", p.Linked)
	}
	same(t, "mismatches", said(p.Mismatches), []string{"C038-001-001 fewer 3/4"})
	same(t, "unmatched", pathsOf(p.Unmatched), []string{"C038+001+002+0001.png ", "C038-001-777/0001.png C038-001-777", "杂项/IMG_1.png "})
	p = w.plan(ingest.LinkRequest{By: ingest.LinkByName, Separators: "+_-"})
	if p.Linked != 4 {
		t.Errorf("with + as separator links %d", p.Linked)
	}
	r := w.carry(p)
	where := map[string]string{"C038-001-001/0001.png": "C038-001-001 1", "C038-001-001/0002.png": "C038-001-001 2",
		"C038-001-001/0003.png": "C038-001-001 3", "C038+001+002+0001.png": "C038-001-002 1", "C038-001-777/0001.png": "", "杂项/IMG_1.png": ""}
	w.want(where)
	if again := w.plan(nothing); again.Linked != 0 || again.Already != 4 {
		t.Errorf("again links %d, %d are linked", again.Linked, again.Already)
	}
	w.undo(r.Ops)
	for name := range where {
		where[name] = ""
	}
	w.want(where)
	if _, err := w.linker.Plan(context.Background(), ingest.LinkRequest{By: ingest.LinkByName, Separators: "0"}, nil); archive.KindOf(err) != archive.Invalid {
		t.Errorf("a digit as separator: %v", err)
	}
}

func pathsOf(list []ingest.Unmatched) []string {
	out := make([]string, len(list))
	for i, u := range list {
		out[i] = u.Path + " " + u.Code
	}
	return out
}

// The archive's separators hold at receiving too, and the folder handed over counts where
// nothing below it names a 档号.
func TestReceiveReadsAsLinkDoes(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	w.volume("C038-001-001", 0)
	w.do(func(tx *store.Tx) error { return tx.Set(ingest.SettingSeparators, "+") })
	dir := t.TempDir()
	put(t, dir, "one/C038+001+001+0001.png", w.png)
	put(t, dir, "C038-001-001/图/0002.png", w.png)
	w.receive(path.Join(dir, "one"))
	w.receive(path.Join(dir, "C038-001-001"))
	w.want(map[string]string{"C038+001+001+0001.png": "C038-001-001 1", "图/0002.png": "C038-001-001 2"})
}

// A page that comes late comes to its place; an order that a person made stays.
func TestLinkLatePages(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	first, second := t.TempDir(), t.TempDir()
	put(t, first, "C038-001-001/1.png", w.png)
	put(t, first, "C038-001-001/3.png", w.png)
	put(t, second, "C038-001-001/2.png", w.png)
	w.receive(first)
	vol := w.volume("C038-001-001", 0)
	req := ingest.LinkRequest{By: ingest.LinkByName}
	w.carry(w.plan(req))
	w.receive(second)
	w.want(map[string]string{"C038-001-001/1.png": "C038-001-001 1", "C038-001-001/3.png": "C038-001-001 2", "C038-001-001/2.png": "C038-001-001 3"})
	pages := w.pages()
	w.do(func(tx *store.Tx) error { return tx.UnlinkPages([]archive.ID{pages["C038-001-001/2.png"].ID}) })
	r := w.carry(w.plan(req))
	w.want(map[string]string{"C038-001-001/1.png": "C038-001-001 1", "C038-001-001/2.png": "C038-001-001 2", "C038-001-001/3.png": "C038-001-001 3"})
	w.undo(r.Ops)
	w.do(func(tx *store.Tx) error {
		return tx.LinkPages([]archive.ID{pages["C038-001-001/3.png"].ID, pages["C038-001-001/1.png"].ID}, vol)
	})
	w.carry(w.plan(req))
	w.want(map[string]string{"C038-001-001/3.png": "C038-001-001 1", "C038-001-001/1.png": "C038-001-001 2", "C038-001-001/2.png": "C038-001-001 3"})
}

// What others do between planning and carrying out is never undone by it.
func TestCarryLeavesWhatChanged(t *testing.T) {
	w := newLinkWorld(t, t.TempDir())
	dir := t.TempDir()
	put(t, dir, "C038-001-001/1.png", w.png)
	put(t, dir, "C038-001-002/1.png", w.png)
	w.receive(dir)
	w.volume("C038-001-001", 0)
	w.volume("C038-001-002", 0)
	other := w.volume("C038-001-003", 0)
	p := w.plan(ingest.LinkRequest{By: ingest.LinkByName})
	pages := w.pages()
	w.do(func(tx *store.Tx) error { return tx.LinkPages([]archive.ID{pages["C038-001-001/1.png"].ID}, other) })
	r := w.carry(p)
	same(t, "told", said(r.Mismatches), []string{"C038-001-001 changed 0/1"})
	if r.Linked != 1 {
		t.Errorf("linked %d", r.Linked)
	}
	w.want(map[string]string{"C038-001-001/1.png": "C038-001-003 1", "C038-001-002/1.png": "C038-001-002 1"})
}
