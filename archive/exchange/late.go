package exchange

import (
	"context"

	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// late holds new rows to the rule for classes of numbers that are filed or accessioned:
// what comes late takes the number behind the last (rule C09).
type late struct {
	arrange *arrange.Arranger
	closed  map[archive.ID]archive.Series // series with such classes
	next    map[string]string             // by what the codes of a class begin with; "": it is arranged
}

func readLate(ctx context.Context, cat *store.Catalogue, series []archive.Series) (*late, error) {
	l := &late{arrange: arrange.New(cat, nil), closed: map[archive.ID]archive.Series{}, next: map[string]string{}}
	for _, s := range series {
		if s.Arranged != archive.Arranging {
			l.closed[s.ID] = s
			continue
		}
		own, err := cat.Numberings(ctx, s.ID)
		if err != nil {
			return nil, err
		}
		if len(own) > 0 {
			l.closed[s.ID] = s
		}
	}
	return l, nil
}

// check tells what is wrong with a new code. Rows are checked in their order: each that may
// come moves the end of its class.
func (l *late) check(ctx context.Context, s *series, code string) (problem, error) {
	held, closed := l.closed[s.id]
	if !closed || s.id == 0 {
		return problem{}, nil
	}
	n, numbered := s.scheme.Numbered(code)
	if !numbered {
		return problem{}, nil
	}
	next, known := l.next[n.Prefix]
	if !known {
		var err error
		if next, err = l.arrange.LateCode(ctx, held, s.scheme, code); err != nil {
			return problem{}, err
		}
		l.next[n.Prefix] = next
	}
	switch next {
	case "":
		return problem{}, nil
	case code:
		behind, err := s.scheme.Next(n.Class, code)
		if err != nil {
			behind = code // the class is full: nothing more may come
		}
		l.next[n.Prefix] = behind
		return problem{}, nil
	}
	return problem{reason: BadCode, detail: next,
		code: refcode.Problem{Rule: "C09", Code: refcode.NotLast, Field: "code", Value: code, Want: next}}, nil
}
