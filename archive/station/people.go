package station

import (
	"context"
	"strconv"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// OwnPassword gives whoever has signed in another password, once they have shown that they
// know the one they have. A wrong one counts as a try to sign in.
func (s *Station) OwnPassword(ctx context.Context, old, password string) error {
	who := s.session.actor()
	if who.ID == 0 {
		return archive.WrapAs(archive.NotAllowed, "set password", "", &access.Refusal{Because: access.NotSignedIn})
	}
	p, err := s.Catalogue.Person(ctx, who.ID)
	if err == nil {
		err = s.verify(ctx, p, old)
	}
	if err != nil {
		return err
	}
	return s.SetPassword(ctx, who, who.ID, password)
}

// PeopleRules hold for all accounts of an archive.
type PeopleRules struct {
	Strict bool // the system's administrator and the security's are different people
	Idle   int  // minutes without a key or a click until a window locks; 0: IdleMinutes
}

// MostIdle is the highest number of minutes.
const MostIdle = 240

// PeopleRules reads the rules.
func (s *Station) PeopleRules(ctx context.Context) (PeopleRules, error) {
	var r PeopleRules
	all, err := s.Catalogue.Settings(ctx)
	if err == nil {
		r.Strict = all[StrictSetting] != ""
		r.Idle, _ = strconv.Atoi(all[IdleSetting]) // never set: zero
	}
	return r, err
}

// SetPeopleRules writes the rules. Strict is a Conflict while somebody, whose name is the
// subject, has both of the roles that it keeps apart.
func (s *Station) SetPeopleRules(ctx context.Context, actor archive.Actor, r PeopleRules) error {
	const doing = "set rules for accounts"
	if r.Idle < 0 || r.Idle > MostIdle {
		return archive.Errorf(archive.Invalid, doing, strconv.Itoa(r.Idle), "at most %d minutes", MostIdle)
	}
	strict, idle := "", ""
	if r.Strict {
		strict = "1"
		list, err := s.Catalogue.People(ctx)
		if err != nil {
			return err
		}
		for _, p := range list {
			if access.HasRole(p, access.SystemAdmin) && access.HasRole(p, access.Security) {
				return archive.Errorf(archive.Conflict, doing, p.Name, "has both roles")
			}
		}
	}
	if r.Idle > 0 {
		idle = strconv.Itoa(r.Idle)
	}
	_, err := s.Catalogue.Do(ctx, actor, archive.OpPersonRules, func(tx *store.Tx) error {
		if err := tx.Set(StrictSetting, strict); err != nil {
			return err
		}
		return tx.Set(IdleSetting, idle)
	})
	return archive.Wrap(doing, "", err)
}

// Names gives the names of all accounts, for what the log has by number.
func (s *Station) Names(ctx context.Context) (map[archive.ID]string, error) {
	list, err := s.Catalogue.People(ctx)
	names := make(map[archive.ID]string, len(list))
	for _, p := range list {
		names[p.ID] = p.Name
	}
	return names, err
}
