// Package enhance has the pure image steps between a scanned original and what
// people see and Tesseract reads: quarter turns, deskewing, cutting away what
// lies outside the paper, flattening, scaling. Nothing here touches a file: an
// image and a [Recipe] go in, an image comes out, and the same two always give
// the same pixels.
//
// Three frames of reference occur. The master is the original as stored. The
// upright master is the master after its quarter turns; [archive.Box] is in its
// pixels. The straight page is the upright master turned about its centre by
// −[Recipe.Skew], unless that is too little to be seen; it keeps the upright
// master's pixel size and centre, so its corners may lie outside 0…width, 0…height.
package enhance

// Algorithm numbers the way pixels are made from a recipe. It is part of
// [MadeFrom], so that pages made by an older way are known to be stale.
const Algorithm = 2
