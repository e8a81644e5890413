package vault

import (
	"context"
	"iter"

	"lantai/archive"
)

// Expected is one original as the catalogue knows it.
type Expected struct {
	Path     string // below masters/
	Bytes    int64
	SHA256   string // lower-case hex
	Unhashed bool   // registered but not hashed yet: only presence and size are checked
}

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
	Extra      []Finding // files that nobody expects
	Last       string    // everything up to this path has been checked
}

// Clean tells whether no damage was found. Extra files are no damage.
func (r Report) Clean() bool {
	return len(r.Missing)+len(r.Changed)+len(r.Unreadable) == 0
}

// VerifyOptions change how Verify works; the zero value checks everything.
type VerifyOptions struct {
	After    string                       // resume: skip everything up to this path (Report.Last of the earlier run)
	Readers  int                          // files read at once; 0: two
	Progress func(p archive.Progress)     // called as files are done, from one goroutine at a time
	Found    func(kind string, f Finding) // called at once for each finding: "missing", "changed", "unreadable", "extra"
}

// Verify reads originals again and compares them with what the catalogue expects.
// expected must come in ascending byte order of Path, each path once (SQL: ORDER BY
// path in binary collation); a disorder is an Invalid error. Nothing is held in memory but the
// findings. When ctx ends, the report so far comes with a Stopped error. A file
// received while Verify runs may show as extra: ask the catalogue again before
// telling a person. A vault whose masters/ cannot be read is Unavailable, not
// millions of missing files.
func (v *Vault) Verify(ctx context.Context, expected iter.Seq2[Expected, error], opt VerifyOptions) (Report, error) {
	return Report{}, nil
}
