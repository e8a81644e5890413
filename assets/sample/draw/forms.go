package main

import (
	"fmt"
	"strconv"
)

// cadre is a registration form with ruled cells; the person's name is left open.
func cadre(f cabinet) *sheet {
	s := a4()
	s.centred(s.pen(f.bold, 26).spaced(s.mm(5)), s.w()/2, s.mm(36), "干部登记表")
	p := s.pen(f.regular, 13)
	s.text(p, s.mm(20), s.mm(49), "填报单位：青禾区农业机械管理站")
	s.right(p, s.mm(190), s.mm(49), "一九八五年十月填")
	g := newGrid(s, 18, 53, []float64{24, 32, 22, 28, 22, 14, 32},
		[]float64{13, 13, 13, 13, 13, 11, 15, 15, 15, 15, 30, 36})
	g.cell(p, 0, 0, 0, 0, "姓　名")
	g.cell(p, 1, 0, 1, 0, "李　某")
	g.cell(p, 2, 0, 2, 0, "性　别")
	g.cell(p, 3, 0, 3, 0, "男")
	g.cell(p, 4, 0, 4, 0, "民　族")
	g.cell(p, 5, 0, 5, 0, "汉")
	g.cell(p, 6, 0, 6, 3, "照\n\n片")
	for i, row := range [][4]string{
		{"出生年月", "1949年3月", "籍　　贯", "青禾区柳河乡"},
		{"文化程度", "高中", "参加工作", "一九六八年十月"},
		{"政治面貌", "中共党员", "现任职务", "副站长"},
	} {
		g.cell(p, 0, i+1, 0, i+1, row[0])
		g.cell(p, 1, i+1, 1, i+1, row[1])
		g.cell(p, 2, i+1, 2, i+1, row[2])
		g.cell(p, 3, i+1, 5, i+1, row[3])
	}
	g.cell(p, 0, 4, 0, 4, "家庭住址")
	g.left(p, 1, 4, 6, 4, "青禾区人民路二十四号职工宿舍三栋")
	g.cell(p, 0, 5, 0, 9, "主\n要\n经\n历")
	g.cell(p, 1, 5, 2, 5, "起止年月")
	g.cell(p, 3, 5, 5, 5, "在何单位任何职")
	g.cell(p, 6, 5, 6, 5, "证明人")
	for i, row := range [][2]string{
		{"1956年9月至1968年7月", "柳河小学、青禾中学学习"},
		{"1968年10月至1975年4月", "柳河公社拖拉机站驾驶员"},
		{"1975年5月至1981年12月", "区农机修造厂技术员"},
		{"1982年1月至今", "区农业机械管理站副站长"},
	} {
		g.cell(p, 1, 6+i, 2, 6+i, row[0])
		g.cell(p, 3, 6+i, 5, 6+i, row[1])
		g.cell(p, 6, 6+i, 6, 6+i, "")
	}
	g.cell(p, 0, 10, 0, 10, "奖惩\n情况")
	g.left(p, 1, 10, 6, 10, "一九七八年被评为全区农机战线先进工作者。\n一九八三年因研制水稻收割机获技术革新二等奖。")
	g.cell(p, 0, 11, 0, 11, "单位\n意见")
	g.left(p, 1, 11, 6, 11, "情况属实，同意登记。")
	s.right(p, s.mm(184), s.mm(249), "一九八五年十月十二日")
	g.outer(p)
	s.seal(f, s.mm(156), s.mm(236), "青禾区农业机械管理站", "")
	s.text(s.pen(f.regular, 11), s.mm(20), s.mm(264), "说明：本表一式二份，一份存入本人档案，一份报区人事局。")
	return s
}

// harvest is a table of numbers that add up.
func harvest(f cabinet) *sheet {
	s := a4()
	s.centred(s.pen(f.bold, 21), s.w()/2, s.mm(38), "一九八五年各乡镇粮食产量统计表")
	p := s.pen(f.regular, 13)
	s.text(p, s.mm(20), s.mm(52), "制表单位：青禾区统计局")
	s.right(p, s.mm(190), s.mm(52), "单位：亩、吨、公斤")
	heights := []float64{15}
	for range 13 {
		heights = append(heights, 12.5)
	}
	g := newGrid(s, 18, 56, []float64{30, 32, 30, 32, 26, 24}, heights)
	for i, head := range []string{"乡镇名称", "播种面积", "总产量", "平均亩产", "上年亩产", "增减"} {
		g.cell(s.pen(f.bold, 13), i, 0, i, 0, head)
	}
	towns := []struct {
		name                string
		mu, tonnes, lastPer int
	}{
		{"城关镇", 8420, 3452, 398}, {"柳河乡", 15360, 6206, 391}, {"东风乡", 13780, 5415, 402},
		{"石桥镇", 11250, 4657, 405}, {"青山乡", 9640, 3480, 352}, {"白塔乡", 12900, 5212, 396},
		{"新河乡", 14120, 5859, 407}, {"清水镇", 10880, 4580, 411}, {"云溪乡", 7350, 2580, 343},
		{"前进乡", 12460, 5146, 405}, {"大坪乡", 6980, 2401, 350},
	}
	row := func(i int, name string, mu, tonnes, lastPer int) {
		per := (tonnes*1000 + mu/2) / mu
		for c, text := range []string{name, strconv.Itoa(mu), strconv.Itoa(tonnes), strconv.Itoa(per), strconv.Itoa(lastPer), fmt.Sprintf("%+d", per-lastPer)} {
			g.cell(p, c, i, c, i, text)
		}
	}
	mu, tonnes, last := 0, 0, 0
	for i, t := range towns {
		row(i+1, t.name, t.mu, t.tonnes, t.lastPer)
		mu, tonnes, last = mu+t.mu, tonnes+t.tonnes, last+t.mu*t.lastPer
	}
	row(12, "合　计", mu, tonnes, last/mu)
	g.left(p, 0, 13, 5, 13, "注：粮食产量包括稻谷、小麦、玉米和薯类，薯类按五斤折一斤计算。")
	g.outer(p)
	s.text(p, s.mm(20), s.mm(244), "单位负责人：")
	s.text(p, s.mm(84), s.mm(244), "审核：")
	s.text(p, s.mm(134), s.mm(244), "一九八六年一月二十日报出")
	return s
}

// cover is the cover of a volume.
func cover(f cabinet) *sheet {
	s := a4()
	p := s.pen(f.regular, ptBody)
	s.frame(s.mm(24), s.mm(22), s.mm(192), s.mm(278), s.mm(0.5), black)
	s.centred(s.pen(f.bold, 30).spaced(s.mm(3)), s.w()/2, s.mm(56), "青禾县农业局")
	s.line(s.mm(54), s.mm(62), s.mm(156), s.mm(62), s.mm(0.4), black)
	s.centred(p, s.w()/2, s.mm(84), "（案卷类目：抗旱防汛）")
	c := &column{s: s, x0: s.mm(46), x1: s.mm(166), y: s.mm(116), lead: s.mm(16)}
	title := s.pen(f.bold, 22)
	c.para(title, 2, "本局关于抗旱工作的情况简报、报表和经验材料")
	s.line(s.mm(44), s.mm(121), s.mm(170), s.mm(121), s.mm(0.3), black)
	s.line(s.mm(44), s.mm(137), s.mm(170), s.mm(137), s.mm(0.3), black)
	g := newGrid(s, 44, 176, []float64{32, 94}, []float64{15, 15, 15})
	for i, row := range [][2]string{{"起止日期", "1961年5月至1961年9月"}, {"保管期限", "长期"}, {"件数页数", "本卷共 6 件 48 页"}} {
		g.cell(p, 0, i, 0, i, row[0])
		g.cell(p, 1, i, 1, i, row[1])
	}
	n := newGrid(s, 44, 238, []float64{32, 28, 32, 34}, []float64{13, 13})
	for i, row := range [][2]string{{"全宗号", "0002"}, {"目录号", "003"}, {"案卷号", "0015"}} {
		n.cell(p, i, 0, i, 0, row[0])
		n.cell(p, i, 1, i, 1, row[1])
	}
	n.cell(p, 3, 0, 3, 0, "归档号")
	n.cell(p, 3, 1, 3, 1, "61－07")
	return s
}

// contents is the list of the documents in a volume.
func contents(f cabinet) *sheet {
	s := a4()
	s.centred(s.pen(f.bold, 24).spaced(s.mm(4)), s.w()/2, s.mm(38), "卷内文件目录")
	p := s.pen(f.regular, 12.5)
	heights := []float64{16}
	for range 11 {
		heights = append(heights, 18)
	}
	g := newGrid(s, 20, 46, []float64{14, 26, 28, 62, 24, 16}, heights)
	for i, head := range []string{"顺序\n号", "文　号", "责任者", "题　　　名", "日　期", "页号"} {
		g.cell(s.pen(f.bold, 12.5), i, 0, i, 0, head)
	}
	rows := [][6]string{
		{"1", "农字第12号", "县农业局", "关于立即开展抗旱保苗工作的紧急通知", "61.5.20", "1"},
		{"2", "", "县农业局", "抗旱情况简报（第一期至第五期）", "61.6.2", "4"},
		{"3", "农字第18号", "县农业局", "关于分配抗旱机具和柴油的通知", "61.6.15", "19"},
		{"4", "", "石桥公社", "发动群众打井抗旱的经验材料", "61.7.8", "25"},
		{"5", "", "县农业局", "全县受旱面积和抗旱进度统计表", "61.8.1", "33"},
		{"6", "农字第31号", "县农业局", "关于夏季抗旱工作的总结报告", "61.9.10", "39-48"},
	}
	for i := range 11 {
		var row [6]string
		if i < len(rows) {
			row = rows[i]
		}
		for c, text := range row {
			if c == 3 {
				g.left(p, c, i+1, c, i+1, text)
			} else {
				g.cell(p, c, i+1, c, i+1, text)
			}
		}
	}
	g.outer(p)
	return s
}

// bulletin is a page of the volume.
func bulletin(f cabinet) *sheet {
	s := a4()
	s.centred(s.pen(f.bold, 34).spaced(s.mm(3)), s.w()/2, s.mm(44), "抗旱情况简报")
	p := s.pen(f.regular, ptBody)
	s.centred(p, s.w()/2, s.mm(56), "第三期")
	s.text(p, s.mm(28), s.mm(68), "青禾县农业局编")
	s.right(p, s.mm(184), s.mm(68), "一九六一年六月二十四日")
	s.line(s.mm(26), s.mm(72), s.mm(184), s.mm(72), s.mm(0.8), black)
	s.right(s.pen(f.regular, 12), s.mm(192), s.mm(20), "10")
	c := s.body(88)
	c.para(p, 2, "入夏以来，全县连续四十二天没有下过透雨，受旱面积已达六万三千亩。各公社党委发动群众，车水、挖塘、打井，千方百计保苗。到六月二十日止，已灌溉农田四万一千亩，占受旱面积的百分之六十五。")
	c.para(p, 2, "石桥公社组织男女社员两千八百人，昼夜轮班车水，十天内打土井一百二十六眼，使四千亩早稻得到灌溉。")
	c.para(p, 2, "柳河公社前进大队利用旧河道筑坝蓄水，安装水车三十二架，全队八百亩秧田无一枯死。")
	c.para(p, 2, "当前旱情仍在发展，各地要继续树立长期抗旱思想，管好用好水源，严防浪费，同时抓紧补种晚秋作物，争取秋季丰收。")
	return s
}

// receipt is a small form with a red number and a seal, lying loose.
func receipt(f cabinet) *sheet {
	s := newSheet(188, 112)
	s.centred(s.pen(f.bold, 26).spaced(s.mm(12)), s.w()/2, s.mm(22), "收据")
	s.right(s.pen(f.regular, 15).inked(red), s.mm(172), s.mm(22), "No 0047326")
	p := s.pen(f.regular, 14)
	s.centred(p, s.w()/2, s.mm(32), "一九八七年十一月三十日")
	g := newGrid(s, 16, 36, []float64{30, 126}, []float64{12, 12, 12, 12})
	for i, row := range [][2]string{
		{"交款单位", "青禾区柳河乡水利管理站"},
		{"收款事由", "一九八七年度水费"},
		{"金额大写", "人民币贰仟叁佰伍拾元整"},
		{"金额小写", "￥2350.00"},
	} {
		g.cell(p, 0, i, 0, i, row[0])
		g.left(p, 1, i, 1, i, row[1])
	}
	s.text(p, s.mm(18), s.mm(96), "收款单位（盖章）")
	s.text(p, s.mm(74), s.mm(96), "会计：")
	s.text(p, s.mm(118), s.mm(96), "经手人：")
	s.seal(f, s.mm(146), s.mm(80), "青禾水库管理所", "财务专用章")
	return s
}
