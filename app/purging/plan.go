// Package purging has what screens share about 清除: the preview of what would go, and the
// dialog in which one person asks for it. Another person agrees on the screen 用户权限.
package purging

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// Plan is what a purge would take away.
type Plan struct {
	Roots   []archive.Holding // the records that were named; of one that may not be seen its 档号 alone
	Records int               // these and all that lies in them
	Pages   int
	Loose   int // of the pages: in no record, but in one of the originals
	Texts   int // of the pages: with a text
	Files   int
	Bytes   int64
	Shared  []string // 档号 of other records with pages in one of the originals: these stop it
	Copies  []string // paths of originals with the same content, which stay
	Media   []archive.Medium
	Barred  error // why whoever looks may neither ask for it nor agree to it; nil: they may
}

// Same tells whether another plan takes as much away.
func (p Plan) Same(records, pages, files int, bytes int64) bool {
	return p.Records == records && p.Pages == pages && p.Files == files && p.Bytes == bytes
}

// listed are how many 档号, paths and media a preview names.
const listed = 6

// Preview shows a plan: in words what goes and what stays, and the records in a list.
type Preview struct {
	Root  fyne.CanvasObject
	lines *fyne.Container
	rows  parts.HeldRows
	table *parts.Table
}

// NewPreview makes an empty preview.
func NewPreview(r *task.Runner, m parts.Memory) *Preview {
	p := &Preview{lines: container.NewVBox()}
	p.table = parts.NewTable(parts.TableOptions{
		Key: "purging.roots", Runner: r, Memory: m, Single: true, Plain: true,
		Columns: []parts.Column{
			{Key: "kind", Title: words.T("trash.kind"), Width: 60},
			{Key: "code", Title: words.T("field.code"), Width: 210},
			{Key: "title", Title: words.T("field.title"), Width: 120, Stretch: true},
		},
		Fetch: p.rows.Fetch, Empty: words.T("purging.pick"),
	})
	p.table.SetIDs([]archive.ID{})
	p.Root = parts.Border(p.lines, nil, nil, nil, p.table)
	return p
}

// Focusable is what takes the keyboard.
func (p *Preview) Focusable() fyne.Focusable { return p.table.Focusable() }

// Show shows a plan.
func (p *Preview) Show(now Plan) {
	p.Tell(said(now)...)
	rows, ids := make(map[archive.ID]parts.Row, len(now.Roots)), make([]archive.ID, len(now.Roots))
	for i, h := range now.Roots {
		ids[i] = h.ID
		row := parts.Row{Cells: []string{"", h.Code, words.T("purging.unseen")}, Dim: true}
		if h.Kind != "" {
			row = parts.Row{Cells: []string{words.Kind(h.Kind), h.Code, h.Title}}
		}
		rows[h.ID] = row
	}
	p.list(rows, ids)
}

// ShowCodes lists the 档号 of records that are not there any more.
func (p *Preview) ShowCodes(codes []string, say ...*parts.Prose) {
	p.Tell(say...)
	rows, ids := make(map[archive.ID]parts.Row, len(codes)), make([]archive.ID, len(codes))
	for i, code := range codes {
		ids[i] = archive.ID(i + 1)
		rows[ids[i]] = parts.Row{Cells: []string{"", code, ""}}
	}
	p.list(rows, ids)
}

// Tell puts other sentences above the list.
func (p *Preview) Tell(say ...*parts.Prose) {
	p.lines.RemoveAll()
	for _, one := range say {
		p.lines.Add(one)
	}
	p.Root.Refresh()
}

func (p *Preview) list(rows map[archive.ID]parts.Row, ids []archive.ID) {
	p.rows.Set(rows)
	p.table.SetIDs(ids)
	p.table.Reload()
	if len(ids) > 0 {
		p.table.GoTo(0)
	}
}

// said is a plan in sentences.
func said(p Plan) (say []*parts.Prose) {
	add := func(text string, importance widget.Importance) {
		line := parts.Paragraph(text)
		line.Importance = importance
		say = append(say, line)
	}
	add(words.T("purging.counts", words.Args{"Records": words.Number(p.Records), "Pages": words.Number(p.Pages), "Texts": words.Number(p.Texts),
		"Files": words.Number(p.Files), "Size": words.Bytes(p.Bytes)}), widget.MediumImportance)
	if p.Loose > 0 {
		add(words.T("purging.loose", words.Args{"Pages": words.Number(p.Loose)}), widget.WarningImportance)
	}
	if len(p.Shared) > 0 {
		add(words.T("purging.shared", words.Args{"Codes": Some(p.Shared)}), widget.DangerImportance)
	}
	if len(p.Copies) > 0 {
		add(words.T("purging.copies", words.Args{"Paths": Some(p.Copies)}), widget.WarningImportance)
	}
	if len(p.Media) > 0 {
		names := make([]string, len(p.Media))
		for i, m := range p.Media {
			names[i] = Medium(m)
		}
		add(words.T("purging.holds", words.Args{"Media": Some(names)}), widget.WarningImportance)
	}
	add(words.T("purging.beyond"), widget.LowImportance)
	return say
}

// Medium names a medium with how much is on it.
func Medium(m archive.Medium) string {
	name := words.T("medium."+string(m.Kind)) + " " + m.Name
	if m.Files == 0 {
		return name
	}
	return words.T("purging.medium", words.Args{"Name": name, "Files": words.Number(m.Files)})
}

// Some names the first of a list, and how many there are.
func Some(list []string) string {
	text := strings.Join(list[:min(len(list), listed)], words.T("purging.and"))
	if len(list) > listed {
		text += words.T("purging.more", words.Args{"N": words.Number(len(list))})
	}
	return text
}
