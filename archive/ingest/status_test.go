package ingest_test

import (
	"context"
	"testing"

	"lantai/archive"
	"lantai/archive/ingest"
)

// fullDisk is an index whose disk is full at first.
type fullDisk struct {
	ingest.Indexer
	full bool
}

func (f *fullDisk) Put(ctx context.Context, b archive.IndexBatch) error {
	if f.full {
		return archive.Errorf(archive.NoSpace, "put into index", "", "disk full")
	}
	return f.Indexer.Put(ctx, b)
}

// A fault that ends all work stands in the status until a page is done.
func TestStatusTellsTheFault(t *testing.T) {
	index := &fullDisk{full: true}
	w := newWorld(t, t.TempDir(), func(o *ingest.Options) { index.Indexer = o.Index; o.Index = index })
	receive := func(name string) error {
		dir := t.TempDir()
		put(t, dir, name, asPNG(t, drawn(t, "words of "+name)))
		_, err := w.pipe.Ingest(context.Background(), archive.LocalActor(), ingest.Delivery{Dir: dir}, nil)
		return err
	}
	if err := receive("a.png"); archive.KindOf(err) != archive.NoSpace {
		t.Fatalf("received on a full disk: %v", err)
	}
	if err := w.pipe.Status().Fault; archive.KindOf(err) != archive.NoSpace {
		t.Errorf("fault %v", err)
	}
	index.full = false
	if err := receive("b.png"); err != nil {
		t.Fatal(err)
	}
	if err := w.pipe.Status().Fault; err != nil {
		t.Errorf("fault %v after a page was done", err)
	}
}
