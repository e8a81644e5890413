package main

import (
	"testing"

	"lantai/archive"
)

func TestReadSize(t *testing.T) {
	for text, want := range map[string]int64{"": 0, "0": 0, "500": 500, "500B": 500, "64k": 64 << 10, "20MB": 20 << 20, "1.5 G": 3 << 29, "20MB/s": 20 << 20, "2T": 2 << 40} {
		if got, err := readSize(text); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"MB", "B", "x", "-1", "1e30", "20XB", "NaN", "/s"} {
		if got, err := readSize(text); archive.KindOf(err) != archive.Invalid {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
}
