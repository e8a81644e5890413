package store

import (
	"context"
	"database/sql"
	"slices"

	"lantai/archive"
	"lantai/archive/access"
)

// AddGroup adds a virtual group and fills in its id.
func (t *Tx) AddGroup(g *archive.VirtualGroup) error {
	if g.Name == "" {
		return archive.Errorf(archive.Invalid, "add group", "name", "the name is empty")
	}
	return t.addBeside(besideGroup(g))
}

// ChangeGroup writes what differs from a group as it stands.
func (t *Tx) ChangeGroup(g *archive.VirtualGroup) error { return t.changeBeside(besideGroup(g)) }

const membersOf = `SELECT m.id FROM member m WHERE m.virtual_group = $1 ORDER BY m.id`

// RemoveGroup takes a group away; its records stay where they are.
func (t *Tx) RemoveGroup(id archive.ID) error {
	list, err := ids(t.ctx, t.tx, membersOf, int64(id))
	if err != nil {
		return fault("remove group", id.String(), err)
	}
	for _, one := range list {
		if err := t.dropBeside(nounMember, one); err != nil {
			return err
		}
	}
	return t.dropBeside(nounGroup, id)
}

const (
	lastMember = `SELECT COALESCE(MAX(m.ordinal), 0) FROM member m WHERE m.virtual_group = $1`
	allMembers = `SELECT m.id, m.holding FROM member m WHERE m.virtual_group = $1`
)

// AddMembers puts records into a group, behind those it has; a Conflict names one that
// is in it already.
func (t *Tx) AddMembers(group archive.ID, holdings []archive.ID) error {
	const doing = "add to group"
	if err := t.settled(doing); err != nil {
		return err
	}
	if _, err := t.besideNow(nounGroup, group); err != nil {
		return err
	}
	var last int
	if err := t.tx.QueryRowContext(t.ctx, lastMember, int64(group)).Scan(&last); err != nil {
		return fault(doing, group.String(), err)
	}
	members, err := t.members(doing, group)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(holdings, aheadAtOnce) {
		if err := t.ahead(some); err != nil {
			return err
		}
		for _, h := range some {
			if members[h] != 0 {
				return archive.Errorf(archive.Conflict, doing, h.String(), "it is there already")
			}
			if _, err := t.chain(h); err != nil {
				return err
			}
			last++
			m := archive.Member{ID: t.NewID(), Group: group, Holding: h, Ordinal: last}
			if err := t.keepBeside(doing, besideMember(&m)); err != nil {
				return err
			}
			members[h] = m.ID
		}
	}
	return nil
}

// members gives the rows of a group by the records in it.
func (t *Tx) members(doing string, group archive.ID) (map[archive.ID]archive.ID, error) {
	members := map[archive.ID]archive.ID{}
	err := rows(t.ctx, t.tx, allMembers, []any{int64(group)}, func(r *sql.Rows) error {
		var id, holding archive.ID
		err := r.Scan(&id, &holding)
		members[holding] = id
		return err
	})
	return members, fault(doing, group.String(), err)
}

// RemoveMembers takes records out of a group; one that is not in it is NotFound, and
// nothing is done.
func (t *Tx) RemoveMembers(group archive.ID, holdings []archive.ID) error {
	const doing = "take out of group"
	members, err := t.members(doing, group)
	if err != nil {
		return err
	}
	for _, h := range holdings {
		id, ok := members[h]
		if !ok {
			return archive.Errorf(archive.NotFound, doing, h.String(), "not in this group")
		}
		delete(members, h)
		if err := t.dropBeside(nounMember, id); err != nil {
			return err
		}
	}
	return nil
}

// groupSeen shows a group to those who see some record of it: its name may tell what the
// hidden ones are about. One without records is shown to who may arrange.
func groupSeen(sight access.Sight) string {
	const members = "EXISTS (SELECT 1 FROM member m JOIN holding h ON h.id = m.holding WHERE m.virtual_group = b.id"
	switch {
	case sight.Everything():
		return always
	case sight.SeesUnsorted() && !sight.Bound():
		return "(" + sighted(members+" AND {holding h})", sight) + " OR NOT " + members + "))"
	}
	return sighted(members+" AND {holding h})", sight)
}

// Groups lists the virtual groups that may be seen, by name.
func (c *Catalogue) Groups(ctx context.Context, sight access.Sight) ([]archive.VirtualGroup, error) {
	var list []archive.VirtualGroup
	var g archive.VirtualGroup
	err := listBeside(ctx, c.cat.read, besideGroup(&g), groupSeen(sight)+" ORDER BY b.name, b.id", nil, func() { list = append(list, g) })
	return list, err
}

const sightedMembers = `SELECT m.holding FROM member m JOIN holding h ON h.id = m.holding
	WHERE m.virtual_group = $1 AND {holding h} ORDER BY m.ordinal, m.id`

// Members lists the records of a group that may be seen, in their order.
func (c *Catalogue) Members(ctx context.Context, sight access.Sight, group archive.ID) ([]archive.ID, error) {
	list, err := ids(ctx, c.cat.read, sighted(sightedMembers, sight), int64(group))
	return list, fault("list group", group.String(), err)
}
