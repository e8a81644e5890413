package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lantai/app"
	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/station"
	"lantai/archive/store"
)

// allKinds adds series that hold objects, books and recordings to the sample.
func (d *desk) allKinds() *desk {
	d.t.Helper()
	for _, n := range []station.NewSeries{
		{Code: "0001-SW", Title: "实物档案", Scheme: "item22", Holds: archive.KindObject},
		{Code: "0001-TS", Title: "图书资料", Scheme: "item22", Holds: archive.KindBook},
		{Code: "0001-LX", Title: "音像档案", Scheme: "item22", Holds: archive.KindAV},
	} {
		_, err := d.station.AddSeries(context.Background(), archive.LocalActor(), n)
		d.must(err)
	}
	return d
}

// enterIn goes to the screen where records of a series are described.
func (d *desk) enterIn(series string) {
	d.t.Helper()
	d.goTo(app.ScreenEntry, parts.EntryValue{Node: d.holding(series).ID})
}

func (d *desk) shortcut(key fyne.KeyName, modifier fyne.KeyModifier) {
	s := &desktop.CustomShortcut{KeyName: key, Modifier: modifier}
	if f, ok := d.canvas().Focused().(fyne.Shortcutable); ok {
		f.TypedShortcut(s)
	} else {
		d.canvas().(fyne.Shortcutable).TypedShortcut(s)
	}
	d.Idle(d.t)
}

// clerk types as a person does and counts the keys that bring no character.
type clerk struct {
	*desk
	keys, runes, rows int
}

func (c *clerk) write(text string) { c.runes += len([]rune(text)); c.typing(text) }

func (c *clerk) key(keys ...fyne.KeyName) {
	c.keys += len(keys)
	c.press(keys...)
}

// fields writes texts into one field after another; "" leaves what stands there.
func (c *clerk) fields(texts ...string) {
	for i, text := range texts {
		if i > 0 {
			c.key(fyne.KeyReturn)
		}
		if text != "" {
			c.write(text)
		}
	}
}

func (d *desk) record(code string) archive.Record {
	d.t.Helper()
	r, err := d.station.Catalogue.Record(context.Background(), allSeeing, d.holding(code).ID)
	d.must(err)
	return r
}

func (d *desk) wants(code string, want map[string]string) {
	d.t.Helper()
	r := d.record(code)
	for name, text := range want {
		b, ok := archive.Field(r, name)
		if !ok || b.Text() != text {
			d.t.Errorf("%s: %s is %q, not %q", code, name, b.Text(), text)
		}
	}
}

// A clerk describes items, a group of photos, an object and a book with the keyboard
// alone, and presses few keys beside those of the text.
func TestRecordsAreEnteredByKeysAlone(t *testing.T) {
	d := newDesk(t).allKinds().open()
	c := &clerk{desk: d}
	d.enterIn("0001-WS")
	if got := d.entry("Reference code").Text; got != "0001-WS·1987-Y-CZK-0002" {
		t.Errorf("the code first proposed is %q", got)
	}
	d.field("Year") // the class is chosen once
	d.typing("1990")
	d.field("Office or subject (opt.)")
	d.press(fyne.KeyReturn, fyne.KeyReturn)

	c.fields("关于召开秋季征兵工作会议的通知", "区人民武装部", "区武〔1986〕7号", "19860912", "3", "kf")
	c.key(fyne.KeyReturn)
	c.fields("办公室", "附名单")
	c.key(fyne.KeyF9)
	const most = 12
	for i := range 10 {
		before := c.keys
		c.fields(fmt.Sprintf("关于下达第%d批征兵任务的通知", i), "", fmt.Sprintf("区武〔1986〕%d号", 8+i), fmt.Sprintf("198610%02d", 1+i), "2", "", "", "")
		c.key(fyne.KeyF9)
		if c.keys-before > most {
			t.Errorf("item %d took %d keys beside its text", i, c.keys-before)
		}
	}
	c.rows = 11
	t.Logf("items of nine fields: %.1f keys each beside the text", float64(c.keys)/float64(c.rows))
	d.wants("0001-WS·1990-Y-0001", map[string]string{"title": "关于召开秋季征兵工作会议的通知", "author": "区人民武装部", "doc_no": "区武〔1986〕7号",
		"date": "19860912", "page_count": "3", "opening": "开放", "org": "办公室", "note": "附名单", "year": "1990", "retention": "Y"})
	d.wants("0001-WS·1990-Y-0011", map[string]string{"title": "关于下达第9批征兵任务的通知", "author": "区人民武装部", "doc_no": "区武〔1986〕17号",
		"date": "19861010", "page_count": "2", "opening": "开放", "org": "办公室", "note": "", "retention": "Y"})

	group := &clerk{desk: d}
	d.enterIn("0001-ZP")
	d.canvas().FocusPrevious()
	d.onCheck("As a group")
	d.field("Album no. (opt.)")
	d.typing("009")
	d.press(fyne.KeyReturn, fyne.KeyReturn)
	group.fields("全区抗洪抢险", "19860723", "李明", "抗洪抢险", "青龙河大堤", "张卫国；王秀兰", "七月暴雨，河水超过警戒水位", "", "开放")
	group.key(fyne.KeyReturn)
	for i, text := range []string{"武装部民兵加固大堤", "区领导察看险情", "转移群众", "医疗队巡诊", "洪峰通过大桥"} {
		if i > 0 {
			group.key(fyne.KeyReturn)
		}
		group.write(text)
	}
	group.key(fyne.KeyF9)
	t.Logf("photos in a group of five: %.1f keys each", float64(group.keys)/5)
	if group.keys > 5*most {
		t.Errorf("%d keys for five photos", group.keys)
	}
	d.wants("0001-Y-009-0001", map[string]string{"title": "全区抗洪抢险", "caption": "武装部民兵加固大堤", "author": "李明", "event": "抗洪抢险"})
	d.wants("0001-Y-009-0005", map[string]string{"title": "全区抗洪抢险", "caption": "洪峰通过大桥", "persons": "张卫国；王秀兰"})

	object := &clerk{desk: d}
	d.enterIn("0001-SW")
	object.fields("一九八六年抗洪先进集体锦旗", "jq")
	object.key(fyne.KeyReturn)
	object.fields("市人民政府", "区人民武装部", "19861120", "市", "1", "面", "kf")
	object.key(fyne.KeyReturn)
	object.fields("0001-Y-009-0001")
	object.key(fyne.KeyF9)
	code := d.newest()
	d.wants(code, map[string]string{"object_kind": "锦旗", "awarded_by": "市人民政府", "level": "市", "quantity": "1", "unit": "面", "opening": "开放", "photo_code": "0001-Y-009-0001"})

	book := &clerk{desk: d}
	d.enterIn("0001-TS")
	book.fields("", "青禾区志", "区地方志编纂委员会", "方志出版社", "19951001", "9787801220011", "K29/12", "3", "册", "58.00")
	book.key(fyne.KeyF9)
	d.wants(d.newest(), map[string]string{"title": "青禾区志", "quantity": "3", "unit": "册", "publisher": "方志出版社", "price": "58.00"})
	t.Logf("object: %d keys, book: %d keys", object.keys, book.keys)
	if object.keys > most || book.keys > most {
		t.Errorf("an object took %d keys, a book %d", object.keys, book.keys)
	}
}

// newest is the 档号 that the screen says it saved last.
func (d *desk) newest() string {
	d.t.Helper()
	for _, line := range strings.Split(d.seen(), "\n") {
		if code, ok := strings.CutSuffix(line, " is saved"); ok {
			return code
		}
	}
	d.t.Fatalf("nothing was saved; the window says:\n%s", d.seen())
	return ""
}

// onCheck ticks a box with a label by its key.
func (d *desk) onCheck(label string) {
	d.t.Helper()
	d.walk(func(o fyne.CanvasObject) {
		if c, ok := o.(*parts.Check); ok && c.Text == label {
			d.canvas().Focus(c)
			c.TypedRune(' ')
		}
	})
	d.Idle(d.t)
}

// The record before is mended without losing the one in hand; another person's change to
// it is shown field by field.
func TestTheRecordBeforeIsMended(t *testing.T) {
	d := newDesk(t).open()
	d.enterIn("0001-WS")
	d.typing("第一条")
	d.press(fyne.KeyF9)
	code := d.newest()
	d.typing("第二条，还没写完")
	d.press(fyne.KeyF2)
	d.sees("Mend " + code)
	id := d.holding(code).ID
	d.field("Note")
	d.typing("我的备注")
	d.do(archive.OpHoldingEdit, func(tx *store.Tx) error {
		item, err := d.station.Catalogue.Item(context.Background(), allSeeing, id)
		if err != nil {
			return err
		}
		item.Note = "别人的备注"
		return tx.Update(&item)
	})
	d.press(fyne.KeyF9)
	d.sees("别人的备注", "我的备注")
	d.press(fyne.KeyReturn) // the first choice has the keyboard: theirs
	d.press(fyne.KeyF9)
	if got := d.entry("Title").Text; got != "第二条，还没写完" {
		t.Errorf("the record in hand has the title %q", got)
	}
	d.wants(code, map[string]string{"note": "别人的备注"})
}

// F2 right after F9 means the record that was just written, also while it is on its way to
// the disk.
func TestTheRecordBeingSavedIsMended(t *testing.T) {
	d := newDesk(t).open()
	d.enterIn("0001-WS")
	d.typing("第一条")
	d.press(fyne.KeyF9)
	d.typing("第二条")
	for _, key := range []fyne.KeyName{fyne.KeyF9, fyne.KeyF2} { // without waiting between them
		d.canvas().Focused().TypedKey(&fyne.KeyEvent{Name: key})
	}
	d.Idle(t)
	if got := d.entry("Title").Text; got != "第二条" {
		t.Errorf("%q is to be mended", got)
	}
}

// Someone else took the number meanwhile: the record comes back with what was typed, and
// so does what was begun after it.
func TestARecordThatIsNotTakenComesBack(t *testing.T) {
	d := newDesk(t).open()
	d.enterIn("0001-WS")
	code := d.entry("Reference code").Text
	d.typing("我的一条")
	_, _, err := d.station.AddRecord(context.Background(), archive.LocalActor(), station.NewRecord{Code: code, Values: station.Values{"title": "别人的一条"}})
	d.must(err)
	d.press(fyne.KeyF9)
	if got := d.entry("Title").Text; got != "我的一条" {
		t.Errorf("the title is %q", got)
	}
	if got := d.entry("Reference code").Text; got == code {
		t.Errorf("the code that is taken stands there still: %s", got)
	}
	d.press(fyne.KeyF9)
	d.wants(d.newest(), map[string]string{"title": "我的一条"})
	d.wants(code, map[string]string{"title": "别人的一条"})
}

func TestFieldsAreKeptForTheNextRecord(t *testing.T) {
	d := newDesk(t).open()
	d.enterIn("0001-WS")
	d.typing("第一条")
	d.field("Document number")
	d.typing("青政发〔1987〕3号")
	d.shortcut(fyne.KeyF4, fyne.KeyModifierControl)
	d.field("Author")
	d.typing("区政府")
	d.shortcut(fyne.KeyF4, fyne.KeyModifierControl) // kept by the rules: no longer
	d.press(fyne.KeyF9)
	if doc, author := d.entry("Document number").Text, d.entry("Author").Text; doc != "青政发〔1987〕3号" || author != "" {
		t.Errorf("kept: document number %q, author %q", doc, author)
	}
	d.canvas().Focus(d.entry("Author"))
	d.press(fyne.KeyF4)
	if got := d.entry("Author").Text; got != "区政府" {
		t.Errorf("F4 gave %q", got)
	}
}

// Former names and the papers of its dossier stand beside the description of a fonds.
func TestAFondsWithItsNamesAndDossier(t *testing.T) {
	d := newDesk(t).open()
	fonds := d.holding("0001")
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: fonds.ID})
	d.tap("Fonds dossier")
	d.sees("No papers yet")
	d.tap("Former names")
	d.canvas().Focus(d.entry("Name"))
	d.typing("青禾县革命委员会")
	d.press(fyne.KeyReturn)
	d.typing("1968")
	d.press(fyne.KeyReturn)
	d.typing("1980")
	d.press(fyne.KeyReturn)
	d.sees("青禾县革命委员会　1968—1980")
	names, err := d.station.Catalogue.FondsNames(context.Background(), allSeeing, fonds.ID)
	d.must(err)
	if len(names) != 1 || names[0].DateEnd != "1980" {
		t.Errorf("former names: %+v", names)
	}
	d.tap("Fonds dossier")
	d.tap("Describe a paper")
	d.field("Title")
	d.typing("全宗介绍")
	d.press(fyne.KeyReturn)
	d.typing("整理")
	d.field("Date")
	d.typing("20200110")
	d.press(fyne.KeyF9)
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: fonds.ID})
	d.tap("Fonds dossier (1)")
	d.sees("全宗介绍")
	d.tap("Former names (1)")
	d.tap("Remove")
	d.tap("Remove")
	d.lacks("青禾县革命委员会　1968—1980")
}

// A record is described beside its images, and the person goes back to where it stands.
func TestARecordIsDescribedBesideItsImages(t *testing.T) {
	d := newDesk(t).open()
	d.goTo(app.ScreenHoldings, parts.HoldingValue{Holding: d.holding(code0001).ID})
	d.press(fyne.KeyEscape)
	d.tap("With images")
	d.sees("Mend "+code0001, "1 / 2")
	d.press(fyne.KeyF8)
	d.sees("2 / 2")
	d.field("Pages")
	d.typing("2")
	d.press(fyne.KeyF9)
	d.wants(code0001, map[string]string{"page_count": "2"})
	d.sees("Register record")
}

// Volumes, items within them, boxes and recordings go through the same screen.
func TestContainersAndRecordingsAreEntered(t *testing.T) {
	d := newDesk(t).allKinds().open()
	d.enterIn("0002-WS")
	if got := d.entry("Reference code").Text; got != "0002-003-0016" {
		t.Errorf("the next volume is %q", got)
	}
	d.typing("抗旱工作情况简报")
	d.field("From")
	d.typing("1962")
	d.field("To")
	d.typing("1961")
	d.field("Volume title")
	d.sees("Ends before it begins")
	d.typing("抗旱工作情况简报")
	d.press(fyne.KeyF9)
	d.lacks("is saved")
	d.field("To")
	d.typing("1963")
	d.press(fyne.KeyF9)
	d.wants("0002-003-0016", map[string]string{"title": "抗旱工作情况简报", "date_begin": "1962", "date_end": "1963"})

	d.chooseKind(1)
	if got := d.entry("Reference code").Text; got != "0002-003-0016-1" && got != "0002-003-0016-001" {
		t.Errorf("the first item of the volume is %q", got)
	}
	d.field("Volume no.")
	d.typing("0099")
	d.field("Title")
	d.typing("没有这一卷")
	d.sees("Volume 0002-003-0099 is not registered yet")
	d.field("Volume no.")
	d.typing("0016")
	d.field("Page numbers")
	d.typing("1-3")
	d.press(fyne.KeyF9)
	d.wants(d.newest(), map[string]string{"title": "没有这一卷", "page_no": "1-3"})

	d.enterIn("0001-WS")
	d.chooseKind(1)
	d.field("Box number")
	d.typing("12")
	d.press(fyne.KeyF9)
	d.sees("Box 12 is saved")
	boxes, err := d.station.Catalogue.Children(context.Background(), allSeeing, store.List{Below: d.holding("0001-WS").ID, Kinds: []archive.HoldingKind{archive.KindBox}})
	d.must(err)
	if len(boxes) != 1 {
		t.Errorf("%d boxes", len(boxes))
	}

	d.enterIn("0001-LX")
	d.typing("全区三级干部会议录音")
	d.field("Duration")
	d.typing("1小时")
	d.field("Title")
	d.sees("hours:minutes:seconds")
	d.typing("全区三级干部会议录音")
	d.field("Duration")
	d.typing("01:02:03")
	d.press(fyne.KeyF9)
	d.wants(d.newest(), map[string]string{"duration": "01:02:03"})
}
