package audit

import (
	"context"
	"encoding/hex"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// changesShown is how many changes of an entry are shown; an export has all of them.
const changesShown = 100

// side shows the entry that the keyboard stands on: before and after.
type side struct {
	deps  Deps
	id    archive.ID
	loads task.Latest
	facts *parts.Facts
	fault *parts.Fault
	root  fyne.CanvasObject
}

func newSide(d Deps) *side {
	s := &side{deps: d, facts: parts.NewFacts()}
	s.fault = parts.NewFault(func() { s.load(s.id) })
	s.root = parts.Border(container.NewVBox(parts.Heading(words.T("audit.detail")), s.fault.Box), nil, nil, nil, parts.Scroll(s.facts))
	return s
}

func (s *side) show(id archive.ID) {
	if id != s.id {
		s.load(id)
	}
}

func (s *side) load(id archive.ID) {
	s.id = id
	if id == 0 {
		s.loads.Cancel()
		s.facts.Set(nil)
		return
	}
	task.Load(s.deps.Runner, &s.loads, func(ctx context.Context) (Detail, error) {
		return s.deps.Archive.Detail(ctx, id, changesShown)
	}, func(d Detail, err error) {
		if s.fault.Show(err) {
			s.root.Refresh()
		}
		if err == nil {
			s.facts.Set(s.factsOf(d))
		}
	})
}

func (s *side) factsOf(d Detail) []parts.Fact {
	list := []parts.Fact{
		{Name: words.T("audit.column.time"), Value: clock(d.Op.Time)},
		{Name: words.T("audit.column.who"), Value: who(d.Op, d.Who)},
		{Name: words.T("audit.column.kind"), Value: words.Deed(d.Op.Kind)},
	}
	for _, ch := range d.Changes {
		name := words.BecameOf(ch.What) + words.Noun(ch.Noun)
		if ch.Noun == "event" {
			name = words.T("audit.column.subject")
		}
		if ch.Subject != "" || ch.Noun != "event" {
			list = append(list, parts.Fact{Name: name, Value: ch.Subject})
		}
		for _, f := range ch.Fields {
			value := words.T("history.from-to", words.Args{"Before": f.Before, "Now": f.Now})
			switch {
			case ch.What == "added", f.Before == f.Now, ch.Noun == "event" && f.Before == "":
				value = f.Now
			case ch.What == "removed":
				value = f.Before
			}
			list = append(list, parts.Fact{Name: f.Name, Value: value})
		}
	}
	if more := d.Op.Changes - len(d.Changes); more > 0 {
		list = append(list, parts.Fact{Name: words.T("audit.more"), Value: words.N("audit.more.say", more)})
	}
	return append(list,
		parts.Fact{Name: words.T("audit.column.station"), Value: words.Number(d.Op.Station)},
		parts.Fact{Name: words.T("audit.column.number"), Value: words.Number(d.Op.Number)},
		parts.Fact{Name: words.T("audit.column.op"), Value: d.Op.ID.String()},
		parts.Fact{Name: words.T("audit.column.digest"), Value: hex.EncodeToString(d.Op.Digest)},
		parts.Fact{Name: words.T("audit.prev"), Value: hex.EncodeToString(d.Op.Prev)})
}
