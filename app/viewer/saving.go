package viewer

import (
	"context"
	"maps"
	"slices"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// save keeps the text of the page in view; then runs when it is kept.
func (s *Screen) save(then func()) {
	page := s.side.text.page
	text, changed := s.drafts[page]
	if !changed {
		if then != nil {
			then()
		}
		return
	}
	s.keep(map[archive.ID]string{page: text}, then)
}

// saveAndNext keeps the text and goes to the next page with the keyboard in its text.
func (s *Screen) saveAndNext() {
	s.save(func() {
		s.viewer.Turn(1)
		s.side.turnTo(false)
		s.deps.Window.Canvas().Focus(s.side.text.entry)
	})
}

// keep saves texts one after the other; those that were typed on meanwhile stay
// unsaved.
func (s *Screen) keep(texts map[archive.ID]string, then func()) {
	if s.saving {
		return
	}
	s.saving = true
	s.side.text.tell()
	task.Run(s.deps.Runner, words.T("viewer.saving"), func(ctx context.Context, _ func(archive.Progress)) ([]archive.ID, error) {
		var kept []archive.ID
		for _, page := range slices.Sorted(maps.Keys(texts)) {
			if err := s.deps.Pages.Correct(ctx, page, texts[page]); err != nil {
				return kept, err
			}
			kept = append(kept, page)
		}
		return kept, nil
	}, func(kept []archive.ID, err error) {
		s.saving = false
		for _, page := range kept {
			if s.drafts[page] == texts[page] {
				delete(s.drafts, page)
			}
		}
		if err != nil {
			parts.ShowError(s.deps.Window, err)
		}
		s.read()
		if err == nil && then != nil {
			then()
		}
	}, task.Quiet())
}

// Leave asks about texts that are not saved before the screen is left; then goes on
// with leaving.
func (s *Screen) Leave(then func()) {
	switch {
	case len(s.drafts) == 0:
		then()
		return
	case s.asking:
		return
	}
	s.asking = true
	answered := func(do func()) func() { return func() { s.asking = false; do() } }
	buttons := parts.Dialog(s.deps.Window, words.T("viewer.leave"),
		parts.Sized(parts.Paragraph(words.N("viewer.leave.say", len(s.drafts))), 440, 60),
		parts.Answer{Label: words.T("viewer.leave.stay"), Do: answered(func() {})},
		parts.Answer{Label: words.T("viewer.leave.drop"), Do: answered(func() {
			clear(s.drafts)
			s.side.text.fill(s.side.text.saved)
			then()
		})},
		parts.Answer{Label: words.T("viewer.leave.save"), Do: answered(func() { s.keep(maps.Clone(s.drafts), then) })})
	s.deps.Window.Canvas().Focus(buttons[len(buttons)-1])
}
