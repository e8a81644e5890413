package main

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"lantai/archive"
	"lantai/archive/forms"
	"lantai/archive/offsite"
	"lantai/archive/station"
	"lantai/assets/lang"
)

// printSlip prints the slip with which media are handed over.
func (c *call) printSlip(ctx context.Context, s *station.Station, copies *offsite.Copier) (int, error) {
	o := c.opt.medium
	if o.out == "" {
		return c.misused("medium")
	}
	h := forms.HandOver{Unit: s.Home.Name(), Class: s.Home.Class(), Archive: s.Home.ArchiveID(), Number: o.number, From: o.from, To: c.opt.keeping,
		Taker: o.taker, Made: time.Now()}
	for _, number := range c.args[1:] {
		t, m, err := c.mediumNamed(ctx, s, copies, number)
		if err != nil {
			return exitFailed, err
		}
		v, err := copies.Contents(ctx, m)
		if err != nil {
			return exitFailed, err
		}
		h.Target, h.Set = t.Name, setWord(t.Set)
		if h.To == "" {
			h.To = m.Carrier.Keeping
		}
		h.Media = append(h.Media, forms.HandedOver{Label: t.Name + " " + m.Carrier.Label(), Type: m.Carrier.Type, Serial: m.Carrier.Serial, Capacity: m.Carrier.Capacity,
			Files: v.Files, Bytes: v.Bytes, Digest: v.Manifest, Begun: time.UnixMilli(m.Carrier.Made), Through: time.UnixMilli(v.State.Time), Complete: v.State.Complete})
	}
	path := c.markedPath(s, o.out)
	return c.writeForm(path, map[string]any{"media": len(h.Media), "file": path}, func(f *os.File) error { return forms.WriteHandOver(f, h) })
}

// setWord is a set in the words of a form, which is Chinese whatever the program speaks.
func setWord(set archive.CopySet) string {
	return lang.Load("zh_Hans").T("offsite.set."+string(set), nil)
}

// markedPath is the path of a file that leaves the archive: the class of a classified one stands in its name.
func (c *call) markedPath(s *station.Station, path string) string {
	return filepath.Join(filepath.Dir(path), s.Home.Class().MarkedName(filepath.Base(path)))
}

// writeForm writes a form into a file that c.file named, whole or not at all.
func (c *call) writeForm(path string, told map[string]any, write func(*os.File) error) (int, error) {
	const doing = "write form"
	path, err := c.file("form", path)
	if err != nil {
		return exitFailed, err
	}
	if _, err := os.Lstat(path); err == nil && !c.opt.replace {
		return exitFailed, archive.Errorf(archive.Conflict, doing, path, "the file is there")
	}
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return exitFailed, archive.Wrap(doing, path, err)
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		os.Remove(part)
		return exitFailed, archive.Wrap(doing, path, err)
	}
	if c.json {
		c.print(told)
		return exitDone, nil
	}
	c.say("ctl.form.written", lang.Args{"Path": path})
	return exitDone, nil
}
