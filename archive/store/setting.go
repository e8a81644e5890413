package store

import (
	"context"
	"database/sql"
	"errors"

	"lantai/archive"
)

const nounSetting = "setting"

// stateSetting begins the keys of what the program notes of its own work.
const stateSetting = "state."

const (
	readSetting = `SELECT value FROM setting WHERE key = $1`
	allSettings = `SELECT key, value FROM setting`
	putSetting  = `INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`
	dropSetting = `DELETE FROM setting WHERE key = $1`
)

func settingColumns(key, value *string) columns { return columns{{"key", key}, {"value", value}} }

// Set writes a setting of the archive; "" removes it.
func (t *Tx) Set(key, value string) error {
	const doing = "change setting"
	if err := t.settled(doing); err != nil {
		return err
	}
	if key == settingClass {
		return archive.Errorf(archive.NotAllowed, doing, key, "the class of an archive is for ever")
	}
	return t.set(doing, key, value)
}

func (t *Tx) set(doing, key, value string) error {
	if err := settingColumns(&key, &value).check(doing); err != nil {
		return err
	}
	old, err := setting(t.ctx, t.tx, key)
	if err != nil || old == value {
		return err
	}
	if value == "" {
		_, err = t.tx.ExecContext(t.ctx, dropSetting, key)
	} else {
		_, err = t.tx.ExecContext(t.ctx, putSetting, key, value)
	}
	if err != nil {
		return fault(doing, key, err)
	}
	before, err := settingColumns(&key, &old).filled()
	if err != nil {
		return fault(doing, key, err)
	}
	after, err := settingColumns(&key, &value).filled()
	if err != nil {
		return fault(doing, key, err)
	}
	return t.log(nounSetting, 0, before, after)
}

func setting(ctx context.Context, db querier, key string) (string, error) {
	var value string
	err := db.QueryRowContext(ctx, readSetting, key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, fault("read setting", key, err)
}

// Setting reads one setting; "" when it was never set.
func (c *Catalogue) Setting(ctx context.Context, key string) (string, error) {
	return setting(ctx, c.cat.read, key)
}

// Settings reads all settings.
func (c *Catalogue) Settings(ctx context.Context) (map[string]string, error) {
	all := map[string]string{}
	err := rows(ctx, c.cat.read, allSettings, nil, func(r *sql.Rows) error {
		var key, value string
		err := r.Scan(&key, &value)
		all[key] = value
		return err
	})
	return all, fault("read settings", "", err)
}

// Remember notes what the program knows of its own work, such as how far a long job
// has come: a setting that is no decision of anybody, and so leaves no op. Its key
// begins with "state.".
func (t *Tx) Remember(key, value string) error {
	const doing = "note state"
	key = stateSetting + key
	if err := settingColumns(&key, &value).check(doing); err != nil {
		return err
	}
	_, err := t.tx.ExecContext(t.ctx, putSetting, key, value)
	return fault(doing, key, err)
}

// Remembered reads what was noted; "" when nothing was.
func (c *Catalogue) Remembered(ctx context.Context, key string) (string, error) {
	return setting(ctx, c.cat.read, stateSetting+key)
}
