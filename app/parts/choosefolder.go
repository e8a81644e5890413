package parts

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// listedAtMost bounds how much of a folder is listed: beyond it a path has to be typed.
const listedAtMost = 100_000

// listed is one line of a folder.
type listed struct {
	name   string
	folder bool
}

// row reads what there is to say of it.
func (l listed) row(dir string) Row {
	r := Row{Cells: []string{l.name, "", ""}}
	if l.folder {
		r.Cells[0] += string(filepath.Separator)
	}
	if i, err := os.Stat(filepath.Join(dir, l.name)); err == nil {
		r.Cells[2] = words.Clock(i.ModTime().UnixMilli())
		if !l.folder {
			r.Cells[1] = words.Bytes(i.Size())
		}
	}
	return r
}

// folder is a folder with what can be chosen in it.
type folder struct {
	dir  string
	list []listed
}

// apart runs what the system may hold up for minutes, a share that does not answer, and
// returns as soon as nobody waits for it any more.
func apart[T any](ctx context.Context, work func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		value, err := work()
		done <- outcome{value, err}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, archive.Wrap("list folder", "", ctx.Err())
	}
}

// readNear lists a folder, or the nearest above it that is there.
func readNear(dir string, files []string) (folder, error) {
	for {
		f, err := readFolder(dir, files)
		above := filepath.Dir(dir)
		if err == nil || above == dir || !errors.Is(err, fs.ErrNotExist) && !notFolder(dir) {
			return f, archive.Wrap("open folder", dir, err)
		}
		dir = above
	}
}

func notFolder(path string) bool {
	i, err := os.Stat(path)
	return err == nil && !i.IsDir()
}

// readFolder lists the folders and the wanted files of a folder, folders first. What
// begins with a dot is left out.
func readFolder(dir string, files []string) (folder, error) {
	d, err := os.Open(dir)
	if err != nil {
		return folder{}, err
	}
	defer d.Close()
	entries, err := d.ReadDir(listedAtMost)
	if err != nil && len(entries) == 0 && !errors.Is(err, io.EOF) {
		return folder{}, err
	}
	f := folder{dir: dir}
	for _, e := range entries {
		is := e.IsDir()
		if e.Type()&fs.ModeSymlink != 0 {
			i, err := os.Stat(filepath.Join(dir, e.Name()))
			is = err == nil && i.IsDir()
		}
		if !strings.HasPrefix(e.Name(), ".") && (is || wanted(e.Name(), files)) {
			f.list = append(f.list, listed{e.Name(), is})
		}
	}
	slices.SortFunc(f.list, func(a, b listed) int {
		if a.folder != b.folder {
			if a.folder {
				return -1
			}
			return 1
		}
		return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
	})
	return f, nil
}

// wanted tells whether a file's name has one of some endings, in whatever case.
func wanted(name string, endings []string) bool {
	return slices.Contains(endings, strings.ToLower(filepath.Ext(name)))
}

func home() string {
	if dir, err := os.UserHomeDir(); err == nil {
		return dir
	}
	return string(filepath.Separator)
}

// spot is a folder offered beside the list.
type spot struct {
	name, dir string
	icon      fyne.Resource
}

// loadPlaces offers the person's folder, the folders chosen last, and drives.
func (c *chooser) loadPlaces() {
	list := []spot{{words.T("choose.home"), home(), base.HomeIcon()}}
	for _, dir := range recentFolders(c.opt.Memory) {
		list = append(list, spot{filepath.Base(dir), dir, base.HistoryIcon()})
	}
	c.offer(list)
	task.Load(c.runner, &c.places, func(ctx context.Context) ([]string, error) {
		return apart(ctx, func() ([]string, error) { return drives(), nil })
	}, func(found []string, err error) {
		if err != nil {
			return
		}
		for _, dir := range found {
			name := filepath.Base(dir)
			if filepath.Dir(dir) == dir {
				name = dir
			}
			list = append(list, spot{name, dir, base.StorageIcon()})
		}
		c.offer(list)
	})
}

func (c *chooser) offer(list []spot) {
	const most = 16 // characters on a button
	c.beside.RemoveAll()
	for _, p := range list {
		name := []rune(p.name)
		if len(name) > most {
			name = append(name[:most], '…')
		}
		b := NewQuiet(string(name), p.icon, nil)
		b.OnTapped = func() { c.goTo(p.dir) }
		b.Alignment = widget.ButtonAlignLeading
		b.OnKey = func(key fyne.KeyName) bool {
			if key == fyne.KeyEscape && c.buttons != nil {
				c.buttons[0].OnTapped()
			}
			return key == fyne.KeyEscape
		}
		c.beside.Add(b)
	}
}

// recentKey is where the folders chosen last are kept, and recentKept how many.
const (
	recentKey  = "choose.recent"
	recentKept = 6
)

func recentFolders(m Memory) []string {
	var list []string
	if err := json.Unmarshal([]byte(m.StringWithFallback(recentKey, "[]")), &list); err != nil {
		return nil // as if nothing had been kept
	}
	return list
}

func rememberFolder(m Memory, dir string) {
	list := slices.DeleteFunc(recentFolders(m), func(s string) bool { return s == dir })
	list = slices.Insert(list, 0, dir)
	if b, err := json.Marshal(list[:min(len(list), recentKept)]); err == nil {
		m.SetString(recentKey, string(b))
	}
}
