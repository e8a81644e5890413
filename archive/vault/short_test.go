//go:build !torture

package vault_test

// How much the tests try in an ordinary run.
const (
	histories    = 8
	killedTimes  = 2
	historySteps = 40
)
