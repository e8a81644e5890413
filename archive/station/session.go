package station

import (
	"context"
	"slices"
	"sync"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// session is who acts at this station, and what the rights of actors were when they were
// last read.
type session struct {
	mu     sync.Mutex
	who    archive.Actor // zero: nobody has signed in
	rights map[archive.ID]rights
	held   map[archive.ID]archive.Person // accounts as they were when they were last held against the log
}

type rights struct {
	actor access.Actor
	read  time.Time
}

// rightsLast is how long rights are believed before they are read again: somebody else
// may have changed them.
const rightsLast = time.Second

func (n *session) actor() archive.Actor {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.who
}

func (n *session) set(who archive.Actor) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.who, n.rights = who, nil
}

func (n *session) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.rights = nil
}

// Actor is who acts here: the person who signed in, or whoever holds the archive.
func (s *Station) Actor() archive.Actor {
	if who := s.session.actor(); who.ID != 0 {
		return who
	}
	return archive.LocalActor()
}

// Rights reads the rights of an actor: everything while the archive has no accounts. It is
// NotAllowed for nobody, and for an account that is locked.
func (s *Station) Rights(ctx context.Context, who archive.Actor) (access.Actor, error) {
	s.session.mu.Lock()
	known, ok := s.session.rights[who.ID]
	s.session.mu.Unlock()
	now := s.now()
	if age := now.Sub(known.read); ok && age >= 0 && age < rightsLast {
		return known.actor, nil
	}
	actor, err := s.readRights(ctx, who)
	if err != nil {
		return access.Actor{}, err
	}
	s.session.mu.Lock()
	defer s.session.mu.Unlock()
	if s.session.rights == nil {
		s.session.rights = map[archive.ID]rights{}
	}
	s.session.rights[who.ID] = rights{actor, now}
	return actor, nil
}

func (s *Station) readRights(ctx context.Context, who archive.Actor) (access.Actor, error) {
	const doing = "read rights"
	any, err := s.HasPeople(ctx)
	switch {
	case err != nil:
		return access.Actor{}, err
	case !any:
		all := access.Everyone()
		all.Actor = who
		return all, nil
	}
	p, err := s.Catalogue.Person(ctx, who.ID)
	switch {
	case archive.KindOf(err) == archive.NotFound:
		return access.Actor{}, archive.WrapAs(archive.NotAllowed, doing, "", &access.Refusal{Because: access.NotSignedIn})
	case err != nil:
		return access.Actor{}, err
	case p.Locked != 0:
		return access.Actor{}, archive.WrapAs(archive.NotAllowed, doing, p.Name, &access.Refusal{Because: access.Locked})
	}
	if err := s.asLogged(ctx, p); err != nil {
		return access.Actor{}, err
	}
	actor, err := s.compile(ctx, p)
	return actor, archive.Wrap(doing, p.Name, err)
}

// asLogged is Damaged for an account that was changed past the program, also while somebody
// is signed in with it. The log is asked when the account is another than it was.
func (s *Station) asLogged(ctx context.Context, p archive.Person) error {
	s.session.mu.Lock()
	known, ok := s.session.held[p.ID]
	s.session.mu.Unlock()
	if ok && known == p {
		return nil
	}
	err := s.Catalogue.CheckPerson(ctx, p)
	if archive.KindOf(err) == archive.Damaged { // unless somebody changed it by the program just now
		again, failed := s.Catalogue.Person(ctx, p.ID)
		if failed == nil && again != p {
			p, err = again, s.Catalogue.CheckPerson(ctx, again)
		}
	}
	if err != nil {
		return err
	}
	s.session.mu.Lock()
	defer s.session.mu.Unlock()
	if s.session.held == nil {
		s.session.held = map[archive.ID]archive.Person{}
	}
	s.session.held[p.ID] = p
	return nil
}

func (s *Station) compile(ctx context.Context, p archive.Person) (access.Actor, error) {
	approvals, err := s.Catalogue.Approvals(ctx, access.All(), p.ID, s.now().UnixMilli())
	if err != nil {
		return access.Actor{}, err
	}
	var approved []archive.ID
	for _, a := range approvals {
		approved = append(approved, a.Holding)
	}
	actor, err := access.ActorOf(p, approved)
	if err != nil {
		return actor, err
	}
	own, err := s.Catalogue.BatchesBy(ctx, p.ID)
	if err != nil {
		return actor, err
	}
	actor.Batches = append(actor.Batches, own...)
	slices.Sort(actor.Batches)
	actor.Batches = slices.Compact(actor.Batches)
	return actor, nil
}

// Sight is what whoever acts here may see; nothing when that cannot be told.
func (s *Station) Sight() access.Sight { return s.SightOf(context.Background(), s.Actor()) }

// SightOf is the sight of an actor; nothing when it cannot be told.
func (s *Station) SightOf(ctx context.Context, who archive.Actor) access.Sight {
	r, err := s.Rights(ctx, who)
	if err != nil {
		return access.Sight{}
	}
	return r.Sight()
}

// May tells whether whoever acts here may do something at all, whatever the record.
func (s *Station) May(ctx context.Context, do access.Action) bool {
	r, err := s.Rights(ctx, s.Actor())
	return err == nil && r.Can(do)
}

// Allow is NotAllowed when none of the actions is allowed at all to whoever acts here; the
// refusal is in the log of changes then. about says in a few words what was wanted.
func (s *Station) Allow(ctx context.Context, about string, actions ...access.Action) error {
	r, err := s.Rights(ctx, s.Actor())
	if err == nil && slices.ContainsFunc(actions, r.Can) {
		return nil
	}
	if err == nil {
		err = archive.WrapAs(archive.NotAllowed, about, "", &access.Refusal{Action: actions[0], Because: access.ByRole})
	}
	return s.refused(ctx, 0, about, err)
}

// AllowPage is NotAllowed, and logged as refused, when whoever acts here may not do
// something with a page.
func (s *Station) AllowPage(ctx context.Context, do access.Action, page archive.Page) error {
	const doing = "use page"
	r, err := s.Rights(ctx, s.Actor())
	if err != nil || r.Anyone {
		return err
	}
	rec, err := s.pageRecord(ctx, page)
	if err != nil {
		return err
	}
	if d := access.May(r, do, rec); !d.Allowed {
		return s.refused(ctx, page.ID, string(do), archive.WrapAs(archive.NotAllowed, doing, page.ID.String(), &access.Refusal{Action: do, Because: d.Because}))
	}
	return nil
}

func (s *Station) pageRecord(ctx context.Context, page archive.Page) (access.Record, error) {
	rec := access.Record{Class: page.Access}
	f, err := s.Catalogue.File(ctx, access.All(), page.File)
	if err != nil {
		return rec, err
	}
	if f.Batch != 0 {
		rec.Batches = []archive.ID{f.Batch}
	}
	if page.Holding == 0 {
		return rec, nil
	}
	h, err := s.Catalogue.Holding(ctx, access.All(), page.Holding)
	of := access.Of(h)
	rec.Kind, rec.Fonds, rec.IDs = of.Kind, of.Fonds, of.IDs
	return rec, err
}

// refused notes a refusal and gives err.
func (s *Station) refused(ctx context.Context, subject archive.ID, about string, err error) error {
	if failed := s.Observe(ctx, archive.OpRefused, subject, map[string]string{"wanted": about}); failed != nil {
		return failed
	}
	return err
}

// Observe notes in the log what whoever acts here has seen, printed, copied or taken out.
// In an archive without accounts nobody can be named, and views and searches are not noted.
func (s *Station) Observe(ctx context.Context, kind archive.OpKind, subject archive.ID, details map[string]string) error {
	who := s.Actor()
	r, err := s.Rights(ctx, who)
	if err != nil && archive.KindOf(err) != archive.NotAllowed {
		return err
	}
	switch kind {
	case archive.OpRecordView, archive.OpPageView, archive.OpTextView, archive.OpSearch, archive.OpRefused:
		if r.Anyone {
			return nil
		}
	}
	_, err = s.Catalogue.Do(ctx, who, kind, func(tx *store.Tx) error { return tx.Observe(subject, details) })
	return err
}

// gate is what every write passes.
func (s *Station) gate(ctx context.Context, who archive.Actor, kind archive.OpKind) (access.Actor, error) {
	needs := access.Needs(kind)
	if len(needs) == 0 {
		return access.Everyone(), nil
	}
	r, err := s.Rights(ctx, who)
	if err == nil && !slices.ContainsFunc(needs, r.Can) {
		err = archive.WrapAs(archive.NotAllowed, "write "+string(kind), "", &access.Refusal{Action: needs[0], Because: access.ByRole})
	}
	return r, err
}
