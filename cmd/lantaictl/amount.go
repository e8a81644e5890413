package main

import (
	"strconv"
	"strings"

	"lantai/archive"
)

// readSize reads an amount of bytes as people write it: 500, 64K, 20MB, 1.5G. Units are powers
// of 1024; "" is zero.
func readSize(text string) (int64, error) {
	number := strings.ToUpper(strings.TrimSpace(text))
	if number == "" {
		return 0, nil
	}
	number = strings.TrimSuffix(strings.TrimSuffix(number, "/S"), "B")
	factor := 1.0
	if i := strings.Index("KMGT", number[max(len(number)-1, 0):]); number != "" && i >= 0 {
		number = number[:len(number)-1]
		for range i + 1 {
			factor *= 1024
		}
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !(n*factor >= 0 && n*factor <= 1<<60) {
		return 0, archive.Errorf(archive.Invalid, "read size", text, "not a size such as 20MB")
	}
	return int64(n * factor), nil
}

// readDays reads a number of days: 90 or 90d.
func readDays(text string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.ToLower(strings.TrimSpace(text)), "d"))
	if err != nil || n < 0 {
		return 0, archive.Errorf(archive.Invalid, "read days", text, "not a number of days such as 90d")
	}
	return n, nil
}
