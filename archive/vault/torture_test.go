//go:build torture

package vault_test

// How much the tests try when there is time.
const (
	histories    = 300
	killedTimes  = 6
	historySteps = 80
)
