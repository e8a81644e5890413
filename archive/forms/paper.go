// Package forms prints the paper that archives sign and file: A4 portrait PDF, laid out in
// millimetres, in Chinese, with the characters that it uses embedded.
package forms

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/signintech/gopdf"

	"lantai/archive"
	"lantai/assets/font"
)

// The sheet, in millimetres. The left margin is wide enough to be bound.
const (
	pageWidth, pageHeight          = 210.0, 297.0
	marginLeft, marginRight        = 25.0, 15.0
	marginTop, marginBottom        = 22.0, 20.0
	contentWidth                   = pageWidth - marginLeft - marginRight
	fontBody, fontSmall, fontTitle = 10.5, 9.0, 18.0 // 五号, 小五, 小二
	fontHeading                    = 12.0            // 小四
	padding                        = 1.8             // from a rule to what stands in the cell
	thin, thick                    = 0.18, 0.4
)

const (
	faceRegular = "regular"
	faceBold    = "bold"
)

// lineOf is the height of a line of text of a size in points.
func lineOf(size float64) float64 { return size * 25.4 / 72 * 1.38 }

// paper is a form in the making. The first error stays, and the rest is left out.
type paper struct {
	pdf  *gopdf.GoPdf
	y    float64 // where the next row begins
	size float64
	face string
	head string // stands above every page but the first
	mark string // of a classified archive
	err  error
}

// about says what stands around a form.
type about struct {
	title string // of the form
	unit  string // whose form it is
	class archive.Secrecy
	made  time.Time
}

func newPaper(a about) *paper {
	p := &paper{pdf: &gopdf.GoPdf{}, head: a.unit + "　" + a.title}
	if m := a.class.Mark(); m != "" {
		p.mark = strings.Replace(m, "本表出自", "本件出自", 1)
	}
	p.pdf.Start(gopdf.Config{Unit: gopdf.UnitMM, PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	p.pdf.SetInfo(gopdf.PdfInfo{Title: a.title, Author: a.unit, Creator: "Lantai", Producer: "Lantai", CreationDate: a.made})
	missing := gopdf.TtfOption{OnGlyphNotFoundSubstitute: func(rune) rune { return '〓' }} // what printers set for a character they do not have
	p.do(p.pdf.AddTTFFontDataWithOption(faceRegular, font.Regular, missing))
	p.do(p.pdf.AddTTFFontDataWithOption(faceBold, font.Bold, missing))
	p.page()
	return p
}

func (p *paper) do(err error) {
	if p.err == nil {
		p.err = err
	}
}

// page begins a page.
func (p *paper) page() {
	p.pdf.AddPage()
	p.y = marginTop
	if p.pdf.GetNumberOfPages() > 1 {
		p.set(faceRegular, fontSmall)
		p.at(marginLeft, 13, contentWidth, p.head, left)
		p.rule(marginLeft, 18.5, pageWidth-marginRight, 18.5, thin)
	}
	if p.mark != "" {
		p.set(faceBold, fontSmall)
		p.at(marginLeft, 8, contentWidth, p.mark, right)
	}
}

// room begins another page unless so much is left of this one.
func (p *paper) room(height float64) bool {
	if p.y+height <= pageHeight-marginBottom {
		return false
	}
	p.page()
	return true
}

func (p *paper) set(face string, size float64) {
	if p.err != nil || p.face == face && p.size == size {
		return
	}
	p.face, p.size = face, size
	p.do(p.pdf.SetFont(face, "", size))
}

type align int

const (
	left align = iota
	centre
	right
)

// width is how wide a text is in the face that is set.
func (p *paper) width(text string) float64 {
	if p.err != nil {
		return 0
	}
	w, err := p.pdf.MeasureTextWidth(text)
	p.do(err)
	return w
}

// at writes one line whose top is y.
func (p *paper) at(x, y, w float64, text string, a align) {
	if p.err != nil || text == "" {
		return
	}
	switch a {
	case centre:
		x += (w - p.width(text)) / 2
	case right:
		x += w - p.width(text)
	}
	p.pdf.SetXY(x, y+(lineOf(p.size)-p.size*25.4/72)/2)
	p.do(p.pdf.Cell(nil, text))
}

func (p *paper) rule(x1, y1, x2, y2, width float64) {
	p.pdf.SetLineWidth(width)
	p.pdf.Line(x1, y1, x2, y2)
}

func (p *paper) box(x, y, w, h, width float64) {
	p.pdf.SetLineWidth(width)
	p.pdf.RectFromUpperLeft(x, y, w, h)
}

// notFirst are characters that do not begin a line.
const notFirst = "，。、；：？！）》」』】〕’”…—·,.;:?!)%"

// wrap parts a text into lines that fit a width. It breaks between any two characters, but
// within a word of Latin letters or digits only where that is longer than a line.
func (p *paper) wrap(text string, w float64) (lines []string) {
	for para := range strings.SplitSeq(text, "\n") {
		var now []rune
		used := 0.0
		for _, r := range strings.TrimSpace(para) {
			wide := p.width(string(r))
			if used+wide > w && len(now) > 0 {
				keep := breakAt(now, r)
				lines = append(lines, strings.TrimRight(string(now[:keep]), " "))
				now = append([]rune{}, now[keep:]...)
				used = p.width(string(now))
			}
			if now, used = append(now, r), used+wide; len(now) == 1 && r == ' ' {
				now, used = now[:0], 0
			}
		}
		lines = append(lines, string(now))
	}
	return lines
}

// breakAt tells how many characters of a full line stay on it when r comes next.
func breakAt(now []rune, r rune) int {
	keep := len(now)
	if strings.ContainsRune(notFirst, r) && keep > 1 {
		keep--
	}
	if !joins(r) {
		return keep
	}
	for k := keep; k > 0; k-- {
		if !joins(now[k-1]) {
			return k
		}
	}
	return keep
}

// joins tells whether a character belongs to a word that is not parted.
func joins(r rune) bool {
	return r < 0x80 && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
}

// cell is one cell of a row.
type cell struct {
	text  string
	width float64
	align align
	label bool // the name of what stands beside it
	tight bool // in small type
}

// row draws cells side by side, as high as the highest needs and at least so high.
func (p *paper) row(least float64, cells ...cell) {
	lines, height := p.measure(least, cells)
	p.room(height)
	x := marginLeft
	for i, c := range cells {
		p.dress(c)
		p.box(x, p.y, c.width, height, thin)
		y := p.y + (height-float64(len(lines[i]))*lineOf(p.size))/2
		for _, l := range lines[i] {
			p.at(x+padding, y, c.width-2*padding, l, c.align)
			y += lineOf(p.size)
		}
		x += c.width
	}
	p.y += height
}

func (p *paper) measure(least float64, cells []cell) (lines [][]string, height float64) {
	height = least
	lines = make([][]string, len(cells))
	for i, c := range cells {
		p.dress(c)
		lines[i] = p.wrap(c.text, c.width-2*padding)
		height = max(height, float64(len(lines[i]))*lineOf(p.size)+2*padding*0.7)
	}
	return lines, height
}

// dress sets the face of a cell.
func (p *paper) dress(c cell) {
	face, size := faceRegular, fontBody
	if c.label {
		face = faceBold
	}
	if c.tight {
		size = fontSmall
	}
	p.set(face, size)
}

// title writes the name of the form, and a line below it at either end.
func (p *paper) title(unit, title, leftNote, rightNote string) {
	p.set(faceRegular, fontHeading)
	p.at(marginLeft, p.y, contentWidth, unit, centre)
	p.y += lineOf(fontHeading) + 1
	p.set(faceBold, fontTitle)
	p.at(marginLeft, p.y, contentWidth, title, centre)
	p.y += lineOf(fontTitle) + 3
	p.set(faceRegular, fontBody)
	p.at(marginLeft, p.y, contentWidth, leftNote, left)
	p.at(marginLeft, p.y, contentWidth, rightNote, right)
	p.y += lineOf(fontBody) + 1
}

// heading stands above a part of the form, which is not parted from it.
func (p *paper) heading(text string, with float64) {
	p.y += 3
	p.room(lineOf(fontHeading) + 1 + with)
	p.set(faceBold, fontHeading)
	p.at(marginLeft, p.y, contentWidth, text, left)
	p.y += lineOf(fontHeading) + 1
}

// prose writes a paragraph.
func (p *paper) prose(text string) {
	p.set(faceRegular, fontSmall)
	for _, l := range p.wrap(text, contentWidth) {
		p.room(lineOf(fontSmall))
		p.at(marginLeft, p.y, contentWidth, l, left)
		p.y += lineOf(fontSmall)
	}
}

// pairs draws rows of two names with their values.
func (p *paper) pairs(values ...[2]string) {
	for i := 0; i < len(values); i += 2 {
		cells := []cell{{text: values[i][0], width: 28, align: centre, label: true}, {text: values[i][1], width: contentWidth - 28}}
		if i+1 < len(values) && values[i+1][0] != "" {
			cells[1].width = contentWidth/2 - 28
			cells = append(cells, cell{text: values[i+1][0], width: 28, align: centre, label: true}, cell{text: values[i+1][1], width: contentWidth/2 - 28})
		}
		p.row(8.5, cells...)
	}
}

// party is one side that signs.
type party struct {
	name  string   // 移交方
	lines []string // what is filled in by hand: 经手人（签字）
	where string   // 单位（盖章）; empty: none
}

// signHeight is how high boxes with so many lines are.
func signHeight(lines int) float64 { return 8 + 11*float64(lines) + 16 }

// sign draws boxes for two sides to sign in; they stand together on one page.
func (p *paper) sign(parties ...party) {
	const lineHeight = 11.0
	most := 0
	for _, one := range parties {
		most = max(most, len(one.lines))
	}
	height := signHeight(most)
	p.room(height)
	w := contentWidth / float64(len(parties))
	for i, one := range parties {
		x := marginLeft + float64(i)*w
		p.box(x, p.y, w, height, thin)
		p.rule(x, p.y+8, x+w, p.y+8, thin)
		p.set(faceBold, fontBody)
		p.at(x, p.y+(8-lineOf(fontBody))/2, w, one.name, centre)
		p.set(faceRegular, fontBody)
		y := p.y + 8
		for _, l := range one.lines {
			base := y + lineHeight - 2.5
			p.at(x+4, base-lineOf(fontBody)+0.6, w, l, left)
			p.rule(x+6+p.width(l), base, x+w-6, base, thin)
			y += lineHeight
		}
		if one.where != "" {
			p.at(x+4, y+1.5, w, one.where, left)
		}
		p.at(x, p.y+height-lineOf(fontBody)-2.5, w-6, "年　　　月　　　日", right)
	}
	p.y += height
}

// write numbers the pages and writes the form.
func (p *paper) write(w io.Writer, foot string) error {
	pages := p.pdf.GetNumberOfPages()
	for n := 1; n <= pages && p.err == nil; n++ {
		p.do(p.pdf.SetPage(n))
		p.face = ""
		p.set(faceRegular, fontSmall)
		p.at(marginLeft, pageHeight-14, contentWidth, foot, left)
		p.at(marginLeft, pageHeight-14, contentWidth, fmt.Sprintf("第 %d 页　共 %d 页", n, pages), right)
	}
	if p.err == nil {
		_, p.err = p.pdf.WriteTo(w)
	}
	return archive.Wrap("print form", p.head, p.err)
}

// day is a time as a day; an empty one is left to be written by hand.
func day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format("2006年1月2日")
}

// gigabytes is an amount of data as the registration form for electronic records has it
// (电子档案移交与接收登记表): GB with three decimals; less than one megabyte in bytes.
func gigabytes(bytes int64) string {
	if bytes < 1_000_000 {
		return fmt.Sprintf("%d 字节", bytes)
	}
	return fmt.Sprintf("%.3f GB", float64(bytes)/1e9)
}

// thousands parts a number by its thousands.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
