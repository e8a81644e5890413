package station

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/home"
	"lantai/archive/ingest"
	"lantai/search"
)

// The methods that an owner answers to guests.
const (
	methodSearch  = "search"
	methodIngest  = "ingest"
	methodCatchUp = "catch up"
	methodRetry   = "retry"
	methodAgain   = "recognise"
	methodFault   = "tell fault"
)

type searchArgs struct {
	Query string
	Page  search.Page
}

type ingestArgs struct {
	Dir  string
	Text bool
}

type retryArgs struct{ Pages []archive.ID }

// asked is a call with who makes it.
type asked struct {
	As   archive.Actor
	Args any
}

// answer reads a call and has fn answer it.
func answer[T any](method string, fn func(ctx context.Context, as archive.Actor, args T) (any, error)) home.Handler {
	return func(ctx context.Context, text json.RawMessage) (any, error) {
		var a struct {
			As   archive.Actor
			Args T
		}
		if err := json.Unmarshal(text, &a); err != nil {
			return nil, archive.WrapAs(archive.Invalid, "read call", method, err)
		}
		if a.As.ID == 0 { // that is the program's own work
			a.As = archive.LocalActor()
		}
		return fn(ctx, a.As, a.Args)
	}
}

// ask has the owner answer. answered is false when there is none any more and this
// process has become the owner itself.
func (s *Station) ask(ctx context.Context, method string, args, out any, told func(json.RawMessage)) (answered bool, err error) {
	if s.Owner() {
		return false, nil
	}
	deadline := time.Now().Add(lockPatience)
	for {
		err := s.Home.Call(ctx, method, asked{As: s.Actor(), Args: args}, out, told)
		if !errors.Is(err, home.ErrNoAnswer) {
			return true, err
		}
		if mine := s.own(ctx); archive.KindOf(mine) != archive.Busy {
			return mine != nil, mine
		}
		if time.Now().After(deadline) {
			return true, err
		}
		if err := rest(ctx, lockLook); err != nil {
			return true, err
		}
	}
}

// Search answers a query as people type it.
func (s *Station) Search(ctx context.Context, sight access.Sight, query string, p search.Page) (search.Result, error) {
	var r search.Result
	if answered, err := s.ask(ctx, methodSearch, searchArgs{query, p}, &r, nil); answered {
		return r, err
	}
	q, err := search.Parse(query)
	if err != nil {
		return r, err
	}
	if !s.background.Load() { // nobody else mends and feeds the index
		if err := s.mendIndex(ctx, nil); err != nil {
			return r, err
		}
		if err := s.feedIndex(ctx); err != nil {
			return r, err
		}
	}
	if !sight.Everything() {
		waiting, err := s.Catalogue.EditsWaiting(ctx)
		if err != nil {
			return r, err
		}
		s.Index.Tightening(waiting)
	}
	return s.Index.Search(ctx, sight, q, p)
}

// Ingest receives a folder and ends when all its pages are indexed or refused.
func (s *Station) Ingest(ctx context.Context, actor archive.Actor, d ingest.Delivery, progress func(archive.Progress)) (ingest.Report, error) {
	var r ingest.Report
	answered, err := s.ask(ctx, methodIngest, ingestArgs{Dir: d.Dir, Text: d.Text}, &r, func(told json.RawMessage) {
		var p archive.Progress
		if json.Unmarshal(told, &p) == nil {
			progress(p)
		}
	})
	if answered {
		return r, err
	}
	if !s.background.Load() {
		if err := s.mendIndex(ctx, progress); err != nil {
			return r, err
		}
	}
	return s.Pipeline.Ingest(ctx, actor, d, progress)
}

// Retry puts refused pages back into the queue, and works them off; none named: all
// of them. It tells how many.
func (s *Station) Retry(ctx context.Context, actor archive.Actor, pages []archive.ID) (n int, err error) {
	if answered, err := s.ask(ctx, methodRetry, retryArgs{pages}, &n, nil); answered {
		return n, err
	}
	if len(pages) == 0 {
		if pages, err = s.Catalogue.RefusedPages(ctx, access.All(), 0); err != nil {
			return 0, err
		}
	}
	n, err = s.Pipeline.Retry(ctx, actor, pages)
	if err != nil || s.opt.Desk {
		return n, err
	}
	return n, s.Pipeline.Drain(ctx)
}

// Recognise has pages recognised again, also those whose text was delivered, and tells
// how many.
func (s *Station) Recognise(ctx context.Context, actor archive.Actor, pages []archive.ID) (n int, err error) {
	if answered, err := s.ask(ctx, methodAgain, retryArgs{pages}, &n, nil); answered {
		return n, err
	}
	n, err = s.Pipeline.Recognise(ctx, actor, pages)
	if err != nil || s.opt.Desk {
		return n, err
	}
	return n, s.Pipeline.Drain(ctx)
}

// catchUp has the index read what was changed.
func (s *Station) catchUp(ctx context.Context) error {
	if answered, err := s.ask(ctx, methodCatchUp, nil, nil, nil); answered {
		return err
	}
	return s.feedIndex(ctx)
}

// feedIndex has the index read all that was changed. A broken index reads it when it is
// made anew, which no change waits for: what changed is marked in the catalogue.
func (s *Station) feedIndex(ctx context.Context) error {
	broken, err := s.indexBroken(ctx)
	if err != nil {
		return err
	}
	if broken {
		s.wakeMending()
		return nil
	}
	return s.Pipeline.CatchUp(ctx)
}

// faultAnswer is a fault on its way to a guest; without a kind there is none.
type faultAnswer struct {
	Op      string
	Kind    archive.ErrorKind
	Subject string
	Message string
}

// Fault tells what holds up the work on all pages, in this process or in the one that
// has the archive open; nil: nothing, or nobody works.
func (s *Station) Fault(ctx context.Context) error {
	if s.Pipeline != nil {
		return s.Pipeline.Status().Fault
	}
	var a faultAnswer
	err := s.Home.Call(ctx, methodFault, nil, &a, nil)
	switch {
	case errors.Is(err, home.ErrNoAnswer):
		return nil
	case err != nil:
		return err
	case a.Kind == "":
		return nil
	}
	return archive.Errorf(a.Kind, a.Op, a.Subject, "%s", a.Message)
}

// tellFault is the owner's side of Fault. It sends the innermost error, which says best what is wrong.
func (s *Station) tellFault(context.Context, json.RawMessage) (any, error) {
	var a faultAnswer
	var e *archive.Error
	for err := s.Pipeline.Status().Fault; errors.As(err, &e); err = e.Err {
		a = faultAnswer{e.Op, e.Kind, e.Subject, ""}
		if e.Err != nil {
			a.Message = e.Err.Error()
		}
	}
	return a, nil
}

// handlers answer guests. Guests are processes of the same user, so they see what
// this program sees.
func (s *Station) handlers() map[string]home.Handler {
	handlers := map[string]home.Handler{
		methodFault: s.tellFault,
		methodSearch: answer(methodSearch, func(ctx context.Context, as archive.Actor, a searchArgs) (any, error) {
			return s.Search(ctx, s.SightOf(ctx, as), a.Query, a.Page)
		}),
		methodIngest: answer(methodIngest, func(ctx context.Context, as archive.Actor, a ingestArgs) (any, error) {
			tell := func(p archive.Progress) { home.Tell(ctx, p) }
			return s.Pipeline.Ingest(ctx, as, ingest.Delivery{Dir: a.Dir, Text: a.Text}, tell)
		}),
		methodRetry: answer(methodRetry, func(ctx context.Context, as archive.Actor, a retryArgs) (any, error) {
			return s.Retry(ctx, as, a.Pages)
		}),
		methodAgain: answer(methodAgain, func(ctx context.Context, as archive.Actor, a retryArgs) (any, error) {
			return s.Recognise(ctx, as, a.Pages)
		}),
		methodCatchUp: func(ctx context.Context, _ json.RawMessage) (any, error) {
			return nil, s.feedIndex(ctx)
		},
	}
	maps.Copy(handlers, s.batchHandlers())
	maps.Copy(handlers, s.rootHandlers())
	maps.Copy(handlers, s.quarantineHandlers())
	return handlers
}
