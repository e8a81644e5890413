// Package search finds pages by any phrase on them, in Chinese or any other
// script, and catalogue rows by their description.
//
// Two indexes of Bleve's scorch lie in one folder: items, and pages in shards.
// Both hold the one-, two- and three-character runs of the folded text (Fold),
// without positions. A phrase of up to three characters is one term, so its hits
// are exact as they are; a longer one is the AND of its three-character runs,
// verified against the stored text (Texts) before a hit is shown.
package search

import (
	"context"
	"time"

	"lantai/archive"
	"lantai/archive/access"
)

// Texts gives the texts that hits are verified against, shown and boxed from.
// Pages that do not exist, have no text or may not be seen are left out; the
// order of the answer is free.
type Texts interface {
	// PageTexts gives texts with their words.
	PageTexts(ctx context.Context, sight access.Sight, pages []archive.ID) ([]archive.PageText, error)
	// PlainTexts gives texts without words: verifying reads up to some thousand.
	PlainTexts(ctx context.Context, sight access.Sight, pages []archive.ID) ([]archive.PageText, error)
}

// Order is how hits are arranged.
type Order string

// The orders of hits. Equal ones are in order of 档号, then of their pages.
const (
	ByRelevance Order = ""     // words in the item's own fields, in its title, then occurrences on the page
	ByDate      Order = "date" // archival date, undated last
	ByCode      Order = "code" // 档号, unfiled pages last
)

// Page asks for a window of the hits.
type Page struct {
	Limit  int // 0: only the total
	Offset int
	Order  Order
}

// Result is the answer to a query. What share of the archive it covers is known
// by the catalogue; Searched is what the index holds.
type Result struct {
	Total     int           `json:"total"`    // matching pages; an upper bound when not Exact
	Exact     bool          `json:"exact"`    // Total is the number of matching pages
	Withheld  bool          `json:"withheld"` // no totals: rights are being tightened and the index lags behind
	Searched  int           `json:"searched"` // pages with searchable text that this sight may see; 0 when Withheld
	Took      time.Duration `json:"took"`
	Hits      []Hit         `json:"hits"`
	ItemTotal int           `json:"item_total"` // rows whose description holds all words; an upper bound when not Exact
	Items     []ItemHit     `json:"items"`      // the best of them
}

// Hit is a page that matches; it was verified against its text.
type Hit struct {
	Page    archive.ID    `json:"page"`
	Item    archive.ID    `json:"item"` // zero: 待挂接
	Code    string        `json:"code"` // 档号; empty: 待挂接
	Ordinal int           `json:"ordinal"`
	Title   string        `json:"title"`
	Snippet string        `json:"snippet"` // plain text around the first word found
	Boxes   []archive.Box `json:"boxes"`   // of all words found, in pixels of the upright master
}

// ItemHit is a row of the catalogue whose own fields hold every word.
type ItemHit struct {
	Item  archive.ID          `json:"item"`
	Kind  archive.HoldingKind `json:"kind"`
	Code  string              `json:"code"`
	Title string              `json:"title"`
}
