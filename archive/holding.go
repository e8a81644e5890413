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

	KindDossier HoldingKind = "dossier" // 全宗卷 material: about a fonds, no part of it (DA/T 12)
)

// Kinds lists all kinds, containers before what lies in them.
func Kinds() []HoldingKind {
	return []HoldingKind{KindFonds, KindSeries, KindVolume, KindBox, KindAlbum,
		KindItem, KindPhoto, KindObject, KindBook, KindAV, KindDossier}
}

// IsContainer tells whether other records lie in a record of the kind.
func (k HoldingKind) IsContainer() bool { return k == KindVolume || k == KindBox || k == KindAlbum }

// IsSingle tells whether the kind describes one thing: an item, a photo, an object.
func (k HoldingKind) IsSingle() bool {
	switch k {
	case KindItem, KindPhoto, KindObject, KindBook, KindAV, KindDossier:
		return true
	}
	return false
}

// HoldsPages tells whether pages lie in holdings of a kind. A box says where items lie; its
// pages are theirs.
func (k HoldingKind) HoldsPages() bool { return k == KindVolume || k == KindAlbum || k.IsSingle() }

// Method is how a series is arranged.
type Method string

// The arrangement methods.
const (
	ByItem   Method = "item"   // 以件为单位 (DA/T 22)
	ByVolume Method = "volume" // 立卷 (GB/T 9705)
	ByPhoto  Method = "photo"  // 照片 (GB/T 11821)
)

// AccessClass tells who may see a holding: AccessGroups times the level to which its 密级
// and 开放标识 close it, plus the group that the archive put it in; group 0 is open to
// everyone whose role allows the level.
type AccessClass int

// AccessGroups is how many groups there may be, from 0 up.
const AccessGroups = 1000

// Group is the group without the level.
func (c AccessClass) Group() int { return int(c) % AccessGroups }

// InGroup is the class with another group.
func (c AccessClass) InGroup(group int) AccessClass {
	return c - AccessClass(c.Group()) + AccessClass(group)
}

// Holding is what every row of the catalogue has in common.
type Holding struct {
	ID          ID          `json:"id"`
	Kind        HoldingKind `json:"kind"`
	Parent      ID          `json:"parent"` // fonds ← series ← volume, album or item ← item or photo
	Fonds       ID          `json:"fonds"`  // the fonds above; its own id for a fonds
	Series      ID          `json:"series"` // the series above; zero for a fonds
	Code        string      `json:"code"`   // 档号, canonical form; 全宗号 for a fonds; unique in the archive
	Title       string      `json:"title"`
	Date        string      `json:"date"` // archival form: "19650000", "1965", "[1965]"; may be empty
	Year        int         `json:"year"` // 年度, or 0
	Retention   string      `json:"retention"`
	Opening     string      `json:"opening"`      // 开放标识
	Secrecy     string      `json:"secrecy"`      // 密级, as the word: 秘密
	SecrecyTerm string      `json:"secrecy_term"` // 保密期限: "10年"
	Location    string      `json:"location"`     // 库房-列-节-层-面
	Access      AccessClass `json:"access_class"`
	Rev         int         `json:"rev"` // grows by one with each change
}

// Fonds is all records of one creator. Its succession of names is kept as NameOf rows.
type Fonds struct {
	Holding
	Creator      string `json:"creator"` // 立档单位
	DateBegin    string `json:"date_begin"`
	DateEnd      string `json:"date_end"`
	History      string `json:"history"` // 档案保管沿革
	Note         string `json:"note"`
	Repository   string `json:"repository"`    // 档案馆代码
	Type         string `json:"type"`          // 全宗类型: 独立, 联合, 汇集, 个人
	Era          string `json:"era"`           // 全宗性质
	Status       string `json:"status"`        // 进馆状态
	Accessioned  string `json:"accessioned"`   // 进馆日期
	AdminHistory string `json:"admin_history"` // 组织机构沿革
	Scope        string `json:"scope"`         // 范围和提要
	Arrangement  string `json:"arrangement"`   // 整理情况
}

// Arranged is how far a class of numbers has come.
type Arranged string

// The states of a class: codes change freely, at the end only, by approved correction.
const (
	Arranging   Arranged = ""            // 整理中
	Filed       Arranged = "filed"       // 已归档
	Accessioned Arranged = "accessioned" // 已进馆
)

// Series is one class of a fonds: how it is arranged and how its codes are built.
type Series struct {
	Holding
	Category  string      `json:"category"` // 门类代码: WS, KJ, ZP …
	Method    Method      `json:"method"`
	Scheme    string      `json:"scheme"`    // the 档号 scheme as JSON (package refcode)
	Languages string      `json:"languages"` // of recognition, "chi_sim+eng"; empty: the archive's setting
	Note      string      `json:"note"`
	Holds     HoldingKind `json:"holds"`    // what its single records are; empty: as the scheme says
	Arranged  Arranged    `json:"arranged"` // of its classes that have no state of their own
	Scope     string      `json:"scope"`    // 范围和提要
}

// Container is a volume, box or album.
type Container struct {
	Holding
	Number     string `json:"number"` // 案卷号, 盒号 or 册号
	Author     string `json:"author"` // 责任者
	DateBegin  string `json:"date_begin"`
	DateEnd    string `json:"date_end"`
	PageCount  int    `json:"page_count"` // 页数; of an album: 张数
	Note       string `json:"note"`
	ClassName  string `json:"class_name"` // 类目名称
	Org        string `json:"org"`        // 机构（问题）
	ItemCount  int    `json:"item_count"` // 件数
	ItemFrom   string `json:"item_from"`  // 起件号 of a box
	ItemTo     string `json:"item_to"`    // 止件号
	FilingNo   string `json:"filing_no"`  // 归档号: the office's own number (GB/T 9705)
	Spine      int    `json:"spine"`      // 盒脊或卷脊厚度, mm
	Carrier    string `json:"carrier"`    // 载体
	Size       string `json:"size"`       // 规格
	Microfilm  string `json:"microfilm"`  // 缩微号
	SeeAlso    string `json:"see_also"`   // 参见号
	ArrangedBy string `json:"arranged_by"`
	ArrangedOn string `json:"arranged_on"`
	CheckedBy  string `json:"checked_by"`
	CheckedOn  string `json:"checked_on"`
	Condition  string `json:"condition"` // 情况说明, of the 备考表
}

// Item is one document: 归档文件 or 卷内文件. It is also what all single records have
// in common.
type Item struct {
	Holding
	Number     string `json:"number"`  // 件号, 张号 or 登录号
	Box        ID     `json:"box"`     // where it lies, or zero
	Author     string `json:"author"`  // 责任者; 摄影者 of a photo, 录制者 of a recording
	DocNo      string `json:"doc_no"`  // 文号
	Persons    string `json:"persons"` // 人名, separated by ；
	PageCount  int    `json:"page_count"`
	PageNo     string `json:"page_no"` // 页号 in the volume: "1", "1-3"
	Note       string `json:"note"`
	Org        string `json:"org"`        // 机构（问题）
	Genre      string `json:"genre"`      // 文种
	Draft      string `json:"draft"`      // 稿本
	Annexes    string `json:"annexes"`    // 附件
	Addressees string `json:"addressees"` // 主送
	CopiesTo   string `json:"copies_to"`  // 抄送
	Keywords   string `json:"keywords"`
	ClassNo    string `json:"class_no"`   // 分类号
	Quantity   int    `json:"quantity"`   // 份数, 册数, 件数; 0: not stated
	Unit       string `json:"unit"`       // of Quantity
	Carrier    string `json:"carrier"`    // 载体
	Size       string `json:"size"`       // 规格
	Disclosure string `json:"disclosure"` // 公开属性
	SeeAlso    string `json:"see_also"`   // 参见号
}

// Photo is a photograph with its caption (GB/T 11821, DA/T 50).
type Photo struct {
	Item
	GroupNo    string `json:"group_no"`    // 组号
	GroupMark  string `json:"group_mark"`  // 组联符号
	NegativeNo string `json:"negative_no"` // 底片号
	Event      string `json:"event"`       // 事由
	Place      string `json:"place"`
	Background string `json:"background"`
	Caption    string `json:"caption"` // 文字说明
	Colour     string `json:"colour"`
	EXIF       string `json:"exif"` // of a digital photo, as lines of "name: value"
}

// Object is a thing: a plaque, a seal, a gift (实物).
type Object struct {
	Item
	ObjectKind string `json:"object_kind"` // 类别: 奖牌, 印章 …
	AwardedBy  string `json:"awarded_by"`  // 授予单位或来源
	Recipient  string `json:"recipient"`   // 获得者
	Level      string `json:"level"`       // 级别: 国家, 省部 …
	Material   string `json:"material"`    // 材质
	Condition  string `json:"condition"`   // 完好程度
	PhotoCode  string `json:"photo_code"`  // 照片档号
}

// Book is one row of the reference library (图书资料): a title with its copies.
type Book struct {
	Item
	CallNo     string `json:"call_no"`  // 索书号
	Subtitle   string `json:"subtitle"` // 副书名, 卷次
	Publisher  string `json:"publisher"`
	Place      string `json:"place"`   // 出版地
	Edition    string `json:"edition"` // 版次
	ISBN       string `json:"isbn"`
	Price      string `json:"price"`
	Source     string `json:"source"`      // 来源: 购, 赠, 调
	AcquiredOn string `json:"acquired_on"` // 入藏日期
}

// AV is a sound or video recording (DA/T 63).
type AV struct {
	Item
	Place      string `json:"place"`
	Duration   string `json:"duration"` // hh:mm:ss
	Original   string `json:"original"` // 原件 or 复制件
	Device     string `json:"device"`   // 播放设备
	Standard   string `json:"standard"` // 制式
	Language   string `json:"language"`
	Format     string `json:"format"`  // 文件格式
	Codec      string `json:"codec"`   // 编码
	Bitrate    string `json:"bitrate"` // 码率
	SampleRate string `json:"sample_rate"`
	Resolution string `json:"resolution"`
	FrameRate  string `json:"frame_rate"`
	Channels   string `json:"channels"` // 声道
	Caption    string `json:"caption"`  // 说明
}

// Dossier is material about a fonds (全宗卷, DA/T 12).
type Dossier struct {
	Item
	Group string `json:"grouping"` // 类: 收集, 整理, 鉴定, 保管, 统计, 利用 …
}
