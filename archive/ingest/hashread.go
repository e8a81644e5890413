package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"time"

	"lantai/archive"
	"lantai/archive/raster"
	"lantai/archive/vault"
)

// stream carries the bytes of originals from the one who reads them to the one who
// hashes them, in buffers that go round.
type stream struct {
	blocks chan block
	free   chan []byte
}

// block is some bytes of a file; the last block of a file has its end.
type block struct {
	data []byte
	end  *digest
}

const (
	streamBuffers = 4
	streamBlock   = 1 << 20
)

func newStream() *stream {
	s := &stream{blocks: make(chan block, streamBuffers), free: make(chan []byte, streamBuffers)}
	for range streamBuffers {
		s.free <- make([]byte, streamBlock)
	}
	return s
}

func (s *stream) close() { close(s.blocks) }

func (s *stream) send(ctx context.Context, b block) bool {
	select {
	case s.blocks <- b:
		return true
	case <-ctx.Done():
		return false
	}
}

// read reads one original; false when the work was stopped. It is as registered only if
// size and time of change were so before and after.
func (s *stream) read(ctx context.Context, name string, f archive.File, look bool, pace func(context.Context, time.Duration) error) bool {
	d := &digest{file: f}
	file, err := os.Open(name)
	if err != nil {
		d.fail(err)
		return s.send(ctx, block{end: d})
	}
	defer file.Close()
	if !d.asRegistered(file) {
		return s.send(ctx, block{end: d})
	}
	for {
		var buf []byte
		select {
		case buf = <-s.free:
		case <-ctx.Done():
			return false
		}
		began := time.Now()
		n, err := io.ReadFull(file, buf[:min(int64(len(buf)), f.Bytes+1)])
		if pace(ctx, time.Since(began)) != nil {
			return false
		}
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			d.fail(err)
		}
		if d.failed != nil {
			return s.send(ctx, block{data: buf[:0], end: d})
		}
		b := block{data: buf[:n]}
		if last {
			if d.asRegistered(file) && look {
				d.header, _ = raster.ReadHeader(file, f.Bytes) // a file that is no image is refused when its page is worked on
			}
			b.end = d
		}
		if !s.send(ctx, b) || last {
			return last && ctx.Err() == nil
		}
	}
}

// asRegistered notes a difference to what was registered.
func (d *digest) asRegistered(file *os.File) bool {
	info, err := file.Stat()
	switch {
	case err != nil:
		d.fail(err)
	case !info.Mode().IsRegular() || !vault.AsRegistered(d.file, info):
		d.found = archive.FoundChanged
	}
	return d.failed == nil && d.found == archive.FoundAsRegistered
}

func (d *digest) fail(err error) {
	if errors.Is(err, fs.ErrNotExist) {
		d.found = archive.FoundVanished
		return
	}
	d.failed = err
}

// digests hashes what comes and gives the digest of each file at its end.
func (s *stream) digests(ctx context.Context) iter.Seq[digest] {
	return func(yield func(digest) bool) {
		sum := sha256.New()
		var bytes int64
		for {
			var b block
			var open bool
			select {
			case b, open = <-s.blocks:
			case <-ctx.Done():
			}
			if !open {
				return
			}
			sum.Write(b.data)
			bytes += int64(len(b.data))
			if b.data != nil {
				s.free <- b.data[:cap(b.data)]
			}
			if b.end == nil {
				continue
			}
			d := *b.end
			switch {
			case d.failed != nil || d.found != archive.FoundAsRegistered:
			case bytes != d.file.Bytes:
				d.found = archive.FoundChanged
			default:
				d.sum = hex.EncodeToString(sum.Sum(nil))
			}
			sum.Reset()
			bytes = 0
			if !yield(d) {
				return
			}
		}
	}
}
