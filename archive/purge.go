package archive

import "strings"

// PurgeState is how far a purge has come.
type PurgeState string

// The states of a purge.
const (
	PurgeAsked     PurgeState = "asked"     // one person asked; a second has to agree
	PurgeWithdrawn PurgeState = "withdrawn" // nothing was done
	PurgeGoing     PurgeState = "purging"   // agreed; the records are gone for everybody, and their traces are being removed
	PurgeClearing  PurgeState = "clearing"  // the traces are gone, and the space they had is being overwritten
	PurgeDone      PurgeState = "purged"
)

// Going tells whether a purge was agreed to and has not ended.
func (s PurgeState) Going() bool { return s == PurgeGoing || s == PurgeClearing }

// Purge is the removal of records that should never have been in this archive, with all
// that lies in them. What stays of them is this, and that their numbers are vacant.
type Purge struct {
	ID      ID         `json:"id"`
	Codes   []string   `json:"codes"` // 档号 of the records
	State   PurgeState `json:"state"`
	Reason  string     `json:"reason"` // stays for ever, so it quotes nothing of the records
	Actor   ID         `json:"actor"`  // who asked
	Asked   int64      `json:"asked"`  // Unix milliseconds
	Second  ID         `json:"second"` // who agreed, or withdrew the request; zero: nobody yet
	Agreed  int64      `json:"agreed"` // Unix milliseconds; zero: not yet
	Ended   int64      `json:"ended"`  // Unix milliseconds; zero: not yet
	Records int        `json:"records"`
	Pages   int        `json:"pages"`
	Files   int        `json:"files"`
	Bytes   int64      `json:"bytes"` // of the files
}

// MediumKind says what sort of thing holds a purged record still.
type MediumKind string

// The kinds of medium.
const (
	MediumRoot    MediumKind = "root"    // a storage root that was absent or cannot be written to
	MediumIndex   MediumKind = "index"   // the index of another station
	MediumBackup  MediumKind = "backup"  // a backup set
	MediumPackage MediumKind = "package" // a package that was handed out
	MediumExport  MediumKind = "export"  // a list or copies that were exported
)

// Medium is something that holds a purged record still, until a person has seen to it.
type Medium struct {
	ID      ID         `json:"id"`
	Purge   ID         `json:"purge"`
	Number  int        `json:"number"` // by which people name it; from 1
	Kind    MediumKind `json:"kind"`
	Name    string     `json:"name"`
	Root    ID         `json:"root"`  // of a storage root
	Files   int        `json:"files"` // on it; zero: not known
	Bytes   int64      `json:"bytes"`
	Noted   int64      `json:"noted"`   // Unix milliseconds
	Cleared int64      `json:"cleared"` // Unix milliseconds; zero: not yet
	Actor   ID         `json:"actor"`   // who says that it is cleared
	Note    string     `json:"note"`
	Paths   []string   `json:"paths"` // of the files on it, as far as they are known; none once it is cleared
}

// ErrQuotes is the cause inside an Invalid error when the reason for a purge quotes what
// is to be purged: the reason stays for ever.
var ErrQuotes error = &Refusal{Reason: ReasonQuotes}

// ErrSamePerson is the cause inside a NotAllowed error when one person would both ask for a
// purge and agree to it.
var ErrSamePerson error = &Refusal{Reason: ReasonSamePerson}

// Shared is the cause inside a Conflict error when originals to be purged have pages of
// other records too, whose 档号 it lists: those have to be purged with them.
type Shared []string

// Error gives the English form.
func (s Shared) Error() string {
	return "an original has pages of other records too: " + strings.Join(s, ", ")
}

// Unwrap gives the reason.
func (s Shared) Unwrap() error { return &Refusal{Reason: ReasonShared} }
