package archive

// IndexPage is what the index keeps of a page, with the fields of the item that
// holds it, so that several words may be spread over both.
type IndexPage struct {
	ID       ID
	Item     ID // zero: 待挂接
	Parent   ID // what the item lies in directly
	Fonds    ID
	FondsNo  string // 全宗号; empty: the first element of Code stands for it
	Series   ID
	Code     string // 档号 of the item
	CodeSort []byte
	Ordinal  int
	Title    string
	DocNo    string
	Persons  string
	Year     int
	Date     string // sort key of the archival date
	Category string
	Access   AccessClass
	Text     string
}

// IndexItem is what the index keeps of a holding that can be found by its
// description.
type IndexItem struct {
	ID       ID
	Kind     HoldingKind
	Fonds    ID
	FondsNo  string // 全宗号; empty: the first element of Code stands for it
	Series   ID
	Code     string
	CodeSort []byte
	Title    string
	DocNo    string
	Persons  string
	Author   string
	Former   string // codes it had before, parted by blanks
	Year     int
	Date     string
	Category string
	Access   AccessClass
}

// IndexBatch is one step of the index's feed.
type IndexBatch struct {
	Pages       []IndexPage
	Items       []IndexItem
	RemovePages []ID
	RemoveItems []ID
}
