package place

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"lantai/archive"
)

// gone makes the error of a place that went away.
func gone(op, path string, err error) error {
	if errors.Is(err, ErrGone) {
		return archive.WrapAs(archive.Unavailable, op, path, err)
	}
	if err == nil {
		return archive.WrapAs(archive.Unavailable, op, path, ErrGone)
	}
	return archive.WrapAs(archive.Unavailable, op, path, fmt.Errorf("%w (%w)", ErrGone, err))
}

// kindOf sorts what the file system of a place says, the place being there.
func kindOf(err error) archive.ErrorKind {
	switch {
	case err == nil:
		return ""
	case isFull(err):
		return archive.NoSpace
	case archive.Barred(err):
		return archive.NoAccess
	case errors.Is(err, fs.ErrNotExist):
		return archive.NotFound
	case errors.Is(err, fs.ErrExist), isOtherThing(err):
		return archive.Conflict
	case isBadName(err), leadsOut(err):
		return archive.Invalid
	case isBroken(err):
		return archive.Damaged
	}
	if k := archive.KindOf(err); k != archive.Internal {
		return k
	}
	return archive.Unavailable
}

// leadsOut knows what os.Root says of a link out of its folder, which is no error with a name.
func leadsOut(err error) bool { return strings.HasSuffix(err.Error(), "path escapes from parent") }

var (
	errNotRegular = errors.New("not a regular file")
	errClosed     = errors.New("closed")
	errUnfinished = errors.New("a file of the group was not written to its end")
	errReplaces   = errors.New("this file system cannot rename without replacing")
	errCaseOnly   = errors.New("the place does not tell upper from lower case")
)
