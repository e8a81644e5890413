//go:build !torture

package offsite_test

const (
	killedTimes = 1 // each step at its first time alone, and not again while putting right
	randomKills = 2 // of each work
)
