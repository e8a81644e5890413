package vault

// Steps names the boundaries at which Options.Step is called, in the order in which
// work passes them: of Receive, of Close and Refresh, of Move.
func Steps() []string { return nil }
