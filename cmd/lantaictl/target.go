package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
	"lantai/archive/station"
	"lantai/assets/lang"
)

func targetCommand() command {
	return command{
		name: "target", args: "add NAME PATH [--set sealed|elsewhere|use] | add NAME --disks | add NAME sftp://USER@HOST[:PORT]/PATH [--key FILE] [--secret-fd N] [--host-key SHA256:…] | list", min: 1, max: 3, verbs: []string{"add", "list"},
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.copySet, "set", string(archive.SetElsewhere), "what the copies are for: sealed (A), elsewhere (B) or use (C)")
			c.flags.StringVar(&c.opt.keyFile, "key", "", "a server: file of the private key; a password is asked for if left out")
			c.flags.IntVar(&c.opt.secretFD, "secret-fd", -1, "a server: file descriptor to read its password, or the key's, from")
			c.flags.StringVar(&c.opt.hostKey, "host-key", "", "a server that is not known yet: the fingerprint of its key, as its administrator says")
			c.flags.BoolVar(&c.opt.disks, "disks", false, "a set of removable disks; each is added with medium add")
		},
		run: runTarget,
	}
}

func runTarget(ctx context.Context, c *call) (int, error) {
	add := c.args[0] == "add"
	if add && (len(c.args) == 3) == c.opt.disks || add && len(c.args) < 2 || !add && len(c.args) != 1 {
		return c.misused("target")
	}
	set := archive.CopySet(c.opt.copySet)
	if !isOneOf(set, archive.CopySets()) {
		return c.misused("target")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	copies, err := s.Copies(ctx)
	if err != nil {
		return exitFailed, err
	}
	if !add {
		return c.listTargets(ctx, s, copies)
	}
	t := archive.Target{Name: c.args[1], Kind: archive.TargetDisks, Set: set}
	if !c.opt.disks {
		t.Kind, t.Address = archive.TargetFolder, c.args[2]
	}
	if strings.HasPrefix(t.Address, "sftp://") {
		t.Kind = archive.TargetSFTP
		if err := c.knowServer(ctx, s, t.Address); err != nil {
			return exitFailed, err
		}
	}
	if _, err := copies.AddTarget(ctx, s.Actor(), &t); err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"id": t.ID, "name": t.Name, "kind": t.Kind, "path": t.Address, "set": t.Set})
		return exitDone, nil
	}
	c.say("ctl.target.added."+string(t.Kind), lang.Args{"Name": t.Name, "Path": t.Address})
	return exitDone, nil
}

// knowServer keeps what a server asks for, in the keyring or a file of this account.
func (c *call) knowServer(ctx context.Context, s *station.Station, address string) error {
	secret := place.Secret{KeyFile: c.opt.keyFile}
	if c.opt.keyFile == "" || c.opt.secretFD >= 0 {
		word, err := c.password(c.opt.secretFD, "ctl.target.password")
		if err != nil {
			return err
		}
		if c.opt.keyFile == "" {
			secret.Password = word
		} else {
			secret.Passphrase = word
		}
	}
	where, err := s.KnowServer(ctx, address, secret, c.opt.hostKey)
	if unknown, ok := errors.AsType[*place.HostKeyError](err); ok && !c.json {
		c.say("ctl.target.host-key", lang.Args{"Host": unknown.Host, "Fingerprint": unknown.Fingerprint})
	}
	if err == nil && !c.json {
		c.say("ctl.target.secret", lang.Args{"Where": where})
	}
	return err
}

func isOneOf[T comparable](v T, list []T) bool {
	for _, one := range list {
		if one == v {
			return true
		}
	}
	return false
}

// listTargets answers for each target what is asked first: up to when it is complete,
// what it does not have, when it was read back.
func (c *call) listTargets(ctx context.Context, s *station.Station, copies *offsite.Copier) (int, error) {
	list, err := copies.Status(ctx)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"targets": orEmpty(list)})
		return exitDone, nil
	}
	for _, t := range list {
		args := lang.Args{"Name": t.Name, "Set": c.words.T("offsite.set."+string(t.Set), nil), "Address": t.Address, "Files": t.Files, "Of": t.Of,
			"Size": size(t.Bytes), "Through": c.day(t.Through), "Verified": c.day(t.Verified), "Faulty": t.Faulty,
			"Here": c.words.T(connectedKey(t.Connected), nil)}
		c.say("ctl.target.line", args)
	}
	if len(list) == 0 {
		c.say("ctl.target.none", nil)
	}
	return exitDone, nil
}

func connectedKey(yes bool) string {
	if yes {
		return "ctl.root.present"
	}
	return "ctl.root.absent"
}

// day is a time as a day of this computer's zone, or "never".
func (c *call) day(ms int64) string {
	if ms == 0 {
		return c.words.T("ctl.never", nil)
	}
	return time.UnixMilli(ms).Format("2006-01-02 15:04")
}

func mediumCommand() command {
	return command{
		name: "medium", args: "add TARGET PATH [--serial S] [--keeping PLACE] | list [TARGET] | due", min: 1, max: 3, verbs: []string{"add", "list", "due"},
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.serial, "serial", "", "add: the maker's serial number")
			c.flags.StringVar(&c.opt.keeping, "keeping", "", "add: where it is kept")
		},
		run: runMedium,
	}
}

func runMedium(ctx context.Context, c *call) (int, error) {
	if !c.inForm(map[string]form{"add": {3, 3}, "list": {1, 2}, "due": {1, 1}}) {
		return c.misused("medium")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	copies, err := s.Copies(ctx)
	if err != nil {
		return exitFailed, err
	}
	if c.args[0] == "add" {
		t, err := s.Catalogue.TargetNamed(ctx, c.args[1])
		if err != nil {
			return exitFailed, err
		}
		m := archive.Carrier{Type: "硬盘", Serial: c.opt.serial, Keeping: c.opt.keeping}
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
	return c.listMedia(ctx, s, copies)
}

// listMedia lists media, or those that are to be checked.
func (c *call) listMedia(ctx context.Context, s *station.Station, copies *offsite.Copier) (int, error) {
	targets, err := s.Catalogue.Targets(ctx)
	if err != nil {
		return exitFailed, err
	}
	type line struct {
		archive.Carrier
		TargetName string `json:"target_name"`
		At         string `json:"at"`
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
		for _, m := range media {
			if c.args[0] == "due" && (m.Carrier.NextCheck == 0 || m.Carrier.NextCheck > time.Now().UnixMilli()) {
				continue
			}
			list = append(list, line{m.Carrier, t.Name, m.At})
		}
	}
	if c.json {
		c.print(map[string]any{"media": list})
		return exitDone, nil
	}
	for _, m := range list {
		c.say("ctl.medium.line", lang.Args{"Target": m.TargetName, "Number": m.Number, "Type": m.Type, "Serial": m.Serial, "Size": size(m.Capacity),
			"Keeping": m.Keeping, "At": m.At, "Due": c.day(m.NextCheck)})
	}
	return exitDone, nil
}

func backupCommand() command {
	return command{name: "backup", args: "plan NAME | run NAME | status", min: 1, max: 2, verbs: []string{"plan", "run", "status"}, files: []string{"copies"}, run: runBackup}
}

func runBackup(ctx context.Context, c *call) (int, error) {
	if !c.inForm(map[string]form{"plan": {2, 2}, "run": {2, 2}, "status": {1, 1}}) {
		return c.misused("backup")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	copies, err := s.Copies(ctx)
	if err != nil {
		return exitFailed, err
	}
	if c.args[0] == "status" {
		return c.listTargets(ctx, s, copies)
	}
	t, err := s.Catalogue.TargetNamed(ctx, c.args[1])
	if err != nil {
		return exitFailed, err
	}
	if c.args[0] == "plan" {
		return c.planBackup(ctx, copies, t)
	}
	bar := c.bar("progress.backup")
	r, err := s.Backup(ctx, t.Name, offsite.RunOptions{Progress: func(p offsite.Progress) { bar.show(archive.Progress{Done: p.Files, Total: p.Of}) }})
	bar.end()
	code := exitDone
	if len(r.Failed)+len(r.Away) > 0 {
		code = exitRefused
	}
	if c.json && err == nil {
		c.print(r)
		return code, nil
	}
	if !c.json {
		c.sayBackup(t, r)
	}
	if err != nil {
		return exitFailed, err
	}
	return code, nil
}

func (c *call) sayBackup(t archive.Target, r offsite.Report) {
	c.say("ctl.backup.done", lang.Args{"Name": t.Name, "Copied": r.Copied, "Already": r.Already, "Size": size(r.Bytes), "Failed": len(r.Failed)})
	for _, f := range r.Failed {
		c.say("ctl.backup.failed", lang.Args{"Path": f.Path, "Reason": c.words.T("offsite.reason."+f.Reason, nil)})
	}
	for _, a := range r.Away {
		c.say("ctl.verify.absent", lang.Args{"Root": a.Label, "Files": a.Files})
	}
	if r.Waiting.Unhashed > 0 {
		c.say("ctl.backup.unhashed", lang.Args{"Files": r.Waiting.Unhashed})
	}
	for _, n := range r.Full {
		c.say("ctl.backup.full", lang.Args{"Number": n})
	}
	if r.Complete {
		c.say("ctl.backup.complete", nil)
	}
}

func (c *call) planBackup(ctx context.Context, copies *offsite.Copier, t archive.Target) (int, error) {
	p, err := copies.Plan(ctx, t)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(p)
		return exitDone, nil
	}
	c.say("ctl.backup.plan", lang.Args{"Name": t.Name, "Files": p.Files, "Size": size(p.Bytes), "Already": p.Already, "Time": spent(p.Millis)})
	if p.Look {
		c.say("ctl.backup.look", nil)
	}
	if p.Waiting.Unhashed > 0 {
		c.say("ctl.backup.unhashed", lang.Args{"Files": p.Waiting.Unhashed})
	}
	return exitDone, nil
}

func spent(ms int64) string {
	return fmt.Sprint((time.Duration(ms) * time.Millisecond).Round(time.Second))
}
