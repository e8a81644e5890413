package offsite

import (
	"strings"

	"lantai/archive"
)

// What lies at a target.
const (
	ReadmeFile   = "README.txt"
	LabelFile    = "lantai-medium.json"
	StateFile    = "lantai-state.json"
	ManifestFile = "manifest-sha256.txt"
	MovesFile    = "moves.tsv"
	HeadsFile    = "heads.tsv"

	mastersDir   = "masters/"
	rootsDir     = "roots/"
	listsDir     = "manifests/"
	catalogueDir = "catalogue/"
	textDir      = "text/"
	damagedDir   = "_damaged/"
)

// pathOf is where a copy lies at a target. own is its path below that folder where it is not
// that of the original.
func pathOf(f archive.File, own string) string {
	if own == "" {
		own = f.Path
	}
	return archive.CopyFolder(f.Root) + own
}

// rootOf takes a path at a target apart; ok is false for what is no copy.
func rootOf(path string) (root archive.ID, below string, ok bool) {
	if below, ok = strings.CutPrefix(path, mastersDir); ok {
		return 0, below, below != ""
	}
	rest, ok := strings.CutPrefix(path, rootsDir)
	if !ok {
		return 0, "", false
	}
	id, below, ok := strings.Cut(rest, "/")
	root, err := archive.ParseID(id)
	return root, below, ok && err == nil && root != 0 && below != ""
}

// otherPath is where a copy lies when another file stands under its path: the beginning of
// its digest goes before the ending.
func otherPath(f archive.File) string {
	dir, name := "", f.Path
	if i := strings.LastIndexByte(f.Path, '/'); i >= 0 {
		dir, name = f.Path[:i+1], f.Path[i+1:]
	}
	stem, ending := name, ""
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		stem, ending = name[:i], name[i:]
	}
	return dir + stem + "~" + f.SHA256[:8] + ending
}

// listsOf are the lists besides the manifest in which a copy has a line: that of its fonds,
// and that of the receipt it came with.
func listsOf(f archive.File) []string {
	var lists []string
	if f.Root == 0 {
		if fonds, _, ok := strings.Cut(f.Path, "/"); ok && !strings.HasPrefix(fonds, "_") {
			lists = append(lists, listsDir+"fonds/"+fonds+".sha256")
		}
	} else {
		lists = append(lists, listsDir+"root/"+f.Root.String()+".sha256")
	}
	if f.Batch != 0 {
		lists = append(lists, listsDir+"batch/"+f.Batch.String()+".sha256")
	}
	return lists
}
