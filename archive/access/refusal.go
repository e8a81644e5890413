package access

import (
	"slices"

	"lantai/archive"
)

// Refusal is the cause inside a NotAllowed error: what was wanted, and why it may not be.
type Refusal struct {
	Action  Action
	Because Reason
	Minutes int // until it may be again; zero: time does not help
}

// Error gives the English form.
func (r *Refusal) Error() string { return "may not " + string(r.Action) + ": " + string(r.Because) }

// Needs lists the actions any of which an operation of the kind takes; none: everyone may.
func Needs(kind archive.OpKind) []Action {
	switch kind {
	case archive.OpPersonAdd, archive.OpPersonEdit, archive.OpPersonPassword, archive.OpPersonRules:
		return []Action{People}
	case archive.OpApprove:
		return []Action{Approve}
	case archive.OpSettingEdit, "root.add", "root.set", "file.accept", "file.look":
		return []Action{Administer, Edit}
	case "audit.accept", "audit.folder":
		return []Action{Audit, Administer}
	case archive.OpTargetAdd, archive.OpTargetEdit, archive.OpMediumAdd, archive.OpMediumEdit, archive.OpMediumCheck, archive.OpBackup, archive.OpRepair,
		archive.OpDrill: // what lies elsewhere can be read by whoever has the disk
		return []Action{Export}
	case archive.OpQuarantineDecide:
		return []Action{Edit, Approve}
	case archive.OpPurgeAsk, archive.OpPurgeWithdraw:
		return []Action{Destroy}
	case archive.OpPurgeMedium:
		return []Action{Destroy, Administer}
	case archive.OpQuarantineRelease, archive.OpQuarantinePurge, archive.OpHoldingPurge: // what was decided before is carried out
		return nil
	}
	if kind.Observed() || kind == archive.OpPersonOwnPassword {
		return nil
	}
	return []Action{Edit}
}

// GainsByApproval tells whether an approval lets the actor do something that they may not
// do without.
func (a Actor) GainsByApproval() bool {
	rules := Builtin()
	return slices.ContainsFunc(a.Roles, func(r Role) bool { return len(rules.approved[r]) > 0 })
}

// Can tells whether some role of the actor has the right at all, whatever the record.
func (a Actor) Can(do Action) bool {
	if a.Anyone {
		return true
	}
	rules := Builtin()
	return slices.ContainsFunc(a.Roles, func(r Role) bool { return rules.allowed[r][do] != nil || rules.approved[r][do] != nil })
}

// TakesAll tells whether the actor may take a whole archive of a class out: copies that lie
// elsewhere can be read there by whoever has them, whatever the groups of their records.
func (a Actor) TakesAll(class archive.Secrecy) bool {
	return a.Anyone || a.Can(Export) && len(a.Fonds) == 0 && a.Clearance >= Internal+Level(class)
}
