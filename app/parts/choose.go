package parts

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// ChooseOptions say what is to be chosen.
type ChooseOptions struct {
	Title  string
	Start  string   // a folder, or a path in it; empty: where something was chosen last
	Files  []string // endings of the files that can be chosen, ".xlsx"; nil: a folder is
	Save   string   // name proposed for a file to be written, which has one of Files; empty: none is
	Memory Memory   // keeps the folders chosen last; nil: forgetful
}

// Choose asks for a folder or a file, and calls chosen with its path when there is an
// answer. Folders are listed off the UI goroutine, so that a slow network share holds up
// nothing: any other folder can be gone to meanwhile. Whether a file to be written is there
// already is asked here.
func Choose(r *task.Runner, w fyne.Window, o ChooseOptions, chosen func(path string)) {
	if o.Memory == nil {
		o.Memory = Forgetful{}
	}
	c := &chooser{runner: r, window: w, opt: o, chosen: chosen}
	c.build()
	start := o.Start
	if start == "" {
		start = home()
		if last := recentFolders(o.Memory); len(last) > 0 {
			start = last[0]
		}
	}
	c.goTo(start)
	c.show()
}

// chooser is the dialog while it is open.
type chooser struct {
	runner *task.Runner
	window fyne.Window
	opt    ChooseOptions
	chosen func(path string)

	dir     string // that is listed
	list    []listed
	round   int    // of the list
	pick    string // the row to go to once a folder is listed
	picked  func() // what to do then; may be nil
	loads   task.Latest
	asks    task.Latest
	places  task.Latest
	path    *Entry
	up      *Button
	table   *Table
	beside  *fyne.Container // places to go to
	said    *Prose
	name    *Entry // of the file to be written
	buttons []*Button
	content fyne.CanvasObject
}

func (c *chooser) build() {
	c.path = NewEntry()
	c.path.OnSubmitted = func(text string) { c.typed(cleanPath(text)) }
	c.path.OnChanged = func(string) { c.changed() }
	c.up = NewButton(words.T("choose.up"), base.MoveUpIcon(), c.upwards)
	c.said = Paragraph("")
	empty := words.T("choose.empty")
	if c.opt.Files == nil {
		empty = words.T("choose.empty.folders")
	}
	c.table = NewTable(TableOptions{
		Runner: c.runner, Single: true,
		Columns: []Column{
			{Key: "name", Title: words.T("choose.name"), Width: 320, Stretch: true},
			{Key: "size", Title: words.T("choose.size"), Width: 90, Number: true},
			{Key: "time", Title: words.T("choose.time"), Width: 140},
		},
		Fetch: c.fetch(), OnOpen: func(archive.ID) { c.open() }, OnSelect: c.selected,
		OnError: func(err error) { c.tell(err) }, Empty: empty,
	})
	c.table.onKey = func(key fyne.KeyName) bool {
		if key == fyne.KeyBackspace {
			c.upwards()
		}
		return key == fyne.KeyBackspace
	}
	c.beside = container.NewVBox()
	below := container.NewVBox(c.said)
	if c.opt.Save != "" {
		c.name = NewEntry()
		c.name.SetText(c.opt.Save)
		c.name.OnChanged = func(string) { c.changed() }
		c.name.OnSubmitted = func(string) { c.answer() }
		below = container.NewVBox(NewField(words.T("choose.file"), c.name), c.said)
	}
	c.content = Sized(Border(NewField(words.T("choose.dir"), Border(nil, nil, nil, c.up, c.path)), below, Sized(Scroll(c.beside), 190, 0), nil, c.table), 880, 460)
	c.loadPlaces()
}

func (c *chooser) show() {
	label := words.T("choose.folder.do")
	switch {
	case c.opt.Save != "":
		label = words.T("choose.save.do")
	case c.opt.Files != nil:
		label = words.T("choose.file.do")
	}
	c.buttons = Dialog(c.window, c.opt.Title, c.content, Answer{Label: words.T("Cancel"), Do: c.cancel}, Answer{Label: label, Do: c.done})
	c.able()
	if c.name != nil {
		c.window.Canvas().Focus(c.name)
		return
	}
	c.toList()
}

// toList gives the keyboard to the list.
func (c *chooser) toList() { c.window.Canvas().Focus(c.table.Focusable()) }

func (c *chooser) cancel() {
	c.loads.Cancel()
	c.asks.Cancel()
	c.places.Cancel()
}

// goTo lists a folder, or the nearest one above it that is there.
func (c *chooser) goTo(dir string) {
	c.said.SetText(words.T("choose.reading", words.Args{"Path": dir}))
	c.said.Importance = widget.MediumImportance
	files := c.opt.Files
	task.Load(c.runner, &c.loads, func(ctx context.Context) (folder, error) {
		return apart(ctx, func() (folder, error) { return readNear(dir, files) })
	}, func(f folder, err error) {
		if archive.KindOf(err) == archive.Stopped {
			return
		}
		if err != nil {
			c.tell(err)
			return
		}
		c.fill(f)
	})
}

func (c *chooser) fill(f folder) {
	c.dir, c.list = f.dir, f.list
	c.round++
	c.table.opt.Fetch = c.fetch()
	c.path.SetText(f.dir)
	ids := make([]archive.ID, len(f.list))
	for i := range ids {
		ids[i] = archive.ID(c.round)<<listedBits | archive.ID(i+1)
	}
	c.table.ClearSelection()
	c.table.SetIDs(ids)
	at := slices.IndexFunc(f.list, func(l listed) bool { return l.name == c.pick })
	if at < 0 && c.opt.Files != nil && len(ids) > 0 {
		at = 0
	}
	if at >= 0 {
		c.table.GoTo(at)
	}
	c.changed()
	found, picked := at >= 0 && c.pick != "" && f.list[at].name == c.pick, c.picked
	c.pick, c.picked = "", nil
	if found && picked != nil {
		picked()
	}
}

// listedBits are those of an id that tell a row of a list; the others tell which list.
const listedBits = 32

func rowAt(id archive.ID) int { return int(id&(1<<listedBits-1)) - 1 }

// fetch reads the sizes and times of the rows in view. It is of the list as it is now.
func (c *chooser) fetch() func(context.Context, []archive.ID) ([]Row, error) {
	dir, list := c.dir, c.list
	return func(ctx context.Context, ids []archive.ID) ([]Row, error) {
		return apart(ctx, func() ([]Row, error) {
			rows := make([]Row, len(ids))
			for i, id := range ids {
				if at := rowAt(id); at < len(list) {
					rows[i] = list[at].row(dir)
				}
			}
			return rows, nil
		})
	}
}

// now is the row with the keyboard.
func (c *chooser) now() (listed, bool) {
	row, id := c.table.Current()
	if at := rowAt(id); row >= 0 && at >= 0 && at < len(c.list) {
		return c.list[at], true
	}
	return listed{}, false
}

func (c *chooser) selected() {
	c.path.SetText(c.dir)
	if l, ok := c.now(); ok && c.name != nil && !l.folder {
		c.name.SetText(l.name)
	}
	c.changed()
}

// changed brings what is said, and what can be done, in line with what would be chosen.
func (c *chooser) changed() {
	c.tell(nil)
	c.able()
}

// open goes into the folder of a row, or chooses its file.
func (c *chooser) open() {
	l, ok := c.now()
	switch {
	case !ok:
	case l.folder:
		c.goTo(filepath.Join(c.dir, l.name))
	default:
		c.answer()
	}
}

func (c *chooser) upwards() {
	if above := filepath.Dir(c.dir); c.dir != "" && above != c.dir {
		c.pick = filepath.Base(c.dir)
		c.goTo(above)
	}
}

// typed goes to a folder that was typed, or chooses a file.
func (c *chooser) typed(path string) {
	if path == "" {
		return
	}
	task.Load(c.runner, &c.asks, func(ctx context.Context) (folder bool, err error) {
		return apart(ctx, func() (bool, error) {
			i, err := os.Stat(path)
			if err != nil {
				return false, archive.Wrap("open folder", path, err)
			}
			return i.IsDir(), nil
		})
	}, func(folder bool, err error) {
		switch {
		case err != nil:
			c.tell(err)
		case folder:
			c.toList()
			c.goTo(path)
		default:
			c.pick = filepath.Base(path)
			c.picked = c.answer
			c.goTo(filepath.Dir(path))
		}
	})
}

// target is the path that would be chosen now; "" when there is none. A path that was
// typed and not gone to yet counts as it stands.
func (c *chooser) target() string {
	l, ok := c.now()
	dir := c.dir
	if typed := cleanPath(c.path.Text); typed != "" && typed != dir {
		dir, l, ok = typed, listed{}, false
		if c.name == nil {
			return dir
		}
	}
	switch {
	case dir == "":
		return ""
	case c.name != nil:
		name := strings.TrimSpace(c.name.Text)
		if name == "" || name != filepath.Base(name) || name == "." || name == ".." {
			return ""
		}
		if len(c.opt.Files) > 0 && !wanted(name, c.opt.Files) {
			name += c.opt.Files[0]
		}
		return filepath.Join(dir, name)
	case c.opt.Files != nil:
		if !ok || l.folder {
			return ""
		}
		return filepath.Join(dir, l.name)
	case ok:
		return filepath.Join(dir, l.name)
	}
	return dir
}

// tell says what went wrong, or what would be chosen.
func (c *chooser) tell(err error) {
	if archive.KindOf(err) == archive.Stopped {
		return
	}
	c.said.Importance = widget.MediumImportance
	say := ""
	if path := c.target(); path != "" {
		say = words.T("choose.target", words.Args{"Path": path})
	}
	if err != nil {
		c.said.Importance = widget.DangerImportance
		told := words.Tell(err)
		say = words.Sentences(told.What, told.Do)
	}
	c.said.SetText(say)
}

func (c *chooser) able() {
	if c.buttons == nil {
		return
	}
	if c.target() != "" {
		c.buttons[1].Enable()
	} else {
		c.buttons[1].Disable()
	}
}

// answer is what the button of the dialog does.
func (c *chooser) answer() {
	if c.target() != "" {
		c.buttons[1].OnTapped()
	}
}

// done takes the answer, once the dialog has gone.
func (c *chooser) done() {
	path := c.target()
	if c.opt.Save == "" {
		c.take(path)
		return
	}
	task.Load(c.runner, &c.asks, func(ctx context.Context) (there bool, err error) {
		return apart(ctx, func() (bool, error) {
			_, err := os.Lstat(path)
			return err == nil, nil
		})
	}, func(there bool, err error) {
		if err != nil {
			return
		}
		if !there {
			c.take(path)
			return
		}
		Dialog(c.window, c.opt.Title, Sized(Paragraph(words.T("choose.there", words.Args{"Path": path})), 440, 60),
			Answer{Label: words.T("Cancel"), Do: c.show}, Answer{Label: words.T("choose.replace"), Do: func() { c.take(path) }})
	})
}

// take remembers the folder and hands the path over.
func (c *chooser) take(path string) {
	c.cancel()
	dir := path
	if c.opt.Save != "" || c.opt.Files != nil {
		dir = filepath.Dir(path)
	}
	rememberFolder(c.opt.Memory, dir)
	c.chosen(path)
}
