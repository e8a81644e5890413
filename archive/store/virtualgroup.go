package store

import (
	"context"

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
	oneMember  = `SELECT m.id FROM member m WHERE m.virtual_group = $1 AND m.holding = $2`
)

// AddMembers puts records into a group, behind those it has; a Conflict names one that
// is in it already.
func (t *Tx) AddMembers(group archive.ID, holdings []archive.ID) error {
	var last int
	if err := t.tx.QueryRowContext(t.ctx, lastMember, int64(group)).Scan(&last); err != nil {
		return fault("add to group", group.String(), err)
	}
	for i, h := range holdings {
		if err := t.addBeside(besideMember(&archive.Member{Group: group, Holding: h, Ordinal: last + 1 + i})); err != nil {
			return err
		}
	}
	return nil
}

// RemoveMember takes a record out of a group.
func (t *Tx) RemoveMember(group, holding archive.ID) error {
	var id archive.ID
	if err := t.tx.QueryRowContext(t.ctx, oneMember, int64(group), int64(holding)).Scan(&id); err != nil {
		return fault("take out of group", holding.String(), err)
	}
	return t.dropBeside(nounMember, id)
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
