package find

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"lantai/app/parts"
	"lantai/app/words"
)

// saying is the line that tells what was found and what was searched: it is there with
// every answer.
type saying struct {
	line    *lineLabel
	content fyne.CanvasObject
}

func newSaying() *saying {
	l := newLineLabel()
	return &saying{line: l, content: l}
}

func (s *saying) clear()              { s.line.set("", "") }
func (s *saying) searching()          { s.line.set(words.T("find.searching"), "") }
func (s *saying) coverage(c Coverage) { s.line.set("", covered(c)) }
func (s *saying) answer(a Answer)     { s.line.set(found(a), covered(a.Coverage)+took(a.Took)) }

// found says how many pages and records there are.
func found(a Answer) string {
	out := words.N("find.found", a.Total)
	if !a.Exact {
		out = words.N("find.atmost", a.Total)
	}
	if a.Withheld {
		return words.T("find.withheld")
	}
	if a.ItemTotal > 0 {
		out += words.T("find.and") + words.N("find.found.items", a.ItemTotal)
	}
	return out
}

// covered says how much of the archive that covers.
func covered(c Coverage) string {
	if c.Pages == 0 {
		return ""
	}
	out := words.T("find.searched", words.Args{"Searched": words.Number(c.Searched), "Pages": words.Number(c.Pages)})
	if n := c.Silent(); n > 0 {
		out += words.N("find.silent", n)
	}
	if c.Closed > 0 {
		out += words.N("find.closed", c.Closed)
	}
	if c.Secret > 0 {
		out += words.N("find.secret", c.Secret)
	}
	return out
}

func took(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return words.T("find.took", words.Args{"Took": words.Number(int(max(d.Milliseconds(), 1)))})
}

// introduction stands in the place of the results before anything was asked.
func introduction(c Coverage, open parts.Open) fyne.CanvasObject {
	switch {
	case c.Pages == 0:
		return parts.NewEmptyState(words.T("find.empty"), words.T("find.empty.say"),
			parts.NewButton(words.T("find.empty.do"), base.DownloadIcon(), func() { open(parts.Route{Screen: routeIntake}) }))
	case c.NoEngine:
		return parts.NewEmptyState(words.T("find.engine"), words.N("find.engine.say", c.Waiting), toSettings(open))
	}
	say := words.T("find.intro.say") + "\n" + words.T("find.intro.examples")
	if c.Waiting > 0 {
		say += "\n" + words.N("find.intro.waiting", c.Waiting)
	}
	if c.Away > 0 {
		say += "\n" + words.N("find.intro.away", c.Away)
	}
	return parts.NewEmptyState(words.T("find.intro"), say, nil)
}

func toSettings(open parts.Open) *parts.Button {
	return parts.NewButton(words.T("find.engine.do"), base.SettingsIcon(), func() { open(parts.Route{Screen: routeSettings}) })
}

// nothing explains an answer without pages. It never says that the archive does not
// hold what was looked for.
func nothing(q Query, a Answer, open parts.Open) fyne.CanvasObject {
	c := a.Coverage
	var say []string
	say = append(say, words.N("find.none.say", c.Searched))
	if c.Silent() > 0 {
		say = append(say, words.N("find.none.silent", c.Silent()))
	}
	if c.Closed > 0 {
		say = append(say, words.N("find.none.closed", c.Closed))
	}
	if c.Secret > 0 {
		say = append(say, words.N("find.none.secret", c.Secret))
	}
	if c.Refused > 0 {
		say = append(say, words.N("find.none.refused", c.Refused))
	}
	say = append(say, words.T("find.none.hint"))
	if q.Fonds+q.Class+q.Years+q.Code != "" {
		say = append(say, words.T("find.none.filter"))
	}
	if a.ItemTotal > 0 {
		say = append(say, words.N("find.none.items", a.ItemTotal))
	}
	var do *parts.Button
	if c.NoEngine {
		do = toSettings(open)
	}
	return parts.NewEmptyState(words.T("find.none"), strings.Join(say, "\n"), do)
}
