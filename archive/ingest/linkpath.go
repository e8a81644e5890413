package ingest

import (
	"context"
	"maps"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// named is one path that a record gives.
type named struct {
	record int // index of pathPlan.records
	rank   int // place in the record's list
	path   string
	files  []archive.ID // that it leads to, as received
	folder bool         // it is a folder of files
	leads  bool         // to a file, if perhaps one that another record has
}

// record is a holding whose field names files.
type record struct {
	id, parent archive.ID
	code       string
	paths      []int // indexes of pathPlan.named
	held       bool
}

// pathPlan joins the paths that the catalogue names with those of files.
type pathPlan struct {
	*planner
	records []record
	named   []named
	at      map[string][]int // by path in one form, indexes of named
	batches map[archive.ID]string
	parted  map[archive.ID][]LinkUnit // by the volume that pages come out of
}

// byPath plans to link files by the paths that a field of the catalogue names: of a
// file, of files parted by ; or |, or of a folder.
func (w *planner) byPath(ctx context.Context) error {
	p := &pathPlan{planner: w, at: map[string][]int{}, batches: map[archive.ID]string{},
		parted: map[archive.ID][]LinkUnit{}}
	if err := p.readField(ctx); err != nil {
		return err
	}
	if err := p.findFiles(ctx); err != nil {
		return err
	}
	for i := range p.named {
		n := &p.named[i]
		r := &p.records[n.record]
		switch {
		case !n.leads:
			w.plan.Unmatched = append(w.plan.Unmatched, Unmatched{Path: n.path, Code: r.code})
			r.held = r.held || !w.req.Force
		case !n.folder && len(n.files) > 1:
			w.plan.Mismatches = append(w.plan.Mismatches, Mismatch{Code: r.code, Kind: MismatchAmbiguous, Expected: 1,
				Found: len(n.files), Detail: n.path, Holding: r.id})
			r.held = true
		}
	}
	p.at = nil
	for from := 0; from < len(p.records); from += window {
		if err := p.link(ctx, p.records[from:min(from+window, len(p.records))]); err != nil {
			return err
		}
	}
	return p.part(ctx)
}

// readField reads the paths of all records.
func (p *pathPlan) readField(ctx context.Context) error {
	var part []store.ExtraValue
	take := func() error {
		ids := make([]archive.ID, len(part))
		for i, v := range part {
			ids[i] = v.Holding
		}
		in, err := p.wanted(ctx, ids)
		for _, v := range part {
			if in[v.Holding] {
				p.add(v)
			}
		}
		part = part[:0]
		return err
	}
	some := false
	err := p.cat.ExtraValues(ctx, p.l.Sight, p.req.Column, func(v store.ExtraValue) error {
		some = true
		if part = append(part, v); len(part) < window {
			return nil
		}
		return take()
	})
	if err == nil {
		err = take()
	}
	if err != nil || some {
		return err
	}
	return archive.Errorf(archive.NotFound, "read field", p.req.Column, "no record has this field")
}

func (p *pathPlan) add(v store.ExtraValue) {
	r := record{id: v.Holding, parent: v.Parent, code: v.Code}
	for raw := range strings.FieldsFuncSeq(v.Value, func(c rune) bool { return strings.ContainsRune(";|；｜\n\r", c) }) {
		raw = strings.Trim(strings.TrimSpace(raw), `"`)
		if raw == "" {
			continue
		}
		key := p.received(raw)
		p.at[key] = append(p.at[key], len(p.named))
		r.paths = append(r.paths, len(p.named))
		p.named = append(p.named, named{record: len(p.records), rank: len(r.paths), path: raw})
	}
	p.records = append(p.records, r)
}

// received turns a path as the contractor's system saw it into the form in which files
// are looked for here.
func (p *pathPlan) received(raw string) string {
	s := p.plain(raw)
	for _, r := range p.req.Replace {
		rest, ok := strings.CutPrefix(s, p.plain(r.Old))
		if ok && (rest == "" || rest[0] == '/') {
			return strings.Trim(p.plain(r.New)+rest, "/")
		}
	}
	return strings.Trim(s, "/")
}

// plain writes a path in one form: slashes, ASCII in half width, no doubled or last slash.
func (p *pathPlan) plain(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r >= '\uff01' && r <= '\uff5e' {
			r -= 0xfee0
		}
		if r == '\\' {
			r = '/'
		}
		if r != '/' || !strings.HasSuffix(b.String(), "/") {
			b.WriteRune(r)
		}
	}
	s = strings.TrimPrefix(strings.TrimSuffix(b.String(), "/"), "./")
	if p.req.AnyCase {
		s = strings.ToLower(s)
	}
	return s
}

// findFiles gives each path the files that it leads to, and lists those that several
// records claim.
func (p *pathPlan) findFiles(ctx context.Context) error {
	done := 0
	var exact, above []int // of named
	return p.cat.FilePaths(ctx, p.l.Sight, p.req.Batch, func(f store.FilePath) error {
		if done++; done%1000 == 1 {
			p.progress(archive.Progress{Phase: PhaseMatch, Done: done})
		}
		names, err := p.namesOf(ctx, f)
		if err != nil {
			return err
		}
		exact, above = exact[:0], above[:0]
		for _, name := range names {
			exact = append(exact, p.at[name]...)
			for i := strings.LastIndexByte(name, '/'); i > 0; i = strings.LastIndexByte(name[:i], '/') {
				above = append(above, p.at[name[:i]]...)
			}
		}
		if len(exact)+len(above) > 0 {
			p.claim(f, exact, above)
		}
		return nil
	})
}

// namesOf gives the paths under which a record may name a file: below the folder that
// was handed over, with that folder's name before it, in full, and below its storage root.
func (p *pathPlan) namesOf(ctx context.Context, f store.FilePath) ([]string, error) {
	dir, ok := p.batches[f.Batch]
	if !ok && f.Batch != 0 {
		b, err := p.cat.Batch(ctx, access.All(), f.Batch)
		if err != nil {
			return nil, err
		}
		dir = strings.Trim(p.plain(b.Source), "/")
		p.batches[f.Batch] = dir
	}
	source := strings.Trim(p.plain(f.Source), "/")
	names := []string{source}
	if dir != "" {
		names = append(names, dir+"/"+source, dir[strings.LastIndexByte(dir, '/')+1:]+"/"+source)
	}
	if f.Root != 0 {
		names = append(names, strings.Trim(p.plain(f.Path), "/"))
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// claim notes who claims a file. A record that names it goes before its volume, which
// may name the folder.
func (p *pathPlan) claim(f store.FilePath, exact, above []int) {
	claimants := map[int]int{} // by record, the first of its paths that leads here; a file before its folder
	offer := func(n int) {
		p.named[n].leads = true
		r := p.named[n].record
		if old, ok := claimants[r]; !ok || p.named[n].rank < p.named[old].rank {
			claimants[r] = n
		}
	}
	for _, n := range exact {
		offer(n)
	}
	for _, n := range above {
		p.named[n].folder, p.named[n].leads = true, true
		if old, ok := claimants[p.named[n].record]; !ok || !slices.Contains(exact, old) {
			offer(n)
		}
	}
	for r := range claimants {
		for other := range claimants {
			if p.records[other].parent == p.records[r].id {
				delete(claimants, r)
			}
		}
	}
	if len(claimants) > 1 {
		var codes []string
		for _, r := range slices.Sorted(maps.Keys(claimants)) {
			p.records[r].held = true
			codes = append(codes, p.records[r].code)
		}
		p.plan.ClaimedTwice = append(p.plan.ClaimedTwice, ClaimedTwice{Path: f.Source, Codes: codes})
	}
	for _, n := range claimants {
		p.named[n].files = append(p.named[n].files, f.ID)
	}
}

// link plans the units of some records.
func (p *pathPlan) link(ctx context.Context, records []record) error {
	var files, holders []archive.ID
	for _, r := range records {
		holders = append(holders, r.id)
		for _, n := range r.paths {
			files = append(files, p.named[n].files...)
		}
	}
	images, err := p.cat.ImagesOfFiles(ctx, p.l.Sight, files)
	if err != nil {
		return err
	}
	paged, err := p.cat.PagedByID(ctx, p.l.Sight, holders)
	if err != nil {
		return err
	}
	have, err := p.cat.ImagesOf(ctx, p.l.Sight, holders)
	if err != nil {
		return err
	}
	for i := range records {
		r := &records[i]
		if sheet, ok := paged[r.id]; ok && sheet.Kind.HoldsPages() {
			if err := p.record(ctx, r, sheet, images, have[r.id]); err != nil {
				return err
			}
		}
	}
	return nil
}

// record plans one record: its images that are not linked, and those that lie in its
// volume, come to it.
func (p *pathPlan) record(ctx context.Context, r *record, sheet store.Paged, images map[archive.ID][]store.Image, have []store.Image) error {
	var fresh, elsewhere []store.Image
	parted := false // pages come out of the volume
	for _, n := range r.paths {
		for _, file := range p.named[n].files {
			for _, i := range images[file] {
				switch i.Holding {
				case r.id:
				case 0:
					fresh = append(fresh, i)
				case r.parent:
					fresh, parted = append(fresh, i), true
				default:
					elsewhere = append(elsewhere, i)
				}
			}
		}
	}
	if err := p.taken(ctx, r, elsewhere); err != nil {
		return err
	}
	if r.held {
		p.plan.Units = append(p.plan.Units, LinkUnit{Code: r.code, Held: true,
			Arrange: []store.Arrangement{{Holding: r.id, Pages: pagesOf(have)}, {Pages: pagesOf(fresh)}}})
		return nil
	}
	p.plan.Already += len(have)
	list := inOrder(have, fresh)
	p.plan.Mismatches = append(p.plan.Mismatches, judge(sheet, scannedOf(list), nil)...)
	if len(fresh) == 0 {
		return nil
	}
	p.plan.Linked += len(fresh)
	u := LinkUnit{Code: r.code, Moved: len(fresh), Arrange: []store.Arrangement{{Holding: r.id, Pages: pagesOf(list)}}}
	if parted {
		p.parted[r.parent] = append(p.parted[r.parent], u)
	} else {
		p.plan.Units = append(p.plan.Units, u)
	}
	return nil
}

// part makes one unit of each volume that pages come out of, with what stays in it.
func (p *pathPlan) part(ctx context.Context) error {
	for volumes := range slices.Chunk(slices.Sorted(maps.Keys(p.parted)), volumesAtOnce) {
		have, err := p.cat.ImagesOf(ctx, p.l.Sight, volumes)
		if err != nil {
			return err
		}
		paged, err := p.cat.PagedByID(ctx, p.l.Sight, volumes)
		if err != nil {
			return err
		}
		for _, id := range volumes {
			unit := LinkUnit{Code: paged[id].Code}
			gone := map[archive.ID]bool{}
			for _, u := range p.parted[id] {
				unit.Moved += u.Moved
				unit.Arrange = append(unit.Arrange, u.Arrange...)
				for _, page := range u.Arrange[0].Pages {
					gone[page] = true
				}
			}
			rest := slices.DeleteFunc(pagesOf(have[id]), func(page archive.ID) bool { return gone[page] })
			unit.Arrange = append(unit.Arrange, store.Arrangement{Holding: id, Pages: rest})
			p.plan.Units = append(p.plan.Units, unit)
		}
	}
	return nil
}

// taken lists files whose pages lie in other holdings, which holds the record back. What
// lies in the items of a volume is where it belongs.
func (p *pathPlan) taken(ctx context.Context, r *record, pages []store.Image) error {
	var ids []archive.ID
	for _, i := range pages {
		ids = append(ids, i.Holding)
	}
	slices.Sort(ids)
	others, err := p.cat.PagedByID(ctx, p.l.Sight, slices.Compact(ids))
	if err != nil {
		return err
	}
	last := archive.ID(0)
	for _, i := range pages {
		other := others[i.Holding]
		if other.Parent == r.id {
			p.plan.Already++
			continue
		}
		r.held = true
		if i.File != last {
			p.plan.ClaimedTwice = append(p.plan.ClaimedTwice, ClaimedTwice{Path: i.Source, Codes: []string{r.code, other.Code}})
		}
		last = i.File
	}
	return nil
}
