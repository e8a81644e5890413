package custody

import (
	"strings"
	"time"

	"lantai/app/parts"
	"lantai/app/words"
	"lantai/archive"
)

// when is a moment, or that it never was.
func when(ms int64) string {
	if ms == 0 {
		return words.T("custody.never")
	}
	return words.Clock(ms)
}

// day is the day of a moment, or that it never was.
func day(ms int64) string {
	if ms == 0 {
		return words.T("custody.never")
	}
	return time.UnixMilli(ms).Format(time.DateOnly)
}

// fullest is the target that has the most of the archive; of two the one that was complete later.
// offsite leaves out copies for use, which lie in the house.
func fullest(s State, offsite bool) (best Target, ok bool) {
	for _, t := range s.Targets {
		if offsite && t.Set == archive.SetUse {
			continue
		}
		if !ok || t.Missing() < best.Missing() || t.Missing() == best.Missing() && t.Through > best.Through {
			best, ok = t, true
		}
	}
	return best, ok
}

// whole tells whether all of the archive lies at a target.
func (t Target) whole() bool { return t.Missing() == 0 && t.Through != 0 }

// verdict answers first what is asked first: does all of it lie elsewhere?
func verdict(s State) (say string, well bool) {
	t, ok := fullest(s, false)
	if away, is := fullest(s, true); is && away.whole() {
		return verdictOf(away, true), true
	}
	say = verdictOf(t, ok)
	if ok && t.whole() && t.Of > 0 {
		say = words.Sentences(say, words.T("custody.verdict.inside"))
	}
	return say, false
}

func verdictOf(t Target, ok bool) string {
	switch {
	case !ok:
		return words.T("custody.none")
	case t.Of == 0:
		return words.T("custody.verdict.nothing")
	case t.Missing() > 0:
		return words.N("custody.verdict.missing", t.Missing(), words.Args{"Name": t.Name, "Size": words.Bytes(max(t.OfBytes-t.Bytes, 0))})
	case t.Through == 0:
		return words.T("custody.verdict.unfinished", words.Args{"Name": t.Name})
	}
	return words.N("custody.verdict.whole", t.Of, words.Args{"Name": t.Name, "Time": words.Clock(t.Through)})
}

// answers are what stands beside it.
func answers(s State, now int64) []parts.Fact {
	var waits []string
	if s.Unhashed > 0 {
		waits = append(waits, words.N("custody.answer.unhashed", s.Unhashed))
	}
	if s.Quarantined > 0 {
		waits = append(waits, words.N("custody.answer.quarantined", s.Quarantined))
	}
	proven := words.T("custody.answer.proven.never")
	var last Target
	for _, t := range s.Targets {
		if t.Proven > last.Proven {
			last = t
		}
	}
	if last.Proven > 0 {
		proven = words.T("custody.answer.proven.at", words.Args{"Name": last.Name, "Day": day(last.Proven)})
	}
	return []parts.Fact{
		{Name: words.T("custody.answer.waits"), Value: words.Sentences(waits...)},
		{Name: words.T("custody.answer.proven"), Value: proven},
		{Name: words.T("custody.answer.due"), Value: due(s, now)},
	}
}

// dueNamed is how many media that are to be checked are named.
const dueNamed = 6

// due names the media whose day of checking has come.
func due(s State, now int64) string {
	names := map[archive.ID]string{}
	for _, t := range s.Targets {
		names[t.ID] = t.Name
	}
	var list []string
	undated, n := 0, 0
	for _, m := range s.Media {
		switch {
		case m.NextCheck == 0:
			undated++
		case m.NextCheck <= now:
			if n++; n <= dueNamed {
				list = append(list, words.T("custody.answer.due.each", words.Args{"Name": names[m.Target], "N": m.Number, "Day": day(m.NextCheck)}))
			}
		}
	}
	say := []string{words.T("custody.answer.due.none")}
	if n > 0 {
		say[0] = words.N("custody.answer.due.some", n, words.Args{"List": strings.Join(list, words.T("custody.comma"))})
	}
	if undated > 0 {
		say = append(say, words.N("custody.answer.due.undated", undated))
	}
	return words.Sentences(say...)
}

// placeOf says where a target is: a folder, or how many disks.
func placeOf(t Target, media []Medium) string {
	if t.Kind == archive.TargetDisks {
		return words.N("custody.disks", len(media))
	}
	return t.Address
}

// missing says what a target does not have.
func missing(t Target) string {
	n := t.Missing()
	if n == 0 {
		return "0"
	}
	return words.Number(n) + "  " + words.Bytes(max(t.OfBytes-t.Bytes, 0))
}
