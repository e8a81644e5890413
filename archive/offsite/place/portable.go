package place

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"lantai/archive"
)

// portable refuses paths that FAT, NTFS or Windows cannot have, or would change.
func portable(path string) error {
	for part := range strings.SplitSeq(path, "/") {
		why := ""
		switch {
		case !utf8.ValidString(part):
			why = "is not UTF-8"
		case strings.ContainsFunc(part, func(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune(`\:*?"<>|`, r) }):
			why = "has a character that this file system does not take"
		case strings.TrimRight(part, ". ") != part:
			why = "ends with a dot or blank, which this file system takes off"
		case reserved(part):
			why = "is the name of a device on Windows"
		}
		if why != "" {
			return archive.Errorf(archive.Invalid, "name file at place", path, "%s %s", part, why)
		}
	}
	return nil
}

// reserved tells the device names of Windows, which no extension makes safe.
func reserved(name string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	stem = strings.TrimRight(stem, " ")
	switch stem {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	port, digit := strings.CutPrefix(stem, "COM")
	if !digit {
		port, digit = strings.CutPrefix(stem, "LPT")
	}
	return digit && utf8.RuneCountInString(port) == 1 && strings.Contains("0123456789¹²³", port)
}
