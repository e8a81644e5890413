// Package font carries the face that the window and printed copies are set in:
// Noto Sans SC as single-face TrueType, under the licence in OFL.txt. Machines
// without a Chinese font then draw every character all the same.
package font

import _ "embed"

// Regular is Noto Sans SC Regular.
//
//go:embed NotoSansSC-Regular.ttf
var Regular []byte

// Bold is Noto Sans SC Bold.
//
//go:embed NotoSansSC-Bold.ttf
var Bold []byte
