package words

import (
	"strings"
	"time"
)

// Date writes an archival date, "19650312", with what is known of it: 1965-03-12,
// 1965-03, 1965. Anything else, such as "[1965]", stays as it is.
func Date(s string) string {
	if len(s) != 8 {
		return s
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return s
		}
	}
	switch {
	case s[4:] == "0000":
		return s[:4]
	case s[6:] == "00":
		return s[:4] + "-" + s[4:6]
	}
	return s[:4] + "-" + s[4:6] + "-" + s[6:]
}

// ReadDay reads a day as people write it, in the computer's time zone; zero: none was written.
func ReadDay(text string) (day time.Time, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{"2006-1-2", "20060102", "2006.1.2", "2006/1/2", "2006年1月2日"} {
		if day, err := time.ParseInLocation(layout, text, time.Local); err == nil {
			return day, true
		}
	}
	return time.Time{}, false
}
