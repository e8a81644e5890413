package access

import (
	"strings"

	"lantai/archive"
)

// Level is how far a record is closed. It comes from its 密级 and its 开放标识.
type Level int

// The levels. Their numbers stand in catalogues; rank gives their order.
const (
	Closed       Level = iota // 未审核, 控制, 延期开放
	Open                      // 开放
	Internal                  // 内部, 限制, 国内
	Secret                    // 秘密
	Confidential              // 机密
	TopSecret                 // 绝密
)

// Levels lists all levels, the most open first.
func Levels() []Level { return []Level{Open, Closed, Internal, Secret, Confidential, TopSecret} }

// rank orders levels: the higher, the fewer may see.
func (l Level) rank() int {
	switch l {
	case Open:
		return 0
	case Closed:
		return 1
	}
	return int(l)
}

// StateSecret tells whether the level is one of the law on guarding state secrets.
func (l Level) StateSecret() bool { return l >= Secret }

var levelNames = [...]string{"closed", "open", "internal", "secret", "confidential", "top-secret"}

// String gives the name that rules and language files know the level by.
func (l Level) String() string {
	if l < 0 || int(l) >= len(levelNames) {
		return "unknown"
	}
	return levelNames[l]
}

// Secrecy gives the level of a 密级 in any of its customary forms (archive.SecrecyOf). ok is
// false where it names none. A word nobody knows counts as Internal: what somebody took
// the trouble to mark is not open.
func Secrecy(mark string) (level Level, ok bool) {
	if secret := archive.SecrecyOf(mark); secret > archive.NotSecret {
		return Secret + Level(secret-archive.Secret), true
	}
	switch mark = strings.ToUpper(strings.TrimSpace(mark)); {
	case mark == "", mark == "公开", mark == "GK", mark == "无", mark == "0", strings.Contains(mark, "非密"), strings.Contains(mark, "不涉密"):
		return Closed, false
	}
	return Internal, true
}

// LevelOf gives the level of a record: its 密级 goes before its 开放标识, and an expired
// term of secrecy opens nothing (解密 is a decision).
func LevelOf(secrecy, opening string) Level {
	if level, ok := Secrecy(secrecy); ok {
		return level
	}
	switch strings.ToLower(strings.TrimSpace(opening)) {
	case "开放", "已开放", "open":
		return Open
	}
	return Closed
}

// ClassOf joins a level with the group that the archive put the record in; group 0 is
// open to everyone whose role allows the level.
func ClassOf(level Level, group int) archive.AccessClass {
	return archive.AccessClass(int(level)*archive.AccessGroups + group)
}

// Parts takes a class apart.
func Parts(c archive.AccessClass) (level Level, group int) {
	return Level(int(c) / archive.AccessGroups), c.Group()
}
