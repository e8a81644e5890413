package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/assets/lang"
)

// personOptions are the flags of person.
type personOptions struct {
	role, fonds, groups, clearance, batches string
	until, reason                           string
	newFD                                   int
}

func personCommand() command {
	return command{
		name: "person", args: "list | add NAME [--role …] | role NAME --role … | lock NAME | unlock NAME | password NAME | approve NAME 档号 --reason TEXT [--until 20271231] | revoke N",
		verbs: []string{"list", "add", "role", "lock", "unlock", "password", "approve", "revoke"},
		min:   1, max: 3,
		flags: func(c *call) {
			o := &c.opt.person
			c.flags.StringVar(&o.role, "role", "", "roles with commas: archivist, worker, reading-room, leader, system, security, auditor, or as the language has them")
			c.flags.StringVar(&o.fonds, "fonds", "", "全宗号 with commas that they are limited to; - for all")
			c.flags.StringVar(&o.groups, "groups", "", "groups of access classes with commas; - for none")
			c.flags.StringVar(&o.clearance, "clearance", "", "highest 密级 they may see in a classified archive; - for none")
			c.may("role", choice{values: names(access.Roles()), words: func(v string) string { return c.words.T("role."+v, nil) }, many: true})
			c.may("clearance", choice{values: []string{"秘密", "机密", "绝密", "-"}})
			c.flags.StringVar(&o.batches, "batches", "", "ids of batches with commas that are given to them; - for none")
			c.flags.StringVar(&o.until, "until", "", "approve: last day, YYYYMMDD")
			c.flags.StringVar(&o.reason, "reason", "", "approve: why")
			c.flags.IntVar(&o.newFD, "new-password-fd", -1, "file descriptor to read the account's new password from; left out: it is asked for")
		},
		run: runPerson,
	}
}

func runPerson(ctx context.Context, c *call) (int, error) {
	if !c.inForm(map[string]form{"list": {1, 1}, "add": {2, 2}, "role": {2, 2}, "lock": {2, 2}, "unlock": {2, 2}, "password": {2, 2},
		"approve": {3, 3}, "revoke": {2, 2}}) {
		return c.misused("person")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	switch c.args[0] {
	case "list":
		return c.listPeople(ctx, s)
	case "add":
		return c.addPerson(ctx, s)
	case "approve":
		return c.approve(ctx, s)
	case "revoke":
		return c.revoke(ctx, s)
	}
	p, err := s.Catalogue.PersonNamed(ctx, c.args[1])
	if err != nil {
		return exitFailed, err
	}
	switch c.args[0] {
	case "password":
		password, err := c.newPassword()
		if err == nil {
			err = s.SetPassword(ctx, s.Actor(), p.ID, password)
		}
		if err != nil {
			return exitFailed, err
		}
		return c.personDone(p, "ctl.person.password")
	case "lock":
		p.Locked = 1
	case "unlock":
		p.Locked = 0
	case "role":
		if p, err = c.withScope(ctx, s, p); err != nil {
			return exitUsage, err
		}
	}
	if err := s.ChangePerson(ctx, s.Actor(), p); err != nil {
		return exitFailed, err
	}
	return c.personDone(p, "ctl.person."+c.args[0])
}

func (c *call) personDone(p archive.Person, key string) (int, error) {
	if c.json {
		c.print(map[string]any{"person": p})
		return exitDone, nil
	}
	c.say(key, lang.Args{"Name": p.Name, "Roles": c.roleWords(p.Roles)})
	return exitDone, nil
}

func (c *call) addPerson(ctx context.Context, s *station.Station) (int, error) {
	p, err := c.withScope(ctx, s, archive.Person{Name: c.args[1], Clearance: int(access.Internal)})
	if err != nil {
		return exitUsage, err
	}
	n := station.NewPerson{Person: p}
	if n.Password, err = c.newPassword(); err != nil {
		return exitFailed, err
	}
	first, err := s.HasPeople(ctx)
	if err != nil {
		return exitFailed, err
	}
	if p, err = s.AddPerson(ctx, s.Actor(), n); err != nil {
		return exitFailed, err
	}
	if !first && !c.json {
		c.say("ctl.person.first", nil)
	}
	return c.personDone(p, "ctl.person.add")
}

// newPassword reads a new password, from the terminal twice.
func (c *call) newPassword() (string, error) {
	first, err := c.password(c.opt.person.newFD, "ctl.password.new")
	if err != nil || c.opt.person.newFD >= 0 {
		return first, err
	}
	again, err := c.password(-1, "ctl.password.again")
	if err == nil && again != first {
		err = archive.Errorf(archive.Invalid, "repeat password", "", "the two differ")
	}
	return first, err
}

// withScope puts the flags that were given into an account.
func (c *call) withScope(ctx context.Context, s *station.Station, p archive.Person) (archive.Person, error) {
	o := c.opt.person
	list := func(text string) []string {
		if text == "-" {
			return nil
		}
		return listed(text)
	}
	if o.role != "" {
		var roles []access.Role
		for _, name := range listed(o.role) {
			roles = append(roles, access.Role(name))
		}
		p.Roles = access.RoleNames(roles)
	}
	if o.clearance != "" {
		level, secret := access.Secrecy(o.clearance)
		if !secret {
			level = access.Internal
		}
		p.Clearance = int(level)
	}
	if o.groups != "" {
		p.Groups = strings.Join(list(o.groups), ",")
	}
	if o.batches != "" {
		p.Batches = strings.Join(list(o.batches), ",")
	}
	if o.fonds != "" {
		var ids []archive.ID
		for _, number := range list(o.fonds) {
			f, err := s.Catalogue.FondsByNumber(ctx, access.All(), refcode.Normalise(number)) // who administers sees no fonds, and may name one
			if err != nil {
				return p, err
			}
			ids = append(ids, f.ID)
		}
		p.Fonds = access.IDList(ids)
	}
	return p, nil
}

func (c *call) roleWords(roles string) string {
	var list []string
	for _, r := range strings.Split(roles, ",") {
		list = append(list, c.words.T("role."+r, nil))
	}
	return strings.Join(list, "、")
}

func (c *call) listPeople(ctx context.Context, s *station.Station) (int, error) {
	people, err := s.Catalogue.People(ctx)
	if err != nil {
		return exitFailed, err
	}
	approvals, err := s.Catalogue.Approvals(ctx, s.Sight(), 0, time.Now().UnixMilli())
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"people": orEmpty(people), "approvals": orEmpty(approvals)})
		return exitDone, nil
	}
	for _, p := range people {
		key := "ctl.person.line"
		if p.Locked != 0 {
			key = "ctl.person.locked"
		}
		c.say(key, lang.Args{"Name": p.Name, "Roles": c.roleWords(p.Roles)})
	}
	if len(people) == 0 {
		c.say("ctl.person.none", nil)
	}
	return exitDone, nil
}

func (c *call) approve(ctx context.Context, s *station.Station) (int, error) {
	reason := strings.TrimSpace(c.opt.person.reason)
	if reason == "" {
		return exitUsage, wrongly("ctl.misuse.reason", nil)
	}
	p, err := s.Catalogue.PersonNamed(ctx, c.args[1])
	if err != nil {
		return exitFailed, err
	}
	h, err := s.Catalogue.HoldingByCode(ctx, s.Sight(), refcode.Normalise(c.args[2]))
	if err != nil {
		return exitFailed, err
	}
	a := archive.Approval{Person: p.ID, Holding: h.ID, Reason: reason}
	if c.opt.person.until != "" {
		day, err := time.ParseInLocation("20060102", c.opt.person.until, time.Local)
		if err != nil {
			return exitUsage, wrongly("ctl.misuse.day", lang.Args{"Value": c.opt.person.until})
		}
		a.Until = day.AddDate(0, 0, 1).UnixMilli()
	}
	if err := s.Approve(ctx, s.Actor(), &a); err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"approval": a})
		return exitDone, nil
	}
	c.say("ctl.person.approved", lang.Args{"Name": p.Name, "Code": h.Code, "ID": strconv.FormatInt(int64(a.ID), 10)})
	return exitDone, nil
}

func (c *call) revoke(ctx context.Context, s *station.Station) (int, error) {
	id, err := archive.ParseID(c.args[1])
	if err != nil {
		return exitUsage, err
	}
	if err := s.TakeBack(ctx, s.Actor(), id); err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"revoked": id})
		return exitDone, nil
	}
	c.say("ctl.person.revoked", nil)
	return exitDone, nil
}
