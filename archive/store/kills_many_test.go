//go:build torture

package store_test

// kills is how often the writer is killed.
const kills = 100
