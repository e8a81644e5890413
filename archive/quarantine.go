package archive

// QuarantineState is how far the matter of a suspected state secret has come.
type QuarantineState string

// The states of a quarantine.
const (
	QuarantineWaiting   QuarantineState = "waiting"    // put aside; a person has to decide
	QuarantineReleasing QuarantineState = "releasing"  // found to be no secret; its files are on their way back
	QuarantineReleased  QuarantineState = "not-secret" // its files are back, and are not stopped again
	QuarantinePurging   QuarantineState = "purging"    // found to be a secret; being removed
	QuarantinePurged    QuarantineState = "secret"     // removed from the archive
)

// Quarantine is what was put aside because a page bears what looks like the mark of a
// state secret (密级, GB/T 7156): all files of one item, or one file that is in none.
type Quarantine struct {
	ID      ID              `json:"id"`
	Holding ID              `json:"holding"` // zero: the file was not linked (待挂接)
	Code    string          `json:"code"`    // 档号 of the holding; empty: none
	File    ID              `json:"file"`    // on which the mark was seen
	Path    string          `json:"path"`    // of that file below the folder it was received from
	Page    ID              `json:"page"`    // on which the mark was seen
	Ordinal int             `json:"ordinal"` // 画幅 of that page
	Mark    string          `json:"mark"`    // as it was read
	Found   int64           `json:"found"`   // Unix milliseconds
	Files   int             `json:"files"`   // put aside
	Pages   int             `json:"pages"`   // of those files
	State   QuarantineState `json:"state"`
	Decided int64           `json:"decided"` // Unix milliseconds; zero: not yet
	Actor   ID              `json:"actor"`   // who decided
	Note    string          `json:"note"`    // why
}
