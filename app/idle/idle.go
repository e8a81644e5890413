// Package idle knows for how long nobody has touched keyboard or mouse of this computer.
package idle

import "time"

// Since tells how long ago the last key or movement was, in whatever program; ok is false
// where the system does not tell.
func Since() (d time.Duration, ok bool) { return since() }
