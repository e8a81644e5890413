package vault

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxName is the longest name of a file or folder in bytes: it leaves room for the
// ending of an unfinished file below the 255 bytes of Linux file systems.
const maxName = 180

// partName is what unfinished files are called; no original may be called so.
var partName = regexp.MustCompile(`\.[0-9a-f]{16}\.part$`)

// safeName makes one part of a path that Linux and Windows both take. A name that
// had to be changed carries a short hash of what it was, so that two names never
// become one. A safe name comes back as it is.
func safeName(s string) string {
	safe := replaceUnsafe(s)
	if safe == s && len(s) <= maxName {
		return s
	}
	return tagged(safe, shortHash(s), func(t string) bool { return len(t) <= maxName })
}

// shortName is safeName cut to a number of characters.
func shortName(s string, runes int) string {
	safe := safeName(s)
	if utf8.RuneCountInString(safe) <= runes {
		return safe
	}
	return tagged(replaceUnsafe(s), shortHash(s), func(t string) bool {
		return utf8.RuneCountInString(t) <= runes && len(t) <= maxName
	})
}

// tagged puts a tag between stem and extension and cuts the stem until the whole fits.
func tagged(name, tag string, fits func(string) bool) string {
	stem, ext := splitExt(name)
	for {
		t := stem + "~" + tag + ext
		if fits(t) || stem == "" {
			return t
		}
		_, n := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-n]
	}
}

// replaceUnsafe changes each character and each name that some system refuses.
func replaceUnsafe(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || strings.ContainsRune(`\/:*?"<>|`+"\u2028\u2029", r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(s, "_"))
	if t := strings.TrimRight(s, ". "); len(t) < len(s) {
		s = t + strings.Repeat("_", len(s)-len(t))
	}
	if t := strings.TrimLeft(s, " "); len(t) < len(s) {
		s = strings.Repeat("_", len(s)-len(t)) + t
	}
	switch {
	case s == "":
		return "_"
	case reservedName(s):
		return "_" + s
	case partName.MatchString(s):
		return s + "_"
	}
	return s
}

// reservedName tells the device names of Windows, which no extension makes safe.
func reservedName(s string) bool {
	stem, _, _ := strings.Cut(s, ".")
	stem = strings.ToUpper(strings.TrimRight(stem, " "))
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	digit, found := strings.CutPrefix(stem, "COM")
	if !found {
		digit, found = strings.CutPrefix(stem, "LPT")
	}
	return found && utf8.RuneCountInString(digit) == 1 && strings.Contains("0123456789¹²³", digit)
}

// splitExt parts a name before its extension; what is longer than 16 bytes is none.
func splitExt(name string) (stem, ext string) {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 || len(name)-i > 16 {
		return name, ""
	}
	return name[:i], name[i:]
}

// shortHash tells names apart that look alike after shortening.
func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:4])
}
