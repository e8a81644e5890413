package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"sync"

	"lantai/archive"
)

// Expected is one original as the catalogue knows it.
type Expected struct {
	Path     string // below masters/
	Bytes    int64
	SHA256   string // lower-case hex
	Unhashed bool   // registered but not hashed yet: only presence and size are checked
}

// Outcome is what was found of one original.
type Outcome string

// The outcomes; those besides Good are worth telling.
const (
	Good       Outcome = "ok"
	Missing    Outcome = "missing"
	Changed    Outcome = "changed"
	Unreadable Outcome = "unreadable"
	Extra      Outcome = "extra" // nobody expects it

	notHashed Outcome = "not-hashed"
)

// Finding is one original that is not as expected.
type Finding struct {
	Path   string
	Detail string // English, for the log: sizes, hashes or the system's error
}

// Report is the outcome of Verify. The lists are ordered by path.
type Report struct {
	Checked    int // expected originals looked at
	OK         int // read again, hash as expected
	NotHashed  int // present with the right size, no hash to compare with
	Missing    []Finding
	Changed    []Finding
	Unreadable []Finding
	Extra      []Finding
	Last       string // the report says everything of the paths up to this one, and nothing of those behind it
}

// Clean tells whether no damage was found. Extra files are no damage.
func (r Report) Clean() bool {
	return len(r.Missing)+len(r.Changed)+len(r.Unreadable) == 0
}

// VerifyOptions change how Verify works; the zero value checks everything.
type VerifyOptions struct {
	After    string                     // resume: skip everything up to this path (Report.Last of the earlier run)
	Readers  int                        // files read at once; 0: two
	Progress func(archive.Progress)     // called as files are done, from one goroutine
	Found    func(o Outcome, f Finding) // called at once for each finding, in order, from the same goroutine
}

const opVerify = "verify originals"

// Verify reads originals again and compares them with what the catalogue expects.
// expected must come in ascending byte order of Path, each path once (in SQL: by path in
// binary collation); a disorder is an Invalid error. Nothing is held in memory but
// the findings. When ctx ends, the report so far comes with a Stopped error. A file
// received while Verify runs may show as extra: ask the catalogue again before
// telling a person. A vault whose masters/ cannot be read is Unavailable, not
// millions of missing files.
func (v *Vault) Verify(ctx context.Context, expected iter.Seq2[Expected, error], opt VerifyOptions) (Report, error) {
	if _, err := os.ReadDir(v.masters); err != nil {
		return Report{Last: opt.After}, archive.WrapAs(archive.Unavailable, opVerify, v.masters, err)
	}
	return verifier{v.masters, v.walk(opt.After)}.verify(ctx, expected, opt)
}

// VerifyRoot is Verify for the folder of a storage root. What lies there besides the
// originals is nobody's business: nothing is extra.
func VerifyRoot(ctx context.Context, dir string, expected iter.Seq2[Expected, error], opt VerifyOptions) (Report, error) {
	return verifier{dir, func(func(found) bool) {}}.verify(ctx, expected, opt)
}

// verifier reads originals below a folder, beside what a walk finds there.
type verifier struct {
	dir   string
	there iter.Seq[found]
}

func (v verifier) verify(ctx context.Context, expected iter.Seq2[Expected, error], opt VerifyOptions) (Report, error) {
	readers := opt.Readers
	if readers < 1 {
		readers = 2
	}
	work, stop := context.WithCancel(ctx)
	defer stop()
	jobs := make(chan job, readers)
	results := make(chan result, readers)
	var wg sync.WaitGroup
	for range readers {
		wg.Go(func() {
			for j := range jobs {
				if r, ok := v.check(work, j); ok {
					results <- r
				}
			}
		})
	}
	var fault error
	wg.Go(func() {
		defer close(jobs)
		fault = v.queue(work, expected, opt.After, jobs)
	})
	go func() {
		wg.Wait()
		close(results)
	}()
	c := collector{opt: opt, late: map[int]result{}, report: Report{Last: opt.After}}
	for r := range results {
		c.take(r)
	}
	switch {
	case fault != nil:
		return c.report, archive.Wrap(opVerify, "", fault)
	case ctx.Err() != nil:
		return c.report, archive.Wrap(opVerify, c.report.Last, ctx.Err())
	}
	return c.report, nil
}

// job is one path to look at; extra is set when nobody expects it.
type job struct {
	n     int
	want  Expected
	extra bool
	fault error // of a folder that cannot be read
}

type result struct {
	job
	outcome Outcome
	detail  string
}

// queue walks expected and found paths side by side. What is expected is looked at
// whether the walk saw it or not; the walk shows what nobody expects.
func (v verifier) queue(ctx context.Context, expected iter.Seq2[Expected, error], after string, jobs chan<- job) error {
	n := 0
	send := func(j job) error {
		j.n = n
		n++
		select {
		case jobs <- j:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	next, stop := iter.Pull(v.there)
	defer stop()
	there, more := next()
	// extras sends what the walk found before a path, and skips the path itself.
	extras := func(until string, all bool) error {
		for more && (all || there.path <= until) {
			if all || there.path != until {
				if err := send(job{want: Expected{Path: there.path}, extra: true, fault: there.err}); err != nil {
					return err
				}
			}
			there, more = next()
		}
		return nil
	}
	last, begun := "", false
	for e, err := range expected {
		if err != nil {
			return err
		}
		if begun && e.Path <= last {
			return archive.Errorf(archive.Invalid, opVerify, e.Path, "comes after %q: not in order", last)
		}
		last, begun = e.Path, true
		if e.Path <= after {
			continue
		}
		if err := extras(e.Path, false); err != nil {
			return err
		}
		if err := send(job{want: e}); err != nil {
			return err
		}
	}
	return extras("", true)
}

// check looks at one path. ok is false when it was stopped before it knew.
func (v verifier) check(ctx context.Context, j job) (r result, ok bool) {
	r = result{job: j}
	if j.extra {
		r.outcome = Extra
		if j.fault != nil {
			r.outcome, r.detail = Unreadable, j.fault.Error()
		}
		return r, true
	}
	r.outcome, r.detail = v.inspect(ctx, j.want)
	return r, ctx.Err() == nil
}

// inspect reads one expected original.
func (v verifier) inspect(ctx context.Context, want Expected) (Outcome, string) {
	full, err := locateIn(v.dir, opVerify, want.Path)
	if err != nil {
		return Unreadable, err.Error()
	}
	st, err := os.Lstat(full)
	switch {
	case errors.Is(err, fs.ErrNotExist), isNotFolder(err):
		return Missing, ""
	case err != nil:
		return Unreadable, err.Error()
	case !st.Mode().IsRegular():
		return Changed, "something else than a file stands there"
	case st.Size() != want.Bytes:
		return Changed, fmt.Sprintf("%d bytes instead of %d", st.Size(), want.Bytes)
	case want.Unhashed:
		return notHashed, ""
	}
	_, sum, err := Hash(ctx, full)
	switch {
	case err != nil:
		return Unreadable, err.Error()
	case sum != want.SHA256:
		return Changed, fmt.Sprintf("SHA-256 %s instead of %s", sum, want.SHA256)
	}
	return Good, ""
}

// collector puts results back in order, so that a report says everything up to one
// path.
type collector struct {
	opt    VerifyOptions
	next   int
	late   map[int]result
	report Report
}

func (c *collector) take(r result) {
	c.late[r.n] = r
	for {
		r, ok := c.late[c.next]
		if !ok {
			return
		}
		delete(c.late, c.next)
		c.next++
		c.count(r)
	}
}

func (c *collector) count(r result) {
	f := Finding{Path: r.want.Path, Detail: r.detail}
	rep := &c.report
	rep.Last = max(rep.Last, r.want.Path)
	if !r.extra {
		rep.Checked++
	}
	switch r.outcome {
	case Good:
		rep.OK++
	case notHashed:
		rep.NotHashed++
	case Missing:
		rep.Missing = append(rep.Missing, f)
	case Changed:
		rep.Changed = append(rep.Changed, f)
	case Unreadable:
		rep.Unreadable = append(rep.Unreadable, f)
	case Extra:
		rep.Extra = append(rep.Extra, f)
	}
	if c.opt.Found != nil && r.outcome != Good && r.outcome != notHashed {
		c.opt.Found(r.outcome, f)
	}
	if c.opt.Progress != nil {
		c.opt.Progress(archive.Progress{Phase: "verify", Done: rep.Checked})
	}
}
