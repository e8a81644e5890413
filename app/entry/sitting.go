package entry

import (
	"maps"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// idle is how long the longest record can have taken: beyond it the person was away.
const idle = 10 * time.Minute

// sitting lists the records described since the screen was opened, the newest first.
type sitting struct {
	ids   []archive.ID
	rows  parts.HeldRows
	timed int
	sum   time.Duration

	count, speed *widget.Label
	table        *parts.Table
	root         fyne.CanvasObject
}

func newSitting(d Deps, onOpen func(archive.ID)) *sitting {
	s := &sitting{count: parts.Heading(""), speed: parts.Line("")}
	s.count.Truncation = fyne.TextTruncateEllipsis
	s.table = parts.NewTable(parts.TableOptions{
		Key: "entry.sitting", Runner: d.Runner, Memory: d.Memory, Single: true, Plain: true,
		Columns: []parts.Column{
			{Key: "code", Title: words.T("field.code"), Width: 200},
			{Key: "title", Title: words.T("field.title"), Width: 80, Stretch: true},
		},
		Fetch:  s.rows.Fetch,
		OnOpen: onOpen,
		Empty:  words.T("entry.sitting.empty"),
	})
	s.root = parts.Border(container.NewVBox(s.count, s.speed), parts.Line(words.T("entry.sitting.say")), nil, nil, s.table)
	s.table.SetIDs([]archive.ID{})
	s.tell(0)
	return s
}

// add lists records that were saved together, and the time they took.
func (s *sitting) add(list []archive.Holding, took time.Duration) {
	for _, h := range list {
		s.ids = slices.Insert(s.ids, 0, h.ID)
	}
	if took > 0 && took < idle && len(list) > 0 {
		s.timed += len(list)
		s.sum += took
		took /= time.Duration(len(list))
	} else {
		took = 0
	}
	s.renew(list)
	s.tell(took)
}

// renew shows records as they are now.
func (s *sitting) renew(list []archive.Holding) {
	rows := make(map[archive.ID]parts.Row, len(s.ids))
	maps.Copy(rows, s.rows.All())
	for _, h := range list {
		rows[h.ID] = parts.Row{Cells: []string{h.Code, h.Title}}
	}
	s.rows.Set(rows)
	s.table.SetIDs(slices.Clone(s.ids))
	s.table.Reload()
}

func (s *sitting) tell(last time.Duration) {
	s.count.SetText(words.N("entry.sitting", len(s.ids)))
	s.speed.SetText("")
	if s.timed > 0 {
		each := s.sum / time.Duration(s.timed)
		if last == 0 {
			last = each
		}
		s.speed.SetText(words.T("entry.speed", words.Args{"Each": words.Duration(each), "Last": words.Duration(last)}))
	}
}

// before gives the record that was saved before one; the newest for zero.
func (s *sitting) before(id archive.ID) (archive.ID, bool) {
	i := slices.Index(s.ids, id) + 1
	if i >= len(s.ids) {
		return 0, false
	}
	return s.ids[i], true
}
