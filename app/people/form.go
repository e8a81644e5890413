package people

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
)

// form describes an account. What it does not show for the roles that are ticked stays as
// it was while the roles do, and is empty otherwise.
type form struct {
	deps    Deps
	of      archive.Person // as saved; zero id: a new one
	state   State
	filling bool
	changed func() // something is other than it was

	heading   *widget.Label
	name      *parts.Entry
	nameBox   *parts.Field
	pair      *passwords
	roles     map[access.Role]*parts.Check
	rolesBox  *parts.Field
	fonds     *picker
	batches   *picker
	groups    *parts.Entry
	groupsBox *parts.Field
	clearance *parts.Select
	clearBox  *parts.Field
	root      fyne.CanvasObject
}

func newForm(d Deps, changed, submit func()) *form {
	f := &form{deps: d, heading: parts.Heading(""), name: parts.NewEntry(), groups: parts.NewEntry(), roles: map[access.Role]*parts.Check{}}
	f.changed = func() {
		if !f.filling {
			changed()
		}
	}
	f.heading.Truncation = fyne.TextTruncateEllipsis
	f.nameBox = parts.NewField(words.T("people.name"), f.name)
	f.name.OnChanged = func(string) { f.nameBox.SetError(""); f.changed() }
	f.pair = newPasswords(d.Window, submit)
	f.name.OnNext = func() { d.Window.Canvas().Focus(f.pair.first) }
	over := newOverlay(d.Window, d.Runner.OnUI)
	f.fonds = newPicker(words.T("people.fonds"), words.T("people.fonds.example"), words.T("people.fonds.all"), over, f.changed)
	f.batches = newPicker(words.T("people.batches"), words.T("people.batches.example"), words.T("people.batches.none"), over, f.changed)
	f.groupsBox = parts.NewField(words.T("people.groups"), f.groups)
	f.groups.SetPlaceHolder(words.T("people.groups.hint"))
	f.groups.OnChanged = func(string) { f.groupsBox.SetError(""); f.changed() }
	f.clearance = parts.NewSelect(nil, func(int) { f.changed() })
	f.clearBox = parts.NewField(words.T("people.clearance"), f.clearance)
	f.rolesBox = parts.NewField(words.T("people.roles"), f.roleChecks())
	column := container.NewVBox(f.heading, f.nameBox, f.pair.boxes[0], f.pair.boxes[1], f.rolesBox, f.fonds.root, f.batches.root, f.groupsBox, f.clearBox)
	scroll := parts.Scroll(column)
	scroll.OnScrolled = func(fyne.Position) { over.offers.Close() }
	f.root = container.NewStack(scroll, over.layer)
	return f
}

// roleChecks are the roles with what each may do, in a line each.
func (f *form) roleChecks() fyne.CanvasObject {
	width := float32(0)
	for _, r := range access.Roles() {
		f.roles[r] = parts.NewCheck(words.T("role."+string(r)), func(bool) { f.rolesChanged() })
		width = max(width, f.roles[r].MinSize().Width)
	}
	box := container.NewVBox()
	for _, r := range access.Roles() {
		box.Add(parts.NewRow(parts.Sized(f.roles[r], width, 0), parts.Line(words.T("people.role."+string(r))), nil))
	}
	return box
}

// show describes an account anew; one without an id is new.
func (f *form) show(p archive.Person, st State) {
	f.filling = true
	defer func() { f.filling = false }()
	f.of, f.state = p, st
	heading, hint := p.Name, words.T("people.name.stays")
	if p.ID == 0 {
		heading, hint = words.T("people.new"), words.T("people.name.hint")
		f.name.Enable()
	} else {
		f.name.Disable()
	}
	f.heading.SetText(heading)
	f.name.SetText(p.Name)
	f.nameBox.SetError("")
	f.nameBox.SetHint(hint)
	f.pair.clear()
	for _, b := range f.pair.boxes {
		b.Hidden = p.ID != 0
	}
	for r, c := range f.roles {
		c.SetChecked(access.HasRole(p, r))
	}
	f.groups.SetText(strings.ReplaceAll(p.Groups, ",", "、"))
	f.groupsBox.SetError("")
	scope, err := access.ActorOf(p, nil)
	if err != nil {
		f.groupsBox.SetError(words.Tell(err).What)
	}
	f.fonds.set(st.Fonds, scope.Fonds)
	f.batches.set(st.Batches, scope.Batches)
	names, at := []string{words.T("people.clearance.none")}, 0
	for i, l := range st.Clearances {
		names = append(names, words.T("people.clearance."+l.String()))
		if int(l) == p.Clearance {
			at = i + 1
		}
	}
	f.clearance.Options = names
	f.clearance.SetSelectedIndex(at)
	f.rolesChanged()
}

// ticked are the roles that are chosen.
func (f *form) ticked() (roles []access.Role) {
	for _, r := range access.Roles() {
		if f.roles[r].Checked {
			roles = append(roles, r)
		}
	}
	return roles
}

func (f *form) has(roles ...access.Role) bool {
	return slices.ContainsFunc(roles, func(r access.Role) bool { return f.roles[r].Checked })
}

// rolesChanged tells at once which roles exclude each other, and shows what the roles can
// be limited to.
func (f *form) rolesChanged() {
	f.rolesBox.SetError("")
	if roles := f.ticked(); len(roles) > 0 {
		f.checkRoles(roles)
	}
	reads := f.has(access.Archivist, access.ReadingRoom, access.Leader)
	f.fonds.root.Hidden = !reads
	f.batches.root.Hidden = !f.has(access.Worker)
	f.groupsBox.Hidden = !reads && !f.has(access.Worker)
	f.clearBox.Hidden = !reads || len(f.state.Clearances) == 0
	f.root.Refresh()
	f.changed()
}

func (f *form) checkRoles(roles []access.Role) bool {
	if len(roles) == 0 {
		f.rolesBox.SetError(words.T("people.roles.none"))
		return false
	}
	err := access.CheckRoles(roles, f.state.Rules.Strict)
	if err == nil {
		return true
	}
	f.rolesBox.SetError(words.Tell(err).What)
	return false
}

// value is the account as the form has it.
func (f *form) value() archive.Person {
	p := f.of
	p.Name = strings.TrimSpace(f.name.Text)
	p.Roles = access.RoleNames(f.ticked())
	same := p.Roles == f.of.Roles
	for _, part := range []struct {
		hidden bool
		field  *string
		value  func() string
	}{
		{f.fonds.root.Hidden, &p.Fonds, func() string { return access.IDList(f.fonds.chosen) }},
		{f.batches.root.Hidden, &p.Batches, func() string { return access.IDList(f.batches.chosen) }},
		{f.groupsBox.Hidden, &p.Groups, func() string { return strings.Join(groupsIn(f.groups.Text), ",") }},
	} {
		switch {
		case !part.hidden:
			*part.field = part.value()
		case !same:
			*part.field = ""
		}
	}
	switch i := f.clearance.SelectedIndex(); {
	case f.clearBox.Hidden && same && p.ID != 0:
	case f.clearBox.Hidden || i <= 0:
		if level := access.Level(p.Clearance); p.ID == 0 || level.StateSecret() {
			p.Clearance = int(access.Internal)
		}
	default:
		p.Clearance = int(f.state.Clearances[i-1])
	}
	return p
}

// dirty tells whether the form has something that is not saved.
func (f *form) dirty() bool {
	if f.of.ID == 0 {
		return strings.TrimSpace(f.name.Text) != "" || !f.pair.empty() || len(f.ticked()) > 0
	}
	return f.value() != f.of || strings.TrimSpace(f.fonds.entry.Text) != "" || strings.TrimSpace(f.batches.entry.Text) != ""
}

// read gives the account to be saved, with its password when it is new, or marks what is
// wrong.
func (f *form) read() (p archive.Person, password string, ok bool) {
	p = f.value()
	focus := f.deps.Window.Canvas().Focus
	if p.Name == "" {
		f.nameBox.SetError(words.T("people.name.missing"))
		focus(f.name)
		return p, "", false
	}
	if p.ID == 0 {
		if password, ok = f.pair.read(); !ok {
			return p, "", false
		}
	}
	if !f.checkRoles(f.ticked()) {
		focus(f.roles[access.Archivist])
		return p, "", false
	}
	if !f.fonds.root.Hidden && f.fonds.wrong() || !f.batches.root.Hidden && f.batches.wrong() {
		return p, "", false
	}
	for _, g := range groupsIn(p.Groups) {
		if n, err := strconv.Atoi(g); err != nil || n < 1 || n >= archive.AccessGroups {
			f.groupsBox.SetError(words.T("people.groups.wrong", words.Args{"Most": archive.AccessGroups - 1}))
			focus(f.groups)
			return p, "", false
		}
	}
	return p, password, true
}

// refused marks the field that the archive would not take, and tells whether there is one.
func (f *form) refused(err error) bool {
	switch {
	case archive.KindOf(err) == archive.Conflict && f.of.ID == 0:
		f.nameBox.SetError(words.T("people.name.twice"))
		f.deps.Window.Canvas().Focus(f.name)
		return true
	case archive.KindOf(err) == archive.NotAllowed && words.Subject(err) == "last":
		f.rolesBox.SetError(words.Tell(err).What)
		f.deps.Window.Canvas().Focus(f.roles[access.Security])
		return true
	}
	return false
}

// groupsIn splits a list of groups as people write it.
func groupsIn(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、;； ", r) })
}
