package enhance

import "image"

// Reorient leads from the pixels of a frame stood upright by its file's orientation
// (tag 274) to those of the page stood upright by a recipe: the same unless a person
// turned the page. stored is the size of the frame as it is stored.
func Reorient(stored image.Point, orientation int, r Recipe) Map {
	turn, mirror := fromOrientation(orientation)
	back := stand(stored, turn, mirror).inverse()
	on := stand(stored, r.Turn, r.Mirror)
	m := Map{
		XX: on.XX*back.XX + on.XY*back.YX, XY: on.XX*back.XY + on.XY*back.YY,
		YX: on.YX*back.XX + on.YY*back.YX, YY: on.YX*back.XY + on.YY*back.YY,
	}
	m.X0, m.Y0 = on.at(back.X0, back.Y0)
	size := uprightSize(stored.X, stored.Y, r.Turn)
	m.W, m.H = size.X, size.Y
	return m
}

// stand leads from stored pixels to upright ones: mirrored left to right, then turned
// clockwise.
func stand(stored image.Point, turn int, mirror bool) Map {
	w, h := float64(stored.X), float64(stored.Y)
	m := Map{XX: 1, YY: 1}
	switch turn {
	case 90:
		m = Map{XY: -1, X0: h, YX: 1}
	case 180:
		m = Map{XX: -1, X0: w, YY: -1, Y0: h}
	case 270:
		m = Map{XY: 1, YX: -1, Y0: w}
	}
	if mirror {
		m.X0, m.Y0 = m.at(w, 0)
		m.XX, m.YX = -m.XX, -m.YX
	}
	return m
}
