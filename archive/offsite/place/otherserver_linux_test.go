package place_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"

	"lantai/archive"
	"lantai/archive/offsite/place"
	"lantai/archive/offsite/place/placetest"
)

// otherServer is an SFTP server that is not OpenSSH: its rename replaces, it knows no
// extension, allows one session a connection and asks for a password.
func otherServer(t *testing.T) (place.Address, place.Credentials) {
	const password = "密码"
	_, private, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	key, err := ssh.NewSignerFromKey(private)
	must(t, err)
	must(t, sftp.SetSFTPExtensions()) // of all servers of this process
	config := &ssh.ServerConfig{PasswordCallback: func(_ ssh.ConnMetadata, got []byte) (*ssh.Permissions, error) {
		if string(got) != password {
			return nil, errors.New("no")
		}
		return nil, nil
	}}
	config.AddHostKey(key)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serveOther(c, config)
		}
	}()
	a := place.Address{User: "dang", Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port}
	return a, place.Credentials{Password: password, HostKey: ssh.FingerprintSHA256(key.PublicKey())}
}

func serveOther(c net.Conn, config *ssh.ServerConfig) {
	defer c.Close()
	_, channels, requests, err := ssh.NewServerConn(c, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	taken := false
	for ch := range channels {
		if taken {
			ch.Reject(ssh.ResourceShortage, "one session")
			continue
		}
		taken = true
		channel, requests, err := ch.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range requests {
				r.Reply(r.Type == "subsystem", nil)
			}
		}()
		server, err := sftp.NewServer(channel)
		if err != nil {
			return
		}
		go func() {
			if server.Serve() != io.EOF {
				channel.Close()
			}
		}()
	}
}

func TestOtherServer(t *testing.T) {
	a, c := otherServer(t)
	placetest.Run(t, func(t *testing.T) placetest.Site {
		a, dir := a, quickDir(t)
		a.Path = dir
		return placetest.Site{
			Open: func(opt place.Options) (place.Place, error) { return place.DialSFTP(context.Background(), a, c, opt) },
			Dir:  dir, Links: true, Cases: true, Odd: true,
		}
	})
}

func TestPassword(t *testing.T) {
	a, c := otherServer(t)
	a.Path = quickDir(t)
	c.Password = "wrong"
	if _, err := place.DialSFTP(context.Background(), a, c); archive.KindOf(err) != archive.NoAccess {
		t.Error(err)
	}
}

// What was cut off between taking a file away and giving its name to the next is finished by Sweep.
func TestReplaceCutOff(t *testing.T) {
	ctx := context.Background()
	a, c := otherServer(t)
	dir := quickDir(t)
	a.Path = dir
	p, err := place.DialSFTP(ctx, a, c)
	must(t, err)
	defer p.Close()
	must(t, p.Replace(ctx, "a/state", []byte("old")))
	must(t, os.WriteFile(filepath.Join(dir, place.Incoming, "replace-YS9zdGF0ZQ"), []byte("new"), 0o600)) // a/state
	must(t, p.Sweep(ctx))
	if got := tree(t, dir); len(got) != 1 || got["a/state"] != "old" {
		t.Errorf("%v", got)
	}
	must(t, os.WriteFile(filepath.Join(dir, place.Incoming, "replace-YS9zdGF0ZQ"), []byte("new"), 0o600))
	must(t, os.Remove(filepath.Join(dir, "a/state")))
	must(t, p.Sweep(ctx))
	if got := tree(t, dir); len(got) != 1 || got["a/state"] != "new" {
		t.Errorf("%v", got)
	}
}
