package store

import (
	"context"
	"database/sql"
	"errors"
)

const nounSetting = "setting"

const (
	readSetting = `SELECT value FROM setting WHERE key = $1`
	allSettings = `SELECT key, value FROM setting`
	putSetting  = `INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`
	dropSetting = `DELETE FROM setting WHERE key = $1`
	allRoots    = `SELECT id, label, path FROM storage_root WHERE id <> 0 ORDER BY id`
)

func settingColumns(key, value *string) columns { return columns{{"key", key}, {"value", value}} }

// Set writes a setting of the archive; "" removes it.
func (t *Tx) Set(key, value string) error {
	const doing = "change setting"
	if err := t.settled(doing); err != nil {
		return err
	}
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

// AddRoot registers a storage root and fills in its id.
func (t *Tx) AddRoot(r *Root) error {
	const doing = "add storage root"
	cols := columns{{"label", &r.Label}, {"path", &r.Path}}
	if err := cols.check(doing); err != nil {
		return err
	}
	r.ID = t.NewID()
	if err := insert(t.ctx, t.tx, "storage_root", r.ID, cols); err != nil {
		return fault(doing, r.Label, err)
	}
	after, err := cols.filled()
	if err != nil {
		return fault(doing, r.Label, err)
	}
	return t.log(nounRoot, r.ID, "", after)
}

// Roots lists the storage roots besides masters/.
func (c *Catalogue) Roots(ctx context.Context) ([]Root, error) {
	var list []Root
	err := rows(ctx, c.cat.read, allRoots, nil, func(r *sql.Rows) error {
		var root Root
		err := r.Scan(&root.ID, &root.Label, &root.Path)
		list = append(list, root)
		return err
	})
	return list, fault("list storage roots", "", err)
}
