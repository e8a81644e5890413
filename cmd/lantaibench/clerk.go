package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	clerkItems = 30
	clerkGroup = 5  // photos
	goalOver   = 12 // keystrokes a record beyond what is written
	keyDelay   = "40"

	// Rapid Data Entry (archivesspace/archivesspace, frontend: rde.js, archival_objects/_rde_templates.html.erb):
	// Tab leads from field to field, and from the last one to the row's button for another
	// row, where Space presses it. Shift+Return makes a row too, but stays in its column, as
	// many keys from the first.
	rivalColumns = 9
)

// benchClerk describes records in the real window as a clerk does, by keyboard alone and
// under fcitx5-pinyin, and counts the keys: 30 items, a slip mended in one that was saved,
// a group of five photos, an object and a book. Letters of pinyin, the key that takes the
// candidate, and digits are what is written; every other key is overhead, a combination
// counts once. In the end lantaictl tells what stands in the archive.
func benchClerk(args []string) error {
	f := flag.NewFlagSet("clerk", flag.ContinueOnError)
	ctl := f.String("lantaictl", filepath.Join("bin", "lantaictl"), "program that tells what stands in the archive in the end")
	items := f.Int("items", clerkItems, "items to describe")
	pictures := f.String("pictures", "", "folder for pictures of the window")
	if err := f.Parse(args); err != nil {
		return err
	}
	user, err := os.MkdirTemp("", "lantai-clerk")
	if err != nil {
		return err
	}
	defer os.RemoveAll(user)
	dir := filepath.Join(user, "archive")
	if err := clerkArchive(dir); err != nil {
		return err
	}
	d, err := newDesk(user, windowSize)
	if d != nil {
		defer d.close()
	}
	if err != nil {
		return err
	}
	if err := d.chinese(user); err != nil {
		return err
	}
	s, err := d.show("-home", dir)
	if s != nil {
		defer s.close()
	}
	if err != nil {
		return err
	}
	if err := s.activate(); err != nil {
		return err
	}
	c := &clerk{window: s, pictures: *pictures, count: *items, want: map[string]map[string]string{}, mended: map[string]int{}}
	began := time.Now()
	for _, work := range []func(){c.items, c.slip, c.composing, c.photos, c.object, c.book} {
		work()
	}
	took := time.Since(began)
	if c.err != nil {
		return c.err
	}
	c.tell(took)
	return c.verify(*ctl, dir)
}

// clerk types, and counts.
type clerk struct {
	window        *shown
	pictures      string
	count         int // of items
	written, over int // keys since the last account
	accounts      []account
	want          map[string]map[string]string // fields of records by 档号
	mended        map[string]int               // how often a record was changed after it was saved
	shots         int
	err           error
}

// account is what a piece of work took.
type account struct {
	name                   string
	records, written, over int
}

func (c *clerk) account(name string, records int) {
	c.accounts = append(c.accounts, account{name, records, c.written, c.over})
	c.written, c.over = 0, 0
}

func (c *clerk) do(args ...string) {
	if c.err == nil {
		c.err = c.window.do(args...)
	}
}

// spell types pinyin, words apart by blanks, each taken with the space bar; digits stand
// for themselves.
func (c *clerk) spell(text string) {
	c.input(true)
	for _, word := range strings.Fields(text) {
		if strings.Trim(word, "0123456789") == "" {
			c.digits(word)
			continue
		}
		c.do("type", "--delay", keyDelay, word)
		c.do("key", "--delay", keyDelay, "space")
		c.written += len(word) + 1
		time.Sleep(150 * time.Millisecond) // a look at the candidate
	}
}

func (c *clerk) digits(text string) {
	c.do("type", "--delay", keyDelay, text)
	c.written += len(text)
}

// press presses keys that write nothing.
func (c *clerk) press(keys ...string) {
	c.do(append([]string{"key", "--delay", keyDelay}, keys...)...)
	c.over += len(keys)
	time.Sleep(120 * time.Millisecond)
}

// input makes sure that the input method is on in this window, as it is on the clerk's
// computer.
func (c *clerk) input(on bool) {
	want, switched := "2", "-o"
	if !on {
		want, switched = "1", "-c"
	}
	for range 100 {
		if c.err != nil {
			return
		}
		if out, err := c.window.desk.run("fcitx5-remote"); err == nil && strings.TrimSpace(out) == want {
			return
		}
		c.do("exec", "fcitx5-remote", switched)
		time.Sleep(50 * time.Millisecond)
	}
	c.err = fmt.Errorf("the input method cannot be switched")
}

func (c *clerk) picture(name string) {
	if c.pictures == "" || c.err != nil {
		return
	}
	c.shots++
	_, c.err = c.window.desk.run("import", "-window", "root", filepath.Join(c.pictures, fmt.Sprintf("%02d-%s.png", c.shots, name)))
}

// series goes to a series by the line above the tree.
func (c *clerk) series(code string) {
	c.press("ctrl+3")
	time.Sleep(500 * time.Millisecond)
	c.back(focusNarrow)
	c.press("ctrl+a")
	c.input(false)
	c.do("type", "--delay", keyDelay, code)
	c.over += len(code)
	c.press("Return", "Return") // into the tree, and from there into the form
	time.Sleep(500 * time.Millisecond)
	c.account("going to "+code, 0)
}

// back goes back with Shift+Tab to a part of the screen.
func (c *clerk) back(to string) {
	for range 40 {
		at, err := c.window.ask(askFocus)
		if c.err == nil {
			c.err = err
		}
		if at.Focus == to || c.err != nil {
			return
		}
		c.press("shift+Tab")
	}
	c.err = fmt.Errorf("the keyboard does not come to the %s", to)
}

// fields writes a form: a text of pinyin or digits for each field, "" for one that keeps
// what it has; Enter leads on, F9 saves.
func (c *clerk) fields(texts ...string) {
	for i, text := range texts {
		c.spell(text)
		if i+1 < len(texts) {
			c.press("Return")
		}
	}
	c.press("F9")
	time.Sleep(300 * time.Millisecond)
}

func (c *clerk) items() {
	c.series("Z001-WS")
	for i := range c.count {
		n := strconv.Itoa(i + 1)
		day := fmt.Sprintf("198506%02d", i%30+1)
		first := func(text string) string { // the rest carries over
			if i > 0 {
				return ""
			}
			return text
		}
		c.fields("gongzuo baogao "+n, first("renminzhengfu"), n+" baogao", day, n, first("kaifang"), first("bangongshi"), "dangan")
		c.want[itemsBefore+fmt.Sprintf("%04d", i+2)] = map[string]string{"title": "工作报告" + n, "author": "人民政府", "doc_no": n + "报告", "opening": "开放", "org": "办公室", "date": day,
			"year": "1985", "retention": "Y", "page_count": n, "note": "档案"}
		if i < 2 {
			c.picture("item")
		}
	}
	c.account("items of nine fields", c.count)
}

// slip goes back to the item saved last, whose title was wrong, while pinyin is mended in
// the line.
func (c *clerk) slip() {
	c.press("F2")
	time.Sleep(500 * time.Millisecond)
	c.press("ctrl+a")
	c.input(true)
	c.do("type", "--delay", keyDelay, "huiyiji")
	c.press("BackSpace", "BackSpace") // pinyin, not text
	c.do("type", "--delay", keyDelay, "jilu")
	c.do("key", "space")
	c.written += len("huiyijijilu") + 1
	c.picture("slip")
	c.press("F9")
	time.Sleep(500 * time.Millisecond)
	last := itemsBefore + fmt.Sprintf("%04d", c.count+1)
	c.want[last] = maps.Clone(c.want[last])
	c.want[last]["title"] = "会议记录"
	c.mended[last]++
	c.account("a slip in the item before", 0)
}

// composing presses, while pinyin is composed, every key that means something to the form,
// and gives the pinyin up; then words are written that do not belong there, and undone.
func (c *clerk) composing() {
	c.input(true)
	for _, key := range []string{"BackSpace", "Left", "Home", "End", "Delete", "Up", "Down", "Tab", "shift+Tab"} {
		c.do("type", "--delay", keyDelay, "nihao")
		c.press(key, "Escape")
	}
	c.written, c.over = 0, 0 // a clerk has no reason to
	c.do("type", "--delay", keyDelay, "gongzuo ")
	c.press("ctrl+z")
	c.over += len("gongzuo ")
	c.picture("undone")
	c.account("words undone (Ctrl+Z)", 0)
}

// photos are described as a group: what they have in common stands once in the form, each
// has a line of its own.
func (c *clerk) photos() {
	c.series("Z001-ZP")
	c.picture("photos")
	c.back(focusGroup)
	c.press("space", "ctrl+3")
	time.Sleep(300 * time.Millisecond)
	c.picture("group")
	for _, text := range []string{"huiyi", "19850612", "zhangsan", "huiyi", "beijing", "lisi", "gongzuo", "", "kaifang"} {
		c.spell(text)
		c.press("Return")
	}
	c.picture("group-filled")
	for i := range clerkGroup {
		n := strconv.Itoa(i + 1)
		c.spell("huiyi " + n)
		if i+1 < clerkGroup {
			c.press("Return")
		}
	}
	c.picture("group-captions")
	c.press("F9")
	time.Sleep(500 * time.Millisecond)
	for i := range clerkGroup {
		c.want[photosBefore+fmt.Sprintf("%04d", i+2)] = map[string]string{"title": "会议", "caption": "会议" + strconv.Itoa(i+1), "date": "19850612", "author": "张三", "event": "会议", "place": "北京",
			"persons": "李斯", "background": "工作", "opening": "开放", "retention": "Y"}
	}
	c.picture("group-saved")
	c.account("a group of five photos", clerkGroup)
}

func (c *clerk) object() {
	c.series("Z001-SW")
	c.fields("jiangbei", "jiangbei", "renminzhengfu", "bangongshi", "19850612", "guojia", "1", "", "kaifang")
	c.want[objectsBefore+"0002"] = map[string]string{"title": "奖杯", "object_kind": "奖杯", "awarded_by": "人民政府", "recipient": "办公室",
		"date": "19850612", "level": "国家", "quantity": "1", "opening": "开放", "year": "1985"}
	c.picture("object")
	c.account("an object", 1)
}

func (c *clerk) book() {
	c.series("Z001-TS")
	c.fields("", "dangan", "zhangsan", "beijing", "1985", "", "", "1")
	c.want[booksBefore+"00002"] = map[string]string{"title": "档案", "number": "00002", "author": "张三", "publisher": "北京", "date": "1985", "quantity": "1"}
	c.picture("book")
	c.account("a book", 1)
}

// tell prints the table.
func (c *clerk) tell(took time.Duration) {
	var all account
	fmt.Printf("%s%10s%10s%12s   %s\n", pad("work", 30), "records", "written", "overhead", "overhead a record")
	for _, a := range append(c.accounts, account{name: "all"}) {
		if a.name == "all" {
			a = all
			a.name = "all"
		} else {
			all.records, all.written, all.over = all.records+a.records, all.written+a.written, all.over+a.over
		}
		each := ""
		if a.records > 0 {
			over := float64(a.over) / float64(a.records)
			each = fmt.Sprintf("%.1f, goal %d %s", over, goalOver, met(over <= goalOver))
		}
		fmt.Printf("%s%10d%10d%12d   %s\n", pad(a.name, 30), a.records, a.written, a.over, each)
	}
	fmt.Printf("%.0f s, all keys by xdotool at %s ms\n", took.Seconds(), keyDelay)
	fmt.Printf("for comparison: ArchivesSpace's Rapid Data Entry by its own keys, nine columns: %d Tab and Space on the row's button: %d a row; by Shift+Return and back to the first column %d\n",
		rivalColumns, rivalColumns+1, 2*(rivalColumns-1)+1)
}

// verify asks lantaictl for every record that was described.
func (c *clerk) verify(ctl, dir string) error {
	wrong := 0
	for _, code := range slices.Sorted(maps.Keys(c.want)) {
		kind := "item"
		for begin, k := range map[string]string{photosBefore: "photo", objectsBefore: "object", booksBefore: "book"} {
			if strings.HasPrefix(code, begin) {
				kind = k
			}
		}
		out, err := exec.Command(ctl, kind, "show", code, "--home", dir, "--json").CombinedOutput()
		if err != nil {
			return fmt.Errorf("lantaictl item show %s: %w: %s", code, err, out)
		}
		var got map[string]any
		if err := json.Unmarshal(out, &got); err != nil {
			return fmt.Errorf("lantaictl said %s", out)
		}
		values, _ := got["record"].(map[string]any)
		if rev := fmt.Sprint(values["rev"]); rev != strconv.Itoa(1+c.mended[code]) {
			wrong++
			fmt.Printf("%s  is in its state %s, want %d\n", code, rev, 1+c.mended[code])
		}
		for field, want := range c.want[code] {
			if have := fmt.Sprint(values[field]); have != want {
				wrong++
				fmt.Printf("%s  %s is %q, want %q\n", code, field, have, want)
			}
		}
	}
	total := 0
	for kind, series := range map[string]string{"item": "Z001-WS", "photo": "Z001-ZP", "object": "Z001-SW", "book": "Z001-TS"} {
		out, err := exec.Command(ctl, kind, "list", "--series", series, "--home", dir, "--json").CombinedOutput()
		var got struct{ Total int }
		if err = errors.Join(err, json.Unmarshal(out, &got)); err != nil {
			return fmt.Errorf("lantaictl %s list: %w: %s", kind, err, out)
		}
		total += got.Total
	}
	if others := 4; total != len(c.want)+others { // something was saved while pinyin was composed
		wrong++
		fmt.Printf("%d records, want %d\n", total, len(c.want)+others)
	}
	if wrong > 0 {
		return fmt.Errorf("%d fields are not what was written", wrong)
	}
	fmt.Printf("lantaictl has all %d records with what was written\n", len(c.want))
	return nil
}
