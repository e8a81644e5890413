package access

import (
	"slices"

	"lantai/archive"
)

// Role is what somebody does in the archive.
type Role string

// The roles. The last three are the 三员; none of them opens archives.
const (
	Archivist   Role = "archivist"    // 档案员
	Worker      Role = "worker"       // 加工员: sees the batches given to them and no others
	ReadingRoom Role = "reading-room" // 阅览室
	Leader      Role = "leader"       // 领导: approves
	SystemAdmin Role = "system"       // 系统管理员
	Security    Role = "security"     // 安全保密管理员
	Auditor     Role = "auditor"      // 安全审计员
)

// Roles lists all roles.
func Roles() []Role {
	return []Role{Archivist, Worker, ReadingRoom, Leader, SystemAdmin, Security, Auditor}
}

// administers tells whether a role is one of the 三员.
func (r Role) administers() bool { return r == SystemAdmin || r == Security || r == Auditor }

// CheckRoles refuses roles that one person may not have together: the auditor has no other
// role, those who administer open no archives, a worker is nothing else. strict keeps
// the system's and the security's administrator apart too.
func CheckRoles(roles []Role, strict bool) error {
	const doing = "give roles"
	if len(roles) == 0 {
		return archive.Errorf(archive.Invalid, "choose roles", "", "no role")
	}
	admin, reads := false, false
	for _, r := range roles {
		if !slices.Contains(Roles(), r) {
			return archive.Errorf(archive.Invalid, doing, string(r), "no such role")
		}
		admin, reads = admin || r.administers(), reads || !r.administers()
	}
	has := func(r Role) bool { return slices.Contains(roles, r) }
	switch {
	case admin && reads:
		return archive.Errorf(archive.NotAllowed, doing, "admin", "who administers opens no archives")
	case has(Auditor) && len(roles) > 1:
		return archive.Errorf(archive.NotAllowed, doing, string(Auditor), "the auditor has no other role")
	case has(Worker) && len(roles) > 1:
		return archive.Errorf(archive.NotAllowed, doing, string(Worker), "a worker has no other role")
	case strict && has(SystemAdmin) && has(Security):
		return archive.Errorf(archive.NotAllowed, doing, string(Security), "the archive keeps its administrators apart")
	}
	return nil
}
