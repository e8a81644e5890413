package describing

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"lantai/app/task"
	"lantai/archive"
	"lantai/archive/describe"
)

// pace is how long something typed may stay without being in a file.
const pace = time.Second

// Draft is a record that was begun and not saved.
type Draft struct {
	Series   string            `json:"series"`   // 类别档号, or 全宗号 of a dossier
	Code     string            `json:"code"`     // as it stood in the form
	Own      bool              `json:"own"`      // the person wrote the code; otherwise it was proposed
	Class    map[string]string `json:"class"`    // the elements of the 档号 before its number
	Values   Values            `json:"values"`   // as typed
	Captions []string          `json:"captions"` // of a group of photos
	Saved    int64             `json:"saved"`    // Unix milliseconds

	Sheets map[string][]Values `json:"sheets,omitempty"` // of a draft of sheets: rows by 类别档号, the code among the values
}

// Empty tells whether there is nothing to keep.
func (d Draft) Empty() bool {
	for _, rows := range d.Sheets {
		if len(rows) > 0 {
			return false
		}
	}
	return len(d.Values) == 0 && strings.Join(d.Captions, "") == ""
}

// Drafts is the folder in which a person's drafts lie, one small file for each archive
// and kind of record. "" keeps nothing. What states a higher 密级 than the archive may hold
// is not kept: no form saves it either.
type Drafts struct {
	Dir, Archive string
	Class        archive.Secrecy // the highest 密级 that the archive may hold
}

// OfSheets is where the drafts of sheets lie, beside those of the form.
func (d Drafts) OfSheets() Drafts { return Drafts{d.Dir, d.Archive + "-sheet", d.Class} }

func (d Drafts) path(kind archive.HoldingKind) string {
	return filepath.Join(d.Dir, d.Archive+"-"+string(kind)+".json")
}

// Read gives the draft of a kind; ok is false where there is none. One that cannot be
// read is as none: the file stays.
func (d Drafts) Read(kind archive.HoldingKind) (draft Draft, ok bool, err error) {
	if d.Dir == "" {
		return Draft{}, false, nil
	}
	b, err := os.ReadFile(d.path(kind))
	if errors.Is(err, fs.ErrNotExist) {
		return Draft{}, false, nil
	}
	if err != nil {
		return Draft{}, false, archive.Wrap("read draft", d.path(kind), err)
	}
	if err := json.Unmarshal(b, &draft); err != nil {
		return Draft{}, false, archive.WrapAs(archive.Damaged, "read draft", d.path(kind), err)
	}
	return draft, !draft.Empty(), nil
}

// Write keeps a draft in place of the one before, wholly or not at all; an empty one
// leaves no file. Only the person can read it.
func (d Drafts) Write(kind archive.HoldingKind, draft Draft) error {
	const op = "keep draft"
	if d.Dir == "" {
		return nil
	}
	path := d.path(kind)
	draft = d.permitted(draft)
	if draft.Empty() {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return archive.Wrap(op, path, err)
		}
		return nil
	}
	b, err := json.Marshal(draft)
	if err != nil {
		return archive.Wrap(op, path, err)
	}
	if err := os.MkdirAll(d.Dir, 0o700); err != nil {
		return archive.Wrap(op, path, err)
	}
	return archive.Wrap(op, path, replaceFile(path, b))
}

// permitted is a draft without what the archive may not hold.
func (d Drafts) permitted(draft Draft) Draft {
	captions := func(yield func(string, string) bool) { yield("caption", strings.Join(draft.Captions, "\n")) }
	if level, _ := archive.StatedSecrecy(captions); d.forbids(draft.Values) || level > d.Class {
		draft.Values, draft.Captions = nil, nil
	}
	sheets := make(map[string][]Values, len(draft.Sheets))
	for series, rows := range draft.Sheets {
		sheets[series] = slices.DeleteFunc(slices.Clone(rows), d.forbids)
	}
	if draft.Sheets != nil {
		draft.Sheets = sheets
	}
	return draft
}

// forbids tells whether values state a higher 密级 than the archive may hold; a record that
// only stands for a state secret says nothing of it.
func (d Drafts) forbids(v Values) bool {
	level, _ := archive.StatedSecrecy(maps.All(v))
	for name, text := range v {
		if own, ok := strings.CutPrefix(name, describe.Own); ok {
			level = max(level, archive.OwnSecrecy(own, text))
		}
	}
	return level > d.Class && !archive.IsPlaceholder(strings.TrimSpace(v["title"]), v["secrecy"])
}

// replaceFile puts a file in the place of another at once.
func replaceFile(path string, b []byte) error {
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// Keeper writes what is typed to its draft within a second or so. It is used on the UI
// goroutine.
type Keeper struct {
	Drafts Drafts
	Runner *task.Runner
	Now    func(kind archive.HoldingKind) Draft // what is typed now
	Failed func(error)                          // told of each write; nil when it went well

	due     map[archive.HoldingKind]bool
	waiting []func() // called when what is due is on disk
	writing bool
}

// Touch is told that something was typed.
func (k *Keeper) Touch(kind archive.HoldingKind) {
	if k.mark(kind) {
		time.AfterFunc(pace, func() { k.Runner.OnUI(func() { k.Flush(nil) }) })
	}
}

// Renew has the draft of a kind written at once.
func (k *Keeper) Renew(kind archive.HoldingKind) {
	k.mark(kind)
	k.Flush(nil)
}

// mark has a draft be written next; fresh tells that it was not to be already.
func (k *Keeper) mark(kind archive.HoldingKind) (fresh bool) {
	if k.Drafts.Dir == "" || k.due[kind] {
		return false
	}
	if k.due == nil {
		k.due = map[archive.HoldingKind]bool{}
	}
	k.due[kind] = true
	return true
}

// Flush writes what is due now, and calls then, which may be nil, when it is on disk.
func (k *Keeper) Flush(then func()) {
	if then != nil {
		k.waiting = append(k.waiting, then)
	}
	if k.writing {
		return
	}
	drafts := map[archive.HoldingKind]Draft{}
	for kind := range k.due {
		drafts[kind] = k.Now(kind)
	}
	clear(k.due)
	if len(drafts) == 0 {
		waiting := k.waiting
		k.waiting = nil
		for _, f := range waiting {
			f()
		}
		return
	}
	k.writing = true
	task.Run(k.Runner, "", func(context.Context, func(archive.Progress)) (struct{}, error) {
		var all error
		for kind, draft := range drafts {
			all = errors.Join(all, k.Drafts.Write(kind, draft))
		}
		return struct{}{}, all
	}, func(_ struct{}, err error) {
		k.writing = false
		k.Failed(err)
		if len(k.due) > 0 || len(k.waiting) > 0 {
			k.Flush(nil)
		}
	}, task.Quiet())
}
