package vault

// The boundaries of work at which a process may end and must leave nothing wrong.
const (
	stepFolderMade    = "receive:folder-made"
	stepPartCreated   = "receive:part-created"
	stepWriting       = "receive:writing" // after each block
	stepWritten       = "receive:written"
	stepFileSynced    = "receive:file-fsynced"
	stepNamed         = "receive:named"
	stepFolderSynced  = "receive:folder-fsynced"
	stepListed        = "receive:listed"
	stepListMerged    = "close:current-written"
	stepListReplaced  = "close:current-replaced"
	stepListClosed    = "close:list-closed"
	stepMovePlanned   = "move:journalled"
	stepMoveRenamed   = "move:renamed" // after each file
	stepMoveSynced    = "move:folders-fsynced"
	stepMoveCommitted = "move:committed"
	stepMoveLogged    = "move:logged"
	stepMoveEnded     = "move:journal-removed"
	stepPurgeLogged   = "purge:logged"
	stepPurgeListed   = "purge:current-replaced"
	stepPurgeRemoved  = "purge:removed" // after each file
	stepMendWritten   = "mend:written"
	stepMendNoted     = "mend:noted" // in damaged.tsv
	stepMendAside     = "mend:put-aside"
	stepMendNamed     = "mend:named"
	stepForgetLogged  = "forget:logged"
	stepForgetListed  = "forget:list-replaced" // after each list
	stepForgetRemoved = "forget:removed"       // after each file
)

// Steps names the boundaries at which Options.Step is called, in the order in which
// work passes them: of Receive, of Close and Refresh, of Move. Each is called after
// what its name says has happened.
func Steps() []string {
	return []string{
		stepFolderMade, stepPartCreated, stepWriting, stepWritten, stepFileSynced, stepNamed,
		stepFolderSynced, stepListed,
		stepListMerged, stepListReplaced, stepListClosed,
		stepMovePlanned, stepMoveRenamed, stepMoveSynced, stepMoveCommitted, stepMoveLogged, stepMoveEnded,
	}
}

// PurgeSteps names the boundaries of Purge in the same way.
func PurgeSteps() []string { return []string{stepPurgeLogged, stepPurgeListed, stepPurgeRemoved} }

// MendSteps names the boundaries of Mend in the same way.
func MendSteps() []string {
	return []string{stepMendWritten, stepMendNoted, stepMendAside, stepMendNamed}
}

// ForgetSteps names the boundaries of Forget in the same way.
func ForgetSteps() []string { return []string{stepForgetLogged, stepForgetListed, stepForgetRemoved} }
