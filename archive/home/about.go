package home

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lantai/archive"
)

// Format is the version of the format on disk that this program writes.
const Format = 1

// about is lantai.json.
type about struct {
	Format   int             `json:"format"`
	Name     string          `json:"name"`
	Archive  string          `json:"archive"`
	Kind     Kind            `json:"kind"`
	Class    archive.Secrecy `json:"class,omitempty"` // of a classified archive
	Created  time.Time       `json:"created"`
	Station  int             `json:"station"`
	Place    Place           `json:"place"`
	Stations []station       `json:"stations"` // every number that this archive ever used, as far as this copy knows
}

// station is one entry of the registry.
type station struct {
	Number int       `json:"number"`
	Since  time.Time `json:"since"`
	Place  Place     `json:"place"` // where the home lay then
}

const (
	maxAbout = 1 << 20 // bytes read of lantai.json
	maxTitle = 200     // characters of an archive's name
)

// checkName refuses names that no screen could show.
func checkName(op, name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return archive.Errorf(archive.Invalid, op, name, "an archive needs a name")
	case !utf8.ValidString(name), strings.ContainsFunc(name, unicode.IsControl):
		return archive.Errorf(archive.Invalid, op, name, "the name has characters that cannot be shown")
	case utf8.RuneCountInString(name) > maxTitle:
		return archive.Errorf(archive.Invalid, op, name, "longer than %d characters", maxTitle)
	}
	return nil
}

// newID makes 128 random bits as hex.
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// readAbout reads lantai.json: NotFound, Damaged, TooNew, Unavailable.
func readAbout(op, dir string) (about, error) {
	name := filepath.Join(dir, aboutName)
	var a about
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return a, archive.Errorf(archive.NotFound, op, dir, "not an archive: it has no %s", aboutName)
	}
	if err != nil {
		return a, archive.WrapAs(diskKind(err), op, name, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxAbout+1))
	if err != nil {
		return a, archive.WrapAs(diskKind(err), op, name, err)
	}
	if len(text) > maxAbout {
		return a, archive.Errorf(archive.Damaged, op, name, "larger than %d bytes", maxAbout)
	}
	// A newer format may have other types in its fields; its number is looked at first.
	var version struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &version); err != nil {
		return a, archive.WrapAs(archive.Damaged, op, name, err)
	}
	if version.Format > Format {
		return a, archive.Errorf(archive.TooNew, op, dir, "format %d; this program knows up to %d", version.Format, Format)
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return a, archive.WrapAs(archive.Damaged, op, name, err)
	}
	return a, archive.WrapAs(archive.Damaged, op, name, a.check())
}

func (a about) check() error {
	switch {
	case a.Format < 1:
		return errors.New("no format version")
	case len(a.Archive) != 32:
		return errors.New("no archive id")
	case a.Station < 1 || a.Station > archive.MaxStation:
		return errors.New("station number out of range")
	case a.Kind != Ordinary && a.Kind != Classified:
		return errors.New("neither ordinary nor classified")
	case (a.Kind == Classified) != (a.Class > archive.NotSecret):
		return errors.New("kind and class do not go together")
	}
	return nil
}

// write puts lantai.json on the disk, whole or not at all.
func (a about) write(op, dir string) error {
	text, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return archive.Wrap(op, dir, err)
	}
	err = replaceFile(filepath.Join(dir, aboutName), append(text, '\n'))
	return archive.WrapAs(diskKind(err), op, dir, err)
}

// replaceFile writes a file beside the old one and lets it take its name.
func replaceFile(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*.part")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Chmod(0o644)
	}
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
		return err
	}
	return syncFolder(filepath.Dir(name))
}

func diskKind(err error) archive.ErrorKind {
	switch {
	case isFull(err):
		return archive.NoSpace
	case archive.Barred(err):
		return archive.NoAccess
	}
	return archive.Unavailable
}
