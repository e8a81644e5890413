package access_test

import (
	"fmt"
	"slices"
	"testing"

	"lantai/archive"
	. "lantai/archive/access"
)

// What each role may do with a record of each level, without approval and cleared for
// everything: one letter an action, in the order of Actions: row, pages, text, print,
// copy, export, edit, lend, approve, destroy.
func TestRolesAndLevels(t *testing.T) {
	const all, none = "rptPcxelAd", "----------"
	want := map[Role]map[Level]string{
		Archivist:   {Open: "rptPcxel-d", Closed: "rptPcxel-d", Internal: "rptPcxel-d", Secret: "rptPcxel-d", Confidential: "rptPcxel-d", TopSecret: "rptPcxel-d"},
		Worker:      {Open: "rpt---e---", Closed: "rpt---e---", Internal: "rpt---e---", Secret: none, Confidential: none, TopSecret: none},
		ReadingRoom: {Open: "rptPc--l--", Closed: "r---------", Internal: none, Secret: none, Confidential: none, TopSecret: none},
		Leader:      {Open: "rptP----Ad", Closed: "rptP----Ad", Internal: "rptP----Ad", Secret: "rptP----Ad", Confidential: "rptP----Ad", TopSecret: "rptP----Ad"},
		SystemAdmin: {}, Security: {}, Auditor: {},
	}
	for _, role := range Roles() {
		for _, level := range Levels() {
			a := Actor{Roles: []Role{role}, Clearance: TopSecret, Batches: []archive.ID{7}}
			r := Record{Kind: archive.KindItem, Fonds: 1, Class: ClassOf(level, 0), Batches: []archive.ID{7}}
			got := []byte(none)
			for i, do := range Actions()[:10] {
				if May(a, do, r).Allowed {
					got[i] = all[i]
				}
			}
			expected := want[role][level]
			if expected == "" {
				expected = none
			}
			if string(got) != expected {
				t.Errorf("%s, %s: %s, want %s", role, level, got, expected)
			}
		}
		for do, only := range map[Action]Role{Administer: SystemAdmin, People: Security, Audit: Auditor} {
			if got := May(Actor{Roles: []Role{role}}, do, Record{}).Allowed; got != (role == only) {
				t.Errorf("%s may %s: %v", role, do, got)
			}
		}
	}
}

func TestReasons(t *testing.T) {
	clerk := Actor{Roles: []Role{ReadingRoom}, Fonds: []archive.ID{1}, Approved: []archive.ID{50}, Clearance: Internal}
	archivist := Actor{Roles: []Role{Archivist}, Clearance: Secret}
	closed := Record{Kind: archive.KindItem, Fonds: 1, Class: ClassOf(Closed, 0), IDs: []archive.ID{51, 52}}
	approved := closed
	approved.IDs = []archive.ID{51, 50} // it lies in the volume 50
	for _, c := range []struct {
		who  Actor
		do   Action
		r    Record
		want Decision
	}{
		{Everyone(), Destroy, closed, Decision{true, NoAccounts}},
		{Actor{}, SeeRow, closed, Decision{false, ByRole}},
		{clerk, SeePages, closed, Decision{false, NotOpened}},
		{clerk, SeePages, approved, Decision{true, ByApproval}},
		{clerk, Edit, approved, Decision{false, ByRole}},
		{clerk, SeeRow, Record{Fonds: 2}, Decision{false, NotFonds}},
		{clerk, SeeRow, Record{Fonds: 1, Class: ClassOf(Open, 3)}, Decision{false, NotGroup}},
		{archivist, SeeRow, Record{Class: ClassOf(Secret, 0)}, Decision{true, ByRole}},
		{archivist, SeeRow, Record{Class: ClassOf(Confidential, 0)}, Decision{false, NotCleared}},
		{Actor{Roles: []Role{Worker}, Batches: []archive.ID{7}}, Edit, Record{Batches: []archive.ID{8}}, Decision{false, NotBatch}},
		{Actor{Roles: []Role{ReadingRoom}, Serving: &Reader{Standing: "self", Complete: true}}, SeePages, Record{}, Decision{true, ByStanding}},
		{Actor{Roles: []Role{ReadingRoom}, Serving: &Reader{Standing: "self"}}, SeePages, Record{}, Decision{false, NotOpened}},
		{Actor{Roles: []Role{ReadingRoom}, Serving: &Reader{Standing: "foreign"}}, SeePages, Record{Class: ClassOf(Open, 0)}, Decision{false, Foreign}},
		{Actor{Roles: []Role{ReadingRoom}, Serving: &Reader{Standing: "foreign", Introduced: true}}, SeePages, Record{Class: ClassOf(Open, 0)}, Decision{true, ByRole}},
		{Actor{Roles: []Role{Archivist}, Serving: &Reader{Standing: "foreign", Introduced: true}}, Copy, Record{}, Decision{false, Foreign}},
	} {
		if got := May(c.who, c.do, c.r); got != c.want {
			t.Errorf("%+v, %s, %+v: %+v, want %+v", c.who, c.do, c.r, got, c.want)
		}
	}
}

// The Sight is May, compiled: over every role, level, group, fonds and batch.
func TestSightIsMay(t *testing.T) {
	n := 0
	for _, role := range Roles() {
		for _, clearance := range Levels() {
			for _, fonds := range [][]archive.ID{nil, {1}} {
				for _, groups := range [][]int{nil, {3}} {
					a := Actor{Roles: []Role{role}, Clearance: clearance, Fonds: fonds, Groups: groups, Batches: []archive.ID{7}, Approved: []archive.ID{50}}
					s := a.Sight()
					for _, r := range records() {
						n++
						if got, want := s.SeesRow(r), May(a, SeeRow, r).Allowed; got != want {
							t.Fatalf("%+v, row %+v: sight %v, may %v", a, r, got, want)
						}
						if got, want := s.SeesPage(r), May(a, SeePages, r).Allowed; got != want {
							t.Fatalf("%+v, page %+v: sight %v, may %v", a, r, got, want)
						}
					}
				}
			}
		}
	}
	t.Logf("%d decisions", 2*n)
}

func records() []Record {
	var list []Record
	for _, level := range Levels() {
		for _, group := range []int{0, 3, 4} {
			for _, fonds := range []archive.ID{0, 1, 2} {
				for _, batches := range [][]archive.ID{nil, {7}, {8}} {
					for _, kind := range []archive.HoldingKind{"", archive.KindSeries, archive.KindItem} {
						for _, id := range []archive.ID{50, 60} {
							list = append(list, Record{Kind: kind, Fonds: fonds, Class: ClassOf(level, group), Batches: batches, IDs: []archive.ID{id}})
						}
					}
				}
			}
		}
	}
	return list
}

func TestRolesTogether(t *testing.T) {
	for _, c := range []struct {
		roles  []Role
		strict bool
		want   archive.ErrorKind
	}{
		{nil, false, archive.Invalid},
		{[]Role{"king"}, false, archive.Invalid},
		{[]Role{Archivist, ReadingRoom, Leader}, true, ""},
		{[]Role{SystemAdmin, Security}, false, ""},
		{[]Role{SystemAdmin, Security}, true, archive.NotAllowed},
		{[]Role{Auditor}, true, ""},
		{[]Role{Auditor, SystemAdmin}, false, archive.NotAllowed},
		{[]Role{Auditor, Security}, false, archive.NotAllowed},
		{[]Role{SystemAdmin, Archivist}, false, archive.NotAllowed},
		{[]Role{Worker, Archivist}, false, archive.NotAllowed},
	} {
		if got := archive.KindOf(CheckRoles(c.roles, c.strict)); got != c.want {
			t.Errorf("%v, strict %v: %q, want %q", c.roles, c.strict, got, c.want)
		}
	}
}

func TestLevelOf(t *testing.T) {
	for _, c := range []struct {
		secrecy, opening string
		want             Level
	}{
		{"", "", Closed}, {"", "开放", Open}, {"", "控制", Closed}, {"", "延期开放", Closed}, {"公开", "开放", Open}, {"GK", "", Closed},
		{"内部", "开放", Internal}, {"限制", "", Internal}, {"国内", "", Internal}, {"XZ", "开放", Internal}, {"???", "开放", Internal},
		{"秘密", "开放", Secret}, {"秘密★5年", "", Secret}, {"MM", "", Secret}, {"机密★10年", "开放", Confidential}, {"jm", "", Confidential},
		{"绝密★长期", "开放", TopSecret}, {"UM", "", TopSecret}, {"非密", "开放", Open}, {"不涉密", "", Closed},
	} {
		if got := LevelOf(c.secrecy, c.opening); got != c.want {
			t.Errorf("%q %q: %s, want %s", c.secrecy, c.opening, got, c.want)
		}
	}
	for _, l := range Levels() {
		for _, g := range []int{0, 1, 999} {
			if level, group := Parts(ClassOf(l, g)); level != l || group != g {
				t.Errorf("class of %s in %d is read as %s in %d", l, g, level, group)
			}
		}
	}
}

func TestAccounts(t *testing.T) {
	p := archive.Person{ID: 5, Name: "李", Roles: RoleNames([]Role{Leader, Archivist}), Clearance: int(Internal), Groups: "3,12", Fonds: IDList([]archive.ID{9, 10})}
	a, err := ActorOf(p, []archive.ID{4})
	if err != nil || fmt.Sprint(a.Roles, a.Groups, a.Fonds, a.Approved) != "[archivist leader] [3 12] [9 10] [4]" {
		t.Errorf("%+v, %v", a, err)
	}
	if !a.Can(Edit) || !a.Can(Approve) || a.Can(Administer) || !slices.Contains(Needs(archive.OpHoldingEdit), Edit) || Needs(archive.OpLogin) != nil {
		t.Error("rights of an account are misread")
	}
	for name, bad := range map[string]archive.Person{
		"no name": {Roles: "archivist"}, "blank": {Name: " 李", Roles: "archivist"}, "control": {Name: "a\nb", Roles: "archivist"},
		"no role": {Name: "李"}, "group": {Name: "李", Roles: "archivist", Groups: "1000"}, "fonds": {Name: "李", Roles: "archivist", Fonds: "x"},
		"clearance": {Name: "李", Roles: "archivist", Clearance: 9},
	} {
		if err := CheckPerson(bad, false); archive.KindOf(err) != archive.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRulesAreData(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON": `{`, "role": `{"roles":{"king":{"row":"open"}}}`, "action": `{"roles":{"leader":{"sing":"open"}}}`,
		"level": `{"roles":{"leader":{"row":"blue"}}}`, "reader": `{"readers":{"self":{"up_to":"blue"}}}`,
	} {
		if _, err := ReadRules([]byte(text)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	own, err := ReadRules([]byte(`{"roles":{"reading-room":{"row":"open"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if clerk := (Actor{Roles: []Role{ReadingRoom}}); own.May(clerk, SeeRow, Record{}).Allowed || !own.May(clerk, SeeRow, Record{Class: ClassOf(Open, 0)}).Allowed {
		t.Error("own rules are not followed")
	}
	if Builtin().Closure != 25 {
		t.Errorf("records close for %d years", Builtin().Closure)
	}
}

func TestWhoTakesAll(t *testing.T) {
	for _, c := range []struct {
		who   Actor
		class archive.Secrecy
		want  bool
	}{
		{Everyone(), archive.TopSecret, true},
		{Actor{Roles: []Role{Archivist}, Clearance: Internal}, archive.NotSecret, true},
		{Actor{Roles: []Role{Archivist}, Clearance: Internal}, archive.Secret, false},
		{Actor{Roles: []Role{Archivist}, Clearance: Confidential}, archive.HighlySecret, true},
		{Actor{Roles: []Role{Archivist}, Clearance: Internal, Fonds: []archive.ID{9}}, archive.NotSecret, false},
		{Actor{Roles: []Role{Leader, SystemAdmin}, Clearance: TopSecret}, archive.NotSecret, false},
		{Actor{}, archive.NotSecret, false},
	} {
		if got := c.who.TakesAll(c.class); got != c.want {
			t.Errorf("%+v, class %v: %v", c.who, c.class, got)
		}
	}
}
