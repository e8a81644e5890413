// Package icon carries the program's icon. It is drawn by assets/sample/draw.
package icon

import _ "embed"

// PNG is the icon, 512 × 512 pixels with a transparent surround.
//
//go:embed icon.png
var PNG []byte
