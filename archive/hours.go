package archive

import (
	"fmt"
	"time"
)

// Hours are hours of the day, in local time; they may reach over midnight. The zero value is
// always.
type Hours struct {
	From, To int // minutes of the day; equal: always
}

// ParseHours reads "19:00-07:00"; "" and "always" are always.
func ParseHours(s string) (Hours, error) {
	if s == "" || s == "always" {
		return Hours{}, nil
	}
	var h [4]int
	var rest string
	n, err := fmt.Sscanf(s+" .", "%d:%d-%d:%d %s", &h[0], &h[1], &h[2], &h[3], &rest)
	from, to := h[0]*60+h[1], h[2]*60+h[3]
	sound := func(hour, minute int) bool {
		return hour >= 0 && minute >= 0 && minute < 60 && (hour < 24 || hour == 24 && minute == 0)
	}
	if err != nil || n != 5 || rest != "." || !sound(h[0], h[1]) || !sound(h[2], h[3]) || from == to {
		return Hours{}, Errorf(Invalid, "read hours", s, "not of the form 19:00-07:00")
	}
	return Hours{from, to}, nil
}

// String gives the form that ParseHours reads.
func (h Hours) String() string {
	if h.Always() {
		return "always"
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.From/60, h.From%60, h.To/60, h.To%60)
}

// Always tells whether there is no limit.
func (h Hours) Always() bool { return h.From == h.To }

// Open tells whether a moment is within the hours.
func (h Hours) Open(t time.Time) bool {
	m := t.Hour()*60 + t.Minute()
	switch {
	case h.Always():
		return true
	case h.From < h.To:
		return m >= h.From && m < h.To
	}
	return m >= h.From || m < h.To
}
