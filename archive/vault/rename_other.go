//go:build !windows && !linux

package vault

// renameNew renames a file and never replaces another: fs.ErrExist then.
func renameNew(from, to string) error { return linkNew(from, to) }
