package offsite

import (
	"bufio"
	"context"
	"iter"
	"time"

	"lantai/archive"
	"lantai/archive/offsite/place"
)

// linesAt reads a text at a place line by line; a missing one has none.
func linesAt(ctx context.Context, p place.Place, path string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		in, err := p.Open(ctx, path)
		if archive.KindOf(err) == archive.NotFound {
			return
		}
		if err != nil {
			yield("", err)
			return
		}
		defer in.Close()
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if !yield(lines.Text(), nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield("", archive.Wrap("read list of medium", path, err))
		}
	}
}

// stampOf is a time as it stands in names.
func stampOf(ms int64) string { return time.UnixMilli(ms).UTC().Format(stampForm) }

const stampForm = "20060102T150405.000Z"
