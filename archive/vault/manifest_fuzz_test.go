package vault

import (
	"strings"
	"testing"
)

// Lines of lists and of moves.tsv are read as what was written, whatever a path is made
// of; of what others may have written, only what is written alike is taken.
func FuzzListLine(f *testing.F) {
	sum := strings.Repeat("0a", 32)
	f.Add("0001/WS/a-0001.tif", sum+"  masters/a")
	f.Add("a\nb\\n\r\t", "\\"+sum+"  masters/a\\\\nb")
	f.Add("\xff", sum+" *masters/x")
	f.Fuzz(func(t *testing.T, path, line string) {
		const prefix = "masters/"
		if path != "" {
			written := formatLine(prefix, record{path: path, sum: sum})
			body, whole := strings.CutSuffix(written, "\n")
			if got, ok := parseLine(prefix, body); !whole || strings.ContainsAny(body, "\n\r") || !ok || got.path != path || got.sum != sum {
				t.Fatalf("%q is written as %q, which is read as %+v, %v", path, written, got, ok)
			}
		}
		if r, ok := parseLine(prefix, line); ok {
			again, ok := parseLine(prefix, strings.TrimSuffix(formatLine(prefix, r), "\n"))
			if !ok || again != r {
				t.Fatalf("%q is %+v, written anew %+v", line, r, again)
			}
		}
		v := &Vault{prefix: prefix}
		moved := "2026-01-02T03:04:05Z\t" + tabEscaper.Replace(prefix+path) + "\t" + tabEscaper.Replace(prefix+line) + "\t" + sum
		if r, ok := v.parseMove(moved); !ok || r.path != path || r.to != line || r.sum != sum {
			t.Fatalf("a move from %q to %q is read as %+v, %v", path, line, r, ok)
		}
		v.parseMove(line)
	})
}
