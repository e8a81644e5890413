package enhance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"image"
	"math"
	"slices"
	"strconv"

	"lantai/archive"
)

// Recipe says how images are made from one page's original. It is data: stored
// beside the page as JSON, found by [Detect], changed by people. Its zero value
// leaves the page as it is.
type Recipe struct {
	// Turn is the clockwise quarter turn that stands the page upright: 0, 90,
	// 180 or 270 degrees. It includes the orientation tag of the file.
	Turn int
	// Mirror is set when the page must be mirrored left to right before Turn.
	Mirror bool
	// Skew is how far the upright page leans clockwise, in degrees; images are
	// turned back by it. 0: straight, or not known.
	Skew float64
	// Crop is the paper on the straight page, in pixels; empty: keep all.
	Crop image.Rectangle
	// Clean takes specks and shadows out of the access image.
	Clean bool
	// Binary makes black and white input for recognition instead of grey.
	Binary bool
	// DPI is the resolution the page was scanned at; 0: not known.
	DPI float64
	// Manual names the fields that a person has set; detecting again keeps them.
	Manual Fields
}

// Fields is a set of fields of a [Recipe].
type Fields uint8

// The fields that a person can set.
const (
	FieldTurn   Fields = 1 << iota // Turn and Mirror
	FieldSkew                      // Skew
	FieldCrop                      // Crop
	FieldClean                     // Clean
	FieldBinary                    // Binary
	FieldDPI                       // DPI
)

// fieldNames are the names in JSON, in the order of the bits.
func fieldNames() []string { return []string{"turn", "skew", "crop", "clean", "binary", "dpi"} }

// recipeJSON is the stored form; doc/archive-home.md describes it.
type recipeJSON struct {
	Turn   int      `json:"turn"`
	Mirror bool     `json:"mirror,omitempty"`
	Skew   float64  `json:"skew"`
	Crop   *[4]int  `json:"crop,omitempty"` // x, y, width, height
	Clean  bool     `json:"clean,omitempty"`
	Binary bool     `json:"binary,omitempty"`
	DPI    float64  `json:"dpi,omitempty"`
	Manual []string `json:"manual,omitempty"`
}

// MarshalJSON writes the recipe in one form only, so that equal recipes have
// equal JSON: fixed order, skew to a thousandth of a degree, dpi to a hundredth.
func (r Recipe) MarshalJSON() ([]byte, error) {
	j := recipeJSON{Turn: r.Turn, Mirror: r.Mirror, Clean: r.Clean, Binary: r.Binary,
		Skew: round(r.Skew, 1000), DPI: round(r.DPI, 100)}
	if !r.Crop.Empty() {
		j.Crop = &[4]int{r.Crop.Min.X, r.Crop.Min.Y, r.Crop.Dx(), r.Crop.Dy()}
	}
	for i, name := range fieldNames() {
		if r.Manual&(1<<i) != 0 {
			j.Manual = append(j.Manual, name)
		}
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads the stored form. It returns an Invalid error for values
// that no page can have.
func (r *Recipe) UnmarshalJSON(b []byte) error {
	var j recipeJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return archive.WrapAs(archive.Invalid, "read recipe", "", err)
	}
	if !slices.Contains([]int{0, 90, 180, 270}, j.Turn) {
		return archive.Errorf(archive.Invalid, "read recipe", "turn", "%d is not a quarter turn", j.Turn)
	}
	if !(math.Abs(j.Skew) <= 45) {
		return archive.Errorf(archive.Invalid, "read recipe", "skew", "%g is more than 45 degrees", j.Skew)
	}
	if !(j.DPI >= 0 && j.DPI <= 1e5) {
		return archive.Errorf(archive.Invalid, "read recipe", "dpi", "%g is out of range", j.DPI)
	}
	out := Recipe{Turn: j.Turn, Mirror: j.Mirror, Skew: j.Skew, Clean: j.Clean, Binary: j.Binary, DPI: j.DPI}
	if c := j.Crop; c != nil {
		for _, v := range c {
			if v < -1<<20 || v > 1<<20 {
				return archive.Errorf(archive.Invalid, "read recipe", "crop", "%d is out of range", v)
			}
		}
		if c[2] > 0 && c[3] > 0 {
			out.Crop = image.Rect(c[0], c[1], c[0]+c[2], c[1]+c[3])
		}
	}
	for i, name := range fieldNames() {
		if slices.Contains(j.Manual, name) {
			out.Manual |= 1 << i
		}
	}
	*r = out
	return nil
}

// ParseRecipe reads the stored form; "" is the zero recipe.
func ParseRecipe(s string) (Recipe, error) {
	var r Recipe
	if s == "" {
		return r, nil
	}
	err := json.Unmarshal([]byte(s), &r)
	return r, archive.WrapAs(archive.Invalid, "read recipe", "", err)
}

// String gives the stored form.
func (r Recipe) String() string {
	b, err := json.Marshal(r)
	if err != nil { // NaN and infinities only
		return Recipe{}.String()
	}
	return string(b)
}

// With keeps in r what a person has set and takes the rest from a fresh
// detection.
func (r Recipe) With(found Recipe) Recipe {
	if r.Manual&FieldTurn != 0 {
		found.Turn, found.Mirror = r.Turn, r.Mirror
	}
	if r.Manual&FieldSkew != 0 {
		found.Skew = r.Skew
	}
	if r.Manual&FieldCrop != 0 {
		found.Crop = r.Crop
	}
	if r.Manual&FieldClean != 0 {
		found.Clean = r.Clean
	}
	if r.Manual&FieldBinary != 0 {
		found.Binary = r.Binary
	}
	if r.Manual&FieldDPI != 0 {
		found.DPI = r.DPI
	}
	found.Manual = r.Manual
	return found
}

// Hash is the SHA-256 of the recipe's JSON, in lower-case hex. Who set a field
// makes no difference to the pixels and none to the hash.
func (r Recipe) Hash() string {
	r.Manual = 0
	sum := sha256.Sum256([]byte(r.String()))
	return hex.EncodeToString(sum[:])
}

// MadeFrom is what a derived image or text was made from: the original (its
// SHA-256 in hex and the frame in it), the recipe and the algorithm. A page
// whose stored value differs is stale.
func MadeFrom(sha string, frame int, r Recipe) string {
	sum := sha256.Sum256([]byte(sha + "\n" + strconv.Itoa(frame) + "\n" + r.Hash() + "\n" + strconv.Itoa(Algorithm)))
	return hex.EncodeToString(sum[:16])
}

func round(v, steps float64) float64 {
	v = math.Round(v*steps) / steps
	if v == 0 {
		return 0 // never −0, which JSON writes as "-0"
	}
	return v
}
