package people

import (
	"context"

	"lantai/archive"
	"lantai/archive/access"
)

// Archive is read and written off the UI goroutine.
type Archive interface {
	Read(ctx context.Context) (State, error)
	// Add adds an account. The first one of an archive needs no roles: it gets those that
	// administer it.
	Add(ctx context.Context, p archive.Person, password string) (archive.ID, error)
	Change(ctx context.Context, p archive.Person) error
	SetPassword(ctx context.Context, person archive.ID, password string) error
	SetRules(ctx context.Context, r Rules) error

	Approvals(ctx context.Context) (Approvals, error)
	// Wanted finds a record that somebody may be allowed to give out; NotFound when there
	// is none with the 档号 in sight.
	Wanted(ctx context.Context, person archive.ID, code string) (Wanted, error)
	Approve(ctx context.Context, a archive.Approval) error
	TakeBack(ctx context.Context, approval archive.ID) error
}

// State is all accounts with what they are described by.
type State struct {
	Accounts   []Account // by name; none: the archive has no accounts
	Self       archive.ID
	Fonds      []Choice
	Batches    []Choice       // the newest receipts, and those that somebody was given
	Clearances []access.Level // beside none; empty in an ordinary archive
	Rules      Rules
}

// Account is an account with when it last signed in (Unix milliseconds; zero: never).
type Account struct {
	archive.Person
	Last int64
}

// Choice is something that an account can be limited to.
type Choice struct {
	ID    archive.ID
	Short string // for a cell: a 全宗号
	Name  string
}

// Rules hold for all accounts.
type Rules struct {
	Strict bool // the system's administrator and the security's are different people
	Idle   int  // minutes until a window locks
	Most   int  // minutes at most
}

// Approvals are those that hold, with who may be given one.
type Approvals struct {
	Held   []Held
	People []archive.Person // whom an approval lets do something
}

// Held is an approval that holds.
type Held struct {
	archive.Approval
	Code, Title string
	Person, By  string // names
}

// Wanted is a record for which somebody wants an approval.
type Wanted struct {
	ID          archive.ID
	Code, Title string
	Inside      bool   // other records lie in it, which the approval covers too
	Use         string // "opens", "needless" or "useless"
}
