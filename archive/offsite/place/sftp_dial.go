package place

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"lantai/archive"
)

// Address is where a folder lies on a server.
type Address struct {
	User, Host string
	Port       int    // 0 is 22
	Path       string // absolute, or below the folder where the server lets the user in
}

const opAddress = "read address"

// ParseAddress reads "sftp://user@host:port/path", where a path beginning with /~/ lies below
// the user's own folder. A password has no place in an address: Invalid.
func ParseAddress(s string) (Address, error) {
	u, err := url.Parse(s)
	if err != nil {
		return Address{}, archive.Errorf(archive.Invalid, opAddress, "", "not an address") // the cause would show a password
	}
	a := Address{User: u.User.Username(), Host: u.Hostname(), Path: u.Path}
	_, secret := u.User.Password()
	if own, ok := strings.CutPrefix(a.Path, "/~/"); ok {
		a.Path = own
	}
	if p := u.Port(); p != "" {
		a.Port, err = strconv.Atoi(p)
	}
	switch {
	case secret:
		return Address{}, archive.Errorf(archive.Invalid, opAddress, a.String(), "a password does not belong in an address")
	case u.Scheme != "sftp" || a.Host == "" || a.User == "" || a.Path == "" || a.Path == "/" || err != nil || a.Port < 0 || a.Port > 65535 ||
		u.RawQuery != "" || u.Fragment != "":
		return Address{}, archive.Errorf(archive.Invalid, opAddress, "", "not of the form sftp://user@host:port/path")
	}
	return a, nil
}

// String gives the form that ParseAddress reads.
func (a Address) String() string {
	path := a.Path
	if !strings.HasPrefix(path, "/") {
		path = "/~/" + path
	}
	host := a.Host
	if a.Port != 0 {
		host = net.JoinHostPort(host, strconv.Itoa(a.Port))
	} else if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return (&url.URL{Scheme: "sftp", User: url.User(a.User), Host: host, Path: path}).String()
}

func (a Address) dial() string {
	port := a.Port
	if port == 0 {
		port = 22
	}
	return net.JoinHostPort(a.Host, strconv.Itoa(port))
}

// Credentials are what a server wants to see, and what it has to show.
type Credentials struct {
	Password   string
	KeyFile    string // a private key as OpenSSH writes it
	Passphrase string // of the key; "" when it has none

	// KnownHosts is a file of the form of OpenSSH's known_hosts: the keys by which servers are
	// known. It is made when a key is accepted.
	KnownHosts string

	// HostKey accepts a server that is not known yet by the fingerprint of its key ("SHA256:…"), and
	// has it noted in KnownHosts. It never accepts another key of a server that is known.
	HostKey string
}

// String shows no secret.
func (c Credentials) String() string { return fmt.Sprintf("{key %q, secrets not shown}", c.KeyFile) }

// GoString shows no secret.
func (c Credentials) GoString() string { return c.String() }

// LogValue shows no secret.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

const (
	opDial = "reach server"

	dialTimeout   = 30 * time.Second
	keepAlive     = 15 * time.Second
	answerTimeout = 30 * time.Second

	// sessionCount is how many programs serve one connection. Each does one thing at a time:
	// while one waits for its disk, the others take what comes.
	sessionCount = 4
)

// DialSFTP opens a folder on a server, which must exist, as a place. ctx counts for the
// dialling alone. Durability: by fsync@openssh.com for files and folders where the server has it
// (OpenSSH); elsewhere what was settled is durable when the server makes it so. Errors: NotAllowed
// with a *HostKeyError; NoAccess when the server does not let the user in; Unavailable with ErrGone.
func DialSFTP(ctx context.Context, a Address, c Credentials, opts ...Options) (Place, error) {
	r := &remote{address: a, parts: map[string]bool{}, inside: map[string]bool{}, gone: make(chan struct{})}
	if len(opts) > 0 {
		r.opt = opts[0]
	}
	conn, err := connect(ctx, a, c)
	if err != nil {
		return nil, err
	}
	r.conn = conn
	go func() {
		conn.Wait() //nolint:errcheck // why it ended tells who asks next
		close(r.gone)
	}()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	err = r.begin()
	if !stop() {
		err = ctx.Err()
	}
	if err != nil {
		conn.Close()
		return nil, archive.Wrap(opDial, a.String(), err)
	}
	go r.keepAlive()
	return r, nil
}

// connect makes the connection and checks who is at either end.
func connect(ctx context.Context, a Address, c Credentials) (*ssh.Client, error) {
	auth, err := c.methods()
	if err != nil {
		return nil, err
	}
	keys := hostKeys{address: a.dial(), c: c}
	config := &ssh.ClientConfig{User: a.User, Auth: auth, HostKeyCallback: keys.check, Timeout: dialTimeout}
	if config.HostKeyAlgorithms, err = keys.algorithms(); err != nil {
		return nil, archive.WrapAs(archive.Unavailable, opDial, a.String(), err)
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	tcp, err := (&net.Dialer{KeepAlive: keepAlive}).DialContext(ctx, "tcp", a.dial())
	if err != nil {
		if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, archive.Wrap(opDial, a.String(), ctx.Err())
		}
		return nil, gone(opDial, a.String(), err)
	}
	stop := context.AfterFunc(ctx, func() { tcp.Close() })
	conn, channels, requests, err := ssh.NewClientConn(tcp, a.dial(), config)
	stopped := !stop()
	switch {
	case keys.refused != nil:
		err = archive.WrapAs(archive.NotAllowed, opDial, a.String(), keys.refused)
	case keys.err != nil:
		err = archive.WrapAs(archive.Unavailable, opDial, a.String(), keys.err)
	case stopped && errors.Is(ctx.Err(), context.Canceled):
		err = archive.Wrap(opDial, a.String(), ctx.Err())
	case err != nil && strings.Contains(err.Error(), "unable to authenticate"):
		err = archive.WrapAs(archive.NoAccess, opDial, a.String(), err)
	case err != nil:
		err = gone(opDial, a.String(), err)
	}
	if err != nil {
		tcp.Close()
		return nil, err
	}
	return ssh.NewClient(conn, channels, requests), nil
}

// methods gives the ways in: the key first, then the password, asked for either way.
func (c Credentials) methods() ([]ssh.AuthMethod, error) {
	var auth []ssh.AuthMethod
	if c.KeyFile != "" {
		pem, err := os.ReadFile(c.KeyFile)
		if err != nil {
			return nil, archive.WrapAs(archive.NoAccess, opDial, c.KeyFile, err)
		}
		var key ssh.Signer
		if c.Passphrase != "" {
			key, err = ssh.ParsePrivateKeyWithPassphrase(pem, []byte(c.Passphrase))
		} else {
			key, err = ssh.ParsePrivateKey(pem)
		}
		if err != nil {
			return nil, archive.WrapAs(archive.NoAccess, opDial, c.KeyFile, err)
		}
		auth = append(auth, ssh.PublicKeys(key))
	}
	if c.Password != "" {
		auth = append(auth, ssh.Password(c.Password), ssh.KeyboardInteractive(
			func(_, _ string, questions []string, echo []bool) ([]string, error) {
				answers := make([]string, len(questions))
				for i := range questions {
					if !echo[i] {
						answers[i] = c.Password
					}
				}
				return answers, nil
			}))
	}
	return auth, nil
}

// begin starts the sessions and finds the folder.
func (r *remote) begin() error {
	if err := r.beginSessions(); err != nil {
		return err
	}
	s := r.sessions[0]
	_, r.syncs = s.HasExtension("fsync@openssh.com")
	_, r.renamesOver = s.HasExtension("posix-rename@openssh.com")
	_, r.tellsSpace = s.HasExtension("statvfs@openssh.com")
	root, err := s.RealPath(r.address.Path)
	if err != nil {
		return r.fault(opDial, r.address.Path, err)
	}
	r.root = strings.TrimSuffix(root, "/")
	st, err := s.Stat(root)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return gone(opDial, r.address.String(), err)
	case err != nil:
		return r.fault(opDial, r.address.String(), err)
	case !st.IsDir():
		return archive.Errorf(archive.Conflict, opDial, r.address.String(), "not a folder")
	}
	return nil
}

// beginSessions begins them all at once; a server may allow fewer than are wished for.
func (r *remote) beginSessions() error {
	sessions, faults := make([]*sftp.Client, sessionCount), make([]error, sessionCount)
	var begun sync.WaitGroup
	for i := range sessions {
		begun.Go(func() {
			sessions[i], faults[i] = sftp.NewClient(r.conn, sftp.UseConcurrentWrites(true), sftp.UseFstat(true))
		})
	}
	begun.Wait()
	for i, s := range sessions {
		if faults[i] == nil {
			r.sessions = append(r.sessions, s)
		}
	}
	if len(r.sessions) == 0 {
		return gone(opDial, r.address.String(), errors.Join(faults...))
	}
	return nil
}

// keepAlive asks the server from time to time, and lets go of one that does not answer.
func (r *remote) keepAlive() {
	tick := time.NewTicker(keepAlive)
	defer tick.Stop()
	for {
		select {
		case <-r.gone:
			return
		case <-tick.C:
		}
		late := time.AfterFunc(answerTimeout, func() { r.conn.Close() })
		_, _, err := r.conn.SendRequest("keepalive@openssh.com", true, nil)
		late.Stop()
		if err != nil {
			r.conn.Close()
			return
		}
	}
}
