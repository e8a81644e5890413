package sheet_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"lantai/archive"
	"lantai/archive/exchange/sheet"
)

// readWhole opens and reads everything; what is wrong must come as Refused.
func readWhole(t testing.TB, path string, o sheet.Options) {
	t.Helper()
	b, err := sheet.Open(context.Background(), path, o)
	if err == nil {
		defer b.Close()
		for i := range b.Sheets() {
			var r sheet.Rows
			if r, err = b.Rows(i); err != nil {
				break
			}
			last := 0
			for err == nil {
				var row sheet.Row
				if row, err = r.Next(); err == nil && row.Number <= last {
					t.Fatalf("row %d after %d", row.Number, last)
				}
				last = row.Number
			}
			r.Close()
		}
	}
	switch archive.KindOf(err) {
	case "", archive.Refused:
	default:
		if err.Error() != "EOF" {
			t.Fatalf("%s: %v", filepath.Base(path), err)
		}
	}
}

func fuzzFile(f *testing.F, name string, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		readWhole(t, path, sheet.Options{})
	})
}

func FuzzDBF(f *testing.F) {
	head := append([]byte{0x30, 126, 11, 27, 2, 0, 0, 0, 97, 0, 21, 0}, make([]byte, 20)...)
	field := append([]byte("QZH\x00\x00\x00\x00\x00\x00\x00\x00C\x00\x00\x00\x00\x0a"), make([]byte, 15)...)
	number := append([]byte("RQ\x00\x00\x00\x00\x00\x00\x00\x00\x00D\x00\x00\x00\x00\x08"), make([]byte, 15)...)
	good := bytes.Join([][]byte{head, field, number, {0x0d}, []byte("                    1"), []byte("*\xb7\xc0\xd1\xb4    1  19850418")}, nil)
	fuzzFile(f, "a.dbf", good, head)
}

// The texts that a DBF keeps in a file of their own.
func FuzzDBFMemo(f *testing.F) {
	block := append([]byte{0, 0, 0, 1, 0, 0, 0, 4}, "\xb1\xb8\xd7\xa2"...)
	f.Add(byte(0xf5), true, append(append([]byte{0, 0, 0, 2, 0, 0, 0, 64}, make([]byte, 56)...), block...), "1")
	f.Add(byte(0x83), false, append(make([]byte, 512), "\xb1\xb8\xd7\xa2\x1a\x1a"...), "1")
	f.Add(byte(0x8b), false, append(make([]byte, 512), 0xff, 0xff, 8, 0, 12, 0, 0, 0, 'a', 'b', 'c', 'd'), "1")
	f.Add(byte(0x30), true, []byte{0, 0, 0, 1, 0, 0, 0, 0}, "99999999")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, version byte, fox bool, memo []byte, at string) {
		field := append([]byte("BZ\x00\x00\x00\x00\x00\x00\x00\x00\x00M\x00\x00\x00\x00\x0a"), make([]byte, 15)...)
		record := append([]byte(" "), append([]byte(at), "          "...)[:10]...)
		head := append([]byte{version, 126, 11, 27, 1, 0, 0, 0, 65, 0, 11, 0}, make([]byte, 20)...)
		path, ext := filepath.Join(dir, "a.dbf"), ".dbt"
		if fox {
			ext = ".fpt"
		}
		for _, other := range []string{".dbt", ".fpt"} {
			os.Remove(filepath.Join(dir, "a"+other))
		}
		for name, content := range map[string][]byte{path: bytes.Join([][]byte{head, field, {0x0d}, record}, nil), filepath.Join(dir, "a"+ext): memo} {
			if err := os.WriteFile(name, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		readWhole(t, path, sheet.Options{})
	})
}

func FuzzCSV(f *testing.F) {
	fuzzFile(f, "a.csv", []byte("\xef\xbb\xbf档号,题名\r\n1,\"a\nb\"\r\n"), []byte("a\tb\n\"open"), []byte("\xff\xfea\x00,\x00b\x00"), []byte("\xb7\xc0,\xd1\xb4\n"), []byte("\xa4\xa4\xa4\xe5;b"))
}

func FuzzXLSX(f *testing.F) {
	var b bytes.Buffer
	w, err := sheet.NewXLSXWriter(&b, "a", []int{3})
	if err != nil {
		f.Fatal(err)
	}
	if err := w.Write([]string{"a", "一"}); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	fuzzFile(f, "a.xlsx", b.Bytes())
}

// The parts of a workbook behind the archive and its checksums.
func FuzzSheetXML(f *testing.F) {
	f.Add([]byte(`<worksheet><cols><col min="1" max="2" hidden="1"/></cols><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c t="inlineStr"><is><t>x</t></is></c></row><row><c s="1"><v>4</v></c></row></sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells></worksheet>`),
		[]byte(`<sst><si><t>a</t></si><si><r><t>b</t></r><rPh><t>c</t></rPh></si></sst>`))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, cells, strings []byte) {
		path := filepath.Join(dir, "a.xlsx")
		if err := os.WriteFile(path, workbook(t, cells, strings), 0o644); err != nil {
			t.Fatal(err)
		}
		readWhole(t, path, sheet.Options{})
	})
}

func FuzzXLS(f *testing.F) {
	seed, err := os.ReadFile(filepath.Join("testdata", "small.xls"))
	if err != nil {
		f.Fatal(err)
	}
	fuzzFile(f, "a.xls", seed)
}
