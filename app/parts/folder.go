package parts

import (
	"context"
	"net/url"
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

const (
	// suggested is how many folders are offered below the field.
	suggested = 6
	// entriesRead bounds how much of a folder is looked at for suggestions.
	entriesRead = 5000
)

// FolderField takes a folder, or a file: typed or pasted with the names of folders offered
// below, chosen from lists, or dropped on the window (the screen hands
// a drop to SetPath).
type FolderField struct {
	widget.BaseWidget
	runner *task.Runner
	window fyne.Window
	files  []string // endings of the files that are taken, ".xlsx"; nil: folders are
	latest task.Latest
	offers []offer
	marked int

	Entry *Entry
	list  *fyne.Container
	root  *fyne.Container

	// Memory keeps the folders chosen last; nil: forgetful.
	Memory Memory
	// OnChanged is told of every change of the path.
	OnChanged func(path string)
	// OnSubmitted is told when Enter is pressed on a path.
	OnSubmitted func(path string)
}

// offer is a folder or file that the path may go on to.
type offer struct {
	path   string
	folder bool
}

// NewFileField makes an empty field that takes a file instead: one whose name has one of
// the endings, such as ".xlsx", in whatever case. Folders lead to it.
func NewFileField(r *task.Runner, w fyne.Window, placeholder string, endings ...string) *FolderField {
	f := NewFolderField(r, w, placeholder)
	f.files = endings
	return f
}

// NewFolderField makes an empty field.
func NewFolderField(r *task.Runner, w fyne.Window, placeholder string) *FolderField {
	f := &FolderField{runner: r, window: w, marked: -1, Entry: NewEntry()}
	f.Entry.SetPlaceHolder(placeholder)
	f.Entry.OnChanged = f.changed
	f.Entry.OnKey = f.key
	f.Entry.OnSubmitted = func(string) {
		f.offer(nil)
		if f.OnSubmitted != nil {
			f.OnSubmitted(f.Path())
		}
	}
	f.Entry.OnFocus = f.focus
	browse := NewButton(words.T("folder.browse"), base.FolderOpenIcon(), f.browse)
	f.list = container.New(tight{})
	f.list.Hide()
	f.root = container.New(tight{}, Border(nil, nil, nil, browse, f.Entry), f.list)
	f.ExtendBaseWidget(f)
	return f
}

func (f *FolderField) held() []fyne.CanvasObject { return []fyne.CanvasObject{f.root} }

// CreateRenderer is called by the toolkit.
func (f *FolderField) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(f.root) }

// Path gives the folder as an absolute path, without quotes and file:// that pasting
// may bring along; "" when the field is empty.
func (f *FolderField) Path() string { return cleanPath(f.Entry.Text) }

// SetPath puts a folder into the field.
func (f *FolderField) SetPath(path string) {
	f.Entry.SetText(path)
	f.latest.Cancel()
	f.offer(nil)
}

func cleanPath(s string) string {
	s = strings.Trim(strings.TrimSpace(s), `"'`)
	if strings.HasPrefix(s, "file://") {
		if u, err := url.Parse(s); err == nil {
			s = u.Path
		}
	}
	if s == "~" || strings.HasPrefix(s, "~/") {
		if home, err := os.UserHomeDir(); err == nil {
			s = home + s[1:]
		}
	}
	if s == "" {
		return ""
	}
	abs, err := filepath.Abs(s)
	if err != nil {
		return s
	}
	return abs
}

func (f *FolderField) changed(typed string) {
	if f.OnChanged != nil {
		f.OnChanged(f.Path())
	}
	if strings.TrimSpace(typed) == "" {
		f.latest.Cancel()
		f.offer(nil)
		return
	}
	path := f.Path()
	if strings.HasSuffix(strings.TrimSpace(typed), string(filepath.Separator)) {
		path += string(filepath.Separator)
	}
	endings := f.files
	task.Load(f.runner, &f.latest, func(ctx context.Context) ([]offer, error) {
		return apart(ctx, func() ([]offer, error) { return pathsLike(ctx, path, endings) })
	}, func(found []offer, err error) {
		if err != nil {
			found = nil
		}
		f.offer(found)
	})
}

// pathsLike lists folders, and files with one of some endings, whose path begins with
// what was typed, whatever the case.
func pathsLike(ctx context.Context, typed string, endings []string) ([]offer, error) {
	dir, prefix := filepath.Split(typed)
	d, err := os.Open(dir)
	if err != nil {
		return nil, archive.Wrap("list folder", dir, err)
	}
	defer d.Close()
	entries, err := d.ReadDir(entriesRead)
	if err != nil && len(entries) == 0 || ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var out []offer
	for _, e := range entries {
		hidden := strings.HasPrefix(e.Name(), ".") && prefix == ""
		if (e.IsDir() || wanted(e.Name(), endings)) && !hidden && strings.HasPrefix(strings.ToLower(e.Name()), strings.ToLower(prefix)) {
			out = append(out, offer{filepath.Join(dir, e.Name()), e.IsDir()})
		}
	}
	slices.SortFunc(out, func(a, b offer) int { return strings.Compare(a.path, b.path) })
	return out[:min(len(out), suggested)], nil
}

func (f *FolderField) offer(paths []offer) {
	if len(paths) == 1 && paths[0].path == f.Path() {
		paths = nil
	}
	f.offers, f.marked = paths, -1
	f.list.RemoveAll()
	for i := range paths {
		icon := base.FolderIcon()
		if !paths[i].folder {
			icon = base.DocumentIcon()
		}
		b := NewQuiet(ending(paths[i].path), icon, nil)
		b.Alignment = widget.ButtonAlignLeading
		b.OnTapped = func() { f.accept(i) }
		f.list.Add(b)
	}
	show(f.list, len(paths) > 0)
	f.Refresh()
}

// ending gives a path, or the end of a long one: a button as wide as the path would
// push the window wider than the screen.
func ending(path string) string {
	const most = 32 // runes
	if r := []rune(path); len(r) > most {
		return "…" + string(r[len(r)-most:])
	}
	return path
}

func (f *FolderField) accept(i int) {
	o := f.offers[i]
	if o.folder {
		o.path += string(filepath.Separator)
	}
	f.Entry.SetText(o.path)
	f.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	f.window.Canvas().Focus(f.Entry)
}

// focus takes the offers away when the keyboard goes to some other part. Pressing the
// mouse on an offer first leaves nothing focused, so that is let be.
func (f *FolderField) focus(focused bool) {
	if focused {
		return
	}
	f.runner.OnUI(func() {
		now := f.window.Canvas().Focused()
		if now == nil || now == fyne.Focusable(f.Entry) {
			return
		}
		for _, o := range f.list.Objects {
			if o == now.(fyne.CanvasObject) {
				return
			}
		}
		f.latest.Cancel()
		f.offer(nil)
	})
}

// key moves through the folders offered.
func (f *FolderField) key(name fyne.KeyName) bool {
	if len(f.offers) == 0 {
		return false
	}
	switch name {
	case fyne.KeyDown:
		f.mark(f.marked + 1)
	case fyne.KeyUp:
		f.mark(f.marked - 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		if f.marked < 0 {
			return false
		}
		f.accept(f.marked)
	case fyne.KeyEscape:
		f.offer(nil)
	default:
		return false
	}
	return true
}

func (f *FolderField) mark(i int) {
	f.marked = min(max(i, -1), len(f.offers)-1)
	for j, o := range f.list.Objects {
		b := o.(*Button)
		b.Importance = widget.LowImportance
		if j == f.marked {
			b.Importance = widget.MediumImportance
		}
		b.Refresh()
	}
}

func (f *FolderField) browse() {
	title := words.T("choose.folder")
	if f.files != nil {
		title = words.T("choose.file.open")
	}
	Choose(f.runner, f.window, ChooseOptions{Title: title, Start: f.Path(), Files: f.files, Memory: f.Memory}, func(path string) {
		f.SetPath(path)
		if f.files != nil && f.OnSubmitted != nil {
			f.OnSubmitted(path)
		}
	})
}
