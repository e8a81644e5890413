package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"lantai/assets/lang"
)

// TestCatalogueInAndOut goes from a spreadsheet to the catalogue and back, with a dry
// run, a saved mapping, rejected rows, an update and an undo.
func TestCatalogueInAndOut(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir) // where rejected rows go when nothing is said
	home := filepath.Join(dir, "h")
	ctl(t, home, exitDone, "init", "--name", "青禾区档案馆")
	ctl(t, home, exitDone, "fonds", "add", "0001", "青禾区人民政府")
	ctl(t, home, exitDone, "series", "add", "0001-WS", "文书档案", "--scheme", "item22")
	var b strings.Builder
	b.WriteString("档号,题名,成文日期,登记号\n")
	for n := range 700 { // more than one step of an undo
		fmt.Fprintf(&b, "0001-WS·1985-Y-BGS-%04d,关于第%d件事的通知,1985.4.18,D%d\n", n+1, n+1, n)
	}
	b.WriteString("0001-WS·1985-Y-BGS-9,位数不对,19850418,\n")
	table := filepath.Join(dir, "文书.csv")
	if err := os.WriteFile(table, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}

	dry := ctl(t, home, exitRefused, "import", "catalogue", table, "--dry-run")
	number(t, dry, "rows", 701)
	number(t, dry, "added", 700)
	if fates := dry["fates"].([]any); len(fates) != 701 || dry["op"] != nil {
		t.Errorf("%d fates, op %v", len(fates), dry["op"])
	}
	number(t, ctl(t, home, exitDone, "status"), "items", 0)

	// The mapping is saved, changed by hand, and used.
	saved := filepath.Join(dir, "map.json")
	var out, errOut strings.Builder
	if code := run(t.Context(), []string{"import", "catalogue", table, "--save-map", saved, "--home", home}, nil, &out, &errOut); code != exitDone {
		t.Fatalf("exit %d: %s", code, errOut.String())
	}
	data, err := os.ReadFile(saved)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	m["columns"].([]any)[3].(map[string]any)["extra"] = "登记号"
	if data, err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(saved, data, 0o644); err != nil {
		t.Fatal(err)
	}

	r := ctl(t, home, exitRefused, "import", "catalogue", table, "--map", saved)
	number(t, r, "added", 700)
	number(t, r, "rejected", 1)
	if left := r["columns_left"].([]any); len(left) != 0 {
		t.Errorf("columns left that the mapping has: %v", left)
	}
	reject := r["rejects"].([]any)[0].(map[string]any)
	number(t, reject, "row", 702)
	if reject["column"] != "档号" || reject["code"] != "bad-code" || !strings.Contains(reject["reason"].(string), "不合") || r["rejects_file"] != "文书-退回.xlsx" {
		t.Errorf("reject %v, file %v", reject, r["rejects_file"])
	}
	number(t, ctl(t, home, exitDone, "status"), "items", 700)
	// A file of rejected rows that is there, and may have been mended, is not written over.
	again := ctl(t, home, exitRefused, "import", "catalogue", table, "--map", saved)
	number(t, again, "already", 700)
	if again["rejects_file"] != "文书-退回-2.xlsx" {
		t.Errorf("the second file of rejected rows is %v", again["rejects_file"])
	}
	out.Reset()
	code := run(t.Context(), []string{"import", "catalogue", table, "--map", saved, "--home", home}, nil, &out, &errOut)
	for _, want := range []string{"没有写入任何内容", "第 702 行 档号“0001-WS·1985-Y-BGS-9”："} {
		if code != exitRefused || !strings.Contains(out.String(), want) {
			t.Errorf("nothing new: exit %d, no %q in %s", code, want, out.String())
		}
	}
	number(t, ctl(t, home, exitRefused, "import", "catalogue", "文书-退回.xlsx", "--map", saved, "--rejects", "again.csv"), "rejected", 1)

	// Out, and into another archive.
	number(t, ctl(t, home, exitDone, "export", "catalogue", filepath.Join(dir, "目录"), "--format", "xlsx", "--fonds", "0001"), "rows", 700)
	other := filepath.Join(dir, "h2")
	ctl(t, other, exitDone, "init", "--name", "另一个")
	number(t, ctl(t, other, exitRefused, "import", "catalogue", filepath.Join(dir, "目录.xlsx")), "rejected", 700)
	number(t, ctl(t, other, exitDone, "import", "catalogue", filepath.Join(dir, "目录.xlsx"), "--create-series", "item22"), "added", 700)
	first, second := filepath.Join(dir, "1.csv"), filepath.Join(dir, "2.csv")
	ctl(t, home, exitDone, "export", "catalogue", first)
	ctl(t, home, exitFailed, "export", "catalogue", first)
	ctl(t, home, exitDone, "export", "catalogue", first, "--replace")
	ctl(t, other, exitDone, "export", "catalogue", second)
	one, _ := os.ReadFile(first)
	two, _ := os.ReadFile(second)
	if len(one) == 0 || string(one) != string(two) {
		t.Error("what came back is not what went out")
	}

	// A change, and everything undone.
	if err := os.WriteFile(table, []byte("档号,题名\n0001-WS·1985-Y-BGS-0001,改过的题名\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	number(t, ctl(t, home, exitRefused, "import", "catalogue", table), "rejected", 1)
	changed := ctl(t, home, exitDone, "import", "catalogue", table, "--update")
	number(t, changed, "updated", 1)
	if undone := ctl(t, home, exitRefused, "undo", r["op"].(string)); undone["kept"].(float64) != 2 {
		t.Errorf("undo past a change: %v", undone)
	}
	number(t, ctl(t, home, exitDone, "status"), "items", 1)
	ctl(t, home, exitFailed, "undo", "123")
	errOut.Reset()
	if run(t.Context(), []string{"undo", "123", "--home", home}, nil, &out, &errOut); !strings.Contains(errOut.String(), "没有编号为 123 的操作") {
		t.Errorf("an op that is not there: %s", errOut.String())
	}
	out.Reset()
	if run(t.Context(), []string{"status", "--home", home}, nil, &out, &errOut); !strings.Contains(out.String(), "没有等待识别的画幅") {
		t.Errorf("status with nothing to do: %s", out.String())
	}
	ctl(t, home, exitUsage, "undo", "x")
	ctl(t, home, exitFailed, "import", "catalogue", filepath.Join(dir, "nothing.csv"))
	ctl(t, home, exitUsage, "import", "something", table)
}

// Each reason and fate of a row has its words.
func TestReasonsOfAnImportHaveWords(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", "archive", "exchange", "reason.go"), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	words, n := lang.Load("zh_Hans"), 0
	ast.Inspect(f, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		kind, ok := spec.Type.(*ast.Ident)
		if !ok {
			return true
		}
		prefix := map[string]string{"Reason": "import.reason.", "Fate": "import.fate."}[kind.Name]
		for _, v := range spec.Values {
			name, err := strconv.Unquote(v.(*ast.BasicLit).Value)
			if _, ok := words[prefix+name]; err != nil || !ok {
				t.Errorf("no words for %q", prefix+name)
			}
			n++
		}
		return true
	})
	if n < 20 {
		t.Errorf("only %d found", n)
	}
}
