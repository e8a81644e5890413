package describe_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/describe"
)

var today = time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)

func TestBuiltinRulesFitTheRecords(t *testing.T) {
	rules := describe.Builtin()
	for _, kind := range archive.Kinds() {
		fields := rules.Fields(kind)
		if len(fields) < 5 {
			t.Errorf("%s has %d fields", kind, len(fields))
		}
		seen := map[string]bool{}
		for _, f := range fields {
			if seen[f.Name] {
				t.Errorf("%s.%s stands twice", kind, f.Name)
			}
			seen[f.Name] = true
			b, ok := archive.Field(archive.NewRecord(kind), f.Name)
			if !ok {
				t.Fatalf("a %s has no %s", kind, f.Name)
			}
			if _, counts := b.Value.(*int); counts != (f.Type == describe.Number || f.Type == describe.Year) {
				t.Errorf("%s.%s is %T and of type %s", kind, f.Name, b.Value, f.Type)
			}
		}
	}
}

func TestFaultsOfFields(t *testing.T) {
	rules := describe.Builtin()
	long := strings.Repeat("长", 10_000)
	for _, c := range []struct {
		kind  archive.HoldingKind
		field string
		text  string
		want  describe.Fault
	}{
		{"item", "title", "", describe.Missing}, {"item", "title", long, describe.TooLong}, {"item", "title", "关于\x07防汛", describe.Control},
		{"item", "title", "两行\n题名", ""}, {"item", "author", "甲局；乙局", ""}, {"item", "author", "", describe.Expected},
		{"item", "date", "19580305", ""}, {"item", "date", "19580000", ""}, {"item", "date", "[1958]", ""}, {"item", "date", "民国三十年", ""},
		{"item", "date", "１９５８．３．５", ""}, {"item", "date", "58.3", describe.TwoDigitYear}, {"item", "date", "580301", describe.TwoDigitYear}, {"item", "date", "19580231", describe.NoSuchDay},
		{"item", "date", "19581301", describe.NoSuchDay}, {"item", "date", "20991231", describe.Future}, {"item", "date", "春天", describe.NotDate},
		{"item", "date", "03000101", describe.LongAgo},
		{"item", "year", "1958", ""}, {"item", "year", "58", describe.TwoDigitYear}, {"item", "year", "２０１１", ""}, {"item", "year", "3000", describe.Future}, {"item", "year", "195O", describe.NotYear},
		{"item", "page_count", "12", ""}, {"item", "page_count", "１２", ""}, {"item", "page_count", "-1", describe.NotNumber}, {"item", "page_count", "1234567", describe.NotNumber},
		{"item", "page_no", "3-7", ""}, {"item", "page_no", "3—7", ""}, {"item", "page_no", "7-3", describe.PageOrder}, {"item", "page_no", "三", describe.NotPages},
		{"item", "retention", "D30", ""}, {"item", "retention", "长期", ""}, {"item", "retention", "定期15年", ""}, {"item", "retention", "D0", describe.BadRetention}, {"item", "retention", "很久", describe.BadRetention},
		{"item", "secrecy", "内部", ""}, {"item", "secrecy", "机密", describe.Secret}, {"item", "secrecy", "A", describe.NotInList}, {"item", "secrecy", "秘密★5年", describe.Secret},
		{"item", "opening", "开放", ""}, {"item", "opening", "公开", describe.NotInList},
		{"item", "genre", "通知", ""}, {"item", "genre", "手令", describe.Unusual},
		{"item", "location", "一库-03-02-05-A", ""}, {"item", "location", "一库－03", ""}, {"item", "location", "一库--05", describe.BadLocation}, {"item", "location", "1-2-3-4-5-6", describe.BadLocation},
		{"av", "duration", "00:12:30", ""}, {"av", "duration", "12:75:00", describe.NotDuration}, {"av", "duration", "90", describe.NotDuration},
		{"book", "isbn", "978-7-5426-6010-7", ""}, {"book", "isbn", "7-101-00307-9", ""}, {"book", "isbn", "9787542660108", describe.BadISBN}, {"book", "isbn", "无", describe.BadISBN},
	} {
		f, ok := rules.Field(c.kind, c.field)
		if !ok {
			t.Fatalf("no %s.%s", c.kind, c.field)
		}
		got := rules.Check(f, f.Tidy(c.text), today)
		if got.Fault != c.want {
			t.Errorf("%s.%s %.20q: %q, want %q", c.kind, c.field, c.text, got.Fault, c.want)
		}
		if odd := c.want == describe.Expected || c.want == describe.LongAgo || c.want == describe.Unusual || c.want == describe.BadISBN; got.Warning != odd {
			t.Errorf("%s.%s %.20q: warning %v", c.kind, c.field, c.text, got.Warning)
		}
	}
	rules.Class = archive.TopSecret
	f, _ := rules.Field("item", "secrecy")
	if got := rules.Check(f, "机密", today); got.Fault != "" {
		t.Errorf("a classified archive refuses it: %q", got.Fault)
	}
}

// What Tidy gives it leaves alone the next time.
func FuzzTidy(f *testing.F) {
	for _, s := range []string{"１９５８．３．５", " 甲；；乙; ", "a\nb\r\n", "—", "；", "\u3000\u00a0x"} {
		f.Add(s)
	}
	rules := describe.Builtin()
	f.Fuzz(func(t *testing.T, s string) {
		for _, kind := range archive.Kinds() {
			for _, field := range rules.Fields(kind) {
				once := field.Tidy(s)
				if twice := field.Tidy(once); twice != once {
					t.Fatalf("%s.%s: %q, then %q", kind, field.Name, once, twice)
				}
				rules.Check(field, once, today)
			}
		}
	})
}

func TestEndsBeforeItBegins(t *testing.T) {
	rules := describe.Builtin()
	for _, c := range []struct {
		begin, end string
		wrong      bool
	}{
		{"19580301", "19580228", true}, {"19580301", "1958", false}, {"1958", "19570000", true}, {"19580300", "19580201", true},
		{"19580305", "19580300", false}, {"", "1958", false}, {"民国三十年", "1941", false}, {"1950", "民国三十年", true},
	} {
		v := archive.NewRecord(archive.KindVolume).(*archive.Container)
		v.Code, v.Title, v.Author, v.Retention, v.Opening = "C038-001-001", "会议记录", "县委", "永久", "开放"
		v.DateBegin, v.DateEnd = c.begin, c.end
		found := false
		for _, p := range rules.CheckRecord(v, today) {
			found = found || p.Fault == describe.Order
		}
		if found != c.wrong {
			t.Errorf("from %q to %q: %v", c.begin, c.end, found)
		}
	}
}

func TestAnArchivesOwnRules(t *testing.T) {
	rules, err := describe.Read(`{"kinds":{"object":[{"name":"title","type":"line","need":"required"}]},"vocabularies":{"level":{"closed":true,"words":["县"]}}}`)
	if err != nil {
		t.Fatal(err)
	}
	if len(rules.Fields(archive.KindObject)) != 1 || len(rules.Fields(archive.KindItem)) < 20 || len(rules.Vocabularies["level"].Words) != 1 {
		t.Error("not put over the builtin ones")
	}
	if len(describe.Builtin().Fields(archive.KindObject)) == 1 {
		t.Error("they changed the builtin ones")
	}
	for _, bad := range []string{`{`, `{"kinds":{"planet":[]}}`, `{"kinds":{"item":[{"name":"moon","type":"line"}]}}`,
		`{"kinds":{"item":[{"name":"title","type":"colour"}]}}`, `{"kinds":{"item":[{"name":"title","type":"line","vocab":"x"}]}}`} {
		if _, err := describe.Read(bad); archive.KindOf(err) != archive.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if b, err := json.Marshal(describe.Builtin()); err != nil {
		t.Error(err)
	} else if again, err := describe.Read(string(b)); err != nil || len(again.Kinds) != len(archive.Kinds()) {
		t.Errorf("its own JSON: %v", err)
	}
}
