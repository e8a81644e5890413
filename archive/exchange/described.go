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

// describedColumn is the column of such a field in the tables that this package writes, and
// the other names by which others know it.
type describedColumn struct {
	Column
	aliases []string
}

// described are the columns in their order.
var described = sync.OnceValue(func() []describedColumn {
	var list []describedColumn
	for line := range strings.Lines(describedColumns) {
		words := strings.Fields(line)
		list = append(list, describedColumn{Column{Name: words[1], Field: Field(words[0])}, words[2:]})
	}
	return list
})

// describedColumns has a field a line: its name in package archive, its column, aliases.
const describedColumns = `secrecy 密级 MJ MIJI
secrecy_term 保密期限 BMQX
location 存放位置 库房位置 存址 CFWZ
org 机构
class_name 类目名称 LMMC
item_count 件数 卷内件数 JIANSHU
item_from 起件号 起始件号
item_to 止件号 终止件号
filing_no 归档号 GDH
spine 厚度 盒脊厚度 卷脊厚度 厚度毫米
carrier 载体 载体类型 载体形态 ZTLX
size 规格 载体规格 开本 GG
microfilm 缩微号 SWH
see_also 参见号 参见档号 CJH
arranged_by 整理人 立卷人 立册人
arranged_on 整理日期 立卷日期 立卷时间
checked_by 检查人 审核人
checked_on 检查日期 审核日期
condition 情况说明 本卷情况说明 完好程度
genre 文种 WZ
draft 稿本 稿本类型 GB
annexes 附件 附件题名
addressees 主送 主送机关
copies_to 抄送 抄送机关
keywords 主题词 关键词 ZTC GJC
class_no 分类法号 中图分类号
quantity 数量 份数 册数 SL FS
unit 单位 计量单位 数量单位
disclosure 公开属性
group_no 组号 照片组号
group_mark 组联符号
negative_no 底片号 DPH
event 事由
place 地点 拍摄地点 录制地点 出版地
background 背景
caption 文字说明 照片说明 内容说明
colour 色彩
exif 拍摄参数
object_kind 实物类别 奖品类别
awarded_by 授予单位 颁发单位 颁奖单位 来源单位
recipient 获得者 获奖单位 获奖者
level 级别 奖项级别
material 材质 质地
photo_code 照片档号
call_no 索书号 SSH
subtitle 副书名 副题名 卷次
publisher 出版者 出版社 CBS
edition 版次 BC
isbn ISBN ISBN号 国际标准书号
price 单价 定价
source 来源 图书来源
acquired_on 入藏日期 入库日期
duration 时长 播放时长
original 原件或复制件 原件复制件
device 播放设备
standard 制式
language 语种 文种或语种
format 文件格式 格式
codec 编码 编码格式
bitrate 码率 比特率
sample_rate 采样率
resolution 分辨率
frame_rate 帧率
channels 声道 声道数
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
		if f == FieldSecrecy {
			level, term, marked := strings.Cut(text, "★")
			if word, coded := codedLevels()[strings.ToUpper(level)]; coded {
				level = word
			}
			if d.more[f] = level; marked {
				d.more["secrecy_term"] = term
			}
			continue
		}
		d.more[f] = text
	}
}

// codedLevels are the letter codes of GB/T 7156 for a 密级, which mean the same in its editions
// of 1987 and 2003; its digits do not.
func codedLevels() map[string]string {
	return map[string]string{"GK": "公开", "GN": "国内", "NB": "内部", "XZ": "限制", "MM": "秘密", "JM": "机密", "UM": "绝密"}
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
