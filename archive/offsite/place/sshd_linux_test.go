package place_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"lantai/archive/offsite/place"
	"lantai/archive/offsite/place/placetest"
)

// sshd is an OpenSSH server of the test's own account, on a free port of this computer, with
// keys that are thrown away.
type sshd struct {
	dir    string
	port   int
	config string
	cmd    *exec.Cmd
	log    *bytes.Buffer
	creds  place.Credentials
	user   string
}

// startSSHD starts one that serves SFTP by itself, or by a program.
func startSSHD(t testing.TB, subsystem ...string) *sshd {
	t.Helper()
	settings := []string{"Subsystem sftp internal-sftp"}
	if len(subsystem) > 0 {
		settings = []string{"Subsystem sftp " + strings.Join(subsystem, " ")}
	}
	bin := "/usr/sbin/sshd"
	if _, err := os.Stat(bin); err != nil {
		t.Fatal("sshd is needed (Debian: apt-get install openssh-server openssh-client)")
	}
	if os.Getuid() == 0 {
		must(t, os.MkdirAll("/run/sshd", 0o755)) // where sshd of root wants to drop its rights
	}
	s := &sshd{dir: t.TempDir()}
	me, err := user.Current()
	must(t, err)
	s.user = me.Username
	for _, key := range []string{"host", "user"} {
		keygen(t, "-t", "ed25519", "-N", "", "-f", filepath.Join(s.dir, key))
	}
	must(t, os.Rename(filepath.Join(s.dir, "user.pub"), filepath.Join(s.dir, "authorized")))
	s.port = freePort(t)
	s.config = filepath.Join(s.dir, "config")
	must(t, os.WriteFile(s.config, []byte(strings.Join(append([]string{
		"ListenAddress 127.0.0.1", fmt.Sprint("Port ", s.port), "HostKey " + filepath.Join(s.dir, "host"), "PidFile none",
		"AuthorizedKeysFile " + filepath.Join(s.dir, "authorized"), "StrictModes no", "UsePAM no", "PermitRootLogin yes",
		"PasswordAuthentication no", "KbdInteractiveAuthentication no", "MaxStartups 100",
	}, settings...), "\n")+"\n"), 0o600))
	pub, err := os.ReadFile(filepath.Join(s.dir, "host.pub"))
	must(t, err)
	known := filepath.Join(s.dir, "known_hosts")
	must(t, os.WriteFile(known, fmt.Appendf(nil, "[127.0.0.1]:%d %s", s.port, pub), 0o600))
	s.creds = place.Credentials{KeyFile: filepath.Join(s.dir, "user"), KnownHosts: known}
	s.start(t)
	t.Cleanup(s.kill)
	return s
}

func keygen(t testing.TB, args ...string) {
	t.Helper()
	if out, err := exec.Command("ssh-keygen", append([]string{"-q"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v\n%s", err, out)
	}
}

func freePort(t testing.TB) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// start returns when the server answers.
func (s *sshd) start(t testing.TB) {
	t.Helper()
	s.log = &bytes.Buffer{}
	s.cmd = exec.Command("/usr/sbin/sshd", "-D", "-e", "-f", s.config)
	s.cmd.Stderr = s.log
	must(t, s.cmd.Start())
	for end := time.Now().Add(20 * time.Second); ; {
		c, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", s.port))
		if err == nil {
			c.Close()
			return
		}
		if time.Now().After(end) {
			s.kill()
			t.Fatalf("sshd does not answer: %s", s.log)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// kill ends the server and all that serves its connections.
func (s *sshd) kill() {
	if s.cmd == nil {
		return
	}
	for _, pid := range append(descendants(s.cmd.Process.Pid), s.cmd.Process.Pid) {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	s.cmd.Wait()
	s.cmd = nil
}

// descendants lists the processes below one.
func descendants(pid int) (list []int) {
	children := map[int][]int{}
	names, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(b), ") ")
		fields := strings.Fields(rest)
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		parent, _ := strconv.Atoi(fields[1])
		children[parent] = append(children[parent], child)
	}
	for todo := children[pid]; len(todo) > 0; todo = todo[1:] {
		list = append(list, todo[0])
		todo = append(todo, children[todo[0]]...)
	}
	return list
}

func (s *sshd) address(dir string) place.Address {
	return place.Address{User: s.user, Host: "127.0.0.1", Port: s.port, Path: dir}
}

func (s *sshd) open(dir string, opt place.Options) (place.Place, error) {
	return place.DialSFTP(context.Background(), s.address(dir), s.creds, opt)
}

func (s *sshd) site(dir string) placetest.Site {
	return placetest.Site{
		Open: func(opt place.Options) (place.Place, error) { return s.open(dir, opt) },
		Dir:  dir, Links: true, Cases: true, Odd: true, Swaps: true, Apart: true,
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
