package ingest

import (
	"context"
	"errors"

	"lantai/archive"
	"lantai/archive/enhance"
	"lantai/archive/store"
)

// job is a page on its way through recognition.
type job struct {
	page      archive.Page
	recipe    enhance.Recipe
	found     enhance.Findings // zero for a page enhanced before
	made      store.Made
	input     input // empty when there is no engine
	languages string
	text      *archive.PageText // delivered; nil: it is to be recognised
}

// drop removes what the job has on disk.
func (j *job) drop() { j.input.drop() }

// prepare takes a received page to enhanced, and any page to the input for
// recognition when that is wanted.
func (p *Pipeline) prepare(ctx context.Context, page archive.Page, recognise bool) (*job, error) {
	if err := p.stopWith(ctx, page); err != nil {
		return nil, err
	}
	var j *job
	err := guard(page, func() error {
		m, err := p.openMaster(ctx, page)
		if err != nil {
			return err
		}
		defer m.close()
		if m.altered {
			return archive.Refuse("enhance page", page.ID.String(), archive.ReasonAltered, "%s is not as it was registered", m.file.Path)
		}
		if m.file.Root != 0 && page.Frame == 0 && m.frames > 1 {
			if err := p.lateFrames(ctx, m.file, m.frames); err != nil {
				return err
			}
		}
		recipe, err := enhance.ParseRecipe(page.Recipe)
		if err != nil {
			return archive.Refuse("enhance page", page.ID.String(), archive.ReasonDamaged, "recipe: %v", err)
		}
		j = &job{page: page, recipe: recipe}
		if page.Stage == archive.StageReceived {
			j.recipe, j.found = m.detect(recipe)
		}
		j.made = m.made(j.recipe)
		if page.Stage == archive.StageReceived {
			if _, _, err := m.derive(j.recipe, j.made.MadeFrom); err != nil {
				return err
			}
			p.opt.Step(stepDerived)
		}
		if j.text, err = m.delivered(ctx, j.recipe); err == nil && j.text == nil && recognise {
			j.input, err = m.input(j.recipe)
		}
		return err
	})
	if err == nil && page.Stage == archive.StageReceived {
		err = p.enhanced(ctx, j)
	}
	if err == nil && recognise && j.text == nil {
		j.languages, err = p.languages(ctx, page.ID)
	}
	if err != nil {
		if j != nil {
			j.drop()
		}
		return nil, err
	}
	return j, nil
}

// languages are what a page is to be recognised in.
func (p *Pipeline) languages(ctx context.Context, page archive.ID) (string, error) {
	wanted, err := p.cat.Languages(ctx, all, []archive.ID{page})
	if l := wanted[page]; l != "" || err != nil {
		return l, err
	}
	return p.using().Languages, nil
}

// enhanced writes what was made of a page and moves it on.
func (p *Pipeline) enhanced(ctx context.Context, j *job) error {
	_, err := p.cat.Do(ctx, archive.Actor{}, "page.enhance", func(tx *store.Tx) error {
		if err := tx.SetMade(j.page.ID, j.made); err != nil {
			return err
		}
		return tx.SetStage(j.page.ID, archive.StageReceived, archive.StageEnhanced)
	})
	if err == nil {
		j.page.Stage = archive.StageEnhanced
		p.opt.Step(stepEnhanced)
	}
	return err
}

// turned makes a job anew with the page turned by so many degrees clockwise more.
func (p *Pipeline) turned(ctx context.Context, j *job, turn int) (*job, error) {
	var n *job
	err := guard(j.page, func() error {
		m, err := p.openMaster(ctx, j.page)
		if err != nil {
			return err
		}
		defer m.close()
		keep := j.recipe
		keep.Turn = (keep.Turn + turn) % 360
		// Detect looks anew at skew and paper, but the turn is known now.
		manual := keep.Manual
		keep.Manual |= enhance.FieldTurn
		r, found := m.detect(keep)
		r.Manual = manual
		n = &job{page: j.page, recipe: r, found: found, made: m.made(r), languages: j.languages}
		j.drop() // the new input has the same name
		n.input, err = m.input(r)
		return err
	})
	return n, err
}

// adopt makes the images of a turned page and writes its recipe.
func (p *Pipeline) adopt(ctx context.Context, j *job) error {
	err := guard(j.page, func() error {
		m, err := p.openMaster(ctx, j.page)
		if err != nil {
			return err
		}
		defer m.close()
		_, _, err = m.derive(j.recipe, j.made.MadeFrom)
		return err
	})
	if err != nil {
		return err
	}
	_, err = p.cat.Do(ctx, archive.Actor{}, "page.enhance", func(tx *store.Tx) error { return tx.SetMade(j.page.ID, j.made) })
	return err
}

// refuse takes a page out of the queue when it is at fault. It gives back errors that
// touch more than this page.
func (p *Pipeline) refuse(ctx context.Context, page archive.Page, err error) error {
	if archive.ReasonOf(err) == "" {
		return err
	}
	detail := err.Error()
	var because *archive.Refusal
	if errors.As(err, &because) {
		detail = because.Detail
	}
	_, failed := p.cat.Do(ctx, archive.Actor{}, "page.refuse", func(tx *store.Tx) error {
		if found, ok := foundBy(archive.ReasonOf(err)); ok {
			if err := tx.SetFound(found, page.File); err != nil {
				return err
			}
		}
		return tx.RefusePage(page.ID, archive.ReasonOf(err), detail)
	})
	if failed == nil {
		p.meter.done(true)
	}
	return failed
}
