package forms

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"lantai/archive"
)

// DrillRecord is what the record of a drill says (恢复演练记录).
type DrillRecord struct {
	Unit     string
	Class    archive.Secrecy
	Number   int // running number of the drill
	Target   string
	Set      string
	Media    string // numbers of those that were connected
	Snapshot time.Time
	Begun    time.Time
	Took     time.Duration
	By       string // who held it; empty: written by hand
	Seed     int64
	Files    int
	Bytes    int64
	Faults   int
	Texts    int
	Proven   bool
	Note     string
	Volumes  []DrilledVolume
	Made     time.Time // of this sheet
}

// DrilledVolume is one volume of a drill.
type DrilledVolume struct {
	Code   string // 档号; empty: the record is no longer there, or may not be seen by who prints
	Title  string
	Files  int
	Bytes  int64
	Faults int
}

const drillTitle = "档案备份恢复演练记录"

// WriteDrill prints the record of a drill, to be signed and filed.
func WriteDrill(w io.Writer, d DrillRecord) error {
	p := newPaper(about{drillTitle, d.Unit, d.Class, d.Made})
	p.title(d.Unit, drillTitle, fmt.Sprintf("演练序号：%d", d.Number), "填表日期："+day(d.Made))
	p.pairs([2]string{"备份目标", d.Target}, [2]string{"套　　别", d.Set}, [2]string{"连接的载体", d.Media}, [2]string{"目录备份时间", clock(d.Snapshot)},
		[2]string{"演练开始", clock(d.Begun)}, [2]string{"用　　时", took(d.Took)}, [2]string{"演练人", d.By}, [2]string{"抽样种子", strconv.FormatInt(d.Seed, 10)},
		[2]string{"抽样方法", "按各全宗案卷（盒、册、单件）数量的比例分段随机抽取；同一种子、同一目录备份抽得相同案卷，可以复核。"})
	p.heading("一、演练结果", 45)
	p.results(d)
	p.heading("二、抽取的案卷（盒、册、单件）", 20)
	p.volumes(d)
	p.heading("三、结论", 20)
	p.conclude(d)
	p.heading("四、签字", signHeight(1))
	p.sign(party{"演练人", []string{"签字："}, ""}, party{"监督人", []string{"签字："}, ""})
	return p.write(w, "兰台　"+d.Target)
}

func clock(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Format("2006年1月2日 15:04")
}

// took is how long something took, in the words of the form.
func took(d time.Duration) string {
	s := int(d.Round(time.Second).Seconds())
	switch {
	case s < 1:
		return "不足 1 秒"
	case s < 60:
		return fmt.Sprintf("%d 秒", s)
	case s < 3600:
		return fmt.Sprintf("%d 分 %d 秒", s/60, s%60)
	}
	return fmt.Sprintf("%d 小时 %d 分", s/3600, s%3600/60)
}

func (p *paper) results(d DrillRecord) {
	catalogue := "可以打开，完整性检查通过"
	if d.Faults > 0 && len(d.Volumes) == 0 {
		catalogue = "不能恢复"
	}
	p.pairs([2]string{"目录库", catalogue}, [2]string{"正　　文", thousands(d.Texts) + " 页"}, [2]string{"抽取案卷", fmt.Sprintf("%d 卷（盒、册、件）", len(d.Volumes))},
		[2]string{"恢复文件", thousands(d.Files) + " 个"}, [2]string{"数据量", gigabytes(d.Bytes)}, [2]string{"不一致", thousands(d.Faults) + " 处"})
	p.y += 1.5
	p.prose("恢复的文件逐一读出，按 SHA-256 与馆内目录核对；演练后已清空临时文件夹。数据量按 1 GB = 1,000,000,000 字节计。")
}

var volumeWidths = []float64{10, 48, 58, 16, 24, 14}

func (p *paper) volumesHead() {
	var cells []cell
	for i, name := range []string{"序号", "档号", "题名", "文件数", "数据量", "结果"} {
		cells = append(cells, cell{text: name, width: volumeWidths[i], align: centre, label: true, tight: true})
	}
	p.row(7.5, cells...)
}

func (p *paper) volumes(d DrillRecord) {
	p.volumesHead()
	for i, v := range d.Volumes {
		result := "一致"
		if v.Faults > 0 {
			result = fmt.Sprintf("%d 处不一致", v.Faults)
		}
		code, title := v.Code, v.Title
		if code == "" {
			code, title = "（不在目录中，或无权查看）", ""
		}
		row := []cell{
			{text: strconv.Itoa(i + 1), width: volumeWidths[0], align: centre, tight: true}, {text: code, width: volumeWidths[1], tight: true},
			{text: shortened(title, 60), width: volumeWidths[2], tight: true}, {text: thousands(v.Files), width: volumeWidths[3], align: right, tight: true},
			{text: gigabytes(v.Bytes), width: volumeWidths[4], align: right, tight: true}, {text: result, width: volumeWidths[5], align: centre, tight: true, label: v.Faults > 0},
		}
		_, high := p.measure(7, row)
		if p.room(high) {
			p.volumesHead()
		}
		p.row(7, row...)
	}
	if len(d.Volumes) == 0 {
		p.row(7, cell{text: "无", width: contentWidth, align: centre, tight: true})
	}
}

// shortened gives the beginning of a long text.
func shortened(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func (p *paper) conclude(d DrillRecord) {
	word := "合格：目录、正文和抽取的案卷均能恢复，内容与收进时一致。"
	if !d.Proven {
		word = "不合格：有文件不能恢复或内容不一致，应即核查备份并重新演练。"
	}
	p.row(11, cell{text: "结　　论", width: 28, align: centre, label: true}, cell{text: word, width: contentWidth - 28, label: true})
	p.row(16, cell{text: "备　　注", width: 28, align: centre, label: true}, cell{text: d.Note, width: contentWidth - 28})
}
