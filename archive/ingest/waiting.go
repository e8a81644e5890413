package ingest

import (
	"context"
	"slices"
	"sync"
)

// waiting holds prepared pages until a process of the engine takes them. One process
// reads pages of the same languages and mode only, so they are taken by kind.
type waiting struct {
	tokens chan struct{} // one for each page put; some may be left for pages that went along
	mu     sync.Mutex
	jobs   []*job
}

// newWaiting has room for limit pages.
func newWaiting(limit int) *waiting { return &waiting{tokens: make(chan struct{}, 2*limit)} }

func (w *waiting) put(j *job) {
	w.mu.Lock()
	w.jobs = append(w.jobs, j)
	w.mu.Unlock()
	w.tokens <- struct{}{}
}

// close tells that no page will be put any more.
func (w *waiting) close() { close(w.tokens) }

func (w *waiting) empty() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.jobs) == 0
}

// take waits for a page and gives it with others of its kind, at most most, and not
// more than leave the other takers their share. ok is false when there will be none.
func (w *waiting) take(ctx context.Context, most, takers int) (jobs []*job, ok bool) {
	for {
		select {
		case _, ok := <-w.tokens:
			if !ok && w.empty() {
				return nil, false
			}
		case <-ctx.Done():
			return nil, false
		}
		if jobs := w.pick(most, takers); len(jobs) > 0 {
			for range jobs[1:] {
				select {
				case <-w.tokens:
				default:
				}
			}
			return jobs, true
		}
	}
}

func (w *waiting) pick(most, takers int) (jobs []*job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := min(most, (len(w.jobs)+takers-1)/takers)
	w.jobs = slices.DeleteFunc(w.jobs, func(j *job) bool {
		fits := len(jobs) < n && (len(jobs) == 0 || j.languages == jobs[0].languages && j.mode() == jobs[0].mode())
		if fits {
			jobs = append(jobs, j)
		}
		return fits
	})
	return jobs
}

// drop removes what the pages left have on disk.
func (w *waiting) drop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, j := range w.jobs {
		j.drop()
	}
	w.jobs = nil
}
