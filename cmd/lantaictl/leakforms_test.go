package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lantai/archive/access"
	"lantai/archive/station/canary"
)

// question is one way of asking.
type question struct {
	output string // that is asked
	file   string // the output that is a file, if one is written
	args   []string
	finds  string          // what is searched for
	text   *canary.Phrase  // that a page holds, and is searched for
	must   bool            // it is asked in every run
	takes  []access.Action // rights besides those of the command
	apart  bool            // the archive is not opened
	record *subject        // that is asked for
}

// subject is a record, or what it says, that is asked for.
type subject struct {
	canary.Record
	does access.Action
}

func (s *subject) sees(who access.Actor) bool { return access.May(who, s.does, s.About).Allowed }

// forms are all ways of asking that could bring something of a record, the harmless first.
func (a *asker) forms() []question {
	var list []question
	ask := func(output string, args ...string) *question {
		list = append(list, question{output: output, args: args})
		return &list[len(list)-1]
	}
	a.whole(ask)
	for _, r := range a.world.Records {
		a.about(ask, r)
	}
	for _, p := range a.world.Phrases {
		if sought(p.Where) {
			q := ask("search", "search", p.First)
			if q.finds = p.First; strings.HasPrefix(p.Where, "correction of") {
				q.text, q.must = &p, a.approval(p)
			}
		}
	}
	a.tables(ask)
	for _, r := range a.world.Records {
		a.changing(ask, r)
	}
	a.last(ask)
	return list
}

// approval tells whether the one who asks has or had an approval of what a phrase is about.
func (a *asker) approval(p canary.Phrase) bool {
	return slices.ContainsFunc(a.world.Approvals, func(one canary.Approval) bool {
		return one.Person == a.person.Name && a.world.Written(one.Record).First == p.First
	})
}

// sought are the places that search knows, of which each is searched for.
func sought(where string) bool {
	for _, begin := range []string{"title of", "text of", "persons of", "document number of", "correction of"} {
		if strings.HasPrefix(where, begin) && !strings.Contains(where, "the box") {
			return true
		}
	}
	return false
}

// custody asks for what is told of copies, when some were made.
func (a *asker) custody(ask asking) {
	for verb, args := range map[string][]string{"check": {"1"}, "checks": {"1"}, "edit": {"1", "--note", "备注"}, "cycle": nil} {
		ask("medium."+verb, append([]string{"medium", verb}, args...)...)
	}
	slip, record := filepath.Join(a.out, "cwd", "slip.pdf"), filepath.Join(a.out, "cwd", "record.pdf")
	ask("medium.slip", "medium", "slip", "1", "--out", slip).file = "medium.form"
	ask("repair", "repair")
	ask("drill", "drill", "异地", "--scratch", filepath.Join(a.dir, "scratch"), "--volumes", "3")
	ask("drill.list", "drill", "list")
	ask("drill.record", "drill", "record", "1", "--out", record).file = "drill.form"
	ask("medium.retire", "medium", "retire", "1", "--forget-copies")
}

type asking func(output string, args ...string) *question

// whole asks for what names no record.
func (a *asker) whole(ask asking) {
	ask("fonds.list", "fonds", "list")
	ask("series.list", "series", "list")
	for _, f := range a.world.Fonds {
		ask("fonds.show", "fonds", "show", f)
		ask("fonds.names", "fonds", "names", f)
		ask("series.list", "series", "list", f)
		ask("ledger.show", "ledger", "show", "--fonds", f)
		ask("ledger.lines", "ledger", "lines", "--fonds", f)
		for _, kind := range []string{"item", "container"} {
			ask(kind+".list", kind, "list", "--fonds", f)
			ask(kind+".list", kind, "list", "--series", f+"-WS", "--limit", "3")
		}
		for _, by := range []string{"name", "path", "range"} {
			ask("link", "link", "--by", by, "--column", "原文路径", "--dry-run", "--fonds", f)
		}
		ask("link", "link", "--check", "--fonds", f).file = "link.report"
		class := f + "-WS·1985-Y-BGS"
		ask("code.check", "code", "check", class)
		ask("code.gaps", "code", "gaps", class)
		ask("code.renumber", "code", "renumber", class, "--by", "title", "--dry-run")
		ask("code.file", "code", "file", class, "--dry-run")
		ask("code.accession", "code", "accession", class, "--dry-run")
		ask("code.open", "code", "open", class, "--dry-run")
		ask("code.split", "code", "split", class, "--from", "1", "--to", f+"-WS·1990-Y-BGS", "--dry-run")
		ask("code.insert", "code", "insert", class+"-0001", "新条目", "--dry-run")
	}
	for _, word := range []string{canary.Neighbour, "会议", "鹮", "鹓", "鹮鸀", "物资清单"} {
		ask("search", "search", word)
		ask("search", "search", word, "--limit", "1", "--offset", "1", "--order", "code")
	}
	ask("ledger.show", "ledger")
	ask("ledger.lines", "ledger", "lines")
	ask("group.list", "group", "list")
	ask("code.check", "code", "check")
	ask("code.gaps", "code", "gaps")
	ask("words.list", "words", "list")
	ask("queue.list", "queue", "list")
	ask("root.list", "root", "list")
	ask("root.show", "root", "show", "no such root")
	ask("status", "status")
	ask("quarantine.list", "quarantine", "list", "--all")
	ask("trash.list", "trash", "list")
	ask("person.list", "person", "list")
	ask("audit.head", "audit", "head")
	ask("audit.verify", "audit", "verify")
	ask("audit.list", "audit", "list").takes = []access.Action{access.Audit}
	ask("audit.keep", "audit", "keep").takes = []access.Action{access.Audit, access.Administer}
	for _, ext := range []string{"csv", "xlsx"} {
		taken := ask("audit.export", "audit", "export", filepath.Join(a.out, "cwd", "log."+ext), "--replace")
		taken.takes, taken.file = []access.Action{access.Audit}, "audit.log"
	}
	ask("declassify", "declassify")
	ask("purge", "purge", "--list", "--all")
	ask("verify", "verify")
	ask("verify", "verify", "--rolling", "--files", "1000")
	ask("fixity.status", "fixity", "status")
	ask("fixity.list", "fixity", "list")
	ask("hash", "hash")
	ask("link", "link", "--by", "name", "--dry-run")
	report := filepath.Join(a.out, "cwd", "report.csv")
	for _, args := range [][]string{{"--by", "name", "--dry-run"}, {"--by", "path", "--column", "原文路径", "--dry-run"}, {"--check"}} {
		ask("link", append([]string{"link", "--report", report}, args...)...).file = "link.report"
	}
	for _, name := range a.world.Groups {
		ask("group.show", "group", "show", name[:len(name)/2])
	}
}

// about asks for one record, by all that names it, and changes nothing.
func (a *asker) about(ask asking, r canary.Record) {
	ask("show", "show", r.Code).record = &subject{r, access.SeeRow}
	ask("history", "history", r.Code).record = &subject{r, access.SeeRow}
	ask("history", "history", r.ID.String()).record = &subject{r, access.SeeRow}
	ask("item.show", "item", "show", r.Code).record = &subject{r, access.SeeRow}
	ask("container.list", "container", "list", "--below", r.Code)
	ask("code.check", "code", "check", r.Code)
	ask("code.move", "code", "move", r.Code, "--to", r.Code[:4]+"-WS·1999-Y-BGS", "--dry-run").record = &subject{r, access.SeeRow}
	ask("code.correct", "code", "correct", r.Code, r.Code[:len(r.Code)-4]+"0031", "--reason", "更正", "--dry-run")
	ask("code.insert", "code", "insert", r.Code, "新条目", "--dry-run")
	ask("trash.remove", "trash", "remove", r.Code, "--reason", "重号", "--dry-run")
	ask("quarantine.decide", "quarantine", "decide", r.Code, "--not-secret")
	ask("item.add", "item", "add", r.Code, "同一个档号")
	ask("purge", "purge", r.Code)
	ask("purge", "purge", r.Code, "--agree")
	if r.Gone != 0 {
		return
	}
	for _, p := range r.Pages {
		ask("text", "text", p.String()).record = &subject{r, access.ReadText}
	}
}

// tables takes the catalogue out and in.
func (a *asker) tables(ask asking) {
	for _, ext := range []string{"csv", "xlsx"} {
		ask("export.catalogue", "export", "catalogue", filepath.Join(a.out, "cwd", "all."+ext)).file = "export.table"
		for _, f := range a.world.Fonds {
			ask("export.catalogue", "export", "catalogue", filepath.Join(a.out, "cwd", f+"."+ext), "--fonds", f).file = "export.table"
		}
	}
	// Tables that name what is held, with other values and with hardly any.
	for i, head := range []string{"档号,题名,日期,责任者,备注\n", "档号,题名\n"} {
		var b strings.Builder
		b.WriteString(head)
		for _, r := range a.world.Records {
			if i == 0 {
				fmt.Fprintf(&b, "%s,猜一个题名,19850418,猜,猜\n", r.Code)
			} else {
				fmt.Fprintf(&b, "%s,猜\n", r.Code)
			}
		}
		path := filepath.Join(a.dir, fmt.Sprintf("table%d.csv", i))
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			continue
		}
		ask("import.catalogue", "import", "catalogue", path, "--dry-run")
		ask("import.catalogue", "import", "catalogue", path, "--dry-run", "--update")
		saved := ask("import.catalogue", "import", "catalogue", path, "--save-map", filepath.Join(a.out, "cwd", "map.json"))
		saved.file, saved.apart = "import.mapping", true
	}
}

// changing wants to change a record.
func (a *asker) changing(ask asking, r canary.Record) {
	ask("item.set", "item", "set", r.Code, "--genre", "通知")
	ask("container.show", "container", "show", r.Code)
	ask("group.put", "group", "put", "没有这个专题", r.Code)
	for _, p := range r.Pages {
		ask("text", "text", p.String(), "--set", filepath.Join(a.dir, "no such file"))
	}
	for _, p := range a.world.Loose[:1] {
		ask("attach", "attach", r.Code, p.String())
	}
	if r.Gone != 0 {
		ask("trash.restore", "trash", "restore", r.Gone.String())
		ask("undo", "undo", r.Gone.String())
	}
}

// last are what remains: words that change what is of no record, and that take hold of
// pages.
func (a *asker) last(ask asking) {
	for _, p := range a.world.Loose {
		ask("text", "text", p.String())
		ask("retry", "retry", p.String())
	}
	ask("retry", "retry")
	ask("audit.accept", "audit", "accept").takes = []access.Action{access.Audit, access.Administer}
	path := filepath.Join(a.dir, "table0.csv")
	ask("import.catalogue", "import", "catalogue", path, "--rejects", filepath.Join(a.out, "cwd", "rejects.xlsx")).file = "import.rejects"
	in := filepath.Join(a.dir, "delivery")
	if err := os.MkdirAll(in, 0o755); err == nil {
		_ = os.WriteFile(filepath.Join(in, a.world.Records[1].Code+"-0009.doc"), []byte("no scan"), 0o644)
	}
	ask("ingest", "ingest", in)
	r := a.world.Records[1]
	ask("recognise", "recognise", "1")
	ask("person.approve", "person", "approve", "reading-room", r.Code, "--reason", "查证")
	for _, v := range [][]string{{"add", "x", "--new-password-fd", "3"}, {"role", "locked", "--role", "archivist"}, {"lock", "locked"}, {"unlock", "nobody"},
		{"password", "nobody"}, {"revoke", "1"}} {
		ask("person."+v[0], append([]string{"person"}, v...)...)
	}
	for _, v := range [][]string{{"add", "K009", "新全宗"}, {"set", "K002", "--history", "新"}, {"name", "K002", "新名称"}} {
		ask("fonds."+v[0], append([]string{"fonds"}, v...)...)
	}
	ask("series.add", "series", "add", "K002-KU", "会计档案", "--scheme", "item22")
	for _, kind := range []string{"photo", "object", "book", "av", "dossier", "container", "item"} {
		for verb, args := range map[string][]string{"add": {r.Code, "题名"}, "set": {r.Code}, "list": {"--fonds", "K002"}, "show": {r.Code}} {
			ask(kind+"."+verb, append([]string{kind, verb}, args...)...)
		}
	}
	for verb, args := range map[string][]string{"add": {"K002", "1991", "accession", "3"}, "remove": {"1"}} {
		ask("ledger."+verb, append([]string{"ledger", verb}, args...)...)
	}
	for verb, args := range map[string][]string{"add": {"新专题"}, "take": {"没有", r.Code}, "remove": {"没有"}} {
		ask("group."+verb, append([]string{"group", verb}, args...)...)
	}
	for verb, args := range map[string][]string{"add": {a.dir + "/none"}, "set": {"none", "/x"}, "accept": {"none"}} {
		ask("root."+verb, append([]string{"root", verb}, args...)...)
	}
	for verb, args := range map[string][]string{"order": {"--fonds", "K002"}, "remove": {"9"}, "clear": nil, "hours": {"always"}} {
		ask("queue."+verb, append([]string{"queue", verb}, args...)...)
	}
	for verb, args := range map[string][]string{"vacant": {r.Code, "--reason", "空"}, "bind": {r.Code, "--into", "K001-WS·1985-Y-BGS-0001", "--dry-run"},
		"unbind": {r.Code, "--to", "K001-WS·1999-Y-BGS", "--dry-run"}} {
		ask("code."+verb, append([]string{"code", verb}, args...)...)
	}
	for verb, args := range map[string][]string{"add": {"org", "XX", "新机构", "--fonds", "K002"}, "remove": {"org", "BGS", "--fonds", "K002"}} {
		ask("words."+verb, append([]string{"words", verb}, args...)...)
	}
	copies := filepath.Join(a.dir, "copies")
	_ = os.MkdirAll(copies, 0o755)
	ask("target.add", "target", "add", "异地", copies)
	ask("target.list", "target", "list")
	ask("target.set", "target", "set", "异地", "--limit", "20MB")
	ask("fixity.set", "fixity", "set", "--every", "80d")
	ask("medium.add", "medium", "add", "异地", a.dir)
	ask("medium.list", "medium", "list", "异地")
	ask("medium.due", "medium", "due")
	ask("backup.plan", "backup", "plan", "异地")
	ask("backup.run", "backup", "run", "异地")
	ask("backup.status", "backup", "status")
	ask("verify", "verify", "--target", "异地")
	a.custody(ask)
	ask("restore", "restore", "--from", copies).apart = true
	ask("rebuild.derived", "rebuild", "derived")
	ask("rebuild.index", "rebuild", "index")
}
