package place

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"lantai/archive"
)

// item is what lies in a folder.
type item struct {
	name   string
	bytes  int64
	folder bool
	odd    bool
}

// listAhead is how many folders are read while the one before them is given out.
const listAhead = 8

// walker gives files in the byte order of their whole paths.
type walker struct {
	ctx   context.Context
	after string
	list  func(ctx context.Context, dir string) ([]item, error) // dir is "" or ends with a slash
	yield func(Entry, error) bool
}

type listing struct {
	items []item
	err   error
}

// walk goes through a folder. What list says of a folder that is not there is an error too.
func walk(ctx context.Context, dir, after string, list func(context.Context, string) ([]item, error)) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if dir != "" && !below(dir) {
			yield(Entry{Path: dir}, archive.Errorf(archive.Invalid, opWalk, dir, "not a path below a place"))
			return
		}
		if dir != "" {
			dir += "/"
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		w := walker{ctx: ctx, after: after, list: list, yield: yield}
		items, err := list(ctx, dir)
		if archive.KindOf(err) == archive.NotFound {
			return
		}
		w.folder(dir, listing{items, err})
	}
}

func (w *walker) folder(dir string, l listing) bool {
	if l.err != nil && (!w.yield(Entry{Path: strings.TrimSuffix(dir, "/")}, l.err) || w.ctx.Err() != nil) {
		return false
	}
	// "a-b" comes before "a/b": a folder takes part under its name with the slash.
	slices.SortFunc(l.items, func(a, b item) int { return cmp.Compare(a.sortName(), b.sortName()) })
	folders := w.ahead(dir, l.items)
	for _, it := range l.items {
		path := dir + it.sortName()
		switch {
		case it.folder && w.passed(dir, it):
		case it.folder:
			if !w.folder(path, folders()) {
				return false
			}
		case path <= w.after:
		case !w.yield(Entry{Path: path, Bytes: it.bytes, Odd: it.odd}, nil):
			return false
		}
	}
	return true
}

// passed tells that a folder has nothing to give.
func (w *walker) passed(dir string, it item) bool {
	path := dir + it.sortName()
	return dir == "" && strings.EqualFold(it.name, Incoming) || path < w.after && !strings.HasPrefix(w.after, path)
}

// ahead reads the folders among items in their order, some before they are asked for.
func (w *walker) ahead(dir string, items []item) (next func() listing) {
	var begun []chan listing
	i := 0
	return func() listing {
		for ; i < len(items) && len(begun) < listAhead; i++ {
			if !items[i].folder || w.passed(dir, items[i]) {
				continue
			}
			path, got := dir+items[i].sortName(), make(chan listing, 1)
			begun = append(begun, got)
			go func() {
				l, err := w.list(w.ctx, path)
				if archive.KindOf(err) == archive.NotFound { // removed meanwhile
					err = nil
				}
				got <- listing{l, err}
			}()
		}
		l := <-begun[0]
		begun = begun[1:]
		return l
	}
}

func (it item) sortName() string {
	if it.folder {
		return it.name + "/"
	}
	return it.name
}
