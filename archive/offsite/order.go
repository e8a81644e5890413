package offsite

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"lantai/archive/offsite/place"
)

// sequence is a group that remembers in which order its files were begun: Settle tells of
// them in that order, and several goroutines begin them.
type sequence struct {
	place.Group
	mu sync.Mutex
	at map[place.Writer]int
}

func newSequence(g place.Group) *sequence {
	return &sequence{Group: g, at: map[place.Writer]int{}}
}

// Create begins a file.
func (s *sequence) Create(ctx context.Context, path string) (place.Writer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w, err := s.Group.Create(ctx, path)
	if err == nil {
		s.at[w] = len(s.at)
	}
	return w, err
}

// sort brings files into the order in which Settle tells of them.
func (s *sequence) sort(files []written) {
	slices.SortFunc(files, func(a, b written) int { return cmp.Compare(s.at[a.w], s.at[b.w]) })
}
