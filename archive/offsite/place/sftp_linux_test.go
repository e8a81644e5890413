package place_test

import (
	"testing"

	"lantai/archive/offsite/place/placetest"
)

func TestSFTP(t *testing.T) {
	server := startSSHD(t)
	placetest.Run(t, func(t *testing.T) placetest.Site { return server.site(t.TempDir()) })
}
