package exchange

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"

	"lantai/archive"
)

// Mapping says how a table is read. It is data: JSON, saved and loaded.
type Mapping struct {
	Version int    `json:"version"`         // 1
	Sheet   string `json:"sheet,omitempty"` // name; empty: the first that has rows, with those that go on from it

	Header    int                 `json:"header"`           // the row that has the names; 0: none
	HeaderEnd int                 `json:"header_end"`       // the last row of the header, where it has two
	Series    string              `json:"series,omitempty"` // 门类 of the rows whose own columns name none
	Kind      archive.HoldingKind `json:"kind,omitempty"`   // of rows that do not say; empty: what the 档号 says

	// Exact: a table that this package wrote. Values are taken as they stand.
	Exact   bool     `json:"exact,omitempty"`
	Columns []Column `json:"columns"`
}

// Column says what one column is. Field, Extra and Split exclude each other; a column
// with none of them is left out.
type Column struct {
	Index int    `json:"index"` // from 0
	Name  string `json:"name"`  // as the header has it
	Field Field  `json:"field,omitempty"`
	Extra string `json:"extra,omitempty"` // a field of the site's own of this name
	Split []Part `json:"split,omitempty"` // a combined key, taken apart by widths
}

// Part is a part of a combined key.
type Part struct {
	Width int   `json:"width"`           // characters
	Field Field `json:"field,omitempty"` // empty: left out
}

const opMapping = "read mapping"

// ReadMapping reads a mapping from JSON and checks it.
func ReadMapping(data []byte) (Mapping, error) {
	var m Mapping
	if err := json.Unmarshal(data, &m); err != nil {
		return Mapping{}, archive.WrapAs(archive.Invalid, opMapping, "", err)
	}
	return m, m.Check()
}

// LoadMapping is ReadMapping of a file.
func LoadMapping(path string) (Mapping, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		if os.IsNotExist(err) {
			return Mapping{}, archive.WrapAs(archive.NotFound, opMapping, path, err)
		}
		return Mapping{}, archive.Wrap(opMapping, path, err)
	}
	return ReadMapping(data)
}

// JSON gives the form that ReadMapping reads.
func (m Mapping) JSON() []byte {
	b, _ := json.MarshalIndent(m, "", "  ") // texts and numbers always go
	return append(b, '\n')
}

// Check returns an Invalid error that names the column at fault.
func (m Mapping) Check() error {
	if m.Version != 1 {
		return archive.Errorf(archive.Invalid, opMapping, strconv.Itoa(m.Version), "version 1 is known")
	}
	if m.Header < 0 || m.HeaderEnd < 0 || m.HeaderEnd > 0 && m.HeaderEnd < m.Header {
		return archive.Errorf(archive.Invalid, opMapping, "", "header from row %d to %d", m.Header, m.HeaderEnd)
	}
	used := map[Field]string{}
	columns := map[int]bool{}
	take := func(f Field, name string) error {
		if !f.Known() {
			return archive.Errorf(archive.Invalid, opMapping, name, "no field %q", f)
		}
		if other, ok := used[f]; ok {
			return archive.Errorf(archive.Invalid, opMapping, name, "%q stands for %s already", other, f)
		}
		used[f] = name
		return nil
	}
	for _, c := range m.Columns {
		if c.Index < 0 || c.Index >= 1<<14 || columns[c.Index] {
			return archive.Errorf(archive.Invalid, opMapping, c.Name, "column %d is none, or stands twice", c.Index)
		}
		columns[c.Index] = true
		ways := 0
		if c.Field != "" {
			ways++
			if err := take(c.Field, c.Name); err != nil {
				return err
			}
		}
		if c.Extra != "" {
			ways++
			if len(c.Extra) > archive.MaxOwnName {
				return archive.Errorf(archive.Invalid, opMapping, c.Name, "the name of an own field has %d bytes, at most %d are taken", len(c.Extra), archive.MaxOwnName)
			}
		}
		if len(c.Split) > 0 {
			ways++
		}
		if ways > 1 {
			return archive.Errorf(archive.Invalid, opMapping, c.Name, "field, extra and split exclude each other")
		}
		for _, p := range c.Split {
			if p.Width < 1 || p.Width > 100 {
				return archive.Errorf(archive.Invalid, opMapping, c.Name, "a part of width %d", p.Width)
			}
			if p.Field != "" {
				if err := take(p.Field, c.Name); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// has tells whether a field has a column.
func (m Mapping) has(f Field) bool {
	for _, c := range m.Columns {
		if c.Field == f {
			return true
		}
		for _, p := range c.Split {
			if p.Field == f {
				return true
			}
		}
	}
	return false
}

// Left lists the columns that are not imported, but for those of our own files of
// rejected rows.
func (m Mapping) Left() []string {
	var names []string
	for _, c := range m.Columns {
		if c.Field == "" && c.Extra == "" && len(c.Split) == 0 && !rejectColumn(c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// pathEnding ends the names of columns that say where an image lay with those who scanned
// it: 原文路径, 图像路径. They are kept, since images are linked by them.
const pathEnding = "路径"

// propose maps columns by their names; each field goes to the first that fits.
func propose(names []string) []Column {
	known := synonyms()
	used, paths := map[Field]bool{}, map[string]bool{}
	columns := make([]Column, 0, len(names))
	for i, name := range names {
		if name == "" {
			continue
		}
		c := Column{Index: i, Name: name}
		if extra, ok := strings.CutPrefix(name, extraMark); ok && extra != "" && len(extra) <= archive.MaxOwnName {
			c.Extra = extra
		} else if f, ok := known[headerKey(name)]; ok && !used[f] && !rejectColumn(name) {
			c.Field, used[f] = f, true
		} else if own := strings.TrimSpace(name); strings.HasSuffix(own, pathEnding) && !paths[own] && len(own) <= archive.MaxOwnName {
			c.Extra, paths[own] = own, true
		}
		columns = append(columns, c)
	}
	return columns
}
