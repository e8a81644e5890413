package ingest_test

import (
	"context"
	"fmt"
	"image"
	"strings"
	"sync"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/ocr"
)

// looks tells of each time that a Run looks for work: it asks for the time then.
type looks chan struct{}

func (l looks) told(o *ingest.Options) {
	o.Now = func() time.Time {
		select {
		case l <- struct{}{}:
		default:
		}
		return time.Now()
	}
}

// until waits for what has come about at a look, and fails when it does not in time.
func (l looks) until(t *testing.T, what string, is func() bool) {
	t.Helper()
	late := time.After(30 * time.Second)
	for !is() {
		select {
		case <-l:
		case <-late:
			t.Fatalf("%s never came about", what)
		}
	}
}

// running works off what comes until the test ends.
func (w *world) running(l looks) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.pipe.Run(ctx) }()
	w.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
	})
	l.until(w.t, "a run", func() bool { return w.pipe.Status().Running })
}

// Who waits for a run that is paused is told so; when nothing waits any more, the counts
// begin anew.
func TestPausedAndIdleRun(t *testing.T) {
	ctx := context.Background()
	look := make(looks, 1)
	w := newWorld(t, t.TempDir(), look.told)
	dir := t.TempDir()
	put(t, dir, "1.png", asPNG(t, drawn(t, "one")))
	w.running(look)
	w.pipe.Pause()
	r, err := w.pipe.Ingest(ctx, archive.LocalActor(), ingest.Delivery{Dir: dir}, nil)
	if archive.KindOf(err) != archive.Busy || r.Received != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	w.pipe.Resume()
	if err := w.pipe.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	look.until(t, "an end of the count", func() bool { s := w.pipe.Status(); return s.Total == 0 && s.Done == 0 })
}

// lost is an engine that goes, or waits to be stopped, when it is asked again about a page.
type lost struct {
	*ocr.Tesseract
	mu      sync.Mutex
	asked   bool
	gone    bool          // the second reading finds no engine
	waiting chan struct{} // not nil: the question of orientation waits
}

func (l *lost) Orientation(ctx context.Context, image string) (int, float64, error) {
	l.mu.Lock()
	first := !l.asked
	l.asked = true
	l.mu.Unlock()
	if first && l.waiting != nil {
		close(l.waiting)
		<-ctx.Done()
		return 0, 0, ctx.Err()
	}
	return l.Tesseract.Orientation(ctx, image)
}

func (l *lost) Recognise(ctx context.Context, batch []ocr.Request, done func(ocr.Result)) error {
	l.mu.Lock()
	fails := l.asked && l.gone
	l.mu.Unlock()
	if fails {
		return archive.Errorf(archive.Unavailable, "recognise pages", "", "it was removed")
	}
	return l.Tesseract.Recognise(ctx, batch, done)
}

// onItsHead is a page that is read a second time.
func onItsHead(t *testing.T) image.Image {
	upright := drawn(t, strings.Split(strings.Repeat("Paragraphs speak of grain\n", 9), "\n")...)
	b := upright.Bounds()
	turned := image.NewGray(b)
	for y := range b.Dy() {
		for x := range b.Dx() {
			turned.SetGray(b.Dx()-1-x, b.Dy()-1-y, upright.GrayAt(x, y))
		}
	}
	return turned
}

// An engine that goes before the second reading leaves the page in the queue; a pause
// does not wait for it.
func TestSecondReading(t *testing.T) {
	for _, gone := range []bool{true, false} {
		t.Run(fmt.Sprint("gone ", gone), func(t *testing.T) {
			engine, look := &lost{gone: gone}, make(looks, 1)
			w := newWorld(t, t.TempDir(), func(o *ingest.Options) {
				engine.Tesseract = o.Tools.Engine.(*ocr.Tesseract)
				o.Tools.Engine = engine
				look.told(o)
			})
			if !gone {
				engine.waiting = make(chan struct{})
			}
			dir := t.TempDir()
			put(t, dir, "head.png", asPNG(t, onItsHead(t)))
			w.running(look)
			if _, err := w.pipe.Receive(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir}, nil); err != nil {
				t.Fatal(err)
			}
			stage := func() archive.Stage { return w.pages()["head.png"].Stage }
			if gone {
				look.until(t, "a lack of the engine", func() bool { return archive.KindOf(w.pipe.Status().Waits) == archive.Unavailable })
				if s := w.pipe.Status(); !s.Running || stage() != archive.StageEnhanced {
					t.Errorf("%+v, the page is %s", s, stage())
				}
				return
			}
			<-engine.waiting
			w.pipe.Pause()
			w.pipe.Resume()
			look.until(t, "the second reading", func() bool { return stage() == archive.StageIndexed })
		})
	}
}
