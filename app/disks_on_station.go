package app

import (
	"context"

	"lantai/app/settings"
	"lantai/archive/station"
)

// disksOf tells how the disks of an archive are encrypted, as the screen 系统设置 uses it.
func disksOf(s *station.Station) settings.Disks {
	return func(ctx context.Context) ([]settings.Disk, error) {
		list, err := s.Disks(ctx)
		out := make([]settings.Disk, len(list))
		for i, d := range list {
			p := d.Protection
			out[i] = settings.Disk{Of: string(d.Of), Label: d.Label, Path: d.Path, Files: d.Files, Bytes: d.Bytes,
				State: string(p.State), Reason: string(p.Reason), By: p.By, Folder: p.Folder}
		}
		return out, err
	}
}
