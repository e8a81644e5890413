package intake

import (
	"context"

	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// wayFields ask how a folder is to come into the archive, with a line on what each
// answer means.
type wayFields struct {
	deps      Deps
	way       *parts.Select
	wayField  *parts.Field
	text      *parts.Check
	textField *parts.Field
	loads     task.Latest
	dir       string // the folder in question
	root      fyne.CanvasObject
}

func newWayFields(d Deps) *wayFields {
	f := &wayFields{deps: d}
	f.way = parts.NewSelect([]string{words.T("intake.way.copy"), words.T("intake.way.place")}, func(int) { f.changed() })
	f.wayField = parts.NewField(words.T("intake.way"), f.way)
	f.text = parts.NewCheck(words.T("intake.text.take"), nil)
	f.textField = parts.NewField(words.T("intake.text.label"), f.text)
	f.root = parts.NewForm(2, f.wayField, f.textField)
	f.way.SetSelectedIndex(0)
	return f
}

// delivery is what the fields say of a folder.
func (f *wayFields) delivery(dir string) Delivery {
	if f.way.SelectedIndex() == 1 {
		return Delivery{Dir: dir, Way: InPlace}
	}
	return Delivery{Dir: dir, Text: f.text.Checked}
}

// changed says what the way chosen means.
func (f *wayFields) changed() {
	if f.way.SelectedIndex() == 0 {
		f.loads.Cancel()
		f.wayField.SetHint(words.T("intake.way.copy.say"))
		f.textField.SetHint(words.T("intake.text.say"))
		f.text.Enable()
		return
	}
	f.text.Disable()
	f.textField.SetHint(words.T("intake.text.place"))
	f.wayField.SetHint(words.T("intake.way.place.say"))
	f.look(f.dir)
}

// look tells which storage root a folder lies on, or that it becomes one.
func (f *wayFields) look(dir string) {
	f.dir = dir
	if f.way.SelectedIndex() != 1 {
		return
	}
	f.wayField.SetHint(words.T("intake.way.place.say"))
	if dir == "" {
		f.loads.Cancel()
		return
	}
	task.Load(f.deps.Runner, &f.loads, func(ctx context.Context) (string, error) {
		return f.deps.Archive.RootAt(ctx, dir)
	}, func(label string, err error) {
		say := words.T("intake.way.place.say")
		switch {
		case archive.KindOf(err) != "": // not typed to its end yet, or it is told on receiving
		case label == "":
			say = words.Sentences(say, words.T("intake.way.becomes"))
		default:
			say = words.Sentences(say, words.T("intake.way.on", words.Args{"Root": label}))
		}
		f.wayField.SetHint(say)
	})
}
