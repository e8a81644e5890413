//go:build torture

package offsite_test

const (
	killedTimes = 4   // each step at its first four times, and again while putting right
	randomKills = 100 // of each work
)
