// Package lang carries the words of the screens, one file per language. Besides
// our own keys each file holds the toolkit's, so that one language reaches every
// corner whatever the computer is set to.
package lang

import "embed"

// Files holds <language>.json for each language.
//
//go:embed *.json
var Files embed.FS
