package main

import (
	"context"
	"flag"
	"slices"
	"strconv"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/station"
	"lantai/assets/lang"
)

// mediumOptions are the flags of medium.
type mediumOptions struct {
	kind, capacity, nextCheck, note, method string
	faults                                  int
	full, notFull, forget, all              bool
	out, number, from, taker                string
}

func mediumCommand() command {
	return command{
		name: "medium", args: "add TARGET PATH [--serial S] [--keeping PLACE] | list [TARGET] [--all] | due | check NUMBER | checks NUMBER | edit NUMBER | retire NUMBER --forget-copies | cycle [KIND MONTHS] | slip NUMBER… --out FILE.pdf",
		min: 1, max: 100, verbs: []string{"add", "list", "due", "check", "checks", "edit", "retire", "cycle", "slip"}, files: []string{"form"},
		flags: func(c *call) {
			o := &c.opt.medium
			c.flags.StringVar(&c.opt.target, "target", "", "the target of the numbers; may be left out where there is one")
			c.flags.StringVar(&c.opt.serial, "serial", "", "add, edit: the maker's serial number")
			c.flags.StringVar(&c.opt.keeping, "keeping", "", "add, edit: where it is kept; slip: where it is taken")
			c.flags.StringVar(&o.kind, "type", "", "add, edit: what it is: 移动硬盘, LTO-8, 光盘, NAS")
			c.flags.StringVar(&o.capacity, "capacity", "", "edit: bytes")
			c.flags.StringVar(&o.nextCheck, "next-check", "", "edit: day of the next check, 2027-05-31")
			c.flags.StringVar(&o.note, "note", "", "edit, check, retire: remark")
			c.flags.StringVar(&o.method, "method", "", "check: it was checked by other means, named here; nothing is read")
			c.flags.IntVar(&o.faults, "faults", 0, "check: with --method, faults found")
			c.flags.BoolVar(&o.full, "full", false, "edit: nothing more is copied to it")
			c.flags.BoolVar(&o.notFull, "not-full", false, "edit: it is copied to again")
			c.flags.BoolVar(&o.forget, "forget-copies", false, "retire: its copies no longer count, and are made elsewhere")
			c.flags.BoolVar(&o.all, "all", false, "list: those out of use too")
			c.flags.StringVar(&o.out, "out", "", "slip: the PDF file to write")
			c.flags.BoolVar(&c.opt.replace, "replace", false, "slip: write over a file that is there")
			c.flags.StringVar(&o.number, "number", "", "slip: its number; left to be written by hand if left out")
			c.flags.StringVar(&o.from, "from", "", "slip: where the media come from")
			c.flags.StringVar(&o.taker, "taker", "", "slip: who receives them")
		},
		run: runMedium,
	}
}

func runMedium(ctx context.Context, c *call) (int, error) {
	if !c.inForm(map[string]form{"add": {3, 3}, "list": {1, 2}, "due": {1, 1}, "check": {2, 2}, "checks": {2, 2}, "edit": {2, 2}, "retire": {2, 2},
		"cycle": {1, 3}, "slip": {2, 100}}) {
		return c.misused("medium")
	}
	s, copies, err := c.openCopies(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	switch c.args[0] {
	case "add":
		return c.addMedium(ctx, s, copies)
	case "list":
		return c.listMedia(ctx, s, copies)
	case "due":
		return c.listDue(ctx, copies)
	case "cycle":
		return c.careOfMedia(ctx, s, copies)
	case "slip":
		return c.printSlip(ctx, s, copies)
	}
	t, m, err := c.mediumNamed(ctx, s, copies, c.args[1])
	if err != nil {
		return exitFailed, err
	}
	switch c.args[0] {
	case "checks":
		return c.listChecks(ctx, s, m)
	case "edit":
		return c.editMedium(ctx, s, copies, m)
	case "retire":
		return c.retireMedium(ctx, s, copies, t, m)
	}
	return c.checkMedium(ctx, s, copies, t, m)
}

// targetOfNumbers is the target of --target, or the only one that is kept.
func (c *call) targetOfNumbers(ctx context.Context, s *station.Station) (archive.Target, error) {
	if c.opt.target != "" {
		return s.Catalogue.TargetNamed(ctx, c.opt.target)
	}
	all, err := s.Catalogue.Targets(ctx)
	if err != nil {
		return archive.Target{}, err
	}
	all = slices.DeleteFunc(all, func(t archive.Target) bool { return t.Ended != 0 })
	if len(all) != 1 {
		return archive.Target{}, archive.Errorf(archive.Invalid, "find medium", "", "there are %d targets: name one with --target", len(all))
	}
	return all[0], nil
}

// mediumNamed finds a medium by its number in a target.
func (c *call) mediumNamed(ctx context.Context, s *station.Station, copies *offsite.Copier, number string) (archive.Target, offsite.Connected, error) {
	const doing = "find medium"
	t, err := c.targetOfNumbers(ctx, s)
	if err != nil {
		return t, offsite.Connected{}, err
	}
	n, err := strconv.Atoi(number)
	if err != nil {
		return t, offsite.Connected{}, archive.WrapAs(archive.Invalid, doing, number, err)
	}
	media, err := copies.Media(ctx, t)
	if err != nil {
		return t, offsite.Connected{}, err
	}
	for _, m := range media {
		if m.Carrier.Number == n {
			return t, m, nil
		}
	}
	carriers, err := s.Catalogue.Carriers(ctx, t.ID) // one out of use is no longer looked for
	for _, one := range carriers {
		if one.Number == n {
			return t, offsite.Connected{Target: t, Carrier: one}, err
		}
	}
	return t, offsite.Connected{}, archive.Errorf(archive.NotFound, doing, number, "%s has no medium of this number", t.Name)
}

func (c *call) addMedium(ctx context.Context, s *station.Station, copies *offsite.Copier) (int, error) {
	t, err := s.Catalogue.TargetNamed(ctx, c.args[1])
	if err != nil {
		return exitFailed, err
	}
	m := archive.Carrier{Type: c.opt.medium.kind, Serial: c.opt.serial, Keeping: c.opt.keeping}
	if m.Type == "" {
		m.Type = "硬盘"
	}
	if err := copies.AddMedium(ctx, s.Actor(), t, c.args[2], &m); err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(m)
		return exitDone, nil
	}
	c.say("ctl.medium.added", lang.Args{"Target": t.Name, "Number": m.Number, "Path": c.args[2]})
	return exitDone, nil
}

// listMedia lists the media of one target or of all.
func (c *call) listMedia(ctx context.Context, s *station.Station, copies *offsite.Copier) (int, error) {
	targets, err := s.Catalogue.Targets(ctx)
	if err != nil {
		return exitFailed, err
	}
	type line struct {
		archive.Carrier
		TargetName string             `json:"target_name"`
		Kind       offsite.MediumKind `json:"kind"`
		At         string             `json:"at"`
		Files      int                `json:"files"`
		Bytes      int64              `json:"bytes"`
	}
	list := []line{}
	for _, t := range targets {
		if len(c.args) == 2 && t.Name != c.args[1] {
			continue
		}
		media, err := copies.Media(ctx, t)
		if err != nil {
			return exitFailed, err
		}
		at := map[archive.ID]string{}
		for _, m := range media {
			at[m.Carrier.ID] = m.At
		}
		carriers, err := s.Catalogue.Carriers(ctx, t.ID)
		if err != nil {
			return exitFailed, err
		}
		for _, m := range carriers {
			if m.Ended != 0 && !c.opt.medium.all {
				continue
			}
			one := line{Carrier: m, TargetName: t.Name, Kind: offsite.KindOf(t.Kind, m), At: at[m.ID]}
			if one.Files, one.Bytes, err = s.Catalogue.CopiesOn(ctx, m.ID); err != nil {
				return exitFailed, err
			}
			list = append(list, one)
		}
	}
	if c.json {
		c.print(map[string]any{"media": list})
		return exitDone, nil
	}
	for _, m := range list {
		c.say("ctl.medium.line", lang.Args{"Target": m.TargetName, "Number": m.Number, "Type": m.Type, "Serial": m.Serial, "Size": size(m.Capacity),
			"Keeping": m.Keeping, "At": m.At, "Due": c.dayAlone(m.NextCheck), "Files": m.Files, "Used": size(m.Bytes)})
		if m.Ended != 0 {
			c.say("ctl.medium.ended", lang.Args{"Day": c.dayAlone(m.Ended), "Note": m.Note})
		}
	}
	return exitDone, nil
}

// dayAlone is a day of this computer's zone, or "never".
func (c *call) dayAlone(ms int64) string {
	if ms == 0 {
		return c.words.T("ctl.never", nil)
	}
	return time.UnixMilli(ms).Format(time.DateOnly)
}

// listDue lists media to be checked and targets to be proven.
func (c *call) listDue(ctx context.Context, copies *offsite.Copier) (int, error) {
	list, err := copies.Due(ctx, time.Now())
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"due": orEmpty(list)})
		return exitDone, nil
	}
	for _, r := range list {
		key := "ctl.due." + r.Kind
		if r.Method != "" {
			key += "." + r.Method
		}
		c.say(key, lang.Args{"Target": r.TargetName, "Number": r.Disk, "Since": c.dayAlone(r.Since), "Last": c.dayAlone(r.Last)})
	}
	if len(list) == 0 {
		c.say("ctl.due.none", nil)
	}
	return exitDone, nil
}

// checkMedium reads the copies on one medium, or notes a check by other means.
func (c *call) checkMedium(ctx context.Context, s *station.Station, copies *offsite.Copier, t archive.Target, m offsite.Connected) (int, error) {
	if o := c.opt.medium; o.method != "" {
		one := archive.CarrierCheck{Method: o.method, Faults: o.faults, Note: o.note}
		if err := copies.NoteCheck(ctx, s.Actor(), t, m.Carrier, one); err != nil {
			return exitFailed, err
		}
		return c.listChecks(ctx, s, m)
	}
	bar := c.bar("progress.verify")
	v, err := copies.Check(ctx, s.Actor(), t, offsite.CheckOptions{Medium: m.Carrier.ID, Progress: func(p offsite.Progress) {
		bar.show(archive.Progress{Done: p.Files, Total: p.Of})
	}})
	bar.end()
	if err != nil {
		return exitFailed, err
	}
	for _, list := range [][]offsite.Finding{v.Missing, v.Changed, v.Unreadable, v.Extra} {
		for i := range list {
			list[i].Path = s.SeenPath(ctx, list[i].File, list[i].Path)
		}
	}
	code := exitDone
	if v.Damaged() {
		code = exitDamaged
	}
	if c.json {
		c.print(map[string]any{"checked": v.Checked, "ok": v.OK, "bytes": v.Bytes, "missing": orEmpty(v.Missing), "changed": orEmpty(v.Changed),
			"unreadable": orEmpty(v.Unreadable), "extra": orEmpty(v.Extra)})
		return code, nil
	}
	c.say("ctl.verify", lang.Args{"Checked": v.Checked, "OK": v.OK, "NotHashed": 0, "Missing": len(v.Missing), "Changed": len(v.Changed),
		"Unreadable": len(v.Unreadable), "Extra": len(v.Extra)})
	for kind, list := range map[string][]offsite.Finding{"missing": v.Missing, "changed": v.Changed, "unreadable": v.Unreadable, "extra": v.Extra} {
		for _, f := range list {
			c.say("ctl.verify."+kind, lang.Args{"Code": "", "Page": 0, "Path": f.Path})
		}
	}
	if code == exitDamaged {
		return code, archive.Errorf(archive.Damaged, "check medium", t.Name, "see the list")
	}
	return code, nil
}

func (c *call) listChecks(ctx context.Context, s *station.Station, m offsite.Connected) (int, error) {
	list, err := s.Catalogue.CarrierChecks(ctx, m.Carrier.ID)
	if err != nil {
		return exitFailed, err
	}
	now, err := s.Catalogue.Carrier(ctx, m.Carrier.ID)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"checks": orEmpty(list), "next_check": now.NextCheck})
		return exitDone, nil
	}
	for _, one := range list {
		method := one.Method
		if method == archive.CheckFull || method == archive.CheckSample {
			method = c.words.T("offsite.check."+method, nil)
		}
		c.say("ctl.medium.check", lang.Args{"Day": c.day(one.Time), "Method": method, "Files": one.Files, "Size": size(one.Bytes), "Faults": one.Faults,
			"Time": spent(one.Millis), "Note": one.Note})
	}
	c.say("ctl.medium.next", lang.Args{"Day": c.dayAlone(now.NextCheck)})
	return exitDone, nil
}

func (c *call) editMedium(ctx context.Context, s *station.Station, copies *offsite.Copier, m offsite.Connected) (int, error) {
	o, now := c.opt.medium, m.Carrier
	for flag, to := range map[string]struct {
		value string
		field *string
	}{"serial": {c.opt.serial, &now.Serial}, "keeping": {c.opt.keeping, &now.Keeping}, "type": {o.kind, &now.Type}, "note": {o.note, &now.Note}} {
		if c.given(flag) {
			*to.field = to.value
		}
	}
	if o.capacity != "" {
		n, err := strconv.ParseInt(o.capacity, 10, 64)
		if err != nil {
			return exitUsage, archive.WrapAs(archive.Invalid, "read arguments", o.capacity, err)
		}
		now.Capacity = n
	}
	if o.nextCheck != "" {
		at, err := time.ParseInLocation(time.DateOnly, o.nextCheck, time.Local)
		if err != nil {
			return exitUsage, archive.WrapAs(archive.Invalid, "read arguments", o.nextCheck, err)
		}
		now.NextCheck = at.UnixMilli()
	}
	if o.full && o.notFull {
		return c.misused("medium")
	}
	if o.full || o.notFull {
		now.Full = 0
		if o.full {
			now.Full = 1
		}
	}
	if err := copies.SetMedium(ctx, s.Actor(), now); err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(now)
		return exitDone, nil
	}
	c.say("ctl.medium.edited", lang.Args{"Target": m.Target.Name, "Number": now.Number})
	return exitDone, nil
}

// retireMedium takes a medium out of use once somebody has said that its copies may be forgotten.
func (c *call) retireMedium(ctx context.Context, s *station.Station, copies *offsite.Copier, t archive.Target, m offsite.Connected) (int, error) {
	if !c.opt.medium.forget {
		n, bytes, err := s.Catalogue.CopiesOn(ctx, m.Carrier.ID)
		if err != nil {
			return exitFailed, err
		}
		return exitUsage, archive.Errorf(archive.Invalid, "retire medium", t.Name, "%d copies with %d bytes lie on it and are made elsewhere by the next run: say so with --forget-copies", n, bytes)
	}
	n, err := copies.Retire(ctx, s.Actor(), t, m.Carrier, c.opt.medium.note)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"target": t.Name, "number": m.Carrier.Number, "forgotten": n})
		return exitDone, nil
	}
	c.say("ctl.medium.retired", lang.Args{"Target": t.Name, "Number": m.Carrier.Number, "Files": n})
	return exitDone, nil
}

// careOfMedia shows how often media are checked and drills held, or changes one number.
func (c *call) careOfMedia(ctx context.Context, s *station.Station, copies *offsite.Copier) (int, error) {
	care, err := copies.Care(ctx)
	if err != nil {
		return exitFailed, err
	}
	if len(c.args) == 2 {
		return c.misused("medium")
	}
	if len(c.args) == 3 {
		n, err := strconv.Atoi(c.args[2])
		if err != nil {
			return exitUsage, archive.WrapAs(archive.Invalid, "read arguments", c.args[2], err)
		}
		kind := offsite.MediumKind(c.args[1])
		switch {
		case kind == "drill":
			care.DrillMonths = n
		case slices.Contains(offsite.MediumKinds(), kind):
			care.Months[kind] = n
		default:
			return c.misused("medium")
		}
		if err := copies.SetCare(ctx, s.Actor(), care); err != nil {
			return exitFailed, err
		}
	}
	if c.json {
		c.print(care)
		return exitDone, nil
	}
	for _, kind := range offsite.MediumKinds() {
		c.say("ctl.medium.cycle", lang.Args{"Kind": c.words.T("offsite.medium."+string(kind), nil), "Name": kind, "Months": care.Months[kind]})
	}
	c.say("ctl.medium.cycle", lang.Args{"Kind": c.words.T("offsite.medium.drill", nil), "Name": "drill", "Months": care.DrillMonths})
	return exitDone, nil
}

// given tells whether a flag was given at all.
func (c *call) given(name string) (yes bool) {
	c.flags.Visit(func(f *flag.Flag) { yes = yes || f.Name == name })
	return yes
}
