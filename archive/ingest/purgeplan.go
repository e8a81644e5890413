package ingest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/store"
	"lantai/archive/vault"
)

// PurgePlan is what a purge would take away.
type PurgePlan struct {
	Roots   []archive.Holding `json:"roots"`   // the records that were named
	Records int               `json:"records"` // these and all that lies in them
	Pages   int               `json:"pages"`
	Loose   int               `json:"loose"` // of the pages: in no record, but in one of the files
	Texts   int               `json:"texts"` // of the pages: with a text that was recognised, delivered or corrected
	Files   int               `json:"files"`
	Bytes   int64             `json:"bytes"`
	Shared  []string          `json:"shared"` // 档号 of other records with pages in one of the files: these stop it
	Copies  []string          `json:"copies"` // paths of originals with the same content, which stay
	Media   []archive.Medium  `json:"media"`  // what would hold it still, as far as can be told before

	scope store.PurgeScope
}

// Inside lists the records that would go: those that were named and all that lies in them.
func (p PurgePlan) Inside() []archive.ID { return p.scope.Records }

// PlanPurge looks what would go with records, and writes nothing. Errors: NotFound,
// Invalid for a fonds or a series, Busy while something is added there.
func PlanPurge(ctx context.Context, cat *store.Catalogue, originals *vault.Originals, roots []archive.ID) (PurgePlan, error) {
	const op = "plan a purge"
	texts, err := purgeTexts(ctx, cat, roots)
	if err != nil {
		return PurgePlan{}, archive.Wrap(op, "", err)
	}
	scope, err := cat.PurgeScope(ctx, roots, texts)
	if err != nil {
		return PurgePlan{}, archive.Wrap(op, "", err)
	}
	plan := PurgePlan{Records: len(scope.Records), Pages: len(scope.Pages), Loose: scope.Loose, Files: len(scope.Files), Shared: scope.Others, scope: scope}
	for _, f := range scope.Files {
		plan.Bytes += f.Bytes
	}
	if plan.Texts, err = cat.CountTexts(ctx, scope.Pages); err != nil {
		return plan, archive.Wrap(op, "", err)
	}
	if plan.Roots, err = cat.Holdings(ctx, all, scope.Roots); err != nil {
		return plan, archive.Wrap(op, "", err)
	}
	if plan.Copies, err = copiesOf(ctx, cat, scope.Files); err != nil {
		return plan, archive.Wrap(op, "", err)
	}
	away := map[archive.ID]error{}
	for _, f := range scope.Files {
		if _, known := away[f.Root]; !known && f.Root != 0 {
			_, away[f.Root] = originals.Look(ctx, f.Root)
		}
	}
	var kept []archive.File
	for _, f := range scope.Files {
		if away[f.Root] != nil {
			kept = append(kept, f)
		}
	}
	plan.Media, err = rootMedia(ctx, cat, kept)
	return plan, archive.Wrap(op, "", err)
}

// AskPurge notes that a person asks for what was planned. Errors: those of
// store.Tx.AskPurge; Conflict with archive.Shared.
func AskPurge(ctx context.Context, cat *store.Catalogue, actor archive.Actor, plan PurgePlan, reason string) (archive.Purge, error) {
	const op = "ask for a purge"
	p := archive.Purge{Actor: actor.ID, Reason: reason}
	if len(plan.Shared) > 0 {
		return p, archive.WrapAs(archive.Conflict, op, strings.Join(plan.Shared, "、"), archive.Shared(plan.Shared))
	}
	_, err := cat.Do(ctx, actor, archive.OpPurgeAsk, func(tx *store.Tx) error { return tx.AskPurge(&p, plan.scope) })
	return p, archive.Wrap(op, "", err)
}

// WithdrawPurge takes back what was asked for.
func WithdrawPurge(ctx context.Context, cat *store.Catalogue, actor archive.Actor, purge archive.ID) error {
	_, err := cat.Do(ctx, actor, archive.OpPurgeWithdraw, func(tx *store.Tx) error { return tx.WithdrawPurge(purge, actor.ID) })
	return archive.Wrap("withdraw a purge", purge.String(), err)
}

// purgeTexts finds the text files that go with records: beside their images, and among
// what was put aside of them.
func purgeTexts(ctx context.Context, cat *store.Catalogue, roots []archive.ID) ([]archive.ID, error) {
	scope, err := cat.PurgeScope(ctx, roots, nil)
	if err != nil {
		return nil, err
	}
	var list []archive.ID
	for _, f := range scope.Files {
		if list, err = withTextFiles(ctx, cat, list, f, nil); err != nil {
			return nil, err
		}
	}
	for _, id := range scope.Records {
		matters, err := cat.QuarantinesOf(ctx, all, id)
		if err != nil {
			return nil, err
		}
		for _, q := range matters {
			files, err := cat.QuarantinedFiles(ctx, q.ID)
			if err != nil {
				return nil, err
			}
			for _, f := range files {
				if f.Format == formatText {
					list = append(list, f.ID)
				}
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

// mostCopies bounds how many originals of equal content are listed.
const mostCopies = 100

func copiesOf(ctx context.Context, cat *store.Catalogue, files []archive.File) ([]string, error) {
	going, copies := map[archive.ID]bool{}, map[string]bool{}
	for _, f := range files {
		going[f.ID] = true
	}
	for _, f := range files {
		if f.SHA256 == "" || len(copies) >= mostCopies {
			continue
		}
		same, err := cat.FilesBySHA256(ctx, all, f.SHA256)
		if err != nil {
			return nil, err
		}
		for _, s := range same {
			if !going[s.ID] {
				copies[s.Path] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(copies)), nil
}

// rootMedia makes a medium of each storage root that holds some of the originals.
func rootMedia(ctx context.Context, cat *store.Catalogue, kept []archive.File) ([]archive.Medium, error) {
	var media []archive.Medium
	for _, f := range kept {
		i := slices.IndexFunc(media, func(m archive.Medium) bool { return m.Root == f.Root })
		if i < 0 {
			root, err := findRoot(ctx, "find storage root", cat, f.Root)
			if err != nil {
				return nil, err
			}
			i = len(media)
			media = append(media, archive.Medium{Kind: archive.MediumRoot, Name: root.Label + " " + root.Path, Root: f.Root})
		}
		media[i].Files++
		media[i].Bytes += f.Bytes
	}
	return media, nil
}

// errStillThere is why a medium is not cleared.
var errStillThere = errors.New("originals are there still")
