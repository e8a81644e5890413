package vault

import (
	"fmt"
	"strings"

	"lantai/archive"
)

// Placed is a path for an original below masters/.
type Placed struct {
	Path   string // safe on Linux and Windows, short enough
	Wanted string // the path before it was made safe or shortened; "" when nothing was changed
}

// Place says what an original shows; Path makes its path from that.
type Place struct {
	Fonds   string         // 全宗号
	Class   string         // 目录号, or the class: what stands between 全宗号 and the last number
	Code    string         // 档号 of the volume (by volume) or of the item
	Method  archive.Method // how the series is arranged
	Box     string         // by item: 盒号, or "" for one folder per 1,000 items
	Number  int            // by item without box: 件号, chooses the folder
	Serial  string         // of the page in its item: "F01"; "" makes it of Ordinal
	Ordinal int            // 1-based, four digits at least
	Rescan  int            // 0 or 1: first scan; 2: "-0001.r2.tif"
	Ext     string         // with its dot, kept as delivered; may be empty
}

const (
	// maxPath is the longest path below the home, in characters, "masters/" included.
	maxPath  = 200
	homePart = len("masters/")
	// maxShortName is what is left of a name whose path is too long, in characters.
	maxShortName = 80
	unfiled      = "_unfiled"
)

// Path gives the path of an original that is linked to a 档号:
//
//	by volume   <全宗号>/<class>/<档号>/<档号>-0001.tif
//	by item     <全宗号>/<class>/盒<盒号>/<档号>-0001.tif
//	            <全宗号>/<class>/0001-1000/<档号>-0001.tif
func (p Place) Path() Placed {
	serial := p.Serial
	if serial == "" {
		serial = fmt.Sprintf("%04d", p.Ordinal)
	}
	name := p.Code + "-" + serial
	if p.Rescan > 1 {
		name += fmt.Sprintf(".r%d", p.Rescan)
	}
	folders := []string{p.Fonds}
	if p.Class != "" {
		folders = append(folders, p.Class)
	}
	return place(nil, append(folders, p.folder()), name+p.Ext)
}

// folder keeps folders small enough to open and few enough to copy.
func (p Place) folder() string {
	switch {
	case p.Method != archive.ByItem:
		return p.Code
	case p.Box != "":
		return "盒" + p.Box
	case p.Number < 1:
		return "0000"
	}
	first := (p.Number-1)/1000*1000 + 1
	return fmt.Sprintf("%04d-%04d", first, first+999)
}

// Unfiled gives the path of an original that is not linked yet:
// _unfiled/<batch>/<source path made safe>. source is relative, with slashes.
// Different sources get different paths.
func Unfiled(batch, source string) Placed {
	parts := strings.Split(strings.ReplaceAll(source, `\`, "/"), "/")
	last := len(parts) - 1
	return place([]string{unfiled, batch}, parts[:last], parts[last])
}

// place joins the parts of a path, each made safe, and shortens what is too long:
// first the name, then the innermost folders, which become one short hash.
func place(head, folders []string, name string) Placed {
	wanted := strings.Join(append(append(append([]string{}, head...), folders...), name), "/")
	safe := make([]string, 0, len(head)+len(folders))
	for _, s := range head {
		safe = append(safe, safeName(s))
	}
	for _, s := range folders {
		safe = append(safe, safeName(s))
	}
	last := safeName(name)
	path := strings.Join(append(safe, last), "/")
	if tooLong(path) {
		last = shortName(name, maxShortName)
		path = strings.Join(append(safe, last), "/")
	}
	for keep := len(folders) - 1; tooLong(path) && keep >= 0; keep-- {
		rest := strings.Join(folders[keep:], "/")
		parts := append(append([]string{}, safe[:len(head)+keep]...), "~"+shortHash(rest), last)
		path = strings.Join(parts, "/")
	}
	if path == wanted {
		wanted = ""
	}
	return Placed{Path: path, Wanted: wanted}
}

func tooLong(path string) bool { return homePart+len([]rune(path)) > maxPath }

// checkPath refuses paths that Place and Unfiled would not make: such as leave
// the vault, or cannot be copied to another system.
func checkPath(op, path string) error {
	if tooLong(path) {
		return archive.Errorf(archive.Invalid, op, path, "longer than %d characters", maxPath-homePart)
	}
	for s := range strings.SplitSeq(path, "/") {
		if safeName(s) != s {
			return archive.Errorf(archive.Invalid, op, path, "%q is no safe name", s)
		}
	}
	return nil
}
