package home

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"
	"time"

	"lantai/archive"
)

// Place is where a home lies: which computer, which file system, which folder.
type Place struct {
	Machine string `json:"machine"`      // derived from the computer's own id; "" when it has none
	Device  string `json:"device"`       // id of the file system, hex; "" when it has none that lasts
	Inode   uint64 `json:"inode,string"` // of the home's folder
}

// differs tells whether two places are not the same folder. What is not known on
// either side does not count.
func (p Place) differs(q Place) bool {
	unlike := func(a, b string) bool { return a != "" && b != "" && a != b }
	return unlike(p.Machine, q.Machine) || unlike(p.Device, q.Device) || p.Inode != q.Inode
}

// placeOf finds out where a folder lies.
func placeOf(dir string) (Place, error) {
	device, inode, err := folderID(dir)
	return Place{Machine: machineID(), Device: device, Inode: inode}, err
}

// hashedID hides the computer's own id, which other programs treat as secret.
func hashedID(id string) string {
	id = strings.TrimSpace(id)
	if id == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("lantai home " + id))
	return hex.EncodeToString(sum[:8])
}

// Relocation tells that a home is not where it was last written.
type Relocation struct{ Was, Is Place }

// Relocated tells whether the home lies elsewhere than lantai.json says. Then a
// person must say whether it was moved (AcceptMoved) or copied or restored
// (AcceptCopied).
func (h *Home) Relocated() (Relocation, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return Relocation{Was: h.about.Place, Is: h.place}, h.about.Place.differs(h.place)
}

// AcceptMoved keeps the station number and writes down the new place.
func (h *Home) AcceptMoved() error {
	return h.accept("accept moved archive", func(a *about, now time.Time) error { return nil })
}

// AcceptCopied takes a station number that this archive has not used, so that two
// copies never make the same id, and writes down the new place. The number is drawn
// by lot among the free ones: two copies made of one original do not know of
// each other. Its error is Conflict when all numbers are used.
func (h *Home) AcceptCopied() error {
	const op = "accept copied archive"
	return h.accept(op, func(a *about, now time.Time) error {
		n, err := freeStation(a.Stations)
		if err != nil {
			return archive.WrapAs(archive.KindOf(err), op, h.dir, err)
		}
		a.Station = n
		a.Stations = append(a.Stations, station{Number: n, Since: now, Place: h.place})
		return nil
	})
}

// accept changes lantai.json as it is on the disk, not as it was when opened.
func (h *Home) accept(op string, change func(*about, time.Time) error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	a, err := readAbout(op, h.dir)
	if err != nil {
		return err
	}
	if a.Place.differs(h.place) {
		a.Stations = slices.Clone(a.Stations)
		if err := change(&a, h.now().UTC().Truncate(time.Second)); err != nil {
			return err
		}
		a.Place = h.place
		if err := a.write(op, h.dir); err != nil {
			return err
		}
	}
	h.about = a
	return nil
}

// freeStation draws a number that the registry does not have.
func freeStation(used []station) (int, error) {
	taken := map[int]bool{0: true}
	for _, s := range used {
		taken[s.Number] = true
	}
	var free []int
	for n := range archive.MaxStation + 1 {
		if !taken[n] {
			free = append(free, n)
		}
	}
	if len(free) == 0 {
		return 0, archive.Errorf(archive.Conflict, "draw station number", "", "all %d are used", archive.MaxStation)
	}
	i, err := rand.Int(rand.Reader, big.NewInt(int64(len(free))))
	if err != nil {
		return 0, err
	}
	return free[i.Int64()], nil
}
