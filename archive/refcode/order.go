package refcode

import (
	"bytes"
	"unicode/utf8"
)

// SortKey gives bytes that order codes and file paths as people do: runs of digits
// by value, so that 2 stands before 10, and a folder's files before those of the
// folder whose name goes on. Databases compare the keys as plain bytes. The key is
// equal for strings that differ in leading zeros, case or width alone. The key of
// a prefix that does not end in a digit is a prefix of the keys of what begins with
// it.
func SortKey(code string) []byte {
	key := make([]byte, 0, len(code)+8)
	digits := make([]byte, 0, 16)
	run := false
	flush := func() {
		if run {
			key = appendNumber(key, digits)
			digits, run = digits[:0], false
		}
	}
	for _, r := range code {
		r = fold(r)
		switch {
		case r == 0:
			continue
		case r >= '0' && r <= '9':
			run = true
			if r != '0' || len(digits) > 0 { // leading zeros do not count
				digits = append(digits, byte(r))
			}
			continue
		}
		flush()
		if r == '/' { // before every other character: folders first
			key = append(key, 1)
		} else {
			key = utf8.AppendRune(key, r)
		}
	}
	flush()
	return key
}

// appendNumber writes a run of digits so that longer means greater: a '0', which
// keeps numbers in their place among other characters, the count of digits, the
// digits. A count byte of 255 goes on in the next.
func appendNumber(key, digits []byte) []byte {
	key = append(key, '0')
	n := len(digits) + 1 // no zero bytes in keys
	for ; n >= 255; n -= 254 {
		key = append(key, 255)
	}
	return append(append(key, byte(n)), digits...) //nolint:gosec // below 255 after the loop
}

// NaturalLess tells whether a stands before b: by SortKey, and where those are
// equal by the strings themselves. To sort many, make the keys once.
func NaturalLess(a, b string) bool {
	if c := bytes.Compare(SortKey(a), SortKey(b)); c != 0 {
		return c < 0
	}
	return a < b
}
