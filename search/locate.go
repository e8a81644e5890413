package search

import "lantai/archive"

// Locate finds the folded words in a page's text and gives their boxes on the
// upright master, merged per line.
func Locate(text archive.PageText, words []string) []archive.Box { return nil }
