package canary

import (
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
	var approved []archive.ID
	for _, r := range m.Records {
		if r.Name == "approved" {
			approved = append(approved, r.ID)
		}
	}
	err = m.do(func(tx *store.Tx) error {
		for i := range list {
			if err := tx.AddPerson(&list[i]); err != nil {
				return err
			}
			if err := tx.SetPassword(list[i].ID, hash); err != nil {
				return err
			}
			if list[i].Name != string(access.ReadingRoom) {
				continue
			}
			for _, id := range approved {
				about := access.Record{}
				for _, r := range m.Records {
					if r.ID == id {
						about = r.About
					}
				}
				a := archive.Approval{Person: list[i].ID, Holding: id, By: list[i].ID, Reason: m.phrase("reason of an approval", access.SeeRow, about)}
				if err := tx.AddApproval(&a); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.People = append(m.People, Person{})
	for _, p := range list {
		var given []archive.ID
		if p.Name == string(access.ReadingRoom) {
			given = approved
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
		archive.Person{Name: "one-fonds", Roles: string(access.Archivist), Clearance: int(access.Internal), Fonds: m.fonds[0].ID.String()},
		archive.Person{Name: "grouped", Roles: string(access.Archivist), Clearance: int(access.Internal), Groups: "3"},
		archive.Person{Name: "locked", Roles: string(access.Archivist), Clearance: int(access.TopSecret), Locked: 1})
}
