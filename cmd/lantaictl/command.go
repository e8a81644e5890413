package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/describe"
	"lantai/archive/refcode"
	"lantai/archive/station"
	"lantai/assets/lang"
)

// The exit codes, fixed for scripts.
const (
	exitDone       = 0
	exitFailed     = 1
	exitUsage      = 2
	exitRefused    = 3
	exitNotAllowed = 4
	exitDamaged    = 5
)

// command is one word of the program.
type command struct {
	name  string
	args  string   // what stands behind the flags, for the usage line
	min   int      // arguments at least
	max   int      // and at most
	verbs []string // its first argument, where it is one of some words
	files []string // the files of content that it writes, by name

	homeless bool // it needs no archive
	flags    func(*call)
	run      func(context.Context, *call) (int, error)
}

// call is one use of a command: its flags, arguments and where its words go.
type call struct {
	flags      *flag.FlagSet
	name       string // of the command
	writes     []string
	args       []string
	home       string
	json       bool
	as         string // who acts
	passwordFD int
	in         io.Reader
	out        io.Writer
	err        io.Writer
	words      lang.Words
	opt        options
	told       []string // what was said of the log
}

// options are the flags that some commands have.
type options struct {
	class                                              string
	name, scheme, retention, languages, holds          string
	series, set, order, scale, kind, below             string
	note                                               string
	unit, document, date, begin, end                   string
	limit, offset, year                                int
	fields                                             station.Values
	own                                                map[string]string
	link                                               linkOptions
	label, root, fonds, years                          string
	adopt, first                                       bool
	all, secret, notSecret                             bool
	text                                               bool
	mapping, saveMap, sheet, rejects, encoding, format string
	dryRun, update, replace                            bool
	seed                                               uint64
	fraction                                           float64
	corpus                                             string
	code                                               codeOptions
	author, docNo                                      string
	pages                                              int
	beforeOp, head                                     string
	person                                             personOptions
	log                                                logOptions
	purge                                              purgeOptions
	copySet, serial, keeping                           string
	disks                                              bool
	from                                               []string
	asOf, roots, target                                string
	keyFile, hostKey                                   string
	secretFD                                           int
}

// commands in the order that help shows them.
func commands() []command {
	list := append([]command{initCommand(), fondsCommand(), seriesCommand()}, recordCommands()...)
	list = append(list, ledgerCommand(), groupCommand())
	return append(list, []command{
		ingestCommand(), rootCommand(), hashCommand(), queueCommand(), attachCommand(), linkCommand(), retryCommand(), recogniseCommand(), statusCommand(), quarantineCommand(), declassifyCommand(), purgeCommand(),
		searchCommand(), showCommand(), textCommand(),
		importCommand(), exportCommand(), codeCommand(), wordsCommand(), historyCommand(), auditCommand(), trashCommand(), undoCommand(),
		targetCommand(), mediumCommand(), backupCommand(), restoreCommand(), rebuildCommand(), verifyCommand(), sampleCommand(), personCommand(), outputsCommand(),
	}...)
}

// run finds the command, reads its flags, carries it out and tells the exit code.
func run(ctx context.Context, argv []string, in io.Reader, out, errOut io.Writer) int {
	words := lang.Load(os.Getenv("LANTAI_LANG"))
	if len(argv) == 0 || argv[0] == "help" || argv[0] == "-h" || argv[0] == "--help" {
		usage(errOut, words)
		return exitUsage
	}
	if argv[0] == "version" || argv[0] == "--version" {
		fmt.Fprintln(out, "lantaictl", version)
		return exitDone
	}
	for _, cmd := range commands() {
		if cmd.name != argv[0] {
			continue
		}
		c := &call{name: cmd.name, writes: cmd.files, in: in, out: out, err: errOut, words: words}
		if err := c.parse(cmd, argv[1:]); err != nil {
			if !errors.Is(err, flag.ErrHelp) {
				c.json = c.json || slices.Contains(argv, "--json") || slices.Contains(argv, "-json") // it may stand behind what is wrong
				c.fail(archive.WrapAs(archive.Invalid, "read arguments", cmd.name, err))
			}
			c.usage(cmd)
			return exitUsage
		}
		if !c.json {
			c.out = visible{out}
		}
		code, err := cmd.do(ctx, c)
		if err != nil {
			c.fail(err)
			code = exitOf(err, code)
		}
		if code == exitUsage {
			c.usage(cmd)
		}
		return code
	}
	fmt.Fprintf(errOut, "lantaictl: %s\n", words.T("ctl.unknown-command", lang.Args{"Name": argv[0]}))
	usage(errOut, words)
	return exitUsage
}

// do carries the command out; a word that it does not list is none of its.
func (cmd command) do(ctx context.Context, c *call) (int, error) {
	if len(cmd.verbs) > 0 && len(c.args) > 0 && !slices.Contains(cmd.verbs, c.args[0]) {
		return c.misused(cmd.name)
	}
	return cmd.run(ctx, c)
}

// parse reads flags standing before, between or after the arguments.
func (c *call) parse(cmd command, argv []string) error {
	c.flags = flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	c.flags.SetOutput(c.err)
	c.flags.Usage = func() {}
	c.flags.StringVar(&c.home, "home", os.Getenv("LANTAI_HOME"), "folder of the archive")
	c.flags.BoolVar(&c.json, "json", false, "one JSON object instead of words")
	c.flags.StringVar(&c.as, "as", os.Getenv("LANTAI_AS"), "name of the account to act as, where the archive has accounts")
	c.flags.IntVar(&c.passwordFD, "password-fd", -1, "file descriptor to read its password from; left out: it is asked for")
	if cmd.flags != nil {
		cmd.flags(c)
	}
	for {
		if err := c.flags.Parse(argv); err != nil {
			return err
		}
		rest := c.flags.Args()
		if len(rest) == 0 {
			break
		}
		if consumed := len(argv) - len(rest); consumed > 0 && argv[consumed-1] == "--" {
			c.args = append(c.args, rest...)
			break
		}
		c.args = append(c.args, rest[0])
		argv = rest[1:]
	}
	if c.home == "" && !cmd.homeless {
		return errors.New("--home DIR is needed")
	}
	if len(c.args) < cmd.min || len(c.args) > cmd.max {
		return fmt.Errorf("wrong number of arguments: %d", len(c.args))
	}
	return nil
}

// usage shows how a command is written.
func (c *call) usage(cmd command) {
	fmt.Fprintf(c.err, "lantaictl %s [--home DIR] [--json] %s\n", cmd.name, cmd.args)
	c.flags.PrintDefaults()
}

// fail says what went wrong, as JSON or in words.
func (c *call) fail(err error) {
	var e *archive.Error
	if !errors.As(err, &e) {
		e = &archive.Error{Op: "run", Kind: archive.KindOf(err), Err: err}
	}
	if c.json {
		told := map[string]any{"op": e.Op, "kind": string(e.Kind), "subject": e.Subject, "message": c.tell(err)}
		if half, ok := errors.AsType[*halfDone](err); ok {
			told["report"] = half.report
		}
		c.print(map[string]any{"error": told})
		return
	}
	fmt.Fprintln(c.err, shown(c.tell(err)))
	fmt.Fprintln(c.err, "  "+shown(strings.TrimSpace(err.Error())))
}

// tell puts an error into words. What a form says below its fields, such as why a 档号 does
// not fit, stands in the sentence.
func (c *call) tell(err error) string {
	told := c.words.Tell(err)
	if refused, ok := errors.AsType[arrange.Refusals](err); ok {
		return c.tellRefused(told, refused)
	}
	problems, coded := errors.AsType[refcode.Problems](err)
	fields, described := errors.AsType[describe.Problems](err)
	if !coded && !described && told.Do != c.words["error.invalid.do"] {
		return c.words.Error(err)
	}
	var why []string
	for _, p := range problems {
		why = append(why, c.words.CodeProblem(p))
	}
	for _, p := range fields {
		if !p.Warning {
			why = append(why, c.fieldProblem("", p))
		}
	}
	sentence := strings.Join(why, c.words.T("ctl.invalid.and", nil))
	if sentence != "" {
		sentence += c.words.T("ctl.invalid.end", nil)
	}
	return c.words.T("ctl.invalid", lang.Args{"What": told.What, "Why": sentence})
}

// tellRefused says each reason why something is refused.
func (c *call) tellRefused(told lang.Told, refused arrange.Refusals) string {
	var why []string
	for _, r := range c.whyNot(refused) {
		why = append(why, r.Sentence)
		if len(why) == mostWhy {
			break
		}
	}
	return strings.Join(append(why, told.Safe), " ")
}

// mostWhy is how many reasons stand in one error.
const mostWhy = 10

// halfDone is an error beside which something was done.
type halfDone struct {
	error
	report any // for the error object of --json
}

// Unwrap gives the error.
func (h *halfDone) Unwrap() error { return h.error }

// beside tells what was done before an error: in words at once, as JSON in the error.
func (c *call) beside(err error, report any, say func()) error {
	if !c.json {
		say()
	}
	return &halfDone{err, report}
}

// print writes one JSON object.
func (c *call) print(v any) {
	enc := json.NewEncoder(c.out)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // standard output is gone: nobody is left to tell
}

// say writes a line in words.
func (c *call) say(key string, args lang.Args) {
	fmt.Fprintln(c.out, c.words.T(key, args))
}

func exitOf(err error, code int) int {
	switch archive.KindOf(err) {
	case archive.NotAllowed:
		return exitNotAllowed
	case archive.Damaged:
		return exitDamaged
	}
	if code != exitDone {
		return code
	}
	return exitFailed
}

func usage(w io.Writer, words lang.Words) {
	fmt.Fprintln(w, words.T("ctl.usage", nil))
	for _, cmd := range commands() {
		fmt.Fprintf(w, "  %-10s %-34s %s\n", cmd.name, cmd.args, words.T("ctl.help."+cmd.name, nil))
	}
}
