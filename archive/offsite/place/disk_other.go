//go:build !windows && !linux

package place

import "os"

// disk is what has to be known of the file system below a folder.
type disk struct {
	top      *os.File
	syncsAll bool // never: each file is brought to the disk for itself
}

func newDisk(_ string, top *os.File) (*disk, error) { return &disk{top: top}, nil }

func (d *disk) syncAll() error       { return nil }
func (d *disk) connected() bool      { return true }
func (d *disk) close()               { d.top.Close() }
func (d *disk) probe(*os.Root) error { return nil }
func (d *disk) allows(string) error  { return nil }

func renameNew(root *os.Root, _, _ *os.File, from, to string) error { return linkNew(root, from, to) }

func push(*os.File, int64, int64) {}
func forget(*os.File)             {}

// Ahead has the system begin to read a file, where it can.
func Ahead(*os.File) {}

func bootID() string { return "" }
