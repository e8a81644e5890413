package main

import (
	"context"
	"fmt"
	"slices"

	"lantai/archive"
)

// output is one way in which content leaves the program.
type output struct {
	Name string `json:"name"` // "code.check", "export.catalogue"
	Kind string `json:"kind"` // "stdout": words; "json": the object of --json; "stderr": errors and progress; "file"
}

// outputs lists the ways in which content leaves the program. Commands answer no verb and
// write no file that they do not list, so neither can be missing here.
func outputs() []output {
	list := []output{{"help", "stdout"}, {"help", "stderr"}, {"version", "stdout"}}
	for _, cmd := range commands() {
		names := []string{cmd.name}
		for i, verb := range cmd.verbs {
			if i == 0 && !cmd.named {
				names = nil
			}
			names = append(names, cmd.name+"."+verb)
		}
		for _, name := range names {
			list = append(list, output{name, "stdout"}, output{name, "json"}, output{name, "stderr"})
		}
		for _, file := range cmd.files {
			list = append(list, output{cmd.name + "." + file, "file"})
		}
	}
	return list
}

// file is the path of a file that the command is about to write; the command has to list
// what it writes.
func (c *call) file(what, path string) (string, error) {
	if path != "" && !slices.Contains(c.writes, what) {
		return "", archive.Errorf(archive.Invalid, "write file", what, "%s does not list what it writes", c.name)
	}
	return path, nil
}

func outputsCommand() command {
	return command{name: "outputs", homeless: true, run: runOutputs}
}

func runOutputs(_ context.Context, c *call) (int, error) {
	if c.json {
		c.print(map[string]any{"outputs": outputs()})
		return exitDone, nil
	}
	for _, o := range outputs() {
		fmt.Fprintf(c.out, "%-8s %s\n", o.Kind, o.Name)
	}
	return exitDone, nil
}
