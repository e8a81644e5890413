//go:build !windows

package vault

import "os"

// linkNew gives a file a second name that must be free, and takes the first away.
func linkNew(from, to string) error {
	if err := os.Link(from, to); err != nil {
		return err
	}
	return os.Remove(from)
}
