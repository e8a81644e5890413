package archive_test

import (
	"slices"
	"testing"
	"time"

	"lantai/archive"
)

func TestSecrecyOf(t *testing.T) {
	for text, want := range map[string]archive.Secrecy{
		"": 0, "公开": 0, "国内": 0, "内部": 0, "限制": 0, "GK": 0, "XZ": 0, "0": 0, "1": 0, "非密": 0, "无": 0,
		"秘密": archive.Secret, "秘密★5年": archive.Secret, "秘 密": archive.Secret, "祕密": archive.Secret, "秘": archive.Secret, "MM": archive.Secret, "2": archive.Secret,
		"机密": archive.HighlySecret, "機密": archive.HighlySecret, "机密*10年": archive.HighlySecret, "jm": archive.HighlySecret, "ＪＭ": archive.HighlySecret, "3": archive.HighlySecret, "机": archive.HighlySecret,
		"绝密": archive.TopSecret, "絕密★長期": archive.TopSecret, "UM★30年": archive.TopSecret, "4": archive.TopSecret, "５": archive.TopSecret,
	} {
		if got := archive.SecrecyOf(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestMarkedSecrecy(t *testing.T) {
	for text, want := range map[string]archive.Secrecy{
		"关于加强机密文件管理工作的通知": 0, "保守国家秘密法宣传提纲": 0, "绝密档案": 0, "《机密》剧本": 0, "商业秘密（节选）": 0,
		"机密★10年": archive.HighlySecret, "关于水库调度的通知机密★10年": archive.HighlySecret, "绝密 ☆ 长期 关于某事": archive.TopSecret,
		"关于人防工程的报告（秘密）": archive.Secret, "【机密】会议纪要": archive.HighlySecret, "［絕密级］名册": archive.TopSecret, "会议纪要[密级：机密]": archive.HighlySecret,
		"秘密10年 关于某事的请示": archive.Secret, "关于某事的请示 机密长期": archive.HighlySecret, "高考试题绝密★启用前": archive.TopSecret,
		"秘密★（原机密★）": archive.Secret,
	} {
		if got := archive.MarkedSecrecy(text); got != want {
			t.Errorf("%q has %q, want %q", text, got, want)
		}
	}
}

func TestSecrecyEnds(t *testing.T) {
	day := archive.Day{Year: 1985, Month: 4, Day: 18}
	for _, tt := range []struct {
		level archive.Secrecy
		day   archive.Day
		term  string
		want  string // "never", "": cannot be reckoned
	}{
		{archive.HighlySecret, day, "20年", "2005-04-18"},
		{archive.HighlySecret, day, "★10年", "1995-04-18"},
		{archive.HighlySecret, day, "机密★10年", "1995-04-18"},
		{archive.Secret, day, "十年", "1995-04-18"},
		{archive.Secret, day, "6个月", "1985-10-18"},
		{archive.Secret, day, "30天", "1985-05-18"},
		{archive.Secret, day, "5", "1990-04-18"},
		{archive.Secret, day, "", "1995-04-18"},
		{archive.TopSecret, day, "", "2015-04-18"},
		{archive.TopSecret, day, "长期", "never"},
		{archive.TopSecret, day, "絕密★長期", "never"},
		{archive.Secret, archive.Day{Year: 1985}, "5年", "1990-12-31"},
		{archive.Secret, archive.Day{Year: 1984, Month: 2}, "1年", "1985-03-01"},
		{archive.Secret, archive.Day{}, "2030-12-31", "2030-12-31"},
		{archive.Secret, archive.Day{}, "2030年12月31日", "2030-12-31"},
		{archive.Secret, archive.Day{}, "5年", ""},
		{archive.Secret, day, "若干年", ""},
		{archive.NotSecret, day, "5年", ""},
	} {
		ends, never, ok := archive.SecrecyEnds(tt.level, tt.day, tt.term)
		got := ends.Format(time.DateOnly)
		switch {
		case never:
			got = "never"
		case !ok:
			got = ""
		}
		if got != tt.want {
			t.Errorf("%s %v %q ends %q, want %q", tt.level, tt.day, tt.term, got, tt.want)
		}
	}
}

func TestBesidePlaceholder(t *testing.T) {
	item := &archive.Item{Holding: archive.Holding{Kind: archive.KindItem, Code: "0001-WS·1985-Y-BGS-0002", Title: archive.PlaceholderTitle,
		Secrecy: "机密", Year: 1985, Retention: "Y"}, Number: "0002"}
	if got := archive.BesidePlaceholder(item.Code, archive.Stated(item)); len(got) > 0 {
		t.Errorf("what its code says: %v", got)
	}
	item.Year, item.Author, item.PageCount, item.SecrecyTerm = 1986, "某局", 3, "10年"
	want := []string{"year", "secrecy_term", "author", "page_count"}
	if got := archive.BesidePlaceholder(item.Code, archive.Stated(item)); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
