package home

import (
	"strings"

	"lantai/archive"
)

// magics are the numbers by which Linux tells file systems that several computers
// write to, or that another computer serves (statfs(2), linux/magic.h).
var magics = map[uint32]string{
	0x6969:     "NFS",
	0x517B:     "SMB",
	0xFE534D42: "SMB",
	0xFF534D42: "CIFS",
	0x564C:     "NCP",
	0x73757245: "Coda",
	0x5346414F: "AFS",
	0x6B414653: "AFS",
	0x01021997: "9P",
	0x00C36400: "Ceph",
	0x0BD00BD0: "Lustre",
	0x47504653: "GPFS",
	0x01161970: "GFS2",
	0x7461636F: "OCFS2",
	0x19830326: "BeeGFS",
	0x20030528: "OrangeFS",
	0xAAD7AAEA: "PanFS",
	0x786F4256: "VirtualBox shared folder",
	0xBACBACBC: "VMware shared folder",
}

const fuseMagic = 0x65735546

// localFuse are FUSE file systems that keep their data on this computer's own disks.
var localFuse = map[string]bool{
	"fuseblk": true, "fuse.ntfs-3g": true, "fuse.lowntfs-3g": true, "fuse.exfat": true, "fuse.exfat-fuse": true,
	"fuse.ext2fs": true, "fuse.fuse2fs": true, "fuse.lklfuse": true, "fuse.zfs": true, "fuse.mergerfs": true,
	"fuse.bindfs": true, "fuse.encfs": true, "fuse.gocryptfs": true, "fuse.cryfs": true, "fuse.veracrypt": true,
	"fuse.dislocker": true, "fuse.fuse-overlayfs": true, "fuse.unionfs-fuse": true,
}

// Network names the network file system that Linux shows by a number of statfs and a
// type of /proc/self/mountinfo; "" is a disk of this computer. The type matters for FUSE only, where it
// says what stands behind; an unknown one counts as a network.
func Network(magic uint32, fstype string) string {
	if name := magics[magic]; name != "" {
		return name
	}
	if magic != fuseMagic || localFuse[fstype] {
		return ""
	}
	if name := strings.TrimPrefix(fstype, "fuse."); name != "" && name != "fuse" {
		return name
	}
	return "FUSE"
}

// refuseNetwork keeps the catalogue off shares: SQLite's write-ahead log needs memory
// that all its users share, and locks that hold; file servers give neither.
func refuseNetwork(op, dir string) error {
	name, err := networkOf(dir)
	if err != nil {
		return archive.WrapAs(archive.Unavailable, op, dir, err)
	}
	if name != "" {
		return archive.Errorf(archive.Unavailable, op, dir,
			"the folder lies on a network share (%s), where the catalogue's database could be damaged; choose a folder on a disk of this computer", name)
	}
	return nil
}
