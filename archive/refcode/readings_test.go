package refcode_test

import (
	"slices"
	"testing"

	"lantai/archive/refcode"
)

func TestReadings(t *testing.T) {
	for _, x := range []struct {
		typed, meant string
		n            int
	}{
		{"z109-ws-2011-y-bgs-0001", "Z109-WS·2011-Y-BGS-0001", 32},
		{"Z109 WS 2011 Y 0001", "Z109-WS·2011-Y-0001", 17},
		{"Z109-WS·2011-Y-BGS-0001", "Z109-WS·2011-Y-BGS-0001", 32},
		{"Z109－WS・2011_Y.BGS 0001", "Z109-WS·2011-Y-BGS-0001", 33},
		{"0002-003-0015", "0002-003-0015", 4},
		{"Z109", "Z109", 1},
		{"", "", 1},
		{"a-b-c-d-e-f-g-h", "A-B-C-D-E-F-G-H", 1},
	} {
		got := refcode.Readings(x.typed)
		if len(got) != x.n || !slices.Contains(got, x.meant) || got[0] != refcode.Normalise(x.typed) {
			t.Errorf("%q has %d readings, want %d with %q: %q", x.typed, len(got), x.n, x.meant, got)
		}
	}
}
