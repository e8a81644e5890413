package ingest

import (
	"strings"
	"testing"

	"lantai/archive"
)

// TestSecretMark reads lines as they stand on pages and as recognition gives them. A
// line feed parts lines; the mark is looked for on all of them.
func TestSecretMark(t *testing.T) {
	marks := []string{
		// as GB/T 7156 and GB/T 9704 have them
		"绝密★30年", "机密★10年", "秘密★5年", "秘密★长期", "绝密★长期", "机密★6个月", "绝密", "机密", "秘密",
		"秘密★", "机密☆20年", "密级：机密", "密级:秘密★10年", "【机密】", "（秘密）", "〔绝密〕", "机密级", "绝密件", "秘密文件", "机密资料",
		"机 密", "绝　　密", "秘 密 ★ 5 年", "机  密★长  期", "机密★十年", "秘密★永久",
		// with 份号 and urgency
		"000123 机密★10年", "№000045 绝密", "份号：000123 秘密", "No000012 机密★5年", "机密★10年 000123", "秘密★5年 特急", "特急 秘密", "绝密 特提", "机密　加急",
		// examination papers, for a person to decide on
		"绝密★启用前", "绝密启用前", "机密★考试结束前", "绝密★启用并使用完毕前",
		// traditional and old forms
		"機密", "絕密★長期", "祕密", "絕密件", "機密★啟用前",
		// as recognition reads the star and the rest
		"机密文10年", "秘密女长期", "绝密文启用前", "000123秘密女5年", "机密妇20年", "机密友10年", "秘密*5年", "机密x10年", "绝密太长期", "秘密大3年",
		"机密k 10年", "机密※10年", "机密 10年", "机密10牛", "秘密＊５年", "机宓", "机客", "泌密★10年", "机密·10年", "| 机密★10年", "机密.★10年",
		// downwards, and among other lines
		"柳河县人民委员会\n机密\n关于布置冬训的通知", "机\n密\n会议记录", "会议记录\n\n绝\n\n密\n", "中共柳河县委文件\n\n秘密★10年\n\n柳发〔1985〕3号",
	}
	plain := []string{
		"", "密", "商业秘密", "保守秘密", "国家秘密", "机密性", "保密", "密切联系群众", "秘密战线", "秘密工作", "机密文件的管理办法",
		"关于加强保守国家秘密工作的通知", "关于秘密文件传递的规定", "秘密级文件由专人保管", "保守国家秘密\n是每个公民的义务。",
		"各单位要严格保守国家机密和商业\n秘密。", "要教育干部保守党和国家的\n机密", "不得泄露国家\n秘密", "对机密性文件要指定专人", "中华人民共和国保守国家\n秘密\n法",
		"关于印发《\n绝密\n》一书的通知", "涉密人员名单", "绝密电报的管理办法另行制定", "机密室主任", "机要秘书", "秘书科", "精密仪器", "密度", "周密部署",
		"内部资料 注意保存", "特急", "000123", "密级", "密级：", "保密期限：长期", "侵犯商业秘密罪立案追诉标准", "机关、单位对所产生的秘密，",
		"秘密，机密，绝密三级", "秘密工作10年来的回顾", "绝密战争", "《绝密任务》", "该同志从事机密工作二十年", "秘密。", "机密、", "旅客10年", "窗口",
		"顺序号 文号 责任者 题名 日期 密级 页数 备注",
	}
	if len(marks)+len(plain) < 100 {
		t.Errorf("only %d lines", len(marks)+len(plain))
	}
	for _, s := range marks {
		got := secretMark(archive.PageText{Plain: s + "\n"}, 0, 0)
		if got == "" || !strings.Contains(s, got) && len([]rune(got)) != 2 {
			t.Errorf("%q: mark %q", s, got)
		}
	}
	for _, s := range plain {
		if got := secretMark(archive.PageText{Plain: s + "\n"}, 0, 0); got != "" {
			t.Errorf("%q: mark %q", s, got)
		}
	}
}

// boxed makes a text of one line a string; words are parted by blanks of so many
// characters' width.
func boxed(y int, lines ...[]any) archive.PageText {
	var t archive.PageText
	var b strings.Builder
	at := 0
	for _, line := range lines {
		x := 0
		for _, part := range line {
			switch v := part.(type) {
			case int:
				x += v
			case string:
				n := len([]rune(v))
				t.Words = append(t.Words, archive.Word{Start: at, Len: n, Box: archive.Box{X: x, Y: y, W: 40 * n, H: 40}})
				b.WriteString(v)
				at, x = at+n, x+40*n
			}
		}
		b.WriteByte('\n')
		at++
		y += 70
	}
	t.Plain = b.String()
	return t
}

func TestSecretMarkInACorner(t *testing.T) {
	for _, c := range []struct {
		name string
		text archive.PageText
		want string
	}{
		{"right, beside the number", boxed(100, []any{100, "柳政办", 10, "1985", 10, "12号", 800, "机密"}), "机密"},
		{"left, before the title", boxed(100, []any{80, "秘密", 500, "会议记录"}), "秘密"},
		{"letters set apart", boxed(100, []any{100, "柳政办", 900, "机", 80, "密"}), "机密"},
		{"with a term", boxed(100, []any{100, "县委办公室", 700, "绝密", 8, "女", 5, "长期"}), "绝密女长期"},
		{"further down", boxed(1500, []any{100, "柳政办", 10, "12号", 800, "机密"}), ""},
		{"in the middle of a line", boxed(100, []any{100, "对机密", 4, "文件", 4, "要保管"}), ""},
		{"a title with wide blanks", boxed(100, []any{300, "保守", 100, "国家", 100, "秘密"}), ""},
		{"letters of a title", boxed(100, []any{200, "国", 90, "家", 90, "秘", 90, "密"}), ""},
		{"a long line", boxed(100, []any{100, "这一行的字数超过了页眉所能容纳的范围因此不是一个单独的标志也不算页眉", 200, "秘密"}), ""},
	} {
		if got := secretMark(c.text, 1700, 2300); got != c.want {
			t.Errorf("%s: mark %q, want %q", c.name, got, c.want)
		}
	}
}

func BenchmarkSecretMark(b *testing.B) {
	page := strings.Repeat("各单位要严格保守国家机密和商业秘密，加强管理，落实责任，日夜值班。\n", 30)
	t := boxed(100, []any{100, "柳政办", 10, "12号"})
	t.Plain += page
	for b.Loop() {
		if secretMark(t, 1700, 2300) != "" {
			b.Fatal("a mark")
		}
	}
}
