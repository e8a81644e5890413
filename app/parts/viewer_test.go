package parts_test

import (
	"context"
	"image"
	"image/color"
	"math"
	"sync"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"lantai/app/parts"
	"lantai/app/task/tasktest"
	"lantai/archive"
)

// desk is a viewer whose loads are noted.
type desk struct {
	*tasktest.Loop
	viewer *parts.PageViewer
	mu     sync.Mutex
	asked  []parts.View
	fail   error
}

func newDesk(t *testing.T, pages int) *desk {
	t.Helper()
	d := &desk{Loop: tasktest.New(t)}
	d.viewer = parts.NewPageViewer(d.Runner, func(_ context.Context, v parts.View) (*image.RGBA, error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.asked = append(d.asked, v)
		if d.fail != nil {
			return nil, d.fail
		}
		return image.NewRGBA(image.Rect(0, 0, v.Width, v.Height)), nil
	})
	w := test.NewTempWindow(t, d.viewer)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(800, 600))
	refs := make([]parts.PageRef, pages)
	for i := range refs {
		refs[i] = parts.PageRef{ID: archive.ID(i + 1), Width: 2480, Height: 3508}
	}
	d.viewer.SetPages(refs, 0)
	d.Idle(t)
	return d
}

// Whatever is shown was made for exactly the pixels it covers.
func TestViewerImagesFitTheScreen(t *testing.T) {
	d := newDesk(t, 3)
	check := func(when string) {
		t.Helper()
		d.Idle(t)
		v, img := d.viewer.Shown()
		if img == nil {
			t.Fatalf("%s: nothing is shown", when)
		}
		s := d.viewer.Scale()
		if math.Abs(float64(v.Region.Dx())*s-float64(v.Width)) > 0.51 || math.Abs(float64(v.Region.Dy())*s-float64(v.Height)) > 0.51 {
			t.Errorf("%s: region %v at %.3f in %d × %d pixels", when, v.Region, s, v.Width, v.Height)
		}
		if v.Width*v.Height > 6*800*600 {
			t.Errorf("%s: %d × %d pixels for a window of 800 × 600", when, v.Width, v.Height)
		}
	}
	check("fit")
	if v, _ := d.viewer.Shown(); v.Region != image.Rect(0, 0, 2480, 3508) {
		t.Errorf("the whole page is %v", v.Region)
	}
	for range 8 {
		d.viewer.ZoomBy(1.6)
		check("zoomed in")
	}
	for range 40 {
		d.viewer.Dragged(&fyne.DragEvent{Dragged: fyne.NewDelta(-90, -120)})
	}
	check("moved to the corner")
	x, y := d.viewer.Middle()
	if x > 2480 || y > 3508 {
		t.Errorf("the middle %.0f, %.0f is off the page", x, y)
	}
	d.viewer.Fit()
	check("fit again")
}

// Turning to a page that was fetched ahead reads nothing.
func TestViewerFetchesAhead(t *testing.T) {
	d := newDesk(t, 5)
	before := len(d.asked)
	turned := -1
	d.viewer.OnTurn = func(i int) { turned = i }
	d.viewer.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
	if v, img := d.viewer.Shown(); img == nil || v.Page != 2 {
		t.Errorf("page 2 is not there at once")
	}
	d.Idle(t)
	for _, v := range d.asked[before:] {
		if v.Page == 2 || v.Page == 1 {
			t.Errorf("page %d was read again", v.Page)
		}
	}
	if turned != 1 || d.viewer.Index() != 1 {
		t.Errorf("turned to %d, index %d", turned, d.viewer.Index())
	}
	d.viewer.Turn(100)
	if d.viewer.Index() != 4 {
		t.Errorf("index = %d", d.viewer.Index())
	}
}

// A thousand pages turned leave no more in memory than the cache allows.
func TestViewerMemoryIsBounded(t *testing.T) {
	d := newDesk(t, 1000)
	for range 999 {
		d.viewer.Turn(1)
		d.Pump()
	}
	d.Idle(t)
	if used := d.viewer.CacheUsed(); used > 160<<20 {
		t.Errorf("%d bytes are kept", used)
	}
}

// A box drawn over the page stands over the same pixels of the page at every scale.
func TestViewerBoxes(t *testing.T) {
	d := newDesk(t, 2)
	box := archive.Box{X: 1000, Y: 1500, W: 400, H: 80}
	d.viewer.SetBoxes([]archive.Box{box})
	for _, factor := range []float64{1, 2, 2, 2} {
		d.viewer.ZoomBy(factor)
		d.viewer.GoToBox(0)
		d.Idle(t)
		m := d.viewer.MarksDrawn()
		if len(m) != 1 {
			t.Fatalf("%d boxes are drawn", len(m))
		}
		s := d.viewer.Scale()
		x, y := d.viewer.Middle()
		wantX, wantY := 400+(1000-x)*s-2, 300+(1500-y)*s-2
		if math.Abs(float64(m[0].Position().X)-wantX) > 1.01 || math.Abs(float64(m[0].Position().Y)-wantY) > 1.01 ||
			math.Abs(float64(m[0].Size().Width)-(400*s+4)) > 1.01 {
			t.Errorf("at %.2f the box is at %v, %v; want %.1f, %.1f", s, m[0].Position(), m[0].Size(), wantX, wantY)
		}
	}
	d.viewer.Turn(1)
	if len(d.viewer.MarksDrawn()) != 0 {
		t.Error("the next page has the boxes of the one before")
	}
}

func TestViewerErrorsAndEmptiness(t *testing.T) {
	d := newDesk(t, 0)
	if d.viewer.Index() != -1 || d.viewer.Status() != "" {
		t.Error("a viewer without pages has an index or a status")
	}
	d.viewer.Turn(1)
	d.viewer.ZoomBy(2)
	d.viewer.GoToBox(3)
	d.mu.Lock()
	d.fail = archive.Refuse("decode page", "7", archive.ReasonDamaged, "")
	d.mu.Unlock()
	d.viewer.SetPages([]parts.PageRef{{ID: 7, Width: 100, Height: 100}}, 0)
	d.Idle(t)
	if n := len(d.asked); n != 1 {
		t.Errorf("a page that cannot be read was asked for %d times", n)
	}
	d.mu.Lock()
	d.fail = nil
	d.mu.Unlock()
	d.viewer.Reload()
	d.Idle(t)
	if _, img := d.viewer.Shown(); img == nil {
		t.Error("reload does not show the page")
	}
}

// A page of unknown size takes that of its image.
func TestViewerLearnsTheSize(t *testing.T) {
	d := newDesk(t, 0)
	d.viewer.SetPages([]parts.PageRef{{ID: 1}}, 0)
	d.Idle(t)
	if _, img := d.viewer.Shown(); img == nil {
		t.Error("nothing is shown")
	}
	d.viewer.TypedShortcut(&desktop.CustomShortcut{KeyName: fyne.Key0, Modifier: fyne.KeyModifierControl})
	d.Idle(t)
}

// Parts of larger images come out with rows that touch.
func TestCompact(t *testing.T) {
	large := image.NewRGBA(image.Rect(0, 0, 101, 57))
	for i := range large.Pix {
		large.Pix[i] = byte(i * 7)
	}
	part := large.SubImage(image.Rect(13, 5, 90, 40)).(*image.RGBA)
	got := parts.Compact(part)
	if got.Stride != 4*77 || got.Rect != image.Rect(0, 0, 77, 35) {
		t.Fatalf("stride %d, %v", got.Stride, got.Rect)
	}
	for y := range 35 {
		for x := range 77 {
			if got.At(x, y) != color.Color(part.At(x+13, y+5)) {
				t.Fatalf("pixel %d, %d differs", x, y)
			}
		}
	}
	if same := parts.Compact(got); same != got {
		t.Error("an image that was right was copied")
	}
}
