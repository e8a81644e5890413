package app_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lantai/app"
	"lantai/app/settings"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/outside"
	"lantai/archive/station"
)

// disks are storage roots on disks of every kind; the system tells of each by its name.
var disks = []struct {
	name       string
	protection outside.Protection
}{
	{"一号盘（文书）", outside.Protection{State: outside.Encrypted, By: "LUKS2"}},
	{"二号盘（专业）", outside.Protection{State: outside.NotEncrypted, Reason: outside.Suspended, By: "BitLocker"}},
	{"三号盘", outside.Protection{State: outside.Partly, Reason: outside.Converting, By: "BitLocker"}},
	{"四号盘", outside.Protection{State: outside.Partly, Reason: outside.Mixed}},
	{"机房存储", outside.Protection{State: outside.Unknown, Reason: outside.Network, By: "SMB"}},
	{"加密文件夹", outside.Protection{State: outside.Encrypted, By: "gocryptfs", Folder: true}},
	{"虚拟机里的盘", outside.Protection{State: outside.Unknown, Reason: outside.NotTold}},
	{"移动硬盘", outside.Protection{}}, // not connected
}

func diskDesk(t *testing.T) *desk {
	known := map[string]outside.Protection{}
	d := newDeskWith(t, station.Options{Protection: func(_ context.Context, folder string) outside.Protection {
		if p, ok := known[folder]; ok {
			return p
		}
		if folder == os.TempDir() {
			return outside.Protection{State: outside.Unknown, Reason: outside.Memory}
		}
		return outside.Protection{State: outside.NotEncrypted}
	}})
	top := t.TempDir()
	for _, disk := range disks {
		dir := filepath.Join(top, disk.name)
		d.must(os.Mkdir(dir, 0o700))
		_, err := d.station.AddRoot(context.Background(), archive.LocalActor(), dir, "")
		d.must(err)
		known[dir] = disk.protection
	}
	d.must(os.Remove(filepath.Join(top, "移动硬盘")))
	return d.open()
}

func diskScenes() []scene {
	scenes := []scene{{"disks", func(d *desk) { d.goTo(app.ScreenSettings, settings.ViewDisks) }}}
	for _, disk := range disks {
		scenes = append(scenes, scene{"disk " + disk.name, func(d *desk) { d.nextDisk() }})
	}
	return append(scenes, scene{"disk temporary", func(d *desk) { d.nextDisk() }})
}

// nextDisk goes to the next row of the table of disks.
func (d *desk) nextDisk() {
	d.goTo(app.ScreenSettings, settings.ViewDisks) // the table has the keyboard
	d.press(fyne.KeyDown)
	d.settle()
}

// Each place of the archive tells the state of its disk, what somebody with the disk could
// read, and what to do.
func TestDisksAreTold(t *testing.T) {
	d := diskDesk(t)
	d.goTo(app.ScreenSettings, settings.ViewDisks)
	d.settle()
	d.says(words.T("disk.state.not-encrypted.say"), words.T("disk.read.home"), words.T("disk.do.encrypt"), "LUKS2", "gocryptfs")
	d.lacks(words.T("disk.looking"))
	d.nextDisk()
	d.says(words.T("disk.state.encrypted.say"), words.T("disk.read.nothing"), words.T("disk.do.keep"))
	d.nextDisk()
	d.says(words.T("disk.why.suspended.say"), words.T("disk.read.root"), words.T("disk.do.suspended"))
}

// says is sees for text that runs over several lines.
func (d *desk) says(wants ...string) {
	d.t.Helper()
	whole := func(s string) string { return strings.Join(strings.Fields(s), "") }
	for _, w := range wants {
		if !strings.Contains(whole(d.seen()), whole(w)) {
			d.t.Errorf("the window does not say %q; it says:\n%s", w, d.seen())
		}
	}
}
