//go:build !linux

package main

import "time"

// threadTime falls back on the clock.
func threadTime() time.Duration { return time.Duration(time.Now().UnixNano()) }
