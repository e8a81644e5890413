package station

import (
	"context"
	"errors"

	"lantai/archive"
	"lantai/archive/refcode"
)

// CodeCheck is what was found against the code of a record that is to be registered.
type CodeCheck struct {
	Problems []refcode.Problem
	Above    string // the code of the volume it belongs to, which is not registered
	Err      error  // its place was not found for another reason
}

// CheckNew looks at records that are to be registered as AddRecords would, by all rules
// for codes (C01 to C11), and writes nothing. Each is looked at by itself: what one has
// against another of the list is not told. The result is in the order of the list.
func (s *Station) CheckNew(ctx context.Context, list []NewRecord) ([]CodeCheck, error) {
	checks := make([]CodeCheck, len(list))
	var records []archive.Record
	var at []int
	for i, n := range list {
		if err := ctx.Err(); err != nil {
			return nil, archive.Wrap("check records", "", err)
		}
		code := refcode.Normalise(n.Code)
		r, err := s.placed(ctx, code, n)
		if err != nil {
			checks[i] = s.misplaced(ctx, code, n, err)
			continue
		}
		for name, text := range given(n.Values) {
			if b, ok := archive.Field(r, name); ok && name != "code" {
				_ = b.Set(text) // what cannot be read is told of by its own field
			}
		}
		records, at = append(records, r), append(at, i)
	}
	found, err := s.Arrange().CheckNew(ctx, records, nil)
	if err != nil {
		return nil, err
	}
	for i, problems := range found {
		if r := records[i].Common(); r.Code != "" || r.Kind != archive.KindDossier { // a paper of the dossier needs none
			checks[at[i]].Problems = problems
		}
	}
	return checks, nil
}

// misplaced says why a record has no place.
func (s *Station) misplaced(ctx context.Context, code string, n NewRecord, err error) CodeCheck {
	var problems refcode.Problems
	if errors.As(err, &problems) {
		return CodeCheck{Problems: problems}
	}
	if archive.KindOf(err) == archive.NotFound {
		if _, scheme, found := s.Arrange().SeriesFor(ctx, code, n.Series); found == nil {
			if above, ok := scheme.Parent(code); ok {
				return CodeCheck{Above: above}
			}
		}
	}
	return CodeCheck{Err: err}
}
