package holdings

import (
	"context"
	"strconv"
	"strings"

	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// rowTyped is the row that "#1234" asks for; plain is true for a number without the sign,
// which may be a code as well.
func rowTyped(typed string) (row int, plain, ok bool) {
	digits, signed := strings.CutPrefix(strings.ReplaceAll(typed, "＃", "#"), "#")
	row, err := strconv.Atoi(strings.NewReplacer(",", "", "，", "").Replace(strings.TrimSpace(digits)))
	return row, !signed, err == nil
}

// jumpTo goes to the record with a 档号, or, when there is none, to the next one behind it;
// to the row of a number; or says that there is neither.
func (s *Screen) jumpTo(typed string) {
	if typed = strings.TrimSpace(typed); typed == "" {
		return
	}
	s.note.SetText("")
	row, plain, number := rowTyped(typed)
	if number && !plain {
		s.list.goToRow(row)
		return
	}
	s.side.leaveForm()
	type hit struct {
		record Record
		exact  bool
	}
	at := s.list.now.Branch
	task.Load(s.deps.Runner, &s.finds, func(ctx context.Context) (got hit, err error) {
		h, exact, err := s.deps.Catalogue.Find(ctx, typed, at)
		if err != nil {
			return got, err
		}
		got.exact = exact
		got.record, err = s.deps.Catalogue.Record(ctx, h.ID)
		return got, err
	}, func(got hit, err error) {
		switch kind := archive.KindOf(err); {
		case err == nil && (got.exact || !number):
			if !got.exact {
				s.note.SetText(words.T("holdings.jump.near", words.Args{"Code": typed}))
			}
			s.goTo(got.record)
			s.focusList()
		case number && (err == nil || kind == archive.NotFound):
			s.list.goToRow(row)
		case kind == archive.NotFound:
			s.note.SetText(words.T("holdings.jump.none", words.Args{"Code": typed}))
		default:
			s.failed(err, nil)
		}
	})
}
