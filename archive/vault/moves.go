package vault

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"lantai/archive"
)

const (
	// planName holds the moves of a Move that has not ended.
	planName = "moves.journal"
	// movesName explains for ever where originals went: time, from, to, SHA-256.
	movesName   = "moves.tsv"
	movesHeader = "time\tfrom\tto\tsha256"
)

func (v *Vault) writePlan(plan []Rename) error {
	var b strings.Builder
	for _, m := range plan {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", tabEscaper.Replace(m.From), tabEscaper.Replace(m.To), m.SHA256)
	}
	return replaceFile(v.list(planName), []byte(b.String()))
}

// readPlan gives the moves of a Move that did not end; none when all ended.
func (v *Vault) readPlan() ([]Rename, error) {
	var plan []Rename
	for line, err := range lines(v.list(planName)) {
		if err != nil {
			return nil, archive.WrapAs(archive.Unavailable, opMove, planName, err)
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 || !isSum(f[2]) {
			return nil, archive.Errorf(archive.Damaged, opMove, planName, "not a move: %.80q", line)
		}
		plan = append(plan, Rename{From: tabUnescaper.Replace(f[0]), To: tabUnescaper.Replace(f[1]), SHA256: f[2]})
	}
	return plan, nil
}

var tabUnescaper = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n", `\r`, "\r")

// logMoves adds lines to moves.tsv, once for each move of this plan.
func (v *Vault) logMoves(plan []Rename, again bool) error {
	log, err := openJournal(v.list(movesName))
	if err != nil {
		return err
	}
	defer log.f.Close()
	var logged map[Rename]bool
	if again {
		if logged, err = v.loggedLast(len(plan)); err != nil {
			return err
		}
	}
	var b strings.Builder
	if log.size == 0 {
		b.WriteString(movesHeader + "\n")
	}
	now := time.Now().UTC().Format(time.RFC3339)
	for _, m := range plan {
		if !logged[m] {
			fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", now, tabEscaper.Replace(v.prefix+m.From), tabEscaper.Replace(v.prefix+m.To), m.SHA256)
		}
	}
	if b.Len() == 0 {
		return nil
	}
	return log.append(b.String())
}

// loggedLast gives the last n moves of moves.tsv: those of an interrupted Move, when
// it came that far.
func (v *Vault) loggedLast(n int) (map[Rename]bool, error) {
	last := make([]Rename, 0, n)
	for r, err := range v.readMoves() {
		if err != nil {
			return nil, err
		}
		if len(last) == n {
			last = last[1:]
		}
		last = append(last, Rename{From: r.path, To: r.to, SHA256: r.sum})
	}
	set := make(map[Rename]bool, n)
	for _, m := range last {
		set[m] = true
	}
	return set, nil
}

// readMoves reads moves.tsv from the beginning.
func (v *Vault) readMoves() iter.Seq2[record, error] {
	return func(yield func(record, error) bool) {
		seq := uint64(0)
		for line, err := range lines(v.list(movesName)) {
			if err != nil {
				yield(record{}, err)
				return
			}
			if line == movesHeader {
				continue
			}
			r, ok := v.parseMove(line)
			if !ok {
				err = archive.Errorf(archive.Damaged, "read moves", movesName, "not a move: %.80q", line)
			}
			seq++
			r.seq = seq
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

func (v *Vault) parseMove(line string) (record, bool) {
	f := strings.Split(line, "\t")
	if len(f) != 4 || !isSum(f[3]) {
		return record{}, false
	}
	from, ok := strings.CutPrefix(tabUnescaper.Replace(f[1]), v.prefix)
	to, ok2 := strings.CutPrefix(tabUnescaper.Replace(f[2]), v.prefix)
	return record{path: from, to: to, sum: f[3]}, ok && ok2
}

// sortMoves gives the moves and, as moves to nowhere, the purges.
func (v *Vault) sortMoves() (*sorter, error) {
	s := newSorter(v.manifests)
	for _, read := range []iter.Seq2[record, error]{v.readMoves(), v.readPurged()} {
		for r, err := range read {
			if err == nil {
				err = s.add(r)
			}
			if err != nil {
				s.close()
				return nil, v.listError(err)
			}
		}
	}
	return s, nil
}
