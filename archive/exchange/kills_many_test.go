//go:build torture

package exchange_test

// kills is how often the import is killed.
const kills = 100
