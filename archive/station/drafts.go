package station

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lantai/archive"
)

// draftFolder is where the window keeps what the person at this computer typed and did
// not save, unless Options say otherwise: below the folder of the toolkit's programs.
func draftFolder() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "fyne", "archive.lantai", "drafts")
}

// forget removes what is kept of records outside the archive.
func (s *Station) forget(records []archive.ID, codes []string) error {
	return errors.Join(s.forgetDrafts(records, codes), s.forgetTemporary())
}

// forgetDrafts overwrites and removes what the person at this computer typed of records
// and did not save: edits by the record's id, drafts of new records by their codes, and
// the rows of sheets that have these codes.
func (s *Station) forgetDrafts(records []archive.ID, codes []string) error {
	dir := s.opt.Drafts
	if dir == "" {
		dir = draftFolder()
	}
	own := s.Home.ArchiveID() + "-"
	files, err := filepath.Glob(filepath.Join(dir, "*.json*")) // parts of a write that was cut off too
	if err != nil {
		return archive.Wrap("forget drafts", dir, err)
	}
	for _, name := range files {
		rest, mine := strings.CutPrefix(filepath.Base(name), own)
		if !mine {
			continue
		}
		id, isEdit := strings.CutPrefix(rest, "edit-")
		id, _, _ = strings.Cut(id, ".")
		of, err := archive.ParseID(id)
		switch {
		case isEdit && (err != nil || !slices.Contains(records, of)):
			continue
		case isEdit, strings.HasSuffix(name, ".part"):
			err = archive.Overwrite(name)
		default:
			err = forgetDraft(name, codes)
		}
		if err != nil {
			return archive.Wrap("forget drafts", name, err)
		}
	}
	return nil
}

// forgetDraft takes out of a draft what has one of the codes.
func forgetDraft(name string, codes []string) error {
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(codes, func(code string) bool { return bytes.Contains(content, []byte(code)) }) {
		return nil
	}
	var all map[string]json.RawMessage
	var draft struct {
		Code   string                         `json:"code"`
		Sheets map[string][]map[string]string `json:"sheets"`
	}
	if json.Unmarshal(content, &all) != nil || json.Unmarshal(content, &draft) != nil || slices.Contains(codes, draft.Code) {
		return archive.Overwrite(name)
	}
	for series, rows := range draft.Sheets {
		draft.Sheets[series] = slices.DeleteFunc(rows, func(row map[string]string) bool { return slices.Contains(codes, row["code"]) })
	}
	if all["sheets"], err = json.Marshal(draft.Sheets); err != nil {
		return err
	}
	left, err := json.Marshal(all)
	if err != nil {
		return err
	}
	part := name + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(left)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := archive.Overwrite(name); err != nil {
		return err
	}
	return os.Rename(part, name)
}
