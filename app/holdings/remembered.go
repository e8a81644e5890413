package holdings

import (
	"encoding/json"
	"slices"
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

// rememberedArrangement is what a person had. A place may lack some of the fields.
func rememberedArrangement(m parts.Memory, key string) (a arrangement) {
	if json.Unmarshal([]byte(m.StringWithFallback(columnMemory+key, "[]")), &a.columns) != nil {
		a.columns = nil
	}
	if json.Unmarshal([]byte(m.StringWithFallback(sortMemory+key, "[]")), &a.order) != nil {
		a.order = nil
	}
	return a
}

// shown are the columns of a place: those chosen that it has, or else the usual ones.
func (a arrangement) shown(v View) []string {
	list := slices.DeleteFunc(slices.Clone(a.columns), func(name string) bool { _, ok := v.field(name); return !ok })
	if len(list) == 0 {
		return usualColumns(v)
	}
	return list
}

// keys are those chosen that the records of a place have, or else the 档号.
func (a arrangement) keys(v View) []Order {
	list := slices.DeleteFunc(slices.Clone(a.order), func(o Order) bool { f, _ := v.field(o.Field); return !f.Lists })
	if len(list) == 0 {
		return []Order{{Field: FieldCode}}
	}
	return list[:min(len(list), mostKeys)]
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
