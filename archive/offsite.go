package archive

// TargetKind says what kind of place a target is.
type TargetKind string

// The kinds of target.
const (
	TargetFolder TargetKind = "folder" // a folder that is there, or is not: a share, a second disk
	TargetDisks  TargetKind = "disks"  // removable disks that fill up one after another
	TargetSFTP   TargetKind = "sftp"   // a folder on a server
)

// CopySet says what a set of copies is for (电子公文归档管理暂行办法 §17: three sets).
type CopySet string

// The sets.
const (
	SetSealed    CopySet = "sealed"    // A 封存
	SetElsewhere CopySet = "elsewhere" // B 异地
	SetUse       CopySet = "use"       // C 利用
)

// CopySets lists the sets in the order of their letters.
func CopySets() []CopySet { return []CopySet{SetSealed, SetElsewhere, SetUse} }

// Target is a set of copies of the archive that lies somewhere else.
type Target struct {
	ID       ID         `json:"id"`
	Name     string     `json:"name"` // stands once
	Kind     TargetKind `json:"kind"`
	Address  string     `json:"address"`  // a folder, or user@host:port/folder; empty for disks
	Set      CopySet    `json:"set"`      //
	Settings string     `json:"settings"` // JSON of package offsite; empty: as shipped
	Ended    int64      `json:"ended"`    // when it was given up, Unix milliseconds; 0: it is kept
}

// Carrier is one medium (载体) of a target: a disk of a set, or the one that a folder or
// server is.
type Carrier struct {
	ID        ID     `json:"id"`
	Target    ID     `json:"target"`
	Number    int    `json:"number"`     // in its target, from 1
	Type      string `json:"type"`       // as written by hand: 硬盘, 磁带, NAS
	Serial    string `json:"serial"`     // of the maker
	Capacity  int64  `json:"capacity"`   // bytes; 0: not known
	Made      int64  `json:"made"`       // when it was taken into use
	MadeBy    ID     `json:"made_by"`    //
	Keeping   string `json:"keeping"`    // where it is kept
	NextCheck int64  `json:"next_check"` // Unix milliseconds; 0: none
	Full      int    `json:"full"`       // 1: no more is copied to it
	Ended     int64  `json:"ended"`      // when it was taken out of use; 0: in use
	Note      string `json:"note"`
}

// CarrierCheck is one check of a medium.
type CarrierCheck struct {
	ID      ID     `json:"id"`
	Carrier ID     `json:"carrier"`
	Time    int64  `json:"time"`
	By      ID     `json:"by"`
	Method  string `json:"method"` // CheckFull, CheckSample or as written by hand
	Files   int    `json:"files"`  // read
	Bytes   int64  `json:"bytes"`  // read
	Faults  int    `json:"faults"` // files missing, changed or unreadable
	Millis  int64  `json:"millis"` // how long it took
	Note    string `json:"note"`
}

// The methods of a check that the program makes.
const (
	CheckFull   = "full"
	CheckSample = "sample"
)

// CopyFault is what is wrong with a copy at a target.
type CopyFault string

// The faults.
const (
	CopyGood       CopyFault = ""
	CopyMissing    CopyFault = "missing"
	CopyChanged    CopyFault = "changed"
	CopyUnreadable CopyFault = "unreadable"
)

// FileCopy is one original at a target.
type FileCopy struct {
	File    ID
	Carrier ID
	Bytes   int64
	Path    string // at the target, below the folder of its root
	SHA256  string // lower-case hex
	Checked int64  // when it was last written or read back, Unix milliseconds
	Fault   CopyFault
}

// CopyFolder is the folder at a target in which copies of the originals of a storage root
// lie, with its slash; zero is masters/.
func CopyFolder(root ID) string {
	if root == 0 {
		return "masters/"
	}
	return "roots/" + root.String() + "/"
}

// CarrierState is what the catalogue knows of what lies on a medium. The digests are of
// the state file there: the one it has, and the one it may have when a run was cut off.
type CarrierState struct {
	Carrier  ID
	Digest   string // lower-case hex; empty: nothing was copied yet
	Coming   string
	Manifest int64 // bytes of manifest-sha256.txt that count
	Through  int64 // time up to which everything that could be copied was, Unix milliseconds; 0: never
	Verified int64 // when its copies were last all read back and good
}

// The kinds of operation on copies.
const (
	OpTargetAdd   OpKind = "target.add"
	OpTargetEdit  OpKind = "target.edit"
	OpMediumAdd   OpKind = "medium.add"
	OpMediumEdit  OpKind = "medium.edit"
	OpMediumCheck OpKind = "medium.check"
	OpBackup      OpKind = "backup.run"
	OpRepair      OpKind = "backup.repair"
	OpDrill       OpKind = "drill"
)
