package offsite

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/store"
)

// MediumKind says how a medium ages, and so how often it is checked.
type MediumKind string

// The kinds of medium.
const (
	MediumDisk    MediumKind = "disk"    // a hard disk that lies in a cupboard
	MediumTape    MediumKind = "tape"    // LTO
	MediumOptical MediumKind = "optical" // CD, DVD, BD
	MediumOnline  MediumKind = "online"  // a NAS or server that runs
)

// MediumKinds lists the kinds.
func MediumKinds() []MediumKind {
	return []MediumKind{MediumDisk, MediumTape, MediumOptical, MediumOnline}
}

// KindOf tells the kind of a medium by what is written of it. What is not known is taken for
// a disk, or in a folder or on a server for one that runs.
func KindOf(t archive.TargetKind, m archive.Carrier) MediumKind {
	written := strings.ToUpper(m.Type)
	for _, words := range []struct {
		kind MediumKind
		list []string
	}{
		{MediumTape, []string{"磁带", "LTO", "TAPE"}},
		{MediumOptical, []string{"光盘", "蓝光", "DVD", "CD", "BD"}},
		{MediumOnline, []string{"NAS", "服务器", "在线", "阵列", "SERVER"}},
		{MediumDisk, []string{"硬盘", "固态", "HDD", "SSD", "DISK"}},
	} {
		for _, w := range words.list {
			if strings.Contains(written, w) {
				return words.kind
			}
		}
	}
	if t == archive.TargetDisks {
		return MediumDisk
	}
	return MediumOnline
}

// Care says how often media are checked and drills held.
type Care struct {
	Months      map[MediumKind]int `json:"months"`       // from one check of a medium to the next
	Sample      int                `json:"sample"`       // of a hundred copies, how many a check by sample reads at least
	Full        int                `json:"full"`         // every so many checks all copies are read
	DrillMonths int                `json:"drill_months"` // from one drill to the next
}

// ShippedCare follows what is customary (DA/T 75 for disks; a quarter to half a year for what
// runs): it is a setting.
func ShippedCare() Care {
	return Care{Months: map[MediumKind]int{MediumDisk: 12, MediumTape: 24, MediumOptical: 24, MediumOnline: 6}, Sample: 10, Full: 3, DrillMonths: 12}
}

// SettingCare is the setting that has the archive's own Care as JSON.
const SettingCare = "offsite.care"

const mostMonths = 120

// Care reads how often media are checked and drills held.
func (c *Copier) Care(ctx context.Context) (Care, error) {
	care := ShippedCare()
	text, err := c.opt.Catalogue.Setting(ctx, SettingCare)
	if err != nil || text == "" {
		return care, err
	}
	if err := json.Unmarshal([]byte(text), &care); err != nil {
		return care, archive.WrapAs(archive.Damaged, "read setting", SettingCare, err)
	}
	return care, nil
}

// SetCare changes how often media are checked and drills held.
func (c *Copier) SetCare(ctx context.Context, actor archive.Actor, care Care) error {
	const doing = "set how media are cared for"
	for kind, n := range care.Months {
		if n < 1 || n > mostMonths {
			return archive.Errorf(archive.Invalid, doing, string(kind), "every %d months", n)
		}
	}
	if care.DrillMonths < 1 || care.DrillMonths > mostMonths || care.Sample < 1 || care.Sample > 100 || care.Full < 1 {
		return archive.Errorf(archive.Invalid, doing, "", "a drill every %d months, %d %%, all every %d times", care.DrillMonths, care.Sample, care.Full)
	}
	text, err := json.Marshal(care)
	if err != nil {
		return archive.Wrap(doing, "", err)
	}
	_, err = c.opt.Catalogue.Do(ctx, actor, archive.OpSettingEdit, func(tx *store.Tx) error { return tx.Set(SettingCare, string(text)) })
	return archive.Wrap(doing, "", err)
}

// next is when a medium is to be checked that was looked at last at a time.
func (care Care) next(t archive.TargetKind, m archive.Carrier, last int64) int64 {
	return later(last, care.Months[KindOf(t, m)])
}

// later is some months behind a time, in Unix milliseconds.
func later(ms int64, months int) int64 {
	return time.UnixMilli(ms).AddDate(0, months, 0).UnixMilli()
}

// afterCheck is when a medium is to be checked next: one with faults stays due until it is
// mended, and reading too few copies does not count as its check.
func (care Care) afterCheck(t archive.TargetKind, m archive.Carrier, one archive.CarrierCheck, copies int) int64 {
	switch {
	case one.Faults > 0:
		return one.Time
	case one.Method == archive.CheckSample && one.Files*100 < copies*care.Sample:
		return m.NextCheck
	}
	return care.next(t, m, one.Time)
}

// nextMethod tells whether the next check is to read all copies. checks come the newest first.
func (care Care) nextMethod(checks []archive.CarrierCheck) string {
	samples := 0
	for _, one := range checks {
		if one.Method == archive.CheckFull {
			break
		}
		samples++
	}
	if len(checks) == 0 || samples >= care.Full-1 {
		return archive.CheckFull
	}
	return archive.CheckSample
}

// The kinds of reminder.
const (
	RemindMedium = "medium" // a medium is to be checked
	RemindDrill  = "drill"  // it is to be proven that copies come back
)

// Reminder is something that is due.
type Reminder struct {
	Kind       string     `json:"kind"`
	Target     archive.ID `json:"target"`
	TargetName string     `json:"target_name"`
	Medium     archive.ID `json:"medium,omitempty"`
	Disk       int        `json:"disk,omitempty"`   // number of the medium
	Method     string     `json:"method,omitempty"` // of the check that is due
	Since      int64      `json:"since"`            // Unix milliseconds
	Last       int64      `json:"last"`             // when it was checked or proven last; 0: never
}

// Due lists what is due at a time: media to be checked, and targets that were not proven for
// as long as the setting says, from when their first medium was made. A target that has nothing yet is not due.
func (c *Copier) Due(ctx context.Context, at time.Time) ([]Reminder, error) {
	const doing = "list what is due"
	care, err := c.Care(ctx)
	if err != nil {
		return nil, err
	}
	targets, err := c.opt.Catalogue.Targets(ctx)
	if err != nil {
		return nil, archive.Wrap(doing, "", err)
	}
	var list []Reminder
	for _, t := range targets {
		if t.Ended != 0 {
			continue
		}
		carriers, err := c.opt.Catalogue.Carriers(ctx, t.ID)
		if err != nil {
			return nil, archive.Wrap(doing, t.Name, err)
		}
		begun := int64(0)
		for _, m := range carriers {
			if state, err := c.opt.Catalogue.CarrierState(ctx, m.ID); err != nil {
				return nil, archive.Wrap(doing, t.Name, err)
			} else if state.Digest != "" && (begun == 0 || m.Made < begun) {
				begun = m.Made
			}
			if m.Ended != 0 || m.NextCheck == 0 || m.NextCheck > at.UnixMilli() {
				continue
			}
			checks, err := c.opt.Catalogue.CarrierChecks(ctx, m.ID)
			if err != nil {
				return nil, archive.Wrap(doing, t.Name, err)
			}
			r := Reminder{Kind: RemindMedium, Target: t.ID, TargetName: t.Name, Medium: m.ID, Disk: m.Number, Method: care.nextMethod(checks), Since: m.NextCheck}
			if len(checks) > 0 {
				r.Last = checks[0].Time
			}
			list = append(list, r)
		}
		proven, err := c.opt.Catalogue.LastProven(ctx, t.ID)
		if err != nil {
			return nil, archive.Wrap(doing, t.Name, err)
		}
		if since := later(max(proven, begun), care.DrillMonths); begun != 0 && since <= at.UnixMilli() {
			list = append(list, Reminder{Kind: RemindDrill, Target: t.ID, TargetName: t.Name, Since: since, Last: proven})
		}
	}
	return list, nil
}

// NoteCheck notes a check of a medium that a person made by other means: a test of its health,
// an error rate. one says what was found; method and note are as written by hand.
func (c *Copier) NoteCheck(ctx context.Context, actor archive.Actor, t archive.Target, m archive.Carrier, one archive.CarrierCheck) error {
	const doing = "note check of medium"
	if one.Method == "" || one.Method == archive.CheckFull || one.Method == archive.CheckSample || one.Faults < 0 || one.Files < 0 {
		return archive.Errorf(archive.Invalid, doing, t.Name, "a check by hand has a method in words")
	}
	if one.Time == 0 {
		one.Time = c.millis()
	}
	one.Carrier, one.By = m.ID, actor.ID
	return archive.Wrap(doing, t.Name, c.addCheck(ctx, actor, t, &one, 0))
}

// addCheck notes a check, and when the next is due. copies is how many the medium has.
func (c *Copier) addCheck(ctx context.Context, actor archive.Actor, t archive.Target, one *archive.CarrierCheck, copies int) error {
	care, err := c.Care(ctx)
	if err != nil {
		return err
	}
	m, err := c.opt.Catalogue.Carrier(ctx, one.Carrier) // as it is now: a check may take a day
	if err != nil {
		return err
	}
	m.NextCheck = care.afterCheck(t.Kind, m, *one, copies)
	_, err = c.opt.Catalogue.Do(ctx, actor, archive.OpMediumCheck, func(tx *store.Tx) error {
		if err := tx.AddCarrierCheck(one); err != nil {
			return err
		}
		return tx.SetCarrier(m)
	})
	return err
}

// SetMedium changes what is written down of a medium.
func (c *Copier) SetMedium(ctx context.Context, actor archive.Actor, m archive.Carrier) error {
	const doing = "change medium"
	if m.Capacity < 0 || m.NextCheck < 0 {
		return archive.Errorf(archive.Invalid, doing, m.Label(), "capacity %d, next check %d", m.Capacity, m.NextCheck)
	}
	_, err := c.opt.Catalogue.Do(ctx, actor, archive.OpMediumEdit, func(tx *store.Tx) error { return tx.SetCarrier(m) })
	return archive.Wrap(doing, m.Label(), err)
}

// Retire takes a medium out of use for good. Its copies are forgotten, so that the next run
// copies them elsewhere; what lies on it stays as it is. A folder or server is given up with its target.
// It tells how many copies were forgotten.
func (c *Copier) Retire(ctx context.Context, actor archive.Actor, t archive.Target, m archive.Carrier, note string) (copies int, err error) {
	const doing = "retire medium"
	if m.Ended != 0 {
		return 0, archive.Errorf(archive.Conflict, doing, t.Name, "it was retired before")
	}
	m.Ended, m.NextCheck = c.millis(), 0
	if note != "" {
		m.Note = note
	}
	_, err = c.opt.Catalogue.Do(ctx, actor, archive.OpMediumEdit, func(tx *store.Tx) error {
		if err := tx.SetCarrier(m); err != nil {
			return err
		}
		if copies, err = tx.ForgetCopies(m.ID); err != nil || t.Kind == archive.TargetDisks {
			return err
		}
		t.Ended = m.Ended
		return tx.SetTarget(t)
	})
	return copies, archive.Wrap(doing, t.Name, err)
}
