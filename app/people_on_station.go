package app

import (
	"context"
	"slices"
	"time"

	"lantai/app/people"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
)

// staff are the accounts of the open archive and its approvals, as the screen 用户权限 uses
// them.
type staff struct{ station *station.Station }

// newestBatches is how many receipts are offered to be given to somebody.
const newestBatches = 300

// Read reads the accounts with what they can be limited to. Who administers accounts sees
// no records, and may name fonds and receipts.
func (s staff) Read(ctx context.Context) (people.State, error) {
	st := people.State{Self: s.station.Actor().ID}
	if err := s.station.Allow(ctx, "accounts", access.People); err != nil {
		return st, err
	}
	cat := s.station.Catalogue
	list, err := cat.People(ctx)
	if err != nil || len(list) == 0 {
		return st, err
	}
	for _, p := range list {
		last, err := cat.LastSignIn(ctx, p.ID)
		if err != nil {
			return st, err
		}
		st.Accounts = append(st.Accounts, people.Account{Person: p, Last: last})
	}
	fonds, err := cat.Fonds(ctx, access.All())
	if err != nil {
		return st, err
	}
	for _, f := range fonds {
		st.Fonds = append(st.Fonds, people.Choice{ID: f.ID, Short: f.Code, Name: f.Code + "  " + f.Title})
	}
	if st.Batches, err = s.batches(ctx, list); err != nil {
		return st, err
	}
	if class, secret := access.Secrecy(s.station.Home.Class().String()); secret {
		st.Clearances = slices.DeleteFunc(access.Levels(), func(l access.Level) bool { return !l.StateSecret() || l > class })
	}
	rules, err := s.station.PeopleRules(ctx)
	st.Rules = people.Rules{Strict: rules.Strict, Idle: rules.Idle, Most: station.MostIdle}
	if rules.Idle == 0 {
		st.Rules.Idle = station.IdleMinutes
	}
	return st, err
}

// batches are the newest receipts, and those that somebody was given before, by when they
// came: who administers accounts opens no archives, and a folder's name may tell of them.
func (s staff) batches(ctx context.Context, list []archive.Person) ([]people.Choice, error) {
	cat := s.station.Catalogue
	found, err := cat.Batches(ctx, access.All(), newestBatches)
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		who, err := access.ActorOf(p, nil)
		if err != nil {
			continue // the form says so
		}
		for _, id := range who.Batches {
			if slices.ContainsFunc(found, func(b archive.Batch) bool { return b.ID == id }) {
				continue
			}
			b, err := cat.Batch(ctx, access.All(), id)
			switch archive.KindOf(err) {
			case "":
				found = append(found, b)
			case archive.NotFound: // gone with what it held
			default:
				return nil, err
			}
		}
	}
	out := make([]people.Choice, len(found))
	for i, b := range found {
		out[i] = people.Choice{ID: b.ID, Short: words.Clock(b.Started), Name: words.Clock(b.Started) + "  " + b.ID.String()}
	}
	return out, nil
}

// Add adds an account.
func (s staff) Add(ctx context.Context, p archive.Person, password string) (archive.ID, error) {
	p, err := s.station.AddPerson(ctx, s.station.Actor(), station.NewPerson{Person: p, Password: password})
	return p.ID, err
}

// Change changes an account.
func (s staff) Change(ctx context.Context, p archive.Person) error {
	return s.station.ChangePerson(ctx, s.station.Actor(), p)
}

// SetPassword gives an account another password.
func (s staff) SetPassword(ctx context.Context, person archive.ID, password string) error {
	return s.station.SetPassword(ctx, s.station.Actor(), person, password)
}

// SetRules writes what holds for all accounts.
func (s staff) SetRules(ctx context.Context, r people.Rules) error {
	return s.station.SetPeopleRules(ctx, s.station.Actor(), station.PeopleRules{Strict: r.Strict, Idle: r.Idle})
}

// Approvals lists the approvals that hold.
func (s staff) Approvals(ctx context.Context) (people.Approvals, error) {
	var out people.Approvals
	if err := s.station.Allow(ctx, "approvals", access.Approve); err != nil {
		return out, err
	}
	cat, sight := s.station.Catalogue, s.station.Sight()
	list, err := cat.People(ctx)
	if err != nil {
		return out, err
	}
	names := make(map[archive.ID]string, len(list))
	for _, p := range list {
		names[p.ID] = p.Name
		if who, err := access.ActorOf(p, nil); err == nil && p.Locked == 0 && who.GainsByApproval() {
			out.People = append(out.People, p)
		}
	}
	held, err := cat.Approvals(ctx, sight, 0, time.Now().UnixMilli())
	if err != nil {
		return out, err
	}
	ids := make([]archive.ID, len(held))
	for i, a := range held {
		ids[i] = a.Holding
	}
	records, err := cat.Holdings(ctx, sight, ids)
	if err != nil {
		return out, err
	}
	of := make(map[archive.ID]archive.Holding, len(records))
	for _, h := range records {
		of[h.ID] = h
	}
	for _, a := range held {
		h := of[a.Holding]
		out.Held = append(out.Held, people.Held{Approval: a, Code: h.Code, Title: h.Title, Person: words.Who(a.Person, names), By: words.Who(a.By, names)})
	}
	slices.Reverse(out.Held)
	return out, nil
}

// Wanted finds a record by its 档号, or one that it had before.
func (s staff) Wanted(ctx context.Context, person archive.ID, code string) (people.Wanted, error) {
	h, err := s.station.Catalogue.HoldingByCode(ctx, s.station.Sight(), code)
	if err != nil {
		return people.Wanted{}, err
	}
	use, err := s.station.ApprovalOf(ctx, person, h)
	inside := h.Kind == archive.KindVolume || h.Kind == archive.KindBox || h.Kind == archive.KindAlbum
	return people.Wanted{ID: h.ID, Code: h.Code, Title: h.Title, Inside: inside, Use: string(use)}, err
}

// Approve lets somebody give a record out.
func (s staff) Approve(ctx context.Context, a archive.Approval) error {
	return s.station.Approve(ctx, s.station.Actor(), &a)
}

// TakeBack ends an approval.
func (s staff) TakeBack(ctx context.Context, approval archive.ID) error {
	return s.station.TakeBack(ctx, s.station.Actor(), approval)
}

// newPeople makes the screen 用户权限.
func newPeople(p *Program) Screen {
	var views []people.View
	for _, v := range []struct {
		view people.View
		do   access.Action
	}{{people.ViewAccounts, access.People}, {people.ViewApprovals, access.Approve}, {people.ViewPurges, access.Destroy}} {
		if p.Rights == nil || p.Rights.Can(v.do) {
			views = append(views, v.view)
		}
	}
	return people.New(people.Deps{Runner: p.Runner, Window: p.Shell.Window(), Memory: p.Memory, Archive: staff{p.Station}, Purges: purges{p.Station}, Views: views,
		Before: func(then func()) { p.Shell.askKeepers(p.Shell.places, then) },
		SetUp:  p.setUp})
}

// setUp asks for a sign-in, since the archive has accounts from now on.
func (p *Program) setUp() {
	p.People, p.Rights = true, nil
	p.Show()
}

// ownPassword lets the person who has signed in change their password.
func (p *Program) ownPassword() {
	people.OwnPassword(people.OwnDeps{Runner: p.Runner, Window: p.Shell.Window(), Name: p.Rights.Name, Change: p.Station.OwnPassword})
}
