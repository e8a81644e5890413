// Package app is the window: its navigation, status strip, keys and screens. It is
// the only builder of screens, which know nothing of each other.
package app

import (
	"fyne.io/fyne/v2"

	"lantai/app/parts"
	"lantai/archive/access"
)

// The names of screens, as routes use them.
const (
	ScreenStart     = "start"     // 工作台
	ScreenHoldings  = "holdings"  // 馆藏目录
	ScreenEntry     = "entry"     // 著录整理
	ScreenArranging = "arranging" // 档号整理
	ScreenHistory   = "history"   // 变更历史
	ScreenTrash     = "trash"     // 回收站
	ScreenLedger    = "ledger"    // 馆藏台账
	ScreenGroups    = "groups"    // 专题
	ScreenIntake    = "intake"    // 接收挂接
	ScreenImporting = "importing" // 导入导出目录
	ScreenFind      = "find"      // 全文检索
	ScreenViewer    = "viewer"    // one page with its text
	ScreenCustody   = "custody"   // 备份与载体
	ScreenTasks     = "tasks"     // 任务
	ScreenPeople    = "people"    // 用户权限
	ScreenAudit     = "audit"     // 审计日志
	ScreenSettings  = "settings"  // 系统设置
	ScreenSignIn    = "signin"    // nobody has signed in
	ScreenFirstRun  = "firstrun"  // no archive is open yet
)

// Screen is one place of work. Its methods are called on the UI goroutine.
type Screen interface {
	// Title stands in the title bar of the window.
	Title() string
	// Content is the screen; always the same object.
	Content() fyne.CanvasObject
	// Shown is called whenever the screen comes into view, with the value of the
	// route, nil for its beginning. It loads what it shows and sets the keyboard.
	Shown(value any)
	// Hidden is called when it leaves the view; loads under way are dropped.
	Hidden()
}

// Reloader is a Screen that shows what tasks change: it is reloaded when one ends
// while it is in view.
type Reloader interface{ Reload() }

// KeyTaker is a Screen with keys of its own, such as F7 and F8. It sees them
// wherever the keyboard is and tells whether it used one.
type KeyTaker interface {
	TakeKey(name fyne.KeyName) (used bool)
}

// Leaver is a Screen that may hold something unsaved. Before another screen comes into
// view, or the window closes, it is asked; it calls then at once or when the person has
// answered, or never, when the person would rather stay.
type Leaver interface{ Leave(then func()) }

// Keeper is a Screen that keeps what is not saved while it is out of view. Before the
// window closes it is asked, as a Leaver is.
type Keeper interface{ Unkept(then func()) }

// Dropper is a Screen that takes files and folders dropped on the window.
type Dropper interface{ Dropped(paths []string) }

// Place is a screen's entry in the navigation. The screen is made when it is first
// gone to.
type Place struct {
	Name  string // of the screen
	Word  string // key of its word
	Icon  fyne.Resource
	Make  func() Screen
	Needs []access.Action // any of them lets a person use it; none: everyone may
	Under string          // name of the place marked instead, for a screen that is not in the navigation
}

// Opener is implemented by Shell, for screens that are made with it.
var _ parts.Open = (*Shell)(nil).Open
