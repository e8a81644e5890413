package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/signin"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
)

// prefWho keeps who signed in last at this computer.
const prefWho = "who"

// watchEvery is how often it is looked whether somebody is there.
const watchEvery = 10 * time.Second

// may tells whether whoever acts may use a place: one of its needs is allowed, or it has
// none. Who is limited to batches finds nothing by searching all pages.
func (p *Program) may(place Place) bool {
	if p.Rights == nil || len(place.Needs) == 0 {
		return true
	}
	if place.Name == ScreenFind && p.Rights.Sight().Bound() {
		return false
	}
	return slices.ContainsFunc(place.Needs, p.Rights.Can)
}

// signedOut tells whether the archive has accounts and nobody has signed in.
func (p *Program) signedOut() bool { return p.People && p.Rights == nil }

// newSignIn makes the page that asks who is there.
func newSignIn(p *Program) Screen {
	return signin.New(signin.Deps{Runner: p.Runner, Window: p.Shell.Window(), Name: p.Station.Home.Name(),
		Who: p.Memory.StringWithFallback(prefWho, ""), SignIn: p.signIn, Leave: p.leaveArchive,
		Done: func(name string) {
			p.Memory.SetString(prefWho, name)
			p.enter()
		}})
}

// signIn is called off the UI goroutine.
func (p *Program) signIn(ctx context.Context, name, password string) error {
	return p.Station.SignIn(ctx, name, password)
}

// enter reads the rights of who has signed in, and shows them their screens.
func (p *Program) enter() {
	task.Run(p.Runner, words.T("signin.title"), func(ctx context.Context, _ func(archive.Progress)) (access.Actor, error) {
		return p.Station.Rights(ctx, p.Station.Actor())
	}, func(rights access.Actor, err error) {
		if err != nil {
			parts.ShowError(p.Shell.Window(), err)
			return
		}
		p.Rights = &rights
		p.Show()
		p.watch()
	}, task.Quiet())
}

// Show puts the screens of whoever acts into the window.
func (p *Program) Show() {
	p.Shell.SetWho(p.who())
	p.Shell.Barred = nil
	if p.Rights != nil {
		p.Shell.Barred = func() {
			parts.ShowError(p.Shell.Window(), archive.WrapAs(archive.NotAllowed, "open screen", "", &access.Refusal{Because: access.ByRole}))
		}
	}
	p.Shell.SetPlaces(Places(p))
}

// edits tells whether whoever acts may describe and arrange records.
func (p *Program) edits() bool { return p.Rights == nil || p.Rights.Can(access.Edit) }

// who is what the navigation says of the person, with what they can do about it.
func (p *Program) who() (name string, does []WhoDoes) {
	if !p.People {
		return words.T("who.nobody"), nil
	}
	if p.Rights == nil {
		return "", nil
	}
	return p.Rights.Name, []WhoDoes{
		{words.T("who.password"), base.AccountIcon(), p.ownPassword},
		{words.T("who.lock"), base.VisibilityOffIcon(), p.lock},
		{words.T("who.sign-out"), base.LogoutIcon(), p.signOut},
	}
}

// signOut asks the screens, and shows the sign-in page again.
func (p *Program) signOut() {
	p.Shell.leave("", func() { p.Shell.askKeepers(p.Shell.places, p.signedOff) })
}

func (p *Program) signedOff() {
	p.unwatch()
	p.Rights = nil
	task.Run(p.Runner, words.T("who.sign-out"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
		return struct{}{}, p.Station.SignOut(ctx)
	}, func(_ struct{}, err error) {
		p.Show()
		if err != nil {
			parts.ShowError(p.Shell.Window(), err)
		}
	}, task.Quiet())
}

// leaveArchive goes from the sign-in page back to the choice of archives.
func (p *Program) leaveArchive() {
	p.unwatch()
	s := p.Station
	p.Station, p.People, p.Rights = nil, false, nil
	p.Memory.SetString(prefHome, "")
	p.Shell.SetArchive("", archive.NotSecret)
	p.Shell.SetWho("", nil)
	p.Shell.SetPlaces(Places(p))
	p.Shell.Release = nil
	task.Run(p.Runner, words.T("who.sign-out"), func(context.Context, func(archive.Progress)) (struct{}, error) {
		return struct{}{}, s.Close()
	}, nil, task.Quiet())
}

// lock covers the window until the person shows that it is them. Their work goes on, and
// what they have typed stays.
func (p *Program) lock() {
	if p.Rights == nil || p.Shell.Covered() {
		return
	}
	name := p.Rights.Name
	page := signin.New(signin.Deps{Runner: p.Runner, Window: p.Shell.Window(), Name: p.Station.Home.Name(), Who: name, Locked: true,
		SignIn: p.signIn, Done: func(string) { p.Shell.Uncover() },
		Leave: func() {
			p.Shell.Uncover()
			p.signedOff()
		}})
	p.Shell.Cover(page.Content())
	page.Shown(nil)
}

// watch locks the window after nobody has been there for a while, as long as the same
// person is signed in.
func (p *Program) watch() {
	if p.Idle == nil {
		return
	}
	p.unwatch()
	rights, s := p.Rights, p.Station
	ctx, stop := context.WithCancel(context.Background())
	p.stopWatch = stop
	go func() {
		tick := time.NewTicker(cmp.Or(p.WatchEvery, watchEvery))
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			limit, err := s.Idle(ctx)
			if d, ok := p.Idle(); err != nil || !ok || d < limit {
				continue
			}
			p.Runner.OnUI(func() {
				if p.Rights == rights {
					p.lock()
				}
			})
		}
	}()
}

// unwatch ends the watch.
func (p *Program) unwatch() {
	if p.stopWatch != nil {
		p.stopWatch()
		p.stopWatch = nil
	}
}

// WhoDoes is something a person can do about being signed in.
type WhoDoes struct {
	Word string
	Icon fyne.Resource
	Do   func()
}
