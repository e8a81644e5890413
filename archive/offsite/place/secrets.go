package place

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/zalando/go-keyring"

	"lantai/archive"
)

// Secret is what a server asks for. It is never in a catalogue, and shown by no log.
type Secret struct {
	Password   string `json:"password,omitempty"`
	KeyFile    string `json:"key_file,omitempty"` // where a private key lies; the key stays there
	Passphrase string `json:"passphrase,omitempty"`
}

// String shows nothing.
func (s Secret) String() string { return "(secret)" }

// GoString shows nothing.
func (s Secret) GoString() string { return s.String() }

// LogValue shows nothing.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// Secrets keeps one Secret for each name: of a target, as a person knows it.
type Secrets interface {
	// Load gives a secret, or NotFound.
	Load(name string) (Secret, error)

	// Save keeps a secret, in place of the one before, and tells where: InKeyring, or the path of
	// a file that only this account can read.
	Save(name string, s Secret) (where string, err error)

	// Remove forgets a secret; one that is not there is no error.
	Remove(name string) error
}

// InKeyring is where a secret lies that the system keeps: the Secret Service of the desktop,
// the credential manager of Windows, the keychain of macOS.
const InKeyring = "keyring"

const (
	opSecret    = "keep secret"
	ringService = "lantai"
	secretsFile = "secrets.json"
	ringTimeout = 30 * time.Second // a keyring may ask a person for its own password
)

// OpenSecrets keeps secrets in the keyring of the system where one answers, else in a
// file in dir, which should lie in the account's configuration, not in an archive.
func OpenSecrets(dir string) Secrets { return &secrets{file: filepath.Join(dir, secretsFile)} }

type secrets struct {
	file string
	mu   sync.Mutex
}

func (s *secrets) Load(name string) (Secret, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var text string
	err := askRing(func() (err error) {
		text, err = keyring.Get(ringService, name)
		return err
	})
	var got Secret
	if err == nil {
		if json.Unmarshal([]byte(text), &got) != nil {
			return Secret{}, archive.Errorf(archive.Damaged, opSecret, name, "the keyring has something else under this name")
		}
		return got, nil
	}
	all, err := s.read()
	if err != nil {
		return Secret{}, err
	}
	got, ok := all[name]
	if !ok {
		return Secret{}, archive.Errorf(archive.NotFound, opSecret, name, "no password is kept for it")
	}
	return got, nil
}

func (s *secrets) Save(name string, secret Secret) (where string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, err := json.Marshal(secret) //nolint:gosec // goes into the keyring
	if err != nil {
		return "", archive.Wrap(opSecret, name, err)
	}
	if askRing(func() error { return keyring.Set(ringService, name, string(text)) }) == nil {
		return InKeyring, s.change(func(all map[string]Secret) bool {
			_, had := all[name]
			delete(all, name)
			return had
		})
	}
	return s.file, s.change(func(all map[string]Secret) bool {
		all[name] = secret
		return true
	})
}

func (s *secrets) Remove(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := askRing(func() error { return keyring.Delete(ringService, name) })
	if errors.Is(err, keyring.ErrNotFound) || errors.Is(err, errNoRing) {
		err = nil
	}
	ferr := s.change(func(all map[string]Secret) bool {
		_, had := all[name]
		delete(all, name)
		return had
	})
	if ferr != nil {
		return ferr
	}
	return archive.WrapAs(archive.Unavailable, opSecret, name, err)
}

var errNoRing = errors.New("no keyring answers")

// askRing asks the keyring, not for ever. Without a message bus there is none, and asking would start one.
func askRing(ask func() error) error {
	if runtime.GOOS == "linux" && !hasBus() {
		return errNoRing
	}
	ended := make(chan error, 1)
	go func() { ended <- ask() }()
	select {
	case err := <-ended:
		if err != nil && !errors.Is(err, keyring.ErrNotFound) {
			return errors.Join(errNoRing, err)
		}
		return err
	case <-time.After(ringTimeout):
		return errNoRing
	}
}

// hasBus tells whether the desktop's message bus is where it should be.
func hasBus() bool {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if dir == "" {
		return false
	}
	_, err := os.Stat(filepath.Join(dir, "bus")) //nolint:gosec // the folder comes from the environment of the account itself
	return err == nil
}

func (s *secrets) read() (map[string]Secret, error) {
	all := map[string]Secret{}
	b, err := os.ReadFile(s.file)
	if errors.Is(err, fs.ErrNotExist) {
		return all, nil
	}
	if err != nil {
		return nil, archive.WrapAs(kindOf(err), opSecret, s.file, err)
	}
	if json.Unmarshal(b, &all) != nil {
		return nil, archive.Errorf(archive.Damaged, opSecret, s.file, "not a file of secrets") // the cause might quote one
	}
	return all, nil
}

// change replaces the file, if there is something to change.
func (s *secrets) change(edit func(map[string]Secret) bool) error {
	all, err := s.read()
	if err != nil || !edit(all) {
		return err
	}
	b, err := json.MarshalIndent(all, "", "\t") //nolint:gosec // goes into the file 0600
	if err == nil {
		err = os.MkdirAll(filepath.Dir(s.file), 0o700)
	}
	if err == nil {
		err = replacePrivately(s.file, append(b, '\n'))
	}
	return archive.WrapAs(kindOf(err), opSecret, s.file, err)
}

// replacePrivately replaces a file by one that only this account can read, from its first byte on.
func replacePrivately(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".secrets-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
