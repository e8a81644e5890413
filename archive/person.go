package archive

// Person is somebody with an account. Lists are written as text with commas; package
// access reads them.
type Person struct {
	ID        ID     `json:"id"`
	Name      string `json:"name"`  // as they sign in; stands once
	Roles     string `json:"roles"` // names of access.Role
	Clearance int    `json:"clearance"`
	Groups    string `json:"groups"`  // of access classes, beside group 0
	Fonds     string `json:"fonds"`   // ids of fonds; empty: all
	Batches   string `json:"batches"` // ids of batches given to them
	Locked    int    `json:"locked"`  // 1: may not sign in
}

// Approval lets somebody give a closed record out.
type Approval struct {
	ID      ID     `json:"id"`
	Person  ID     `json:"person"`
	Holding ID     `json:"holding"`
	By      ID     `json:"approver"` // who approved
	Until   int64  `json:"until"`    // Unix milliseconds, UTC; 0: until it is taken back
	Reason  string `json:"reason"`
}

// The kinds of operation on people, and of those that change nothing but have to be known.
const (
	OpPersonAdd         OpKind = "person.add"
	OpPersonEdit        OpKind = "person.edit"     // roles, scope, lock
	OpPersonPassword    OpKind = "person.password" // of the password the log has a digest alone
	OpPersonOwnPassword OpKind = "person.own-password"
	OpPersonRules       OpKind = "person.rules" // what holds for all accounts
	OpApprove           OpKind = "approval.edit"

	OpLogin        OpKind = "login"
	OpLoginRefused OpKind = "login.refused"
	OpLogout       OpKind = "logout"
	OpRefused      OpKind = "refused" // somebody wanted what they may not do
	OpRecordView   OpKind = "record.view"
	OpPageView     OpKind = "page.view"
	OpTextView     OpKind = "text.view"
	OpSearch       OpKind = "search"
	OpPrint        OpKind = "print"
	OpCopy         OpKind = "copy"
	OpExport       OpKind = "export"
)

// Observed tells whether an operation changes nothing and is kept because it happened.
func (k OpKind) Observed() bool {
	switch k {
	case OpLogin, OpLoginRefused, OpLogout, OpRefused, OpRecordView, OpPageView, OpTextView, OpSearch, OpPrint, OpCopy, OpExport:
		return true
	}
	return false
}
