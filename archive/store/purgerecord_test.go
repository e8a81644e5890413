package store_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/store"
)

func TestAPurgedRecordLeavesNothing(t *testing.T) {
	onBoth(t, func(w *world) {
		of := w.tainted()
		if found := w.left(canaries()); len(found) < len(canaries()) {
			t.Fatalf("only these canaries stand anywhere: %v", found)
		}
		before := must(w.Totals(ctx, all, 0))(w)
		p := w.ask("按保密检查结论清除", of.item.ID)
		if p.Records != 1 || p.Pages != 3 || p.Files != 2 || p.Bytes != 14 || !slices.Equal(p.Codes, []string{taintedCode}) {
			t.Errorf("asked for %+v", p)
		}
		if err := w.agree(p, colleague); err != nil {
			t.Fatal(err)
		}
		// Gone for everybody at once.
		if _, err := w.Holding(ctx, all, of.item.ID); archive.KindOf(err) != archive.NotFound {
			t.Errorf("the record: %v", err)
		}
		if _, err := w.Page(ctx, all, of.pages[0]); archive.KindOf(err) != archive.NotFound {
			t.Errorf("a page: %v", err)
		}
		work := must(w.PurgeWork(ctx, p.ID))(w)
		slices.Sort(work.Pages)
		if !slices.Equal(work.Pages, of.pages) || len(work.Files) != 2 || !slices.Equal(work.Records, []archive.ID{of.item.ID}) || len(work.Codes) != 2 {
			t.Errorf("to do: %+v", work)
		}
		for range 2 { // it may be repeated
			if err := w.PurgeValues(ctx, p.ID); err != nil {
				t.Fatal(err)
			}
		}
		w.end(p, nil, nil)
		if _, removed := w.index(); !slices.Contains(removed, of.pages[0]) {
			t.Errorf("the index is told to remove %v", removed)
		}
		if found := w.left(canaries()); len(found) > 0 {
			t.Errorf("left:\n%s", strings.Join(found, "\n"))
		}
		must(w.VerifyLog(ctx))(w)
		if refused := must(w.RefusedInputs(ctx, all, of.batch.ID))(w); len(refused) != 1 {
			t.Errorf("refused: %+v", refused)
		}

		got := must(w.Purge(ctx, all, p.ID))(w)
		if got.State != archive.PurgeDone || got.Actor != actor.ID || got.Second != colleague.ID || got.Agreed == 0 || got.Ended == 0 || got.Reason != p.Reason {
			t.Errorf("%+v", got)
		}
		for _, code := range []string{taintedCode, "J001-WS·2011-Y-BGS-0107"} {
			notes := must(w.Vacancies(ctx, code))(w)
			if len(notes) != 1 || notes[0].Reason != p.Reason {
				t.Errorf("%s is vacant because of %+v", code, notes)
			}
		}
		after := must(w.Totals(ctx, all, 0))(w)
		if after.Pages != before.Pages-3 || after.Stages[archive.StageQuarantined] != 0 {
			t.Errorf("totals %+v, had been %+v", after, before)
		}
		if pages := must(w.PagesOf(ctx, all, of.other.ID))(w); len(pages) != 2 {
			t.Errorf("the other record has %d pages", len(pages))
		}
		w.log(of, p)
	})
}

// log reads and undoes what is left of the log.
func (w *world) log(of tainted, p archive.Purge) {
	w.Helper()
	if _, err := w.History(ctx, all, of.item.ID, 0, 50); archive.KindOf(err) != archive.NotFound {
		w.Errorf("history: %v", err)
	}
	var purge []archive.ID
	for _, o := range must(w.Ops(ctx, 0, 500))(w) {
		changes := must(w.Changes(ctx, all, o.ID))(w)
		if o.Kind == archive.OpHoldingPurge {
			purge = append(purge, o.ID)
			continue
		}
		hollow := 0
		for _, ch := range changes {
			if ch.Before == "" && ch.After == "" {
				hollow++
			}
		}
		if hollow == 0 {
			continue
		}
		listed := 0
		if err := w.UndoTrial(ctx, o.ID, func(archive.Progress) {}, func(ch archive.Change, goes bool) {
			if ch.Before == "" && ch.After == "" {
				listed++
				if goes {
					w.Errorf("%s of %s would be taken back", ch.Noun, o.Kind)
				}
			}
		}); err != nil {
			w.Errorf("trying to undo %s: %v", o.Kind, err)
		}
		if listed != hollow {
			w.Errorf("an undo of %s tells of %d of %d changes without values", o.Kind, listed, hollow)
		}
		if _, err := w.Removals(ctx, all, 0, 50); err != nil {
			w.Error(err)
		}
	}
	for _, op := range purge {
		if _, _, err := w.Undo(ctx, actor, op); archive.KindOf(err) != archive.NotAllowed {
			w.Errorf("a purge undone: %v", err)
		}
	}
}

func TestPurgeOfAVolumeTakesWhatLiesInIt(t *testing.T) {
	onBoth(t, func(w *world) {
		town := w.town()
		inside := w.item(town.volume.ID, "J001-KJ-001-001", "总图")
		within := w.pages(town, "v.tif", 2, town.volume.ID)
		w.pages(town, "i.tif", 1, inside.ID)
		boxed := w.item(town.items.ID, "J001-WS·2011-Y-BGS-0001", "一", func(i *archive.Item) { i.Box = town.box.ID })
		w.do(func(tx *store.Tx) error { return tx.EndBatch(town.batch.ID) })
		p := w.ask("清除", town.volume.ID, town.box.ID)
		if p.Records != 3 || p.Pages != 3 || p.Files != 2 {
			t.Errorf("%+v", p)
		}
		if err := w.agree(p, colleague); err != nil {
			t.Fatal(err)
		}
		w.end(p, nil, nil)
		for _, id := range []archive.ID{town.volume.ID, town.box.ID, inside.ID} {
			if _, err := w.Holding(ctx, all, id); archive.KindOf(err) != archive.NotFound {
				t.Errorf("%v", err)
			}
		}
		if _, err := w.Page(ctx, all, within[0]); archive.KindOf(err) != archive.NotFound {
			t.Errorf("%v", err)
		}
		if i := must(w.Item(ctx, all, boxed.ID))(w); i.Box != 0 { // what stands in a box is no part of it
			t.Errorf("%+v", i)
		}
		if left := w.left([]string{"水库图纸", "第一批", "/scans"}); len(left) > 0 {
			t.Error(left)
		}
		// A number that is vacant after a purge can be explained.
		if notes := must(w.Vacancies(ctx, "J001-KJ-001"))(w); len(notes) != 1 || notes[0].Reason != "清除" {
			t.Errorf("%+v", notes)
		}
		must(w.VerifyLog(ctx))(w)
	})
}

func TestWhatAPurgeRefuses(t *testing.T) {
	onBoth(t, func(w *world) {
		of := w.tainted()
		ask := func(reason string, roots ...archive.ID) error {
			scope, err := w.PurgeScope(ctx, roots, nil)
			if err != nil {
				return err
			}
			_, err = w.Do(ctx, actor, archive.OpPurgeAsk, func(tx *store.Tx) error {
				return tx.AskPurge(&archive.Purge{Reason: reason, Actor: actor.ID}, scope)
			})
			return err
		}
		for reason, roots := range map[string][]archive.ID{" ": {of.item.ID}, "因为青松岭水库调度": {of.item.ID}, "含赵金山材料": {of.item.ID}, "清除全宗": {of.fonds.ID}} {
			if err := ask(reason, roots...); archive.KindOf(err) != archive.Invalid {
				t.Errorf("%q: %v", reason, err)
			}
		}
		if err := ask("因为青松岭水库调度", of.item.ID); !errors.Is(err, archive.ErrQuotes) {
			t.Error(err)
		}
		if err := ask("清除", 12345); archive.KindOf(err) != archive.NotFound {
			t.Error(err)
		}
		p := w.ask("清除", of.item.ID)
		if err := ask("清除", of.item.ID); archive.KindOf(err) != archive.Conflict {
			t.Errorf("asked twice: %v", err)
		}
		for _, who := range []archive.Actor{actor, {}} {
			if err := w.agree(p, who); archive.KindOf(err) != archive.NotAllowed || !errors.Is(err, archive.ErrSamePerson) {
				t.Errorf("%v agreed: %v", who, err)
			}
		}
		// Another record has a page of one of the files.
		w.do(func(tx *store.Tx) error {
			f := archive.File{Path: "shared.pdf", Batch: of.batch.ID, Bytes: 9, SHA256: sum("shared"), Format: "pdf"}
			if err := tx.AddFile(&f); err != nil {
				return err
			}
			return tx.AddPages([]archive.Page{{File: f.ID, Holding: of.item.ID}, {File: f.ID, Frame: 1, Holding: of.other.ID}, {File: f.ID, Frame: 2}})
		})
		scope := must(w.PurgeScope(ctx, []archive.ID{of.item.ID}, nil))(w)
		if !slices.Equal(scope.Others, []string{of.other.Code}) || scope.Loose != 1 {
			t.Errorf("%+v", scope)
		}
		if err := w.agree(p, colleague); archive.KindOf(err) != archive.Conflict {
			t.Errorf("a shared file: %v", err)
		} else if shared, ok := errors.AsType[archive.Shared](err); !ok || !slices.Equal(shared, archive.Shared{of.other.Code}) {
			t.Errorf("%v", err)
		}
		w.do(func(tx *store.Tx) error { return tx.WithdrawPurge(p.ID, colleague.ID) })
		if err := w.agree(p, colleague); archive.KindOf(err) != archive.Conflict {
			t.Errorf("withdrawn: %v", err)
		}
		// Both together go; and what was changed since it was asked for stops it.
		p = w.ask("清除", of.item.ID, of.other.ID)
		w.pages(of.town, "late.tif", 1, of.other.ID)
		if err := w.agree(p, colleague); archive.KindOf(err) != archive.Conflict {
			t.Errorf("changed: %v", err)
		}
		w.do(func(tx *store.Tx) error { return tx.WithdrawPurge(p.ID, actor.ID) })
		p = w.ask("清除", of.item.ID, of.other.ID)
		if err := w.agree(p, colleague); err != nil {
			t.Error(err)
		}
	})
}

func TestMediaAreListedUntilCleared(t *testing.T) {
	onBoth(t, func(w *world) {
		of := w.tainted()
		root := w.root("移动硬盘")
		p := w.ask("清除", of.item.ID)
		if err := w.agree(p, colleague); err != nil {
			t.Fatal(err)
		}
		kept := []archive.File{{ID: 77, Root: root, Path: canaryPath, Bytes: 5, Modified: 6}}
		w.end(p, []archive.Medium{{Kind: archive.MediumRoot, Name: "移动硬盘", Root: root, Files: 1, Bytes: 5}, {Kind: archive.MediumBackup, Name: "备份 3"}}, kept)
		list := must(w.Media(ctx, all, false))(w)
		if len(list) != 2 || list[0].Number != 1 || list[1].Number != 2 || list[0].Purge != p.ID || !slices.Equal(list[0].Paths, []string{canaryPath}) {
			t.Fatalf("%+v", list)
		}
		if m, err := w.ClearMedium(ctx, colleague, 1, "已消磁"); err != nil || m.Cleared == 0 || m.Actor != colleague.ID {
			t.Errorf("%+v, %v", m, err)
		}
		if _, err := w.ClearMedium(ctx, colleague, 1, ""); archive.KindOf(err) != archive.Conflict {
			t.Error(err)
		}
		if _, err := w.ClearMedium(ctx, colleague, 9, ""); archive.KindOf(err) != archive.NotFound {
			t.Error(err)
		}
		if list = must(w.Media(ctx, all, false))(w); len(list) != 1 || list[0].Number != 2 {
			t.Errorf("%+v", list)
		}
		if list = must(w.Media(ctx, all, true))(w); len(list) != 2 || list[0].Note != "已消磁" || list[0].Paths != nil {
			t.Errorf("%+v", list)
		}
		if found := w.left([]string{canaryPath}); len(found) > 0 {
			t.Error(found)
		}
		must(w.VerifyLog(ctx))(w)
	})
}

// Whatever order records were written and changed in, no byte of those that are purged is
// left in the files, wherever the database had moved it.
func TestPurgedRecordsLeaveNoBytes(t *testing.T) {
	onBoth(t, func(w *world) {
		if w.opt.Postgres != "" {
			return // the server's files are its own
		}
		rnd := rand.New(rand.NewPCG(5, 7))
		town := w.town()
		const n = 300
		word := func(i, round int) string { return fmt.Sprintf("secret-%04d-%d-", i, round) }
		fill := func(i, round int) string { return strings.Repeat(word(i, round), 1+rnd.IntN(1+rnd.IntN(200))) }
		items := make([]archive.Item, n)
		for _, i := range rnd.Perm(n) {
			items[i] = w.item(town.items.ID, fmt.Sprintf("J001-WS·2011-Y-BGS-%04d", i+1), fill(i, 1), func(it *archive.Item) { it.Note = fill(i, 2) })
		}
		for range 2 * n {
			i := rnd.IntN(n)
			w.do(func(tx *store.Tx) error {
				items[i].Title, items[i].Persons = fill(i, 3), fill(i, 4)
				if err := tx.Update(&items[i]); err != nil {
					return err
				}
				return tx.SetExtra(items[i].ID, map[string]string{"甲": fill(i, 5)})
			})
		}
		var roots []archive.ID
		gone := map[int]bool{}
		for i := range items {
			if i%3 == 0 {
				roots = append(roots, items[i].ID)
				gone[i] = true
			}
		}
		p := w.ask("清除", roots...)
		if err := w.agree(p, colleague); err != nil {
			t.Fatal(err)
		}
		// Others write all the while.
		stop, wrote := make(chan struct{}), make(chan int)
		busy := w.another(w.opt)
		go func() {
			n := 0
			defer func() { wrote <- n }()
			for {
				select {
				case <-stop:
					return
				default:
				}
				i := archive.Item{Holding: archive.Holding{Parent: town.items.ID, Code: fmt.Sprint("J001-WS·2012-Y-BGS-", n), Title: strings.Repeat("别的", 1+n%90)}}
				if _, err := busy.Do(ctx, actor, "test", func(tx *store.Tx) error { return tx.AddItem(&i) }); err != nil {
					w.Error(err)
				}
				n++
			}
		}()
		w.end(p, nil, nil)
		close(stop)
		if n := <-wrote; n == 0 {
			t.Error("nobody wrote")
		}
		for _, db := range []*sql.DB{w.records(), w.texts()} {
			if found := w.column(db, `PRAGMA integrity_check`); !slices.Equal(found, []string{"ok"}) {
				t.Errorf("the file is damaged: %v", found)
			}
		}
		for _, suffix := range []string{"", "-wal"} {
			data, err := os.ReadFile(w.opt.Catalogue + suffix)
			if err != nil {
				t.Fatal(err)
			}
			left := 0
			for i := range gone {
				for round := 1; round <= 5; round++ {
					if bytes.Contains(data, []byte(word(i, round))) {
						left++
					}
				}
			}
			if left > 0 {
				t.Errorf("catalogue.db%s has %d traces of %d purged records", suffix, left, len(gone))
			}
			if suffix == "" && !bytes.Contains(data, []byte(word(1, 1))) {
				t.Error("what stays is not found either")
			}
		}
		must(w.VerifyLog(ctx))(w)
	})
}
