package place_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lantai/archive"
	"lantai/archive/offsite/place"
)

// secretsHold is what holds wherever secrets are kept.
func secretsHold(dir string, where func(string) bool) error {
	s := place.OpenSecrets(dir)
	name := "异地 NAS"
	if _, err := s.Load(name); archive.KindOf(err) != archive.NotFound {
		return fmt.Errorf("nothing kept: %v", err)
	}
	for _, secret := range []place.Secret{{Password: "密码 one"}, {KeyFile: "/k", Passphrase: "two"}} {
		got, err := s.Save(name, secret)
		if err != nil || !where(got) {
			return fmt.Errorf("save: in %s, %v", got, err)
		}
		if got, err := place.OpenSecrets(dir).Load(name); err != nil || got != secret {
			return fmt.Errorf("load: %+v %v", got == secret, err)
		}
	}
	for range 2 {
		if err := s.Remove(name); err != nil {
			return err
		}
	}
	if _, err := s.Load(name); archive.KindOf(err) != archive.NotFound {
		return fmt.Errorf("after removal: %v", err)
	}
	return nil
}

func TestSecretsInFile(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	dir := filepath.Join(t.TempDir(), "config")
	file := filepath.Join(dir, "secrets.json")
	must(t, secretsHold(dir, func(w string) bool { return w == file }))
	if _, err := place.OpenSecrets(dir).Save("a", place.Secret{Password: "x"}); err != nil {
		t.Fatal(err)
	}
	must(t, os.Chmod(file, 0o644))
	if _, err := place.OpenSecrets(dir).Save("b", place.Secret{Password: "y"}); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(file)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	must(t, os.WriteFile(file, []byte(`{"a": {"password": "hunter2"`), 0o600))
	_, err = place.OpenSecrets(dir).Load("a")
	if archive.KindOf(err) != archive.Damaged || strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}

// The keyring is gnome-keyring on a message bus of its own.
func TestSecretsInKeyring(t *testing.T) {
	for _, program := range []string{"dbus-run-session", "gnome-keyring-daemon"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s is needed (Debian: apt-get install dbus gnome-keyring)", program)
		}
	}
	home := t.TempDir()
	cmd := exec.Command("dbus-run-session", "--", "sh", "-c",
		`printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0"`, os.Args[0])
	cmd.Env = append(os.Environ(), childRole+"=keyring", envDir+"="+home, "HOME="+home, "XDG_RUNTIME_DIR="+home,
		"XDG_DATA_HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

func keyringChild() int {
	dir := os.Getenv(envDir)
	err := secretsHold(dir, func(w string) bool { return w == place.InKeyring })
	if err == nil {
		_, err = os.Stat(filepath.Join(dir, "secrets.json"))
		if os.IsNotExist(err) {
			return 0
		}
		err = fmt.Errorf("a file was written: %v", err)
	}
	fmt.Println(err)
	return 1
}

func TestSecretsAreNotShown(t *testing.T) {
	const word = "hunter2"
	c := place.Credentials{Password: word, Passphrase: word, KeyFile: "/k"}
	s := place.Secret{Password: word, Passphrase: word}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "c", c, "s", s)
	text := fmt.Sprintf("%v %+v %#v %s %v %+v %#v %v %+v", c, c, c, c, s, s, s, &c, []any{s, &s}) + log.String()
	if strings.Contains(text, word) || !strings.Contains(text, "/k") {
		t.Error(text)
	}
	if _, err := json.Marshal(s); err != nil { // as it is kept
		t.Error(err)
	}
	_, err := place.ParseAddress("sftp://u:" + word + "@h/p")
	if archive.KindOf(err) != archive.Invalid || strings.Contains(err.Error(), word) {
		t.Error(err)
	}
	_, err = place.ParseAddress("sftp://u:" + word + "@h:port/p")
	if archive.KindOf(err) != archive.Invalid || strings.Contains(err.Error(), word) {
		t.Error(err)
	}
}
