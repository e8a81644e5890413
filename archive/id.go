package archive

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// ID names one row for ever, across stations: 41 bits of milliseconds since
// 2020-01-01 UTC, 10 bits of station number, 12 bits of counter. It is never
// negative; zero means "none".
type ID int64

const (
	idStationBits = 10
	idCounterBits = 12
	// MaxStation is the highest station number an ID can carry.
	MaxStation = 1<<idStationBits - 1
)

// idEpoch is 2020-01-01T00:00:00Z in Unix milliseconds.
const idEpoch = 1577836800000

// String gives the decimal form that JSON and the command line use.
func (id ID) String() string { return strconv.FormatInt(int64(id), 10) }

// Time tells when the ID was made, to the millisecond.
func (id ID) Time() time.Time {
	return time.UnixMilli(int64(id)>>(idStationBits+idCounterBits) + idEpoch).UTC()
}

// Station tells which station made the ID.
func (id ID) Station() int { return int(id>>idCounterBits) & MaxStation }

// MarshalJSON writes the ID as a string, since 63 bits do not fit a JSON number
// read as a double.
func (id ID) MarshalJSON() ([]byte, error) { return []byte(`"` + id.String() + `"`), nil }

// UnmarshalJSON reads the string form, and null as none.
func (id *ID) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	if s == "null" || s == "" {
		*id = 0
		return nil
	}
	v, err := ParseID(s)
	if err != nil {
		return err
	}
	*id = v
	return nil
}

// ParseID reads the decimal form. It returns an Invalid error for anything else.
func ParseID(s string) (ID, error) {
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || v < 0 {
		return 0, Errorf(Invalid, "read id", s, "not a number of 63 bits")
	}
	return ID(v), nil
}

// IDs makes identifiers that always grow, even when the clock goes back.
// It is safe for use by several goroutines.
type IDs struct {
	mu      sync.Mutex
	station int64
	now     func() time.Time
	last    int64 // milliseconds since the epoch and counter, without station
}

// NewIDs starts a generator for one station. after is the highest ID that this
// station has written before, or zero; no ID at or below its time is made again.
func NewIDs(station int, now func() time.Time, after ID) (*IDs, error) {
	if station < 0 || station > MaxStation {
		return nil, Errorf(Invalid, "make ids", strconv.Itoa(station), "station number out of range")
	}
	g := &IDs{station: int64(station), now: now}
	ms := int64(after) >> (idStationBits + idCounterBits)
	g.last = ms<<idCounterBits | int64(after)&(1<<idCounterBits-1)
	return g, nil
}

// Next returns an ID greater than every one before it. When the counter of a
// millisecond is used up, the next millisecond is borrowed.
func (g *IDs) Next() ID {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := (g.now().UnixMilli() - idEpoch) << idCounterBits
	if t <= g.last {
		t = g.last + 1
	}
	g.last = t
	ms, n := t>>idCounterBits, t&(1<<idCounterBits-1)
	return ID(ms<<(idStationBits+idCounterBits) | g.station<<idCounterBits | n)
}

// GoString helps when a test prints an ID.
func (id ID) GoString() string { return fmt.Sprintf("archive.ID(%d)", int64(id)) }
