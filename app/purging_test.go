package app_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"lantai/app"
	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/store"
)

// askPurge asks for the purge of a record from where it stands, as an archivist does.
func (d *desk) askPurge(code, reason string) {
	d.t.Helper()
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code).ID})
	d.tapWord("purging.ask.short")
	d.typing(reason)
	d.press("Return")
}

// as signs out, and signs in as somebody else.
func (d *desk) as(name string) *desk {
	d.t.Helper()
	d.tapWord("who.sign-out")
	return d.signIn(name, name+" password")
}

// purge reads the newest purge.
func (d *desk) purge() archive.Purge {
	d.t.Helper()
	list, err := d.station.Catalogue.Purges(context.Background(), access.All(), "")
	d.must(err)
	if len(list) == 0 {
		d.t.Fatal("nothing was asked for")
	}
	return list[0]
}

// One asks at the record, and cannot agree; another sees what would go, agrees, and the
// record is gone from everywhere. The log has what each did.
func TestARecordIsPurgedByTwo(t *testing.T) {
	d := signedIn(t, "archivist")
	title := d.holding(code0001).Title
	d.goTo(app.ScreenFind, parts.FindValue{Query: "防汛"})
	d.sees(code0001)
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID})
	d.tapWord("purging.ask.short")
	d.sees(words.T("purging.counts", words.Args{"Records": "1", "Pages": "2", "Texts": "2", "Files": "2", "Size": d.sizeOf(code0001)}), title)
	d.press("Return")
	d.sees(words.T("purging.reason.missing"))
	d.typing("误收：" + title)
	d.press("Return")
	d.sees(words.T("reason.quotes-record"))
	d.field(words.T("purging.reason"))
	d.typing("误收，按保密规定处理")
	d.press("Return")
	d.sees("was asked for. Nothing")
	d.tapWord("purging.look")
	d.sees(code0001, "archivist asked", "误收，按保密规定处理", words.T("purging.not.self"))
	if !d.button(words.T("purging.agree")).Disabled() {
		t.Error("who asked can agree")
	}
	d.holding(code0001)
	d.as("leader")
	d.goTo(app.ScreenPeople, parts.PurgesValue{})
	d.sees(title, "originals 2", "archivist asked")
	d.tapWord("purging.agree")
	d.sees("neither undone nor restored")
	if d.purge().State != archive.PurgeAsked {
		t.Error("purged before the answer")
	}
	d.tapWord("purging.agree.do")
	d.sees(words.T("purge.purged"), "leader agreed", "cannot be restored")
	d.lacks(title)
	p := d.purge()
	if p.State != archive.PurgeDone || p.Second != d.account("leader").ID || p.Actor != d.account("archivist").ID {
		t.Errorf("%+v", p)
	}
	d.goTo(app.ScreenFind, parts.FindValue{Query: "防汛"})
	d.lacks(code0001)
	d.goTo(app.ScreenHoldings, nil)
	d.lacks(title)
	d.as("archivist")
	d.goTo(app.ScreenTrash, nil)
	d.lacks(code0001)
	for kind, who := range map[archive.OpKind]string{archive.OpPurgeAsk: "archivist", archive.OpHoldingPurge: "leader"} {
		ops, err := d.station.Catalogue.Ops(context.Background(), 0, 1, kind)
		d.must(err)
		if len(ops) != 1 || ops[0].Actor != d.account(who).ID {
			t.Errorf("%s in the log: %+v", kind, ops)
		}
	}
}

// sizeOf is how much the originals of a record are.
func (d *desk) sizeOf(code string) string {
	var n int64
	pages, err := d.station.Catalogue.PagesOf(context.Background(), allSeeing, d.holding(code).ID)
	d.must(err)
	for _, p := range pages {
		f, err := d.station.Catalogue.File(context.Background(), allSeeing, p.File)
		d.must(err)
		n += f.Bytes
	}
	return words.Bytes(n)
}

// What is not agreed to ends, and so does what was withdrawn; what has changed since it was
// asked for cannot be agreed to.
func TestAPurgeThatIsNotDone(t *testing.T) {
	d := signedIn(t, "archivist")
	d.askPurge(code0001, "误收")
	d.tapWord("action.close")
	d.as("leader")
	d.goTo(app.ScreenPeople, parts.PurgesValue{})
	d.tapWord("purging.refuse")
	d.tapIn("purging.refuse")
	d.sees(words.T("purging.refused"), words.T("purging.dropped"))
	d.as("archivist")
	d.askPurge(code0001, "误收")
	d.tapWord("purging.look")
	d.tapWord("purging.withdraw")
	d.tapIn("purging.withdraw")
	d.sees(words.T("purge.withdrawn"))
	d.askPurge(code0001, "误收")
	d.tapWord("action.close")
	pages, err := d.station.Catalogue.PagesOf(context.Background(), allSeeing, d.holding(code0001).ID)
	d.must(err)
	_, err = d.station.Catalogue.Do(context.Background(), archive.Actor{ID: d.account("archivist").ID}, archive.OpPageUnlink,
		func(tx *store.Tx) error { return tx.UnlinkPages([]archive.ID{pages[0].ID}) })
	d.must(err)
	d.as("leader")
	d.goTo(app.ScreenPeople, parts.PurgesValue{})
	d.sees(words.T("purging.not.changed"))
	if !d.button(words.T("purging.agree")).Disabled() {
		t.Error("what has changed can be agreed to")
	}
	d.holding(code0001)
}

// A purge that was cut off is gone on with from the list.
func TestAPurgeThatWasCutOffGoesOn(t *testing.T) {
	d := signedIn(t, "archivist")
	d.askPurge(code0001, "误收")
	d.tapWord("action.close")
	d.as("leader")
	who := archive.Actor{ID: d.account("leader").ID}
	_, err := d.station.Catalogue.Do(context.Background(), who, archive.OpHoldingPurge, func(tx *store.Tx) error { return tx.BeginPurge(d.purge().ID, who, nil) })
	d.must(err)
	d.goTo(app.ScreenPeople, parts.PurgesValue{})
	d.sees(words.T("purge.purging"), "what is left of them")
	d.tapWord("purging.go-on")
	d.sees(words.T("purge.purged"), "cannot be restored")
	if p := d.purge(); p.State != archive.PurgeDone || p.Second != who.ID {
		t.Errorf("%+v", p)
	}
}

// Whoever may not destroy a record neither asks for its purge nor agrees to it, and sees of
// it what the request says.
func TestWhoMayPurge(t *testing.T) {
	d := signedIn(t, "archivist")
	title := d.holding(code0001).Title
	d.askPurge(code0001, "误收")
	far := d.account("leader")
	far.Fonds = d.holding("0002").ID.String()
	d.must(d.station.ChangePerson(context.Background(), archive.Actor{ID: d.account("admin").ID}, far))
	d.tapWord("action.close")
	d.as("leader")
	d.goTo(app.ScreenPeople, parts.PurgesValue{})
	d.sees(code0001, words.T("purging.unseen"), words.T("purging.not.barred"))
	d.lacks(title)
	if !d.button(words.T("purging.agree")).Disabled() {
		t.Error("who may not destroy the record can agree")
	}
	if _, err := d.station.AgreePurge(context.Background(), d.station.Actor(), d.purge().ID, nil); archive.KindOf(err) != archive.NotAllowed {
		t.Errorf("and does: %v", err)
	}
	d.as("worker")
	d.goTo(app.ScreenPeople, parts.PurgesValue{}) // not theirs
	d.press("Escape")
	d.lacks(code0001, words.T("nav.people"))
	d.goTo(app.ScreenArranging, nil)
	d.tapWord("arranging.do.purge")
	d.lacks(words.T("purging.reason"))
	d.as("reading-room")
	d.goTo(app.ScreenHoldings, nil)
	d.lacks(words.T("purging.ask.short"))
}

// Alone nobody can: the way is not offered at the record, and the list says why.
func TestNobodyPurgesAlone(t *testing.T) {
	d := newDesk(t).recognise().open()
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID})
	d.lacks(words.T("purging.ask.short"))
	d.arrangeAt(code0001)
	d.tapWord("arranging.do.purge")
	d.sees(words.T("purging.not.alone"))
	d.goTo(app.ScreenPeople, parts.PurgesValue{})
	d.sees("No purge was asked for")
}

// Several records are asked for at once where they are arranged, and what a disk holds that
// is away is listed until somebody has seen to it.
func TestMediaThatHoldAPurgedRecord(t *testing.T) {
	d := staffed(t)
	_, err := d.station.Pipeline.Adopt(context.Background(), archive.Actor{ID: d.account("archivist").ID}, ingest.Adoption{Dir: d.disk()}, nil)
	d.must(err)
	d.open().signIn("archivist", "archivist password")
	d.takeDiskAway()
	d.arrangeAt(code0001)
	d.tapWord("arranging.do.purge")
	d.sees("storage root")
	d.typing("误收")
	d.press("Return")
	d.tapWord("action.close")
	d.as("leader")
	d.goTo(app.ScreenPeople, parts.PurgesValue{})
	d.tapWord("purging.agree")
	d.tapWord("purging.agree.do")
	d.sees(words.T("purging.holds.still"), words.T("purging.media"))
	d.must(os.Rename(d.disk()+" away", d.disk()))
	_, err = d.station.Originals.Look(context.Background(), d.root())
	d.must(err)
	d.tapWord("purging.clear")
	d.tapWord("purging.clear.do")
	d.sees(words.T("purging.clear.missing"))
	d.typing("硬盘已接上，原件已删除")
	d.press("Return")
	d.sees(words.T("purging.cleared"), "硬盘已接上，原件已删除")
	media, err := d.station.Catalogue.Media(context.Background(), access.All(), false)
	d.must(err)
	if len(media) != 0 {
		t.Errorf("%+v", media)
	}
}

// purgeScenes are the states of what one person asks and another agrees to.
func purgeScenes() []scene {
	long := strings.Repeat("按保密检查的意见，", 6)
	return []scene{
		{"at the record", func(d *desk) {
			d.signIn("archivist", "archivist password")
			d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID})
		}},
		{"ask", func(d *desk) { d.tapWord("purging.ask.short") }},
		{"ask without reason", func(d *desk) {
			d.tapWord("purging.ask.short")
			d.press("Return")
		}},
		{"asked", func(d *desk) { d.askPurge(code0001, long) }},
		{"ask again", func(d *desk) { d.askPurge(code0001, long) }},
		{"my own", func(d *desk) { d.goTo(app.ScreenPeople, parts.PurgesValue{}) }},
		{"withdraw", func(d *desk) { d.tapWord("purging.withdraw") }},
		{"asked for", func(d *desk) {
			d.as("leader")
			d.goTo(app.ScreenPeople, parts.PurgesValue{})
		}},
		{"refuse", func(d *desk) { d.tapWord("purging.refuse") }},
		{"agree", func(d *desk) { d.tapWord("purging.agree") }},
		{"purged", func(d *desk) {
			d.tapWord("purging.agree")
			d.tapWord("purging.agree.do")
			_, err := d.station.Catalogue.Do(context.Background(), d.station.Actor(), archive.OpHoldingPurge, func(tx *store.Tx) error {
				return tx.AddMedium(&archive.Medium{Purge: d.purge().ID, Kind: archive.MediumBackup, Name: strings.Repeat("二〇二五年度备份光盘", 4), Files: 3})
			})
			d.must(err)
			d.press("F5")
		}},
		{"clear", func(d *desk) { d.tapWord("purging.clear") }},
		{"clear wrong", func(d *desk) {
			d.tapWord("purging.clear")
			d.tapWord("purging.clear.do")
		}},
		{"nobody to agree", func(d *desk) {
			d.spoil("purge")
			d.press("F5")
		}},
	}
}
