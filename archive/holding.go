package archive

// HoldingKind says what a row of the catalogue describes.
type HoldingKind string

// The kinds of holding.
const (
	KindFonds  HoldingKind = "fonds"  // 全宗
	KindSeries HoldingKind = "series" // 门类 within a fonds, with one 档号 scheme
	KindVolume HoldingKind = "volume" // 案卷
	KindBox    HoldingKind = "box"    // 盒: a container without logical meaning
	KindAlbum  HoldingKind = "album"  // 册
	KindItem   HoldingKind = "item"   // 件
	KindPhoto  HoldingKind = "photo"  // 照片
	KindObject HoldingKind = "object" // 实物
	KindBook   HoldingKind = "book"   // 图书资料
	KindAV     HoldingKind = "av"     // 音像
)

// HoldsPages tells whether pages lie in holdings of a kind. A box says where items lie; its
// pages are theirs.
func (k HoldingKind) HoldsPages() bool {
	switch k {
	case KindVolume, KindAlbum, KindItem, KindPhoto, KindObject, KindBook, KindAV:
		return true
	}
	return false
}

// Method is how a series is arranged.
type Method string

// The arrangement methods.
const (
	ByItem   Method = "item"   // 以件为单位 (DA/T 22)
	ByVolume Method = "volume" // 立卷 (GB/T 9705)
	ByPhoto  Method = "photo"  // 照片 (GB/T 11821)
)

// AccessClass groups holdings by who may see them; 0 is open to every actor of
// the archive.
type AccessClass int

// Holding is what every row of the catalogue has in common.
type Holding struct {
	ID        ID          `json:"id"`
	Kind      HoldingKind `json:"kind"`
	Parent    ID          `json:"parent"` // fonds ← series ← volume, album or item ← item or photo
	Fonds     ID          `json:"fonds"`  // the fonds above; its own id for a fonds
	Series    ID          `json:"series"` // the series above; zero for a fonds
	Code      string      `json:"code"`   // 档号, canonical form; 全宗号 for a fonds; unique in the archive
	Title     string      `json:"title"`
	Date      string      `json:"date"` // archival form: "19650000", "1965", "[1965]"; may be empty
	Year      int         `json:"year"` // 年度, or 0
	Retention string      `json:"retention"`
	Opening   string      `json:"opening"` // 开放标识
	Access    AccessClass `json:"access_class"`
	Rev       int         `json:"rev"` // grows by one with each change
}

// Fonds is all records of one creator.
type Fonds struct {
	Holding
	Creator   string `json:"creator"` // 立档单位
	DateBegin string `json:"date_begin"`
	DateEnd   string `json:"date_end"`
	History   string `json:"history"` // 档案保管沿革
	Note      string `json:"note"`
}

// Series is one class of a fonds: how it is arranged and how its codes are built.
type Series struct {
	Holding
	Category  string `json:"category"` // 门类代码: WS, KJ, ZP …
	Method    Method `json:"method"`
	Scheme    string `json:"scheme"`    // the 档号 scheme as JSON (package refcode)
	Languages string `json:"languages"` // of recognition, "chi_sim+eng"; empty: the archive's setting
	Note      string `json:"note"`
}

// Container is a volume, box or album.
type Container struct {
	Holding
	Number    string `json:"number"` // 案卷号, 盒号 or 册号
	Author    string `json:"author"` // 责任者
	DateBegin string `json:"date_begin"`
	DateEnd   string `json:"date_end"`
	PageCount int    `json:"page_count"`
	Note      string `json:"note"`
}

// Item is one document: 归档文件, 卷内文件 or a photo with its caption.
type Item struct {
	Holding
	Number    string `json:"number"`  // 件号 or 张号
	Box       ID     `json:"box"`     // where it lies, or zero
	Author    string `json:"author"`  // 责任者
	DocNo     string `json:"doc_no"`  // 文号
	Persons   string `json:"persons"` // 人名, separated by ；
	PageCount int    `json:"page_count"`
	PageNo    string `json:"page_no"` // 页号 in the volume: "1", "1-3"
	Note      string `json:"note"`
}
