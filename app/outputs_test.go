package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lantai/app"
)

// ways are the calls by which content leaves the window, by their last name and, where that
// is of others too, what stands before it.
var ways = []string{"os.Create", "os.CreateTemp", "os.MkdirTemp", "os.WriteFile", "os.OpenFile", "os.Link", "os.Symlink",
	"parts.WriteWhole", "parts.WriteTable", "station.Backup", "copies.AddTarget", "copies.AddMedium", "exchange.Export", "audit.Export", ".SetTitle", ".SendNotification", "Clipboard().SetContent", "window.SetContent", ".NewWindow"}

// insiders write for others, which are listed themselves.
var insiders = []string{"parts/writewhole.go WriteWhole"}

// Everything that leaves the window is listed, with what writes it.
func TestEveryOutputOfTheWindowIsListed(t *testing.T) {
	listed := map[string]bool{}
	for _, o := range app.Outputs() {
		for _, at := range o.At {
			listed[at] = true
		}
	}
	for _, at := range insiders {
		listed[at] = true
	}
	found := map[string]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == "gallery" {
			return cmpSkip(err)
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "task/tasktest") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, decl := range f.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && leaves(written(call.Fun)) {
					found[filepath.ToSlash(path)+" "+fn.Name.Name] = written(call.Fun)
				}
				return true
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range slices.Sorted(maps.Keys(found)) {
		if !listed[at] {
			t.Errorf("%s calls %s and is in no output", at, found[at])
		}
		delete(listed, at)
	}
	for at := range listed {
		t.Errorf("%s is listed and writes nothing", at)
	}
}

func cmpSkip(err error) error {
	if err != nil {
		return err
	}
	return filepath.SkipDir
}

func leaves(call string) bool {
	return slices.ContainsFunc(ways, func(w string) bool { return call == w || !strings.HasPrefix(w, "os.") && strings.HasSuffix(call, w) })
}

// written is an expression as it stands in the source, as far as names and calls go.
func written(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return written(e.X) + "." + e.Sel.Name
	case *ast.CallExpr:
		return written(e.Fun) + "()"
	}
	return ""
}
