package archive

import "strings"

// Actor is who does something: a person of the archive, or the program itself.
type Actor struct {
	ID   ID
	Name string
}

// LocalActor stands for whoever sits at this computer, until people are kept.
func LocalActor() Actor { return Actor{ID: 1, Name: "local"} }

// OpKind names what an operation did, for the log: "fonds.add", "page.link".
type OpKind string

// The kinds of operation.
const (
	OpFondsAdd    OpKind = "fonds.add"
	OpSeriesAdd   OpKind = "series.add"
	OpHoldingAdd  OpKind = "holding.add"
	OpHoldingEdit OpKind = "holding.edit"
	OpPageLink    OpKind = "page.link"   // 挂接
	OpPageUnlink  OpKind = "page.unlink" // 取消挂接
	OpNameEdit    OpKind = "name.edit"   // 曾用名
	OpLedgerEdit  OpKind = "ledger.edit" // 总登记簿
	OpGroupEdit   OpKind = "group.edit"  // 专题
	OpSettingEdit OpKind = "setting.edit"
	OpFileMove    OpKind = "file.move"

	OpHoldingRemove OpKind = "holding.remove" // with all that lies in it

	OpCodeInsert    OpKind = "code.insert"    // 插件
	OpCodeMove      OpKind = "code.move"      // 移入他类
	OpCodeReorder   OpKind = "code.reorder"   // 调序
	OpCodeSplit     OpKind = "code.split"     // 拆卷
	OpCodeBind      OpKind = "code.bind"      // 组卷
	OpCodeUnbind    OpKind = "code.unbind"    // 拆散案卷
	OpCodeRenumber  OpKind = "code.renumber"  // 重新编号
	OpCodeCorrect   OpKind = "code.correct"   // 更正档号
	OpCodeVacancy   OpKind = "code.vacancy"   // 空号说明
	OpCodeFile      OpKind = "code.file"      // 归档
	OpCodeAccession OpKind = "code.accession" // 进馆

	OpQuarantine        OpKind = "quarantine.add"
	OpQuarantineDecide  OpKind = "quarantine.decide"
	OpQuarantineRelease OpKind = "quarantine.release"
	OpQuarantinePurge   OpKind = "quarantine.purge"

	OpPurgeAsk      OpKind = "purge.ask"      // one person asks
	OpPurgeWithdraw OpKind = "purge.withdraw" // and nothing is done
	OpPurgeMedium   OpKind = "purge.medium"   // a medium that held a purged record is cleared
	OpHoldingPurge  OpKind = "holding.purge"  // 清除: a second person agreed, and it is done

	OpBatchAdd OpKind = "batch.add" // a receipt begins
	OpUndo     OpKind = "op.undo"   // 撤销
)

// Recodes tells whether an operation of the kind passes codes from one record to another.
func (k OpKind) Recodes() bool { return strings.HasPrefix(string(k), "code.") }

// Op is one entry of the log of changes.
type Op struct {
	ID      ID
	Actor   ID
	Station int
	Number  int   // its place in the station's log, counted from 1
	Time    int64 // Unix milliseconds, UTC
	Kind    OpKind
	Changes int // how many rows it changed
	Digest  []byte
	Prev    []byte
}

// Change is what an operation did to one row: the columns that changed, before
// and after, as JSON objects.
type Change struct {
	Op     ID
	Seq    int
	Noun   string
	ID     ID
	Before string // "" for a new row
	After  string // "" for a removed row
}

// Progress is how far a long job has come.
type Progress struct {
	Phase string // a key of the language files
	Done  int
	Total int // 0: not known yet

	// Where the work is bytes rather than things, speed and time left follow from these.
	Bytes, OfBytes int64 // 0: not told
}
