package app

import (
	"slices"
	"strings"
	"testing"

	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/store"
)

// No field of any kind of record is called by the name of its column in a history, and no
// code of the catalogue stands there for its word.
func TestHistoriesAreInWords(t *testing.T) {
	if err := words.Use("zh_Hans"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := words.Use("en"); err != nil {
			t.Error(err)
		}
	})
	left := []string{"fonds", "series", "parent", "box", "scheme", "rev", "born", "kind"}
	for _, kind := range archive.Kinds() {
		r := archive.NewRecord(kind)
		for _, b := range append(r.Common().Described(), r.Fields()...) {
			if slices.Contains(left, b.Name) || strings.HasSuffix(b.Name, "_sort") {
				continue
			}
			if name := fieldName(kind, b.Name); name == b.Name {
				t.Errorf("%s of a %s has no words", b.Name, kind)
			}
		}
	}
	for field, values := range map[string][2]string{
		"kind": {"item", "件"}, "holds": {"photo", "照片"}, "method": {"volume", "立卷"}, "arranged": {"filed", "已归档"}, "retention": {"D30", "30年"},
		"title": {"item", "item"}, "era": {"新中国成立后档案", "新中国成立后档案"},
	} {
		if got := inWords(field, values[0]); got != values[1] {
			t.Errorf("%s %q is %q, want %q", field, values[0], got, values[1])
		}
	}
	e := eventOf(store.Event{Changes: []archive.Change{{Noun: "item", ID: 1, Before: `{"retention":"Y"}`, After: `{"retention":"永久"}`}}}, archive.KindItem)
	if len(e.Fields) != 1 || e.Fields[0].Before != "Y" || e.Fields[0].Now != "永久" {
		t.Errorf("%+v", e.Fields)
	}
}
