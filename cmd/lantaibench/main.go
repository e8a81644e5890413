// Lantaibench measures Lantai beside its rivals: lantaibench <name> [flags].
package main

import (
	"fmt"
	"os"
	"slices"
)

// benches are the measurements by name; each takes its own flags.
func benches() map[string]func(args []string) error {
	return map[string]func(args []string) error{
		"access":     benchAccess,
		"adopt":      benchAdopt,
		"audit":      benchAudit,
		"catalogue":  benchCatalogue,
		"clerk":      benchClerk,
		"enhance":    benchEnhance,
		"fastengine": fastEngine, // no measurement: what "ingest -engine fast" has recognise
		"import":     benchImport,
		"ingest":     benchIngest,
		"ocr":        benchOCR,
		"offsite":    benchOffsite,
		"search":     benchSearch,
		"window":     benchWindow,

		"windowprogram": windowProgram, // no measurement: the windows of "window"
	}
}

func main() {
	all := benches()
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	if len(os.Args) < 2 || all[os.Args[1]] == nil {
		fmt.Fprintf(os.Stderr, "usage: lantaibench NAME [flags], where NAME is one of %v\n", names)
		os.Exit(2)
	}
	if err := all[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "lantaibench:", err)
		os.Exit(1)
	}
}
