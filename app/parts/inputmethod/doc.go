// Package inputmethod keeps the keys that an input method consumes from the window.
//
// On X11 the toolkit's window library reports every key press as it comes in, also
// when the input method takes it: Enter that ends a Chinese composition would submit
// a form, Backspace that mends its spelling would delete text. The library asks
// XFilterEvent whether the input method took an event and then reports the press all
// the same. This package answers that call in its place: it asks the real function,
// and turns a press that was taken into an event nobody looks at. A press that the
// input method gives back comes in a second time, unfiltered, and is reported then,
// together with its character and in the order of typing.
//
// Elsewhere the package is empty: Windows filters such keys itself.
package inputmethod
