package sheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// numberFormat is what the format of a cell makes of its number.
type numberFormat struct {
	date bool
	pad  int // the format is that many zeros
}

// formatOf reads a format code: ECMA-376 18.8.30, 18.8.31.
func formatOf(id int, code string) numberFormat {
	if code == "" {
		switch {
		case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 45 && id <= 47, id >= 50 && id <= 58:
			return numberFormat{date: true}
		}
		return numberFormat{}
	}
	if strings.Trim(code, "0") == "" && len(code) <= 30 {
		return numberFormat{pad: len(code)}
	}
	section, _, _ := strings.Cut(code, ";")
	plain := strings.Builder{}
	for i := 0; i < len(section); i++ {
		switch c := section[i]; c {
		case '"', '[':
			end := byte('"')
			if c == '[' {
				end = ']'
			}
			k := strings.IndexByte(section[i+1:], end)
			if k < 0 {
				return numberFormat{}
			}
			if inner := strings.ToLower(section[i+1 : i+1+k]); c == '[' && strings.Trim(inner, "hms") == "" && inner != "" {
				plain.WriteString(inner)
			}
			i += k + 1
		case '\\', '_', '*':
			i++
		default:
			plain.WriteByte(c)
		}
	}
	lower := strings.ToLower(plain.String())
	if strings.Contains(lower, "general") {
		return numberFormat{}
	}
	return numberFormat{date: strings.ContainsAny(lower, "ymdhsg")}
}

// numberCell makes a cell of a number under a format. date1904: days count from 1904.
func numberCell(v float64, f numberFormat, date1904 bool) Cell {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Cell{Text: "#NUM!", Kind: Fault}
	}
	if f.date {
		if text, ok := dateText(v, date1904); ok {
			return Cell{Text: text, Kind: Date, Raw: strconv.FormatFloat(v, 'f', -1, 64)}
		}
	}
	c := Cell{Kind: Number}
	if v == math.Trunc(v) && math.Abs(v) < 1e18 {
		c.Text = strconv.FormatInt(int64(v), 10)
		c.Lossy = math.Abs(v) >= 1e15
	} else {
		c.Text = strconv.FormatFloat(v, 'f', -1, 64)
		c.Lossy = math.Abs(v) >= 1e15
	}
	c.Padded = f.pad > 1 && v >= 0 && v == math.Trunc(v)
	if n := f.pad - len(c.Text); n > 0 && c.Padded {
		c.Text = strings.Repeat("0", n) + c.Text
	}
	return c
}

// dateText gives the day, and the time of day if there is one, that a serial stands for.
// Day 60 of the 1900 system is the 29 February that 1900 did not have.
func dateText(v float64, date1904 bool) (string, bool) {
	if v < 1 || v >= 2958466 {
		return "", false
	}
	day := math.Floor(v)
	second := math.Round((v - day) * 86400)
	if second >= 86400 {
		day, second = day+1, 0
	}
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case day == 60:
		return "", false
	case day < 60:
		start = start.AddDate(0, 0, 1)
	}
	t := start.AddDate(0, 0, int(day)).Add(time.Duration(second) * time.Second)
	if second == 0 {
		return t.Format("2006-01-02"), true
	}
	return t.Format("2006-01-02 15:04:05"), true
}

// parseNumber reads a number as files write it.
func parseNumber(s string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return v, err == nil && !math.IsInf(v, 0) && !math.IsNaN(v)
}
