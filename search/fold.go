package search

// Folded is a text as the index sees it.
type Folded struct {
	Text  string
	Start []int // for each rune of Text, the index of the first rune of the source it stands for
	End   []int // and the index behind the last
}

// Fold brings text into the one form that is compared: see doc/search.md.
func Fold(s string) Folded { return Folded{Text: s} }
