package parts

import "golang.org/x/sys/windows"

// drives lists the drive letters in use, without touching the drives.
func drives() (list []string) {
	mask, err := windows.GetLogicalDrives()
	if err != nil {
		return nil
	}
	for i := range 26 {
		if mask&(1<<i) != 0 {
			list = append(list, string(rune('A'+i))+`:\`)
		}
	}
	return list
}
