package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/describe"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/assets/lang"
)

// recordCommands are the commands of the kinds of record; each has its fields as flags.
func recordCommands() []command {
	return []command{
		recordCommand("container", archive.KindVolume, archive.KindBox, archive.KindAlbum),
		recordCommand("item", archive.KindItem),
		recordCommand("photo", archive.KindPhoto),
		recordCommand("object", archive.KindObject),
		recordCommand("book", archive.KindBook),
		recordCommand("av", archive.KindAV),
		recordCommand("dossier", archive.KindDossier),
	}
}

// listAtOnce is how many records list gives when no limit is named.
const listAtOnce = 200

func recordCommand(name string, kinds ...archive.HoldingKind) command {
	return command{
		name: name, args: "add 档号 题名 | set 档号 | list | show 档号  [--FIELD …] [--own 字段=内容]", min: 1, max: 3,
		verbs: []string{"add", "set", "list", "show"},
		flags: func(c *call) {
			c.fieldFlags(kinds)
			c.flags.Func("own", "a field of the archive's own: 名称=内容; may stand several times", c.ownField)
			c.flags.StringVar(&c.opt.series, "series", "", "类别档号: of a new record where its 档号 does not tell, or of those to list")
			c.flags.StringVar(&c.opt.kind, "kind", "", "volume, box or album, where the 档号 does not tell")
			c.flags.StringVar(&c.opt.fonds, "fonds", "", "list: 全宗号")
			c.flags.StringVar(&c.opt.below, "below", "", "list: 档号 of the volume, box or album")
			c.flags.IntVar(&c.opt.limit, "limit", listAtOnce, "list: how many")
			c.flags.IntVar(&c.opt.offset, "offset", 0, "list: after how many")
		},
		run: func(ctx context.Context, c *call) (int, error) { return runRecord(ctx, c, name, kinds) },
	}
}

// fieldFlags makes a flag of each field of the kinds; page_count becomes --page-count.
func (c *call) fieldFlags(kinds []archive.HoldingKind) {
	c.opt.fields = station.Values{}
	c.opt.own = map[string]string{}
	rules := describe.Builtin()
	for _, kind := range kinds {
		for _, f := range rules.Fields(kind) {
			name := strings.ReplaceAll(f.Name, "_", "-")
			if f.Name == "code" || f.Name == "title" && c.flags.Lookup("title") != nil || c.flags.Lookup(name) != nil {
				continue
			}
			label := c.fieldLabel(kind, f.Name)
			if v := rules.Vocabularies[f.Vocab]; len(v.Words) > 0 {
				label += ": " + strings.Join(v.Words, " ")
			}
			c.flags.Func(name, label, func(text string) error {
				c.opt.fields[f.Name] = text
				return nil
			})
		}
	}
	if c.flags.Lookup("page-count") != nil {
		c.flags.Func("pages", "as --page-count", func(text string) error {
			c.opt.fields["page_count"] = text
			return nil
		})
	}
}

func (c *call) ownField(text string) error {
	name, value, ok := strings.Cut(text, "=")
	if !ok || strings.TrimSpace(name) == "" {
		return errors.New("名称=内容")
	}
	c.opt.own[strings.TrimSpace(name)] = value
	return nil
}

// fieldLabel is what a field is called in a record of a kind.
func (c *call) fieldLabel(kind archive.HoldingKind, name string) string {
	if s, ok := c.words["describe."+string(kind)+"."+name]; ok {
		return s
	}
	return c.words.T("describe."+name, nil)
}

func runRecord(ctx context.Context, c *call, name string, kinds []archive.HoldingKind) (int, error) {
	add := form{3, 3}
	if c.opt.fields["title"] != "" {
		add.least = 2
	}
	if !c.inForm(map[string]form{"add": add, "set": {2, 2}, "list": {1, 1}, "show": {2, 2}}) {
		return c.misused(name)
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	switch c.args[0] {
	case "add":
		return c.addRecord(ctx, s, kinds)
	case "set":
		return c.setRecord(ctx, s, kinds)
	case "list":
		return c.listRecords(ctx, s, kinds)
	}
	r, err := c.findRecord(ctx, s, kinds)
	if err != nil {
		return exitFailed, err
	}
	return c.showRecord(ctx, s, r)
}

func (c *call) addRecord(ctx context.Context, s *station.Station, kinds []archive.HoldingKind) (int, error) {
	n := station.NewRecord{Code: c.args[1], Series: c.opt.series, Values: c.opt.fields, Extra: c.opt.own}
	if len(c.args) == 3 {
		n.Values["title"] = c.args[2]
	}
	switch {
	case c.opt.kind != "":
		n.Kind = archive.HoldingKind(c.opt.kind)
	case kinds[0] != archive.KindItem && len(kinds) == 1:
		n.Kind = kinds[0]
	}
	if n.Kind != "" && !slices.Contains(kinds, n.Kind) {
		_, err := c.worded("kind.", names(kinds)...).read("--kind", c.opt.kind)
		return exitUsage, err
	}
	if c.args[1] == "-" { // a box and a paper of a dossier need no 档号
		n.Code = ""
	}
	r, odd, err := s.AddRecord(ctx, s.Actor(), n)
	if err != nil {
		return exitFailed, err
	}
	return c.written("ctl.item.added", r, odd), nil
}

func (c *call) written(key string, r archive.Record, odd []describe.Problem) int {
	if c.json {
		c.print(map[string]any{"record": r, "warnings": orEmpty(odd)})
		return exitDone
	}
	h := r.Common()
	c.say(key, lang.Args{"Code": h.Code, "Title": h.Title})
	for _, p := range odd {
		if p.Fault != describe.Expected {
			fmt.Fprintln(c.out, "  "+c.fieldProblem(h.Kind, p))
		}
	}
	return exitDone
}

// fieldProblem says what is wrong with a field.
func (c *call) fieldProblem(kind archive.HoldingKind, p describe.Problem) string {
	if begins := []rune(p.Value); len(begins) > 40 {
		p.Value = string(begins[:40]) + "…"
	}
	key := "ctl.field.problem"
	if p.Value == "" {
		key = "ctl.field.none"
	}
	return c.words.T(key, lang.Args{"Field": c.fieldLabel(kind, p.Field),
		"Problem": c.words.T("described."+string(p.Fault), lang.Args{"Want": p.Want, "Value": p.Value}), "Value": p.Value})
}

func (c *call) findRecord(ctx context.Context, s *station.Station, kinds []archive.HoldingKind) (archive.Record, error) {
	h, err := s.Catalogue.HoldingByCode(ctx, s.Sight(), refcode.Normalise(c.args[1]))
	if err != nil {
		return nil, err
	}
	if !slices.Contains(kinds, h.Kind) {
		return nil, archive.Errorf(archive.NotFound, "find record", h.Code, "it is a %s", h.Kind)
	}
	return s.Catalogue.Record(ctx, s.Sight(), h.ID)
}

func (c *call) setRecord(ctx context.Context, s *station.Station, kinds []archive.HoldingKind) (int, error) {
	r, err := c.findRecord(ctx, s, kinds)
	if err != nil {
		return exitFailed, err
	}
	h := r.Common()
	r, odd, err := s.SaveRecord(ctx, s.Actor(), h.ID, h.Rev, c.opt.fields, c.opt.own)
	if err != nil {
		return exitFailed, err
	}
	return c.written("ctl.record.saved", r, odd), nil
}

func (c *call) listRecords(ctx context.Context, s *station.Station, kinds []archive.HoldingKind) (int, error) {
	want := store.List{Kinds: kinds}
	for code, at := range map[string]*archive.ID{c.opt.fonds: &want.Below, c.opt.series: &want.Below, c.opt.below: &want.Parent} {
		if code == "" {
			continue
		}
		h, err := s.Catalogue.HoldingByCode(ctx, s.Sight(), refcode.Normalise(code))
		if err != nil {
			return exitFailed, err
		}
		switch *at = h.ID; {
		case h.Kind == archive.KindBox:
			want = store.List{Box: h.ID, Kinds: kinds}
		case kinds[0] == archive.KindDossier: // lies in no series
			want = store.List{Parent: h.ID, Kinds: kinds}
		}
	}
	if want.Below == 0 && want.Parent == 0 && want.Box == 0 {
		return exitUsage, wrongly("ctl.misuse.where", nil)
	}
	ids, err := s.Catalogue.Children(ctx, s.Sight(), want)
	if err != nil {
		return exitFailed, err
	}
	from := min(max(c.opt.offset, 0), len(ids))
	list, err := s.Catalogue.Records(ctx, s.Sight(), ids[from:min(from+max(c.opt.limit, 0), len(ids))])
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"total": len(ids), "offset": from, "records": orEmpty(list)})
		return exitDone, nil
	}
	for _, r := range list {
		h := r.Common()
		c.say("ctl.record.line", lang.Args{"Code": h.Code, "Title": h.Title, "Date": h.Date})
	}
	c.say("ctl.record.total", lang.Args{"N": len(ids)})
	return exitDone, nil
}

func (c *call) showRecord(ctx context.Context, s *station.Station, r archive.Record) (int, error) {
	h := r.Common()
	own, err := s.Catalogue.Extras(ctx, s.Sight(), []archive.ID{h.ID})
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"record": r, "own": own[h.ID]})
		return exitDone, nil
	}
	rules, err := s.Rules(ctx)
	if err != nil {
		return exitFailed, err
	}
	for _, f := range rules.Fields(h.Kind) {
		if b, ok := archive.Field(r, f.Name); ok && b.Text() != "" {
			c.say("ctl.record.field", lang.Args{"Field": c.fieldLabel(h.Kind, f.Name), "Value": b.Text()})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(own[h.ID])) {
		c.say("ctl.record.field", lang.Args{"Field": name, "Value": own[h.ID][name]})
	}
	return exitDone, nil
}
