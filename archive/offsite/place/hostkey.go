package place

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// HostKeyError is the cause inside a NotAllowed error when a server shows a key by which it
// is not known. Not Changed: it was never seen, and a person may compare the fingerprint
// with what the server's administrator says and accept it (Credentials.HostKey). Changed: it had
// another key, so it is another server, or was set up anew; its line has to go from KnownHosts first.
type HostKeyError struct {
	Host        string
	Algorithm   string
	Fingerprint string // "SHA256:" and base64, as ssh-keygen -l shows it
	Changed     bool
}

// Error gives the English form.
func (e *HostKeyError) Error() string {
	if e.Changed {
		return fmt.Sprintf("%s shows another key than before: %s %s", e.Host, e.Algorithm, e.Fingerprint)
	}
	return fmt.Sprintf("%s is not known yet; its key is %s %s", e.Host, e.Algorithm, e.Fingerprint)
}

// hostKeys decides whether a server is who it was.
type hostKeys struct {
	address string
	c       Credentials
	refused *HostKeyError
	err     error // of reading or writing KnownHosts
}

// known reads KnownHosts; nil when there is none.
func (h *hostKeys) known() (ssh.HostKeyCallback, error) {
	if h.c.KnownHosts == "" {
		return nil, nil
	}
	check, err := knownhosts.New(h.c.KnownHosts)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return check, err
}

// algorithms gives those of the keys by which the server is known: asked for another of its keys, it
// would seem changed. All when it is not known.
func (h *hostKeys) algorithms() ([]string, error) {
	check, err := h.known()
	if check == nil || err != nil {
		return nil, err
	}
	var mismatch *knownhosts.KeyError
	if !errors.As(check(h.address, unknownAddr{}, noKey{}), &mismatch) {
		return nil, nil
	}
	var list []string
	for _, k := range mismatch.Want {
		if k.Key.Type() == ssh.KeyAlgoRSA {
			list = append(list, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
		}
		list = append(list, k.Key.Type())
	}
	return list, nil
}

func (h *hostKeys) check(host string, remote net.Addr, key ssh.PublicKey) error {
	check, err := h.known()
	if err != nil {
		h.err = err
		return err
	}
	seen := &HostKeyError{Host: h.address, Algorithm: key.Type(), Fingerprint: ssh.FingerprintSHA256(key)}
	if check != nil {
		err := check(host, unknownAddr{}, key)
		if err == nil {
			return nil
		}
		var mismatch *knownhosts.KeyError
		if !errors.As(err, &mismatch) || len(mismatch.Want) > 0 { // revoked, or another
			seen.Changed = true
			h.refused = seen
			return seen
		}
	}
	if h.c.HostKey != seen.Fingerprint {
		h.refused = seen
		return seen
	}
	if h.c.KnownHosts != "" {
		h.err = note(h.c.KnownHosts, knownhosts.Line([]string{h.address}, key))
	}
	return h.err
}

// note adds a line to a file.
func note(name, line string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.WriteString(line + "\n"); err != nil {
		return err
	}
	return f.Sync()
}

// unknownAddr stands for the address of a server, by which it is not known: offices give
// addresses anew.
type unknownAddr struct{}

func (unknownAddr) Network() string { return "tcp" }
func (unknownAddr) String() string  { return "0.0.0.0:0" }

// noKey is a key that no server has.
type noKey struct{}

func (noKey) Type() string                        { return "none" }
func (noKey) Marshal() []byte                     { return nil }
func (noKey) Verify([]byte, *ssh.Signature) error { return errors.New("no key") }
