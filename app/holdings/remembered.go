package holdings

import (
	"encoding/json"
	"strconv"
	"strings"

	"lantai/app/parts"
	"lantai/archive"
)

const (
	openMemory   = "holdings.tree.open"
	openKept     = 300 // branches
	columnMemory = "holdings.columns."
	sortMemory   = "holdings.sort."
)

// rememberBranches keeps which branches a person has open.
func rememberBranches(m parts.Memory, open map[Branch]bool) {
	var list []string
	for b := range open {
		if len(list) < openKept {
			list = append(list, strings.Join([]string{strconv.FormatInt(int64(b.Node), 10), b.Division, b.Part}, "/"))
		}
	}
	m.SetString(openMemory, strings.Join(list, " "))
}

func rememberedBranches(m parts.Memory) map[Branch]bool {
	open := map[Branch]bool{}
	for _, s := range strings.Fields(m.StringWithFallback(openMemory, "")) {
		f := strings.SplitN(s, "/", 3)
		id, err := strconv.ParseInt(f[0], 10, 64)
		if err == nil && id != 0 && len(f) == 3 {
			open[Branch{archive.ID(id), f[1], f[2]}] = true
		}
	}
	return open
}

// arrangement is how a person has the lists of one kind of node.
type arrangement struct {
	columns []string
	order   []Order
}

func rememberArrangement(m parts.Memory, key string, a arrangement) {
	for name, value := range map[string]any{columnMemory: a.columns, sortMemory: a.order} {
		b, _ := json.Marshal(value) // texts always go
		m.SetString(name+key, string(b))
	}
}

// rememberedArrangement is what a person had, as far as the list can still show it.
func rememberedArrangement(m parts.Memory, key string, v View) arrangement {
	var a arrangement
	if json.Unmarshal([]byte(m.StringWithFallback(columnMemory+key, "[]")), &a.columns) != nil {
		a.columns = nil
	}
	if json.Unmarshal([]byte(m.StringWithFallback(sortMemory+key, "[]")), &a.order) != nil {
		a.order = nil
	}
	columns := a.columns
	a.columns = nil
	for _, name := range columns {
		if _, ok := v.field(name); ok {
			a.columns = append(a.columns, name)
		}
	}
	if len(a.columns) == 0 {
		a.columns = usualColumns(v)
	}
	order := a.order
	a.order = nil
	for _, o := range order {
		if f, ok := v.field(o.Field); ok && f.Lists && len(a.order) < mostKeys {
			a.order = append(a.order, o)
		}
	}
	if len(a.order) == 0 {
		a.order = []Order{{Field: FieldCode}}
	}
	return a
}

// mostKeys is how many keys a list is ordered by.
const mostKeys = 3

// usualColumns are those of a person who chose none.
func usualColumns(v View) []string {
	var list []string
	for _, name := range []string{FieldCode, FieldTitle, FieldDate, FieldPages, "author", "doc_no", "retention", "page_count"} {
		if _, ok := v.field(name); ok {
			list = append(list, name)
		}
	}
	return list
}
