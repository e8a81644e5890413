package entry

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/refcode"
)

// codeArea is the 档号 of the record that is being described: the elements of its class,
// and the code itself, which is proposed unless a person writes another.
type codeArea struct {
	deps   Deps
	node   Node
	kind   archive.HoldingKind
	scheme refcode.Scheme
	fixed  refcode.Values // settled by the series
	plain  bool           // the kind has no composed code, and may have none

	class   *classFields
	code    *parts.Entry
	box     *parts.Field
	again   *parts.Button
	row     *fyne.Container
	line    fyne.CanvasObject // the code itself
	root    *fyne.Container
	own     bool // the person wrote the code
	writing bool // the program is writing it

	proposals, lookups task.Latest
	onChanged          func() // the class or the code is another
	onNext             func() // Enter in the code
}

func newCodeArea(d Deps, onChanged, onNext func()) *codeArea {
	a := &codeArea{deps: d, code: parts.NewEntry(), row: container.NewStack(), onChanged: onChanged, onNext: onNext}
	a.code.OnChanged = a.typed
	a.code.OnNext = onNext
	a.code.OnFocus = func(focused bool) {
		if !focused {
			a.check()
		}
	}
	a.box = parts.NewField(words.T("describe.code"), a.code)
	a.again = parts.NewQuiet(words.T("holdings.code.again"), base.ViewRefreshIcon(), func() { a.own = false; a.propose() })
	a.line = parts.Border(nil, nil, nil, container.NewVBox(parts.Line(""), a.again), parts.NewForm(1, a.box))
	a.root = container.NewVBox(a.row, a.line)
	return a
}

// alone shows the class alone, without the code: in a grid each row has one.
func (a *codeArea) alone(alone bool) {
	if alone {
		a.line.Hide()
	} else {
		a.line.Show()
	}
	a.root.Refresh()
}

// set has the next codes be of a kind of record in a series, in the class that was used
// there last.
func (a *codeArea) set(n Node, kind archive.HoldingKind) error {
	a.node, a.kind = n, kind
	a.plain = kind == archive.KindBox || kind == archive.KindDossier
	a.own = false
	if a.plain {
		a.class, a.row.Objects = nil, nil
		a.again.Hide()
		a.write("")
		a.root.Refresh()
		return nil
	}
	scheme, err := refcode.Read(n.Scheme)
	if err != nil {
		return err
	}
	a.scheme, a.fixed = scheme, describing.Settled(scheme, n.Code)
	a.again.Show()
	a.lay()
	return nil
}

// deeper tells whether the kind lies in another record of the series: an item in a volume.
func (a *codeArea) deeper() bool { return slices.Index(a.node.Kinds, a.kind) > 0 }

// lay lays out the elements of the class that the series leaves open.
func (a *codeArea) lay() {
	was, known := a.remembered()
	var open []refcode.Element
	for _, e := range a.scheme.Elements {
		if _, settled := a.fixed[e.Name]; !settled && (!e.Serial || a.deeper() && !a.last(e)) {
			open = append(open, e)
		}
	}
	a.class = newClassFields(open, a.classTyped)
	if was[refcode.Year] == "" {
		was[refcode.Year] = strconv.Itoa(a.now().Year())
	}
	if was[refcode.Retention] == "" {
		was[refcode.Retention] = "Y"
	}
	a.class.fill(was)
	a.row.Objects = []fyne.CanvasObject{a.class.root}
	a.root.Refresh()
	if known {
		a.propose()
		return
	}
	node := a.node
	task.Load(a.deps.Runner, &a.proposals, func(ctx context.Context) (string, error) {
		return a.deps.Archive.LastCode(ctx, node)
	}, func(code string, err error) {
		if err != nil || !a.like(code) {
			a.propose()
		}
	})
}

// remembered are the elements that were used last in the series; known is false where
// there are none.
func (a *codeArea) remembered() (v refcode.Values, known bool) {
	v = refcode.Values{}
	kept := a.deps.Memory.StringWithFallback(a.memory(), "")
	return v, json.Unmarshal([]byte(kept), &v) == nil && len(v) > 0
}

// remember keeps the elements that a record was saved with.
func (a *codeArea) remember() {
	if a.class == nil {
		return
	}
	if b, err := json.Marshal(a.class.values()); err == nil {
		a.deps.Memory.SetString(a.memory(), string(b))
	}
}

func (a *codeArea) memory() string {
	return rememberClass + "." + a.node.ID.String() + "." + string(a.kind)
}

// last tells whether an element numbers the kind itself.
func (a *codeArea) last(e refcode.Element) bool {
	return e.Name == a.scheme.Elements[len(a.scheme.Elements)-1].Name
}

func (a *codeArea) now() time.Time {
	if a.deps.Now != nil {
		return a.deps.Now()
	}
	return time.Now()
}

// like takes over the class of another 档号 of the series, and tells whether it is one.
func (a *codeArea) like(code string) bool {
	v, err := a.scheme.Parse(code)
	if a.class == nil || err != nil {
		return false
	}
	for name, want := range a.fixed {
		if v[name] != want {
			return false
		}
	}
	a.class.fill(v)
	a.own = false
	a.propose()
	return true
}

// fill puts the class and the code of a draft back.
func (a *codeArea) fill(d describing.Draft) {
	if a.class != nil && len(d.Class) > 0 {
		a.class.fill(d.Class)
	}
	a.own = d.Own
	if d.Own {
		a.write(d.Code)
		return
	}
	a.propose()
}

// elements are those of the class.
func (a *codeArea) elements() refcode.Values {
	v := refcode.Values{}
	if a.class != nil {
		v = a.class.values()
	}
	maps.Copy(v, a.fixed)
	return v
}

// derived are the fields that the code says.
func (a *codeArea) derived() describing.Values {
	v := describing.Values{}
	if a.plain {
		return v
	}
	values, err := a.scheme.Parse(a.text())
	if err != nil {
		values = a.elements()
	}
	v["retention"], v["year"] = values[refcode.Retention], values[refcode.Year]
	if err == nil {
		v["number"] = a.text()[strings.LastIndex(a.text(), refcode.Dash)+1:]
	}
	return v
}

func (a *codeArea) text() string { return refcode.Normalise(a.code.Text) }

func (a *codeArea) classTyped() {
	a.propose()
	a.onChanged()
}

// propose asks for the next 档号 of the class, unless the person wrote one.
func (a *codeArea) propose() {
	if a.own || a.class == nil {
		return
	}
	scheme, class := a.scheme, a.elements()
	if a.deeper() && class[refcode.VolumeNo] == "" {
		a.class.boxes[refcode.VolumeNo].SetHint(words.T("entry.code.volume"))
		a.write("")
		return
	}
	task.Load(a.deps.Runner, &a.proposals, func(ctx context.Context) (string, error) {
		return a.deps.Archive.NextCode(ctx, scheme, class)
	}, func(code string, err error) {
		if a.own || archive.KindOf(err) == archive.Stopped {
			return
		}
		marked := a.class.mark(err)
		a.write(code)
		switch {
		case err == nil:
			a.check()
		case !marked:
			a.box.SetWarning(words.T("entry.code.none"))
		}
	})
}

// after gives the codes that follow one in its class, one for each record.
func (a *codeArea) after(code string, n int) ([]string, error) {
	list := []string{code}
	if n == 1 {
		return list, nil
	}
	class, err := a.scheme.Parse(code)
	if err != nil {
		return nil, err
	}
	delete(class, a.scheme.Elements[len(a.scheme.Elements)-1].Name)
	for len(list) < n {
		next, err := a.scheme.Next(class, list[len(list)-1])
		if err != nil {
			return nil, err
		}
		list = append(list, next)
	}
	return list, nil
}

// advance shows the code after one that is being saved, before the catalogue is asked.
func (a *codeArea) advance(last string) {
	a.own = false
	a.proposals.Cancel()
	a.lookups.Cancel()
	if a.plain {
		a.write("")
		return
	}
	if next, err := a.scheme.Next(a.elements(), last); err == nil {
		a.write(next)
	}
}

func (a *codeArea) write(code string) {
	a.writing = true
	a.code.SetText(code)
	a.writing = false
	a.box.SetError("")
	a.box.SetHint("")
	a.onChanged()
}

func (a *codeArea) typed(text string) {
	if a.writing {
		return
	}
	a.own = strings.TrimSpace(text) != ""
	a.check()
	a.onChanged()
}

// check says at the 档号 what is wrong with it: at once what its scheme says, a moment
// later what the catalogue says.
func (a *codeArea) check() bool {
	a.lookups.Cancel()
	typed, code := strings.TrimSpace(a.code.Text), a.text()
	a.box.SetHint("")
	if a.plain {
		a.box.SetError("")
		if code == "" {
			a.box.SetHint(words.T("entry.code.optional"))
			return true
		}
		a.lookUp(code, "")
		return true
	}
	for _, p := range a.scheme.Check(code) {
		if !p.Warning {
			a.box.SetError(words.CodeProblem(p))
			return false
		}
		a.box.SetWarning(words.CodeProblem(p))
	}
	values, err := a.scheme.Parse(code)
	if err != nil {
		return false
	}
	for name, want := range a.fixed {
		if values[name] != want {
			a.box.SetError(words.T("wrong.series", words.Args{"Code": a.node.Code, "Title": a.node.Title}))
			return false
		}
	}
	a.box.SetError("")
	if code != typed {
		a.box.SetHint(words.T("holdings.code.becomes", words.Args{"Code": code}))
	}
	parent, _ := a.scheme.Parent(code)
	a.lookUp(code, parent)
	return true
}

// lookUp looks whether the code is taken, and whether its volume is there.
func (a *codeArea) lookUp(code, parent string) {
	task.Load(a.deps.Runner, &a.lookups, func(ctx context.Context) (string, error) {
		h, err := a.deps.Archive.FindCode(ctx, code)
		if err == nil {
			return words.T("wrong.taken", words.Args{"Title": h.Title}), nil
		}
		if archive.KindOf(err) != archive.NotFound || parent == "" {
			return "", err
		}
		if _, err := a.deps.Archive.FindCode(ctx, parent); archive.KindOf(err) == archive.NotFound {
			return words.T("wrong.parent", words.Args{"Code": parent}), nil
		}
		return "", nil
	}, func(wrong string, err error) {
		if err == nil && wrong != "" {
			a.box.SetError(wrong)
		}
	})
}

// refused shows what the archive had against the code; it tells whether it was that.
func (a *codeArea) refused(err error) bool {
	var problems refcode.Problems
	switch {
	case errors.As(err, &problems) && len(problems) > 0:
		a.box.SetError(words.CodeProblem(problems[0]))
	case archive.KindOf(err) == archive.Conflict, archive.KindOf(err) == archive.NotFound:
		a.check()
	default:
		return false
	}
	return true
}

func (a *codeArea) hidden() {
	a.proposals.Cancel()
	a.lookups.Cancel()
}
