package exchange

import (
	"strings"
	"sync"

	"lantai/archive"
	"lantai/archive/describe"
	"lantai/archive/exchange/sheet"
)

// What a record is described with besides the fields that have rules of their own here
// comes in and goes out under the name that package archive has for it.

// described are those fields in the order of the tables that this package writes, each
// with its column.
var described = sync.OnceValue(func() []Column {
	list := []Column{{Name: "密级", Field: FieldSecrecy}}
	for _, c := range strings.Split(describedColumns, "\n") {
		if name, field, ok := strings.Cut(c, " "); ok {
			list = append(list, Column{Name: name, Field: Field(field)})
		}
	}
	return list
})

const describedColumns = `保密期限 secrecy_term
存放位置 location
机构 org
类目名称 class_name
件数 item_count
起件号 item_from
止件号 item_to
归档号 filing_no
厚度 spine
载体 carrier
规格 size
缩微号 microfilm
参见号 see_also
整理人 arranged_by
整理日期 arranged_on
检查人 checked_by
检查日期 checked_on
情况说明 condition
文种 genre
稿本 draft
附件 annexes
主送 addressees
抄送 copies_to
主题词 keywords
分类法号 class_no
数量 quantity
单位 unit
公开属性 disclosure
组号 group_no
组联符号 group_mark
底片号 negative_no
事由 event
地点 place
背景 background
文字说明 caption
色彩 colour
拍摄参数 exif
实物类别 object_kind
授予单位 awarded_by
获得者 recipient
级别 level
材质 material
照片档号 photo_code
索书号 call_no
副书名 subtitle
出版者 publisher
版次 edition
ISBN isbn
单价 price
来源 source
入藏日期 acquired_on
时长 duration
原件或复制件 original
播放设备 device
制式 standard
语种 language
文件格式 format
编码 codec
码率 bitrate
采样率 sample_rate
分辨率 resolution
帧率 frame_rate
声道 channels
`

// isDescribed tells whether a field is one of them.
var isDescribed = sync.OnceValue(func() map[Field]bool {
	m := map[Field]bool{}
	for _, c := range described() {
		m[c.Field] = true
	}
	return m
})

// Described tells whether a field has no rules of its own here: its name in forms is that
// of package describe.
func (f Field) Described() bool { return isDescribed()[f] }

// fieldTypes are the types of the described fields by kind.
var fieldTypes = sync.OnceValue(func() map[archive.HoldingKind]map[Field]describe.Type {
	m := map[archive.HoldingKind]map[Field]describe.Type{}
	rules := describe.Builtin()
	for _, kind := range archive.Kinds() {
		m[kind] = map[Field]describe.Type{}
		for _, f := range rules.Fields(kind) {
			m[kind][Field(f.Name)] = f.Type
		}
	}
	return m
})

// describe takes the described fields of a row. What its kind has no field for is kept
// as a field of the site's own under the column's name.
func (r *reader) describe(d *draft, v values, bad func(Field, problem)) {
	record := archive.NewRecord(d.kind)
	for f, c := range v.cells {
		if !isDescribed()[f] || c.Kind == sheet.Empty {
			continue
		}
		if _, has := archive.Field(record, string(f)); !has {
			if text, p := cleanText(c.Text); p.bad() {
				bad(f, p)
			} else if text != "" {
				d.extra[r.names[v.at[f]]] = text
			}
			continue
		}
		text, p := r.describedValue(fieldTypes()[d.kind][f], c)
		if bad(f, p); text == "" {
			continue
		}
		if level, term, marked := strings.Cut(text, "★"); f == FieldSecrecy && marked {
			d.more[f], d.more["secrecy_term"] = level, term
			continue
		}
		d.more[f] = text
	}
}

func (r *reader) describedValue(t describe.Type, c sheet.Cell) (string, problem) {
	switch t {
	case describe.Number:
		n, p := wholeNumber(c)
		return numberText(n), p
	case describe.Date:
		return dateValue(c, r.now)
	case describe.Text:
		if strings.ContainsFunc(c.Text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' }) {
			return cleanText(c.Text) // says which character
		}
		return strings.TrimSpace(strings.ReplaceAll(c.Text, "\r\n", "\n")), problem{}
	}
	text, p := cleanText(c.Text)
	return describe.Field{Type: t}.Tidy(text), p
}

// record is the row as a record of its kind.
func (d *draft) record() archive.Record {
	r := archive.NewRecord(d.kind)
	if v, ok := r.(*archive.Container); ok {
		*v = d.volume
	} else {
		*itemOf(r) = d.item
	}
	for f, text := range d.more {
		if b, ok := archive.Field(r, string(f)); ok {
			_ = b.Set(text) // numbers were read before
		}
	}
	return r
}

// itemOf is what a single record shares with all of them; nil for others.
func itemOf(r archive.Record) *archive.Item {
	switch r := r.(type) {
	case *archive.Item:
		return r
	case *archive.Photo:
		return &r.Item
	case *archive.Object:
		return &r.Item
	case *archive.Book:
		return &r.Item
	case *archive.AV:
		return &r.Item
	case *archive.Dossier:
		return &r.Item
	}
	return nil
}
