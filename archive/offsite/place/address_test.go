package place_test

import (
	"testing"

	"lantai/archive"
	"lantai/archive/offsite/place"
)

func TestAddress(t *testing.T) {
	for s, want := range map[string]place.Address{
		"sftp://dang@nas/volume1/兰台 备份":         {User: "dang", Host: "nas", Path: "/volume1/兰台 备份"},
		"sftp://dang@nas.example:2222/~/lantai": {User: "dang", Host: "nas.example", Port: 2222, Path: "lantai"},
		"sftp://a@[fe80::1]:22/x":               {User: "a", Host: "fe80::1", Port: 22, Path: "/x"},
		"sftp://a@[fe80::1]/x":                  {User: "a", Host: "fe80::1", Path: "/x"},
	} {
		got, err := place.ParseAddress(s)
		if err != nil || got != want {
			t.Errorf("%s: %+v %v", s, got, err)
		}
		if again, err := place.ParseAddress(got.String()); err != nil || again != got {
			t.Errorf("%s: %+v %v", got, again, err)
		}
	}
	for _, s := range []string{
		"", "nas:/x", "ftp://a@h/x", "sftp://h/x", "sftp://a@/x", "sftp://a@h", "sftp://a@h/", "sftp://a:b@h/x", "sftp://a@h:99999/x", "sftp://a@h/x?y",
		"sftp://a@h:x/y", "sftp://a@h/%zz",
	} {
		if got, err := place.ParseAddress(s); archive.KindOf(err) != archive.Invalid {
			t.Errorf("%s: %+v %v", s, got, err)
		}
	}
}
