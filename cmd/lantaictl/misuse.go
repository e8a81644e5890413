package main

import (
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/assets/lang"
)

// misuse is what is wrong with how a command was written, as a person reads it: key is the
// sentence's.
type misuse struct {
	key  string
	args lang.Args
}

// Error gives the English form, for the details.
func (m *misuse) Error() string { return lang.Load("en").T(m.key, m.args) }

// wrongly makes the error of a command that is not written as it should be.
func wrongly(key string, args lang.Args) error {
	return archive.WrapAs(archive.Invalid, "read arguments", "", &misuse{key, args})
}

// misused tells that the arguments do not make sense together.
func (c *call) misused(name string) (int, error) {
	return exitUsage, wrongly("ctl.misuse.together", lang.Args{"Name": name})
}

// choice is what a flag or an argument may be.
type choice struct {
	values []string
	words  func(value string) string // what people call one, which is taken too; nil: as it is
	many   bool                      // several, with commas between them
}

// may says what a flag may be, where that is one of some words. Left out it is none of them.
func (c *call) may(name string, ch choice) {
	if c.choices == nil {
		c.choices = map[string]choice{}
	}
	c.choices[name] = ch
}

// chosen refuses flags that are none of what they may be, and puts what people call a value
// back into what it is.
func (c *call) chosen() error {
	var wrong error
	c.flags.Visit(func(f *flag.Flag) {
		ch, ok := c.choices[f.Name]
		if !ok || wrong != nil {
			return
		}
		var is string
		if is, wrong = ch.read("--"+f.Name, f.Value.String()); wrong == nil {
			wrong = f.Value.Set(is)
		}
	})
	return wrong
}

// read finds what a text chooses; what says how the flag or argument is called.
func (ch choice) read(what, text string) (string, error) {
	parts := []string{text}
	if ch.many {
		parts = listed(text)
	}
	for i, part := range parts {
		at := slices.IndexFunc(ch.values, func(v string) bool { return v == part || ch.words != nil && ch.words(v) == part })
		if at < 0 && part != "" {
			return "", wrongly("ctl.misuse.choice", lang.Args{"What": what, "Value": part, "Values": ch.list()})
		}
		if at >= 0 {
			parts[i] = ch.values[at]
		}
	}
	return strings.Join(parts, ","), nil
}

// list names what may be chosen.
func (ch choice) list() string {
	said := make([]string, len(ch.values))
	for i, v := range ch.values {
		said[i] = v
		if ch.words == nil {
			continue
		}
		if word := ch.words(v); word != v {
			said[i] += " (" + word + ")"
		}
	}
	return strings.Join(said, ", ")
}

// listed parts a list as people write it.
func listed(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '，' || r == '、' || r == ' ' })
}

// worded is a choice whose values have words under prefix.
func (c *call) worded(prefix string, values ...string) choice {
	return choice{values: values, words: func(v string) string { return c.words.T(prefix+v, nil) }}
}

// names gives the strings of typed values.
func names[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

var (
	unknownFlag = regexp.MustCompile(`^flag provided but not defined: -(.*)$`)
	lonelyFlag  = regexp.MustCompile(`^flag needs an argument: -(.*)$`)
	wrongValue  = regexp.MustCompile(`(?s)^invalid (?:boolean )?value "(.*)" for (?:flag )?-([^ :]+): (.*)$`)
)

// flagFault says in a person's words what package flag says of flags.
func flagFault(err error) error {
	text := err.Error()
	if m := unknownFlag.FindStringSubmatch(text); m != nil {
		return wrongly("ctl.misuse.flag", lang.Args{"Flag": m[1]})
	}
	if m := lonelyFlag.FindStringSubmatch(text); m != nil {
		return wrongly("ctl.misuse.lonely", lang.Args{"Flag": m[1]})
	}
	if m := wrongValue.FindStringSubmatch(text); m != nil {
		if strings.Contains(m[3], "=") { // how our own kinds of value are written
			return wrongly("ctl.misuse.form", lang.Args{"Flag": m[2], "Value": m[1], "Form": m[3]})
		}
		return wrongly("ctl.misuse.value", lang.Args{"Flag": m[2], "Value": m[1]})
	}
	return wrongly("ctl.misuse.other", lang.Args{"Fault": text})
}

// checkArgs tells what is wrong with the arguments of a command, whatever they mean.
func (c *call) checkArgs(cmd command) error {
	if c.home == "" && !cmd.homeless {
		return wrongly("ctl.misuse.home", nil)
	}
	if n := len(c.args); n < cmd.min || n > cmd.max {
		return wrongly("ctl.misuse.count", lang.Args{"N": fmt.Sprint(n)})
	}
	if len(cmd.verbs) > 0 && len(c.args) > 0 && !cmd.named && !slices.Contains(cmd.verbs, c.args[0]) {
		return wrongly("ctl.misuse.verb", lang.Args{"Verb": c.args[0], "Verbs": strings.Join(cmd.verbs, ", ")})
	}
	if limit := c.flags.Lookup("limit"); limit != nil {
		if n, rows := limit.Value.(flag.Getter).Get().(int); rows && n < 1 { // target set has one of bytes
			return wrongly("ctl.misuse.value", lang.Args{"Flag": "limit", "Value": limit.Value.String()})
		}
	}
	for _, a := range c.args {
		if strings.TrimSpace(a) == "" {
			return wrongly("ctl.misuse.empty", nil)
		}
	}
	return c.chosen()
}
