// Package outside asks what lies outside of Lantai: the operating system and its tools,
// for now about the encryption of volumes.
package outside

import (
	"context"
	"path/filepath"
	"time"
)

// State tells whether what lies in a folder is encrypted on its disk, as far as the
// operating system knows. Drives that encrypt by themselves, and disks of the host of a
// virtual machine, it does not know.
type State string

// The states.
const (
	Encrypted    State = "encrypted"
	NotEncrypted State = "not-encrypted"
	Partly       State = "partly"
	Unknown      State = "unknown"
)

// Reason tells why a state is not simply yes or no.
type Reason string

// The reasons.
const (
	Network    Reason = "network"    // unknown: another computer holds it
	Memory     Reason = "memory"     // unknown: it lies in memory, and is gone without power
	Layered    Reason = "layered"    // unknown: file systems above others
	NotTold    Reason = "not-told"   // unknown: the system does not say, or in words not known
	NoAccess   Reason = "no-access"  // unknown: the account may not ask
	TooLate    Reason = "too-late"   // unknown: no answer in time
	Absent     Reason = "absent"     // unknown: there is no such folder now
	Locked     Reason = "locked"     // encrypted: and it cannot be read now
	Suspended  Reason = "suspended"  // not encrypted: it is, but the key lies open beside it
	Converting Reason = "converting" // partly: it is being encrypted, or decrypted
	Mixed      Reason = "mixed"      // partly: some of the disks below
)

// Protection is the state of the volume that a folder lies on.
type Protection struct {
	State  State  `json:"state"`
	Reason Reason `json:"reason,omitempty"`
	By     string `json:"by,omitempty"`     // what encrypts, or who holds it: "LUKS2", "BitLocker", "NFS"
	Folder bool   `json:"folder,omitempty"` // the folder is encrypted, not its volume
	Volume string `json:"volume,omitempty"` // where the volume is mounted; the drive on Windows
}

// patience is how long the tools of the system may take to answer.
const patience = 10 * time.Second

// ProtectionOf tells whether what lies in a folder is encrypted on its disk. There is always an
// answer, at worst Unknown with its reason, after ten seconds at most.
func ProtectionOf(ctx context.Context, folder string) Protection {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	abs, err := filepath.Abs(folder)
	if err != nil {
		return unknown(NotTold)
	}
	answer := make(chan Protection, 1) // a dead network share answers nobody
	go func() { answer <- ask(ctx, abs) }()
	select {
	case p := <-answer:
		return p
	case <-ctx.Done():
		return unknown(TooLate)
	}
}

func unknown(why Reason) Protection { return Protection{State: Unknown, Reason: why} }
