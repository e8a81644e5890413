package describing

import (
	"encoding/json"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"github.com/mozillazg/go-pinyin"

	"lantai/archive/describe"
)

// usedKept is how many words that were used are remembered for a field.
const usedKept = 30

// offer shows, below a field, the words that what was typed may become.
func (f *Form) offer(x *field) {
	typed := part(x, x.entry.Text)
	list := f.words(x)
	if len(list) == 0 {
		return
	}
	found, byLetters := Matching(list, typed)
	if len(found) == 1 && found[0] == typed {
		found = nil
	}
	// Where only words of the list can be meant, Enter takes the first at once.
	closed := f.opt.Rules.Vocabularies[x.Vocab].Closed
	f.show(x, found, typed != "" && !slices.Contains(found, typed) && (closed || byLetters))
}

// offerAll shows every word of a field, for the Down key.
func (f *Form) offerAll(x *field) { f.show(x, f.words(x), false) }

func (f *Form) show(x *field, list []string, first bool) {
	f.asking = x
	driver := fyne.CurrentApp().Driver()
	at := driver.AbsolutePositionForObject(x.entry).Subtract(driver.AbsolutePositionForObject(f.layer))
	size := x.entry.Size()
	f.offers.Offer(list, at.AddXY(0, size.Height+1), size.Width, at.Y-1, f.layer.Size().Height, first)
}

// take puts a word into the field, and goes on to the next one where nothing more is
// expected in it.
func (f *Form) take(word string) {
	x := f.asking
	if x == nil {
		return
	}
	whole := word
	if x.Type == describe.List {
		names := names(x.entry.Text)
		whole = strings.Join(append(names[:max(len(names)-1, 0)], word), "；")
	}
	x.entry.SetText(whole)
	x.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	f.offers.Close()
	// A press of the mouse takes the keyboard away when this is done.
	f.opt.Later(func() {
		if f.opt.Window.Canvas().Focused() == nil {
			f.focusOn(x)
		}
	})
	if x.Type != describe.List && f.Focused() == x.Name {
		f.next(x)
	}
}

// words are the vocabulary of a field and what was written in it last.
func (f *Form) words(x *field) []string {
	list := slices.Clone(f.opt.Rules.Vocabularies[x.Vocab].Words)
	if !remembers(x) {
		return list
	}
	for _, word := range f.recalled(x.Name) {
		if !slices.Contains(list, word) {
			list = append(list, word)
		}
	}
	return list
}

// remembers tells whether what is written in a field is likely to be written again.
func remembers(x *field) bool {
	if x.Name == "title" {
		return false
	}
	return x.Type == describe.Line || x.Type == describe.List || x.Type == describe.Location
}

func (f *Form) recalled(name string) []string {
	var list []string
	if json.Unmarshal([]byte(f.opt.Memory.StringWithFallback(f.memory("used")+"."+name, "[]")), &list) != nil {
		return nil
	}
	return list
}

// used remembers the words of a record that was saved.
func (f *Form) used(v Values) {
	for _, x := range f.fields {
		if !remembers(x) || v[x.Name] == "" {
			continue
		}
		words := []string{v[x.Name]}
		if x.Type == describe.List {
			words = names(v[x.Name])
		}
		list := f.recalled(x.Name)
		for _, word := range words {
			if i := slices.Index(list, word); i >= 0 {
				list = slices.Delete(list, i, i+1)
			}
			list = slices.Insert(list, 0, word)
		}
		b, err := json.Marshal(list[:min(len(list), usedKept)])
		if err == nil {
			f.opt.Memory.SetString(f.memory("used")+"."+x.Name, string(b))
		}
	}
}

// Offered lists the words of a field's vocabulary that what is typed may become.
func Offered(r describe.Rules, f describe.Field, typed string) []string {
	typed = strings.TrimSpace(typed)
	if typed == "" || f.Vocab == "" || f.Type == describe.List {
		return nil
	}
	found, _ := Matching(r.Vocabularies[f.Vocab].Words, typed)
	if len(found) == 1 && found[0] == typed {
		return nil
	}
	return found
}

// part is the piece of a field's text that is being typed: the last of several names.
func part(x *field, text string) string {
	if x.Type == describe.List {
		if list := names(text); len(list) > 0 {
			return list[len(list)-1]
		}
	}
	return strings.TrimSpace(text)
}

func names(text string) []string {
	list := strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '；' })
	for i, s := range list {
		list[i] = strings.TrimSpace(s)
	}
	if text = strings.TrimSpace(text); strings.HasSuffix(text, ";") || strings.HasSuffix(text, "；") {
		list = append(list, "")
	}
	return list
}

// Matching finds the words that begin with what was typed, then those that hold it, then
// those whose pinyin begins with its letters: "yj" for 永久. byLetters tells that only
// the last way found any.
func Matching(list []string, typed string) (found []string, byLetters bool) {
	if typed == "" {
		return list, false
	}
	low := strings.ToLower(typed)
	var inside, spelt []string
	for _, word := range list {
		switch w := strings.ToLower(word); {
		case strings.HasPrefix(w, low):
			found = append(found, word)
		case strings.Contains(w, low):
			inside = append(inside, word)
		case strings.HasPrefix(letters(word), low):
			spelt = append(spelt, word)
		}
	}
	found = append(found, inside...)
	return append(found, spelt...), len(found) == 0 && len(spelt) > 0
}

// letters are the first letters of the pinyin of a word; what is not Chinese stays.
func letters(word string) string {
	args := pinyin.NewArgs()
	args.Style = pinyin.FirstLetter
	args.Fallback = func(r rune, _ pinyin.Args) []string { return []string{strings.ToLower(string(r))} }
	return strings.Join(pinyin.LazyPinyin(word, args), "")
}
