package offsite

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// catalogue brings the catalogue and the texts back.
func (r *restore) catalogue(ctx context.Context) error {
	dir := r.opt.Home
	sums := map[string]string{}
	for cells, err := range linesAt(ctx, r.from, r.out.Snapshot+"/"+ManifestFile) {
		if err != nil {
			return err
		}
		if sum, name, ok := vault.ParseLine(cells); ok {
			sums[name] = sum
		}
	}
	cat := filepath.Join(dir, "catalogue.db")
	if _, err := os.Stat(cat); errors.Is(err, fs.ErrNotExist) {
		if err := clear(cat + ".new"); err != nil {
			return err
		}
		if err := fetch(ctx, r.from, r.out.Snapshot+"/catalogue.db", cat+".new", sums["catalogue.db"]); err != nil {
			return err
		}
		if err := store.Harden(ctx, cat+".new"); err != nil {
			return err
		}
		if err := os.Rename(cat+".new", cat); err != nil {
			return archive.Wrap("restore catalogue", cat, err)
		}
	}
	if err := fetch(ctx, r.from, r.out.Snapshot+"/lantai.json", filepath.Join(dir, "lantai.json.new"), sums["lantai.json"]); err != nil {
		return err
	}
	return r.texts(ctx)
}

// texts puts the files of texts together, in the order in which they were made.
func (r *restore) texts(ctx context.Context) error {
	text := filepath.Join(r.opt.Home, "text.db")
	if _, err := os.Stat(text); err == nil {
		return nil
	}
	var names []string
	for e, err := range r.from.Walk(ctx, textDir[:len(textDir)-1], "") {
		if err != nil {
			return err
		}
		names = append(names, e.Path)
	}
	if err := errors.Join(clear(text+".new"), clear(text+".more")); err != nil {
		return err
	}
	names = textsUpTo(names, strings.TrimPrefix(r.out.Snapshot, catalogueDir))
	for i, name := range names {
		part := text + ".new"
		if i > 0 {
			part = text + ".more"
		}
		if err := fetch(ctx, r.from, name, part, ""); err != nil {
			return err
		}
		if i > 0 {
			if err := store.AddTexts(ctx, text+".new", part); err != nil {
				return err
			}
			if err := os.Remove(part); err != nil {
				return archive.Wrap("restore texts", part, err)
			}
		}
		r.out.Texts++
		r.opt.Step(stepText)
	}
	if len(names) == 0 {
		return nil
	}
	if err := store.Harden(ctx, text+".new"); err != nil {
		return err
	}
	return archive.Wrap("restore texts", text, os.Rename(text+".new", text))
}

// textsUpTo chooses, of all files of texts, those that belong together up to a time: the first
// of the year is whole.
func textsUpTo(names []string, stamp string) []string {
	var list []string
	for _, name := range names {
		at := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(name), "text-"), ".db")
		if at > stamp {
			continue
		}
		list = append(list, name)
	}
	slices.Sort(list)
	for i := len(list) - 1; i > 0; i-- {
		if filepath.Dir(list[i]) != filepath.Dir(list[i-1]) {
			return list[i:]
		}
	}
	return list
}

// clear removes a database that a restore which was cut off has begun with what SQLite keeps
// beside it: a journal would be played back into the next one of that name.
func clear(file string) error {
	for _, ending := range []string{"-journal", "-wal", "-shm", ""} {
		if err := os.Remove(file + ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return archive.Wrap("restore file", file, err)
		}
	}
	return nil
}
