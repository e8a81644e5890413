package sample

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"lantai/archive"
)

// hand writes what a cataloguer would, from one stream of random numbers.
type hand struct {
	*rand.Rand
	towns             []string
	surnames, givens  []string
	genres, receivers []string
}

func newHand(seed uint64) *hand {
	return &hand{
		Rand:      rand.New(rand.NewPCG(seed, 0x6c616e746169)),
		towns:     towns(),
		surnames:  strings.Split("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文", ""),
		givens:    strings.Split("国建华文明志永春秋德光玉秀英兰芳桂珍梅红军伟强勇杰涛超平刚辉林生福贵荣昌发祥云龙海山水泉松柏清正义仁礼智信忠孝廉敏慧静丽娟艳霞萍琴凤莲菊香淑贞", ""),
		genres:    strings.Fields("通知 通知 通知 报告 报告 请示 批复 意见 函 决定 通报 总结 计划 会议纪要 办法"),
		receivers: strings.Fields("云川市人民政府 云川市委 青禾区委 青禾区人民政府 各镇人民政府 区直各单位 各乡镇、街道"),
	}
}

func (h *hand) one(list []string) string { return list[h.IntN(len(list))] }

// chance is true in so many of a hundred cases.
func (h *hand) chance(percent int) bool { return h.IntN(100) < percent }

func (h *hand) person() string {
	name := h.one(h.surnames) + h.one(h.givens)
	if h.chance(75) {
		name += h.one(h.givens)
	}
	return name
}

// document fills in title, author, number and persons of a document of a fonds.
func (h *hand) document(i *archive.Item, f fondsName, topics []string) {
	i.Author = f.name
	topic, genre := h.one(topics), h.one(h.genres)
	i.Genre = genre
	switch n := h.IntN(100); {
	case n < 46:
		i.Title = "关于" + h.one([]string{"做好", "加强", "进一步做好", "开展", "报送", ""}) + topic + h.one([]string{"工作", "工作", "情况", "有关问题", ""}) + "的" + genre
	case n < 58:
		i.Title = fmt.Sprintf("%d年%s%s", i.Year, topic, h.one([]string{"工作总结", "工作计划", "统计表", "情况汇报", "工作要点"}))
	case n < 68:
		town := h.one(h.towns)
		i.Title = fmt.Sprintf("关于%s%s的%s", town, topic, h.one([]string{"请示", "报告", "调查报告"}))
		i.Author = town + "人民政府"
	case n < 77:
		i.Title, i.Genre = fmt.Sprintf("关于同意%s%s的批复", h.one(h.towns), topic), "批复"
	case n < 85:
		i.Title, i.Genre = fmt.Sprintf("关于印发《%s%s》的通知", topic, h.one([]string{"实施方案", "管理办法", "实施细则", "责任书"})), "通知"
	case n < 92:
		a, b := h.person(), h.person()
		i.Title = fmt.Sprintf("关于%s等%d名同志职务任免的通知", a, 2+h.IntN(12))
		i.Persons, i.Genre = a+"；"+b, "通知"
	case n < 96:
		i.Title, i.Genre = fmt.Sprintf("转发%s关于%s的通知", h.one(h.receivers[:2]), topic), "通知"
		i.Author = h.one(h.receivers[:2])
	default:
		i.Title, i.Genre = fmt.Sprintf("%s%d年第%d次会议记录", strings.TrimPrefix(f.name, "中共"), i.Year, 1+h.IntN(24)), "会议记录"
	}
	if h.chance(72) {
		i.DocNo = h.docNo(f.short, i.Year)
	}
	if h.chance(30) {
		i.Addressees = h.one(h.receivers)
	}
}

// docNo is a 发文字号 as it was written in its time.
func (h *hand) docNo(short string, year int) string {
	n := 1 + h.IntN(180)
	if year < 1980 {
		return fmt.Sprintf("（%02d）%s字第%d号", year%100, short, n)
	}
	return fmt.Sprintf("%s%s〔%d〕%d号", short, h.one([]string{"发", "发", "办发", "函", "字"}), year, n)
}

// special fills in a title of 专业 records.
func (h *hand) special(pattern string, year, number int) (title, persons string) {
	p, q := h.person(), h.person()
	title = strings.NewReplacer("%Y", strconv.Itoa(year), "%P", p, "%Q", q, "%T", h.one(h.towns), "%N", strconv.Itoa(number)).Replace(pattern)
	var names []string
	for _, n := range []struct{ mark, name string }{{"%P", p}, {"%Q", q}} {
		if strings.Contains(pattern, n.mark) {
			names = append(names, n.name)
		}
	}
	return title, strings.Join(names, "；")
}

// date is the k-th of n days of a year, now and then without its day, or found out.
func (h *hand) date(year, k, n int) string {
	day := min(k*365/max(n, 1)+h.IntN(5), 364)
	month := day*12/365 + 1
	switch {
	case year < 1975 && h.chance(4):
		return fmt.Sprintf("[%d]", year)
	case h.chance(2):
		return fmt.Sprintf("%d0000", year)
	case h.chance(2):
		return fmt.Sprintf("%d%02d00", year, month)
	}
	return fmt.Sprintf("%d%02d%02d", year, month, 1+day%28)
}

// pageCount is how many pages a document has: mostly few, some many.
func (h *hand) pageCount() int {
	switch n := h.IntN(100); {
	case n < 30:
		return 1
	case n < 55:
		return 2
	case n < 80:
		return 3 + h.IntN(2)
	case n < 96:
		return 5 + h.IntN(6)
	default:
		return 11 + h.IntN(30)
	}
}

// opening is the 开放标识: what is older than 25 years was looked at.
func (h *hand) opening(year int, guarded bool) string {
	switch {
	case year > 1995:
		return "未审核"
	case guarded || h.chance(22):
		return "控制"
	}
	return "开放"
}
