package app

import (
	"path/filepath"

	"lantai/app/parts"
	"lantai/archive"
	"lantai/archive/station"
)

// personal is the memory of whoever sits here. In an archive with accounts each person has
// their own: words that one typed are not offered to the next.
type personal struct {
	memory  parts.Memory
	station *station.Station
}

func (p *Program) personal() parts.Memory { return personal{p.Memory, p.Station} }

func (m personal) key(key string) string {
	if who := m.station.Actor(); who.ID != archive.LocalActor().ID {
		return "person." + who.ID.String() + "." + key
	}
	return key
}

// StringWithFallback gives what the person left under a key.
func (m personal) StringWithFallback(key, fallback string) string {
	return m.memory.StringWithFallback(m.key(key), fallback)
}

// SetString keeps a text for the person.
func (m personal) SetString(key, value string) { m.memory.SetString(m.key(key), value) }

// draftsFolder is where drafts of whoever sits here lie; "": nowhere.
func (p *Program) draftsFolder() string {
	if p.Folder == "" {
		return ""
	}
	who := p.Station.Actor()
	if who.ID == archive.LocalActor().ID {
		return filepath.Join(p.Folder, "drafts")
	}
	return filepath.Join(p.Folder, "drafts", who.ID.String())
}
