package station

import (
	"context"
	"encoding/json"

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
)

type searchArgs struct {
	Query string
	Page  search.Page
}

type ingestArgs struct{ Dir string }

type retryArgs struct{ Pages []archive.ID }

// Search answers a query as people type it.
func (s *Station) Search(ctx context.Context, sight access.Sight, query string, p search.Page) (search.Result, error) {
	if !s.Owner() {
		var r search.Result
		err := s.Home.Call(ctx, methodSearch, searchArgs{query, p}, &r, nil)
		return r, err
	}
	q, err := search.Parse(query)
	if err != nil {
		return search.Result{}, err
	}
	return s.Index.Search(ctx, sight, q, p)
}

// Ingest receives a folder and ends when all its pages are indexed or refused.
func (s *Station) Ingest(ctx context.Context, actor archive.Actor, dir string, progress func(archive.Progress)) (ingest.Report, error) {
	if !s.Owner() {
		var r ingest.Report
		err := s.Home.Call(ctx, methodIngest, ingestArgs{dir}, &r, func(told json.RawMessage) {
			var p archive.Progress
			if json.Unmarshal(told, &p) == nil {
				progress(p)
			}
		})
		return r, err
	}
	return s.Pipeline.Ingest(ctx, actor, ingest.Delivery{Dir: dir}, progress)
}

// Retry puts refused pages back into the queue, and works them off; none named: all
// of them. It tells how many.
func (s *Station) Retry(ctx context.Context, actor archive.Actor, pages []archive.ID) (int, error) {
	if !s.Owner() {
		var n int
		err := s.Home.Call(ctx, methodRetry, retryArgs{pages}, &n, nil)
		return n, err
	}
	if len(pages) == 0 {
		var err error
		if pages, err = s.Catalogue.RefusedPages(ctx, access.All(), 0); err != nil {
			return 0, err
		}
	}
	n, err := s.Pipeline.Retry(ctx, actor, pages)
	if err != nil || s.opt.Work {
		return n, err
	}
	return n, s.Pipeline.Drain(ctx)
}

// catchUp has the index read what was changed.
func (s *Station) catchUp(ctx context.Context) error {
	if !s.Owner() {
		return s.Home.Call(ctx, methodCatchUp, nil, nil, nil)
	}
	return s.Pipeline.CatchUp(ctx)
}

// handlers answer guests. Guests are processes of the same user, so they see what
// this program sees.
func (s *Station) handlers() map[string]home.Handler {
	return map[string]home.Handler{
		methodSearch: func(ctx context.Context, args json.RawMessage) (any, error) {
			var a searchArgs
			if err := json.Unmarshal(args, &a); err != nil {
				return nil, archive.WrapAs(archive.Invalid, "read call", methodSearch, err)
			}
			return s.Search(ctx, access.All(), a.Query, a.Page)
		},
		methodIngest: func(ctx context.Context, args json.RawMessage) (any, error) {
			var a ingestArgs
			if err := json.Unmarshal(args, &a); err != nil {
				return nil, archive.WrapAs(archive.Invalid, "read call", methodIngest, err)
			}
			tell := func(p archive.Progress) { home.Tell(ctx, p) }
			return s.Pipeline.Ingest(ctx, archive.LocalActor(), ingest.Delivery{Dir: a.Dir}, tell)
		},
		methodRetry: func(ctx context.Context, args json.RawMessage) (any, error) {
			var a retryArgs
			if err := json.Unmarshal(args, &a); err != nil {
				return nil, archive.WrapAs(archive.Invalid, "read call", methodRetry, err)
			}
			return s.Retry(ctx, archive.LocalActor(), a.Pages)
		},
		methodCatchUp: func(ctx context.Context, _ json.RawMessage) (any, error) {
			return nil, s.Pipeline.CatchUp(ctx)
		},
	}
}
