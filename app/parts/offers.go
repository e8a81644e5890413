package parts

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app/theme"
)

// offerRow is the height of a row.
const offerRow float32 = 26

// mostOffer is how many rows there are at most: the list stays small.
const mostOffer = 8

// Offers is a small list of words that stands over whatever lies below a field, while
// the field keeps the keyboard: the field hands it its keys. An input method's keys never
// come to a field, so none is taken from a composition.
type Offers struct {
	widget.BaseWidget
	words  []string
	marked int
	take   func(word string)
	ground *canvas.Rectangle
	mark   *canvas.Rectangle
	rows   []*canvas.Text
	fit    *fitter
}

// NewOffers makes an empty list; take is told of a word that was taken.
func NewOffers(take func(word string)) *Offers {
	o := &Offers{marked: -1, take: take, ground: canvas.NewRectangle(color.White), mark: canvas.NewRectangle(color.Transparent),
		fit: newFitter(base.TextSize(), fyne.TextStyle{})}
	o.ground.StrokeWidth, o.ground.CornerRadius = 1, 3
	o.ExtendBaseWidget(o)
	o.Hide()
	return o
}

// Offer shows some words at a place of its container, as wide as a field that ends at y;
// where there is no room below, above the field, which begins at top. first has the first
// one marked, so that Enter takes it.
func (o *Offers) Offer(words []string, at fyne.Position, width, top, room float32, first bool) {
	o.words, o.marked = words[:min(len(words), mostOffer)], -1
	if len(o.words) == 0 {
		o.Hide()
		return
	}
	if first {
		o.marked = 0
	}
	size := fyne.NewSize(width, offerRow*float32(len(o.words))+4)
	if at.Y+size.Height > room && top-size.Height >= 0 {
		at.Y = top - size.Height
	}
	o.Move(at)
	o.Resize(size)
	o.Show()
	o.Refresh()
}

// Close takes the list away.
func (o *Offers) Close() {
	if o.Visible() {
		o.Hide()
	}
}

// Key gives the list a key of the field and tells whether it used it: Up and Down mark a
// word, Enter takes the one marked, Escape closes the list.
func (o *Offers) Key(name fyne.KeyName) bool {
	if !o.Visible() {
		return false
	}
	switch name {
	case fyne.KeyDown:
		o.marked = min(o.marked+1, len(o.words)-1)
	case fyne.KeyUp:
		o.marked = max(o.marked-1, -1)
	case fyne.KeyReturn, fyne.KeyEnter:
		if o.marked < 0 {
			return false
		}
		o.taken(o.marked)
	case fyne.KeyEscape:
		o.Close()
	default:
		return false
	}
	o.Refresh()
	return true
}

func (o *Offers) taken(row int) {
	word := o.words[row]
	o.Close()
	o.take(word)
}

// MouseDown takes the word under the pointer. It comes before the field loses the
// keyboard, which closes the list.
func (o *Offers) MouseDown(e *desktop.MouseEvent) {
	if row := int((e.Position.Y - 2) / offerRow); row >= 0 && row < len(o.words) {
		o.taken(row)
	}
}

// MouseUp is called by the toolkit.
func (o *Offers) MouseUp(*desktop.MouseEvent) {}

// MinSize lets the list be as large as it was made.
func (o *Offers) MinSize() fyne.Size { return fyne.NewSize(0, 0) }

// CreateRenderer is called by the toolkit.
func (o *Offers) CreateRenderer() fyne.WidgetRenderer { return offersRenderer{o} }

type offersRenderer struct{ offers *Offers }

func (r offersRenderer) Destroy()           {}
func (r offersRenderer) MinSize() fyne.Size { return r.offers.MinSize() }

func (r offersRenderer) Objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{r.offers.ground, r.offers.mark}
	for _, t := range r.offers.rows {
		out = append(out, t)
	}
	return out
}

func (r offersRenderer) Layout(size fyne.Size) {
	o := r.offers
	o.ground.Resize(size)
	for len(o.rows) < len(o.words) {
		o.rows = append(o.rows, canvas.NewText("", color.Black))
	}
	o.rows = o.rows[:len(o.words)]
	for i, t := range o.rows {
		t.Text = o.fit.fit(o.words[i], size.Width-2*theme.Gap)
		t.TextSize = o.fit.size
		o.fit.set(t, theme.Gap, 2+float32(i)*offerRow, size.Width-2*theme.Gap, offerRow)
	}
	o.mark.Hidden = o.marked < 0
	o.mark.Move(fyne.NewPos(2, 2+float32(max(o.marked, 0))*offerRow))
	o.mark.Resize(fyne.NewSize(size.Width-4, offerRow))
}

func (r offersRenderer) Refresh() {
	o := r.offers
	o.ground.FillColor = base.Color(base.ColorNameMenuBackground)
	o.ground.StrokeColor = base.Color(theme.ColorRing)
	o.mark.FillColor = base.Color(base.ColorNameSelection)
	r.Layout(o.Size())
	for _, t := range o.rows {
		t.Color = base.Color(base.ColorNameForeground)
	}
	canvas.Refresh(o)
}
