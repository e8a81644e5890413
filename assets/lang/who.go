package lang

import "lantai/archive"

// Who names whoever did something, by the names of the accounts. While an archive has no
// accounts that is whoever held it.
func (w Words) Who(id archive.ID, names map[archive.ID]string) string {
	if name := names[id]; name != "" {
		return name
	}
	switch id {
	case 0:
		return w.T("importing.log.program", nil)
	case archive.LocalActor().ID:
		return w.T("importing.log.local", nil)
	}
	return w.T("who.number", Args{"ID": id})
}
