package holdings

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/refcode"
)

// seriesForm registers a series: whose it is, its code, and how its 档号 are built.
type seriesForm struct {
	*register
	fonds    []Node
	in       *parts.Select
	holds    *parts.Select
	scheme   *parts.Select
	schemes  []refcode.Scheme
	class    *parts.Entry
	classBox *parts.Field
	title    *parts.Entry
	titleBox *parts.Field
	explain  *parts.Prose
	example  *widget.Label
	taken    task.Latest
}

func newSeriesForm(d Deps, e sideEvents, leave func() bool) *seriesForm {
	f := &seriesForm{register: newRegister(d, e, leave), schemes: refcode.Builtins(),
		class: parts.NewEntry(), title: parts.NewEntry(), explain: parts.Paragraph(""), example: parts.Heading("")}
	names := make([]string, len(f.schemes))
	for i, s := range f.schemes {
		names[i] = words.T("scheme." + s.Name)
	}
	kinds := make([]string, len(singles()))
	for i, k := range singles() {
		kinds[i] = words.T("holdings.series.holds." + string(k))
	}
	f.holds = parts.NewSelect(kinds, nil)
	f.in = parts.NewSelect(nil, func(int) { f.check() })
	f.scheme = parts.NewSelect(names, func(int) { f.schemeChosen() })
	f.class.OnChanged = func(string) { f.check() }
	f.title.OnChanged = func(string) { f.titleBox.SetError("") }
	f.classBox = parts.NewField(words.T("holdings.series.class"), f.class)
	f.titleBox = parts.NewField(words.T("holdings.series.title"), f.title)
	f.title.OnSubmitted = func(string) { f.submit(false) }
	do := parts.NewPrimary(words.T("holdings.add.do"), base.ConfirmIcon(), func() { f.submit(false) })
	f.build(words.T("holdings.add.series"), parts.Scroll(container.NewVBox(
		parts.NewForm(1, parts.NewField(words.T("kind.fonds"), f.in)),
		parts.NewForm(1, parts.NewField(words.T("holdings.series.scheme"), f.scheme)),
		f.explain, parts.Caption(words.T("holdings.series.example")), f.example,
		parts.NewForm(1, parts.NewField(words.T("holdings.series.holds"), f.holds)),
		parts.NewForm(1, f.classBox), parts.NewForm(1, f.titleBox))), do)
	f.scheme.SetSelectedIndex(0)
	return f
}

// singles are the kinds of record that a series can hold.
func singles() []archive.HoldingKind {
	return []archive.HoldingKind{archive.KindItem, archive.KindPhoto, archive.KindObject, archive.KindBook, archive.KindAV}
}

// usual is what the single records under a scheme are when nothing is said.
func usual(m archive.Method) archive.HoldingKind {
	if m == archive.ByPhoto {
		return archive.KindPhoto
	}
	return archive.KindItem
}

// offer gives the fonds that there are, and which of them is meant.
func (f *seriesForm) offer(fonds []Node, now archive.ID) {
	f.fonds = fonds
	names := make([]string, len(fonds))
	for i, n := range fonds {
		names[i] = n.Code + " " + n.Title
	}
	f.in.SetOptions(names)
	f.in.SetSelectedIndex(max(slices.IndexFunc(fonds, func(n Node) bool { return n.Node == now }), 0))
}

func (f *seriesForm) content() fyne.CanvasObject { return f.root }

func (f *seriesForm) focus() { f.deps.Window.Canvas().Focus(f.scheme) }

func (f *seriesForm) repeat() bool { return false }

func (f *seriesForm) chosen() (Node, refcode.Scheme, bool) {
	i, j := f.in.SelectedIndex(), f.scheme.SelectedIndex()
	if i < 0 || i >= len(f.fonds) || j < 0 {
		return Node{}, refcode.Scheme{}, false
	}
	return f.fonds[i], f.schemes[j], true
}

// schemeChosen explains the scheme and shows a 档号 built by it.
func (f *seriesForm) schemeChosen() {
	s := f.schemes[max(f.scheme.SelectedIndex(), 0)]
	f.holds.SetSelectedIndex(slices.Index(singles(), usual(s.Method)))
	f.explain.SetText(words.T("scheme." + s.Name + ".say"))
	f.example.SetText(s.Describe().Example)
	hint := "WS"
	switch s.Name {
	case "vol13":
		hint = "KU·01"
	case "vol94":
		hint = "001"
	case "photo02":
		hint = "ZP"
	}
	f.class.SetPlaceHolder(hint)
	f.classBox.SetHint(words.T("holdings.series.class." + string(s.Method)))
	f.check()
}

// code is the 类别档号 and what is wrong with it.
func (f *seriesForm) code() (code, wrong string) {
	n, s, ok := f.chosen()
	class := refcode.Normalise(f.class.Text)
	if !ok || class == "" {
		return "", words.T("wrong.class")
	}
	code = n.Code + refcode.Dash + class
	v := describing.Settled(s, code)
	for _, e := range s.Elements {
		if _, set := v[e.Name]; !set && (!e.Optional || e.Serial) {
			v[e.Name] = e.Example
		}
	}
	_, err := s.Format(v)
	var problems refcode.Problems
	if errors.As(err, &problems) && len(problems) > 0 {
		return code, words.CodeProblem(problems[0])
	}
	return code, ""
}

func (f *seriesForm) check() {
	if f.classBox == nil {
		return
	}
	f.taken.Cancel()
	if strings.TrimSpace(f.class.Text) == "" {
		f.classBox.SetError("")
		return
	}
	code, wrong := f.code()
	f.classBox.SetError(wrong)
	if wrong == "" {
		checkTaken(f.deps, &f.taken, code, f.classBox)
	}
}

func (f *seriesForm) submit(bool) {
	code, wrong := f.code()
	title := strings.TrimSpace(f.title.Text)
	_, scheme, ok := f.chosen()
	if wrong != "" || !ok {
		f.classBox.SetError(wrong)
		f.deps.Window.Canvas().Focus(f.class)
		return
	}
	if title == "" {
		f.titleBox.SetError(words.T("wrong.title"))
		f.deps.Window.Canvas().Focus(f.title)
		return
	}
	holds := singles()[max(f.holds.SelectedIndex(), 0)]
	if holds == usual(scheme.Method) {
		holds = "" // as the scheme says
	}
	f.run(func(ctx context.Context) (archive.Holding, error) {
		return f.deps.Catalogue.AddSeries(ctx, NewSeries{Code: code, Title: title, Scheme: scheme.Name, Holds: holds})
	}, func(h archive.Holding) {
		f.class.SetText("")
		f.title.SetText("")
		f.titleBox.SetError("")
		f.events.registered(h)
		f.leave()
	})
}
