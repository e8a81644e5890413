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
		name: "target", args: "add NAME PATH [--set sealed|elsewhere|use] | add NAME --disks | add NAME sftp://USER@HOST[:PORT]/PATH [--key FILE] [--secret-fd N] [--host-key SHA256:…] | set NAME [--limit 20MB] [--hours 20:00-06:00] [--every 1d] [--days mon,fri] [--on-connect] [--pause|--resume] | list",
		min: 1, max: 3, verbs: []string{"add", "set", "list"},
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.copySet, "set", string(archive.SetElsewhere), "what the copies are for: sealed (A), elsewhere (B) or use (C)")
			c.flags.StringVar(&c.opt.keyFile, "key", "", "a server: file of the private key; a password is asked for if left out")
			c.flags.IntVar(&c.opt.secretFD, "secret-fd", -1, "a server: file descriptor to read its password, or the key's, from")
			c.flags.StringVar(&c.opt.hostKey, "host-key", "", "a server that is not known yet: the fingerprint of its key, as its administrator says")
			c.flags.BoolVar(&c.opt.disks, "disks", false, "a set of removable disks; each is added with medium add")
			c.opt.schedule.flags(c.flags)
		},
		run: runTarget,
	}
}

func runTarget(ctx context.Context, c *call) (int, error) {
	add := c.args[0] == "add"
	if !c.inForm(map[string]form{"add": {2, 3}, "set": {2, 2}, "list": {1, 1}}) || add && (len(c.args) == 3) == c.opt.disks ||
		c.opt.schedule.pause && c.opt.schedule.resume {
		return c.misused("target")
	}
	set := archive.CopySet(c.opt.copySet)
	if !isOneOf(set, archive.CopySets()) {
		return c.misused("target")
	}
	s, copies, err := c.openCopies(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	switch c.args[0] {
	case "list":
		return c.listTargets(ctx, s)
	case "set":
		return c.setTarget(ctx, s)
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
func (c *call) listTargets(ctx context.Context, s *station.Station) (int, error) {
	list, err := s.Backups(ctx)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"targets": orEmpty(list)})
		return exitDone, nil
	}
	for _, t := range list {
		args := lang.Args{"Name": t.Name, "Set": c.words.T("offsite.set."+string(t.Set), nil), "Address": t.Address, "Files": t.Files, "Of": t.Of,
			"Size": size(t.Bytes), "Through": c.day(t.Through), "Verified": c.day(t.Verified), "Proven": c.dayAlone(t.Proven), "Faulty": t.Faulty,
			"Here": c.words.T(connectedKey(t.Connected), nil)}
		c.say("ctl.target.line", args)
		c.sayRuns(t)
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

func backupCommand() command {
	return command{name: "backup", args: "plan NAME | run NAME | status", min: 1, max: 2, verbs: []string{"plan", "run", "status"}, files: []string{"copies"}, run: runBackup}
}

func runBackup(ctx context.Context, c *call) (int, error) {
	if !c.inForm(map[string]form{"plan": {2, 2}, "run": {2, 2}, "status": {1, 1}}) {
		return c.misused("backup")
	}
	s, copies, err := c.openCopies(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	if c.args[0] == "status" {
		return c.listTargets(ctx, s)
	}
	t, err := s.Catalogue.TargetNamed(ctx, c.args[1])
	if err != nil {
		return exitFailed, err
	}
	if c.args[0] == "plan" {
		return c.planBackup(ctx, copies, t)
	}
	if _, err := c.file("copies", t.Name); err != nil {
		return exitFailed, err
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
