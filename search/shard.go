package search

import (
	"context"
	"errors"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	bolterrors "go.etcd.io/bbolt/errors"

	"lantai/archive"
)

// shard is one index of scorch on disk.
type shard struct {
	path  string
	index *scorch.Scorch
}

// scorch knows callbacks by a name that is set before anything is opened, and
// tells the path; listeners finds who asked for it.
const callbackName = "lantai"

var listeners sync.Map // path → func(error)

func init() {
	scorch.RegistryAsyncErrorCallbacks[callbackName] = func(err error, path string) {
		if f, ok := listeners.Load(path); ok {
			f.(func(error))(err)
		}
	}
}

// lockWait is how long another process may hold the index before it is Busy.
const lockWait = "1s"

// openShard opens or creates the index at path. onError hears of faults in its
// background work.
func openShard(path string, queue *index.AnalysisQueue, onError func(error)) (s *shard, err error) {
	err = guard("open index", path, func() error {
		listed, err := checkRoot(path)
		if err != nil {
			return err
		}
		opened, err := scorch.NewScorch(scorch.Name, map[string]any{
			"path":                   path,
			"bolt_timeout":           lockWait,
			"asyncErrorCallbackName": callbackName,
			"scorchPersisterOptions": map[string]any{"PersisterNapUnderNumFiles": 400},
		}, queue)
		if err != nil {
			return err
		}
		s = &shard{path: path, index: opened.(*scorch.Scorch)}
		listeners.Store(path, onError)
		if err := s.index.Open(); err != nil {
			listeners.Delete(path)
			return err
		}
		if err := s.probe(listed); err != nil {
			return errors.Join(err, s.close())
		}
		return nil
	})
	if err != nil {
		return nil, archive.WrapAs(whileOpening(err), "open index", path, err)
	}
	return s, nil
}

func (s *shard) close() error {
	err := s.index.Close()
	listeners.Delete(s.path)
	return err
}

func (s *shard) snapshot() (*scorch.IndexSnapshot, error) {
	r, err := s.index.Reader()
	if err != nil {
		return nil, err
	}
	snap, ok := r.(*scorch.IndexSnapshot)
	if !ok || snap == nil {
		return nil, archive.Errorf(archive.Unavailable, "read index", s.path, "closed")
	}
	return snap, nil
}

// holds tells which of the documents the shard has.
func (s *shard) holds(ids []string) (map[string]bool, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	has := map[string]bool{}
	for _, seg := range snap.Segments() {
		found, err := seg.DocNumbers(ids)
		if err != nil {
			return nil, err
		}
		for it := found.Iterator(); it.HasNext(); {
			id, err := seg.DocID(uint64(it.Next()))
			if err != nil {
				return nil, err
			}
			has[string(id)] = true
		}
	}
	return has, nil
}

// count tells how many documents the shard has.
func (s *shard) count() (int, error) {
	snap, err := s.snapshot()
	if err != nil {
		return 0, err
	}
	defer snap.Close()
	n, err := snap.DocCount()
	return int(n), err
}

// compact merges the segments into one. A merge that is under way keeps its
// segments to itself, so it may take more than one go.
func (s *shard) compact(ctx context.Context) error {
	for range 4 {
		segments, _, err := s.segments()
		if err != nil || segments <= 1 {
			return err
		}
		if err := s.index.ForceMerge(ctx, nil); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// segments tells how many there are, and their bytes on disk.
func (s *shard) segments() (n int, size int64, err error) {
	snap, err := s.snapshot()
	if err != nil {
		return 0, 0, err
	}
	defer snap.Close()
	for _, seg := range snap.Segments() {
		n++
		size += seg.FileSize()
	}
	return n, size, nil
}

// guard runs what reads the index's files. They are mapped into memory, so damage
// shows as a fault or a panic: both come back as a Damaged error.
func guard(op, subject string, f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = archive.Errorf(archive.Damaged, op, subject, "%v", r)
		}
	}()
	return f()
}

// kindOf tells a held, unreachable or full disk from other faults; "" for nil.
func kindOf(err error) archive.ErrorKind {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, bolterrors.ErrTimeout):
		return archive.Busy
	case archive.Barred(err):
		return archive.NoAccess
	case errors.Is(err, syscall.EMFILE):
		return archive.Unavailable
	case errors.Is(err, syscall.ENOSPC), strings.Contains(err.Error(), syscall.ENOSPC.Error()):
		return archive.NoSpace
	}
	return archive.KindOf(err)
}

// whileOpening is kindOf for a shard that did not open: what nothing else explains
// is damage.
func whileOpening(err error) archive.ErrorKind {
	if k := kindOf(err); k != archive.Internal {
		return k
	}
	return archive.Damaged
}
