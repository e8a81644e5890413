package offsite

import (
	"context"
	"slices"
	"sync"

	"lantai/archive/offsite/place"
)

// pack is a group of new files that are written side by side. A group tells of its files in the order in
// which they were begun, which is any order then; a pack tells which is which.
type pack struct {
	place.Group
	mu      sync.Mutex
	created []place.Writer
}

func begin(ctx context.Context, p place.Place) (*pack, error) {
	g, err := p.Begin(ctx)
	return &pack{Group: g}, err
}

func (p *pack) create(ctx context.Context, path string) (place.Writer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w, err := p.Create(ctx, path)
	if err == nil {
		p.created = append(p.created, w)
	}
	return w, err
}

// discard takes a file out again.
func (p *pack) discard(w place.Writer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.Discard()
	p.created = slices.DeleteFunc(p.created, func(other place.Writer) bool { return other == w })
}

// settle settles the group, and tells what came of each file.
func (p *pack) settle(ctx context.Context) (map[place.Writer]error, error) {
	outcomes, err := p.Settle(ctx)
	if err != nil {
		return nil, err
	}
	of := make(map[place.Writer]error, len(outcomes))
	for i, w := range p.created {
		of[w] = outcomes[i]
	}
	return of, nil
}
