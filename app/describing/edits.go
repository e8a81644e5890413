package describing

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lantai/app/task"
	"lantai/archive"
)

// Edit is what a person changed in a record and did not save.
type Edit struct {
	Record archive.ID `json:"record"`
	Code   string     `json:"code"`
	Title  string     `json:"title"` // as it was
	Rev    int        `json:"rev"`
	Base   Values     `json:"base"`   // as the catalogue had it
	Values Values     `json:"values"` // as typed
	Saved  int64      `json:"saved"`  // Unix milliseconds
}

func (d Drafts) editPath(id string) string {
	return filepath.Join(d.Dir, d.Archive+"-edit-"+id+".json")
}

// Edits reads what was changed in records and not saved, the newest first. A file that
// cannot be read is as none, and stays.
func (d Drafts) Edits() ([]Edit, error) {
	const op = "read drafts"
	if d.Dir == "" {
		return nil, nil
	}
	files, err := filepath.Glob(d.editPath("*"))
	if err != nil {
		return nil, archive.Wrap(op, d.Dir, err)
	}
	var list []Edit
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return list, archive.Wrap(op, file, err)
		}
		var e Edit
		if json.Unmarshal(b, &e) == nil && e.Record != 0 {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b Edit) int { return cmp.Compare(b.Saved, a.Saved) })
	return list, nil
}

// writeEdit keeps an edit in place of the one before; nil leaves no file.
func (d Drafts) writeEdit(id archive.ID, e *Edit) error {
	const op = "keep draft"
	path := d.editPath(id.String())
	if e == nil || d.forbids(e.Values) {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return archive.Wrap(op, path, err)
		}
		return nil
	}
	b, err := json.Marshal(e)
	if err == nil {
		err = os.MkdirAll(d.Dir, 0o700)
	}
	if err == nil {
		err = replaceFile(path, b)
	}
	return archive.Wrap(op, path, err)
}

// editKeeper writes edits to disk within a second or so. It is used on the UI goroutine.
type editKeeper struct {
	drafts Drafts
	runner *task.Runner
	now    func(id archive.ID) *Edit // what is typed now; nil: nothing
	failed func(error)

	kept    map[archive.ID]bool // that have a file, or will have
	due     map[archive.ID]bool
	waiting []func()
	writing bool
}

// touch is told that something was typed in a record, or nothing is any more.
func (k *editKeeper) touch(id archive.ID, typed bool) {
	if k.drafts.Dir == "" || id == 0 || !typed && !k.kept[id] {
		return
	}
	k.kept[id] = typed
	soon := len(k.due) == 0
	k.due[id] = true
	if soon {
		time.AfterFunc(pace, func() { k.runner.OnUI(func() { k.flush(nil) }) })
	}
}

// flush writes what is due now, and calls then, which may be nil, when it is on disk.
func (k *editKeeper) flush(then func()) {
	if then != nil {
		k.waiting = append(k.waiting, then)
	}
	if k.writing {
		return
	}
	edits := make(map[archive.ID]*Edit, len(k.due))
	for id := range k.due {
		edits[id] = k.now(id)
	}
	clear(k.due)
	if len(edits) == 0 {
		waiting := k.waiting
		k.waiting = nil
		for _, f := range waiting {
			f()
		}
		return
	}
	k.writing = true
	task.Run(k.runner, "", func(context.Context, func(archive.Progress)) (struct{}, error) {
		var all error
		for id, e := range edits {
			all = errors.Join(all, k.drafts.writeEdit(id, e))
		}
		return struct{}{}, all
	}, func(_ struct{}, err error) {
		k.writing = false
		if err != nil {
			k.failed(err)
		}
		if len(k.due) > 0 || len(k.waiting) > 0 {
			k.flush(nil)
		}
	}, task.Quiet())
}
