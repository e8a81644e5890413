// Package exchange takes catalogues in and gives them out: spreadsheets, CSV and DBF
// as offices have them.
//
// An import reads a table row by row, brings each cell into the form of its field
// without guessing, and decides each row's fate: added, held already, updated, skipped,
// or rejected with a reason. Good rows go in under one pending op, which becomes visible
// at once at its end; bad rows come out as a spreadsheet that can be mended and imported
// again as it is. A mapping says what each column is; it is proposed from the header
// and can be changed, saved and loaded.
package exchange

import (
	"slices"
	"strings"

	"lantai/archive/refcode"
)

// Field is what a column is for. Elements of a 档号 have the names of package refcode.
type Field string

// The fields of a holding, and what places it.
const (
	FieldCode      Field = "code"   // 档号
	FieldKind      Field = "kind"   // 件, 案卷, 盒, 照片 …
	FieldSeries    Field = "series" // 门类, by its code
	FieldParent    Field = "parent" // the 档号 of the volume, album or item above
	FieldBox       Field = "box"    // 盒号, or the box's 档号
	FieldNumber    Field = "number" // 案卷号, 盒号, 册号 or 件号 that is no element of the code
	FieldTitle     Field = "title"
	FieldAuthor    Field = "author"
	FieldDocNo     Field = "doc_no"
	FieldDate      Field = "date"
	FieldDates     Field = "dates" // 起止日期 in one cell
	FieldDateBegin Field = "date_begin"
	FieldDateEnd   Field = "date_end"
	FieldYear      Field = "year"
	FieldRetention Field = "retention"
	FieldOpening   Field = "opening"
	FieldPersons   Field = "persons"
	FieldPageCount Field = "page_count"
	FieldPageNo    Field = "page_no"
	FieldNote      Field = "note"
	FieldSecrecy   Field = "secrecy" // 密级
	FieldAccess    Field = "access_class"
	FieldFondsName Field = "fonds_name" // of a fonds that is made
)

// Fields lists all fields in the order in which forms offer them.
func Fields() []Field {
	list := []Field{FieldCode, FieldKind, FieldTitle, FieldAuthor, FieldDocNo, FieldDate, FieldDates, FieldDateBegin, FieldDateEnd,
		FieldYear, FieldRetention, FieldOpening, FieldPersons, FieldPageCount, FieldPageNo, FieldNote, FieldAccess,
		FieldSeries, FieldParent, FieldBox, FieldNumber, FieldFondsName,
		refcode.FondsNo, refcode.Category, refcode.Subcategory, refcode.ClassCode, refcode.Retention, refcode.Org,
		refcode.CatalogueNo, refcode.VolumeNo, refcode.AlbumNo, refcode.ItemNo, refcode.PhotoNo}
	for _, c := range described() {
		list = append(list, c.Field)
	}
	return list
}

// Known tells whether there is such a field.
func (f Field) Known() bool { return slices.Contains(Fields(), f) }

// synonyms are the names by which columns are known, blanks and punctuation left out,
// letters as capitals: the names of the standards, those in use, and the pinyin names of
// older databases.
func synonyms() map[string]Field {
	names := map[Field]string{
		FieldCode:           "档号 檔號 档案号 文件档号 案卷档号 DH DANGHAO",
		FieldKind:           "类型 著录层级 容器类别",
		FieldSeries:         "门类 所属门类 门类档号",
		FieldParent:         "上级 上级档号 所属案卷 所属案卷档号",
		FieldBox:            "盒号 HH 所在盒",
		FieldNumber:         "号 册内编号",
		FieldTitle:          "题名 題名 文件题名 标题 案卷题名 文件标题 题名及责任者 正题名 卷名 册题名 书名 TM AJTM WJTM TIMING",
		FieldAuthor:         "责任者 責任者 作者 发文机关 发文单位 形成单位 摄影者 ZRZ RZZ ZRENZHE",
		FieldDocNo:          "文号 文號 文件编号 发文字号 文件字号 WH WJBH WENHAO",
		FieldDate:           "日期 成文日期 形成日期 文件日期 文件形成时间 形成时间 时间 拍摄时间 成文时间 RQ WJRQ CWRQ RIQI",
		FieldDates:          "起止日期 起止年月 起止时间 卷内文件起止日期",
		FieldDateBegin:      "起始日期 开始日期 起日期 起始时间 起 起始年月 QSRQ 起止日期起 起止日期起始 起止时间起 起止年月起",
		FieldDateEnd:        "终止日期 截止日期 结束日期 止日期 终止时间 止 终止年月 ZZRQ 起止日期止 起止日期终止 起止时间止 起止年月止",
		FieldYear:           "年度 年份 归档年度 ND NIANDU",
		FieldRetention:      "保管期限 期限 保存期限 BGQX",
		FieldOpening:        "开放标识 开放状态 开放情况 KFZT",
		FieldPersons:        "人名 主要人物 人物 姓名 RM",
		FieldPageCount:      "页数 总页数 张数 YS",
		FieldPageNo:         "页号 张页号 起止页 起止页号 页码 YH",
		FieldNote:           "备注 附注 说明 备考 BZ FZ BEIZHU",
		FieldAccess:         "访问级别",
		FieldFondsName:      "全宗名称 立档单位 QZMC",
		refcode.FondsNo:     "全宗号 全宗代码 QZH QUANZONGHAO",
		refcode.Category:    "门类代码 档案门类代码 一级类别 MLDM",
		refcode.Subcategory: "二级类别号 二级类目号 子类",
		refcode.ClassCode:   "类别号 分类号 LBH FLH",
		refcode.Retention:   "保管期限代码 BGQXDM",
		refcode.Org:         "机构问题 机构 问题 组织机构 部门 机构或问题 机构代码 机构问题代码 JGWT JG BM",
		refcode.CatalogueNo: "目录号 案卷目录号 MLH",
		refcode.VolumeNo:    "案卷号 卷号 AJH",
		refcode.AlbumNo:     "册号 相册号 CH",
		refcode.ItemNo:      "件号 室编件号 馆编件号 顺序号 卷内顺序号 文件序号 JH SXH WJXH",
		refcode.PhotoNo:     "张号 照片号 ZPH",
	}
	m := map[string]Field{}
	for field, list := range names {
		for _, name := range strings.Fields(list) {
			m[name] = field
		}
	}
	for _, c := range described() {
		for _, name := range append(c.aliases, c.Name) {
			if key := headerKey(name); m[key] == "" { // what is part of the 档号 comes first
				m[key] = c.Field
			}
		}
	}
	return m
}

// headerKey is a column's name as synonyms have it.
func headerKey(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			r -= 0xfee0
		}
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r > 0x2fff:
			if strings.ContainsRune("（）、，。：；　【】《》〔〕", r) {
				return -1
			}
			return r
		}
		return -1
	}, name)
}
