package people

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
)

// accounts lists the accounts, beside the form of the one stood on; in an archive without
// accounts it says so, and has a form for the first.
type accounts struct {
	deps   Deps
	state  State
	loads  task.Latest
	busy   bool
	moving bool       // the list is being set: what it selects means nothing
	making bool       // the form is there for a new account
	asking bool       // a question about what is not saved stands open
	want   archive.ID // account to stand on

	rows  parts.HeldRows
	table *parts.Table
	form  *form
	rules *rules
	first *first
	said  *parts.Prose
	fault *parts.Fault

	add, keep, revert, password, lock *parts.Button

	all    fyne.CanvasObject
	middle *fyne.Container
	whole  fyne.CanvasObject
}

func newAccounts(d Deps) *accounts {
	a := &accounts{deps: d, said: parts.Paragraph(""), middle: container.NewStack()}
	a.fault = parts.NewFault(a.load)
	a.table = parts.NewTable(parts.TableOptions{
		Key: "people.accounts", Runner: d.Runner, Memory: d.Memory, Single: true,
		Columns: []parts.Column{
			{Key: "name", Title: words.T("people.name"), Width: 110},
			{Key: "roles", Title: words.T("people.roles"), Width: 150, Stretch: true},
			{Key: "scope", Title: words.T("people.scope"), Width: 120},
			{Key: "last", Title: words.T("people.last"), Width: 130},
		},
		Fetch: a.rows.Fetch, OnSelect: a.selected,
	})
	a.form = newForm(d, a.able, a.save)
	a.rules = newRules(d, a.tell, a.load)
	a.first = newFirst(d, a.tell)
	a.add = parts.NewButton(words.T("people.add"), base.ContentAddIcon(), a.begin)
	a.keep = parts.NewPrimary(words.T("people.save"), base.DocumentSaveIcon(), a.save)
	a.revert = parts.NewQuiet(words.T("people.revert"), base.ContentUndoIcon(), a.back)
	a.password = parts.NewButton(words.T("people.password.set"), base.VisibilityOffIcon(), func() {
		setPassword(a.deps, a.form.of, func() { a.say(words.T("people.password.done", words.Args{"Name": a.form.of.Name})) })
	})
	a.lock = parts.NewButton(words.T("people.lock"), base.CancelIcon(), a.askLock)
	left := parts.Border(parts.NewRow(parts.Heading(words.T("people.accounts")), nil, a.add), a.rules.root, nil, nil, a.table)
	right := parts.Border(nil, parts.NewRow(container.NewHBox(a.password, a.lock), nil, container.NewHBox(a.revert, a.keep)), nil, nil, a.form.root)
	a.all = parts.NewSplit(left, right, parts.SplitOptions{Key: "people.form", Memory: d.Memory, Share: 0.47})
	a.whole = parts.Border(container.NewVBox(a.said, a.fault.Box), nil, nil, nil, a.middle)
	a.say("")
	a.table.SetIDs([]archive.ID{})
	a.able()
	return a
}

func (a *accounts) content() fyne.CanvasObject { return a.whole }

func (a *accounts) shown() {
	a.say("")
	a.load()
}

func (a *accounts) hidden() {
	a.loads.Cancel()
	a.first.pair.clear()
}

func (a *accounts) say(text string) {
	a.said.SetText(text)
	a.said.Hidden = text == ""
	a.whole.Refresh()
}

func (a *accounts) tell(err error) {
	if a.fault.Show(err) {
		a.whole.Refresh()
	}
}

func (a *accounts) load() {
	task.Load(a.deps.Runner, &a.loads, a.deps.Archive.Read, func(st State, err error) {
		a.tell(err)
		if err == nil {
			a.show(st)
		}
	})
}

// show lists the accounts; what is typed into the form and not saved stays.
func (a *accounts) show(st State) {
	first := len(a.middle.Objects) == 0
	a.state = st
	if len(st.Accounts) == 0 {
		parts.Put(a.middle, a.first.root)
		if first {
			a.first.focus()
		}
		return
	}
	parts.Put(a.middle, a.all)
	a.rules.show(st.Rules)
	rows, ids := make(map[archive.ID]parts.Row, len(st.Accounts)), make([]archive.ID, len(st.Accounts))
	for i, p := range st.Accounts {
		ids[i] = p.ID
		rows[p.ID] = parts.Row{Cells: []string{p.Name, rolesOf(p.Person), st.scope(p.Person), lastOf(p)}, Dim: p.Locked != 0}
	}
	a.moving = true
	a.rows.Set(rows)
	a.table.SetIDs(ids)
	a.table.Reload()
	dirty := a.form.dirty()
	switch row, _ := a.table.Current(); {
	case a.want != 0 && a.table.GoToID(a.want):
		a.want = 0
	case row < 0:
		a.table.GoTo(0)
	}
	a.moving = false
	if !dirty && !a.making {
		a.selected()
	}
	a.able()
	if first && a.deps.Window.Canvas().Focused() == nil {
		a.deps.Window.Canvas().Focus(a.table.Focusable())
	}
}

func rolesOf(p archive.Person) string {
	var list []string
	for _, r := range strings.Split(p.Roles, ",") {
		list = append(list, words.T("role."+r))
	}
	return strings.Join(list, words.T("people.and"))
}

func lastOf(p Account) string {
	switch {
	case p.Locked != 0:
		return words.T("people.locked")
	case p.Last == 0:
		return words.T("people.last.never")
	}
	return words.Clock(p.Last)
}

// scope says in a few words what an account is limited to.
func (st State) scope(p archive.Person) string {
	actor, err := access.ActorOf(p, nil)
	if err != nil {
		return words.Tell(err).What
	}
	shorts := func(choices []Choice, ids []archive.ID) string {
		var list []string
		for _, id := range ids {
			i := slices.IndexFunc(choices, func(c Choice) bool { return c.ID == id })
			if i >= 0 {
				list = append(list, choices[i].Short)
			}
		}
		return strings.Join(list, words.T("people.and"))
	}
	switch has := func(r access.Role) bool { return slices.Contains(actor.Roles, r) }; {
	case has(access.SystemAdmin) || has(access.Security) || has(access.Auditor):
		return words.T("people.scope.none")
	case has(access.Worker) && len(actor.Batches) == 0:
		return words.T("people.scope.own")
	case has(access.Worker):
		return shorts(st.Batches, actor.Batches)
	case len(actor.Fonds) == 0:
		return words.T("people.scope.all")
	}
	return shorts(st.Fonds, actor.Fonds)
}

// current is the account that the list stands on.
func (a *accounts) current() (Account, bool) {
	_, id := a.table.Current()
	for _, p := range a.state.Accounts {
		if p.ID == id {
			return p, true
		}
	}
	return Account{}, false
}

// selected shows another account, unless something unsaved keeps the person at the one
// before.
func (a *accounts) selected() {
	if a.moving {
		return
	}
	p, ok := a.current()
	if !ok {
		return
	}
	if a.form.dirty() {
		if p.ID == a.form.of.ID {
			return
		}
		a.stand(a.form.of.ID)
		a.leave(func() {
			a.stand(p.ID)
			a.open(p.Person)
		})
		return
	}
	a.open(p.Person)
}

// open shows an account in the form; a zero one is new.
func (a *accounts) open(p archive.Person) {
	a.making = p.ID == 0
	a.form.show(p, a.state)
	a.able()
}

// stand moves the list without showing what it stands on.
func (a *accounts) stand(id archive.ID) {
	a.moving = true
	a.table.GoToID(id)
	a.moving = false
}

// begin empties the form for a new account.
func (a *accounts) begin() {
	a.leave(func() {
		a.say("")
		a.open(archive.Person{})
		a.deps.Window.Canvas().Focus(a.form.name)
	})
}

// back shows the account stood on as it is saved.
func (a *accounts) back() {
	if p, ok := a.current(); ok {
		a.open(p.Person)
	}
	a.deps.Window.Canvas().Focus(a.table.Focusable())
}

func (a *accounts) able() {
	if a.lock == nil { // being made
		return
	}
	of := a.form.of
	dirty := a.form.dirty()
	parts.Able(a.add, !a.busy)
	parts.Able(a.keep, !a.busy && (dirty || of.ID == 0))
	parts.Able(a.revert, !a.busy && (dirty || of.ID == 0))
	parts.Able(a.password, !a.busy && of.ID != 0)
	parts.Able(a.lock, !a.busy && !dirty && of.ID != 0 && of.ID != a.state.Self)
	word := "people.lock"
	if of.Locked != 0 {
		word = "people.unlock"
	}
	a.lock.SetText(words.T(word))
}

func (a *accounts) save() {
	if len(a.state.Accounts) == 0 {
		a.first.make()
		return
	}
	a.store(func() {})
}

func (a *accounts) store(then func()) {
	if a.busy || !a.form.dirty() && a.form.of.ID != 0 {
		return
	}
	p, password, ok := a.form.read()
	if !ok {
		return
	}
	a.write(func(ctx context.Context) (archive.ID, error) {
		if p.ID == 0 {
			return a.deps.Archive.Add(ctx, p, password)
		}
		return p.ID, a.deps.Archive.Change(ctx, p)
	}, func(id archive.ID) {
		p.ID = id
		a.open(p)
		a.want = id
		a.say(words.T("people.saved", words.Args{"Name": p.Name}))
		a.deps.Window.Canvas().Focus(a.table.Focusable())
		then()
	})
}

// askLock asks before an account may not sign in any more, or may again.
func (a *accounts) askLock() {
	p := a.form.of
	word := "people.lock"
	p.Locked = 1 - p.Locked
	if p.Locked == 0 {
		word = "people.unlock"
	}
	parts.Ask(a.deps.Window, words.T(word), words.T(word+".say", words.Args{"Name": p.Name}), words.T(word), func() {
		a.write(func(ctx context.Context) (archive.ID, error) { return p.ID, a.deps.Archive.Change(ctx, p) }, func(archive.ID) {
			a.open(p)
			a.say(words.T(word+".done", words.Args{"Name": p.Name}))
		})
	})
}

func (a *accounts) write(do func(context.Context) (archive.ID, error), then func(archive.ID)) {
	a.busy = true
	a.able()
	task.Run(a.deps.Runner, words.T("people.saving"), func(ctx context.Context, _ func(archive.Progress)) (archive.ID, error) {
		return do(ctx)
	}, func(id archive.ID, err error) {
		a.busy = false
		switch {
		case err == nil:
			a.tell(nil)
			then(id)
			a.load()
		case a.form.refused(err):
			a.tell(nil)
		default:
			a.tell(err)
		}
		a.able()
	}, task.Quiet())
}

// leave asks about what was not saved.
func (a *accounts) leave(then func()) {
	switch {
	case len(a.state.Accounts) == 0 || !a.form.dirty():
		then()
		return
	case a.asking:
		return
	}
	a.asking = true
	answered := func(do func()) func() { return func() { a.asking = false; do() } }
	name := strings.TrimSpace(a.form.name.Text)
	buttons := parts.Dialog(a.deps.Window, words.T("people.leave"),
		parts.Sized(parts.Paragraph(words.T("people.leave.say", words.Args{"Name": name})), 440, 60),
		parts.Answer{Label: words.T("people.leave.stay"), Do: answered(func() {})},
		parts.Answer{Label: words.T("people.leave.drop"), Do: answered(func() {
			a.open(a.form.of)
			then()
		})},
		parts.Answer{Label: words.T("people.leave.save"), Do: answered(func() { a.store(then) })})
	a.deps.Window.Canvas().Focus(buttons[len(buttons)-1])
}
