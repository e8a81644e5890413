package ocr

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"lantai/archive"
)

// Options say which Tesseract is used and how it runs. The zero value looks for
// one and runs it in the background.
type Options struct {
	Program    string        // path of the program; empty: beside this program, then in PATH
	Tessdata   string        // folder of the models; empty: beside this program, then Tesseract's own
	Variables  []string      // "name=value", passed with -c
	Foreground bool          // run at normal priority instead of the lowest
	Patience   time.Duration // for one page before it is given up; 0: ten minutes
}

// Tesseract is the engine behind Tesseract's command line program, version 4 or 5.
type Tesseract struct {
	opt     Options
	program string
	version string

	mu       sync.Mutex // guards models
	models   map[string]Model
	listed   []string
	tessdata string
}

var _ Engine = (*Tesseract)(nil)

var versionLine = regexp.MustCompile(`(?m)^tesseract v?(\d+)(\.[0-9A-Za-z.+-]+)?`)

// FindTesseract looks for the program and asks it for its version and models. It
// returns an Unavailable error that names the packages to install when there is
// none, or one too old.
func FindTesseract(ctx context.Context, opt Options) (*Tesseract, error) {
	if opt.Patience <= 0 {
		opt.Patience = 10 * time.Minute
	}
	program, err := findProgram(opt.Program)
	if err != nil {
		return nil, unavailable(opt.Program, err)
	}
	if opt.Tessdata == "" {
		opt.Tessdata = besideProgram("tessdata")
	}
	t := &Tesseract{opt: opt, program: program, models: map[string]Model{}}
	out, err := t.ask(ctx, "--version")
	if err != nil {
		return nil, unavailable(program, err)
	}
	m := versionLine.FindStringSubmatch(out)
	if m == nil {
		return nil, unavailable(program, fmt.Errorf("does not tell its version"))
	}
	if major, _ := strconv.Atoi(m[1]); major < 4 {
		return nil, unavailable(program, fmt.Errorf("version %s%s is too old", m[1], m[2]))
	}
	t.version = m[1] + m[2]
	if out, err = t.ask(ctx, "--list-langs"); err != nil {
		return nil, unavailable(program, err)
	}
	t.tessdata, t.listed = parseLanguages(out)
	if t.opt.Tessdata != "" {
		t.tessdata = t.opt.Tessdata
	}
	return t, nil
}

func unavailable(subject string, err error) error {
	if archive.KindOf(err) == archive.Stopped {
		return archive.Wrap("find tesseract", subject, err)
	}
	hint := "install the packages tesseract-ocr and tesseract-ocr-chi-sim"
	if runtime.GOOS == "windows" {
		hint = "install Tesseract 5 with the chi_sim model, or put its folder tesseract beside this program"
	}
	return archive.WrapAs(archive.Unavailable, "find tesseract", subject, fmt.Errorf("%w (%s)", err, hint))
}

// findProgram resolves the configured path, or looks beside this program and in PATH.
func findProgram(configured string) (string, error) {
	if configured != "" {
		return exec.LookPath(configured)
	}
	for _, name := range []string{"tesseract", filepath.Join("tesseract", "tesseract")} {
		if p := besideProgram(name); p != "" {
			if found, err := exec.LookPath(p); err == nil {
				return found, nil
			}
		}
	}
	return exec.LookPath("tesseract")
}

// besideProgram gives the path of name in the folder of this program, or "" when
// there is nothing.
func besideProgram(name string) string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	p := filepath.Join(filepath.Dir(self), name)
	for _, suffix := range []string{"", ".exe"} {
		if _, err := os.Stat(p + suffix); err == nil {
			return p + suffix
		}
	}
	return ""
}

// ask runs the program for a question about itself.
func (t *Tesseract) ask(ctx context.Context, args ...string) (string, error) {
	if t.opt.Tessdata != "" {
		args = append(args, "--tessdata-dir", t.opt.Tessdata)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, t.program, args...)
	cmd.Env = environment()
	isolate(cmd)
	out, err := cmd.CombinedOutput()
	if err != nil && ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, lastLine(string(out)))
	}
	return string(out), nil
}

// parseLanguages reads the answer to --list-langs: a title with the folder in
// quotes, then one model a line.
func parseLanguages(out string) (dir string, names []string) {
	for i, line := range strings.Split(out, "\n") {
		line = strings.TrimSpace(line)
		if i == 0 || strings.HasPrefix(line, "List of available") {
			if parts := strings.Split(line, `"`); len(parts) == 3 {
				dir = parts[1]
			}
			continue
		}
		if line != "" && !strings.ContainsAny(line, " :") {
			names = append(names, line)
		}
	}
	slices.Sort(names)
	return dir, names
}

// Languages lists the installed models by name.
func (t *Tesseract) Languages() []string { return slices.Clone(t.listed) }

// Describe tells version and models. The first call for a model reads and hashes
// its file; later calls remember it.
func (t *Tesseract) Describe(ctx context.Context) (Description, error) {
	return t.describe(ctx, t.listed)
}

func (t *Tesseract) describe(ctx context.Context, names []string) (Description, error) {
	d := Description{Name: "tesseract", Version: t.version, Program: t.program}
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return d, archive.Wrap("describe engine", t.program, err)
		}
		m, err := t.model(name)
		if err != nil {
			return d, err
		}
		d.Models = append(d.Models, m)
	}
	return d, nil
}

// model hashes the file of one model, once. A folder that cannot be read leaves
// size and hash out: Tesseract itself may know better where its models lie.
func (t *Tesseract) model(name string) (Model, error) {
	if !slices.Contains(t.listed, name) {
		return Model{}, archive.Errorf(archive.Unavailable, "find model", name,
			"tesseract has no such model (install the package tesseract-ocr-%s)", strings.ReplaceAll(name, "_", "-"))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if m, ok := t.models[name]; ok {
		return m, nil
	}
	m := Model{Name: name}
	if f, err := os.Open(filepath.Join(t.tessdata, filepath.FromSlash(name)+".traineddata")); err == nil {
		h := sha256.New()
		n, err := io.Copy(h, f)
		f.Close()
		if err == nil {
			m.Bytes, m.SHA256 = n, hex.EncodeToString(h.Sum(nil))
		}
	}
	t.models[name] = m
	return m, nil
}
