package fixity

import (
	"context"
	"strconv"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// The keys of the settings in the catalogue.
const (
	settingDays  = "fixity.days"  // days in which all originals are read once
	settingSpeed = "fixity.speed" // most bytes a second; 0: as fast as the disk gives them
)

// Settings say how the check in the background goes.
type Settings struct {
	Days  int   // in which all originals are read once; 0: none are read in the background
	Speed int64 // most bytes a second; 0: as fast as the disk gives them
}

// As shipped: a quarter, which 20 MB a second reach for 13 TB in eight hours of most
// working days.
const (
	defaultDays  = 90
	defaultSpeed = 20 << 20
	mostDays     = 3650
	leastSpeed   = 64 << 10
)

// Period is the time in which all originals are read once.
func (s Settings) Period() time.Duration { return time.Duration(s.Days) * 24 * time.Hour }

// Check is Invalid for settings that make no sense.
func (s Settings) Check() error {
	const doing = "set check of originals"
	if s.Days < 0 || s.Days > mostDays {
		return archive.Errorf(archive.Invalid, doing, strconv.Itoa(s.Days), "between 0 and %d days", mostDays)
	}
	if s.Speed != 0 && s.Speed < leastSpeed {
		return archive.Errorf(archive.Invalid, doing, strconv.FormatInt(s.Speed, 10), "at least %d bytes a second, or 0", leastSpeed)
	}
	return nil
}

// Settings reads the settings; what cannot be read is as shipped.
func (c *Checker) Settings(ctx context.Context) (Settings, error) {
	s := Settings{Days: defaultDays, Speed: defaultSpeed}
	days, err := c.opt.Catalogue.Setting(ctx, settingDays)
	if err != nil {
		return s, err
	}
	speed, err := c.opt.Catalogue.Setting(ctx, settingSpeed)
	if err != nil {
		return s, err
	}
	if n, err := strconv.Atoi(days); err == nil {
		s.Days = n
	}
	if n, err := strconv.ParseInt(speed, 10, 64); err == nil {
		s.Speed = n
	}
	if s.Check() != nil {
		s = Settings{Days: defaultDays, Speed: defaultSpeed}
	}
	return s, nil
}

// SetSettings changes the settings.
func (c *Checker) SetSettings(ctx context.Context, actor archive.Actor, s Settings) error {
	if err := s.Check(); err != nil {
		return err
	}
	_, err := c.opt.Catalogue.Do(ctx, actor, archive.OpSettingEdit, func(tx *store.Tx) error {
		if err := tx.Set(settingDays, strconv.Itoa(s.Days)); err != nil {
			return err
		}
		return tx.Set(settingSpeed, strconv.FormatInt(s.Speed, 10))
	})
	return err
}
