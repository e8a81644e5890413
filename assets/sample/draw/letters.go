package main

// The sizes of type in official papers, in points.
const (
	ptTitle = 22
	ptBody  = 16
	ptSmall = 12
)

// body is the column of an official letter from a height in millimetres.
func (s *sheet) body(top float64) *column {
	return &column{s: s, x0: s.mm(28), x1: s.mm(184), y: s.mm(top), lead: s.pt(28)}
}

func (s *sheet) pen(f *face, points float64) pen { return pen{face: f, size: s.pt(points), ink: black} }

// folio sets the page number at the foot.
func (s *sheet) folio(f cabinet, text string) {
	s.centred(s.pen(f.regular, 14), s.w()/2, s.mm(281), text)
}

// redHead is the head of an official letter: the issuing body in red, the number,
// and a red rule with a star in it.
func (s *sheet) redHead(f cabinet, body, number string) {
	p := s.pen(f.bold, 46).inked(red)
	s.spread(p, s.mm(34), s.mm(176), s.mm(58), body)
	s.centred(s.pen(f.regular, ptBody), s.w()/2, s.mm(80), number)
	y := s.mm(86)
	s.line(s.mm(26), y, s.w()/2-s.mm(6), y, s.mm(0.7), red)
	s.line(s.w()/2+s.mm(6), y, s.mm(184), y, s.mm(0.7), red)
	s.fill(star(s.mm(3.4)), at(s.w()/2, y), red)
}

// flood is the first page of a letter on flood control.
func flood(f cabinet) *sheet {
	s := a4()
	s.redHead(f, "青禾区人民政府文件", "青政发〔1985〕16号")
	title := s.pen(f.bold, ptTitle)
	s.centred(title, s.w()/2, s.mm(106), "关于做好一九八五年防汛工作的通知")
	p := s.pen(f.regular, ptBody)
	c := s.body(124)
	c.para(p, 0, "各乡、镇人民政府，区直各有关单位：")
	c.para(p, 2, "今年汛期即将到来。据气象部门预报，我区六至八月降雨量较常年偏多，局部地区可能出现暴雨和山洪。为确保人民生命财产安全，现就做好防汛工作通知如下：")
	c.para(p, 2, "一、加强领导，落实责任。各乡镇要立即成立防汛指挥部，由主要负责同志任指挥，实行分段包干，把堤防、水库、涵闸的责任落实到单位、到人。")
	c.para(p, 2, "二、抓紧检查，消除隐患。五月底以前，要对清水河两岸堤防、青禾水库大坝和各排水泵站全面检查一次，发现险段立即加固。")
	c.para(p, 2, "三、备足物资，组织队伍。草袋、木桩、铁丝、照明器材要按计划储备到位；各乡镇组织不少于一百人的抢险队伍，随时待命。")
	s.folio(f, "— 1 —")
	return s
}

// floodEnd is its second page, sealed.
func floodEnd(f cabinet) *sheet {
	s := a4()
	p := s.pen(f.regular, ptBody)
	c := s.body(36)
	c.para(p, 2, "四、严格值班，畅通信息。自六月一日起，各级防汛指挥部昼夜值班，水位、雨量每日八时上报区防汛办公室，遇有险情随时报告。")
	c.para(p, 2, "五、加强宣传，服从调度。教育群众爱护水利设施，严禁在河道内设置障碍。抢险物资由区防汛指挥部统一调度，任何单位不得挪用。")
	c.para(p, 2, "以上通知，请认真贯彻执行，并将落实情况于五月二十五日前报区人民政府办公室。")
	c.skip(3)
	s.right(p, s.mm(172), c.y, "青禾区人民政府")
	s.right(p, s.mm(176), c.y+c.lead, "一九八五年四月十八日")
	s.seal(f, s.mm(150), c.y+s.mm(1), "青禾区人民政府", "")
	small := s.pen(f.regular, ptSmall+2)
	for i, line := range []string{"主题词：水利　防汛　通知", "抄送：区委办公室，区人大常委会办公室，区武装部。", "青禾区人民政府办公室　　　　　　　一九八五年四月二十日印发"} {
		y := s.mm(244 + 10*float64(i))
		s.text(small, s.mm(29), y, line)
		s.line(s.mm(26), y+s.mm(3), s.mm(184), y+s.mm(3), s.mm(0.35), black)
	}
	s.right(small, s.mm(183), s.mm(274), "（共印一百二十份）")
	s.folio(f, "— 2 —")
	return s
}

// minutes is a page of minutes.
func minutes(f cabinet) *sheet {
	s := a4()
	s.centred(s.pen(f.bold, 30), s.w()/2, s.mm(44), "区长办公会议纪要")
	p := s.pen(f.regular, ptBody)
	s.centred(p, s.w()/2, s.mm(56), "（第七次）")
	s.text(p, s.mm(28), s.mm(70), "青禾区人民政府办公室")
	s.right(p, s.mm(184), s.mm(70), "一九八五年七月三日")
	s.line(s.mm(26), s.mm(74), s.mm(184), s.mm(74), s.mm(0.6), black)
	c := s.body(88)
	c.para(p, 2, "七月二日下午，区长办公会议在区政府二楼会议室召开，研究了城区供水、小学校舍维修和粮食收购三项工作。现将会议议定的事项纪要如下：")
	c.para(p, 2, "一、关于城区供水。会议同意自来水厂扩建方案，日供水能力由三千吨提高到八千吨，所需资金由区财政和受益单位共同负担，年底前建成通水。")
	c.para(p, 2, "二、关于小学校舍维修。会议要求教育局对全区危房逐校登记，暑假期间优先维修十二所学校，确保九月一日按时开学。")
	c.para(p, 2, "三、关于粮食收购。会议强调，收购期间粮站要增加收购网点，做到随到随收，不准压级压价，不准打白条。")
	c.para(p, 2, "会议还听取了档案馆关于馆库建设的汇报，原则同意在文化路新建档案库房六百平方米。")
	c.skip(0.6)
	c.para(p, 0, "出席：各位副区长，区政府办公室主任。")
	c.para(p, 0, "列席：计划、财政、教育、粮食、城建部门负责人。")
	return s
}

// canal is an approval of 1963.
func canal(f cabinet) *sheet {
	s := a4()
	s.centred(s.pen(f.bold, 30).inked(red).spaced(s.mm(2)), s.w()/2, s.mm(42), "青禾县人民委员会")
	s.centred(s.pen(f.regular, 14), s.w()/2, s.mm(54), "（63）会水字第27号")
	s.line(s.mm(26), s.mm(59), s.mm(184), s.mm(59), s.mm(0.6), red)
	s.centred(s.pen(f.bold, 20), s.w()/2, s.mm(76), "关于修建东干渠灌溉工程的批复")
	p := s.pen(f.regular, ptBody)
	c := s.body(94)
	c.para(p, 0, "县水利科：")
	c.para(p, 2, "你科九月十二日关于修建东干渠灌溉工程的报告收悉。经县人民委员会第十四次会议研究，批复如下：")
	c.para(p, 2, "一、同意修建东干渠，全长十一公里，设计流量每秒二立方米，受益农田一万二千亩。")
	c.para(p, 2, "二、工程所需劳动力由沿渠各公社按受益面积分担，冬季农闲时施工，不得影响生产。")
	c.para(p, 2, "三、工程经费四万五千元，由农田水利事业费列支，必须专款专用，节约使用。")
	c.para(p, 2, "四、渠道占用的土地，应与生产队协商，按规定给予补偿。")
	c.para(p, 2, "希即组织力量，做好测量和施工准备。")
	c.skip(1.5)
	s.right(p, s.mm(172), c.y, "青禾县人民委员会")
	s.right(p, s.mm(176), c.y+c.lead, "一九六三年十月五日")
	s.seal(f, s.mm(148), c.y+s.mm(2), "青禾县人民委员会", "")
	return s
}

// budget is the first page of a report on the accounts.
func budget(f cabinet) *sheet {
	s := a4()
	s.centred(s.pen(f.bold, ptTitle), s.w()/2, s.mm(46), "关于一九八六年财政决算的报告")
	p := s.pen(f.regular, ptBody)
	s.centred(p, s.w()/2, s.mm(60), "青禾区财政局")
	c := s.body(78)
	c.para(p, 0, "区人大常委会：")
	c.para(p, 2, "一九八六年，在区委、区政府的领导下，全区财政工作坚持增收节支，较好地完成了区人大批准的预算。现将决算情况报告如下：")
	c.para(p, 2, "一、收入情况。全年财政收入完成一千二百八十六万元，为预算的百分之一百零四，比上年增长百分之十一。其中工商税收九百一十二万元，农业税二百零五万元，企业收入一百六十九万元。")
	c.para(p, 2, "二、支出情况。全年财政支出一千二百四十一万元，为预算的百分之九十八。其中支援农业支出二百三十七万元，文教卫生事业费四百六十八万元，行政管理费一百八十二万元，城市维护费九十四万元，其他支出二百六十万元。")
	c.para(p, 2, "三、收支相抵，结余四十五万元，结转下年使用。")
	s.folio(f, "1")
	return s
}

// budgetEnd is its second page.
func budgetEnd(f cabinet) *sheet {
	s := a4()
	p := s.pen(f.regular, ptBody)
	c := s.body(40)
	c.para(p, 2, "一年来，我们主要做了以下工作：积极支持生产，培植财源；加强税收征管，清理拖欠税款三十六万元；严格控制社会集团购买力，压缩会议和差旅开支；开展财务大检查，纠正违纪金额二十一万元。")
	c.para(p, 2, "存在的主要问题是：部分企业亏损增加，乡镇财政管理基础薄弱，个别单位仍有铺张浪费现象。")
	c.para(p, 2, "一九八七年，要继续坚持量入为出、收支平衡的方针，努力开辟财源，压缩一般性支出，保证教育和农业投入，为全区经济发展作出新的贡献。")
	c.para(p, 2, "以上报告，请予审议。")
	c.skip(3)
	s.right(p, s.mm(172), c.y, "青禾区财政局")
	s.right(p, s.mm(176), c.y+c.lead, "一九八七年三月十日")
	s.seal(f, s.mm(150), c.y+s.mm(2), "青禾区财政局", "")
	s.folio(f, "2")
	return s
}

// introduction is a letter of introduction, lying loose.
func introduction(f cabinet) *sheet {
	s := newSheet(190, 132)
	s.centred(s.pen(f.bold, 28).spaced(s.mm(6)), s.w()/2, s.mm(26), "介绍信")
	s.right(s.pen(f.regular, 13), s.mm(172), s.mm(38), "青粮介字第083号")
	p := s.pen(f.regular, ptBody)
	c := &column{s: s, x0: s.mm(20), x1: s.mm(172), y: s.mm(54), lead: s.pt(30)}
	c.para(p, 0, "红旗机械厂：")
	c.para(p, 2, "兹介绍我站工作人员二名，前往你处联系购买粮食烘干设备事宜，请予接洽。")
	c.para(p, 2, "此致敬礼")
	s.right(p, s.mm(160), s.mm(104), "青禾区中心粮站")
	s.right(p, s.mm(164), s.mm(116), "一九八八年九月六日")
	s.seal(f, s.mm(140), s.mm(104), "青禾区中心粮站", "")
	return s
}
