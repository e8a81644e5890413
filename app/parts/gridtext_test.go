package parts_test

import (
	"reflect"
	"slices"
	"testing"

	"lantai/app/parts"
)

func TestCellsOfASpreadsheet(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       [][]string
	}{
		{"nothing", "", nil},
		{"one", "通知", [][]string{{"通知"}}},
		{"Excel", "a\tb\r\nc\td\r\n", [][]string{{"a", "b"}, {"c", "d"}}},
		{"LibreOffice", "a\tb\nc\td", [][]string{{"a", "b"}, {"c", "d"}}},
		{"empty cells", "\ta\t\n\t\t\n", [][]string{{"", "a", ""}, {"", "", ""}}},
		{"empty row", "a\n\nb\n", [][]string{{"a"}, {""}, {"b"}}},
		{"ragged", "a\tb\tc\nd\n", [][]string{{"a", "b", "c"}, {"d"}}},
		{"line break", "\"一\n二\"\tb\n", [][]string{{"一\n二", "b"}}},
		{"line break of Windows", "\"一\r\n二\"\r\nb\r\n", [][]string{{"一\n二"}, {"b"}}},
		{"quotes twice", "\"他说\"\"好\"\"\n走了\"\tb", [][]string{{"他说\"好\"\n走了", "b"}}},
		{"quotes of a title", "\"红旗\"机械厂\t\"永红\"", [][]string{{`"红旗"机械厂`, `"永红"`}}},
		{"never closed", "\"红旗\tb\nc", [][]string{{`"红旗`, "b"}, {"c"}}},
		{"full width", "１９８６０９１２\t３", [][]string{{"１９８６０９１２", "３"}}},
		{"only tabs", "\t\t", [][]string{{"", "", ""}}},
		{"old Macintosh", "a\rb", [][]string{{"a"}, {"b"}}},
	} {
		if got := parts.ReadCells(c.text); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// What is copied is pasted as it was, and anything can be pasted.
func FuzzPastedCells(f *testing.F) {
	for _, s := range []string{"a\tb\r\nc", "\"a\"\"\nb\"\tc\n", "\"\"\"\"", "\"a\r\"\tb", "\t\n\t", "\"", "\"\n\"\"", "\xff\t\x00\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows := parts.ReadCells(text)
		again := parts.ReadCells(parts.WriteCells(rows))
		if !reflect.DeepEqual(rows, again) {
			t.Errorf("%q is read as %q and, written again, as %q", text, rows, again)
		}
		if slices.ContainsFunc(rows, func(r []string) bool { return len(r) == 0 }) {
			t.Errorf("%q has a row without cells: %q", text, rows)
		}
	})
}

func TestNumbersGoOn(t *testing.T) {
	for _, c := range []struct {
		text, want string
		ok         bool
	}{
		{"沪静府〔1998〕3号", "沪静府〔1998〕4号", true},
		{"青政发〔1987〕99号", "青政发〔1987〕100号", true},
		{"0009", "0010", true},
		{"0001-WS·1987-Y-CZK-0099", "0001-WS·1987-Y-CZK-0100", true},
		{"第９页", "第10页", true},
		{"99999999999999999999", "100000000000000000000", true},
		{"无文号", "无文号", false},
		{"", "", false},
	} {
		if got, ok := parts.NextNumber(c.text); got != c.want || ok != c.ok {
			t.Errorf("after %q: %q, %v; want %q", c.text, got, ok, c.want)
		}
	}
	for text, want := range map[string]string{"1-3": "4-6", "001-003": "004-006", "7": "8", "9-9": "10-10", "１-３": "4-6", "5-3": "5-4"} {
		if got, _ := parts.NextSpan(text); got != want {
			t.Errorf("pages after %q: %q, want %q", text, got, want)
		}
	}
}
