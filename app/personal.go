package app

import (
	"path/filepath"
	"slices"

	"lantai/app/parts"
	"lantai/archive"
)

// personal is the memory of whoever sits here. In an archive with accounts each person has
// their own: words that one typed are not offered to the next. What is the window's own,
// such as its language, is everybody's.
type personal struct {
	memory  parts.Memory
	program *Program
}

func (m personal) key(key string) string {
	s := m.program.Station
	if s == nil || slices.Contains([]string{prefLanguage, prefLook, prefHome, prefRecent, prefWho}, key) || s.Actor().ID == archive.LocalActor().ID {
		return key
	}
	return "person." + s.Actor().ID.String() + "." + key
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
