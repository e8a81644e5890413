package place

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"sync"
	"time"

	"lantai/archive"
)

// Held tells who holds the lock of a place: the cause inside a Busy error.
type Held struct {
	Who   string    `json:"who"`
	Host  string    `json:"host"`
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
}

// Error gives the English form.
func (h *Held) Error() string {
	return fmt.Sprintf("%s on %s (process %d) has held it since %s", h.Who, h.Host, h.PID, h.Since.Format(time.RFC3339))
}

// lockName is the lock's file in Incoming: a JSON object, or empty when nobody holds the lock.
const lockName = "lock.json"

var lockPath = path.Join(Incoming, lockName)

// holding is what the lock's file says.
type holding struct {
	Held
	Boot  string        `json:"boot,omitempty"` // of the computer: a process number means something until the next
	Token string        `json:"token"`
	Beat  time.Duration `json:"beat"` // ns between two signs of life
}

func newHolding(who string, beat time.Duration) holding {
	host, _ := os.Hostname() // without a name the rest tells enough
	return holding{
		Held: Held{Who: who, Host: host, PID: os.Getpid(), Since: time.Now().UTC().Truncate(time.Second)},
		Boot: bootID(), Token: randomName(), Beat: beat,
	}
}

func (h holding) encode() []byte {
	b, _ := json.Marshal(h) //nolint:errchkjson // texts and numbers
	return append(b, '\n')
}

// staleBeats is after how many beats without a sign of life a holder counts as gone.
const staleBeats = 3

// lockStore is where a lock's file lies. Its times are those of the place's own clock.
type lockStore interface {
	read(ctx context.Context) (content []byte, modified time.Time, err error)
	clock(ctx context.Context) (time.Time, error)
	create(ctx context.Context, content []byte) error // Conflict when it is there
	rewrite(ctx context.Context, content []byte) error
	rename(ctx context.Context, from, to string) error // never over another
	readAt(ctx context.Context, name string) ([]byte, error)
	remove(ctx context.Context, name string) error
}

// takeByContent takes a lock where only its file can tell whether it is held.
func takeByContent(ctx context.Context, s lockStore, mine holding) error {
	for range 3 {
		err := s.create(ctx, mine.encode())
		if archive.KindOf(err) != archive.Conflict {
			return err
		}
		content, modified, err := s.read(ctx)
		if archive.KindOf(err) == archive.NotFound {
			continue // released just now
		}
		if err != nil {
			return err
		}
		gone, err := holderGone(ctx, s, content, modified)
		if err != nil {
			return err
		}
		if !gone {
			return busy(content)
		}
		if err := putAside(ctx, s, content); err != nil {
			return err
		}
	}
	return archive.Errorf(archive.Busy, opLock, "", "others take it over at the same time")
}

func busy(content []byte) error {
	var h holding
	if json.Unmarshal(content, &h) != nil {
		return archive.Errorf(archive.Busy, opLock, "", "another program holds it")
	}
	return archive.WrapAs(archive.Busy, opLock, "", &h.Held)
}

// holderGone tells whether who wrote a lock's file is no longer at work.
func holderGone(ctx context.Context, s lockStore, content []byte, modified time.Time) (bool, error) {
	var h holding
	if json.Unmarshal(content, &h) != nil {
		h.Beat = usualBeat // cut off in writing, or of another program
	}
	if len(content) == 0 || h.Boot != "" && h.Boot == bootID() && !isRunning(h.PID) {
		return true, nil
	}
	now, err := s.clock(ctx)
	if err != nil {
		return false, err
	}
	age := now.Sub(modified)
	if age >= 0 {
		return age > staleBeats*h.Beat+time.Second, nil // servers count whole seconds
	}
	if age > -h.Beat {
		return false, nil
	}
	// The place's clock was set back. Whoever is alive gives a sign within a beat.
	select {
	case <-time.After(h.Beat + h.Beat/2):
	case <-ctx.Done():
		return false, ctx.Err()
	}
	_, later, err := s.read(ctx)
	if archive.KindOf(err) == archive.NotFound {
		return true, nil
	}
	return err == nil && later.Equal(modified), err
}

// putAside takes the file of a holder that is gone away. Two may do so at once: who
// took away the new file of the other gives it back.
func putAside(ctx context.Context, s lockStore, stale []byte) error {
	aside := path.Join(Incoming, "lock-"+randomName())
	err := s.rename(ctx, lockPath, aside)
	if archive.KindOf(err) == archive.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	got, err := s.readAt(ctx, aside)
	if err == nil && !bytes.Equal(got, stale) {
		if err := s.rename(ctx, aside, lockPath); err != nil {
			return err
		}
		return busy(got)
	}
	if err != nil {
		return err
	}
	return s.remove(ctx, aside)
}

// lock is a lock that is held.
type lock struct {
	store lockStore
	mine  holding
	free  func() // what is left to do at the end

	mu        sync.Mutex
	confirmed time.Time
	lost      error

	once    sync.Once
	stop    context.CancelFunc
	stopped chan struct{}
}

// hold gives signs of life until release is called.
func hold(store lockStore, mine holding, free func()) *lock {
	ctx, stop := context.WithCancel(context.Background())
	l := &lock{store: store, mine: mine, free: free, confirmed: time.Now(), stop: stop, stopped: make(chan struct{})}
	go func() {
		defer close(l.stopped)
		beat := time.NewTicker(mine.Beat)
		defer beat.Stop()
		for {
			select {
			case <-beat.C:
				_ = l.sign(ctx) // what fails is tried again, and asked for by confirm
			case <-ctx.Done():
				return
			}
		}
	}()
	return l
}

// sign gives a sign of life, unless the lock was taken over.
func (l *lock) sign(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost != nil {
		return l.lost
	}
	content, _, err := l.store.read(ctx)
	if err != nil && archive.KindOf(err) != archive.NotFound {
		return err
	}
	var h holding
	if err != nil || json.Unmarshal(content, &h) != nil || h.Token != l.mine.Token {
		l.lost = archive.Errorf(archive.Busy, opLock, "", "it was taken over while this computer slept or could not reach the place")
		return l.lost
	}
	if err := l.store.rewrite(ctx, l.mine.encode()); err != nil {
		return err
	}
	l.confirmed = time.Now()
	return nil
}

// confirm makes certain that the lock is still held. The clock on the wall goes on while
// the computer sleeps.
func (l *lock) confirm(ctx context.Context) error {
	l.mu.Lock()
	lost, since := l.lost, time.Now().Round(0).Sub(l.confirmed.Round(0))
	l.mu.Unlock()
	if lost != nil {
		return lost
	}
	if since >= 0 && since < 2*l.mine.Beat {
		return nil
	}
	return l.sign(ctx)
}

func (l *lock) release() {
	l.once.Do(func() {
		l.stop()
		<-l.stopped
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.lost == nil {
			l.free()
		}
	})
}
