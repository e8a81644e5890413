//go:build torture

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// record catalogues an item by the path that its images have on the contractor's disk.
func (d *delivery) record(n, pages int, path string, truth ...string) {
	author := any("区人民政府办公室")
	if n%4 == 1 && len(d.items) > 0 {
		author = "同上"
	}
	code := itemCode(n)
	d.items = append(d.items, []any{code, "0001", 1985, "永久", "办公室", n, author, fmt.Sprintf("青政〔1985〕%d号", n),
		fmt.Sprintf("关于第%d项\n工作的通知", n), "1985.3.5", pages, "", path})
	if len(truth) > 0 {
		d.truth[code] = truth
	}
}

// item delivers so many images of an item, and catalogues so many pages: in a folder, in
// files of their own, or in one file.
func (d *delivery) item(n, images, pages int) {
	var truth []string
	folder := fmt.Sprintf("扫描件/1985年/A%04d", n)
	path := fmt.Sprintf(`D:\加工\1985年\A%04d`, n)
	ext := []string{".jpg", ".png", ".tif"}[n%3]
	for i := range images {
		name := fmt.Sprintf("%s/IMG_%04d%s", folder, i+1, ext)
		d.scan(name)
		truth = append(truth, name+"#0")
	}
	switch {
	case images == 1:
		path += `\IMG_0001` + ext
	case n%2 == 0: // each file is named
		one := path
		path = ""
		for i := range images {
			path += fmt.Sprintf(`%s\IMG_%04d%s; `, one, i+1, ext)
		}
	}
	d.record(n, pages, path, truth...)
	switch {
	case pages > images:
		d.counts[itemCode(n)] = "fewer"
	case pages < images:
		d.counts[itemCode(n)] = "more"
	}
}

// absentItems name files that are not there; the last two beside one that is.
func (d *delivery) absentItems(from int) {
	for n := from; n < from+absentFiles; n++ {
		path := fmt.Sprintf(`D:\加工\1985年\B%04d\IMG_0001.jpg`, n)
		d.absent = append(d.absent, path)
		pages := 1
		if n >= from+absentFiles-2 {
			d.scan(fmt.Sprintf("扫描件/1985年/B%04d/IMG_0002.jpg", n))
			path += fmt.Sprintf(`;D:\加工\1985年\B%04d\IMG_0002.jpg`, n)
			pages = 2
		}
		d.record(n, pages, path)
		d.truth[itemCode(n)] = nil
	}
}

// strangers are files as other people's programs made them; one of them has five pages.
func (d *delivery) strangers(from int) {
	for i, name := range []string{"tiff-fivepages-scan.tif", "zh-lines-cn2.png", "tiff-fax4.tiff", "zh-invoice-vat-test.jpg", "photo-orient-landscape_6.jpg"} {
		files := shared(d.t, "scans/"+name)
		if len(files) == 0 {
			return
		}
		data, err := os.ReadFile(files[0])
		if err != nil {
			d.t.Fatal(err)
		}
		path := "扫描件/其他/" + name
		d.put(path, data)
		truth := []string{path + "#0"}
		for f := 1; name == "tiff-fivepages-scan.tif" && f < 5; f++ {
			truth = append(truth, fmt.Sprintf("%s#%d", path, f))
		}
		d.record(from+i, len(truth), `D:\加工\其他\`+name, truth...)
	}
}

// secretItems are two items of two pages, with the mark on the first or on the second.
func (d *delivery) secretItems(from int) {
	for i, lines := range [][2][]string{
		{{"机密★10年", "青松岭水库调度方案", "各站按照命令开闸放水"}, {"附件一人员名单", "赵金山钱福来孙得胜"}},
		{{"关于召开工作会议的通知", "请各科室准时参加会议"}, {"绝密★长期", "通信线路分布情况"}},
	} {
		var truth []string
		for p, text := range lines {
			name := fmt.Sprintf("扫描件/1985年/S%d/IMG_%04d.png", i, p+1)
			typed(d.t, filepath.Join(d.dir, filepath.FromSlash(name)), text...)
			truth = append(truth, name+"#0")
		}
		d.record(from+i, 2, fmt.Sprintf(`D:\加工\1985年\S%d`, i), truth...)
		d.marked[itemCode(from+i)] = true
	}
}

// volume delivers a folder of a whole volume and its rows: two or three items of two to
// four pages; those behind the sound ones have a fault each.
func (d *delivery) volume(n int) {
	code := volumeCode(n)
	type image struct{ name, of string }
	var images []image
	outside := func(names ...string) {
		for _, s := range names {
			images = append(images, image{s, code})
		}
	}
	switch {
	case n%5 == 0:
		outside("F01.jpg", "M01.jpg")
	case n%7 == 3:
		outside("000.jpg")
	}
	page := 1
	var rows [][]any
	for i := range 2 + n%2 {
		size := 2 + (n+i)%3
		of := fmt.Sprintf("%s-%03d", code, i+1)
		rows = append(rows, d.insideRow(n, i+1, page, page+size-1, i == 1+n%2))
		for range size {
			images = append(images, image{fmt.Sprintf("%04d.jpg", page), of})
			page++
		}
		d.truth[of] = nil
	}
	total := page - 1
	if n%5 == 0 {
		outside("B01.jpg")
	}
	fault := n > volumes-wrongVolumes
	drop, add := "", 0
	if fault {
		if drop, add = d.spoil(n, total, rows); n%5 == 1 {
			images = append(images, image{fmt.Sprintf("%04d.jpg", page), code})
		}
	}
	total += add
	for _, i := range images {
		if i.name == drop {
			continue
		}
		name := "案卷/" + code + "/" + i.name
		of := i.of
		if fault {
			of = code // the volume is left as it is
		}
		d.volumeScan(n, name, i.name)
		d.truth[of] = append(d.truth[of], name+"#0")
	}
	if fault { // as received: in the order of their names
		slices.SortStableFunc(d.truth[code], byName)
	}
	if d.truth[code] == nil {
		d.truth[code] = []string{}
	}
	d.inside = append(d.inside, rows...)
	d.vols = append(d.vols, []any{"C038", padded{1, "000"}, padded{n, "000"}, fmt.Sprintf("县商业局第%d卷", n), "1958.3.5-1958.12.20", "永久", total, ""})
}

// spoil plants one fault in a volume of so many pages: it names the image to leave out,
// and says how much more the 页数 of the volume is to be. rows are its items'.
func (d *delivery) spoil(n, total int, rows [][]any) (drop string, add int) {
	code := volumeCode(n)
	switch n % 5 {
	case 0: // the last image is missing
		drop = fmt.Sprintf("%04d.jpg", total)
		d.counts[fmt.Sprintf("%s-%03d", code, len(rows))] = "beyond"
	case 1: // an image too many
		d.counts[code] = "extra"
	case 2: // 页数 of the volume
		add = 1
		d.counts[code] = "fewer"
	case 3: // an image is missing in between
		drop = "0002.jpg"
		d.counts[code+"-001"] = "missing"
	case 4: // 页数 of an item
		rows[0][9] = rows[0][9].(int) + 1
		d.counts[code+"-001"] = "fewer"
	}
	return drop, add
}

// volumeScan delivers an image of a volume; two bear marks: on the first page of a volume,
// and on the first page of the second item of another.
func (d *delivery) volumeScan(n int, path, name string) {
	switch {
	case n == 6 && name == "0001.jpg":
		d.marked[volumeCode(n)] = true
	case n == 8 && name == "0005.jpg":
		d.marked[volumeCode(n)+"-002"] = true
	default:
		d.scan(path)
		return
	}
	typed(d.t, filepath.Join(d.dir, filepath.FromSlash(path)), "秘密★5年", "粮食储备库位置说明")
}

// insideRow is a row of the 卷内文件目录. Sound volumes state 页号 in three ways.
func (d *delivery) insideRow(n, item, from, to int, last bool) []any {
	pageNo, pages := fmt.Sprintf("%d-%d", from, to), any(to-from+1)
	if n <= volumes-wrongVolumes {
		switch n % 3 {
		case 1: // the first page alone, but for the last item
			pages = ""
			if !last {
				pageNo = fmt.Sprint(from)
			}
		case 2:
			pageNo = fmt.Sprintf("第%d—%d页", from, to)
		}
	}
	return []any{"C038", padded{1, "000"}, padded{n, "000"}, padded{item, "000"}, "县商业局", fmt.Sprintf("商办字第%d号", item),
		fmt.Sprintf("第%d卷第%d件", n, item), "1958年3月", pageNo, pages, ""}
}

// padded is a cell with a number, shown with zeros before it.
type padded struct {
	N      int    `json:"n"`
	Format string `json:"format"`
}

const writeBook = `
import sys, json, xlwt
wb = xlwt.Workbook(encoding='utf-8')
bold = xlwt.easyxf('font: bold on')
formats = {}
for name, title, rows in json.load(open(sys.argv[2], encoding='utf-8')):
    s = wb.add_sheet(name)
    s.write_merge(0, 0, 0, len(rows[0]) - 1, title, bold)
    for r, row in enumerate(rows, 1):
        for c, v in enumerate(row):
            if v == '': continue
            if isinstance(v, dict):
                style = formats.setdefault(v['format'], xlwt.easyxf(num_format_str=v['format']))
                s.write(r, c, v['n'], style)
            else:
                s.write(r, c, v)
    s.write(len(rows) + 2, 0, '合计'); s.write(len(rows) + 2, 1, '%d条' % (len(rows) - 1))
wb.save(sys.argv[1])
`

// writeBook has xlwt write the catalogue as a BIFF8 workbook of four sheets.
func (d *delivery) writeBook() {
	d.t.Helper()
	item := []any{"档号", "全宗号", "年度", "保管期限", "机构（问题）", "件号", "责任者", "文号", "文件标题", "成文日期", "页数", "附注", "原文路径"}
	sheets := []any{
		[]any{"归档文件目录", "归档文件目录", slices.Insert(d.items, 0, item)},
		[]any{"案卷目录", "县商业局案卷目录", slices.Insert(d.vols, 0, []any{"全宗号", "目录号", "案卷号", "案卷题名", "起止日期", "保管期限", "总页数", "备注"})},
		[]any{"卷内文件目录", "卷内文件目录", slices.Insert(d.inside, 0, []any{"全宗号", "目录号", "案卷号", "顺序号", "责任者", "文号", "文件标题", "成文日期", "起止页", "页数", "备注"})},
		[]any{"补充目录", "归档文件补充目录", slices.Insert(d.late, 0, item)},
	}
	data, err := json.Marshal(sheets)
	if err != nil {
		d.t.Fatal(err)
	}
	in := filepath.Join(d.t.TempDir(), "book.json")
	if err := os.WriteFile(in, data, 0o644); err != nil {
		d.t.Fatal(err)
	}
	if out, err := exec.Command("/usr/bin/python3", "-c", writeBook, d.book, in).CombinedOutput(); err != nil {
		d.t.Fatalf("python3-xlwt (see .ci/packages): %v\n%s", err, out)
	}
	head := make([]byte, 8)
	if f, err := os.Open(d.book); err == nil {
		defer f.Close()
		_, _ = f.Read(head)
	}
	if !bytes.Equal(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		d.t.Fatalf("no BIFF8 workbook: %x", head)
	}
}
