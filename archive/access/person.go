package access

import (
	"slices"
	"strconv"
	"strings"

	"lantai/archive"
)

// How many characters a password has.
const (
	ShortestPassword = 8
	LongestPassword  = 200
)

// ActorOf reads a person's account, with the approvals that let them give records out.
func ActorOf(p archive.Person, approved []archive.ID) (Actor, error) {
	const doing = "read account"
	a := Actor{Actor: archive.Actor{ID: p.ID, Name: p.Name}, Clearance: Level(p.Clearance), Approved: approved}
	for _, name := range split(p.Roles) {
		a.Roles = append(a.Roles, Role(name))
	}
	for _, text := range split(p.Groups) {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n >= archive.AccessGroups {
			return Actor{}, archive.Errorf(archive.Invalid, "read group", text, "a group is from 1 to %d", archive.AccessGroups-1)
		}
		a.Groups = append(a.Groups, n)
	}
	var err error
	if a.Fonds, err = idsIn(p.Fonds); err != nil {
		return Actor{}, archive.Wrap(doing, p.Name, err)
	}
	a.Batches, err = idsIn(p.Batches)
	return a, archive.Wrap(doing, p.Name, err)
}

// CheckPerson refuses an account that nobody could have: roles that exclude each other, a
// clearance that is none, lists that cannot be read.
func CheckPerson(p archive.Person, strict bool) error {
	const doing = "keep account"
	if name := strings.TrimSpace(p.Name); name == "" || name != p.Name || len([]rune(name)) > 60 || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return archive.Errorf(archive.Invalid, "name account", p.Name, "a name of 1 to 60 characters")
	}
	a, err := ActorOf(p, nil)
	if err != nil {
		return err
	}
	if !slices.Contains(Levels(), a.Clearance) {
		return archive.Errorf(archive.Invalid, doing, "", "no level %d", p.Clearance)
	}
	return CheckRoles(a.Roles, strict)
}

// HasRole tells whether an account has a role.
func HasRole(p archive.Person, r Role) bool { return slices.Contains(split(p.Roles), string(r)) }

// RoleNames writes roles as Person keeps them, in the order of Roles.
func RoleNames(roles []Role) string {
	var names []string
	for _, r := range Roles() {
		if slices.Contains(roles, r) {
			names = append(names, string(r))
		}
	}
	return strings.Join(names, ",")
}

// IDList writes ids as Person keeps them.
func IDList(ids []archive.ID) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = id.String()
	}
	return strings.Join(names, ",")
}

func idsIn(text string) ([]archive.ID, error) {
	var list []archive.ID
	for _, s := range split(text) {
		id, err := archive.ParseID(s)
		if err != nil {
			return nil, err
		}
		list = append(list, id)
	}
	return list, nil
}

func split(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
