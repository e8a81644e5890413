package archive

// FileState says what is known of an original.
type FileState string

// The states of an original.
const (
	FileStored     FileState = "stored"     // in masters/, hashed
	FileUnhashed   FileState = "unhashed"   // registered in place, not yet hashed
	FileSuperseded FileState = "superseded" // a rescan took its place; kept

	// FileQuarantined is an original put aside as a suspected state secret: it is not
	// shown, not read, and never copied off-site.
	FileQuarantined FileState = "quarantined"
)

// File is one original, exactly as received. It is never changed.
type File struct {
	ID       ID        `json:"id"`
	Root     ID        `json:"root"`   // storage root; zero: masters/ of the home
	Path     string    `json:"path"`   // below the root, with slashes
	Batch    ID        `json:"batch"`  // the receipt it came with
	Source   string    `json:"source"` // path below the folder it was received from
	Bytes    int64     `json:"bytes"`
	SHA256   string    `json:"sha256"` // lower-case hex; empty when not hashed yet
	Format   string    `json:"format"` // "jpeg", "png", "tiff", "pdf"; "text": a text file, which has no pages
	State    FileState `json:"state"`
	Received int64     `json:"received"` // Unix milliseconds
	Modified int64     `json:"modified"` // time of change when it was registered, Unix milliseconds; zero in masters/
	Found    Found     `json:"found"`
}

// Found says how an original on a storage root was when somebody last looked.
type Found string

// How an original on a storage root was found.
const (
	FoundAsRegistered Found = ""
	FoundChanged      Found = "changed"  // other size or time of change than registered
	FoundVanished     Found = "vanished" // not there, though its root is
)

// Batch is one receipt of files: a folder handed over at a time.
type Batch struct {
	ID      ID     `json:"id"`
	Name    string `json:"name"`
	Source  string `json:"source"` // the folder, as given
	Started int64  `json:"started"`
	Ended   int64  `json:"ended"` // zero while it runs
}

// Stage is how far a page has come. The stages are the work queue: whatever is
// neither Indexed, Refused nor Quarantined is still to be done.
type Stage string

// The stages of a page.
const (
	StageReceived   Stage = "received"   // original safe
	StageEnhanced   Stage = "enhanced"   // access image and thumbnail made
	StageRecognised Stage = "recognised" // text in text.db
	StageIndexed    Stage = "indexed"    // can be found
	StageRefused    Stage = "refused"    // with a reason; may be retried

	// StageQuarantined is a page of a file that was put aside: without text and
	// images until a person decides.
	StageQuarantined Stage = "quarantined"
)

// Stages in the order of work.
func Stages() []Stage {
	return []Stage{StageReceived, StageEnhanced, StageRecognised, StageIndexed, StageRefused, StageQuarantined}
}

// Page is one frame of a file, as a person sees it.
type Page struct {
	ID       ID          `json:"id"`
	File     ID          `json:"file"`
	Frame    int         `json:"frame"`   // 0-based in the file
	Holding  ID          `json:"holding"` // zero: 待挂接
	Ordinal  int         `json:"ordinal"` // 画幅, 1-based within its holding or, unlinked, within its file
	Stage    Stage       `json:"stage"`
	Reason   Reason      `json:"reason"` // when refused
	Detail   string      `json:"detail"`
	Width    int         `json:"width"`  // of the upright master, pixels; 0 until known
	Height   int         `json:"height"` // of the upright master, pixels
	DPI      int         `json:"dpi"`    // 0: unknown
	MadeFrom string      `json:"made_from"`
	Recipe   string      `json:"recipe"` // JSON of enhance.Recipe; empty until enhanced
	Access   AccessClass `json:"access_class"`
	Rev      int         `json:"rev"`
}

// Box is a rectangle in pixels of the upright master: after the quarter turns
// that stand the page upright, before deskewing and cropping. Origin top left.
type Box struct{ X, Y, W, H int }

// Word is one recognised word: a run of runes in the text and where it stands on
// the page.
type Word struct {
	Start, Len int // in runes of PageText.Plain as recognised
	Box        Box
	Confidence int // 0–100
}

// TextOrigin says where a page's text came from.
type TextOrigin string

// The origins of text.
const (
	OriginRecognised TextOrigin = "recognised"
	OriginDelivered  TextOrigin = "delivered" // came with the images
)

// PageText is the text of a page.
type PageText struct {
	Page       ID
	Plain      string // as recognised; lines end in \n, no blanks between Han
	Words      []Word
	Corrected  string // by a person; meaningful when HasCorrect
	HasCorrect bool
	Origin     TextOrigin
	Engine     string // name, version, model and parameters
	Confidence int    // mean, 0–100
	MadeFrom   string
}

// Text is what is searched and shown: the correction where there is one.
func (t PageText) Text() string {
	if t.HasCorrect {
		return t.Corrected
	}
	return t.Plain
}
