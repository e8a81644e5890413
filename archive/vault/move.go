package vault

import "context"

// Rename moves one original from one path below masters/ to another.
type Rename struct{ From, To string }

// Move renames originals, all or none, never over another file. The plan is
// journalled first; commit (may be nil) is called when all files have their new
// names and should update the catalogue's rows in one transaction; if it fails the
// files go back. A process that ends in between is put right by Recover. A file that
// already stands at To and no longer at From counts as moved.
// Errors: NotFound, Conflict when To is taken, Invalid, NoSpace.
func (v *Vault) Move(ctx context.Context, moves []Rename, commit func([]Rename) error) error {
	return nil
}

// Recovered tells what Recover found.
type Recovered struct {
	Parts   int      // unfinished files removed
	Moved   []Rename // moves of an interrupted Move, now finished
	Batches []string // batches still open: go on with them or close them
}

// Recover puts right what an earlier process left when it ended suddenly:
// unfinished .part files go, an interrupted Move is finished, and commit (may be
// nil) is told so that the rows follow; it must bear being told twice.
// Call it at start, while holding the home's lock.
func (v *Vault) Recover(ctx context.Context, commit func([]Rename) error) (Recovered, error) {
	return Recovered{}, nil
}

// Refresh brings current.sha256 up to date with moves made since it was written.
// It reads and writes the whole list, so it belongs to quiet moments; closing
// a batch does it too.
func (v *Vault) Refresh(ctx context.Context) error { return nil }
