package vault

import (
	"iter"
	"strings"

	"lantai/archive"
)

const (
	// NotRestoredList names, below manifests/, the originals that the catalogue has and that
	// were left out on purpose when the home was restored: path and SHA-256. Paths begin with masters/, or with
	// roots/ and the number of a storage root; they stand in the order of numbers and paths.
	NotRestoredList = "not-restored.tsv"
	// NotRestoredHead is its first line.
	NotRestoredHead = "path\tsha256\n"
)

// NotRestoredLine is one line of that list.
func NotRestoredLine(path, sum string) string { return tabEscaper.Replace(path) + "\t" + sum + "\n" }

// NotRestored lists the originals of a root (zero: masters/) that were left out when the home
// was restored, by path; none in a home that is whole.
func (v *Vault) NotRestored(root archive.ID) iter.Seq2[string, error] {
	prefix := v.prefix
	if root != 0 {
		prefix = "roots/" + root.String() + "/"
	}
	return func(yield func(string, error) bool) {
		for line, err := range lines(v.list(NotRestoredList)) {
			if err != nil {
				yield("", archive.WrapAs(archive.Unavailable, "read list", NotRestoredList, err))
				return
			}
			cell, _, _ := strings.Cut(line, "\t")
			if path, ok := strings.CutPrefix(tabUnescaper.Replace(cell), prefix); ok && !yield(path, nil) {
				return
			}
		}
	}
}
