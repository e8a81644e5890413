package exchange

import "lantai/archive/refcode"

// Reason is a code for why a row was rejected, or a cell in it. Screens and the command
// line have a sentence for each under "import.reason.<code>".
type Reason string

// The reasons.
const (
	NoCode           Reason = "no-code"           // neither a 档号 nor enough of its elements
	BadCode          Reason = "bad-code"          // the 档号 does not fit the scheme; Detail says what
	ZerosLost        Reason = "zeros-lost"        // a number where a code stood, and nothing tells its zeros
	DigitsLost       Reason = "digits-lost"       // a number of more than 15 digits
	BecameDate       Reason = "became-date"       // a date where a code or pages stood
	NoFonds          Reason = "no-fonds"          // the fonds is not held; Detail is its number
	NoSeries         Reason = "no-series"         // no series has such codes
	ManySeries       Reason = "many-series"       // several have
	NoParent         Reason = "no-parent"         // the volume or album is not held; Detail is its code
	WrongKind        Reason = "wrong-kind"        // the kind is none, or not what the code says
	FormerCode       Reason = "former-code"       // the code, or that of the volume, was corrected to Detail
	Duplicate        Reason = "duplicate"         // the code stands in an earlier row; Detail is its number
	Differs          Reason = "differs"           // held with other values; Detail names the fields
	TwoDigitYear     Reason = "two-digit-year"    // "58.3"
	BadDate          Reason = "bad-date"          // no such day, or not understood
	OctoberLost      Reason = "october-lost"      // the number 1958.1 may be January or October
	BadYear          Reason = "bad-year"          //
	CodeDiffers      Reason = "code-differs"      // a column says otherwise than the 档号; Detail has that
	BadNumber        Reason = "bad-number"        // not a whole number
	FaultCell        Reason = "fault"             // a formula's error, or a memo that is missing
	Undecodable      Reason = "undecodable"       // characters that could not be read
	ControlCharacter Reason = "control-character" //
	NothingAbove     Reason = "nothing-above"     // 同上 in the first row
	Secret           Reason = "secret"            // 秘密 and above in an ordinary archive
	AboveClass       Reason = "above-class"       // higher than the class of a classified archive, Detail
	Placeholder      Reason = "placeholder"       // a record that stands for a state secret has nothing else
	NoBox            Reason = "no-box"            // the box is not held
	NoTitle          Reason = "no-title"          //
	TooWide          Reason = "too-wide"          // a combined key that is not as long as its parts
)

// Reject is a cell, or a whole row, that was not taken.
type Reject struct {
	Sheet  string
	Row    int
	Column string // its name; empty: the row as a whole
	Value  string // of the cell
	Reason Reason
	Detail string          // what the sentence names; English where it is for the log
	Code   refcode.Problem // of BadCode: the first thing wrong with the code
}

// Fate is what became of a row.
type Fate string

// The fates of rows.
const (
	Added    Fate = "added"
	Already  Fate = "already"
	Updated  Fate = "updated"
	Rejected Fate = "rejected"
	Skipped  Fate = "skipped" // a sub-total, or a header that is repeated
)
