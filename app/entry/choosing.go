package entry

import (
	"context"
	"slices"
	"strings"

	base "fyne.io/fyne/v2/theme"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/describe"
	"lantai/archive/refcode"
)

// desk is what the screen needs to know before anything can be entered.
type desk struct {
	rules  describe.Rules
	nodes  []Node
	drafts map[archive.HoldingKind]describing.Draft
	sheets map[archive.HoldingKind]map[string][]describing.Values
}

// load reads rules, fonds and series, and what was left over from an earlier run.
func (s *Screen) load(value any) {
	asked := s.asked
	task.Load(s.deps.Runner, &s.loads, func(ctx context.Context) (d desk, err error) {
		if d.rules, err = s.deps.Archive.Rules(ctx); err != nil {
			return d, err
		}
		if d.nodes, err = s.deps.Archive.Nodes(ctx); err != nil || asked {
			return d, err
		}
		if d.drafts, err = s.leftOver(ctx); err != nil {
			return d, err
		}
		d.sheets, err = s.sheetDrafts(ctx)
		return d, err
	}, func(d desk, err error) {
		if err != nil && d.nodes == nil {
			if archive.KindOf(err) != archive.Stopped {
				s.show(parts.NewErrorPanel(err, func() { s.load(value) }))
			}
			return
		}
		s.begin(d, value)
		s.draftFailed(err)
	})
}

// leftOver reads the drafts. One whose record was saved after all, a moment before the
// program ended, is taken away.
func (s *Screen) leftOver(ctx context.Context) (map[archive.HoldingKind]describing.Draft, error) {
	drafts := map[archive.HoldingKind]describing.Draft{}
	var failed error
	for _, kind := range archive.Kinds() {
		d, ok, err := s.deps.Drafts.Read(kind)
		if err != nil {
			failed = err
		}
		if !ok {
			continue
		}
		h, err := s.deps.Archive.FindCode(ctx, d.Code)
		if title := strings.TrimSpace(d.Values["title"]); d.Code != "" && err == nil && title != "" && strings.HasPrefix(h.Title, title) {
			failed = s.deps.Drafts.Write(kind, describing.Draft{})
			continue
		}
		drafts[kind] = d
	}
	return drafts, failed
}

// begin shows where records can be entered; the first time also what was left over.
func (s *Screen) begin(d desk, value any) {
	s.rules = d.rules
	s.nodes.set(d.nodes)
	if !s.asked {
		s.asked = true
		s.pending = d.drafts
		s.sheets.pending = d.sheets
	}
	first := !s.loaded
	s.loaded = len(d.nodes) > 0
	if !s.loaded {
		lead := parts.NewPrimary(words.T("nav.holdings"), base.StorageIcon(), func() { s.deps.Open(parts.Route{Screen: "holdings"}) })
		s.show(parts.NewEmptyState(words.T("entry.empty"), words.T("entry.empty.say"), lead))
		s.deps.Window.Canvas().Focus(lead)
		return
	}
	v, routed := value.(parts.EntryValue)
	n, there := s.nodes.node(v.Node)
	if first && (!there || v.Record != 0) {
		s.choose(s.remembered(), "")
	}
	switch {
	case v.Record != 0:
		s.guest = true
		s.correct(v.Record)
		return
	case routed && there:
		s.arrive(n, v)
	case s.editing.ID != 0:
		return
	case first:
	default:
		if now, ok := s.nodes.node(s.node.ID); ok {
			s.node = now
		}
		s.nodes.mark(s.node.ID)
		s.code.propose()
		if t := s.sheet(); t != nil {
			t.shownAgain()
		}
	}
	if first || routed {
		s.focus()
	}
}

// remembered is where the person was last, or where something was left over.
func (s *Screen) remembered() Node {
	for kind, left := range s.sheets.pending {
		for series := range left {
			if n, ok := s.nodes.byCode(series); ok {
				s.deps.Memory.SetString(rememberKind, string(kind))
				s.turnTo(bySheet)
				return n
			}
		}
	}
	for _, kind := range archive.Kinds() {
		if d, ok := s.pending[kind]; ok {
			if n, ok := s.nodes.byCode(d.Series); ok {
				s.deps.Memory.SetString(rememberKind, string(kind))
				return n
			}
		}
	}
	if id, err := archive.ParseID(s.deps.Memory.StringWithFallback(rememberNode, "")); err == nil {
		if n, ok := s.nodes.node(id); ok {
			return n
		}
	}
	n, _ := s.nodes.first()
	return n
}

// arrive goes where a route leads.
func (s *Screen) arrive(n Node, v parts.EntryValue) {
	if s.editing.ID != 0 {
		s.backToEntry()
	}
	kind := archive.HoldingKind("")
	if v.Inside && len(n.Kinds) > 1 {
		kind = n.Kinds[1]
	}
	s.choose(n, kind)
	if v.Like != "" && !s.written() {
		s.code.like(v.Like)
	}
}

// choose has the next records be entered below a node; kind "" is the one entered last,
// where there is such.
func (s *Screen) choose(n Node, kind archive.HoldingKind) {
	s.park()
	s.node = n
	s.nodes.mark(n.ID)
	s.deps.Memory.SetString(rememberNode, n.ID.String())
	s.where.SetText(n.Code + " " + n.Title)
	names := make([]string, len(n.Kinds))
	for i, k := range n.Kinds {
		names[i] = words.Kind(k)
	}
	last := archive.HoldingKind(s.deps.Memory.StringWithFallback(rememberKind, ""))
	switch {
	case slices.Contains(n.Kinds, kind):
	case slices.Contains(n.Kinds, last):
		kind = last
	default:
		kind = n.Kinds[0]
	}
	s.choices = true
	s.kinds.SetOptions(names)
	s.kinds.SetSelectedIndex(slices.Index(n.Kinds, kind))
	s.choices = false
	s.kinds.Hidden = len(names) < 2
	s.setKind(kind)
}

func (s *Screen) kindChosen(i int) {
	if s.choices || i < 0 {
		return
	}
	s.park()
	s.deps.Memory.SetString(rememberKind, string(s.node.Kinds[i]))
	s.setKind(s.node.Kinds[i])
	s.focusForm()
}

// park keeps what is typed of a kind for its draft, before another kind or series is
// chosen.
func (s *Screen) park() {
	if s.written() {
		s.parked[s.kind] = s.snapshot()
	}
}

// setKind shows the form of a kind, or what was left over of one.
func (s *Screen) setKind(kind archive.HoldingKind) {
	s.kind = kind
	delete(s.parked, kind)
	s.form = s.formOf(kind)
	s.group.root.Hidden = !s.grouping()
	s.tell(s.code.set(s.node, kind))
	s.showSide()
}

// formOf gives the form for new records of a kind, made anew when the rules are others.
func (s *Screen) formOf(kind archive.HoldingKind) *describing.Form {
	behind := s.behind(kind)
	key := string(kind) + " " + strings.Join(behind, " ")
	was, now := s.forms[kind], s.made[key]
	defer func() {
		s.forms[kind] = s.made[key]
		if was != nil && was != s.forms[kind] && was.Written() { // another series: what was typed comes along
			s.forms[kind].Fill(was.Texts())
			was.Fill(nil)
		}
	}()
	if now != nil {
		return now
	}
	opt := describing.Options{Kind: kind, Rules: s.rules, Window: s.deps.Window, Memory: s.deps.Memory, Later: s.deps.Runner.OnUI,
		Leave: []string{"code"}, Behind: behind, Pins: true, Today: s.deps.Now, OnChanged: s.touched, OnEnd: s.ended}
	if kind == archive.KindPhoto {
		opt.Foot = s.group.root
		s.together.SetChecked(s.deps.Memory.StringWithFallback(rememberGroup, "") != "")
	}
	s.made[key] = describing.NewForm(opt)
	return s.made[key]
}

// behind names the fields that are folded away in a series: those that its 档号 say, and
// what has a meaning in volumes alone.
func (s *Screen) behind(kind archive.HoldingKind) []string {
	var names []string
	scheme, err := refcode.Read(s.node.Scheme)
	if err != nil || kind == archive.KindBox {
		return names
	}
	if _, ok := scheme.Element(refcode.Retention); ok {
		names = append(names, "retention")
	}
	if _, ok := scheme.Element(refcode.Year); ok {
		names = append(names, "year")
	}
	if scheme.Method != archive.ByVolume {
		names = append(names, "page_no")
	}
	return names
}

// ended is Enter in the last field: on to the captions of a group, or to saving.
func (s *Screen) ended() {
	if s.grouping() {
		s.group.focus(0)
		return
	}
	s.deps.Window.Canvas().Focus(s.save)
}

func (s *Screen) grouping() bool { return s.kind == archive.KindPhoto && s.together.Checked }

// grouped is told that photos are described as a group, or one by one.
func (s *Screen) grouped(yes bool) {
	state := ""
	if yes {
		state = "yes"
	}
	s.deps.Memory.SetString(rememberGroup, state)
	s.group.root.Hidden = !s.grouping()
	s.relay()
}

// relay lays the form out anew: it has another line.
func (s *Screen) relay() {
	if s.form != nil {
		s.form.Lay()
	}
}

// codeChanged is told of another class or code: the form takes over what it says.
func (s *Screen) codeChanged() {
	if s.form != nil {
		s.form.Derive(s.code.derived())
	}
	if t := s.sheet(); t != nil {
		t.codes.assign()
		t.grid.Redraw() // the empty row at the end has another code
	}
}
