package home_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/home"
)

func initHome(t *testing.T, dir, name string) *home.Home {
	t.Helper()
	h, err := home.Init(dir, name, home.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// edit changes fields of lantai.json as a move to another place would.
func edit(t *testing.T, dir string, change func(map[string]any)) {
	t.Helper()
	name := filepath.Join(dir, "lantai.json")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	change(m)
	b, _ = json.Marshal(m)
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestInitAndOpen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "区档案馆")
	began := time.Date(2020, 5, 6, 7, 8, 9, 0, time.UTC)
	h, err := home.Init(dir, "", home.Options{Class: archive.HighlySecret, Now: func() time.Time { return began }})
	if err != nil {
		t.Fatal(err)
	}
	again, err := home.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range []*home.Home{h, again} {
		station, err := h.Station()
		if h.Name() != "区档案馆" || h.Kind() != home.Classified || h.Class() != archive.HighlySecret || !h.Created().Equal(began) || station != 1 || err != nil || len(h.ArchiveID()) != 32 {
			t.Errorf("%q %q %v %d %v", h.Name(), h.Kind(), h.Created(), station, err)
		}
		if r, moved := h.Relocated(); moved {
			t.Errorf("moved: %+v", r)
		}
	}
	if h.ArchiveID() != again.ArchiveID() {
		t.Error("the archive's id changed")
	}
	for _, p := range []string{h.Masters(), h.Manifests(), h.Derived(), h.Index(), h.Log()} {
		if st, err := os.Stat(p); err != nil || !st.IsDir() || filepath.Dir(p) != dir {
			t.Errorf("%s: %v", p, err)
		}
	}
	for _, p := range []string{h.Catalogue(), h.Text()} {
		if filepath.Dir(p) != dir {
			t.Errorf("%s lies outside", p)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 7 { // five folders, lock, lantai.json
		t.Errorf("%v", entries)
	}
	os.RemoveAll(h.Derived()) // thrown away: made again
	if _, err := home.Open(dir); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(h.Derived()); err != nil {
		t.Error(err)
	}
}

func TestInitRefuses(t *testing.T) {
	made := t.TempDir()
	initHome(t, made, "x")
	full := t.TempDir()
	os.WriteFile(filepath.Join(full, "letter.doc"), nil, 0o644)
	masters := t.TempDir()
	os.MkdirAll(filepath.Join(masters, "masters", "J001"), 0o755)
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o644)
	tests := []struct {
		what, dir, name string
		kind            archive.ErrorKind
	}{
		{"a home already", made, "x", archive.Conflict},
		{"other files", full, "x", archive.Conflict},
		{"originals without lantai.json", masters, "x", archive.Conflict},
		{"a file", file, "x", archive.Unavailable},
		{"blank name", t.TempDir(), "  ", archive.Invalid},
		{"name with control characters", t.TempDir(), "a\nb", archive.Invalid},
		{"long name", t.TempDir(), strings.Repeat("馆", 201), archive.Invalid},
		{"name of bytes", t.TempDir(), "\xff", archive.Invalid},
	}
	for _, tt := range tests {
		before, _ := os.ReadDir(tt.dir)
		if _, err := home.Init(tt.dir, tt.name, home.Options{}); archive.KindOf(err) != tt.kind {
			t.Errorf("%s: %v", tt.what, err)
		}
		if after, _ := os.ReadDir(tt.dir); len(after) != len(before) {
			t.Errorf("%s: left %v", tt.what, after)
		}
	}
	if _, err := home.Init(t.TempDir(), "x", home.Options{Class: 4}); archive.KindOf(err) != archive.Invalid {
		t.Errorf("kind: %v", err)
	}
}

// A first try that ended before lantai.json was written is repeated.
func TestInitAfterInterruption(t *testing.T) {
	dir := t.TempDir()
	for _, sub := range []string{"masters", "index", "lost+found"} {
		os.Mkdir(filepath.Join(dir, sub), 0o755)
	}
	os.WriteFile(filepath.Join(dir, "lock"), []byte("{}"), 0o644)
	os.WriteFile(filepath.Join(dir, "lantai.json.123.part"), []byte("{"), 0o644)
	initHome(t, dir, "x")
	if _, err := home.Open(dir); err != nil {
		t.Error(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	write := func(text string) string {
		dir := t.TempDir()
		os.WriteFile(filepath.Join(dir, "lantai.json"), []byte(text), 0o644)
		return dir
	}
	edited := func(field string, v any) string {
		dir := t.TempDir()
		initHome(t, dir, "x")
		edit(t, dir, func(m map[string]any) { m[field] = v })
		return dir
	}
	tests := []struct {
		what, dir string
		kind      archive.ErrorKind
	}{
		{"empty folder", t.TempDir(), archive.NotFound},
		{"no folder", filepath.Join(t.TempDir(), "no"), archive.NotFound},
		{"not JSON", write("lantai"), archive.Damaged},
		{"cut off", write(`{"format": 1, "name": "x`), archive.Damaged},
		{"nothing in it", write("{}"), archive.Damaged},
		{"huge", write(strings.Repeat(" ", 2<<20)), archive.Damaged},
		{"newer, with other types", write(`{"format": 2, "station": "A"}`), archive.TooNew},
		{"no station", edited("station", 0), archive.Damaged},
		{"station too high", edited("station", 1024), archive.Damaged},
		{"unknown kind", edited("kind", "secret"), archive.Damaged},
		{"no id", edited("archive", ""), archive.Damaged},
		{"newer", edited("format", 2), archive.TooNew},
	}
	for _, tt := range tests {
		if _, err := home.Open(tt.dir); archive.KindOf(err) != tt.kind {
			t.Errorf("%s: %v", tt.what, err)
		}
	}
}

func TestMovedOrCopied(t *testing.T) {
	for _, field := range []string{"machine", "device", "inode"} {
		dir := t.TempDir()
		id := initHome(t, dir, "x").ArchiveID()
		edit(t, dir, func(m map[string]any) { m["place"].(map[string]any)[field] = "1" })
		h, err := home.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		r, moved := h.Relocated()
		if _, err := h.Station(); !moved || r.Was == r.Is || archive.KindOf(err) != archive.Conflict {
			t.Errorf("%s: %+v %v %v", field, r, moved, err)
		}
		if err := h.AcceptMoved(); err != nil {
			t.Fatal(err)
		}
		if n, err := h.Station(); n != 1 || err != nil {
			t.Errorf("%s: station %d %v after moving", field, n, err)
		}
		h, _ = home.Open(dir)
		if _, moved := h.Relocated(); moved || h.ArchiveID() != id {
			t.Errorf("%s: still elsewhere", field)
		}
	}
}

// A real copy of the folder is noticed by its inode; copies of copies get numbers that
// none before them had.
func TestCopiesTakeNewStations(t *testing.T) {
	dir := t.TempDir()
	initHome(t, dir, "x")
	used := map[int]bool{1: true}
	for range 5 {
		copied := t.TempDir()
		if err := os.CopyFS(filepath.Join(copied, "h"), os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		dir = filepath.Join(copied, "h")
		h, err := home.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if _, moved := h.Relocated(); !moved {
			t.Error("a copy was not noticed")
		}
		for range 2 { // the second does nothing
			if err := h.AcceptCopied(); err != nil {
				t.Fatal(err)
			}
		}
		n, err := h.Station()
		if err != nil || used[n] || n < 1 || n > archive.MaxStation {
			t.Errorf("station %d %v", n, err)
		}
		used[n] = true
		again, _ := home.Open(dir)
		if m, err := again.Station(); m != n || err != nil {
			t.Errorf("station %d, after opening %d %v", n, m, err)
		}
	}
}

func TestStationsRunOut(t *testing.T) {
	dir := t.TempDir()
	initHome(t, dir, "x")
	fill := func(leave int) {
		edit(t, dir, func(m map[string]any) {
			var all []any
			for n := 1; n <= archive.MaxStation; n++ {
				if n != leave {
					all = append(all, map[string]any{"number": n, "since": "2020-01-01T00:00:00Z", "place": map[string]any{"inode": "1"}})
				}
			}
			m["stations"] = all
			m["place"].(map[string]any)["inode"] = "1"
		})
	}
	fill(777)
	h, err := home.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.AcceptCopied(); err != nil {
		t.Fatal(err)
	}
	if n, _ := h.Station(); n != 777 {
		t.Errorf("station %d, only 777 was free", n)
	}
	fill(0)
	h, _ = home.Open(dir)
	if err := h.AcceptCopied(); archive.KindOf(err) != archive.Conflict {
		t.Errorf("%v", err)
	}
}

func TestNetwork(t *testing.T) {
	tests := []struct {
		magic  uint32
		fstype string
		want   string
	}{
		{0xEF53, "ext4", ""}, {0x58465342, "xfs", ""}, {0x9123683E, "btrfs", ""}, {0x01021994, "tmpfs", ""}, {0x794C7630, "overlay", ""},
		{0x2FC12FC1, "zfs", ""}, {0x5346544E, "ntfs", ""}, {0x7366746E, "ntfs3", ""}, {0x4D44, "vfat", ""}, {0x2011BAB0, "exfat", ""}, {0xF2F52010, "f2fs", ""},
		{0x6969, "nfs4", "NFS"}, {0xFF534D42, "cifs", "CIFS"}, {0xFE534D42, "smb3", "SMB"}, {0x517B, "smbfs", "SMB"}, {0x01021997, "9p", "9P"},
		{0x00C36400, "ceph", "Ceph"}, {0x786F4256, "vboxsf", "VirtualBox shared folder"},
		{0x65735546, "fuseblk", ""}, {0x65735546, "fuse.ntfs-3g", ""}, {0x65735546, "fuse.gocryptfs", ""},
		{0x65735546, "fuse.sshfs", "sshfs"}, {0x65735546, "fuse.rclone", "rclone"}, {0x65735546, "fuse.glusterfs", "glusterfs"},
		{0x65735546, "fuse.gvfsd-fuse", "gvfsd-fuse"}, {0x65735546, "virtiofs", "virtiofs"}, {0x65735546, "fuse", "FUSE"}, {0x65735546, "", "FUSE"},
	}
	for _, tt := range tests {
		if got := home.Network(tt.magic, tt.fstype); got != tt.want {
			t.Errorf("%#x %s: %q, want %q", tt.magic, tt.fstype, got, tt.want)
		}
	}
}

func TestFree(t *testing.T) {
	s, err := home.Free(t.TempDir())
	if err != nil || s.Total == 0 || s.Free > s.Total {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := home.Free(filepath.Join(t.TempDir(), "no")); archive.KindOf(err) != archive.Unavailable {
		t.Errorf("%v", err)
	}
}

// Whatever stands in lantai.json, Open answers with a home or an error of a known kind.
func FuzzOpen(f *testing.F) {
	f.Add([]byte(`{"format":1,"name":"x","archive":"0123456789abcdef0123456789abcdef","kind":"ordinary","station":1,"place":{"inode":"1"},"stations":[{}]}`))
	f.Add([]byte(`{"format":1e9}`))
	f.Add([]byte(`[]`))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		name := filepath.Join(dir, "lantai.json")
		os.Remove(name) // replacing content makes some file systems wait for the disk
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
		h, err := home.Open(dir)
		switch archive.KindOf(err) {
		case "":
			h.Relocated()
			h.Station()
		case archive.Damaged, archive.TooNew:
		default:
			t.Errorf("%v", err)
		}
	})
}
