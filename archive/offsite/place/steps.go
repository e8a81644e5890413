package place

import "time"

// Options change how a place works; the zero value is the ordinary one.
type Options struct {
	// Step is called at each boundary named by Steps, after what the name says has
	// happened. Tests end the process there.
	Step func(name string)

	// Beat is how often the holder of a lock gives a sign of life, 15 s unless it is set.
	// All who use a place should use the same.
	Beat time.Duration
}

const usualBeat = 15 * time.Second

func (o Options) step(name string) {
	if o.Step != nil {
		o.Step(name)
	}
}

func (o Options) beat() time.Duration {
	if o.Beat > 0 {
		return o.Beat
	}
	return usualBeat
}

// The boundaries of work at which a process may end and must leave nothing wrong.
const (
	stepPartCreated   = "group:part-created"
	stepPartWritten   = "group:part-written"
	stepGroupSynced   = "group:synced"
	stepFolderMade    = "group:folder-made" // after each
	stepNamed         = "group:named"       // after each file
	stepGroupSettled  = "group:settled"
	stepReplaceStaged = "replace:written"
	stepReplaced      = "replace:renamed"
	stepAppendCut     = "append:cut"
	stepAppendWriting = "append:writing" // half is written
	stepAppended      = "append:synced"
	stepMoved         = "move:renamed"
	stepMoveSettled   = "move:synced"
)

// Steps names the boundaries at which Options.Step is called.
func Steps() []string {
	return []string{
		stepPartCreated, stepPartWritten, stepGroupSynced, stepFolderMade, stepNamed, stepGroupSettled,
		stepReplaceStaged, stepReplaced, stepAppendCut, stepAppendWriting, stepAppended, stepMoved, stepMoveSettled,
	}
}

// What is being done, for errors.
const (
	opOpen    = "open place"
	opStat    = "look at copy"
	opRead    = "read copy"
	opWalk    = "list copies"
	opGroup   = "write copies"
	opReplace = "replace file at place"
	opAppend  = "lengthen file at place"
	opMove    = "move copy"
	opSpace   = "ask free space"
	opLock    = "lock place"
	opSweep   = "clear unfinished copies"
)
