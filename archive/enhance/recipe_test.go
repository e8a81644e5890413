package enhance_test

import (
	"image"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/enhance"
)

func TestRecipeHasOneForm(t *testing.T) {
	r := enhance.Recipe{Turn: 90, Mirror: true, Skew: -1.23456, Crop: image.Rect(-3, 4, 100, 200), Clean: true,
		Binary: true, DPI: 299.999, Manual: enhance.FieldSkew | enhance.FieldDPI}
	const want = `{"turn":90,"mirror":true,"skew":-1.235,"crop":[-3,4,103,196],"clean":true,"binary":true,"dpi":300,"manual":["skew","dpi"]}`
	if r.String() != want {
		t.Errorf("got %s", r)
	}
	back, err := enhance.ParseRecipe(want)
	if err != nil || back.String() != want || back.Crop != r.Crop || back.Manual != r.Manual {
		t.Errorf("read back as %v, %v", back, err)
	}
	if zero := (enhance.Recipe{Skew: -0.0001}).String(); zero != `{"turn":0,"skew":0}` {
		t.Errorf("straight page: %s", zero)
	}
}

func TestRecipeHash(t *testing.T) {
	a := enhance.Recipe{Skew: 1.5}
	b := a
	b.Manual = enhance.FieldSkew
	if a.Hash() != b.Hash() {
		t.Error("who set a field changes the hash")
	}
	b.Skew = 1.6
	if a.Hash() == b.Hash() || enhance.MadeFrom("ab", 0, a) == enhance.MadeFrom("ab", 0, b) {
		t.Error("another skew has the same hash")
	}
	if enhance.MadeFrom("ab", 0, a) == enhance.MadeFrom("ab", 1, a) || enhance.MadeFrom("ab", 0, a) == enhance.MadeFrom("ac", 0, a) {
		t.Error("another original has the same made-from")
	}
}

func TestManualBeatsAutomatic(t *testing.T) {
	mine := enhance.Recipe{Turn: 180, Skew: 2, Crop: image.Rect(1, 1, 5, 5), Clean: true, Binary: true, DPI: 200}
	found := enhance.Recipe{Turn: 90, Skew: -1, DPI: 300}
	for field, same := range map[enhance.Fields]func(a, b enhance.Recipe) bool{
		enhance.FieldTurn:   func(a, b enhance.Recipe) bool { return a.Turn == b.Turn && a.Mirror == b.Mirror },
		enhance.FieldSkew:   func(a, b enhance.Recipe) bool { return a.Skew == b.Skew },
		enhance.FieldCrop:   func(a, b enhance.Recipe) bool { return a.Crop == b.Crop },
		enhance.FieldClean:  func(a, b enhance.Recipe) bool { return a.Clean == b.Clean },
		enhance.FieldBinary: func(a, b enhance.Recipe) bool { return a.Binary == b.Binary },
		enhance.FieldDPI:    func(a, b enhance.Recipe) bool { return a.DPI == b.DPI },
	} {
		mine.Manual = field
		got := mine.With(found)
		if !same(got, mine) || got.Manual != field {
			t.Errorf("field %b: %v", field, got)
		}
		mine.Manual = 0
		if got := mine.With(found); !same(got, found) {
			t.Errorf("field %b, not set by hand: %v", field, got)
		}
	}
}

func TestRecipesThatNoPageHas(t *testing.T) {
	for _, s := range []string{`{"turn":45}`, `{"skew":50}`, `{"dpi":-1}`, `{"crop":[0,0,9999999,1]}`, `[]`, `{`, `{"turn":"90"}`} {
		if r, err := enhance.ParseRecipe(s); archive.KindOf(err) != archive.Invalid {
			t.Errorf("%s: read as %v, %v", s, r, err)
		}
	}
}

func FuzzParseRecipe(f *testing.F) {
	f.Add(`{"turn":90,"skew":-1.2,"crop":[1,2,3,4],"manual":["skew"]}`)
	f.Add(`{"skew":1e-9,"dpi":99999,"crop":[0,0,-1,5]}`)
	f.Fuzz(func(t *testing.T, s string) {
		r, err := enhance.ParseRecipe(s)
		if err != nil {
			return
		}
		again, err := enhance.ParseRecipe(r.String())
		if err != nil || again.String() != r.String() || strings.Contains(r.String(), "-0,") {
			t.Errorf("%q: %s, then %s, %v", s, r, again, err)
		}
	})
}
