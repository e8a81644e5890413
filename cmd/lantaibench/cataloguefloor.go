package main

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// floor has the plain sqlite3 program do the same reads, by queries written by hand for
// them alone: without rights, pending writes or a common way of writing them.
type floor struct {
	file    string
	queries []string
}

// mostFloor is how many reads of a kind the program does.
const mostFloor = 60

func (f *floor) add(query string) {
	if len(f.queries) < mostFloor {
		f.queries = append(f.queries, query+";\n")
	}
}

// list is the query of a list of items.
func (f *floor) list(l store.List, limit int, series []archive.Series) {
	from, cond := "holding h", "h.kind = 'item'"
	if l.Below != 0 {
		var ids []string
		for _, s := range series {
			if s.Fonds == l.Below || s.ID == l.Below {
				ids = append(ids, s.ID.String())
			}
		}
		cond += " AND h.series IN (" + strings.Join(ids, ", ") + ")"
	}
	if l.Year != 0 {
		cond += " AND h.year = " + strconv.Itoa(l.Year)
	}
	keys := map[string]string{"code": "h.code_sort", "date": "h.date_sort", "title": "h.title_pinyin", "author": "i.author", "year": "h.year", "retention": "h.retention"}
	order := ""
	desc := ""
	for _, o := range l.Order {
		if desc = ""; o.Desc {
			desc = " DESC"
		}
		order += keys[o.Field] + desc + ", "
		if o.Field == "author" {
			from = "holding h JOIN item i ON i.id = h.id"
		}
	}
	for _, w := range l.Where {
		if w.Field == "author" {
			from = "holding h JOIN item i ON i.id = h.id"
		}
		column := map[string]string{"title": "h.title", "author": "i.author", "retention": "h.retention"}[w.Field]
		if w.Match == store.Contains {
			cond += " AND " + column + " LIKE '%" + w.Value + "%'"
		} else {
			cond += " AND " + column + " = '" + w.Value + "'"
		}
	}
	query := "SELECT h.id FROM " + from + " WHERE " + cond + " ORDER BY " + order + "h.code_sort" + desc
	if limit > 0 {
		query += " LIMIT " + strconv.Itoa(limit)
	}
	f.add(query)
}

// rows is the query of a window.
func (f *floor) rows(ids []archive.ID) {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	f.add("SELECT h.id, h.code, h.title, i.author, i.doc_no, h.date, h.year, h.retention, i.page_count, (SELECT COUNT(*) FROM page p WHERE p.holding = h.id) " +
		"FROM holding h JOIN item i ON i.id = h.id WHERE h.id IN (" + strings.Join(list, ", ") + ")")
}

var realTime = regexp.MustCompile(`Run Time: real ([0-9.]+)`)

// take runs what was gathered, and gives the times that the program tells.
func (f *floor) take() (durations, error) {
	if len(f.queries) == 0 {
		return nil, nil
	}
	cmd := exec.Command("sqlite3", "-readonly", f.file)
	cmd.Stdin = strings.NewReader(".output /dev/null\n.timer on\n" + strings.Join(f.queries, ""))
	out, err := cmd.CombinedOutput()
	f.queries = nil
	if err != nil {
		return nil, fmt.Errorf("sqlite3: %w: %s", err, out)
	}
	var took durations
	for _, m := range realTime.FindAllSubmatch(out, -1) {
		seconds, err := strconv.ParseFloat(string(m[1]), 64)
		if err != nil {
			return nil, err
		}
		took = append(took, time.Duration(seconds*float64(time.Second)))
	}
	if len(took) == 0 {
		return nil, fmt.Errorf("sqlite3 told no times: %s", out)
	}
	return took, nil
}
