//go:build torture

package raster_test

import "testing"

func TestAllSharedScans(t *testing.T) { checkShared(t, sharedFiles(t, "scans")) }

func TestAllSharedPDF(t *testing.T) {
	checkSharedPDF(t, 1000, func(string) bool { return true })
}
