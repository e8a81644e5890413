package offsite

// The boundaries of work at which a process may end and must leave nothing wrong.
const (
	stepLabelled     = "medium-labelled" // and not yet in the catalogue
	stepWritten      = "group-written"
	stepSettled      = "group-settled"
	stepListed       = "group-listed"
	stepNoted        = "group-noted"
	stepSnapshot     = "snapshot"
	stepTexts        = "texts"
	stepFinished     = "run-finished" // all but the state is written
	stepAnnounced    = "state-announced"
	stepStated       = "state-written"
	stepReconciling  = "reconciling"
	stepAdopted      = "adopted"
	stepReconciled   = "reconciled"
	stepChecked      = "checked"
	stepErasing      = "copies-erased"
	stepErased       = "catalogues-erased"
	stepCatalogue    = "catalogue-restored"
	stepBrought      = "lot-restored"
	stepOriginals    = "originals-restored"
	stepRoots        = "roots-placed"
	stepHomeComplete = "home-complete"
)

// Steps names the boundaries at which Options.Step and RestoreOptions.Step are called.
func Steps() []string {
	return []string{
		stepLabelled, stepWritten, stepSettled, stepListed, stepNoted, stepSnapshot, stepTexts, stepFinished, stepAnnounced, stepStated,
		stepReconciling, stepAdopted, stepReconciled, stepChecked, stepErasing, stepErased,
		stepCatalogue, stepBrought, stepOriginals, stepRoots, stepHomeComplete,
	}
}
