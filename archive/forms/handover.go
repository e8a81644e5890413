package forms

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"lantai/archive"
)

// HandOver is what the slip for media that go to another place says (异地备份交接单).
type HandOver struct {
	Unit    string // whose archive it is
	Class   archive.Secrecy
	Archive string // the id of the archive; copies share it
	Number  string // of the slip; empty: written by hand
	Target  string
	Set     string // A 封存, B 异地, C 利用
	From    string // where the media come from; empty: written by hand
	To      string // where they are taken; empty: written by hand
	Giver   string // who hands over, a body; empty: Unit
	Taker   string // who receives; empty: written by hand
	Media   []HandedOver
	Made    time.Time
}

// HandedOver is one medium of a slip.
type HandedOver struct {
	Label    string // 载体编号
	Type     string
	Serial   string // of the maker
	Capacity int64  // bytes; 0: not known
	Files    int
	Bytes    int64
	Digest   string // SHA-256 of manifest-sha256.txt
	Begun    time.Time
	Through  time.Time // of the newest copy
	Complete bool      // when it was written, the target had all that could be copied
}

const handOverTitle = "档案异地备份载体交接单"

// WriteHandOver prints the slip, for both sides to sign.
func WriteHandOver(w io.Writer, h HandOver) error {
	if len(h.Media) == 0 {
		return archive.Errorf(archive.Invalid, "print form", handOverTitle, "no medium")
	}
	p := newPaper(about{handOverTitle, h.Unit, h.Class, h.Made})
	p.title(h.Unit, handOverTitle, "编号："+orBlank(h.Number), "填表日期："+day(h.Made))
	giver := h.Giver
	if giver == "" {
		giver = h.Unit
	}
	var files int
	var bytes int64
	begun, through, complete := h.Media[0].Begun, h.Media[0].Through, false
	for _, m := range h.Media {
		files, bytes = files+m.Files, bytes+m.Bytes
		if m.Begun.Before(begun) {
			begun = m.Begun
		}
		if m.Through.After(through) {
			through = m.Through
		}
		complete = complete || m.Complete
	}
	p.pairs([2]string{"移交单位", giver}, [2]string{"接收单位", h.Taker}, [2]string{"移出地点", h.From}, [2]string{"存放地点", h.To},
		[2]string{"备份目标", h.Target}, [2]string{"套　　别", h.Set}, [2]string{"备份起止", period(begun, through)}, [2]string{"完整状态", completeness(complete)},
		[2]string{"档案库标识", h.Archive})
	p.heading("一、载体清单", 30)
	p.media(h, files, bytes)
	p.y += 2
	p.prose("说明：摘要为各载体根目录下清单文件 manifest-sha256.txt 的 SHA-256 值，清单逐件列出载体上全部备份文件的摘要。" +
		"核对清单：sha256sum manifest-sha256.txt；核对全部文件：在载体根目录执行 sha256sum --check --quiet manifest-sha256.txt，无输出即全部一致。" +
		"数据量按 1 GB = 1,000,000,000 字节计。")
	p.heading("二、交接检验", 5*checkHeight)
	p.checks()
	p.heading("三、交接签字", signHeight(2)+7)
	hand := []string{"经手人（签字）：", "审核人（签字）："}
	p.sign(party{"移交方", hand, "单位（盖章）："}, party{"接收方", hand, "单位（盖章）："})
	p.y += 2
	p.prose("本单一式两份，移交方、接收方各执一份，归入备份管理台账。")
	return p.write(w, "兰台　"+h.Target)
}

// completeness is how complete the copies are, in the words of the form.
func completeness(yes bool) string {
	if yes {
		return "截至备份时全部已备份"
	}
	return "尚有未备份文件"
}

func period(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	return from.Format("2006.01.02") + " — " + to.Format("2006.01.02")
}

func orBlank(s string) string {
	if s == "" {
		return "＿＿＿＿＿＿＿＿"
	}
	return s
}

// The columns of the list of media; they are as wide as the sheet together.
var mediaWidths = []float64{10, 30, 18, 38, 24, 20, 30}

func (p *paper) mediaHead() {
	var cells []cell
	for i, name := range []string{"序号", "载体编号", "类型", "出厂序列号", "容量", "文件数", "数据量"} {
		cells = append(cells, cell{text: name, width: mediaWidths[i], align: centre, label: true, tight: true})
	}
	p.row(8, cells...)
}

func (p *paper) media(h HandOver, files int, bytes int64) {
	p.mediaHead()
	for i, m := range h.Media {
		capacity := ""
		if m.Capacity > 0 {
			capacity = gigabytes(m.Capacity)
		}
		row := []cell{
			{text: strconv.Itoa(i + 1), width: mediaWidths[0], align: centre, tight: true}, {text: m.Label, width: mediaWidths[1], align: centre, tight: true},
			{text: m.Type, width: mediaWidths[2], align: centre, tight: true}, {text: m.Serial, width: mediaWidths[3], align: centre, tight: true},
			{text: capacity, width: mediaWidths[4], align: right, tight: true}, {text: thousands(m.Files), width: mediaWidths[5], align: right, tight: true},
			{text: gigabytes(m.Bytes), width: mediaWidths[6], align: right, tight: true},
		}
		digest := []cell{{text: "清单摘要", width: mediaWidths[0] + mediaWidths[1], align: centre, label: true, tight: true},
			{text: grouped(m.Digest), width: contentWidth - mediaWidths[0] - mediaWidths[1], tight: true}}
		_, high := p.measure(8, row)
		_, more := p.measure(7, digest)
		if p.room(high + more) { // both lines of a medium stand together
			p.mediaHead()
		}
		p.row(8, row...)
		p.row(7, digest...)
	}
	sum := 0.0
	for _, w := range mediaWidths[:5] {
		sum += w
	}
	p.row(8, cell{text: fmt.Sprintf("合计　%d 个载体", len(h.Media)), width: sum, align: centre, label: true, tight: true},
		cell{text: thousands(files), width: mediaWidths[5], align: right, tight: true}, cell{text: gigabytes(bytes), width: mediaWidths[6], align: right, tight: true})
}

const checkHeight = 8.0

// grouped parts a digest so that two can be compared by eye.
func grouped(digest string) string {
	var b strings.Builder
	for i, r := range digest {
		if i > 0 && i%8 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// checks is the table in which both sides note what they looked at.
func (p *paper) checks() {
	widths := []float64{contentWidth - 90, 45, 45}
	head := []string{"检验项目", "移交方", "接收方"}
	cells := make([]cell, len(head))
	for i, name := range head {
		cells[i] = cell{text: name, width: widths[i], align: centre, label: true}
	}
	p.row(checkHeight, cells...)
	for _, item := range []string{"载体外观完好，编号、序列号与本单相符", "载体可正常读取，未感染病毒", "清单摘要与本单相符", "文件按清单核对（全部或抽查　　％）一致"} {
		p.row(checkHeight, cell{text: item, width: widths[0]}, cell{width: widths[1]}, cell{width: widths[2]})
		for _, x := range []float64{marginLeft + widths[0], marginLeft + widths[0] + widths[1]} {
			p.tick(x + 5)
		}
	}
}

// tick draws boxes for yes and no into the row that was drawn last.
func (p *paper) tick(x float64) {
	const side = 3.2
	p.set(faceRegular, fontBody)
	for i, word := range []string{"合格", "不合格"} {
		at := x + float64(i)*18
		p.box(at, p.y-checkHeight/2-side/2, side, side, thin)
		p.at(at+side+1.2, p.y-checkHeight/2-lineOf(fontBody)/2, 20, word, left)
	}
}
