//go:build !(linux && cgo)

package inputmethod

// Place does nothing where input methods find the caret themselves or not at all.
func Place(x, y int) {}
