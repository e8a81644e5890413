package exchange

import (
	"context"
	"errors"
	"hash/maphash"
	"io"
	"sync/atomic"
	"time"

	"lantai/archive"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// OpImport is the kind of op that an import leaves.
const OpImport = archive.OpKind("catalogue.import")

const opImport = "import catalogue"

// Options say how an import goes.
type Options struct {
	DryRun       bool
	Update       bool   // rows that are held with other values are changed
	CreateSeries string // name of the scheme of series and fonds that are made where a row needs them; empty: such rows are rejected
	Rejects      string // file for rejected rows, .csv or .xlsx; empty: none is written
	Progress     func(archive.Progress)
	Row          func(Line)          // told of each row; rows come in order
	Say          func(Reject) string // the sentence that the file of rejected rows has; nil: the code of the reason
	Now          func() time.Time    // nil: time.Now
}

func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

// Line is a row and its fate.
type Line struct {
	Sheet   string
	Number  int
	Code    string
	Title   string
	Fate    Fate
	Rejects []Reject
}

// Report is what an import did, or with DryRun would do.
type Report struct {
	Op       archive.ID // zero: nothing was written
	Rows     int        // read, without header and blank ones
	Added    int
	Already  int
	Updated  int
	Rejected int
	Skipped  int      // sub-totals, repeated headers
	Boxes    int      // made for rows that name them
	Series   []string // made
	Rejects  []Reject // the first hundred
	File     string   // where the rejected rows are; empty: nowhere
	Encoding string
	Sheets   []string // read as one table
	Left     []string // sheets that were not read
}

// mostRejects is how many a report lists.
const mostRejects = 100

// mostUpdates is how many rows one import changes: they are changed in one transaction,
// while others wait.
const mostUpdates = 50_000

// Import brings a table into the catalogue. What it adds is one op, seen all at once or
// not at all, and can be undone. Rejected rows are no error. It returns Busy while
// another import goes on, and Invalid for a mapping that does not fit the table.
func Import(ctx context.Context, cat *store.Catalogue, actor archive.Actor, f *File, m Mapping, o Options) (Report, error) {
	if err := m.Check(); err != nil {
		return Report{}, err
	}
	if !m.has(FieldCode) && !m.has(refcode.FondsNo) && !m.has(FieldSeries) && m.Series == "" {
		return Report{}, archive.Errorf(archive.Invalid, opImport, f.path, "no column is mapped to 档号 or its elements")
	}
	if o.Progress == nil {
		o.Progress = func(archive.Progress) {}
	}
	if o.Row == nil {
		o.Row = func(Line) {}
	}
	m, err := f.Fit(m)
	if err != nil {
		return Report{}, err
	}
	if err := f.mayEnter(m, cat.Class()); err != nil {
		return Report{}, err
	}
	i, err := newImporter(ctx, cat, actor, f, m, o)
	if err != nil {
		return Report{}, err
	}
	defer i.table.close()
	if err := i.run(ctx); err != nil {
		return Report{}, errors.Join(archive.Wrap(opImport, f.path, err), i.giveUp(context.WithoutCancel(ctx)))
	}
	return i.report, nil
}

// importer is one import on its way.
type importer struct {
	cat     *store.Catalogue
	actor   archive.Actor
	m       Mapping
	o       Options
	places  *places
	reader  *reader
	table   *table
	report  Report
	rejects *rejectFile

	long     *store.Long
	seen     map[uint64]seenRow // rows by the hash of their code
	seed     maphash.Seed
	known    map[string]place // parents by code, held or coming
	boxes    map[*series]*boxShelf
	adding   []*draft
	chunk    int // rows at a time
	updates  []change
	fonds    map[string]archive.ID // made, by number
	done     atomic.Int64          // bytes read
	total    atomic.Int64
	progress time.Time
}

// seenRow is an earlier row.
type seenRow struct {
	number int32
	item   bool // it goes in, and photographs may lie in it
}

// place is where others may lie: id is zero while it is not written yet.
type place struct {
	id     archive.ID
	kind   archive.HoldingKind
	stands bool // for a state secret: nothing may lie in it
}

func newImporter(ctx context.Context, cat *store.Catalogue, actor archive.Actor, f *File, m Mapping, o Options) (*importer, error) {
	if !o.DryRun {
		if err := cat.Alone(ctx, OpImport); err != nil {
			return nil, err
		}
	}
	p, err := readPlaces(ctx, cat, o.CreateSeries)
	if err != nil {
		return nil, err
	}
	if m.Series != "" && p.byCode[m.Series] == nil && o.CreateSeries == "" {
		return nil, archive.Errorf(archive.NotFound, opImport, m.Series, "no such series")
	}
	t, err := f.table(m)
	if err != nil {
		return nil, err
	}
	i := &importer{cat: cat, actor: actor, m: m, o: o, places: p, table: t, chunk: 100, seen: map[uint64]seenRow{}, seed: maphash.MakeSeed(),
		known: map[string]place{}, boxes: map[*series]*boxShelf{}, fonds: map[string]archive.ID{}}
	i.reader = newReader(m, t.header, p, o, f.book.Format() == "csv")
	i.reader.class = cat.Class()
	i.report.Encoding = f.book.Encoding()
	return i, nil
}

// batchRows is how many rows go from the reader to the writer at a time.
const batchRows = 256

// run reads ahead in one goroutine and writes in another.
func (i *importer) run(ctx context.Context) (err error) {
	if !i.o.DryRun {
		if i.long, err = i.cat.Begin(ctx, i.actor, OpImport); err != nil {
			return err
		}
	}
	if i.o.Rejects != "" {
		i.rejects = newRejectFile(i.o.Rejects, i.table.header, i.o.Say, i.cat.Class())
	}
	reading, stop := context.WithCancel(ctx)
	batches := make(chan []*draft, 4)
	failed := make(chan error, 1)
	go func() {
		failed <- i.read(reading, batches)
		close(batches)
	}()
	for batch := range batches {
		if err = i.settle(ctx, batch); err != nil {
			break
		}
		i.tell()
	}
	stop()
	for range batches { // let the reader end
	}
	if rerr := <-failed; err == nil {
		err = rerr
	}
	if err == nil {
		err = i.finish(ctx)
	}
	return err
}

// read makes drafts of the rows.
func (i *importer) read(ctx context.Context, batches chan<- []*draft) error {
	batch := make([]*draft, 0, batchRows)
	send := func() error {
		done, total := i.table.position()
		i.done.Store(done)
		i.total.Store(total)
		select {
		case batches <- batch:
			batch = make([]*draft, 0, batchRows)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for {
		name, row, err := i.table.next(ctx)
		if errors.Is(err, io.EOF) {
			return send()
		}
		if err != nil {
			return err
		}
		if batch = append(batch, i.reader.draft(name, row)); len(batch) == batchRows {
			if err := send(); err != nil {
				return err
			}
		}
	}
}

// tell reports progress: rows, with their number guessed from the bytes read.
func (i *importer) tell() {
	if now := time.Now(); now.Sub(i.progress) > 100*time.Millisecond {
		i.progress = now
		p := archive.Progress{Phase: "import", Done: i.report.Rows}
		if done, total := i.done.Load(), i.total.Load(); done > 0 && total >= done {
			p.Total = int(float64(i.report.Rows) * float64(total) / float64(done))
		}
		i.o.Progress(p)
	}
}

// finish writes what is left and makes all of it visible.
func (i *importer) finish(ctx context.Context) error {
	if err := i.flush(ctx); err != nil {
		return err
	}
	if i.rejects != nil {
		file, err := i.rejects.close()
		if err != nil {
			return err
		}
		i.report.File = file
	}
	i.report.Sheets, i.report.Left = i.table.used, append(i.table.left, names(i.table)...)
	for _, s := range i.places.byCode {
		if s.made != nil && s.made.needed {
			i.report.Series = append(i.report.Series, s.code)
		}
	}
	i.o.Progress(archive.Progress{Phase: "import", Done: i.report.Rows, Total: i.report.Rows})
	if i.long == nil {
		return nil
	}
	op, err := i.long.FinishWith(ctx, i.update)
	i.report.Op = op
	return err
}

// names lists the sheets that were not come to.
func names(t *table) (list []string) {
	for _, n := range t.sheets {
		list = append(list, t.f.book.Sheets()[n].Name)
	}
	return list
}

// giveUp takes back what was written.
func (i *importer) giveUp(ctx context.Context) error {
	if i.rejects != nil {
		i.rejects.remove()
	}
	if i.long == nil {
		return nil
	}
	return i.long.Abandon(ctx)
}
