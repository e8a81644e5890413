package vault

import "lantai/archive"

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

// Path gives the path of an original that is linked to a 档号:
//
//	by volume   <全宗号>/<class>/<档号>/<档号>-0001.tif
//	by item     <全宗号>/<class>/盒<盒号>/<档号>-0001.tif
//	            <全宗号>/<class>/0001-1000/<档号>-0001.tif
func (p Place) Path() Placed { return Placed{} }

// Unfiled gives the path of an original that is not linked yet:
// _unfiled/<batch>/<source path made safe>. source is relative, with slashes.
// Different sources get different paths.
func Unfiled(batch, source string) Placed { return Placed{} }
