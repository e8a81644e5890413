package station

import (
	"sync"
	"time"
)

// presence is whether somebody was at the computer when that was last asked.
type presence struct {
	mu    sync.Mutex
	asked time.Time
	there bool
}

// How long after the last key somebody counts as being there, and how often that is asked.
const (
	isThere  = 20 * time.Second
	askThere = 2 * time.Second
)

// occupied tells whether pages are being worked on or somebody is at the computer, so that
// what goes on in the background leaves the disk to them.
func (s *Station) occupied() bool {
	if s.Pipeline != nil && s.Pipeline.Occupied() {
		return true
	}
	if s.opt.Idle == nil {
		return false
	}
	p := &s.presence
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.asked) >= askThere {
		idle, known := s.opt.Idle()
		p.asked, p.there = time.Now(), known && idle < isThere
	}
	return p.there
}
