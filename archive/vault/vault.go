// Package vault keeps originals on disk exactly as they were received: written
// once, under readable paths, with SHA-256, and listed in files that sha256sum
// reads. Nothing here overwrites or edits an original.
//
// Paths given to and returned by this package lie below masters/, use slashes and
// are ordered by their bytes.
package vault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
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
	settled  map[string]bool          // folders whose way down from masters/ is on disk
	noted    map[string]bool          // folders in the folder list
	inflight map[string]bool          // .part files being written, absolute
	moving   map[string]string        // originals being renamed, whose rows may still have the path before
	claims   map[string]chan struct{} // paths somebody works on
	active   int                      // calls of Receive under way
	batches  map[string]*Batch        // batches in use, by id

	arrange sync.Mutex // held by what renames originals or replaces current.sha256
}

// Stored is an original that lies safely in the vault.
type Stored struct {
	Path    string // below masters/
	Bytes   int64
	SHA256  string // lower-case hex
	Already bool   // the same content stood there before
}

// Open readies the vault in the two folders of a home, which lie side by side. It
// creates them when they are missing. Call Recover once before the first write.
func Open(masters, manifests string, opt Options) (*Vault, error) {
	const op = "open vault"
	var err error
	if masters, err = filepath.Abs(masters); err != nil {
		return nil, archive.Wrap(op, masters, err)
	}
	if manifests, err = filepath.Abs(manifests); err != nil {
		return nil, archive.Wrap(op, manifests, err)
	}
	prefix, err := filepath.Rel(filepath.Dir(manifests), masters)
	if err != nil || !filepath.IsLocal(prefix) {
		return nil, archive.Errorf(archive.Invalid, op, masters, "does not lie beside its lists")
	}
	for _, dir := range []string{masters, manifests} {
		if err := makeDurable(dir); err != nil {
			return nil, archive.WrapAs(diskKind(err), op, dir, err)
		}
	}
	step := opt.Step
	if step == nil {
		step = func(string) {}
	}
	return &Vault{
		masters: masters, manifests: manifests, prefix: filepath.ToSlash(prefix) + "/", step: step,
		settled: map[string]bool{}, noted: map[string]bool{}, inflight: map[string]bool{}, batches: map[string]*Batch{},
		claims: map[string]chan struct{}{},
	}, nil
}

// Open opens an original for reading. Its errors: Invalid for a path that leads
// out of the vault, NotFound, Unavailable when it cannot be read.
func (v *Vault) Open(path string) (*os.File, error) {
	const op = "open original"
	full, err := v.locate(op, path)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(full)
	if errors.Is(err, fs.ErrNotExist) {
		if to := v.movesTo(path); to != "" {
			return os.Open(to)
		}
		return nil, archive.WrapAs(archive.NotFound, op, path, err)
	}
	return f, archive.WrapAs(archive.Unavailable, op, path, err)
}

// locate gives the full path of an original. It asks only that the path stays in
// the vault: originals under odd names remain readable.
func (v *Vault) locate(op, path string) (string, error) { return locateIn(v.masters, op, path) }

func locateIn(dir, op, path string) (string, error) {
	local := filepath.FromSlash(path)
	if !filepath.IsLocal(local) || path == "." {
		return "", archive.Errorf(archive.Invalid, op, path, "leads out of the vault")
	}
	return filepath.Join(dir, local), nil
}

// list gives the full path of a file in manifests/.
func (v *Vault) list(name string) string { return filepath.Join(v.manifests, name) }

// Hash reads a file of the file system and gives size and SHA-256 (lower-case hex).
// With it a caller finds out whether a file of a known size is already held.
// Errors: Unavailable when it cannot be read, Stopped.
func Hash(ctx context.Context, file string) (bytes int64, sum string, err error) {
	const op = "hash file"
	f, err := os.Open(file)
	if err != nil {
		return 0, "", archive.WrapAs(archive.Unavailable, op, file, err)
	}
	defer f.Close()
	digest := sha256.New()
	n, err := pour(ctx, digest, f, nil)
	switch {
	case err == nil:
		return n, sumOf(digest), nil
	case ctx.Err() != nil:
		return n, "", archive.Wrap(op, file, ctx.Err())
	}
	return n, "", archive.WrapAs(archive.Unavailable, op, file, err)
}

func sumOf(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// blockSize balances system calls against how soon a stop is noticed.
const blockSize = 1 << 20

// errReading marks an error as the reader's, so that it is told from the writer's.
type errReading struct{ error }

func (e errReading) Unwrap() error { return e.error }

// pour copies until the end, looking at ctx between blocks, and calls each after
// every block. Errors of r come as errReading.
func pour(ctx context.Context, w io.Writer, r io.Reader, each func()) (int64, error) {
	buf := make([]byte, blockSize)
	var total int64
	for {
		if err := ctx.Err(); err != nil {
			return total, err
		}
		n, err := r.Read(buf)
		if n > 0 {
			if _, werr := w.Write(buf[:n]); werr != nil {
				return total, werr
			}
			total += int64(n)
			if each != nil {
				each()
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return total, nil
		case err != nil:
			return total, errReading{err}
		}
	}
}
