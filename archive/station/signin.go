package station

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

const (
	mostAttempts = 5                // wrong passwords in a row before an account rests
	attemptsRest = 15 * time.Minute // how long it does
)

// The settings that hold for all accounts.
const (
	IdleSetting   = "people.idle" // minutes without a key or a click until a window locks; empty: IdleMinutes
	IdleMinutes   = 10
	StrictSetting = "people.strict" // not empty: the system's administrator and the security's are kept apart
)

// HasPeople tells whether the archive has accounts, so that one signs in.
func (s *Station) HasPeople(ctx context.Context) (bool, error) { return s.Catalogue.HasPeople(ctx) }

// SignIn makes a person the actor of this station. It is NotAllowed for a name or password
// that is wrong, for an account that is locked or rests, and Damaged for one that was
// changed past the program. Each try is in the log of changes.
func (s *Station) SignIn(ctx context.Context, name, password string) error {
	const doing = "sign in"
	name = strings.TrimSpace(name)
	p, err := s.Catalogue.PersonNamed(ctx, name)
	if archive.KindOf(err) == archive.NotFound {
		_, _ = argon2id.CreateHash(password, argon2id.DefaultParams) // as long as for a name that is known
		return s.turnedAway(ctx, archive.Person{Name: name}, "unknown", archive.Errorf(archive.NotAllowed, doing, name, "wrong name or password"))
	}
	if err != nil {
		return err
	}
	if err := s.verify(ctx, p, password); err != nil {
		return err
	}
	if _, err := s.Catalogue.Do(ctx, archive.Actor{ID: p.ID, Name: p.Name}, archive.OpLogin, func(tx *store.Tx) error {
		if err := tx.NoteSignIn(p.ID, true); err != nil {
			return err
		}
		return tx.Observe(p.ID, map[string]string{"name": p.Name})
	}); err != nil {
		return archive.Wrap(doing, name, err)
	}
	s.session.set(archive.Actor{ID: p.ID, Name: p.Name})
	return nil
}

// verify holds a password against an account as SignIn does, and notes a try that did not
// go well.
func (s *Station) verify(ctx context.Context, p archive.Person, password string) error {
	const doing = "sign in"
	if err := s.Catalogue.CheckPerson(ctx, p); err != nil {
		return s.turnedAway(ctx, p, "altered", err)
	}
	if p.Locked != 0 {
		return s.turnedAway(ctx, p, "locked", archive.WrapAs(archive.NotAllowed, doing, p.Name, &access.Refusal{Because: access.Locked}))
	}
	k, err := s.Catalogue.Credential(ctx, p.ID)
	if err != nil {
		return archive.Wrap(doing, p.Name, err)
	}
	if until := time.UnixMilli(k.Failed).Add(attemptsRest); k.Failures >= mostAttempts && s.now().Before(until) {
		minutes := int(until.Sub(s.now()).Minutes()) + 1
		return s.turnedAway(ctx, p, "rests", archive.WrapAs(archive.NotAllowed, doing, p.Name, &access.Refusal{Because: access.Rests, Minutes: minutes}))
	}
	ok, err := argon2id.ComparePasswordAndHash(password, k.Hash)
	if err != nil {
		return s.turnedAway(ctx, p, "altered", archive.WrapAs(archive.Damaged, doing, p.Name, err))
	}
	if !ok {
		return s.turnedAway(ctx, p, "password", archive.Errorf(archive.NotAllowed, doing, p.Name, "wrong name or password"))
	}
	return nil
}

// turnedAway notes a sign-in that did not go well, and gives err.
func (s *Station) turnedAway(ctx context.Context, p archive.Person, why string, err error) error {
	if _, failed := s.Catalogue.Do(ctx, archive.Actor{}, archive.OpLoginRefused, func(tx *store.Tx) error {
		if why == "password" {
			if err := tx.NoteSignIn(p.ID, false); err != nil {
				return err
			}
		}
		return tx.Observe(p.ID, map[string]string{"name": p.Name, "why": why})
	}); failed != nil {
		return failed
	}
	return err
}

// SignOut ends a person's session; nobody is the actor then.
func (s *Station) SignOut(ctx context.Context) error {
	who := s.session.actor()
	if who.ID == 0 {
		return nil
	}
	s.session.set(archive.Actor{})
	_, err := s.Catalogue.Do(ctx, who, archive.OpLogout, func(tx *store.Tx) error {
		return tx.Observe(who.ID, map[string]string{"name": who.Name})
	})
	return err
}

// NewPerson is what an account needs.
type NewPerson struct {
	archive.Person
	Password string
}

// AddPerson adds an account. The first one of an archive administers it; until then
// nobody signs in.
func (s *Station) AddPerson(ctx context.Context, actor archive.Actor, n NewPerson) (archive.Person, error) {
	const doing = "add account"
	p := n.Person
	p.Name = strings.TrimSpace(p.Name)
	any, err := s.HasPeople(ctx)
	if err != nil {
		return p, err
	}
	if first := access.RoleNames([]access.Role{access.SystemAdmin, access.Security}); !any && p.Roles == "" {
		p.Roles = first
	} else if !any && !access.HasRole(p, access.Security) {
		return p, archive.Errorf(archive.Invalid, "begin accounts", "", "the first account administers the archive's accounts")
	}
	if err := s.checkPerson(ctx, doing, p); err != nil {
		return p, err
	}
	hash, err := hashed(p.Name, n.Password)
	if err != nil {
		return p, err
	}
	_, err = s.Catalogue.Do(ctx, actor, archive.OpPersonAdd, func(tx *store.Tx) error {
		if err := tx.AddPerson(&p); err != nil {
			return err
		}
		return tx.SetPassword(p.ID, hash)
	})
	s.session.forget()
	return p, archive.Wrap(doing, p.Name, err)
}

// checkPerson refuses an account that the rules of the archive do not allow.
func (s *Station) checkPerson(ctx context.Context, doing string, p archive.Person) error {
	rules, err := s.PeopleRules(ctx)
	if err == nil {
		err = access.CheckPerson(p, rules.Strict)
	}
	return archive.Wrap(doing, p.Name, err)
}

func hashed(name, password string) (string, error) {
	const doing = "choose password"
	if n := len([]rune(password)); n < access.ShortestPassword || n > access.LongestPassword {
		return "", archive.Errorf(archive.Invalid, doing, name, "a password has %d to %d characters", access.ShortestPassword, access.LongestPassword)
	}
	hash, err := argon2id.CreateHash(password, argon2id.DefaultParams)
	return hash, archive.Wrap(doing, name, err)
}

// ChangePerson writes what differs from an account as it stands. Somebody must stay who
// may administer accounts.
func (s *Station) ChangePerson(ctx context.Context, actor archive.Actor, p archive.Person) error {
	const doing = "change account"
	if err := s.checkPerson(ctx, doing, p); err != nil {
		return err
	}
	list, err := s.Catalogue.People(ctx)
	if err != nil {
		return err
	}
	able := func(p archive.Person) bool {
		return p.Locked == 0 && access.HasRole(p, access.Security)
	}
	if !able(p) && !slices.ContainsFunc(list, func(other archive.Person) bool { return other.ID != p.ID && able(other) }) {
		return archive.Errorf(archive.NotAllowed, doing, "last", "nobody could administer accounts any more")
	}
	_, err = s.Catalogue.Do(ctx, actor, archive.OpPersonEdit, func(tx *store.Tx) error { return tx.ChangePerson(&p) })
	s.session.forget()
	return archive.Wrap(doing, p.Name, err)
}

// SetPassword gives an account another password: one's own, or, for who administers
// accounts, somebody else's.
func (s *Station) SetPassword(ctx context.Context, actor archive.Actor, person archive.ID, password string) error {
	const doing = "set password"
	p, err := s.Catalogue.Person(ctx, person)
	if err != nil {
		return err
	}
	hash, err := hashed(p.Name, password)
	if err != nil {
		return err
	}
	kind := archive.OpPersonPassword
	if actor.ID == person {
		kind = archive.OpPersonOwnPassword
	}
	_, err = s.Catalogue.Do(ctx, actor, kind, func(tx *store.Tx) error { return tx.SetPassword(person, hash) })
	return archive.Wrap(doing, p.Name, err)
}

// Idle is after how long without a key or a click a window asks for the password again.
func (s *Station) Idle(ctx context.Context) (time.Duration, error) {
	rules, err := s.PeopleRules(ctx)
	if rules.Idle < 1 {
		rules.Idle = IdleMinutes
	}
	return time.Duration(rules.Idle) * time.Minute, err
}
