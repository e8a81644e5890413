package archive

// FondsName is a name that a fonds' creator had for a time (曾用名).
type FondsName struct {
	ID        ID     `json:"id"`
	Fonds     ID     `json:"fonds"`
	Name      string `json:"name"`
	DateBegin string `json:"date_begin"`
	DateEnd   string `json:"date_end"`
	Note      string `json:"note"`
}

// MovementKind says which way a movement of the ledger counts.
type MovementKind string

// The kinds of movement: 上年末 of the first year, 收进, 移出, 销毁.
const (
	MovedOpening   MovementKind = "opening"
	MovedIn        MovementKind = "accession"
	MovedOut       MovementKind = "withdrawal"
	MovedDestroyed MovementKind = "destruction"
)

// Movement is one line of the ledger of a fonds (档案总登记簿).
type Movement struct {
	ID       ID           `json:"id"`
	Fonds    ID           `json:"fonds"`
	Year     int          `json:"year"`
	Kind     MovementKind `json:"kind"`
	Unit     string       `json:"unit"` // what is counted: a HoldingKind, or a unit of the site's own
	Quantity int          `json:"quantity"`
	Date     string       `json:"date"`
	Document string       `json:"document"` // the deed it rests on
	Note     string       `json:"note"`
}

// Numbering is the state of one class of numbers.
type Numbering struct {
	ID       ID       `json:"id"`
	Series   ID       `json:"series"`
	Prefix   string   `json:"prefix"` // what the codes of the class begin with: "Z109-WS·2011-Y-BGS-"
	Arranged Arranged `json:"arranged"`
}

// CodeAlias is a 档号 that a holding had before.
type CodeAlias struct {
	ID      ID     `json:"id"`
	Holding ID     `json:"holding"`
	Code    string `json:"code"`
	Reason  string `json:"reason"`
}

// Vacancy says why a number is not used (空号说明).
type Vacancy struct {
	ID     ID     `json:"id"`
	Series ID     `json:"series"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// VirtualGroup brings records together across the arrangement.
type VirtualGroup struct {
	ID   ID     `json:"id"`
	Name string `json:"name"`
	Note string `json:"note"`
}

// Member is a record's place in a virtual group.
type Member struct {
	ID      ID  `json:"id"`
	Group   ID  `json:"group"`
	Holding ID  `json:"holding"`
	Ordinal int `json:"ordinal"`
}
