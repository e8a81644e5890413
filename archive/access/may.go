package access

import (
	"slices"

	"lantai/archive"
)

// Action is what somebody wants to do.
type Action string

// The actions. The last three touch no record.
const (
	SeeRow     Action = "row"   // the record in lists, with its fields
	SeePages   Action = "pages" // its images
	ReadText   Action = "text"
	Print      Action = "print"
	Copy       Action = "copy"
	Export     Action = "export"
	Edit       Action = "edit" // describe, arrange, process, link
	Lend       Action = "lend"
	Approve    Action = "approve"
	Destroy    Action = "destroy"
	Administer Action = "administer" // settings, storage roots, copies elsewhere
	People     Action = "people"     // accounts, roles and scopes
	Audit      Action = "audit"      // the log of changes
)

// Actions lists all actions.
func Actions() []Action {
	return []Action{SeeRow, SeePages, ReadText, Print, Copy, Export, Edit, Lend, Approve, Destroy, Administer, People, Audit}
}

// onRecord tells whether the action touches a record.
func (do Action) onRecord() bool { return do != Administer && do != People && do != Audit }

// Standing is how a reader stands to what they ask for: 本人, 受托人, 监护人 …
type Standing string

// Reader is somebody who is served.
type Reader struct {
	Standing   Standing
	Complete   bool // the papers that the standing asks for are there
	Introduced bool // by a competent body; foreign readers need it
}

// Actor is somebody with all that decides on their rights.
type Actor struct {
	archive.Actor
	Anyone    bool         // the archive has no accounts: whoever holds it may do all but what takes two persons
	Roles     []Role       //
	Clearance Level        // the highest state secret that they may see; Internal: none
	Groups    []int        // beside group 0
	Fonds     []archive.ID // empty: all
	Batches   []archive.ID // given to them, or received by them
	Approved  []archive.ID // holdings that an approval lets them give out now
	Serving   *Reader      // whom they serve; nil: nobody
}

// Everyone is who acts in an archive without accounts.
func Everyone() Actor { return Actor{Actor: archive.LocalActor(), Anyone: true} }

// Record is what of a record or page decides on it.
type Record struct {
	Kind    archive.HoldingKind // "" for a page that lies in no record
	Fonds   archive.ID          // zero for such a page
	Class   archive.AccessClass
	Batches []archive.ID // by which its pages came
	IDs     []archive.ID // of the record and of the container it lies in, for approvals
}

// Of is what of a holding decides on it, where the batches of its pages do not matter.
func Of(h archive.Holding) Record {
	return Record{Kind: h.Kind, Fonds: h.Fonds, Class: h.Access, IDs: []archive.ID{h.ID, h.Parent}}
}

// Reason says why somebody may do something, or may not.
type Reason string

// The reasons.
const (
	NoAccounts  Reason = "no-accounts" // the archive has no accounts
	ByRole      Reason = "role"        // may; or no role of theirs has the right
	ByApproval  Reason = "approval"    // an approval covers it
	ByStanding  Reason = "standing"    // of the reader, with complete papers
	NotFonds    Reason = "fonds"       // beyond their fonds
	NotGroup    Reason = "group"       // beyond their groups
	NotBatch    Reason = "batch"       // of no batch of theirs
	NotCleared  Reason = "secrecy"     // a state secret above their clearance
	NotOpened   Reason = "closed"      // closed, and no approval covers it
	NotSignedIn Reason = "not-signed-in"
	Locked      Reason = "locked"  // the account is
	Rests       Reason = "rests"   // the account does, after wrong passwords
	Foreign     Reason = "foreign" // the reader has not been introduced, or the record is not opened
)

// Decision is an answer with its reason.
type Decision struct {
	Allowed bool
	Because Reason
}

// May is the one decision on who may do what. Every screen, search, export and command
// asks it, or a Sight that was compiled from it.
func May(a Actor, do Action, r Record) Decision { return Builtin().May(a, do, r) }

// May decides by these rules.
func (rules *Rules) May(a Actor, do Action, r Record) Decision {
	if a.Anyone {
		return Decision{true, NoAccounts}
	}
	if !slices.ContainsFunc(a.Roles, func(role Role) bool { return rules.allowed[role][do] != nil || rules.approved[role][do] != nil }) {
		return Decision{false, ByRole}
	}
	if !do.onRecord() {
		return Decision{true, ByRole}
	}
	if why := a.beyond(r); why != "" {
		return Decision{false, why}
	}
	level, _ := Parts(r.Class)
	if a.Serving != nil && given(do) {
		if d, decided := rules.serve(*a.Serving, level); decided {
			return d
		}
	}
	if slices.ContainsFunc(a.Roles, func(role Role) bool { return slices.Contains(rules.allowed[role][do], level) }) {
		return Decision{true, ByRole}
	}
	if a.approved(r) && slices.ContainsFunc(a.Roles, func(role Role) bool { return slices.Contains(rules.approved[role][do], level) }) {
		return Decision{true, ByApproval}
	}
	return Decision{false, NotOpened}
}

// given tells whether the action gives a record to a reader.
func given(do Action) bool {
	return do == SeePages || do == ReadText || do == Print || do == Copy || do == Lend
}

// serve decides where the reader's standing does.
func (rules *Rules) serve(reader Reader, level Level) (d Decision, decided bool) {
	rule, known := rules.Readers[reader.Standing]
	switch {
	case !known:
		return Decision{}, false
	case rule.Introduced && (!reader.Introduced || level.rank() > rule.UpTo.rank()):
		return Decision{false, Foreign}, true
	case reader.Complete && level != Open && level.rank() <= rule.UpTo.rank():
		return Decision{true, ByStanding}, true
	}
	return Decision{}, false
}

// beyond tells why a record is out of somebody's scope; "" when it is within.
func (a Actor) beyond(r Record) Reason {
	level, group := Parts(r.Class)
	theirs := slices.ContainsFunc(r.Batches, func(b archive.ID) bool { return slices.Contains(a.Batches, b) })
	switch {
	case a.bound() && !theirs && r.Kind != archive.KindFonds && r.Kind != archive.KindSeries:
		return NotBatch
	case !a.bound() && len(a.Fonds) > 0 && !slices.Contains(a.Fonds, r.Fonds) && (r.Fonds != 0 || !theirs):
		return NotFonds
	case group != 0 && !slices.Contains(a.Groups, group):
		return NotGroup
	case level.StateSecret() && level > a.Clearance:
		return NotCleared
	}
	return ""
}

// bound tells whether somebody sees the batches that are theirs and nothing else.
func (a Actor) bound() bool { return slices.Contains(a.Roles, Worker) }

func (a Actor) approved(r Record) bool {
	return slices.ContainsFunc(r.IDs, func(id archive.ID) bool { return slices.Contains(a.Approved, id) })
}
