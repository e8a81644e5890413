package vault

import (
	"fmt"

	"golang.org/x/sys/windows"
)

// Volumes lists the drives that can be read, by letter.
func Volumes() ([]Volume, error) {
	mask, err := windows.GetLogicalDrives()
	if err != nil {
		return nil, err
	}
	var list []Volume
	for letter := range 26 {
		if mask&(1<<letter) == 0 {
			continue
		}
		top := string(rune('A'+letter)) + `:\`
		name, err := windows.UTF16PtrFromString(top)
		if err != nil {
			return nil, err
		}
		var serial uint32
		if windows.GetVolumeInformation(name, nil, 0, &serial, nil, nil, nil, 0) != nil {
			continue // an empty drive, or a share that is not connected
		}
		list = append(list, Volume{ID: fmt.Sprintf("serial:%08x", serial), Top: top})
	}
	return list, nil
}
