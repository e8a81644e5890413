// Package words gives screens their sentences in the chosen language.
//
// The toolkit keeps the loaded language, since it has words of its own that must
// match; it has no call to choose one, so Use loads our file under the name of
// whatever language the toolkit picks from the computer's settings.
package words

import (
	"encoding/json"
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	toolkit "fyne.io/fyne/v2/lang"

	"lantai/assets/lang"
)

// codeKey is the key under which a file of words names its language.
const codeKey = "language.code"

// Args fill the places of a sentence: {{.Name}} becomes the value of "Name".
type Args = lang.Args

// Language is one the program speaks, with its name in itself.
type Language struct{ Code, Name string }

// Languages lists the languages, the default first.
func Languages() []Language {
	return []Language{{lang.Default, "简体中文"}, {"en", "English"}}
}

// Use makes a language the one that every sentence appears in from now on; an
// unknown or empty code means the default. It is called before any widget is made.
func Use(code string) error {
	w := lang.Load(code)
	data, err := json.Marshal(w)
	if err != nil {
		return err
	}
	// The toolkit matches the computer's locales against the names it has files for.
	// The exact name of the first locale wins; where it is one that cannot be written
	// as a name, one of those shipped was matched.
	for _, name := range []fyne.Locale{
		toolkit.SystemLocale(), "en", "zh-Hans", "zh-Hant",
		"cs", "de", "el", "es", "fr", "ja", "pl", "pt", "pt-BR", "ru", "sv", "ta", "uk",
	} {
		err = toolkit.AddTranslationsForLocale(data, name)
		if err == nil && toolkit.LocalizeKey(codeKey, "") == w[codeKey] {
			return nil
		}
	}
	return fmt.Errorf("load language %q: %w", code, err)
}

// T gives the sentence for a key with its places filled.
func T(key string, args ...Args) string {
	if len(args) == 0 {
		return toolkit.LocalizeKey(key, key)
	}
	return toolkit.LocalizeKey(key, key, map[string]any(args[0]))
}

// N is T for a number of things: {{.N}} is the number, in groups of three digits,
// and a language that has a form for one thing keeps it under the key with ".one".
func N(key string, n int, args ...Args) string {
	all := Args{"N": Number(n)}
	for _, a := range args {
		for name, v := range a {
			all[name] = v
		}
	}
	if n == 1 && has(key+".one") {
		key += ".one"
	}
	return T(key, all)
}

// Sentences joins whole sentences: with a blank between, but for Chinese ones.
func Sentences(list ...string) string {
	out := ""
	for _, s := range list {
		if out != "" && !strings.HasSuffix(out, "。") {
			out += " "
		}
		out += s
	}
	return out
}

// Has tells whether there is a sentence for a key.
func Has(key string) bool { return has(key) }

// has asks whether the language in use has the key, without the log line that
// looking it up in vain would leave.
func has(key string) bool {
	_, ok := current()[key]
	return ok
}

// current are the words of the language in use.
func current() lang.Words { return lang.Load(T(codeKey)) }
