package canary

import (
	"slices"
	"time"

	"github.com/alexedwards/argon2id"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// people makes an account of each role, and some that are limited otherwise. The hash of
// their password costs little, since many sign in.
func (m *maker) people(classified bool) error {
	hash, err := argon2id.CreateHash(Password, &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	if err != nil {
		return err
	}
	list := m.accounts(classified)
	if err := m.do(func(tx *store.Tx) error {
		for i := range list {
			if err := tx.AddPerson(&list[i]); err != nil {
				return err
			}
			if err := tx.SetPassword(list[i].ID, hash); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if err := m.approve(list); err != nil {
		return err
	}
	m.People = append(m.People, Person{})
	for _, p := range list {
		var given []archive.ID
		for _, a := range m.Approvals {
			if a.Person == p.Name && a.Holds {
				given = append(given, a.Record.ID)
			}
		}
		who, err := access.ActorOf(p, given)
		if err != nil {
			return err
		}
		if p.Locked != 0 {
			who = access.Actor{}
		}
		m.People = append(m.People, Person{p.Name, who, p.ID})
	}
	return nil
}

// approvals are given to two people of the reading room: what one of them has, the other
// has no more or never had.
var approvals = []struct {
	person, record string
	state          approvalState
}{
	{string(access.ReadingRoom), "approved", holds}, {string(access.ReadingRoom), "closed", ended}, {string(access.ReadingRoom), "other batch", takenBack},
	{secondReader, "closed", holds}, {secondReader, "internal", holds}, {secondReader, "approved", ended},
}

// secondReader is another person of the reading room.
const secondReader = "second-reader"

type approvalState int

const (
	holds approvalState = iota
	ended
	takenBack
)

// approve gives the approvals, those that ended with a last day that has passed.
func (m *maker) approve(people []archive.Person) error {
	id := func(name string) archive.ID {
		return people[slices.IndexFunc(people, func(p archive.Person) bool { return p.Name == name })].ID
	}
	for _, a := range approvals {
		i := slices.IndexFunc(m.Records, func(r Record) bool { return r.Name == a.record })
		if i < 0 { // of the other kind of archive
			continue
		}
		r := m.Records[i]
		given := archive.Approval{Person: id(a.person), Holding: r.ID, By: id(string(access.Leader)),
			Reason: m.phrase("reason of an approval", access.SeeRow, r.About)}
		if a.state == ended {
			given.Until = time.Now().Add(-time.Minute).UnixMilli()
		}
		if err := m.own(func(tx *store.Tx) error { return tx.AddApproval(&given) }); err != nil {
			return err
		}
		if a.state == takenBack {
			if err := m.own(func(tx *store.Tx) error { return tx.RemoveApproval(given.ID) }); err != nil {
				return err
			}
		}
		m.Approvals = append(m.Approvals, Approval{Person: a.person, Record: r, Holds: a.state == holds})
	}
	return nil
}

// own writes as the program itself does: with accounts there, nobody has signed in here.
func (m *maker) own(fn func(*store.Tx) error) error {
	_, err := m.s.Catalogue.Do(m.ctx, archive.Actor{}, archive.OpApprove, fn)
	return err
}

// accounts are one of each role, and some that are limited otherwise.
func (m *maker) accounts(classified bool) []archive.Person {
	var list []archive.Person
	for _, role := range access.Roles() {
		p := archive.Person{Name: string(role), Roles: string(role), Clearance: int(access.Internal)}
		if role == access.Worker {
			p.Batches = access.IDList(m.Batches[:1])
		}
		if classified && role == access.Archivist {
			p.Clearance = int(access.Secret)
		}
		if classified && role == access.Leader {
			p.Clearance = int(access.Confidential)
		}
		list = append(list, p)
	}
	return append(list,
		archive.Person{Name: secondReader, Roles: string(access.ReadingRoom), Clearance: int(access.Internal)},
		archive.Person{Name: "one-fonds", Roles: string(access.Archivist), Clearance: int(access.Internal), Fonds: m.fonds[0].ID.String()},
		archive.Person{Name: "grouped", Roles: string(access.Archivist), Clearance: int(access.Internal), Groups: "3"},
		archive.Person{Name: "locked", Roles: string(access.Archivist), Clearance: int(access.TopSecret), Locked: 1})
}
