package station

import (
	"context"
	"os"
	"sync"

	"lantai/archive"
	"lantai/archive/outside"
)

// DiskOf says what lies in a place that Disks looks at.
type DiskOf string

// The places.
const (
	DiskOfHome      DiskOf = "home"      // all that the archive has, but what lies on storage roots
	DiskOfRoot      DiskOf = "root"      // originals of a storage root
	DiskOfTemporary DiskOf = "temporary" // pieces of spreadsheets and pages while they are worked on
)

// Disk is a place where the archive keeps something, with the encryption of its disk.
type Disk struct {
	Of         DiskOf             `json:"of"`
	Root       archive.ID         `json:"root,omitempty"` // the storage root
	Label      string             `json:"label"`          // its name; empty for the others
	Path       string             `json:"path"`
	Files      int                `json:"files,omitempty"` // originals on a storage root
	Bytes      int64              `json:"bytes,omitempty"`
	Protection outside.Protection `json:"protection"`
}

// Disks tells for the home, each storage root and the folder of temporary files whether
// the disk below is encrypted. It takes as long as the operating system does: some seconds on Windows.
func (s *Station) Disks(ctx context.Context) ([]Disk, error) {
	roots, err := s.Roots(ctx)
	if err != nil {
		return nil, err
	}
	list := []Disk{{Of: DiskOfHome, Path: s.Home.Dir()}}
	for _, r := range roots {
		list = append(list, Disk{Of: DiskOfRoot, Root: r.ID, Label: r.Label, Path: r.Path, Files: r.Files, Bytes: r.Bytes,
			Protection: outside.Protection{State: outside.Unknown, Reason: outside.Absent}})
	}
	list = append(list, Disk{Of: DiskOfTemporary, Path: os.TempDir()})
	ask := s.opt.Protection
	if ask == nil {
		ask = outside.ProtectionOf
	}
	var wait sync.WaitGroup
	for i := range list {
		if list[i].Of == DiskOfRoot && !roots[i-1].Present {
			continue
		}
		wait.Go(func() { list[i].Protection = ask(ctx, list[i].Path) })
	}
	wait.Wait()
	return list, ctx.Err()
}
