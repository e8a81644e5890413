package store

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"lantai/archive"
)

// tallyKey is one count: how many of a kind lie below a node, under an access class.
// Node zero is the archive.
type tallyKey struct {
	node  archive.ID
	kind  string
	class archive.AccessClass
}

// The kinds of tally besides those of holdings. The stages and tallySearchable are
// kept for the archive and each fonds; tallyUnlinked for the archive alone.
const (
	tallyPage       = "page"
	tallyStage      = "page." // with the stage behind it
	tallySearchable = "page.searchable"
	tallyUnlinked   = "page.unlinked"
)

// tallyYear begins the kinds of tally that a series has for each 年度 of what lies below
// it: "year.1998.item". They stand behind all others of a node, so that these are read
// without them. An unknown year is 0000.
const (
	tallyYear    = "year."
	tallyYearEnd = "year/" // behind the last of them
)

// The kinds of tally of a storage root, beside the stages of its pages.
const (
	tallyFile        = "file"
	tallyFileBytes   = "file.bytes"
	tallyHashed      = "file.hashed"
	tallyHashedBytes = "file.hashed.bytes"
	tallyFound       = "file." // with how it was found behind it: changed, vanished
)

const (
	addTally = `INSERT INTO tally (node, kind, access_class, n) VALUES ($1, $2, $3, $4)
		ON CONFLICT (node, kind, access_class) DO UPDATE SET n = tally.n + excluded.n`
	addPendingTally = `INSERT INTO tally_pending (op, node, kind, access_class, n) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (op, node, kind, access_class) DO UPDATE SET n = tally_pending.n + excluded.n`
)

// writeTally adds what was counted; while an op is pending, aside.
func (t *Tx) writeTally() error {
	keys := slices.SortedFunc(maps.Keys(t.tally), func(a, b tallyKey) int {
		return cmp.Or(cmp.Compare(a.node, b.node), cmp.Compare(a.kind, b.kind), cmp.Compare(a.class, b.class))
	})
	for _, k := range keys {
		n := t.tally[k]
		if n == 0 {
			continue
		}
		var err error
		if t.long {
			_, err = t.tx.ExecContext(t.ctx, addPendingTally, int64(t.op), int64(k.node), k.kind, int(k.class), n)
		} else {
			_, err = t.tx.ExecContext(t.ctx, addTally, int64(k.node), k.kind, int(k.class), n)
		}
		if err != nil {
			return err
		}
	}
	clear(t.tally)
	return nil
}

// countHolding adds or takes away a holding below those it lies in.
func (t *Tx) countHolding(sign int, at chain) {
	for _, node := range at.nodes(false) {
		t.tally[tallyKey{node, string(at.kind), at.class}] += sign
	}
	t.countYear(sign, at)
}

// countYear adds a holding to those of its year in its series, or takes it away.
func (t *Tx) countYear(sign int, at chain) {
	if at.series != 0 && at.series != at.id {
		t.tally[tallyKey{at.series, yearKind(at.year, at.kind), at.class}] += sign
	}
}

// yearKind is the kind of tally of a kind of holding in a year.
func yearKind(year int, kind archive.HoldingKind) string {
	if year < 0 || year > 9999 {
		year = 0
	}
	digits := strconv.Itoa(10_000 + year)[1:]
	return tallyYear + digits + "." + string(kind)
}

// pageCount is what of a page is counted.
type pageCount struct {
	holding    archive.ID
	class      archive.AccessClass
	stage      archive.Stage
	searchable bool
	root       archive.ID
}

// countPage adds or takes away a page. A change is a page taken away as it was and
// added as it is.
func (t *Tx) countPage(sign int, p pageCount) error {
	add := func(node archive.ID, kind string) { t.tally[tallyKey{node, kind, p.class}] += sign }
	spread := func(node archive.ID) {
		add(node, tallyStage+string(p.stage))
		if p.searchable {
			add(node, tallySearchable)
		}
	}
	spread(0)
	if p.root != 0 {
		spread(p.root)
	}
	if p.holding == 0 {
		add(0, tallyPage)
		add(0, tallyUnlinked)
		return nil
	}
	at, err := t.chain(p.holding)
	if err != nil {
		return err
	}
	for _, node := range at.nodes(true) {
		add(node, tallyPage)
	}
	spread(at.fonds)
	return nil
}

// countFile adds or takes away an original of a storage root. Files have no access
// class of their own.
func (t *Tx) countFile(sign int, f archive.File) {
	if f.Root == 0 {
		return
	}
	add := func(kind string, n int) { t.tally[tallyKey{f.Root, kind, 0}] += sign * n }
	add(tallyFile, 1)
	add(tallyFileBytes, int(f.Bytes))
	if f.SHA256 != "" {
		add(tallyHashed, 1)
		add(tallyHashedBytes, int(f.Bytes))
	}
	if f.Found != archive.FoundAsRegistered {
		add(tallyFound+string(f.Found), 1)
	}
}
