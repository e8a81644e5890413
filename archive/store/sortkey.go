package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"

	"lantai/archive"
	"lantai/archive/refcode"
)

// titleKeyRunes is how much of a title its sort key covers.
const titleKeyRunes = 24

// titleKey orders titles by pinyin, syllable by syllable, and within a syllable by
// character; other scripts by their letters, without case.
func titleKey(title string) []byte {
	key := make([]byte, 0, 8*titleKeyRunes)
	args := pinyin.NewArgs()
	n := 0
	for _, r := range title {
		if n++; n > titleKeyRunes {
			break
		}
		if unicode.Is(unicode.Han, r) {
			if syllables := pinyin.SinglePinyin(r, args); len(syllables) > 0 {
				key = append(key, syllables[0]...)
				key = append(key, ' ')
			}
		}
		key = utf8.AppendRune(key, unicode.ToLower(r))
	}
	return key
}

// dateKey orders archival dates by year, month and day, what is not known as zeros:
// "[1965]", "1965" and "19650000" are equal. Of a text that is no date the first eight
// digits count; a text without digits is empty.
func dateKey(date string) []byte {
	if day, ok := archive.ParseDay(date); ok {
		return []byte(day.Digits())
	}
	key := make([]byte, 0, 8)
	for _, r := range date {
		if r >= '0' && r <= '9' && len(key) < 8 {
			key = append(key, byte(r))
		}
	}
	if len(key) == 0 {
		return key
	}
	return append(key, strings.Repeat("0", 8-len(key))...)
}

func codeKey(code string) []byte { return refcode.SortKey(code) }
