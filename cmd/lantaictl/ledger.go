package main

import (
	"context"
	"fmt"
	"strconv"

	"lantai/archive"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/archive/store"
	"lantai/assets/lang"
)

func ledgerCommand() command {
	return command{
		name: "ledger", args: "[show] | lines | add 全宗号 年 opening|accession|withdrawal|destruction 数量 | remove 编号", min: 0, max: 5,
		verbs: []string{"show", "lines", "add", "remove"},
		flags: func(c *call) {
			c.flags.StringVar(&c.opt.fonds, "fonds", "", "全宗号; all if left out")
			c.flags.StringVar(&c.opt.unit, "unit", "volume", "what is counted: volume, box, item, photo, object, book or av")
			c.may("unit", c.worded("kind.", "volume", "box", "item", "photo", "object", "book", "av"))
			c.flags.StringVar(&c.opt.date, "date", "", "日期, 8 digits")
			c.flags.StringVar(&c.opt.document, "document", "", "凭证: the deed it rests on")
			c.flags.StringVar(&c.opt.note, "note", "", "备注")
			c.flags.IntVar(&c.opt.year, "year", 0, "show: up to this year")
		},
		run: runLedger,
	}
}

func runLedger(ctx context.Context, c *call) (int, error) {
	if len(c.args) == 0 {
		c.args = []string{"show"}
	}
	if !c.inForm(map[string]form{"show": {1, 1}, "lines": {1, 1}, "add": {5, 5}, "remove": {2, 2}}) {
		return c.misused("ledger")
	}
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	switch c.args[0] {
	case "lines":
		return c.ledgerLines(ctx, s)
	case "add":
		return c.addMovement(ctx, s)
	case "remove":
		id, err := archive.ParseID(c.args[1])
		if err != nil {
			return exitUsage, err
		}
		_, err = s.Catalogue.Do(ctx, s.Actor(), archive.OpLedgerEdit, func(tx *store.Tx) error { return tx.RemoveMovement(id) })
		if err != nil {
			return exitFailed, err
		}
		return c.ledgerLines(ctx, s)
	}
	return c.showLedger(ctx, s)
}

// fondsNamed gives the id of a fonds by its number, zero for "".
func fondsNamed(ctx context.Context, s *station.Station, number string) (archive.ID, error) {
	if number == "" {
		return 0, nil
	}
	f, err := s.Catalogue.FondsByNumber(ctx, s.Sight(), refcode.Normalise(number))
	return f.ID, err
}

// fondsNumbers gives the 全宗号 of each fonds.
func fondsNumbers(ctx context.Context, s *station.Station) (map[archive.ID]string, error) {
	list, err := s.Catalogue.Fonds(ctx, s.Sight())
	numbers := make(map[archive.ID]string, len(list))
	for _, f := range list {
		numbers[f.ID] = f.Code
	}
	return numbers, err
}

func (c *call) showLedger(ctx context.Context, s *station.Station) (int, error) {
	fonds, err := fondsNamed(ctx, s, c.opt.fonds)
	if err != nil {
		return exitFailed, err
	}
	lines, err := s.Catalogue.Ledger(ctx, s.Sight(), fonds, c.opt.year)
	if err != nil {
		return exitFailed, err
	}
	numbers, err := fondsNumbers(ctx, s)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		type line struct {
			Number string `json:"fonds_no"`
			store.LedgerLine
		}
		list := make([]line, len(lines))
		for i, l := range lines {
			list[i] = line{numbers[l.Fonds], l}
		}
		c.print(map[string]any{"ledger": list})
		return exitDone, nil
	}
	for _, l := range lines {
		c.say("ctl.ledger.line", lang.Args{"Fonds": numbers[l.Fonds], "Year": l.Year, "Unit": c.unit(l.Unit), "Opened": l.Opened,
			"In": l.In, "Out": l.Out, "Destroyed": l.Destroyed, "Closed": l.Closed})
	}
	return exitDone, nil
}

// unit names what a ledger counts: a kind of record, or the site's own word.
func (c *call) unit(unit string) string {
	if s, ok := c.words["kind."+unit]; ok {
		return s
	}
	return unit
}

func (c *call) ledgerLines(ctx context.Context, s *station.Station) (int, error) {
	fonds, err := fondsNamed(ctx, s, c.opt.fonds)
	if err != nil {
		return exitFailed, err
	}
	lines, err := s.Catalogue.Movements(ctx, s.Sight(), fonds)
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"lines": orEmpty(lines)})
		return exitDone, nil
	}
	for _, m := range lines {
		fmt.Fprintf(c.out, "%s  %d  %s  %s %d  %s\n", m.ID, m.Year, c.words.T("moved."+string(m.Kind), nil), c.unit(m.Unit), m.Quantity, m.Document)
	}
	return exitDone, nil
}

func (c *call) addMovement(ctx context.Context, s *station.Station) (int, error) {
	kind, err := c.worded("moved.", names([]archive.MovementKind{archive.MovedOpening, archive.MovedIn, archive.MovedOut, archive.MovedDestroyed})...).read("ledger add", c.args[3])
	if err != nil {
		return exitUsage, err
	}
	m := archive.Movement{Kind: archive.MovementKind(kind), Unit: c.opt.unit, Date: c.opt.date, Document: c.opt.document, Note: c.opt.note}
	if m.Fonds, err = fondsNamed(ctx, s, c.args[1]); err != nil {
		return exitFailed, err
	}
	for i, to := range map[int]*int{2: &m.Year, 4: &m.Quantity} {
		if *to, err = strconv.Atoi(c.args[i]); err != nil {
			return exitUsage, wrongly("ctl.misuse.number", lang.Args{"Value": c.args[i]})
		}
	}
	if _, err := s.Catalogue.Do(ctx, s.Actor(), archive.OpLedgerEdit, func(tx *store.Tx) error { return tx.AddMovement(&m) }); err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(m)
		return exitDone, nil
	}
	c.say("ctl.ledger.added", lang.Args{"ID": m.ID})
	return exitDone, nil
}
