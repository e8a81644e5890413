package vault

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"lantai/archive"
)

const opMove = "move original"

// Rename moves one original from one path below masters/ to another.
type Rename struct {
	From, To string
	SHA256   string // as the catalogue knows it; with "" the file is read
	Wanted   string // To before it was made safe or shortened; "" when it was not
}

// Move renames originals, all or none, never over another file. The plan is
// journalled first; commit (may be nil) is called when all files have their new
// names and should update the catalogue's rows in one transaction; if it fails the
// files go back. A process that ends in between is put right by Recover; so is a Move that
// another one finds unfinished, and then commit is told of that one's files first.
// An original that already stands at To and no longer at From counts as moved.
// Errors: NotFound, Conflict when To is taken, Invalid, NoSpace, and commit's own.
func (v *Vault) Move(ctx context.Context, moves []Rename, commit func([]Rename) error) error {
	v.arrange.Lock()
	defer v.arrange.Unlock()
	if _, err := v.finishPlan(ctx, commit); err != nil {
		return err
	}
	if len(moves) == 0 {
		return nil
	}
	plan := make([]Rename, len(moves))
	from, to := map[string]bool{}, map[string]bool{}
	for i, m := range moves {
		var err error
		if plan[i], err = v.prepare(ctx, m); err != nil {
			return err
		}
		if from[m.From] || to[m.To] || from[m.To] || to[m.From] {
			return archive.Errorf(archive.Invalid, opMove, m.From, "named twice")
		}
		from[m.From], to[m.To] = true, true
	}
	for _, m := range moves {
		if err := v.noteName(m.To, m.Wanted); err != nil {
			return archive.WrapAs(diskKind(err), opMove, nameList, err)
		}
	}
	if err := v.writePlan(plan); err != nil {
		return archive.WrapAs(diskKind(err), opMove, moves[0].From, err)
	}
	v.step(stepMovePlanned)
	return v.carryOut(plan, commit, false)
}

// prepare checks one move and finds out its hash.
func (v *Vault) prepare(ctx context.Context, m Rename) (Rename, error) {
	if err := checkPath(opMove, m.To); err != nil {
		return m, err
	}
	from, err := v.locate(opMove, m.From)
	if err != nil {
		return m, err
	}
	to, err := v.locate(opMove, m.To)
	if err != nil {
		return m, err
	}
	if m.SHA256 != "" && !isSum(m.SHA256) {
		return m, archive.Errorf(archive.Invalid, opMove, m.From, "not a SHA-256: %q", m.SHA256)
	}
	_, fromErr := os.Lstat(from)
	_, toErr := os.Lstat(to)
	switch {
	case fromErr == nil && toErr == nil:
		return m, taken(m)
	case fromErr == nil && m.SHA256 == "": // the list may not know yet what lies there
		_, m.SHA256, err = Hash(ctx, from)
		return m, archive.Wrap(opMove, m.From, err)
	case fromErr == nil:
		return m, nil
	case toErr == nil:
		return v.already(ctx, m, to)
	}
	return m, archive.WrapAs(archive.NotFound, opMove, m.From, fromErr)
}

// already makes sure that what stands at To is the original that stood at From.
func (v *Vault) already(ctx context.Context, m Rename, to string) (Rename, error) {
	sum := m.SHA256
	if sum == "" {
		var err error
		if sum, _, err = v.lookup(m.From); err != nil {
			return m, archive.Wrap(opMove, m.From, err)
		}
	}
	_, is, err := Hash(ctx, to)
	if err != nil {
		return m, archive.Wrap(opMove, m.To, err)
	}
	if is != sum {
		return m, archive.WrapAs(archive.NotFound, opMove, m.From, fs.ErrNotExist)
	}
	m.SHA256 = sum
	return m, nil
}

func taken(m Rename) error {
	return archive.WrapAs(archive.Conflict, opMove, m.From,
		&archive.Refusal{Reason: archive.ReasonConflict, Detail: m.To + ": another original stands there"})
}

// carryOut does what the journalled plan says. again is set when an earlier process
// began with it.
func (v *Vault) carryOut(plan []Rename, commit func([]Rename) error, again bool) error {
	v.setMoving(plan)
	defer v.setMoving(nil)
	err := v.renameAll(plan)
	if err == nil && commit != nil {
		err = commit(plan)
	}
	if err != nil {
		return errors.Join(err, v.undo(plan))
	}
	v.step(stepMoveCommitted)
	if err := v.logMoves(plan, again); err != nil {
		return archive.WrapAs(diskKind(err), opMove, movesName, err)
	}
	v.step(stepMoveLogged)
	if err := removeDurably(v.list(planName)); err != nil {
		return archive.WrapAs(diskKind(err), opMove, planName, err)
	}
	v.step(stepMoveEnded)
	return nil
}

// setMoving notes what is being renamed, for those who open an original meanwhile.
func (v *Vault) setMoving(plan []Rename) {
	moving := make(map[string]string, len(plan))
	for _, m := range plan {
		moving[m.From] = m.To
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.moving = moving
}

// movesTo gives the full path of an original that is being renamed; "" for any other.
func (v *Vault) movesTo(path string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	to, ok := v.moving[path]
	if !ok {
		return ""
	}
	full, _ := v.locate(opMove, to)
	return full
}

// renameAll gives every file its new name.
func (v *Vault) renameAll(plan []Rename) error {
	folders := map[string]bool{}
	for _, m := range plan {
		if err := v.renameOne(m); err != nil {
			return err
		}
		from, _ := v.locate(opMove, m.From)
		to, _ := v.locate(opMove, m.To)
		folders[filepath.Dir(to)], folders[filepath.Dir(from)] = true, true
		v.step(stepMoveRenamed)
	}
	for dir := range folders {
		if err := syncFolder(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return archive.WrapAs(diskKind(err), opMove, dir, err)
		}
	}
	v.step(stepMoveSynced)
	return nil
}

// renameOne moves a file that may have been moved by an earlier process, wholly or, where
// renaming is linking and unlinking, by half.
func (v *Vault) renameOne(m Rename) error {
	from, err := v.locate(opMove, m.From)
	if err != nil {
		return err
	}
	to, err := v.locate(opMove, m.To)
	if err != nil {
		return err
	}
	was, fromErr := os.Lstat(from)
	is, toErr := os.Lstat(to)
	switch {
	case fromErr == nil && toErr == nil && os.SameFile(was, is):
		err := os.Remove(from)
		return archive.WrapAs(diskKind(err), opMove, m.From, err)
	case fromErr == nil && toErr == nil:
		return taken(m)
	case fromErr != nil && toErr == nil:
		return nil
	case fromErr != nil:
		return archive.WrapAs(archive.NotFound, opMove, m.From, fromErr)
	}
	v.mu.Lock()
	err = v.settle(filepath.Dir(to))
	v.mu.Unlock()
	if err != nil {
		return archive.WrapAs(folderKind(err), opMove, m.To, err)
	}
	err = renameNew(from, to)
	if errors.Is(err, fs.ErrExist) {
		return taken(m)
	}
	return archive.WrapAs(diskKind(err), opMove, m.From, err)
}

// undo takes the files of a plan back to where they were and drops the plan.
func (v *Vault) undo(plan []Rename) error {
	const op = "take original back"
	folders := map[string]bool{}
	for _, m := range plan {
		from, _ := v.locate(op, m.From)
		to, _ := v.locate(op, m.To)
		was, fromErr := os.Lstat(from)
		is, toErr := os.Lstat(to)
		var err error
		switch {
		case toErr != nil:
			continue
		case fromErr != nil:
			err = renameNew(to, from)
		case os.SameFile(was, is):
			err = os.Remove(to)
		}
		if err != nil {
			return archive.WrapAs(diskKind(err), op, m.To, err)
		}
		folders[filepath.Dir(to)], folders[filepath.Dir(from)] = true, true
	}
	for dir := range folders {
		if err := syncFolder(dir); err != nil {
			return archive.WrapAs(diskKind(err), op, dir, err)
		}
	}
	return archive.WrapAs(archive.Unavailable, op, planName, removeDurably(v.list(planName)))
}

// finishPlan carries out what an earlier Move began and returns its files.
func (v *Vault) finishPlan(ctx context.Context, commit func([]Rename) error) ([]Rename, error) {
	plan, err := v.readPlan()
	if err != nil || len(plan) == 0 {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, archive.Wrap(opMove, planName, err)
	}
	if err := v.carryOut(plan, commit, true); err != nil {
		return nil, err
	}
	return plan, nil
}
