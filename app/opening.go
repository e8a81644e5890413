package app

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"

	"lantai/app/firstrun"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/sample"
	"lantai/archive/station"
)

// archives makes and opens archives for the window, and remembers which were open.
type archives struct{ program *Program }

// remembered is how many archives are offered again.
const remembered = 6

const prefRecent = "recent"

// Recent lists the archives that were open before.
func (a archives) Recent() []firstrun.Recent {
	var list []firstrun.Recent
	if err := json.Unmarshal([]byte(a.program.Memory.StringWithFallback(prefRecent, "[]")), &list); err != nil {
		return nil
	}
	return list
}

// StillThere keeps those whose folder can be reached.
func (archives) StillThere(list []firstrun.Recent) []firstrun.Recent {
	return slices.DeleteFunc(list, func(r firstrun.Recent) bool {
		_, err := os.Stat(filepath.Join(r.Dir, "lantai.json"))
		return err != nil
	})
}

func (a archives) remember(name, dir string) {
	list := slices.DeleteFunc(a.Recent(), func(r firstrun.Recent) bool { return r.Dir == dir })
	list = slices.Insert(list, 0, firstrun.Recent{Name: name, Dir: dir})
	b, err := json.Marshal(list[:min(len(list), remembered)])
	if err != nil {
		return
	}
	a.program.Memory.SetString(prefRecent, string(b))
	a.program.Memory.SetString(prefHome, dir)
}

// Create makes a new archive and opens it.
func (a archives) Create(dir, name string, class archive.Secrecy, failed func(error)) {
	a.run(dir, failed, func(ctx context.Context) error {
		_, err := home.Init(dir, name, home.Options{Class: class})
		return err
	})
}

// Open opens an archive that exists.
func (a archives) Open(dir string, failed func(error)) {
	a.run(dir, failed, func(context.Context) error { return nil })
}

// Sample makes the sample archive, opens it, and receives its scans in view of the
// person.
func (a archives) Sample(dir string, failed func(error)) {
	var delivery string
	prepare := func(ctx context.Context) (err error) {
		delivery, err = sample.Small(ctx, dir)
		return err
	}
	a.runThen(dir, failed, prepare, func() {
		receiveSample(a.program, delivery)
	})
}

func (a archives) run(dir string, failed func(error), prepare func(context.Context) error) {
	a.runThen(dir, failed, prepare, func() {})
}

// runThen prepares and opens an archive off the UI goroutine, shows it, and goes on.
func (a archives) runThen(dir string, failed func(error), prepare func(context.Context) error, then func()) {
	p := a.program
	people := false
	task.Run(p.Runner, words.T("opening.title"), func(ctx context.Context, _ func(archive.Progress)) (*station.Station, error) {
		if err := prepare(ctx); err != nil {
			return nil, err
		}
		s, err := p.openStation(ctx, dir)
		if err == nil {
			if people, err = s.HasPeople(ctx); err != nil {
				err = errors.Join(err, s.Close())
			}
		}
		return s, err
	}, func(s *station.Station, err error) {
		switch {
		case relocated(err) != nil:
			a.askRelocated(relocated(err), failed, then)
		case err != nil:
			failed(err)
		default:
			p.show(s, people)
			then()
		}
	})
}

// relocatedError says that a home lies elsewhere than it was last written.
type relocatedError struct{ home *home.Home }

func (e *relocatedError) Error() string { return "the archive's folder was moved or copied" }

func relocated(err error) *home.Home {
	if e, ok := err.(*relocatedError); ok {
		return e.home
	}
	return nil
}

// openStation opens the archive with its pipeline running. It is called off the UI
// goroutine.
func (p *Program) openStation(ctx context.Context, dir string) (*station.Station, error) {
	h, err := home.Open(dir)
	if err != nil {
		return nil, err
	}
	if _, moved := h.Relocated(); moved {
		return nil, &relocatedError{h}
	}
	return station.OpenHome(ctx, h, station.Options{Desk: true, Observe: p.pipeline.observe, Idle: p.Idle})
}

// show puts an open archive into the window.
func (p *Program) show(s *station.Station, people bool) {
	p.Station, p.People, p.Rights = s, people, nil
	p.Shell.Release = func() {
		if err := s.Close(); err != nil {
			fyne.LogError("close archive", err)
		}
	}
	archives{p}.remember(s.Home.Name(), s.Home.Dir())
	p.Shell.SetArchive(s.Home.Name(), s.Home.Class())
	p.Show()
}

// askRelocated asks whether a home was moved or copied: a copy must write under a
// station number of its own.
func (a archives) askRelocated(h *home.Home, failed func(error), then func()) {
	answer := func(accept func() error) func() {
		return func() { a.runThen(h.Dir(), failed, func(context.Context) error { return accept() }, then) }
	}
	say := parts.Paragraph(words.T("relocated.say", words.Args{"Name": h.Name(), "Dir": h.Dir()}))
	parts.Dialog(a.program.Shell.Window(), words.T("relocated.title"), parts.Sized(say, 560, 120),
		parts.Answer{Label: words.T("Cancel"), Do: func() {
			failed(archive.Errorf(archive.Stopped, "open archive", h.Dir(), "not answered"))
		}},
		parts.Answer{Label: words.T("relocated.moved"), Do: answer(h.AcceptMoved)},
		parts.Answer{Label: words.T("relocated.copied"), Do: answer(h.AcceptCopied)})
}

// begin opens the archive that the command line or the last run names, or leads to
// one.
func (p *Program) begin() {
	dir := first(p.Options.Home, p.Memory.StringWithFallback(prefHome, ""))
	if dir == "" {
		return
	}
	p.Shell.Open(parts.Route{Screen: ScreenFirstRun, Value: firstrun.Opening{Dir: dir}})
	archives{p}.Open(dir, func(err error) {
		p.Shell.Open(parts.Route{Screen: ScreenFirstRun, Value: firstrun.Failed{Dir: dir, Err: err}})
	})
}

// newFirstRun makes the page that leads to an archive.
func newFirstRun(p *Program) Screen {
	suggest, err := os.UserHomeDir()
	if err != nil {
		suggest = "."
	}
	return firstrun.New(firstrun.Deps{Runner: p.Runner, Window: p.Shell.Window(), Archives: archives{p},
		Suggest: suggest + string(filepath.Separator)})
}
