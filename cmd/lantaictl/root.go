package main

import (
	"context"
	"fmt"
	"strings"

	"lantai/archive"
	"lantai/archive/outside"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/assets/lang"
)

func rootCommand() command {
	return command{
		name: "root", args: "add PATH [--label NAME] | list | show ROOT | set ROOT PATH [--label NAME] | accept ROOT", min: 1, max: 3,
		verbs: []string{"add", "list", "show", "set", "accept"},
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.label, "label", "", "name of the storage root; the folder's name if left out")
		},
		run: runRoot,
	}
}

func runRoot(ctx context.Context, c *call) (int, error) {
	switch verb, n := c.args[0], len(c.args); {
	case verb == "accept" && n == 2:
		return c.acceptRoot(ctx)
	case verb == "add" && n == 2, verb == "list" && n == 1, verb == "show" && n == 2, verb == "set" && (n == 3 || n == 2 && c.opt.label != ""):
	default:
		return c.misused("root")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	switch c.args[0] {
	case "add":
		r, err := s.AddRoot(ctx, s.Actor(), c.args[1], c.opt.label)
		return c.oneRoot("ctl.root.added", r, err)
	case "set":
		old, err := c.findRoot(ctx, s, c.args[1])
		if err != nil {
			return exitFailed, err
		}
		path := ""
		if len(c.args) == 3 {
			path = c.args[2]
		}
		r, err := s.SetRoot(ctx, s.Actor(), old.ID, path, c.opt.label)
		return c.oneRoot("ctl.root.set", r, err)
	case "show":
		return c.showRoot(ctx, s)
	}
	return c.listRoots(ctx, s)
}

func (c *call) oneRoot(key string, r store.Root, err error) (int, error) {
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"id": r.ID, "label": r.Label, "path": r.Path})
		return exitDone, nil
	}
	c.say(key, lang.Args{"Label": r.Label, "Path": r.Path, "ID": r.ID})
	return exitDone, nil
}

// findRoot finds a storage root by its id or its label.
func (c *call) findRoot(ctx context.Context, s *station.Station, name string) (station.Root, error) {
	roots, err := s.Roots(ctx)
	if err != nil {
		return station.Root{}, err
	}
	for _, r := range roots {
		if r.ID.String() == name || r.Label == name {
			return r, nil
		}
	}
	return station.Root{}, archive.Errorf(archive.NotFound, "name storage root", name, "no such storage root")
}

// listRoots lists the storage roots, and how the disks of the archive are encrypted.
func (c *call) listRoots(ctx context.Context, s *station.Station) (int, error) {
	roots, err := s.Roots(ctx)
	if err != nil {
		return exitFailed, err
	}
	disks, err := s.Disks(ctx)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"roots": orEmpty(roots), "disks": disks})
		return exitDone, nil
	}
	for _, r := range roots {
		c.sayRoot(r)
	}
	for _, d := range disks {
		c.say("ctl.disk.line", lang.Args{"Place": c.diskPlace(d), "Path": d.Path, "State": c.diskState(d.Protection)})
	}
	return exitDone, nil
}

func (c *call) diskPlace(d station.Disk) string {
	if d.Of == station.DiskOfRoot {
		return d.Label
	}
	return c.words.T("disk.of."+string(d.Of), nil)
}

// diskState is a state with what encrypts and why it is so, as far as that is known.
func (c *call) diskState(p outside.Protection) string {
	said := c.words.T("disk.state."+string(p.State), nil)
	var why []string
	if p.By != "" {
		why = append(why, p.By)
	}
	if p.Reason != "" {
		why = append(why, c.words.T("disk.why."+string(p.Reason), nil))
	}
	if len(why) == 0 {
		return said
	}
	return c.words.T("disk.state.because", lang.Args{"State": said, "Why": strings.Join(why, c.words.T("ctl.invalid.and", nil))})
}

func (c *call) sayRoot(r station.Root) {
	state := "ctl.root.absent"
	if r.Present {
		state = "ctl.root.present"
	}
	c.say("ctl.root.line", lang.Args{"ID": r.ID, "Label": r.Label, "Path": r.Path, "State": c.words.T(state, nil),
		"Files": r.Files, "Size": size(r.Bytes), "Hashed": r.Hashed, "Changed": r.Changed, "Vanished": r.Vanished})
}

// maxListed is how many files of each kind are listed in words and as JSON.
const maxListed = 1000

// showRoot lists the originals of a root that were found changed or vanished.
func (c *call) showRoot(ctx context.Context, s *station.Station) (int, error) {
	r, err := c.findRoot(ctx, s, c.args[1])
	if err != nil {
		return exitFailed, err
	}
	paths := map[archive.Found][]string{}
	for _, found := range []archive.Found{archive.FoundChanged, archive.FoundVanished} {
		files, err := s.Catalogue.FilesFound(ctx, s.Sight(), r.ID, found, "", maxListed)
		if err != nil {
			return exitFailed, err
		}
		paths[found] = []string{}
		for _, f := range files {
			paths[found] = append(paths[found], f.Path)
		}
	}
	if c.json {
		c.print(map[string]any{"root": r, "changed": paths[archive.FoundChanged], "vanished": paths[archive.FoundVanished]})
		return exitDone, nil
	}
	c.sayRoot(r)
	for _, p := range paths[archive.FoundChanged] {
		c.say("ctl.root.changed", lang.Args{"Path": p})
	}
	for _, p := range paths[archive.FoundVanished] {
		c.say("ctl.root.vanished", lang.Args{"Path": p})
	}
	return exitDone, nil
}

// acceptRoot takes the originals of a root that were found changed as they are now.
func (c *call) acceptRoot(ctx context.Context) (int, error) {
	s, err := c.open(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	r, err := c.findRoot(ctx, s, c.args[1])
	if err != nil {
		return exitFailed, err
	}
	n, err := s.Accept(ctx, s.Actor(), r.ID)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]int{"accepted": n})
		return exitDone, nil
	}
	c.say("ctl.root.accepted", lang.Args{"Files": n})
	return exitDone, nil
}

// size writes bytes for people.
func size(n int64) string {
	f, unit := float64(n), 0
	for f >= 1024 && unit < 4 {
		f, unit = f/1024, unit+1
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %cB", f, " KMGT"[unit])
}
