package store

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"

	"lantai/archive"
	"lantai/archive/refcode"
)

// titleKeyRunes is how much of a title its sort key covers.
const titleKeyRunes = 24

// The block of characters in daily use.
const firstHan, lastHan = 0x4e00, 0x9fff

// syllables are the pinyin of that block, by character.
var syllables = sync.OnceValue(func() []string {
	table := make([]string, lastHan-firstHan+1)
	args := pinyin.NewArgs()
	for r := range table {
		table[r] = syllable(rune(firstHan+r), args)
	}
	return table
})

func syllable(r rune, args pinyin.Args) string {
	if list := pinyin.SinglePinyin(r, args); len(list) > 0 {
		return list[0]
	}
	return ""
}

// titleKey orders titles by pinyin, syllable by syllable, and within a syllable by
// character; other scripts by their letters, without case.
func titleKey(title string) []byte {
	key := make([]byte, 0, 10*titleKeyRunes)
	table := syllables()
	n := 0
	for _, r := range title {
		if n++; n > titleKeyRunes {
			break
		}
		s := ""
		switch {
		case r >= firstHan && r <= lastHan:
			s = table[r-firstHan]
		case unicode.Is(unicode.Han, r):
			s = syllable(r, pinyin.NewArgs())
		}
		if s != "" {
			key = append(append(key, s...), ' ')
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
