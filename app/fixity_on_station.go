package app

import (
	"context"

	"lantai/app/settings"
	"lantai/archive"
	"lantai/archive/fixity"
	"lantai/archive/station"
)

// fixityOf is the check of the originals as the screen 系统设置 uses it.
type fixityOf struct{ station *station.Station }

// mostDamaged is how many damaged originals the screen lists.
const mostDamaged = 10_000

// Fixity tells how far the check has come, and what is damaged.
func (f fixityOf) Fixity(ctx context.Context) (settings.FixityState, error) {
	now, err := f.station.Fixity().Status(ctx)
	if err != nil {
		return settings.FixityState{}, err
	}
	out := settings.FixityState{Days: now.Days, Speed: now.Settings.Speed, Files: now.Files, Read: now.Read, Bytes: now.Bytes, ReadBytes: now.ReadBytes,
		Begun: now.Begun, Ended: now.Ended, Until: now.Until, Ends: now.Ends, Late: now.Late, Away: now.Away}
	for after := archive.ID(0); len(out.Damaged) < mostDamaged; {
		list, err := f.station.Damaged(ctx, after, 500)
		if err != nil {
			return out, err
		}
		if len(list) == 0 {
			break
		}
		for _, d := range list {
			after = d.File
			out.Damaged = append(out.Damaged, settings.DamagedFile{Code: d.Code, Page: d.Page, Path: d.Path, Root: d.Root, Is: string(d.Is), Bytes: d.Bytes, Since: d.Since})
		}
	}
	out.More = max(now.Damaged()-len(out.Damaged), 0)
	return out, nil
}

// SetFixity changes the settings.
func (f fixityOf) SetFixity(ctx context.Context, days int, speed int64) error {
	return f.station.Fixity().SetSettings(ctx, f.station.Actor(), fixity.Settings{Days: days, Speed: speed})
}

// LookAgain reads the damaged originals again, and one more.
func (f fixityOf) LookAgain(ctx context.Context, progress func(archive.Progress)) error {
	_, err := f.station.VerifyPortion(ctx, fixity.Limit{Files: 1}, progress)
	return err
}
