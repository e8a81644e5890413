package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"lantai/archive"
)

// settingClass has the class of a classified archive. It is set by the first op of its
// catalogue and never after that.
const settingClass = "archive.class"

const (
	anyOp = `SELECT COUNT(*) FROM (SELECT o.id FROM op o LIMIT 1) x`
	// A setting is a row that anybody with the file can change; the op that set it stands
	// first in a chain of digests.
	writers     = `SELECT s.station FROM station s ORDER BY s.station`
	firstLogged = `SELECT ch.after FROM change ch WHERE ch.seq = 1 AND ch.noun = 'setting' AND ch.after IS NOT NULL
		AND ch.op = (SELECT o.id FROM op o WHERE o.station = $1 AND o.number = 1)`
)

// Class is the highest 密级 that the catalogue keeps; zero in an ordinary archive.
func (c *Catalogue) Class() archive.Secrecy { return c.class }

// holdToClass writes the class of a new catalogue down, and refuses one that was made for
// an archive of another class.
func (c *Catalogue) holdToClass(ctx context.Context) error {
	const doing = "check class"
	kept, logged, err := c.keptClass(ctx)
	if err != nil {
		return err
	}
	if kept == c.class && logged == c.class {
		return nil
	}
	differs := &archive.Error{Op: doing, Kind: archive.Damaged, Subject: "lantai.json", Err: &archive.Refusal{Reason: archive.ReasonClass,
		Detail: "the catalogue was made for " + classWords(max(kept, logged)) + ", not for " + classWords(c.class)}}
	if kept != archive.NotSecret || logged != archive.NotSecret {
		return differs
	}
	_, err = c.Do(ctx, archive.Actor{}, archive.OpSettingEdit, func(t *Tx) error {
		var ops int
		if err := t.tx.QueryRowContext(ctx, anyOp).Scan(&ops); err != nil {
			return err
		}
		if ops > 0 {
			return differs
		}
		return t.set(doing, settingClass, c.class.String())
	})
	return err
}

func classWords(class archive.Secrecy) string {
	if class == archive.NotSecret {
		return "an ordinary archive"
	}
	return "a classified archive of " + class.String()
}

// keptClass reads the class that a catalogue was made with, from its setting and from the
// log.
func (c *Catalogue) keptClass(ctx context.Context) (kept, logged archive.Secrecy, err error) {
	const doing = "check class"
	word, err := c.Setting(ctx, settingClass)
	if err != nil {
		return 0, 0, err
	}
	if kept, err = archive.ParseSecrecy(word); err != nil {
		return 0, 0, archive.WrapAs(archive.Damaged, doing, settingClass, err)
	}
	stations, err := ids(ctx, c.cat.read, writers)
	if err != nil {
		return 0, 0, fault(doing, settingClass, err)
	}
	for _, station := range stations { // one by one: joined, an engine may begin with the whole log
		var object string
		var set struct{ Key, Value string }
		err := c.cat.read.QueryRowContext(ctx, firstLogged, int64(station)).Scan(&object)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err == nil {
			err = json.Unmarshal([]byte(object), &set)
		}
		if err == nil && set.Key == settingClass {
			logged, err = archive.ParseSecrecy(set.Value)
		}
		if err != nil {
			return 0, 0, fault(doing, settingClass, err)
		}
	}
	return kept, logged, nil
}

// mayKeep refuses a record that states a higher 密级 than the archive may hold, unless it
// stands for a state secret and says nothing more.
func (t *Tx) mayKeep(doing string, s sheet, cols columns) error {
	level, _ := archive.StatedSecrecy(cols.texts)
	if level <= t.c.class {
		return nil
	}
	if !archive.IsPlaceholder(s.h.Title, s.h.Secrecy) {
		return archive.ForbidSecret(doing, s.h.Code, level, t.c.class)
	}
	if what := archive.BesidePlaceholder(s.h.Code, cols.stated); len(what) > 0 || s.h.Code == "" {
		return archive.ForbidBeside(doing, s.h.Code, strings.Join(what, ", "))
	}
	return nil
}

// mayEmpty refuses to make a record one that stands for a state secret while something is
// still in it.
func (t *Tx) mayEmpty(doing string, old, s sheet) error {
	if s.chain().stands <= t.c.class || old.chain().stands > t.c.class {
		return nil
	}
	id := int64(s.h.ID)
	var n int
	if err := t.tx.QueryRowContext(t.ctx, lyingIn, id, id, id, id).Scan(&n); err != nil {
		return fault(doing, s.h.Code, err)
	}
	own, err := t.extra(s.h.ID)
	if err != nil {
		return err
	}
	if n+len(own) > 0 {
		return archive.ForbidBeside(doing, s.h.Code, "records, pages or own fields are in it")
	}
	return nil
}

// mayKeepOwn refuses fields of the site's own that state a higher 密级, and any on a record
// that stands for a state secret.
func (t *Tx) mayKeepOwn(doing, subject string, at chain, fields map[string]string) error {
	for name, value := range fields {
		if level := archive.OwnSecrecy(name, value); level > t.c.class {
			return archive.ForbidSecret(doing, subject, level, t.c.class)
		}
		if at.stands > t.c.class && value != "" {
			return archive.ForbidBeside(doing, subject, name)
		}
	}
	return nil
}

// standsFor is the level of the state secret that a record stands for; zero for others.
func standsFor(title, secrecy string) archive.Secrecy {
	if !archive.IsPlaceholder(title, secrecy) {
		return archive.NotSecret
	}
	return archive.SecrecyOf(secrecy)
}

// mayHold refuses to put anything into a record that stands for a state secret.
func (t *Tx) mayHold(doing, subject string, at chain) error {
	if at.stands <= t.c.class {
		return nil
	}
	return archive.ForbidBeside(doing, subject, "nothing may lie in it")
}

// texts gives the described fields that are texts and not empty.
func (c columns) texts(yield func(string, string) bool) {
	for _, col := range c {
		if text, ok := col.field.(*string); ok && *text != "" && !yield(col.name, *text) {
			return
		}
	}
}

// stated gives described fields by name, as text.
func (c columns) stated(yield func(string, string) bool) {
	for _, col := range c {
		var text string
		switch f := col.field.(type) {
		case *string:
			text = *f
		case *int:
			if *f != 0 {
				text = strconv.Itoa(*f)
			}
		case *archive.ID:
			if *f != 0 {
				text = f.String()
			}
		default:
			text = archive.Bound{Name: col.name, Value: col.field}.Text()
		}
		if !yield(col.name, text) {
			return
		}
	}
}

// mayName refuses a name, or the title of a document, with the mark of a state secret that the
// archive may not hold, in what stands beside holdings.
func (t *Tx) mayName(doing string, cols columns) error {
	for name, text := range cols.stated {
		if name != "name" && name != "document" {
			continue
		}
		if level := archive.MarkedSecrecy(text); level > t.c.class {
			return archive.ForbidSecret(doing, "", level, t.c.class)
		}
	}
	return nil
}
