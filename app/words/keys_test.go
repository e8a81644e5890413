package words_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lantai/assets/lang"
)

const root = "../.."

// oneForm ends the keys that a language has for one thing, where another has none.
const oneForm = ".one"

func load(t *testing.T, code string) map[string]string {
	t.Helper()
	b, err := lang.Files.ReadFile(code + ".json")
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatalf("%s.json: %v", code, err)
	}
	return m
}

var placeholder = regexp.MustCompile(`\{\{[^}]*\}\}`)

func places(s string) []string {
	p := placeholder.FindAllString(s, -1)
	slices.Sort(p)
	return slices.Compact(p)
}

// Both languages say the same things with the same places to fill.
func TestLanguagesMatch(t *testing.T) {
	zh, en := load(t, "zh_Hans"), load(t, "en")
	for _, pair := range []struct {
		a, b map[string]string
		name string
	}{{zh, en, "en"}, {en, zh, "zh_Hans"}} {
		for k := range pair.a {
			if _, ok := pair.b[strings.TrimSuffix(k, oneForm)]; !ok {
				t.Errorf("%s.json lacks %q", pair.name, k)
			}
		}
	}
	for k, s := range en {
		have, want := places(s), places(zh[strings.TrimSuffix(k, oneForm)])
		if strings.HasSuffix(k, oneForm) { // may say "one" or leave the number away
			want = slices.DeleteFunc(want, func(p string) bool { return p == "{{.N}}" && !slices.Contains(have, p) })
		}
		if !slices.Equal(have, want) {
			t.Errorf("%q has the places %v in one language and %v in the other", k, have, want)
		}
		if strings.TrimSpace(s) == "" || strings.TrimSpace(zh[strings.TrimSuffix(k, oneForm)]) == "" {
			t.Errorf("%q has no words", k)
		}
	}
	han := regexp.MustCompile(`\p{Han}`)
	for k, s := range en {
		if han.MatchString(s) && k != "language.zh_Hans" && !strings.HasPrefix(k, "settings.language") {
			t.Errorf("the English of %q is %q", k, s)
		}
	}
}

// code collects the string literals of the programs that have words, and those that
// are looked up as keys.
func code(t *testing.T) (literals map[string]bool, keys map[string]token.Position) {
	t.Helper()
	literals, keys = map[string]bool{}, map[string]token.Position{}
	for _, dir := range []string{"app", "assets/lang", "cmd/lantai", "cmd/lantaictl", "archive"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
				strings.Contains(filepath.ToSlash(path), "/gallery/") {
				return err
			}
			files := token.NewFileSet()
			f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := literal(n); ok {
					literals[s] = true
				}
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) == 0 {
					return true
				}
				if s, ok := literal(call.Args[0]); ok && looksUp(call.Fun, f.Name.Name) {
					keys[s] = files.Position(call.Pos())
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return literals, keys
}

func literal(n ast.Node) (string, bool) {
	l, ok := n.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(l.Value)
	return s, err == nil
}

// looksUp tells calls of words.T and words.N, and of T and N inside package words.
func looksUp(fun ast.Expr, pkg string) bool {
	switch f := fun.(type) {
	case *ast.Ident:
		return pkg == "words" && (f.Name == "T" || f.Name == "N")
	case *ast.SelectorExpr:
		x, ok := f.X.(*ast.Ident)
		return ok && x.Name == "words" && (f.Sel.Name == "T" || f.Sel.Name == "N")
	}
	return false
}

// Every key in the code has words, and all words are used: under their key, or by a
// prefix or a suffix that the code puts together with a name.
func TestKeysAreThereAndUsed(t *testing.T) {
	zh := load(t, "zh_Hans")
	literals, keys := code(t)
	for k, at := range keys {
		if _, ok := zh[k]; !ok && !strings.HasSuffix(k, ".") {
			t.Errorf("%s: no words for %q", at, k)
		}
	}
	toolkit := toolkitKeys(t)
	for k := range zh {
		if toolkit[k] || literals[strings.TrimSuffix(k, oneForm)] {
			continue
		}
		used := false
		for i := range k {
			used = used || k[i] == '.' && (literals[k[:i+1]] || literals[k[:i]] && literals[k[i:]])
		}
		if !used {
			t.Errorf("%q is not used", k)
		}
	}
	for k := range toolkit {
		if _, ok := zh[k]; !ok {
			t.Errorf("no words for the toolkit's %q", k)
		}
	}
}

// toolkitKeys reads the toolkit's own keys beside its source.
func toolkitKeys(t *testing.T) map[string]bool {
	t.Helper()
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "fyne.io/fyne/v2/lang").Output()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "translations", "base.en.json"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{}
	for k := range all {
		keys[k] = true
	}
	return keys
}

// constants gives the values of the constants of a type of package archive.
func constants(t *testing.T, typeName string) (values []string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, "archive", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if name, ok := spec.Type.(*ast.Ident); ok && name.Name == typeName {
				for _, v := range spec.Values {
					if s, ok := literal(v); ok {
						values = append(values, s)
					}
				}
			}
			return true
		})
	}
	if len(values) == 0 {
		t.Fatalf("no constants of archive.%s", typeName)
	}
	return values
}

// Each kind of error, reason, stage and kind of holding has its words.
func TestNounsHaveWords(t *testing.T) {
	zh := load(t, "zh_Hans")
	for _, c := range []struct{ typeName, prefix, suffix string }{
		{"ErrorKind", "error.", ""}, {"ErrorKind", "error.", ".safe"}, {"ErrorKind", "error.", ".do"},
		{"Reason", "reason.", ""}, {"Reason", "reason.", ".do"},
		{"Stage", "stage.", ""}, {"HoldingKind", "kind.", ""}, {"Method", "method.", ""},
	} {
		for _, v := range constants(t, c.typeName) {
			if _, ok := zh[c.prefix+v+c.suffix]; !ok {
				t.Errorf("no words for %q", c.prefix+v+c.suffix)
			}
		}
	}
}
