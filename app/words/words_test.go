package words_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	toolkit "fyne.io/fyne/v2/lang"

	"lantai/app/words"
	"lantai/archive"
)

// askEnv has the test program answer one question and end, under a locale of its own.
const askEnv = "LANTAI_TEST_LANGUAGE"

func TestMain(m *testing.M) {
	if code := os.Getenv(askEnv); code != "" {
		if err := words.Use(code); err != nil {
			os.Stdout.WriteString(err.Error())
			os.Exit(1)
		}
		os.Stdout.WriteString(words.T("nav.find") + "|" + toolkit.L("Cancel") + "|" + words.N("time.days", 1))
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// The chosen language wins whatever the computer speaks, in the toolkit's words too.
func TestChosenLanguageWins(t *testing.T) {
	want := map[string]string{"zh_Hans": "全文检索|取消|1 天", "en": "Full text|Cancel|1 day", "xx": "全文检索|取消|1 天"}
	for _, locale := range []string{"C", "POSIX", "en_US.UTF-8", "zh_CN.UTF-8", "zh_TW.UTF-8", "zh_Hans_CN.UTF-8", "fr_FR.UTF-8", "pt_BR.UTF-8", "ko_KR.UTF-8", "de"} {
		for code, sentence := range want {
			t.Run(locale+"/"+code, func(t *testing.T) {
				t.Parallel()
				c := exec.Command(os.Args[0])
				c.Env = append(os.Environ(), askEnv+"="+code, "LANG="+locale, "LC_ALL="+locale, "LANGUAGE=")
				out, err := c.Output()
				if err != nil || string(out) != sentence {
					t.Errorf("got %q, %v; want %q", out, err, sentence)
				}
			})
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 940112: "940,112", -1234567: "-1,234,567"} {
		if got := words.Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1 kB", 4500: "4.5 kB", 999_600: "1 MB", 13_000_000_000_000: "13.0 TB"} {
		if got := words.Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
	if err := words.Use("en"); err != nil {
		t.Fatal(err)
	}
	for d, want := range map[time.Duration]string{
		0: "1 s", 59 * time.Second: "59 s", 90 * time.Second: "2 min",
		3*time.Hour + 5*time.Minute: "3 h 5 min", 49 * time.Hour: "2 days",
	} {
		if got := words.Duration(d); got != want {
			t.Errorf("Duration(%v) = %q, want %q", d, got, want)
		}
	}
}

// An error is told by its reason first, names what it is about, and always says what
// is safe and what to do.
func TestTell(t *testing.T) {
	if err := words.Use("en"); err != nil {
		t.Fatal(err)
	}
	refused := archive.Wrap("receive folder", "batch", archive.Refuse("read header", "a/b.jpg", archive.ReasonEmpty, ""))
	told := words.Tell(refused)
	if !strings.Contains(told.What, "empty") || !strings.Contains(told.What, "a/b.jpg") {
		t.Errorf("What = %q", told.What)
	}
	if told.Safe == "" || told.Do == "" || !strings.Contains(told.Details, "refused") {
		t.Errorf("told = %+v", told)
	}
	if told := words.Tell(os.ErrClosed); told.What == "" || told.Do == "" {
		t.Errorf("a foreign error is told as %+v", told)
	}
}
