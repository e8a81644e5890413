package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// writers are the calls by which a file comes into being, or by which words pass by the
// command that says them.
var writers = []string{"os.Create", "os.CreateTemp", "os.MkdirTemp", "os.WriteFile", "os.OpenFile", "os.Link", "os.Symlink",
	"exchange.Export", "exchange.Import", "c.saveTable", "sheet.Create", "ioutil.WriteFile"}

// Every file that a command writes is asked for by the name that its table has; nothing
// writes words but where the command's own go.
func TestEveryWriterIsListed(t *testing.T) {
	files := map[string]bool{}
	for _, cmd := range commands() {
		for _, f := range cmd.files {
			files[f] = true
		}
	}
	asked := map[string]bool{}
	for name, fn := range functions(t) {
		writes, asks := "", false
		ast.Inspect(fn, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				call := spelled(n.Fun)
				switch {
				case slices.Contains(writers, call) && call != "c.saveTable": // which asks itself
					writes = call
				case call == "c.file" && len(n.Args) == 2:
					asks = true
					what, ok := n.Args[0].(*ast.BasicLit)
					if !ok || !files[strings.Trim(what.Value, `"`)] {
						t.Errorf("%s asks for a file that no command lists", name)
						break
					}
					asked[strings.Trim(what.Value, `"`)] = true
				case call == "fmt.Print" || call == "fmt.Printf" || call == "fmt.Println" || call == "println" || call == "print":
					t.Errorf("%s: %s passes by the command's own output", name, call)
				}
			case *ast.SelectorExpr:
				if s := spelled(n); (s == "os.Stdout" || s == "os.Stderr") && name != "main.go main" {
					t.Errorf("%s: %s passes by the command's own output", name, s)
				}
			}
			return true
		})
		if writes != "" && !asks {
			t.Errorf("%s: %s writes a file that no command lists", name, writes)
		}
	}
	for f := range files {
		if !asked[f] {
			t.Errorf("the file %q is listed and nothing writes it", f)
		}
	}
}

func functions(t *testing.T) map[string]*ast.FuncDecl {
	t.Helper()
	all := map[string]*ast.FuncDecl{}
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				all[path+" "+fn.Name.Name] = fn
			}
		}
	}
	return all
}

func spelled(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return spelled(e.X) + "." + e.Sel.Name
	}
	return ""
}

func TestOutputsAreEachListedOnce(t *testing.T) {
	r := ctl(t, "", exitDone, "outputs")
	list := r["outputs"].([]any)
	seen := map[string]bool{}
	for _, one := range list {
		name := fmt.Sprint(one)
		if seen[name] {
			t.Errorf("%s is listed twice", name)
		}
		seen[name] = true
	}
	for _, name := range []string{"show", "code.check", "search"} {
		for _, kind := range []string{"stdout", "json", "stderr"} {
			if !seen[fmt.Sprint(map[string]any{"name": name, "kind": kind})] {
				t.Errorf("%s, %s: not listed", name, kind)
			}
		}
	}
	t.Logf("%d outputs", len(list))
}

// What no command lists as its word is none, whatever its code would do with it.
func TestAWordThatIsNotListedIsNotAnswered(t *testing.T) {
	for _, cmd := range commands() {
		if len(cmd.verbs) > 0 && !cmd.named {
			ctl(t, t.TempDir(), exitUsage, cmd.name, "no-such-word")
		}
		if _, ok := needs(cmd.name); !ok {
			t.Errorf("%s: nobody said which rights it takes", cmd.name)
		}
	}
}
