package importing

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"lantai/app/parts"
	"lantai/archive/exchange"
)

// memoryKey is where the mappings that a person used are kept, and mappingsKept how many.
const (
	memoryKey    = "importing.mappings"
	mappingsKept = 20
)

// used is a mapping as it was last used for tables with the same header.
type used struct {
	Header  string
	Mapping exchange.Mapping
}

// headerLine tells tables apart by the names of their columns and where these stand.
func headerLine(m exchange.Mapping) string {
	var b strings.Builder
	for _, c := range m.Columns {
		b.WriteString(strconv.Itoa(c.Index) + "\t" + c.Name + "\n")
	}
	return b.String()
}

// remember keeps a mapping for the next table with the header that was proposed.
func remember(memory parts.Memory, proposed, m exchange.Mapping) {
	header := headerLine(proposed)
	if header == "" {
		return
	}
	list := slices.DeleteFunc(remembered(memory), func(u used) bool { return u.Header == header })
	list = slices.Insert(list, 0, used{header, m})
	if b, err := json.Marshal(list[:min(len(list), mappingsKept)]); err == nil {
		memory.SetString(memoryKey, string(b))
	}
}

// recall gives the mapping last used for such a table. Where the header stands is taken
// from the table at hand.
func recall(memory parts.Memory, proposed exchange.Mapping) (exchange.Mapping, bool) {
	header := headerLine(proposed)
	for _, u := range remembered(memory) {
		if u.Header != header || header == "" || u.Mapping.Check() != nil {
			continue
		}
		m := proposed
		m.Columns, m.Series, m.Kind = u.Mapping.Columns, u.Mapping.Series, u.Mapping.Kind
		same := slices.EqualFunc(m.Columns, proposed.Columns, func(a, b exchange.Column) bool {
			return a.Index == b.Index && a.Field == b.Field && a.Extra == b.Extra && slices.Equal(a.Split, b.Split)
		})
		return m, !same || m.Series != ""
	}
	return proposed, false
}

func remembered(memory parts.Memory) []used {
	var list []used
	if err := json.Unmarshal([]byte(memory.StringWithFallback(memoryKey, "[]")), &list); err != nil {
		return nil // as if nothing had been kept
	}
	return list
}
