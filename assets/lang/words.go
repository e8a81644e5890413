package lang

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"lantai/archive"
)

// Default is the language used when none is chosen.
const Default = "zh_Hans"

// Args fill the places of a sentence: {{.Name}} becomes the value of "Name".
type Args map[string]any

// Words are the sentences of one language by key.
type Words map[string]string

// Load gives the words of a language: "zh_Hans", "en", or anything else for the
// default.
func Load(code string) Words {
	b, err := Files.ReadFile(code + ".json")
	if err != nil {
		b, _ = Files.ReadFile(Default + ".json")
	}
	w := Words{}
	if err := json.Unmarshal(b, &w); err != nil {
		return Words{}
	}
	return w
}

// T gives the sentence for key with its places filled; a key that is not there is
// given back as it is.
func (w Words) T(key string, args Args) string {
	s, ok := w[key]
	if !ok {
		return key
	}
	for name, v := range args {
		s = strings.ReplaceAll(s, "{{."+name+"}}", fmt.Sprint(v))
	}
	return s
}

// Error tells a person what happened, what is safe and what to do. It looks for a
// sentence for the reason, then for the operation with its kind, then for the kind.
func (w Words) Error(err error) string {
	var e *archive.Error
	if !errors.As(err, &e) {
		e = &archive.Error{Kind: archive.KindOf(err)}
	}
	args := Args{"Subject": innermostSubject(err)}
	keys := []string{
		"reason." + string(archive.ReasonOf(err)),
		"error." + strings.ReplaceAll(e.Op, " ", "-") + "." + string(e.Kind),
		"error." + string(e.Kind),
	}
	for _, k := range keys {
		if _, ok := w[k]; ok {
			return w.T(k, args)
		}
	}
	return w.T("error.internal", args)
}

// innermostSubject is the file, page or code that the deepest error names.
func innermostSubject(err error) string {
	subject := ""
	for err != nil {
		var e *archive.Error
		if !errors.As(err, &e) {
			break
		}
		if e.Subject != "" {
			subject = e.Subject
		}
		err = e.Err
	}
	return subject
}
