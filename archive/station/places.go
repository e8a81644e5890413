package station

import (
	"context"
	"os"
	"path/filepath"

	"lantai/archive"
	"lantai/archive/offsite"
	"lantai/archive/offsite/place"
)

// placesFolder is where this account keeps what servers are known by and, where the system has no
// keyring, what they ask for: in its own configuration, never in an archive.
func placesFolder() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", archive.WrapAs(archive.Unavailable, "find configuration", "", err)
	}
	return filepath.Join(dir, "lantai"), nil
}

// openPlace opens a medium: a folder, or a folder on a server with what this account has for it.
func (s *Station) openPlace(ctx context.Context, c offsite.Connected) (place.Place, error) {
	if c.Target.Kind != archive.TargetSFTP {
		return place.OpenFolder(c.At)
	}
	return s.dial(ctx, c.At, "")
}

func (s *Station) dial(ctx context.Context, address, hostKey string) (place.Place, error) {
	a, err := place.ParseAddress(address)
	if err != nil {
		return nil, err
	}
	dir, err := placesFolder()
	if err != nil {
		return nil, err
	}
	secret, err := place.OpenSecrets(dir).Load(a.String())
	if err != nil {
		return nil, err
	}
	return place.DialSFTP(ctx, a, place.Credentials{Password: secret.Password, KeyFile: secret.KeyFile, Passphrase: secret.Passphrase,
		KnownHosts: filepath.Join(dir, "known_hosts"), HostKey: hostKey})
}

// KnowServer keeps what a server asks for, out of the archive, and accepts its key by the
// fingerprint, which is empty at first: then a server that is not known is NotAllowed with a
// *place.HostKeyError, whose fingerprint a person compares with what the server's administrator
// says. where tells where the secret is kept.
func (s *Station) KnowServer(ctx context.Context, address string, secret place.Secret, hostKey string) (where string, err error) {
	const doing = "know server"
	a, err := place.ParseAddress(address)
	if err != nil {
		return "", archive.Wrap(doing, address, err)
	}
	dir, err := placesFolder()
	if err != nil {
		return "", err
	}
	secrets := place.OpenSecrets(dir)
	if where, err = secrets.Save(a.String(), secret); err != nil {
		return "", archive.Wrap(doing, address, err)
	}
	p, err := s.dial(ctx, address, hostKey)
	if err != nil {
		return where, archive.Wrap(doing, address, err)
	}
	return where, p.Close()
}
