//go:build torture

package sheet_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/exchange/sheet"
)

// office is LibreOffice with a profile of its own (see .ci/packages).
type office struct {
	t       *testing.T
	profile string
}

func newOffice(t *testing.T) *office {
	return &office{t, filepath.Join(t.TempDir(), "profile")}
}

func (o *office) run(args ...string) {
	o.t.Helper()
	args = append([]string{"--headless", "--norestore", "-env:UserInstallation=file://" + o.profile}, args...)
	if out, err := exec.Command("soffice", args...).CombinedOutput(); err != nil {
		o.t.Fatalf("soffice (see .ci/packages): %v\n%s", err, out)
	}
}

// save opens a file and writes it in a form: an extension, with a filter and its options
// behind a colon.
func (o *office) save(path, form string) string {
	o.t.Helper()
	dir := o.t.TempDir()
	o.run("--convert-to", form, "--outdir", dir, path)
	ext, _, _ := strings.Cut(form, ":")
	to := filepath.Join(dir, strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))+"."+ext)
	if _, err := os.Stat(to); err != nil {
		o.t.Fatalf("%s was not written: %v", form, err)
	}
	return to
}

const saveLocked = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Locked(source, target, filter)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  doc = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  Dim how(1) As New com.sun.star.beans.PropertyValue
  how(0).Name = "FilterName"
  how(0).Value = filter
  how(1).Name = "Password"
  how(1).Value = "secret"
  doc.storeToURL(target, how())
  doc.close(True)
End Sub
</script:module>
`

// saveLocked is save with a password, which no option of the command line sets. The
// profile must have been used before.
func (o *office) saveLocked(path, ext, filter string) string {
	o.t.Helper()
	module := filepath.Join(o.profile, "user", "basic", "Standard", "Module1.xba")
	if err := os.WriteFile(module, []byte(saveLocked), 0o600); err != nil {
		o.t.Fatal(err)
	}
	to := filepath.Join(o.t.TempDir(), "locked."+ext)
	o.run(fmt.Sprintf(`macro:///Standard.Module1.Locked("file://%s","file://%s","%s")`, path, to, filter))
	if _, err := os.Stat(to); err != nil {
		o.t.Fatalf("%s was not written: %v", filter, err)
	}
	return to
}

// volumeSheet is a table as offices have them: codes with zeros, a merged cell, dates,
// formulas, what is hidden.
const volumeSheet = `<?xml version="1.0" encoding="UTF-8"?>
<office:document office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"
  xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
  xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
  xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2">
<office:automatic-styles>
  <number:number-style style:name="N1"><number:number number:decimal-places="0" number:min-integer-digits="4"/></number:number-style>
  <number:date-style style:name="N2"><number:year number:style="long"/><number:text>-</number:text><number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>
  <style:style style:name="pad" style:family="table-cell" style:data-style-name="N1"/>
  <style:style style:name="day" style:family="table-cell" style:data-style-name="N2"/>
  <style:style style:name="shown" style:family="table"><style:table-properties table:display="true"/></style:style>
  <style:style style:name="unseen" style:family="table"><style:table-properties table:display="false"/></style:style>
</office:automatic-styles>
<office:body><office:spreadsheet>
<table:table table:name="案卷" table:style-name="shown">
  <table:table-column table:number-columns-repeated="4"/><table:table-column table:visibility="collapse"/><table:table-column table:number-columns-repeated="2"/>
  <table:table-row>%s</table:table-row>
  <table:table-row>
    <table:table-cell office:value-type="string" table:number-rows-spanned="2" table:number-columns-spanned="1"><text:p>C038-001-002</text:p></table:table-cell>
    <table:table-cell office:value-type="string"><text:p>关于𠮷田</text:p><text:p>的“通知”, 一</text:p></table:table-cell>
    <table:table-cell table:style-name="pad" office:value-type="float" office:value="12"><text:p>0012</text:p></table:table-cell>
    <table:table-cell table:style-name="day" office:value-type="date" office:date-value="1958-03-02"><text:p>1958-03-02</text:p></table:table-cell>
    <table:table-cell office:value-type="float" office:value="1.5"><text:p>1.5</text:p></table:table-cell>
    <table:table-cell office:value-type="float" table:formula="of:=[.C2]+1" office:value="13"><text:p>13</text:p></table:table-cell>
    <table:table-cell office:value-type="string"><text:p>0001</text:p></table:table-cell>
  </table:table-row>
  <table:table-row table:visibility="collapse">
    <table:covered-table-cell/>
    <table:table-cell office:value-type="string"><text:p>隐藏的一行</text:p></table:table-cell>
    <table:table-cell table:style-name="pad" office:value-type="float" office:value="13"><text:p>0013</text:p></table:table-cell>
    <table:table-cell table:number-columns-repeated="3"/>
    <table:table-cell office:value-type="string"><text:p>=1+1</text:p></table:table-cell>
  </table:table-row>
</table:table>
<table:table table:name="隐藏" table:style-name="unseen"><table:table-column/><table:table-row>
  <table:table-cell office:value-type="string"><text:p>秘</text:p></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document>
`

var volumeHead = []string{"档号", "题名", "件号", "日期", "份数", "公式", "登记号"}

// What LibreOffice writes is read as the table it is, in every form; what it writes with a
// password, or as its own kind of file, is refused with the reason.
func TestFilesOfLibreOffice(t *testing.T) {
	o := newOffice(t)
	head := ""
	for _, name := range volumeHead {
		head += `<table:table-cell office:value-type="string"><text:p>` + name + `</text:p></table:table-cell>`
	}
	source := write(t, "a.fods", fmt.Appendf(nil, volumeSheet, head))
	want := map[int][]string{
		1: volumeHead,
		2: {"C038-001-002", "关于𠮷田\n的“通知”, 一", "0012", "1958-03-02", "1.5", "13", "0001"},
		3: {"C038-001-002", "隐藏的一行", "0013", "", "", "", "=1+1"},
	}
	for _, form := range []string{"xls:MS Excel 97", "xlsx:Calc MS Excel 2007 XML", "xlsx:Calc Office Open XML"} {
		t.Run(form, func(t *testing.T) {
			b, err := sheet.Open(context.Background(), o.save(source, form), sheet.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			if names := []sheet.Info{{Name: "案卷"}, {Name: "隐藏", Hidden: true}}; !slices.Equal(b.Sheets(), names) {
				t.Errorf("sheets %v", b.Sheets())
			}
			r, err := b.Rows(0)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if !slices.Equal(r.HiddenColumns(), []int{4}) {
				t.Errorf("hidden columns %v", r.HiddenColumns())
			}
			for n := 1; n <= 3; n++ {
				row, err := r.Next()
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, c := range row.Cells {
					got = append(got, c.Text)
				}
				if row.Number != n || !slices.Equal(got, want[n]) || row.Hidden != (n == 3) {
					t.Errorf("row %d, hidden %v: %q, want %q", row.Number, row.Hidden, got, want[n])
				}
				if n == 2 && (row.Cells[3].Kind != sheet.Date || !row.Cells[5].Formula || row.Cells[6].Kind != sheet.Text) {
					t.Errorf("kinds %+v", row.Cells)
				}
				if n == 3 && !row.Cells[0].Merged {
					t.Errorf("not merged: %+v", row.Cells[0])
				}
			}
		})
	}
	for name, c := range map[string]struct {
		path string
		want archive.Reason
	}{
		"xls with a password":   {o.saveLocked(source, "xls", "MS Excel 97"), archive.ReasonEncrypted},
		"ods":                   {o.save(source, "ods:calc8"), archive.ReasonUnsupported},
		"ods with a password":   {o.saveLocked(source, "ods", "calc8"), archive.ReasonUnsupported},
		"a template of Calc":    {o.save(source, "ots:calc8_template"), archive.ReasonUnsupported},
		"a table as a web page": {o.save(source, "html:HTML (StarCalc)"), archive.ReasonUnsupported},
		"flat ods":              {source, archive.ReasonUnsupported},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.path, c.want) })
	}
}

// Text tables and DBF in the character sets that LibreOffice writes.
func TestCharacterSetsOfLibreOffice(t *testing.T) {
	o := newOffice(t)
	simplified := [][]string{{"QZH", "TM", "ZRZ"}, {"0001", "关于做好防汛抗旱工作的通知", "区人民政府"}, {"0002", "水利,\"工程\"", "县委办公室"}}
	traditional := [][]string{{"QZH", "TM", "ZRZ"}}
	for i := range 6 {
		traditional = append(traditional, []string{fmt.Sprintf("00%02d", i), "行政院訓令各機關遵照辦理關於處理敵產應行注意事項", "縣政府秘書處"})
	}
	const csv = "csv:Text - txt - csv (StarCalc):"
	for name, c := range map[string]struct {
		rows       [][]string
		form, want string
	}{
		"utf-8":      {simplified, csv + "44,34,76,1", "utf-8"},
		"utf-16":     {simplified, csv + "44,34,65535,1", "utf-16le"},
		"tabs":       {simplified, csv + "9,34,65535,1", "utf-16le"},
		"gbk":        {simplified, csv + "44,34,67,1", "gb18030"},
		"gb18030":    {simplified, csv + "59,34,85,1", "gb18030"},
		"big5":       {traditional, csv + "44,34,68,1", "big5"},
		"quoted":     {simplified, csv + "44,34,76,1,,0,true", "utf-8"},
		"dbf, gbk":   {simplified, "dbf:dBase:67", ""},
		"dbf, utf-8": {simplified, "dbf:dBase:76", ""},
		"dbf, big5":  {traditional, "dbf:dBase:68", ""},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.csv")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			w := sheet.NewCSVWriter(f)
			for _, row := range c.rows {
				if err := w.Write(row); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			o.t = t
			// Opened as text in all columns, so that 0001 stays.
			xls := filepath.Join(t.TempDir(), "a.xls")
			o.run("--infilter=Text - txt - csv (StarCalc):44,34,76,1,1/2/2/2/3/2", "--convert-to", "xls:MS Excel 97", "--outdir", filepath.Dir(xls), path)
			to := o.save(xls, c.form)
			b, err := sheet.Open(context.Background(), to, sheet.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			if c.want != "" && b.Encoding() != c.want {
				t.Errorf("taken for %s, want %s", b.Encoding(), c.want)
			}
			got := rowsOf(t, b, 0)
			for i, want := range c.rows {
				row := slices.Clone(got[i+1])
				if b.Format() == "dbf" && i == 0 { // a field's name has its type behind it
					for k := range row {
						row[k], _, _ = strings.Cut(row[k], ",")
					}
				}
				if !slices.Equal(row, want) {
					t.Errorf("row %d: %q, want %q", i+1, row, want)
				}
			}
		})
	}
}
