package store

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"

	"lantai/archive"
)

func TestWordsPackAndUnpack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var words []archive.Word
		for range r.IntN(50) {
			words = append(words, archive.Word{
				Start: r.IntN(3000), Len: r.IntN(9), Confidence: r.IntN(101),
				Box: archive.Box{X: r.IntN(9000) - 20, Y: r.IntN(9000), W: r.IntN(900), H: r.IntN(90)},
			})
		}
		got, err := unpackWords(packWords(words))
		if err != nil || !reflect.DeepEqual(got, words) {
			t.Fatalf("%v: got %+v, want %+v", err, got, words)
		}
	}
}

func TestTheLayoutOfWords(t *testing.T) {
	// One word at runes 2–4, box 100,-1 8×16, confidence 95: zigzag varints.
	got := packWords([]archive.Word{{Start: 2, Len: 3, Box: archive.Box{X: 100, Y: -1, W: 8, H: 16}, Confidence: 95}})
	want := []byte{1, 1, 4, 6, 0xc8, 1, 1, 16, 32, 0xbe, 1}
	if !bytes.Equal(got, want) {
		t.Errorf("got % x, want % x", got, want)
	}
}

func FuzzUnpackWords(f *testing.F) {
	f.Add([]byte{1, 1, 4, 6, 0xc8, 1, 1, 16, 32, 0xbe, 1})
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Add([]byte{2})
	f.Fuzz(func(t *testing.T, b []byte) {
		words, err := unpackWords(b)
		if err != nil || len(words) == 0 {
			return
		}
		again, err := unpackWords(packWords(words))
		if err != nil || !reflect.DeepEqual(again, words) {
			t.Fatalf("%v: got %+v, want %+v", err, again, words)
		}
	})
}
