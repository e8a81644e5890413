package refcode_test

import (
	"testing"

	"lantai/archive"
	"lantai/archive/refcode"
)

// A scheme that somebody wrote is refused or used: written and read again it is the same,
// and what it parses it formats to the same.
func FuzzReadScheme(f *testing.F) {
	for _, name := range []string{"item22", "item13", "vol13", "vol94", "photo02"} {
		s, ok := refcode.Builtin(name)
		if !ok {
			f.Fatal(name)
		}
		f.Add(s.JSON(), "0001-WS·1985-Y-BGS-0001")
	}
	f.Add(`{"name":"x","method":"item","elements":[{"name":"fonds_no","min":1,"max":4,"pattern":"["}]}`, "a")
	f.Add(`{"elements":null}`, "")
	f.Fuzz(func(t *testing.T, text, code string) {
		s, err := refcode.Read(text)
		if err != nil {
			if archive.KindOf(err) != archive.Invalid {
				t.Fatal(err)
			}
			return
		}
		again, err := refcode.Read(s.JSON())
		if err != nil || again.JSON() != s.JSON() {
			t.Fatalf("%s read again: %s, %v", s.JSON(), again.JSON(), err)
		}
		code = refcode.Normalise(code)
		v, err := s.Parse(code)
		if err != nil {
			return
		}
		if back, err := s.Format(v); err != nil || back != code {
			t.Fatalf("%q by %s is %v and formats to %q, %v", code, s.JSON(), v, back, err)
		}
		s.Kind(code)
		s.Parent(code)
	})
}
