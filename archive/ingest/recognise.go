package ingest

import (
	"context"
	"unicode/utf8"

	"lantai/archive"
	"lantai/archive/enhance"
	"lantai/archive/ocr"
	"lantai/archive/store"
)

// recogniseAll runs one process of the engine after the other until ready is closed.
func (r *run) recogniseAll(ctx context.Context) error {
	var rest []*job // taken and not recognised yet
	defer func() {
		for _, j := range rest {
			j.drop()
		}
	}()
	for {
		if len(rest) == 0 {
			var open bool
			if rest, open = r.ready.take(ctx, perProcess, r.tools.Workers); !open {
				return ctx.Err()
			}
		}
		running, cancel, err := r.gate.pass(ctx)
		if err != nil {
			return err
		}
		r.meter.phase(PhaseRecognise)
		rest, err = r.recognise(running, ctx, rest)
		cancel()
		if err != nil {
			return err
		}
	}
}

func (j *job) request() ocr.Request {
	return ocr.Request{ID: j.page.ID, Image: j.input.path, DPI: enhance.OCRDPI, Languages: j.languages, PSM: j.mode()}
}

// mode is the page segmentation mode; vertical languages have their own.
func (j *job) mode() int {
	if m := ocr.ModeFor(j.languages); m == ocr.ModeVertical {
		return m
	}
	return j.input.mode
}

// recognise has one process read the jobs and saves their texts as they come. It
// gives back the jobs left when running ended by a pause; ctx is the life of the run.
func (r *run) recognise(running, ctx context.Context, jobs []*job) ([]*job, error) {
	batch := make([]ocr.Request, len(jobs))
	for i, j := range jobs {
		batch[i] = j.request()
	}
	var failed error
	var doubtful []*job
	var read []archive.PageText
	done := 0
	err := r.tools.Engine.Recognise(running, batch, func(res ocr.Result) {
		j := jobs[done]
		done++
		switch {
		case failed != nil:
			j.drop()
		case res.Err == nil && r.doubts(j, res.Text):
			doubtful, read = append(doubtful, j), append(read, res.Text)
		default:
			failed = r.finish(ctx, j, res.Text, res.Err)
		}
	})
	rest := jobs[done:]
	for i, j := range doubtful {
		if failed == nil {
			failed = r.second(running, ctx, j, read[i])
		}
		j.drop()
	}
	switch {
	case failed != nil:
		return rest, failed
	case err == nil:
		return nil, nil
	case ctx.Err() != nil:
		return rest, ctx.Err()
	case archive.KindOf(err) == archive.Stopped:
		return rest, nil // paused
	case archive.KindOf(err) == archive.Unavailable:
		r.engineGone(err)
		for _, j := range rest {
			if err := r.giveBack(ctx, j); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
	return rest, err
}

// giveBack puts a page back into the queue.
func (r *run) giveBack(ctx context.Context, j *job) error {
	j.drop()
	err := r.cat.ReleaseClaims(ctx, j.page.ID)
	r.let(j.page.ID)
	return err
}

// finish saves the outcome of one page: its text first, then its stage.
func (r *run) finish(ctx context.Context, j *job, text archive.PageText, failed error) error {
	defer j.drop()
	if failed == nil {
		failed = r.save(ctx, j, text)
	}
	if failed != nil {
		return r.settle(ctx, j.page, failed)
	}
	r.fresh.add(j.page.ID)
	r.meter.done(false)
	r.let(j.page.ID)
	return nil
}

func (r *run) save(ctx context.Context, j *job, text archive.PageText) error {
	text.Page, text.MadeFrom = j.page.ID, j.made.MadeFrom
	if text.Origin == archive.OriginRecognised {
		for i := range text.Words {
			text.Words[i].Box = j.input.back.ToUpright(text.Words[i].Box)
		}
		if err := r.given(ctx, j.page.ID); err != nil {
			return err
		}
	}
	r.opt.Step(stepRead)
	if err := r.keepText(ctx, j.page, text); err != nil {
		return err
	}
	r.opt.Step(stepText)
	_, err := r.cat.Do(ctx, archive.Actor{}, "page.recognise", func(tx *store.Tx) error {
		return tx.SetStage(j.page.ID, archive.StageEnhanced, archive.StageRecognised)
	})
	if err == nil {
		r.opt.Step(stepStage)
	}
	return err
}

// orienter is an engine that can tell which way up a page stands.
type orienter interface {
	Orientation(ctx context.Context, image string) (turn int, confidence float64, err error)
}

// Below this mean confidence a page may stand on its head: such pages come out at 15
// to 20, bad ones that stand upright above 60.
const doubtfulConfidence = 50

// doubts tells whether a page may lie on its side or stand on its head: the engine
// made little sense of it, though something is written there.
func (r *run) doubts(j *job, text archive.PageText) bool {
	if _, ok := r.tools.Engine.(orienter); !ok || j.recipe.Manual&enhance.FieldTurn != 0 {
		return false
	}
	return !j.found.Blank && (text.Confidence < doubtfulConfidence || j.found.Sideways)
}

// second asks which way up a doubtful page stands, reads it again turned, and keeps
// the reading that makes more sense. When running ends by a pause or the engine goes, the
// page is in the queue again.
func (r *run) second(running, ctx context.Context, j *job, text archive.PageText) error {
	turn, sure, err := r.tools.Engine.(orienter).Orientation(running, j.input.path)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case running.Err() != nil:
		return r.giveBack(ctx, j)
	}
	if err != nil || turn == 0 || sure < leastSure {
		return r.finish(ctx, j, text, nil)
	}
	n, err := r.turned(ctx, j, turn)
	if err != nil {
		return r.settle(ctx, j.page, err)
	}
	defer n.drop()
	var better ocr.Result
	err = r.tools.Engine.Recognise(running, []ocr.Request{n.request()}, func(res ocr.Result) { better = res })
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case archive.KindOf(err) == archive.Unavailable:
		r.engineGone(err)
		return r.giveBack(ctx, j)
	case archive.KindOf(err) == archive.Stopped: // paused
		return r.giveBack(ctx, j)
	case err != nil:
		return err
	}
	if better.Err != nil || sense(better.Text) <= sense(text) {
		return r.finish(ctx, j, text, nil)
	}
	if err := r.adopt(ctx, n); err != nil {
		return r.settle(ctx, j.page, err)
	}
	return r.finish(ctx, n, better.Text, nil)
}

// leastSure is the confidence above which the engine's word on orientation is worth
// a second reading.
const leastSure = 0.5

// sense weighs a text: how much there is of it, by how far it is believed. Noise
// comes with low confidence, so that counts more.
func sense(t archive.PageText) int {
	return utf8.RuneCountInString(t.Plain) * max(t.Confidence-30, 0)
}
