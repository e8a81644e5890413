package sample

import (
	"fmt"

	"lantai/archive"
)

// album is an album with its photographs.
func (m *maker) album(c *class, year, number int) unit {
	f := m.fonds[c.fonds]
	code := fmt.Sprintf("%s-Y-%03d", f.code, number)
	v := m.newContainer(c, code, fmt.Sprintf("%03d", number), year, "永久")
	event := m.one([]string{"人民代表大会会议", "抗洪抢险", "水库落成典礼", "劳动模范表彰大会", "春耕生产", "国庆庆祝活动", "城区建设"})
	v.Title = fmt.Sprintf("青禾区%d年%s照片", year, event)
	v.Carrier = "照片"
	u := unit{class: c, container: v, folder: fmt.Sprintf("%s/照片/%s", f.code, code)}
	n := m.photos.next(1)
	for k := range n {
		town, who := m.one(m.towns), m.person()
		p := &archive.Photo{Event: event, Place: "青禾区" + town, Colour: m.one([]string{"黑白", "黑白", "彩色"}),
			GroupNo: fmt.Sprint(1 + k/8), NegativeNo: fmt.Sprintf("%s-Y-%04d", f.code, number*200+k+1)}
		if year < 1980 {
			p.Colour = "黑白"
		}
		p.Kind, p.Code, p.Year, p.Retention = archive.KindPhoto, fmt.Sprintf("%s-%04d", code, k+1), year, "永久"
		p.Number, p.Author, p.Persons = fmt.Sprintf("%04d", k+1), m.person(), who
		p.Date, p.Opening, p.Carrier, p.Size = m.date(year, k, n), v.Opening, "照片", "5寸"
		p.Title = fmt.Sprintf("%s同志在%s%s现场", who, town, event)
		p.Caption = fmt.Sprintf("%d年，%s在%s举行，图为%s同志在现场。摄影：%s", year, event, town, who, p.Author)
		p.PageCount = 1
		m.photoLeft--
		m.places++
		m.pagesGiven++
		u.single, u.images = append(u.single, p), append(u.images, 1)
		v.ItemCount++
		v.PageCount++
	}
	return u
}

// singles are records that lie in no container: objects, and the books of the library.
func (m *maker) singles(c *class) unit {
	u := unit{class: c, images: make([]int, c.singles)}
	numbers := map[string]int{}
	for k := range c.singles {
		year := 1956 + k*(lastYear-1956)/max(1, c.singles-1)
		if c.singles == 1 {
			year = 1998
		}
		if c.series.Holds == archive.KindObject {
			u.single = append(u.single, m.object(c, year, numbers))
		} else {
			u.single = append(u.single, m.bookOf(c, year, numbers))
		}
	}
	return u
}

func (m *maker) object(c *class, year int, numbers map[string]int) archive.Record {
	kinds := []struct{ code, name, material string }{{"JP", "奖牌", "铜"}, {"JQ", "锦旗", "丝绸"}, {"YZ", "印章", "木"}, {"ZS", "奖状证书", "纸"}, {"LP", "赠品纪念品", "瓷"}}
	kind := kinds[m.IntN(len(kinds))]
	class := fmt.Sprintf("%s·%s·%d-Y", c.series.Code, kind.code, year)
	numbers[class]++
	o := &archive.Object{ObjectKind: kind.name, Material: kind.material, Condition: m.one([]string{"完好", "完好", "基本完好", "有破损"}),
		Level: m.one([]string{"国家", "省部", "市", "市", "县"}), Recipient: m.fonds[c.fonds].name}
	o.AwardedBy = m.one([]string{"国务院", "省人民政府", "云川市委、市人民政府", "云川市人民政府"})
	o.Kind, o.Year, o.Retention, o.Location = archive.KindObject, year, "永久", m.location()
	o.Number = fmt.Sprintf("%04d", numbers[class])
	o.Code, o.Author, o.Date = class+"-"+o.Number, o.AwardedBy, fmt.Sprintf("%d%02d00", year, 1+m.IntN(12))
	o.Title = fmt.Sprintf("%s%d年度%s先进单位%s", o.Recipient, year, m.one(topicsOf("all", year)), kind.name)
	if kind.code == "YZ" {
		o.Title, o.AwardedBy = fmt.Sprintf("%s旧印章（%d年停用）", m.one(m.towns), year), m.one(m.towns)
	}
	o.Quantity, o.Unit, o.Opening = 1, "件", m.opening(year, false)
	return o
}

func (m *maker) bookOf(c *class, year int, numbers map[string]int) archive.Record {
	class := fmt.Sprintf("%s·%d-Y", c.series.Code, year)
	numbers[class]++
	m.book++
	titles := []string{"青禾区志", "青禾区统计年鉴", "云川市年鉴", "青禾区地名志", "云川文史资料选辑", "青禾区政府公报汇编", "档案工作文件汇编", "青禾区教育志", "青禾区水利志", "中国共产党青禾区组织史资料"}
	b := &archive.Book{CallNo: fmt.Sprintf("%s/%d", m.one([]string{"K295.4", "C832", "D67", "G279.2", "K297"}), m.book),
		Subtitle: fmt.Sprintf("（%d）", year), Publisher: m.one([]string{"云川人民出版社", "中国统计出版社", "方志出版社", "内部编印"}),
		Place: "云川", Edition: "1版", Source: m.one([]string{"购", "赠", "赠", "调"}), AcquiredOn: fmt.Sprintf("%d%02d%02d", year, 1+m.IntN(12), 1+m.IntN(28))}
	b.Kind, b.Year, b.Retention, b.Location = archive.KindBook, year, "永久", m.location()
	b.Code, b.Number = fmt.Sprintf("%s-%04d", class, numbers[class]), fmt.Sprintf("%06d", m.book)
	b.Title, b.Author, b.Date = m.one(titles), m.one([]string{"青禾区地方志编纂委员会", "云川市统计局", "青禾区档案局", "政协青禾区委员会文史资料委员会"}), fmt.Sprint(year)
	b.Quantity, b.Unit, b.PageCount = 1+m.extra.next(1), "册", 80+m.IntN(600)
	b.Carrier, b.Opening = "纸质", "开放"
	return b
}
