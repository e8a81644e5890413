package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/store"
)

// goalSight is how much more a window of 200 rows may cost under a restricted sight.
const goalSight = 2 * time.Millisecond

// benchAccess measures windows of rows, lists and decisions in the archive of the annual
// figures for people of every role, beside the same for somebody who may see everything.
func benchAccess(args []string) error {
	f := flag.NewFlagSet("access", flag.ContinueOnError)
	cache := f.String("dir", "", "folder that keeps the archive; empty: the user's cache folder")
	requests := f.Int("n", 300, "windows of each kind")
	if err := f.Parse(args); err != nil {
		return err
	}
	if *cache == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return err
		}
		*cache = filepath.Join(dir, "lantai-bench")
	}
	home, err := keptDistrict(*cache, 1, 1)
	if err != nil {
		return err
	}
	at := func(name string) string { return filepath.Join(home, name) }
	cat, err := store.Open(context.Background(), store.Options{Catalogue: at("catalogue.db"), Text: at("text.db"), Station: 2})
	if err != nil {
		return err
	}
	b := &accessBench{ctx: context.Background(), cat: cat, rnd: rand.New(rand.NewPCG(3, 1)), n: *requests}
	return errors.Join(b.run(), cat.Close())
}

type accessBench struct {
	ctx   context.Context
	cat   *store.Catalogue
	rnd   *rand.Rand
	n     int
	items []archive.ID // of the whole archive, by 档号
}

// actor is somebody under whose sight is read.
type actor struct {
	name string
	who  access.Actor
}

// actors are people of the roles that see records, with the scopes that cost most.
func (b *accessBench) actors() ([]actor, error) {
	fonds, err := b.cat.Fonds(b.ctx, access.All())
	if err != nil {
		return nil, err
	}
	var half, approved []archive.ID
	for i, f := range fonds {
		if i%2 == 0 {
			half = append(half, f.ID)
		}
	}
	for range 200 {
		approved = append(approved, b.items[b.rnd.IntN(len(b.items))])
	}
	batches, err := b.cat.Batches(b.ctx, access.All(), 3)
	if err != nil {
		return nil, err
	}
	var given []archive.ID
	for _, g := range batches {
		given = append(given, g.ID)
	}
	return []actor{
		{"archivist", access.Actor{Roles: []access.Role{access.Archivist}, Clearance: access.Internal}},
		{"archivist, 20 groups", access.Actor{Roles: []access.Role{access.Archivist}, Clearance: access.Internal, Groups: groups(20)}},
		{fmt.Sprintf("archivist of %d fonds", len(half)), access.Actor{Roles: []access.Role{access.Archivist}, Clearance: access.Internal, Fonds: half}},
		{"reading room", access.Actor{Roles: []access.Role{access.ReadingRoom}}},
		{"reading room, 200 approvals", access.Actor{Roles: []access.Role{access.ReadingRoom}, Approved: approved}},
		{"leader", access.Actor{Roles: []access.Role{access.Leader}, Clearance: access.Internal}},
		{fmt.Sprintf("worker of %d batches", len(given)), access.Actor{Roles: []access.Role{access.Worker}, Batches: given}},
	}, nil
}

func groups(n int) (list []int) {
	for i := range n {
		list = append(list, i+1)
	}
	return list
}

func (b *accessBench) run() (err error) {
	if b.items, err = b.cat.Children(b.ctx, access.All(), store.List{Whole: true, Kinds: itemKinds()}); err != nil {
		return err
	}
	people, err := b.actors()
	if err != nil {
		return err
	}
	fmt.Printf("          a window of %d rows anywhere in the list of %d records, %d times for each, in turn with somebody who may see everything; p50 / p95 / p99\n",
		windowRows, len(b.items), b.n)
	for _, p := range people {
		if err := b.windows(p); err != nil {
			return err
		}
	}
	return b.decisions(people)
}

// windows reads the same windows with and without a sight, in turn.
func (b *accessBench) windows(p actor) error {
	sight := p.who.Sight()
	var free, bound durations
	rows := 0
	for range b.n {
		from := b.rnd.IntN(len(b.items) - windowRows)
		ids := b.items[from : from+windowRows]
		if _, err := b.cat.Rows(b.ctx, access.All(), ids, columnsShown); err != nil { // from the disk, for neither
			return err
		}
		for turn, s := range []access.Sight{access.All(), sight} {
			began := time.Now()
			list, err := b.cat.Rows(b.ctx, s, ids, columnsShown)
			took := time.Since(began)
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			if turn == 0 {
				free = append(free, took)
				continue
			}
			bound = append(bound, took)
			for _, r := range list {
				if r.ID != 0 {
					rows++
				}
			}
		}
	}
	more := bound.at(50) - free.at(50)
	more99 := bound.at(99) - free.at(99)
	fmt.Printf("%s%v / %v / %v   everything %v / %v / %v   more %v at p50, %v at p99, goal %v %s   %d rows of %d seen\n", pad(p.name, 32),
		bound.at(50), bound.at(95), bound.at(99), free.at(50), free.at(95), free.at(99), more, more99, goalSight, met(more99 <= goalSight), rows, b.n*windowRows)
	return nil
}

// decisions measures May itself and the compiling of a sight.
func (b *accessBench) decisions(people []actor) error {
	const times = 200_000
	r := access.Record{Kind: archive.KindItem, Fonds: 7, Class: access.ClassOf(access.Closed, 0), IDs: []archive.ID{5, 6}}
	for _, p := range people {
		began := time.Now()
		for range times {
			access.May(p.who, access.SeePages, r)
		}
		one := time.Since(began) / times
		began = time.Now()
		for range times / 100 {
			p.who.Sight()
		}
		fmt.Printf("%sa decision %v, a sight %v\n", pad(p.name, 32), one, time.Since(began)/(times/100))
	}
	return nil
}
