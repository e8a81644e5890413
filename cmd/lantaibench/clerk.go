package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// goalKeys is how many keys a row may take beside its text.
const goalKeys = 12

// composing is the part that is no work: keys that must do nothing.
const composing = "keys while composing, all without effect"

// slipIn is the item with a slip.
const slipIn = 4

// rdeKeys is what a row of nine fields takes in ArchivesSpace's Rapid Data Entry at the
// least: Tab between fields, Tab to the row's button for another row, and Space on it.
// Shift+Enter adds a row as well, but leaves the keyboard in the last column: another
// eight keys back to the first.
const rdeKeys = 8 + 1 + 1

// benchClerk has a clerk describe 30 items, a group of photos, an object and a book in the
// real window, by keyboard alone and under fcitx5-pinyin, and counts the keys. What counts
// as text: the letters of the pinyin, the key that takes what is offered, digits. What
// counts beside it: Enter, Tab, arrows, F-keys, Ctrl, and every key of a slip.
func benchClerk(args []string) error {
	f := flag.NewFlagSet("clerk", flag.ContinueOnError)
	bin := f.String("bin", "bin", "folder of the programs lantai and lantaictl")
	rows := f.Int("rows", 30, "items to describe")
	delay := f.Duration("delay", 80*time.Millisecond, "between two keys")
	pictures := f.String("pictures", "", "folder for pictures of the window; empty: none")
	if err := f.Parse(args); err != nil {
		return err
	}
	d, err := newDisplay(windowSize, *delay)
	if err != nil {
		return err
	}
	defer d.close()
	c := &clerk{display: d, bin: *bin, home: filepath.Join(d.user, "archive"), pictures: *pictures}
	began := time.Now()
	err = c.hour(*rows)
	if err == nil {
		err = c.prove()
	}
	fmt.Printf("clerk     %d rows of nine fields, a group of 5 photos, an object, a book in %.0f s at %v a key\n", *rows, time.Since(began).Seconds(), *delay)
	return errors.Join(err, c.photograph("end"))
}

// clerk types as a person does.
type clerk struct {
	*display
	bin, home, pictures string
	text, beside        int // keys of the part in hand
	entered             []entered
	lines               []clerkLine
}

// entered is a record as it must be at the end.
type entered struct {
	command, code string
	fields        [][2]string
	edits         int
}

// clerkLine is a line of the table.
type clerkLine struct {
	what         string
	records      int
	text, beside int
	most         int // keys beside the text of the worst record, as far as it is known
}

// press presses keys that write nothing.
func (c *clerk) press(keys ...string) error {
	c.beside += len(keys)
	return c.key(keys...)
}

// say types what a note of pieces stands for.
func (c *clerk) say(note string) error {
	typed, _ := spoken(note)
	c.text += len(typed)
	if typed == "" {
		return nil
	}
	return c.write(typed)
}

// fill writes into one field after another.
func (c *clerk) fill(row clerkRow) error {
	for i, field := range row {
		if i > 0 {
			if err := c.press("Return"); err != nil {
				return err
			}
		}
		if err := c.say(field[1]); err != nil {
			return err
		}
	}
	return nil
}

// part counts the keys of some work.
func (c *clerk) part(what string, records int, work func() error) error {
	c.text, c.beside = 0, 0
	if err := work(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	c.lines = append(c.lines, clerkLine{what, records, c.text, c.beside, (c.beside + records - 1) / max(records, 1)})
	return nil
}

// ctl asks the archive through the other program.
func (c *clerk) ctl(into any, args ...string) error {
	out, err := c.ask(filepath.Join(c.bin, "lantaictl"), append(args, "--home", c.home, "--json")...)
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(out, into)
}

// furnish makes an archive with a series of each kind and opens it in the window.
func (c *clerk) furnish() error {
	for _, args := range [][]string{
		{"init", "--name", "archive"},
		{"fonds", "add", "0001", "青禾区人民武装部"},
		{"series", "add", "0001-SW", "实物档案", "--holds", "object"},
		{"series", "add", "0001-TS", "图书资料", "--holds", "book"},
		{"series", "add", "0001-WS", "文书档案"},
		{"series", "add", "0001-ZP", "照片档案", "--scheme", "photo02"},
	} {
		if err := c.ctl(nil, args...); err != nil {
			return err
		}
	}
	program := exec.Command(filepath.Join(c.bin, "lantai"), "--home", c.home, "--lang", "zh_Hans", "--size", windowSize)
	if err := c.start(program); err != nil {
		return err
	}
	if err := c.window(program, "archive"); err != nil {
		return err
	}
	if err := c.chinese(); err != nil {
		return err
	}
	return c.then(head, "著录整理", func() error { return c.press("ctrl+3") })
}

// Parts of the window that tell where the keyboard is.
const (
	head  = "880x120+140+20" // the heads of the screen and of the form
	saved = "600x40+380+685" // what was saved last
)

// then does something and waits until a part of the window shows it.
func (c *clerk) then(part, what string, do func() error) error {
	s, err := c.watch(part)
	if err == nil {
		err = do()
	}
	if err == nil {
		err = s.settled(what)
	}
	return err
}

// to goes from the first field of the form to another series: back to the list of series,
// along it, and to its form.
func (c *clerk) to(series string, back int, along ...string) error {
	return c.part("to the series "+series, 0, func() error {
		return c.then(head, series, func() error {
			return c.press(append(append(slices.Repeat([]string{"shift+Tab"}, back), along...), "Return")...)
		})
	})
}

// hour is the work.
func (c *clerk) hour(rows int) error {
	if err := c.furnish(); err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return c.to("0001-WS", 9, "Down", "Down") },
		func() error { return c.items(rows) },
		c.mend,
		c.traps,
		func() error { return c.to("0001-ZP", 9, "Down") },
		c.photos,
		func() error { return c.to("0001-SW", 7, "Up", "Up", "Up") },
		func() error { return c.one("an object", "object", "0001-SW·%d-Y-0001", clerkObject()) },
		func() error { return c.to("0001-TS", 9, "Down") },
		func() error { return c.one("a book", "book", "0001-TS·%d-Y-0001", clerkBook()) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// items describes the items one after another; in one of them a slip is undone.
func (c *clerk) items(n int) error {
	line := clerkLine{what: "an item of nine fields", records: n}
	for i, row := range clerkRows(n) {
		c.text, c.beside = 0, 0
		last := len(row) - 1
		err := errors.Join(c.fill(row[:last]), c.press("Return"))
		if i == slipIn {
			err = errors.Join(err, c.slip())
		}
		if err := errors.Join(err, c.say(row[last][1]), c.press("F9")); err != nil {
			return err
		}
		line.text, line.beside, line.most = line.text+c.text, line.beside+c.beside, max(line.most, c.beside)
		c.keep("item", fmt.Sprintf("0001-WS·%d-Y-%04d", time.Now().Year(), i+1), row)
	}
	c.lines = append(c.lines, line)
	return nil
}

// slip writes what does not belong there, and undoes it.
func (c *clerk) slip() error {
	text, beside := c.text, c.beside
	defer func() { c.text, c.beside = text, beside }()
	return c.part("a slip in one of them, undone (Ctrl+Z)", 0, func() error {
		const wrong = "anquan "
		c.beside += len(wrong)
		return errors.Join(c.write(wrong), c.press("ctrl+z"))
	})
}

// keep remembers what a record must be; what the row leaves is as in the record before.
func (c *clerk) keep(command, code string, row clerkRow) {
	fields := make([][2]string, len(row))
	for i, f := range row {
		_, text := spoken(f[1])
		if text == "" && len(c.entered) > 0 && c.entered[len(c.entered)-1].command == command {
			text = c.entered[len(c.entered)-1].fields[i][1]
		}
		fields[i] = [2]string{f[0], text}
	}
	c.entered = append(c.entered, entered{command: command, code: code, fields: fields, edits: 1})
}

// mend corrects the number of pages in the record before.
func (c *clerk) mend() error {
	return c.part("mending the record before (F2)", 0, func() error {
		if err := c.then(head, "the record before", func() error { return c.press("F2") }); err != nil {
			return err
		}
		if err := errors.Join(c.press("Return", "Return", "Return", "Return", "Return", "ctrl+a"), c.say("15")); err != nil {
			return err
		}
		last := &c.entered[len(c.entered)-1]
		last.fields[4][1], last.edits = "15", 2
		return c.then(head, "the record in hand", func() error { return c.press("F9") })
	})
}

// traps presses, while letters are being composed, every key that means something to
// the form; the letters are then given up. Nothing of it may reach the form.
func (c *clerk) traps() error {
	return c.part(composing, 0, func() error {
		for _, key := range []string{"BackSpace", "Left", "Home", "End", "Delete", "Up", "Down", "Tab", "shift+Tab"} {
			if err := errors.Join(c.write("nihao"), c.press(key), c.press("Escape")); err != nil {
				return err
			}
		}
		return nil
	})
}

// photos describes a group of five: what they have in common, and a line for each.
func (c *clerk) photos() error {
	common, captions := clerkPhotos()
	if err := c.part("photos as a group: choosing so", 0, func() error {
		return errors.Join(c.press(slices.Repeat([]string{"shift+Tab"}, 5)...), c.press("space"), c.press(slices.Repeat([]string{"Tab"}, 5)...))
	}); err != nil {
		return err
	}
	return c.part("a photo of a group of five", len(captions), func() error {
		if err := errors.Join(c.fill(common), c.press("Return")); err != nil {
			return err
		}
		for i, caption := range captions {
			if i > 0 {
				if err := c.press("Return"); err != nil {
					return err
				}
			}
			if err := c.say(caption); err != nil {
				return err
			}
			c.keep("photo", fmt.Sprintf("0001-Y-%04d", i+1), append(slices.Clone(common), [2]string{"caption", caption}))
		}
		return c.then(saved, "the group saved", func() error { return c.press("F9") })
	})
}

// one describes a single record.
func (c *clerk) one(what, command, code string, row clerkRow) error {
	return c.part(what, 1, func() error {
		if err := c.fill(row); err != nil {
			return err
		}
		c.keep(command, fmt.Sprintf(code, time.Now().Year()), row)
		return c.then(saved, what+" saved", func() error { return c.press("F9") })
	})
}

func (c *clerk) photograph(name string) error {
	if c.pictures == "" {
		return nil
	}
	return errors.Join(os.MkdirAll(c.pictures, 0o755), c.picture(filepath.Join(c.pictures, "clerk-"+name+".png")))
}

// prove compares every record with what was typed, counts them and their edits, and prints
// the table.
func (c *clerk) prove() error {
	wrong := 0
	complain := func(format string, args ...any) { wrong++; fmt.Printf("          "+format+"\n", args...) }
	for _, e := range c.entered {
		var shown struct {
			Record map[string]any `json:"record"`
		}
		if err := c.ctl(&shown, e.command, "show", e.code); err != nil {
			complain("%s: %v", e.code, err)
			continue
		}
		for _, f := range e.fields {
			if got := fmt.Sprint(shown.Record[f[0]]); f[1] != "" && got != f[1] {
				complain("%s: %s is %q, not %q", e.code, f[0], got, f[1])
			}
		}
		var history struct {
			Events []json.RawMessage `json:"events"`
		}
		if err := c.ctl(&history, "history", e.code); err != nil {
			return err
		}
		if len(history.Events) != e.edits {
			complain("%s was written %d times, not %d", e.code, len(history.Events), e.edits)
		}
	}
	there := 0
	for command, series := range map[string]string{"item": "0001-WS", "photo": "0001-ZP", "object": "0001-SW", "book": "0001-TS"} {
		var list struct {
			Records []json.RawMessage `json:"records"`
		}
		if err := c.ctl(&list, command, "list", "--series", series); err != nil {
			return err
		}
		there += len(list.Records)
	}
	if there != len(c.entered) {
		complain("%d records are there, not %d", there, len(c.entered))
	}
	c.table()
	fmt.Printf("records   %d of %d are there with what was typed; %d wrong\n", there, len(c.entered), wrong)
	if wrong > 0 {
		return fmt.Errorf("%d things are not as they were typed", wrong)
	}
	return nil
}

// table prints the keys.
func (c *clerk) table() {
	fmt.Println(pad("keys", 46) + "text, a record   beside it   most")
	beside, records := 0, 0
	for _, l := range c.lines {
		n := float64(max(l.records, 1))
		line := fmt.Sprintf("%s%14.1f%12.1f%7d", pad(l.what, 46), float64(l.text)/n, float64(l.beside)/n, l.most)
		if l.records > 0 {
			line += fmt.Sprintf("   goal %d %s", goalKeys, met(l.most <= goalKeys))
		}
		fmt.Println(line)
		if l.what != composing {
			beside, records = beside+l.beside, records+l.records
		}
	}
	fmt.Printf("%s%26.1f\n", pad("all of it, a record", 46), float64(beside)/float64(records))
	fmt.Printf("%s%26d   at least, by its documented keys\n", pad("ArchivesSpace Rapid Data Entry, nine columns", 46), rdeKeys)
}
