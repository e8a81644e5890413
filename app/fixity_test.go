package app_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/settings"
	"lantai/app/words"
	"lantai/archive/fixity"
)

// damagedDesk is an archive in which one original is gone and one changed, as its check found.
func damagedDesk(t *testing.T) *desk {
	d := newDesk(t)
	masters := d.masterFiles()
	d.must(os.Remove(masters[0]))
	b, err := os.ReadFile(masters[1])
	d.must(err)
	b[len(b)/2] ^= 1
	d.must(os.Chmod(masters[1], 0o600))
	d.must(os.WriteFile(masters[1], b, 0o600))
	_, err = d.station.Fixity().Check(context.Background(), fixity.Limit{}, nil)
	d.must(err)
	return d.open()
}

// masterFiles lists the files in masters/ by path.
func (d *desk) masterFiles() (list []string) {
	d.t.Helper()
	d.must(filepath.WalkDir(d.station.Home.Masters(), func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			list = append(list, path)
		}
		return err
	}))
	slices.Sort(list)
	return list
}

func fixityScenes() []scene {
	return []scene{
		{"start damaged", func(d *desk) { d.goTo(app.ScreenStart, nil) }},
		{"damaged", func(d *desk) { d.goTo(app.ScreenSettings, settings.ViewFixity) }},
		{"check wrong", func(d *desk) {
			d.field(words.T("fixity.days"))
			d.typing("9999")
			d.press(fyne.KeyReturn)
		}},
	}
}

// A damaged original stands on the start page, which leads to the list, until it is mended.
func TestDamagedOriginalsAreTold(t *testing.T) {
	d := damagedDesk(t)
	d.sees(words.N("start.damaged", 2))
	d.tapWord("start.damaged.do")
	d.settle()
	d.says("0001-WS", filepath.Base(d.masterFiles()[0]))
	file := d.masterFiles()[0]
	b, err := os.ReadFile(file)
	d.must(err)
	b[len(b)/2] ^= 1
	d.must(os.WriteFile(file, b, 0o600))
	d.tapWord("fixity.again")
	d.settle()
	d.says(words.T("fixity.is.missing"))
	d.lacks(filepath.Base(file))
	d.goTo(app.ScreenStart, nil)
	d.settle()
	d.sees(words.N("start.damaged", 1))

	d.goTo(app.ScreenSettings, settings.ViewFixity)
	d.settle()
	d.field(words.T("fixity.days"))
	d.entry(words.T("fixity.days")).SetText("30")
	d.entry(words.T("fixity.speed")).SetText("5.5")
	d.press(fyne.KeyReturn)
	d.settle()
	s, err := d.station.Fixity().Settings(context.Background())
	if err != nil || s.Days != 30 || s.Speed != 11<<19 {
		t.Errorf("saved %+v, %v", s, err)
	}
}
