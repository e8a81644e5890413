package place_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/offsite/place"
)

func TestHostKey(t *testing.T) {
	server := startSSHD(t)
	dir := quickDir(t)
	creds := server.creds
	creds.KnownHosts = filepath.Join(t.TempDir(), "config/known_hosts")
	dial := func() error {
		p, err := place.DialSFTP(context.Background(), server.address(dir), creds)
		if err == nil {
			p.Close()
		}
		return err
	}
	refused := func(changed bool) *place.HostKeyError {
		t.Helper()
		err := dial()
		var k *place.HostKeyError
		if archive.KindOf(err) != archive.NotAllowed || !errors.As(err, &k) || k.Changed != changed {
			t.Fatal(err)
		}
		return k
	}
	key := refused(false)
	out, err := exec.Command("ssh-keygen", "-l", "-f", filepath.Join(server.dir, "host.pub")).Output()
	if err != nil || !strings.Contains(string(out), " "+key.Fingerprint+" ") || key.Algorithm != "ssh-ed25519" {
		t.Errorf("%+v, ssh-keygen: %s %v", key, out, err)
	}
	creds.HostKey = "SHA256:another"
	refused(false)
	creds.HostKey = key.Fingerprint
	must(t, dial()) // accepted, and noted
	creds.HostKey = ""
	must(t, dial())

	// OpenSSH's own client reads what was noted.
	out, err = exec.Command("sftp", "-q", "-i", creds.KeyFile, "-P", portOf(server), "-o", "UserKnownHostsFile="+creds.KnownHosts,
		"-o", "StrictHostKeyChecking=yes", "-b", "/dev/null", server.user+"@127.0.0.1").CombinedOutput()
	if err != nil {
		t.Errorf("sftp: %v %s", err, out)
	}

	// A key of another kind beside it does not make the server another.
	server.kill()
	keygen(t, "-t", "rsa", "-b", "2048", "-N", "", "-f", filepath.Join(server.dir, "rsa"))
	config, err := os.ReadFile(server.config)
	must(t, err)
	must(t, os.WriteFile(server.config, append([]byte("HostKey "+filepath.Join(server.dir, "rsa")+"\n"), config...), 0o600))
	server.start(t)
	must(t, dial())

	// Another key in its place does.
	server.kill()
	must(t, os.Remove(filepath.Join(server.dir, "host")))
	keygen(t, "-t", "ed25519", "-N", "", "-f", filepath.Join(server.dir, "host"))
	must(t, os.WriteFile(server.config, config, 0o600))
	server.start(t)
	key = refused(true)
	creds.HostKey = key.Fingerprint
	refused(true)
}

func portOf(s *sshd) string {
	_, port, _ := strings.Cut(strings.TrimPrefix(s.address("/x").String(), "sftp://"), ":")
	port, _, _ = strings.Cut(port, "/")
	return port
}

func TestWaysIn(t *testing.T) {
	server := startSSHD(t)
	dir := quickDir(t)
	locked := filepath.Join(t.TempDir(), "locked")
	key, err := os.ReadFile(server.creds.KeyFile)
	must(t, err)
	must(t, os.WriteFile(locked, key, 0o600))
	keygen(t, "-p", "-P", "", "-N", "long and secret", "-f", locked)
	other := filepath.Join(t.TempDir(), "other")
	keygen(t, "-t", "ed25519", "-N", "", "-f", other)
	for name, c := range map[string]struct {
		change func(*place.Credentials)
		kind   archive.ErrorKind
	}{
		"key":              {func(*place.Credentials) {}, ""},
		"passphrase":       {func(c *place.Credentials) { c.KeyFile, c.Passphrase = locked, "long and secret" }, ""},
		"wrong passphrase": {func(c *place.Credentials) { c.KeyFile, c.Passphrase = locked, "no" }, archive.NoAccess},
		"no passphrase":    {func(c *place.Credentials) { c.KeyFile = locked }, archive.NoAccess},
		"other key":        {func(c *place.Credentials) { c.KeyFile = other }, archive.NoAccess},
		"no key":           {func(c *place.Credentials) { c.KeyFile = other + "-" }, archive.NoAccess},
		"password":         {func(c *place.Credentials) { c.KeyFile, c.Password = "", "not wanted here" }, archive.NoAccess},
	} {
		creds := server.creds
		c.change(&creds)
		p, err := place.DialSFTP(context.Background(), server.address(dir), creds)
		if err == nil {
			p.Close()
		}
		if archive.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, a := range map[string]place.Address{
		"no folder": server.address(filepath.Join(dir, "none")),
		"no server": {User: "x", Host: "127.0.0.1", Port: freePort(t), Path: "/"},
	} {
		if _, err := place.DialSFTP(context.Background(), a, server.creds); !errors.Is(err, place.ErrGone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o644))
	if _, err := server.open(filepath.Join(dir, "file"), place.Options{}); archive.KindOf(err) != archive.Conflict {
		t.Errorf("a file: %v", err)
	}
}

// A server that ends in the middle of a file takes nothing with it; when it runs again, the work goes on.
func TestServerKilled(t *testing.T) {
	ctx := context.Background()
	server := startSSHD(t)
	dir := quickDir(t)
	opt := place.Options{Beat: 100 * time.Millisecond}
	p, err := server.open(dir, opt)
	must(t, err)
	defer p.Close()
	_, err = p.Lock(ctx, "first")
	must(t, err)
	must(t, writeOne(ctx, p, "a/1", 3<<20))
	r, err := p.Open(ctx, "a/1")
	must(t, err)
	_, err = io.ReadFull(r, make([]byte, 1000))
	must(t, err)
	g, err := p.Begin(ctx)
	must(t, err)
	whole, err := g.Create(ctx, "a/2")
	must(t, err)
	_, err = whole.Write(make([]byte, 100))
	must(t, errors.Join(err, whole.Close()))
	half, err := g.Create(ctx, "a/3")
	must(t, err)
	_, err = half.Write(make([]byte, 1<<20))
	must(t, err)
	server.kill()
	for err == nil {
		_, err = half.Write(make([]byte, 1<<20))
	}
	if !errors.Is(err, place.ErrGone) || archive.KindOf(err) != archive.Unavailable {
		t.Errorf("write: %v", err)
	}
	half.Discard()
	_, err = g.Settle(ctx)
	if !errors.Is(err, place.ErrGone) {
		t.Errorf("settle: %v", err)
	}
	_, err = io.Copy(io.Discard, r)
	if !errors.Is(err, place.ErrGone) {
		t.Errorf("read: %v", err)
	}
	for name, err := range map[string]error{
		"append": p.Append(ctx, "list", 0, nil), "replace": p.Replace(ctx, "x", nil), "move": p.Move(ctx, "a/1", "b"), "sweep": p.Sweep(ctx),
	} {
		if !errors.Is(err, place.ErrGone) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, err := range p.Walk(ctx, "", "") {
		if !errors.Is(err, place.ErrGone) {
			t.Errorf("walk: %v", err)
		}
	}
	if got := named(tree(t, dir)); !maps.Equal(got, map[string]int{"a/1": 3 << 20}) {
		t.Errorf("%v", got)
	}

	server.start(t)
	q, err := server.open(dir, opt)
	must(t, err)
	defer q.Close()
	var release func()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) { // until its lock counts as left
		if release, err = q.Lock(ctx, "second"); err == nil {
			break
		}
		if archive.KindOf(err) != archive.Busy || time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	must(t, q.Sweep(ctx))
	must(t, writeOne(ctx, q, "a/2", 100))
	must(t, writeOne(ctx, q, "a/3", 1<<20))
	release()
	got := tree(t, dir)
	if len(got) != 3 || len(named(got)) != 3 {
		t.Errorf("%d files", len(got))
	}
}

// named gives the sizes of the files that have their names.
func named(files map[string]string) map[string]int {
	sizes := map[string]int{}
	for path, content := range files {
		if !strings.HasPrefix(path, place.Incoming) {
			sizes[path] = len(content)
		}
	}
	return sizes
}

// A server that answers no more does not hold up a person who stops the work.
func TestServerHangs(t *testing.T) {
	server := startSSHD(t)
	dir := quickDir(t)
	p, err := server.open(dir, place.Options{})
	must(t, err)
	must(t, writeOne(context.Background(), p, "a", 8<<20))
	ctx, cancel := context.WithCancel(context.Background())
	r, err := p.Open(ctx, "a")
	must(t, err)
	g, err := p.Begin(ctx)
	must(t, err)
	w, err := g.Create(ctx, "b")
	must(t, err)
	for _, pid := range append(descendants(server.cmd.Process.Pid), server.cmd.Process.Pid) {
		must(t, syscall.Kill(pid, syscall.SIGSTOP))
	}
	results := make(chan error)
	for _, do := range []func() error{
		func() error { _, err := p.Stat(ctx, "a"); return err },
		func() error { _, err := p.Begin(ctx); return err },
		func() error { return p.Append(ctx, "list", 0, []byte("x")) },
		func() error { return p.Replace(ctx, "state", []byte("x")) },
		func() error { _, err := io.Copy(io.Discard, r); return err },
		func() error { _, err := io.Copy(w, neverEnds{}); return err },
		func() error {
			for _, err := range p.Walk(ctx, "", "") {
				return err
			}
			return nil
		},
		func() error {
			_, err := place.DialSFTP(ctx, server.address(dir), server.creds)
			return err
		},
	} {
		go func() { results <- do() }()
	}
	time.AfterFunc(200*time.Millisecond, cancel)
	for range 8 {
		select {
		case err := <-results:
			if archive.KindOf(err) != archive.Stopped {
				t.Errorf("%v", err)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("still waiting for the server")
		}
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := errors.Join(w.Close(), r.Close()); archive.KindOf(err) != archive.Stopped {
			t.Errorf("close: %v", err)
		}
		w.Discard()
		if _, err := g.Settle(ctx); archive.KindOf(err) != archive.Stopped {
			t.Errorf("settle: %v", err)
		}
		g.Abandon()
	}()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Fatal("still waiting for the server at the end")
	}
	server.kill()
	p.Close()
}

type neverEnds struct{}

func (neverEnds) Read(b []byte) (int, error) { return len(b), nil }

// The system calls of the server, seen from outside: each file comes to its disk before it gets its name,
// its folder after, and never one name over another.
func TestServerSyncs(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Fatal("strace is needed (Debian: apt-get install strace)")
	}
	log := filepath.Join(t.TempDir(), "log")
	server := startSSHD(t, strace, "-ff", "-y", "-s", "0", "-ttt", "-e", "trace=fsync,linkat,link,rename,renameat,renameat2,unlink", "-o", log, sftpServer(t))
	dir := quickDir(t)
	p, err := server.open(dir, place.Options{})
	must(t, err)
	must(t, writeOne(context.Background(), p, "new/1.tif", 1<<20))
	p.Close()
	logs, err := filepath.Glob(log + ".*")
	must(t, err)
	var lines []string
	for _, name := range logs { // one for each session: -ttt puts them in one order
		b, err := os.ReadFile(name)
		must(t, err)
		lines = append(lines, strings.Split(string(b), "\n")...)
	}
	q := regexp.QuoteMeta
	at := func(pattern string) (last string) {
		for _, line := range lines {
			if regexp.MustCompile(pattern).MatchString(line) {
				when, _, _ := strings.Cut(line, " ")
				last = max(last, when)
			}
		}
		if last == "" {
			t.Errorf("%q is missing in\n%s", pattern, strings.Join(lines, "\n"))
		}
		return last
	}
	file := at(`fsync\(\d+<` + q(dir+"/_incoming/") + `[0-9a-f]{16}\.part>\) += 0`)
	name := at(`link\w*\(.*` + q(dir+"/_incoming/") + `[0-9a-f]{16}\.part".*` + q(dir+"/new/1.tif") + `".*\) += 0`)
	folder := at(`fsync\(\d+<` + q(dir+"/new") + `>\) += 0`)
	above := at(`fsync\(\d+<` + q(dir) + `>\) += 0`)
	if file > name || name > folder || name > above {
		t.Errorf("file %s, name %s, folder %s, above %s", file, name, folder, above)
	}
}

func sftpServer(t testing.TB) string {
	for _, name := range []string{"/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server", "/usr/lib/ssh/sftp-server"} {
		if _, err := os.Stat(name); err == nil {
			return name
		}
	}
	t.Fatal("sftp-server is needed (Debian: apt-get install openssh-sftp-server)")
	return ""
}
