package custody

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// job is what runs for a target: one thing at a time, since it reads or writes its disks.
type job struct {
	one  *parts.OneTask
	kind string // the end of a key under "custody.state."
}

// outcome is what came of the last job of a target.
type outcome struct {
	text       string
	importance widget.Importance
	err        error
}

// busy tells whether something runs for a target.
func (s *Screen) busy(target archive.ID) bool {
	j := s.jobs[target]
	return j != nil && j.one.Busy()
}

// start runs work for a target. done tells what came of it, beside an error too.
func start[T any](s *Screen, t Target, kind string, work func(context.Context, func(archive.Progress)) (T, error), done func(T, error) outcome) {
	j := s.jobs[t.ID]
	if j == nil {
		j = &job{one: parts.NewOneTask(s.deps.Runner, s.ran)}
		s.jobs[t.ID] = j
	}
	j.kind = kind
	s.detail.tell(t.ID, outcome{})
	parts.Begin(j.one, words.T("custody.task."+kind, words.Args{"Name": t.Name}), work, func(value T, err error) {
		s.detail.tell(t.ID, done(value, err))
		if s.shown {
			s.Reload()
		}
	})
	s.follow()
}

// follow shows how far everything has come.
func (s *Screen) follow() {
	for _, j := range s.jobs {
		j.one.Follow()
	}
}

// ran shows the rows of what runs, when something began or ended.
func (s *Screen) ran() {
	var rows []fyne.CanvasObject
	for _, t := range s.now.Targets {
		if s.busy(t.ID) {
			rows = append(rows, s.jobs[t.ID].one.Row)
		}
	}
	s.running.Objects = rows
	s.fill()
	s.selected()
	s.content.Refresh()
}

// plan asks what copying would do, and then whether it is to be done.
func (s *Screen) plan(t Target) {
	s.detail.planning(true)
	task.Load(s.deps.Runner, &s.detail.loads, func(ctx context.Context) (Plan, error) {
		return s.deps.Archive.Plan(ctx, t.ID)
	}, func(p Plan, err error) {
		s.detail.planning(false)
		if err != nil {
			s.detail.tell(t.ID, outcome{err: err})
			return
		}
		say := container.NewVBox()
		for _, line := range planned(p) {
			say.Add(parts.Paragraph(line))
		}
		action := words.T("custody.copy.do")
		if p.Files == 0 {
			action = words.T("custody.copy.snapshot")
		}
		parts.Dialog(s.deps.Window, words.T("custody.plan", words.Args{"Name": t.Name}), parts.Sized(say, 560, 60),
			parts.Answer{Label: words.T("Cancel")}, parts.Answer{Label: action, Do: func() { s.copy(t) }})
	})
}

// planned says what copying would do, a sentence or two a line.
func planned(p Plan) []string {
	say := []string{words.T("custody.plan.nothing")}
	if p.Files > 0 {
		say = []string{words.N("custody.plan.files", p.Files, words.Args{"Pages": words.Number(p.Pages), "Size": words.Bytes(p.Bytes)})}
		if p.Millis > 0 {
			say = append(say, words.T("custody.plan.time", words.Args{"Time": words.Duration(millis(p.Millis))}))
		} else {
			say = append(say, words.T("custody.plan.time.unknown"))
		}
	}
	switch {
	case p.Free >= 0 && p.Free < p.Bytes:
		say = append(say, words.T("custody.plan.room.short", words.Args{"Free": words.Bytes(p.Free), "Short": words.Bytes(p.Bytes - p.Free)}))
	case p.Free >= 0:
		say = append(say, words.T("custody.plan.room", words.Args{"Free": words.Bytes(p.Free)}))
	}
	for _, a := range p.Away {
		say = append(say, words.N("custody.away", a.Files, words.Args{"Root": a.Label}))
	}
	if p.Unhashed > 0 {
		say = append(say, words.N("custody.answer.unhashed", p.Unhashed))
	}
	if p.Look {
		say = append(say, words.T("custody.plan.look"))
	}
	return say
}

// copy copies what a target does not have.
func (s *Screen) copy(t Target) {
	start(s, t, "copying", func(ctx context.Context, progress func(archive.Progress)) (Report, error) {
		r, err := s.deps.Archive.Copy(ctx, t.ID, progress)
		for _, f := range r.Failed {
			task.Fail(ctx, f.Path, archive.Errorf(kindOf(f.Reason), "copy original", "", "%s", f.Reason))
		}
		return r, err
	}, func(r Report, err error) outcome {
		s.detail.failed(t.ID, r.Failed)
		s.detail.found(t.ID, nil) // what was missing is copied again, and what else lies there nobody looked at
		return copied(r, err)
	})
}

// kindOf is the kind of error that a reason names; reasons are kinds of errors, or words
// that only copies have.
func kindOf(reason string) archive.ErrorKind {
	for _, k := range []archive.ErrorKind{archive.NotFound, archive.Conflict, archive.Invalid, archive.NoAccess, archive.Unavailable} {
		if string(k) == reason {
			return k
		}
	}
	return archive.Damaged
}

// copied says what a run did.
func copied(r Report, err error) outcome {
	o := outcome{err: err, importance: widget.SuccessImportance}
	say := []string{words.N("custody.copied.say", r.Copied, words.Args{"Size": words.Bytes(r.Bytes)})}
	switch {
	case archive.KindOf(err) == archive.Stopped:
		say = append(say, words.T("custody.copied.stopped"))
	case r.Complete:
		say = append(say, words.T("custody.copied.complete"))
	}
	if n := len(r.Failed); n > 0 {
		say = append(say, words.N("custody.copied.failed", n))
	}
	for _, a := range r.Away {
		say = append(say, words.N("custody.away", a.Files, words.Args{"Root": a.Label}))
	}
	if r.Unhashed > 0 {
		say = append(say, words.N("custody.answer.unhashed", r.Unhashed))
	}
	for _, n := range r.Full {
		say = append(say, words.T("custody.copied.full", words.Args{"N": n}))
	}
	if !r.Complete {
		o.importance = widget.WarningImportance
	}
	if err != nil && archive.KindOf(err) != archive.Stopped && r.Copied == 0 {
		return o
	}
	o.text = words.Sentences(say...)
	return o
}

// check reads the copies of a target back.
func (s *Screen) check(t Target) {
	start(s, t, "checking", func(ctx context.Context, progress func(archive.Progress)) (Checked, error) {
		return s.deps.Archive.Check(ctx, t.ID, progress)
	}, func(v Checked, err error) outcome {
		s.detail.found(t.ID, append(v.Missing, v.Extra...))
		return checked(v, err)
	})
}

// checked says what a check found, and what it did not see.
func checked(v Checked, err error) outcome {
	o := outcome{err: err, importance: widget.SuccessImportance}
	if err != nil && archive.KindOf(err) != archive.Stopped {
		return o
	}
	say := []string{words.N("custody.checked.say", v.Checked, words.Args{"Size": words.Bytes(v.Bytes)})}
	if err != nil {
		say = append(say, words.T("custody.checked.stopped"))
	}
	if v.Found > 0 {
		say = append(say, words.N("custody.checked.found", v.Found))
	} else if v.Checked > 0 {
		say = append(say, words.T("custody.checked.good"))
	}
	if n := len(v.Extra); n > 0 {
		say = append(say, words.N("custody.checked.extra", n))
	}
	if n := len(v.Away); n > 0 {
		say = append(say, words.N("custody.checked.away", n))
	}
	if v.Found+len(v.Extra)+len(v.Away) > 0 || err != nil {
		o.importance = widget.WarningImportance
	}
	o.text = words.Sentences(say...)
	return o
}
