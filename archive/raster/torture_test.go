//go:build torture

package raster_test

import "testing"

func TestAllSharedScans(t *testing.T) { checkShared(t, sharedFiles(t, "scans")) }
