package main

import (
	"fmt"
	"strings"
)

// What the clerk writes is noted as pieces apart by blanks: "gongzuo=工作" is letters for
// the input method, which answers the space after them with that; what has no "=" is typed
// as it stands. All pieces are what the input method offers first.

// clerkRow is one item: fields by name, in the order of the form; "" leaves what stands
// there.
type clerkRow [][2]string

// subjects and papers make the titles of the items.
var (
	clerkSubjects = []string{"zhengbing=征兵 gongzuo=工作", "fangxun=防汛 gongzuo=工作", "minbing=民兵 zuzhi=组织 zhengdun=整顿",
		"guofang=国防 jiaoyu=教育", "anquan=安全 shengchan=生产 jiancha=检查", "zuzhi=组织 gongzuo=工作", "xianjin=先进 jiti=集体",
		"ganbu=干部 jiaoyu=教育", "kanghong=抗洪 gongzuo=工作", "renmin=人民 zhengfu=政府 wenjian=文件"}
	clerkPapers  = []string{"de=的 jueding=决定", "de=的 baogao=报告", "de=的 jihua=计划"}
	clerkAuthors = []string{"renmin=人民 wuzhuangbu=武装部", "shuiliju=水利局", "renmin=人民 zhengfu=政府"}
)

// clerkRows are items of nine fields: the 档号, which is proposed, and these eight. The
// author changes with every fifth item; 开放 and 机构 stay.
func clerkRows(n int) []clerkRow {
	rows := make([]clerkRow, n)
	for i := range rows {
		author, opening, org := "", "", ""
		if i%5 == 0 {
			author = clerkAuthors[i/5%len(clerkAuthors)]
		}
		if i == 0 {
			opening, org = "kaifang=开放", "bangongshi=办公室"
		}
		rows[i] = clerkRow{
			{"title", "guanyu=关于 " + clerkSubjects[i%len(clerkSubjects)] + " " + clerkPapers[i/len(clerkSubjects)%len(clerkPapers)]},
			{"author", author},
			{"doc_no", fmt.Sprintf("minbing=民兵 1986-%02d", i+1)},
			{"date", fmt.Sprintf("1986%02d%02d", 1+i%12, 1+i%28)},
			{"page_count", fmt.Sprint(1 + i%9)},
			{"opening", opening},
			{"org", org},
			{"note", "huiyi=会议 wenjian=文件"},
		}
	}
	return rows
}

// spoken gives what a note of pieces types, and what is to stand in the field.
func spoken(note string) (typed, text string) {
	var keys, seen strings.Builder
	for _, piece := range strings.Fields(note) {
		letters, han, composed := strings.Cut(piece, "=")
		keys.WriteString(letters)
		if composed {
			keys.WriteByte(' ')
			seen.WriteString(han)
		} else {
			seen.WriteString(letters)
		}
	}
	return keys.String(), seen.String()
}

// clerkPhotos are what five photos have in common, and their captions.
func clerkPhotos() (common clerkRow, captions []string) {
	return clerkRow{
		{"title", "kanghong=抗洪"}, {"date", "19860723"}, {"author", "xianjin=先进"}, {"event", "fangxun=防汛"}, {"place", "shuiliju=水利局"},
		{"persons", "lingdao=领导"}, {"background", "fangxun=防汛 gongzuo=工作"}, {"caption", ""}, {"opening", "kaifang=开放"},
	}, []string{"wuzhuang=武装 minbing=民兵", "lingdao=领导 jiancha=检查", "qunzhong=群众", "yiliao=医疗", "ganbu=干部"}
}

func clerkObject() clerkRow {
	return clerkRow{{"title", "kanghong=抗洪 xianjin=先进 jiti=集体"}, {"object_kind", "jiangzhuang=奖状"}, {"awarded_by", "renmin=人民 zhengfu=政府"},
		{"recipient", "wuzhuangbu=武装部"}, {"date", "19861120"}, {"level", "guojia=国家"}, {"quantity", "1"}, {"unit", "mian=面"}, {"opening", "kaifang=开放"}, {"photo_code", ""}}
}

func clerkBook() clerkRow {
	return clerkRow{{"number", ""}, {"title", "difangzhi=地方志"}, {"author", "weiyuanhui=委员会"}, {"publisher", "chubanshe=出版社"}, {"date", "19951001"},
		{"isbn", "9787801220011"}, {"call_no", "29-12"}, {"quantity", "3"}, {"unit", "ben=本"}, {"price", "58.00"}}
}
