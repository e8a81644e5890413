package sample

import (
	"fmt"
	"strings"
)

// fondsName is one creator of records.
type fondsName struct {
	code, name, short string
	begin, end        int     // years of its records
	weight            float64 // of its share in the documents
	field             string  // of topics
}

// fondsNames are the fonds of the district in the order of their numbers, by the letter of
// their kind: A the Party, B people's congress and consultative conference, C the
// government, D the people's organisations, E the courts, F towns and streets, G enterprises.
func fondsNames() []fondsName {
	var list []fondsName
	number := map[string]int{}
	add := func(letter, name, short, field string, begin, end int, weight float64) {
		number[letter]++
		list = append(list, fondsName{fmt.Sprintf("%s%03d", letter, number[letter]), name, short, begin, end, weight, field})
	}
	each := func(letter, lines string, weight float64) {
		for line := range strings.FieldsSeq(lines) {
			p := strings.Split(line, ",")
			begin, end := 1950, 2020
			if len(p) > 2 {
				if _, err := fmt.Sscanf(p[2], "%d-%d", &begin, &end); err != nil {
					panic(err) // a slip in the table below
				}
			}
			add(letter, p[0], abbreviation(p[0]), p[1], begin, end, weight)
		}
	}
	add("A", "中共青禾区委员会", "青委", "party", 1950, 2020, 6)
	each("A", `中共青禾区纪律检查委员会,party,1952-2020 中共青禾区委组织部,cadre 中共青禾区委宣传部,culture 中共青禾区委统一战线工作部,party
		中共青禾区委政法委员会,law,1980-2020 中共青禾区委农村工作部,farm,1953-2005 中共青禾区委党校,cadre,1956-2020
		中共青禾区委老干部局,cadre,1982-2020 中共青禾区直属机关工作委员会,party,1984-2020`, 0.7)
	add("B", "青禾区人民代表大会常务委员会", "青人", "law", 1954, 2020, 1.5)
	add("B", "中国人民政治协商会议青禾区委员会", "青协", "party", 1955, 2020, 1.2)
	add("C", "青禾区人民政府", "青政", "all", 1950, 2020, 9)
	each("C", `青禾区发展和改革局,economy,1953-2020 青禾区经济贸易局,industry,1955-2010 青禾区教育局,school 青禾区科学技术局,science,1958-2020
		青禾区民政局,civil 青禾区司法局,law,1981-2020 青禾区财政局,money 青禾区人事局,cadre,1951-2010 青禾区劳动和社会保障局,labour,1954-2010
		青禾区人力资源和社会保障局,labour,2010-2020 青禾区国土资源局,land,1987-2019 青禾区住房和城乡建设局,building,1956-2020
		青禾区房产管理局,building,1962-2016 青禾区交通运输局,traffic,1953-2020 青禾区水利局,water 青禾区农业局,farm,1950-2018
		青禾区林业局,forest,1956-2019 青禾区畜牧兽医局,farm,1958-2015 青禾区水产局,farm,1963-2009 青禾区农业机械管理局,farm,1965-2014
		青禾区商业局,trade,1952-2002 青禾区粮食局,grain 青禾区物资局,trade,1962-1998 青禾区供销合作社联合社,trade,1951-2020
		青禾区对外贸易经济合作局,trade,1979-2014 青禾区文化局,culture,1950-2019 青禾区广播电视局,culture,1956-2019 青禾区体育局,culture,1956-2019
		青禾区卫生局,health 青禾区计划生育委员会,birth,1973-2014 青禾区审计局,money,1984-2020 青禾区统计局,economy,1952-2020
		青禾区物价局,economy,1963-2018 青禾区工商行政管理局,trade,1951-2014 青禾区税务局,money 青禾区环境保护局,building,1979-2019
		青禾区档案局,archive,1958-2018 青禾区信访局,civil,1979-2020 青禾区民族宗教事务局,party,1958-2018 青禾区侨务办公室,party,1957-2018
		青禾区旅游局,trade,1992-2019 青禾区安全生产监督管理局,industry,2002-2018 青禾区城市管理局,building,1988-2020
		青禾区乡镇企业局,industry,1976-2008 青禾区扶贫开发办公室,farm,1986-2020 青禾区机关事务管理局,money,1983-2020
		青禾区人民防空办公室,building,1969-2018 青禾区地震局,science,1975-2018 青禾区地方志编纂委员会办公室,archive,1982-2018
		青禾区政务服务管理局,civil,2003-2020`, 1)
	each("D", `青禾区总工会,labour 中国共产主义青年团青禾区委员会,party 青禾区妇女联合会,civil 青禾区科学技术协会,science,1958-2020
		青禾区工商业联合会,trade,1952-2020 青禾区残疾人联合会,civil,1989-2020 青禾区文学艺术界联合会,culture,1962-2020
		青禾区红十字会,health,1985-2020`, 0.5)
	each("E", `青禾区人民法院,law 青禾区人民检察院,law,1955-2020`, 1.2)
	each("F", `青禾镇人民政府,all 柳河镇人民政府,all 石桥镇人民政府,all 东塘镇人民政府,all 白马镇人民政府,all 南岭乡人民政府,all,1958-2012
		双溪乡人民政府,all 大坪乡人民政府,all 沙洲乡人民政府,all,1961-2006 龙泉镇人民政府,all 清水镇人民政府,all 枫林乡人民政府,all
		黄岗镇人民政府,all 云台乡人民政府,all 竹园镇人民政府,all,1984-2020 江口镇人民政府,all 城关街道办事处,all 新华街道办事处,all,1956-2020
		解放街道办事处,all 站前街道办事处,all,1985-2020`, 0.8)
	each("G", `青禾农业机械厂,industry,1958-2001 青禾水泥厂,industry,1966-2004 青禾棉纺织厂,industry,1956-2003 青禾化肥厂,industry,1970-2006
		青禾酒厂,industry,1952-2005 青禾印刷厂,industry,1955-2002 青禾百货公司,trade,1952-2000 青禾建筑工程公司,building,1964-2009`, 0.4)
	return list
}

// abbreviation is the 机关代字 of a unit: of the district, and of what it does.
func abbreviation(name string) string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "中共"), "中国")
	short := []rune(strings.TrimPrefix(name, "青禾区"))
	if len(short) == len([]rune(name)) { // a town or a works has its own first character
		return string(short[:1]) + "政"
	}
	if short[0] == '委' && len(short) > 2 {
		return "青委" + string(short[1:2])
	}
	return "青" + string(short[:1])
}
