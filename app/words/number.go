package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Number writes a number in groups of three digits: 940,112.
func Number(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	var b strings.Builder
	for i, d := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return sign + b.String()
}

// Bytes writes a size with a unit that keeps it below four digits: 13.0 TB.
func Bytes(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	v := float64(n)
	for _, unit := range []string{"kB", "MB", "GB"} {
		v /= 1000
		if v < 999.5 {
			return fmt.Sprintf("%.3g %s", v, unit)
		}
	}
	return fmt.Sprintf("%.1f TB", v/1000)
}

// Duration writes a time span as a person would say it, in the one or two units
// that matter.
func Duration(d time.Duration) string {
	switch {
	case d < time.Minute:
		return N("time.seconds", max(int(d.Round(time.Second)/time.Second), 1))
	case d < time.Hour:
		return N("time.minutes", int(d.Round(time.Minute)/time.Minute))
	case d < 48*time.Hour:
		d = d.Round(time.Minute)
		return T("time.hours", Args{"H": int(d / time.Hour), "M": int(d % time.Hour / time.Minute)})
	}
	return N("time.days", int(d.Round(24*time.Hour)/(24*time.Hour)))
}

// Clock writes a moment of Unix milliseconds in the computer's time zone.
func Clock(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).Local().Format("2006-01-02 15:04")
}

// Rate writes a speed: one place after the point below ten, whole numbers above.
func Rate(perSecond float64) string {
	if perSecond < 10 {
		return strconv.FormatFloat(perSecond, 'f', 1, 64)
	}
	return Number(int(perSecond + 0.5))
}
