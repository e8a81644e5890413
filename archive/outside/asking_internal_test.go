package outside

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// computer is a made-up computer: the devices that its /sys shows, its mounts and what its file
// systems say.
type computer struct {
	t   *testing.T
	dir string // stands for /
	sys sysfs
}

func newComputer(t *testing.T) *computer {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &computer{t: t, dir: dir, sys: sysfs(filepath.Join(dir, "sys"))}
}

func (c *computer) write(text string, parts ...string) {
	c.t.Helper()
	name := filepath.Join(append([]string{string(c.sys)}, parts...)...)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		c.t.Fatal(err)
	}
}

func (c *computer) link(to string, parts ...string) {
	c.t.Helper()
	name := filepath.Join(append([]string{string(c.sys)}, parts...)...)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		c.t.Fatal(err)
	}
	if err := os.Symlink(to, name); err != nil {
		c.t.Fatal(err)
	}
}

// device makes a device ("sda", "sda/sda1", "dm-0") on others.
func (c *computer) device(name, number, uuid string, on ...string) {
	c.t.Helper()
	c.write(number+"\n", "devices", name, "dev")
	if strings.Contains(name, "/") {
		c.write("1\n", "devices", name, "partition")
	}
	if uuid != "" {
		c.write(uuid+"\n", "devices", name, "dm", "uuid")
		c.write("a name\n", "devices", name, "dm", "name")
	}
	for _, slave := range on {
		c.link(filepath.Join(string(c.sys), "devices", slave), "devices", name, "slaves", filepath.Base(slave))
	}
	c.link(filepath.Join(string(c.sys), "devices", name), "dev", "block", number)
}

// ask asks for a folder that is really there, with mounts told by lines of mountinfo in which
// DIR stands for the made-up computer's root.
func (c *computer) ask(mountinfo, folder string) Protection {
	c.t.Helper()
	path := filepath.Join(c.dir, folder)
	if err := os.MkdirAll(path, 0o755); err != nil {
		c.t.Fatal(err)
	}
	l := linux{
		sys:    c.sys,
		mounts: func() (string, error) { return strings.ReplaceAll(mountinfo, "DIR", c.dir), nil },
		number: func(file string) string {
			return map[string]string{"/dev/mapper/data": "253:0", "/dev/sda1": "8:1"}[file]
		},
		network: func(_, kind string) string {
			if kind == "nfs4" {
				return "NFS"
			}
			return ""
		},
		folder: func(folder string) bool { return strings.HasSuffix(folder, "fscrypt") },
		zfs: func(_ context.Context, dataset string) Protection {
			return byZFS(map[string]string{"tank/open": "off\n", "tank/shut": "aes-256-gcm\n", "old/pool": "-\n"}[dataset])
		},
	}
	p := l.protection(context.Background(), path)
	p.Volume = strings.Replace(p.Volume, c.dir, "DIR", 1)
	return p
}

// Every way in which disks are stacked gives its state.
func TestStackedDevices(t *testing.T) {
	c := newComputer(t)
	c.device("sda", "8:0", "")
	c.device("sda/sda1", "8:1", "")
	c.device("sda/sda2", "8:2", "")
	c.device("sdb", "8:16", "")
	c.device("dm-0", "253:0", "CRYPT-LUKS2-0123456789abcdef0123456789abcdef-data", "sda/sda2")
	c.device("dm-1", "253:1", "LVM-aaaabbbb", "dm-0")             // LVM in LUKS
	c.device("dm-2", "253:2", "LVM-ccccdddd", "sdb")              // LVM on a bare disk
	c.device("dm-3", "253:3", "CRYPT-LUKS1-01-x", "dm-2")         // LUKS in LVM
	c.device("dm-4", "253:4", "LVM-eeeeffff", "dm-0", "sda/sda1") // across both
	c.device("dm-5", "253:5", "CRYPT-VERITY-01-root", "sda/sda1") // checks, does not encrypt
	c.device("dm-6", "253:6", "CRYPT-BITLK-01-usb", "sdb")
	c.device("dm-7", "253:7", "CRYPT-PLAIN-swap", "sdb")
	c.device("md0", "9:0", "", "dm-0", "dm-3") // RAID of encrypted disks
	c.device("md0/md0p1", "259:0", "")         // a partition of it
	c.device("md1", "9:1", "", "dm-0", "sdb")
	c.write("f\n", "devices", "loop0", "loop", "backing_file")
	c.device("loop0", "7:0", "")
	c.device("circle", "7:1", "")
	c.link(filepath.Join(string(c.sys), "devices", "circle"), "devices", "circle", "slaves", "circle")
	c.device("broken", "7:2", "")
	c.link("nowhere", "devices", "broken", "slaves", "gone")
	for number, want := range map[string]Protection{
		"8:1":         {State: NotEncrypted},
		"8:0":         {State: NotEncrypted},
		"253:0":       {State: Encrypted, By: "LUKS2"},
		"253:1":       {State: Encrypted, By: "LUKS2"},
		"253:2":       {State: NotEncrypted},
		"253:3":       {State: Encrypted, By: "LUKS1"},
		"253:4":       {State: Partly, Reason: Mixed},
		"253:5":       {State: NotEncrypted},
		"253:6":       {State: Encrypted, By: "BitLocker"},
		"253:7":       {State: Encrypted, By: "dm-crypt"},
		"9:0":         {State: Encrypted, By: "LUKS2"},
		"259:0":       {State: Encrypted, By: "LUKS2"},
		"9:1":         {State: Partly, Reason: Mixed},
		"7:0":         unknown(Layered),
		"7:1":         unknown(NotTold),
		"7:2":         unknown(NotTold),
		"99:99":       unknown(NotTold),
		"":            unknown(NotTold),
		"../../../..": unknown(NotTold),
	} {
		if got := c.sys.block(number); got != want {
			t.Errorf("%q: %+v, want %+v", number, got, want)
		}
	}
}

func TestFoldersOnMounts(t *testing.T) {
	c := newComputer(t)
	c.device("sda", "8:0", "")
	c.device("sda/sda1", "8:1", "")
	c.device("dm-0", "253:0", "CRYPT-LUKS2-01-data", "sda")
	const info = `22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
23 22 0:5 / DIR rw - rootfs none rw
24 23 8:1 / DIR/plain rw shared:1 - ext4 /dev/sda1 rw
25 23 253:0 / DIR/plain/shut rw - xfs /dev/mapper/data rw
26 23 0:44 / DIR/net rw - nfs4 server:/a\040b rw
27 23 0:45 / DIR/tmp rw - tmpfs tmpfs rw
28 23 0:46 / DIR/over rw - overlay overlay rw,lowerdir=/a,upperdir=/b
29 23 0:47 / DIR/home/.ecryptfs rw - ecryptfs /home/.e rw
30 23 0:48 / DIR/two\040words rw - btrfs /dev/mapper/data rw
31 23 0:49 / DIR/zopen rw - zfs tank/open rw
32 23 0:50 / DIR/zshut rw - zfs tank/shut rw
33 23 0:51 / DIR/zold rw - zfs old/pool rw
34 23 0:52 / DIR/zodd rw - zfs tank/odd rw
35 23 8:1 / DIR/hidden rw - ext4 /dev/sda1 rw
36 35 253:0 / DIR/hidden rw - ext4 /dev/mapper/data rw
37 23 0:60 / DIR/vault rw - fuse.gocryptfs /c rw
38 23 0:61 / DIR/strange rw - strangefs nothing rw
`
	for folder, want := range map[string]Protection{
		"plain/a":        {State: NotEncrypted, Volume: "DIR/plain"},
		"plain/shut/a":   {State: Encrypted, By: "LUKS2", Volume: "DIR/plain/shut"},
		"plain/shutter":  {State: NotEncrypted, Volume: "DIR/plain"},
		"plain/fscrypt":  {State: Encrypted, By: "fscrypt", Folder: true, Volume: "DIR/plain"},
		"net":            {State: Unknown, Reason: Network, By: "NFS", Volume: "DIR/net"},
		"tmp/x":          {State: Unknown, Reason: Memory, Volume: "DIR/tmp"},
		"over":           {State: Unknown, Reason: Layered, Volume: "DIR/over"},
		"home/.ecryptfs": {State: Encrypted, By: "eCryptfs", Folder: true, Volume: "DIR/home/.ecryptfs"},
		"two words/x":    {State: Encrypted, By: "LUKS2", Volume: "DIR/two words"},
		"zopen":          {State: NotEncrypted, Volume: "DIR/zopen"},
		"zshut":          {State: Encrypted, By: "ZFS aes-256-gcm", Volume: "DIR/zshut"},
		"zold":           {State: NotEncrypted, Volume: "DIR/zold"},
		"zodd":           {State: Unknown, Reason: NotTold, Volume: "DIR/zodd"},
		"hidden":         {State: Encrypted, By: "LUKS2", Volume: "DIR/hidden"},
		"vault/a":        {State: Encrypted, By: "gocryptfs", Folder: true, Volume: "DIR/vault"},
		"strange":        {State: Unknown, Reason: NotTold, Volume: "DIR/strange"},
		"elsewhere":      {State: Unknown, Reason: Memory, Volume: "DIR"},
	} {
		if got := c.ask(info, folder); got != want {
			t.Errorf("%s: %+v, want %+v", folder, got, want)
		}
	}
	if err := os.Symlink(filepath.Join(c.dir, "plain", "shut"), filepath.Join(c.dir, "plain", "way")); err != nil {
		t.Fatal(err)
	}
	if got := c.ask(info, "plain/way/a"); got.State != Encrypted {
		t.Errorf("through a link: %+v", got)
	}
}

// A file system over several devices is encrypted where all are.
func TestBtrfsOfSeveral(t *testing.T) {
	c := newComputer(t)
	c.device("sda", "8:0", "")
	c.device("dm-0", "253:0", "CRYPT-LUKS2-01-data", "sda")
	c.write("features\n", "fs", "btrfs", "features", "raid1c34")
	for _, d := range []string{"sda", "dm-0"} {
		c.link(filepath.Join(string(c.sys), "devices", d), "fs", "btrfs", "uuid", "devices", d)
	}
	const info = "30 1 0:48 / DIR/b rw - btrfs /dev/mapper/data rw\n"
	if got, want := c.ask(info, "b"), (Protection{State: Partly, Reason: Mixed, Volume: "DIR/b"}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// Whatever the system tells, there is an answer.
func TestOddAnswers(t *testing.T) {
	for _, text := range []string{"", "\n\n", " - ", "1 2 3 4 5 - ", "1 2 3 4 / - ext4", strings.Repeat("x ", 1<<16), "1 1 0:1 / /\\04 - a b", "\x00\xff - \xff"} {
		c := newComputer(t)
		if p := c.ask(text, "a"); p.State != Unknown || p.Reason == "" {
			t.Errorf("%.20q: %+v", text, p)
		}
	}
	l := linux{mounts: func() (string, error) { return "", errors.New("no /proc") }}
	if p := l.protection(context.Background(), t.TempDir()); p != unknown(NotTold) {
		t.Errorf("%+v", p)
	}
	if p := l.protection(context.Background(), filepath.Join(t.TempDir(), "gone")); p != unknown(Absent) {
		t.Errorf("%+v", p)
	}
	for _, s := range []string{`\`, `\0`, `\04`, `\999`, `a\040b`, `\134040`} {
		if got, want := octal(s), map[string]string{`a\040b`: "a b", `\134040`: `\040`}[s]; want != "" && got != want {
			t.Errorf("%q: %q", s, got)
		}
	}
}

// FuzzMountinfo: no text of the kernel's makes it fall over.
func FuzzMountinfo(f *testing.F) {
	f.Add("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n", "/a/b")
	f.Add(`26 22 0:44 / /two\040words rw - nfs4 s:/a rw`, "/two words")
	f.Fuzz(func(t *testing.T, text, path string) {
		m, ok := mountOf(mountsOf(text), path)
		if ok && m.top != "/" && !strings.HasPrefix(path, m.top) {
			t.Errorf("%q does not lie below %q", path, m.top)
		}
	})
}
