package store

import (
	"encoding/binary"
	"errors"

	"lantai/archive"
)

// wordsVersion is the first byte of a packed list of words; doc/archive-home.md has
// the layout.
const wordsVersion = 1

// packWords packs words as varints, each word relative to the one before: about eight
// bytes a word. No words are no bytes.
func packWords(words []archive.Word) []byte {
	if len(words) == 0 {
		return []byte{}
	}
	b := make([]byte, 1, 2+9*len(words))
	b[0] = wordsVersion
	b = binary.AppendUvarint(b, uint64(len(words)))
	var end int
	var last archive.Box
	for _, w := range words {
		b = binary.AppendVarint(b, int64(w.Start-end))
		b = binary.AppendVarint(b, int64(w.Len))
		b = binary.AppendVarint(b, int64(w.Box.X-last.X))
		b = binary.AppendVarint(b, int64(w.Box.Y-last.Y))
		b = binary.AppendVarint(b, int64(w.Box.W-last.W))
		b = binary.AppendVarint(b, int64(w.Box.H-last.H))
		b = binary.AppendVarint(b, int64(w.Confidence))
		end, last = w.Start+w.Len, w.Box
	}
	return b
}

// fieldsPerWord is how many varints a word takes, and so the least bytes it has.
const fieldsPerWord = 7

var errWords = errors.New("the word boxes cannot be read")

// unpackWords is the inverse. It reads any bytes without taking more memory than
// they stand for.
func unpackWords(b []byte) ([]archive.Word, error) {
	if len(b) == 0 {
		return nil, nil
	}
	if b[0] != wordsVersion {
		return nil, errWords
	}
	b = b[1:]
	n, used := binary.Uvarint(b)
	if used <= 0 || n > uint64(len(b)-used)/fieldsPerWord { //nolint:gosec // not negative
		return nil, errWords
	}
	b = b[used:]
	words := make([]archive.Word, n)
	var end int
	var last archive.Box
	for i := range words {
		var v [fieldsPerWord]int
		for f := range v {
			x, used := binary.Varint(b)
			if used <= 0 {
				return nil, errWords
			}
			v[f], b = int(x), b[used:]
		}
		w := archive.Word{
			Start: end + v[0], Len: v[1], Confidence: v[6],
			Box: archive.Box{X: last.X + v[2], Y: last.Y + v[3], W: last.W + v[4], H: last.H + v[5]},
		}
		words[i], end, last = w, w.Start+w.Len, w.Box
	}
	if len(b) != 0 {
		return nil, errWords
	}
	return words, nil
}
