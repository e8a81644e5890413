package holdings

import (
	"strings"

	"fyne.io/fyne/v2/container"

	"lantai/app/describing"
	"lantai/app/parts"
	"lantai/app/words"
)

// mostNamed is how many records with unsaved changes are named.
const mostNamed = 8

// offerEdits tells what an earlier run left unsaved, and goes to the record that was
// changed last, or gives all of it up.
func (s *Screen) offerEdits(list []describing.Edit) {
	say := container.NewVBox(parts.Paragraph(words.N("holdings.recovered", len(list))))
	for i, e := range list {
		if i == mostNamed {
			say.Add(parts.Line("…"))
			break
		}
		say.Add(parts.Line(strings.TrimSpace(e.Code + "  " + e.Title)))
	}
	editor := s.side.record.editor
	parts.Dialog(s.deps.Window, words.T("holdings.recovered.title"), say,
		parts.Answer{Label: words.T("holdings.recovered.later")},
		parts.Answer{Label: words.T("holdings.recovered.drop"), Do: func() { editor.Forget(nil) }},
		parts.Answer{Label: words.T("holdings.recovered.resume"), Do: func() {
			s.side.leaveForm()
			s.reveal(list[0].Record)
		}})
}
