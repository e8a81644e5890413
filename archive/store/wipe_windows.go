package store

import "os"

// openRaw opens a database file past SQLite.
func openRaw(name string) (rawFile, error) { return os.OpenFile(name, os.O_RDWR, 0) }
