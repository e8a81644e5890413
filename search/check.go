package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2/util"
	bolt "go.etcd.io/bbolt"
)

// scorch passes over what it cannot load: it logs a line and opens the state
// before, or an empty index, and then removes the segments it does not know. So
// the list of segments is read before it is opened, and compared afterwards.

// checkRoot reads the list of segments in the folder: root.bolt must be whole. It
// gives the ids of the segments that the index should have; none for a new one.
func checkRoot(path string) ([]uint64, error) {
	root := filepath.Join(path, "root.bolt")
	info, err := os.Stat(root)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		segments, err := filepath.Glob(filepath.Join(path, "*.zap"))
		if err == nil && len(segments) > 0 {
			err = fmt.Errorf("%d segments without their list", len(segments))
		}
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	wait, err := time.ParseDuration(lockWait)
	if err != nil {
		return nil, err
	}
	options := *bolt.DefaultOptions
	options.ReadOnly = true
	options.Timeout = wait
	db, err := bolt.Open(root, 0o600, &options)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var listed []uint64
	err = db.View(func(tx *bolt.Tx) error {
		if tx.Size() > info.Size() {
			return fmt.Errorf("list of segments cut short at %d of %d bytes", info.Size(), tx.Size())
		}
		var errs []error
		for err := range tx.Check() {
			errs = append(errs, err)
		}
		if len(errs) > 0 {
			return errs[0]
		}
		listed, err = newestSegments(tx)
		return err
	})
	return listed, err
}

// newestSegments gives the segments of the newest state in the list.
func newestSegments(tx *bolt.Tx) ([]uint64, error) {
	states := tx.Bucket(util.BoltSnapshotsBucket)
	if states == nil {
		return nil, nil
	}
	newest, _ := states.Cursor().Last()
	if newest == nil {
		return nil, nil
	}
	state := states.Bucket(newest)
	if state == nil {
		return nil, errors.New("the newest state has no segments")
	}
	var ids []uint64
	err := state.ForEach(func(k, _ []byte) error {
		if k[0] == util.BoltInternalKey[0] || k[0] == util.BoltMetaDataKey[0] {
			return nil
		}
		id, err := segmentNumber(k)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// segmentNumber reads a number as scorch writes keys: one byte for small ones, else
// a byte that tells the length, and the number big-endian.
func segmentNumber(k []byte) (uint64, error) {
	const zero, small = 0x88, 109
	if len(k) == 1 && k[0] >= zero && k[0] <= zero+small {
		return uint64(k[0] - zero), nil
	}
	if n := len(k) - 1; n >= 1 && n <= 8 && int(k[0]) == zero+small+n {
		return binary.BigEndian.Uint64(append(make([]byte, 8-n), k[1:]...)), nil
	}
	return 0, fmt.Errorf("%x is no segment number", k)
}

// probe looks whether the segments listed are there, and reads a little of each, so
// that most damage shows at once.
func (s *shard) probe(listed []uint64) error {
	snap, err := s.snapshot()
	if err != nil {
		return err
	}
	defer snap.Close()
	var loaded []uint64
	for _, seg := range snap.Segments() {
		loaded = append(loaded, seg.Id())
		n := seg.Segment().Count()
		if n == 0 {
			continue
		}
		if id, err := seg.DocID(n - 1); err != nil || len(id) != 8 {
			return fmt.Errorf("segment %d has no last document: %w", seg.Id(), err)
		}
		for _, name := range []string{"_id", fieldText, fieldFacet} {
			dict, err := seg.Segment().Dictionary(name)
			if err != nil {
				return err
			}
			if _, err := dict.AutomatonIterator(nil, nil, nil).Next(); err != nil {
				return err
			}
		}
	}
	if len(listed) == 0 {
		return nil
	}
	// A merge since opening has a higher number than all that were listed.
	if len(loaded) > 0 && slices.Max(loaded) > slices.Max(listed) {
		return nil
	}
	for _, id := range listed {
		if !slices.Contains(loaded, id) {
			return fmt.Errorf("segment %d could not be loaded", id)
		}
	}
	return nil
}
