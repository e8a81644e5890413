package words

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
