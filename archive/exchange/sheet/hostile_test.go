package sheet_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/exchange/sheet"
)

// workbook packs a sheet and shared strings as a workbook.
func workbook(t testing.TB, cells, shared []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	const ns = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	for name, content := range map[string][]byte{
		"_rels/.rels":     []byte(`<Relationships><Relationship Id="r" Type="` + ns + `officeDocument" Target="xl/workbook.xml"/></Relationships>`),
		"xl/workbook.xml": []byte(`<workbook><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`),
		"xl/_rels/workbook.xml.rels": []byte(`<Relationships><Relationship Id="rId1" Type="` + ns + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + ns + `sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`),
		"xl/worksheets/sheet1.xml": cells,
		"xl/sharedStrings.xml":     shared,
		"../../evil.txt":           []byte("outside"),
	} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func refused(t *testing.T, path string, want archive.Reason) {
	t.Helper()
	b, err := sheet.Open(context.Background(), path, sheet.Options{})
	if err == nil {
		defer b.Close()
		var r sheet.Rows
		if r, err = b.Rows(0); err == nil {
			for err == nil {
				_, err = r.Next()
			}
		}
	}
	if archive.ReasonOf(err) != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestBombsAreRefused(t *testing.T) {
	t.Run("entities", func(t *testing.T) {
		x := []byte(`<!DOCTYPE a [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>`)
		refused(t, write(t, "a.xlsx", workbook(t, x, nil)), archive.ReasonDamaged)
	})
	t.Run("one endless cell", func(t *testing.T) {
		x := []byte(`<worksheet><sheetData><row r="1"><c t="str"><v>` + strings.Repeat("a", 20<<20) + `</v></c></row></sheetData></worksheet>`)
		refused(t, write(t, "a.xlsx", workbook(t, x, nil)), archive.ReasonDamaged)
	})
	t.Run("rows backwards", func(t *testing.T) {
		x := []byte(`<worksheet><sheetData><row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row></sheetData></worksheet>`)
		refused(t, write(t, "a.xlsx", workbook(t, x, nil)), archive.ReasonDamaged)
	})
	t.Run("unpacks to more than it may", func(t *testing.T) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		// The header says 9 GB; nothing is unpacked to find out.
		w, err := z.CreateRaw(&zip.FileHeader{Name: "_rels/.rels", Method: zip.Deflate, CompressedSize64: 10, UncompressedSize64: 9 << 30})
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(w, "0123456789")
		z.Close()
		refused(t, write(t, "a.xlsx", b.Bytes()), archive.ReasonTooLarge)
	})
	t.Run("open quotation mark", func(t *testing.T) {
		refused(t, write(t, "a.csv", []byte("a,b\n\""+strings.Repeat("x,y\n", 2<<20))), archive.ReasonDamaged)
	})
}

// A workbook with a million rows is read with little memory and to its last row.
func TestTheLongestSheet(t *testing.T) {
	var x bytes.Buffer
	x.WriteString(`<worksheet><sheetData>`)
	for i := 1; i <= 1<<20; i++ {
		fmt.Fprintf(&x, `<row r="%d"><c r="A%d"><v>%d</v></c></row>`, i, i, i)
	}
	x.WriteString(`</sheetData></worksheet>`)
	b, err := sheet.Open(context.Background(), write(t, "a.xlsx", workbook(t, x.Bytes(), nil)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	r, err := b.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if n++; row.Number != n || row.Cells[0].Text != fmt.Sprint(n) {
			t.Fatalf("row %d: %+v", n, row)
		}
	}
	if n != 1<<20 {
		t.Errorf("%d rows", n)
	}
}

// Files with some bytes changed, or cut off, are read or refused, never worse.
func TestDamagedFiles(t *testing.T) {
	dir := t.TempDir()
	xls, db := filepath.Join(dir, "a.xls"), filepath.Join(dir, "a.dbf")
	python(t, writeXLS, xls)
	python(t, writeDBF, db, "fp", "cp936")
	r := rand.New(rand.NewPCG(3, 4))
	for _, path := range []string{xls, db} {
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 120 {
			b := bytes.Clone(good)
			for range 1 + r.IntN(8) {
				b[r.IntN(min(len(b), 1<<(6+n%14)))] = byte(r.Uint32())
			}
			if n%4 == 0 {
				b = b[:r.IntN(len(b))]
			}
			bad := filepath.Join(dir, "bad"+filepath.Ext(path))
			if err := os.WriteFile(bad, b, 0o644); err != nil {
				t.Fatal(err)
			}
			readWhole(t, bad, sheet.Options{})
		}
	}
}

// Other people's hostile files and catalogues.
func TestSharedFiles(t *testing.T) {
	seen := 0
	for _, dir := range []string{"hostile", "catalogs", "corpus/names", "corpus/titles"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "..", "..", "shared", "data", dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if info, err := os.Stat(f); err != nil || info.IsDir() || info.Size() > 4<<20 {
				continue
			}
			readWhole(t, f, sheet.Options{})
			seen++
		}
	}
	if seen == 0 {
		t.Log("../shared/data is not there; own samples alone were read")
	}
}

// Shared strings beyond what is kept in memory come from the temporary file, whole and
// each in its place, also those that lie across its beginning.
func TestSharedStringsBeyondMemory(t *testing.T) {
	const n = 30_000
	text := func(i int) string { return fmt.Sprintf("第%d串", i) + strings.Repeat("字", 600+i%100) }
	var cells, shared bytes.Buffer
	shared.WriteString(`<sst>`)
	cells.WriteString(`<worksheet><sheetData>`)
	for i := range n {
		fmt.Fprintf(&shared, "<si><t>%s</t></si>", text(i))
		fmt.Fprintf(&cells, `<row><c t="s"><v>%d</v></c><c t="s"><v>%d</v></c></row>`, i, n-1-i)
	}
	shared.WriteString(`</sst>`)
	cells.WriteString(`</sheetData></worksheet>`)
	b, err := sheet.Open(context.Background(), write(t, "a.xlsx", workbook(t, cells.Bytes(), shared.Bytes())), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	r, err := b.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		row, err := r.Next()
		if err != nil || row.Cells[0].Text != text(i) || row.Cells[1].Text != text(n-1-i) {
			t.Fatalf("row %d: %v", i+1, err)
		}
	}
}
