package archive_test

import (
	"strings"
	"testing"

	"lantai/archive"
)

func TestParseDay(t *testing.T) {
	for text, want := range map[string]string{
		"19580305": "19580305", "1958": "19580000", "195803": "19580300", "19580000": "19580000", "[1958]": "19580000",
		"1958.3.5": "19580305", "1958-03-05": "19580305", "1958/3": "19580300", "1958年3月5日": "19580305", "1958年3月": "19580300",
		"1958年": "19580000", "１９５８．３．５": "19580305", "1958 年 3 月": "19580300", "一九五八年三月五日": "19580305",
		"一九五八年十二月卅一日": "19581231", "一九七〇年": "19700000", "民国三十年五月": "19410500", "民国30年5月3日": "19410503",
		"民國元年": "19120000", "光绪二十六年": "19000000", "宣统三年": "19110000", "中华民国廿三年十一月": "19341100",
		"〔1965.10〕": "19651000", "1958.3-1959.5": "19580300", "1958-1962": "19580000", "1958-03-05 08:30:00": "19580305",
		"58.3": "", "85年": "", "58": "", "1958.13": "", "19580230": "", "1958.2.30": "", "不详": "", "": "", "123": "", "民国": "",
		"五八年": "", "99999999999": "",
	} {
		got := ""
		if day, ok := archive.ParseDay(text); ok {
			got = day.Digits()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"1958.3.5", "民国三十年五月", "一九五八年", "[1958]", "58.3", "１９５８年"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		day, ok := archive.ParseDay(s)
		if !ok {
			return
		}
		if again, ok := archive.ParseDay(day.Digits()); !ok || again != day {
			t.Errorf("%q gives %+v, which reads back as %+v", s, day, again)
		}
		if strings.TrimSpace(s) == "" {
			t.Errorf("a day out of nothing: %q", s)
		}
	})
}

func TestIsDate(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "19650312": true, "19650000": true, "1965": true, "196503": true, "1965-3-12": true, "1965.03": true,
		"[1965]": true, "1965?": true, "[19650300?]": true,
		"20211345": false, "19651232": false, "85": false, "一九六五": false, "1965-13": false, "1965年": false,
	} {
		if archive.IsDate(text) != want {
			t.Errorf("%q: %v, want %v", text, !want, want)
		}
	}
}
