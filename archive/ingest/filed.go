package ingest

import (
	"context"
	"path"
	"slices"
	"strconv"
	"strings"

	"lantai/archive"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// stateFiled remembers the last op that filed classes whose originals are in their places.
const stateFiled = "filed"

// movesAtOnce bounds how many originals move as one: what a crash leaves to be finished.
const movesAtOnce = 200

// SettleFiled brings the originals of classes that were filed (归档) to where the 档号 of
// their records say, and tells how many moved. Cut off, the next call goes on.
func (p *Pipeline) SettleFiled(ctx context.Context) (moved int, err error) {
	const op = "move filed originals"
	known, err := p.cat.Remembered(ctx, stateFiled)
	if err != nil {
		return 0, archive.Wrap(op, "", err)
	}
	after, _ := strconv.ParseInt(known, 10, 64) // what cannot be read: from the first
	filed, err := p.cat.FiledSince(ctx, archive.ID(after))
	if err != nil || len(filed) == 0 {
		return 0, archive.Wrap(op, "", err)
	}
	where, err := p.targets(ctx)
	if err != nil {
		return 0, archive.Wrap(op, "", err)
	}
	for _, f := range filed {
		for _, prefix := range f.Prefixes {
			n, err := p.settleClass(ctx, where, prefix)
			moved += n
			if err != nil {
				return moved, archive.Wrap(op, prefix, err)
			}
		}
		if _, err := p.cat.Do(ctx, archive.Actor{}, "state", func(tx *store.Tx) error {
			return tx.Remember(stateFiled, strconv.FormatInt(int64(f.Op), 10))
		}); err != nil {
			return moved, archive.Wrap(op, "", err)
		}
	}
	return moved, nil
}

// together are moves that are made as one: an image and the texts that were delivered
// with it, which are known by its name.
type together []vault.Rename

// settleClass moves the originals of one class. What stands in the way of another goes
// first; where they stand in each other's way, one goes round by _unfiled/.
func (p *Pipeline) settleClass(ctx context.Context, where *targets, prefix string) (moved int, err error) {
	plan, err := p.planFiled(ctx, where, prefix)
	if err != nil {
		return 0, err
	}
	for len(plan) > 0 {
		now, later := nextMoves(plan)
		if len(now) > 0 {
			moved += len(now)
		} else {
			now, later[0] = goRound(later[0])
		}
		if err := p.vault.Move(ctx, now, p.noteMoves(ctx)); err != nil {
			return moved, err
		}
		p.opt.Step(stepFiled)
		plan = later
	}
	return moved, nil
}

// nextMoves parts a plan in what can be done now and what waits for it.
func nextMoves(plan []together) (now []vault.Rename, later []together) {
	standing := map[string]bool{}
	for _, t := range plan {
		for _, m := range t {
			standing[m.From] = true
		}
	}
	for _, t := range plan {
		blocked := slices.ContainsFunc(t, func(m vault.Rename) bool { return standing[m.To] })
		if blocked || len(now) >= movesAtOnce {
			later = append(later, t)
		} else {
			now = append(now, t...)
		}
	}
	return now, later
}

// goRound gives the moves out of the way, and those that are left to be made from there.
func goRound(t together) (now []vault.Rename, rest together) {
	for _, m := range t {
		aside := vault.Unfiled(goesRound, m.From)
		now = append(now, vault.Rename{From: m.From, To: aside.Path, SHA256: m.SHA256, Wanted: aside.Wanted})
		m.From = aside.Path
		rest = append(rest, m)
	}
	return now, rest
}

// planFiled says which originals of a class lie elsewhere than their records' 档号 say.
func (p *Pipeline) planFiled(ctx context.Context, where *targets, prefix string) ([]together, error) {
	list, err := p.cat.FiledOriginals(ctx, prefix)
	if err != nil {
		return nil, err
	}
	f := filing{p: p, where: where, leaves: make(map[string]bool, len(list)), taken: map[string]bool{}}
	for _, o := range list {
		f.leaves[o.File.Path] = true
	}
	var record archive.Holding
	for _, o := range list {
		if record.ID != o.Holding {
			if record, err = p.cat.Holding(ctx, all, o.Holding); err != nil {
				return nil, err
			}
		}
		if err := f.place(ctx, record, o); err != nil {
			return nil, err
		}
	}
	return f.plan, nil
}

// filing finds the places of the originals of a class.
type filing struct {
	p      *Pipeline
	where  *targets
	leaves map[string]bool // paths of originals that are given their places
	taken  map[string]bool // places that are given
	plan   []together
}

// place gives an original its place, and the texts that were delivered with it theirs.
func (f *filing) place(ctx context.Context, record archive.Holding, o store.FiledOriginal) error {
	texts, err := f.p.withTextFiles(ctx, nil, o.File, nil)
	if err != nil {
		return err
	}
	to, err := f.free(ctx, o.File, func(rescan int) vault.Placed {
		return f.where.placed(record, serialOf(o.File.Path), o.File.Path, o.Ordinal, rescan)
	})
	if err != nil {
		return err
	}
	moves := f.move(nil, o.File, to)
	for _, id := range texts {
		text, err := f.p.cat.File(ctx, all, id)
		if err != nil {
			return err
		}
		if f.leaves[text.Path] {
			continue
		}
		f.leaves[text.Path] = true
		whole := strings.HasSuffix(stem(text.Path), "-"+wholeSerial)
		at, err := f.free(ctx, text, func(rescan int) vault.Placed {
			if whole {
				return f.where.placed(record, wholeSerial, text.Path, 1, rescan)
			}
			return vault.Placed{Path: again(stem(to.Path), rescan) + path.Ext(text.Path)}
		})
		if err != nil {
			return err
		}
		moves = f.move(moves, text, at)
	}
	if len(moves) > 0 {
		f.plan = append(f.plan, moves)
	}
	return nil
}

func stem(file string) string { return strings.TrimSuffix(file, path.Ext(file)) }

// again marks a name as that of a later original of the same page.
func again(stem string, rescan int) string {
	if rescan < 2 {
		return stem
	}
	return stem + ".r" + strconv.Itoa(rescan)
}

// goesRound is the folder in _unfiled/ for what stands in another's way.
const goesRound = "filing"

// serialOf is the serial at the end of a name by 档号 that says more than a number.
func serialOf(file string) string {
	if strings.HasPrefix(file, "_") && !strings.Contains(file, "/"+goesRound+"/") {
		return ""
	}
	base, _, _ := strings.Cut(path.Base(stem(file)), ".r")
	serial := base[strings.LastIndex(base, "-")+1:]
	if serial == base || !letteredSerial.MatchString(serial) {
		return ""
	}
	return serial
}

// free gives the first place that no other original has.
func (f *filing) free(ctx context.Context, file archive.File, place func(rescan int) vault.Placed) (vault.Placed, error) {
	for rescan := 1; ; rescan++ {
		to := place(rescan)
		if f.taken[to.Path] {
			continue
		}
		if to.Path == file.Path || f.leaves[to.Path] {
			return to, nil
		}
		_, err := f.p.cat.FileByPath(ctx, all, 0, to.Path)
		if archive.KindOf(err) == archive.NotFound {
			return to, nil
		}
		if err != nil {
			return to, err
		}
	}
}

func (f *filing) move(moves together, file archive.File, to vault.Placed) together {
	f.taken[to.Path] = true
	if to.Path != file.Path {
		moves = append(moves, vault.Rename{From: file.Path, To: to.Path, SHA256: file.SHA256, Wanted: to.Wanted})
	}
	return moves
}

// keepFiled looks now and then whether classes were filed, and whether purges were held up.
func (r *run) keepFiled(ctx context.Context) error {
	return r.everyNowAndThen(ctx, func() error {
		if err := r.goOnPurging(ctx); err != nil {
			return err
		}
		_, err := r.SettleFiled(ctx)
		return err
	})
}
