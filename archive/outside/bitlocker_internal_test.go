package outside

import (
	"strings"
	"testing"
)

func TestShellProperty(t *testing.T) {
	for answer, want := range map[string]Protection{
		"1\r\n": {State: Encrypted, By: "BitLocker"},
		"2\r\n": {State: NotEncrypted},
		"3\r\n": {State: Partly, Reason: Converting, By: "BitLocker"},
		"4\r\n": {State: Partly, Reason: Converting, By: "BitLocker"},
		"5\r\n": {State: NotEncrypted, Reason: Suspended, By: "BitLocker"},
		"6\r\n": {State: Encrypted, Reason: Locked, By: "BitLocker"},
		"8\r\n": {State: NotEncrypted, Reason: Suspended, By: "BitLocker"},
		"":      unknown(NotTold), "\r\n": unknown(NotTold), "0": unknown(NotTold), "7": unknown(NotTold), "-1": unknown(NotTold),
		"1 2": unknown(NotTold), "99999999999999999999": unknown(NotTold), "是": unknown(NotTold),
	} {
		if got := byShell(answer); got != want {
			t.Errorf("%q: %+v, want %+v", answer, got, want)
		}
	}
}

// What manage-bde printed on computers in Chinese and English.
const (
	bdeChinese = "BitLocker 驱动器加密: 配置工具版本 10.0.18362\r\n版权所有 (C) 2013 Microsoft Corporation。保留所有权利。\r\n\r\n" +
		"卷 M: [WD]\r\n[数据卷]\r\n\r\n    大小:              931.48 GB\r\n    BitLocker 版本:    2.0\r\n    转换状态:          仅加密了已用空间\r\n" +
		"    已加密百分比:      100.0%\r\n    加密方法:          XTS-AES 128\r\n    保护状态:          保护已启用\r\n    锁定状态:          已解锁\r\n" +
		"    标识字段:          未知\r\n    自动解锁:          已禁用\r\n    密钥保护器:\r\n        密码\r\n        数字密码\r\n"
	bdeChineseOff = "BitLocker 驱动器加密: 配置工具版本 10.0.26100\r\n版权所有 (C) 2013 Microsoft Corporation。保留所有权利。\r\n\r\n可以使用 BitLocker 驱动器加密\r\n" +
		"保护的磁盘卷:\r\n卷 C: []\r\n[OS 卷]\r\n\r\n    大小:              255.19 GB\r\n    BitLocker 版本:    无\r\n    转换状态:          完全解密\r\n" +
		"    已加密百分比:      0.0%\r\n    加密方法:          无\r\n    保护状态:          保护关闭\r\n    锁定状态:          已解锁\r\n    标识字段:          无\r\n    密钥保护器:        找不到\r\n"
	bdeEnglish = "BitLocker Drive Encryption: Configuration Tool version 10.0.22000\r\nCopyright (C) 2013 Microsoft Corporation. All rights reserved.\r\n\r\n" +
		"Volume G: []\r\n[Data Volume]\r\n\r\n    Size:                 Unknown GB\r\n    BitLocker Version:    2.0\r\n    Conversion Status:    Used Space Only Encrypted\r\n" +
		"    Percentage Encrypted: 100,0%\r\n    Encryption Method:    XTS-AES 128\r\n    Protection Status:    Protection Off\r\n    Lock Status:          Unlocked\r\n" +
		"    Identification Field: Unknown\r\n    Automatic Unlock:     Disabled\r\n    Key Protectors:       None Found\r\n"
)

func TestManageBDE(t *testing.T) {
	on := strings.Replace(bdeEnglish, "Protection Off", "Protection On", 1)
	tests := []struct {
		name, text, drive string
		want              Protection
	}{
		{"Chinese, on", bdeChinese, "M:", Protection{State: Encrypted, By: "BitLocker"}},
		{"Chinese, off", bdeChineseOff, "C:", Protection{State: NotEncrypted}},
		{"English, key in the open", bdeEnglish, "G:", Protection{State: NotEncrypted, Reason: Suspended, By: "BitLocker"}},
		{"English, on", on, "g:", Protection{State: Encrypted, By: "BitLocker"}},
		{"reboots left", strings.Replace(bdeEnglish, "Protection Off", "Protection Off (1 reboots left)", 1), "G:", Protection{State: NotEncrypted, Reason: Suspended, By: "BitLocker"}},
		{"half done", strings.Replace(bdeChinese, "100.0%", "31.6%", 1), "M:", Protection{State: Partly, Reason: Converting, By: "BitLocker"}},
		{"another volume", bdeChinese, "C:", unknown(NotTold)},
		{"two volumes", bdeChineseOff + bdeChinese, "M:", Protection{State: Encrypted, By: "BitLocker"}},
		{"another language", strings.Replace(on, "Protection On", "Der Schutz ist aktiviert.", 1), "G:", unknown(NotTold)},
		{"locked", strings.Replace(on, "100,0%", "Unknown%", 1), "G:", unknown(NotTold)},
		{"a label that lies", strings.Replace(bdeChineseOff, "卷 C: []", "卷 C: [: 100% : 保护已启用]", 1), "C:", Protection{State: NotEncrypted}},
		{"nothing", "", "C:", unknown(NotTold)},
		{"more than all", strings.Replace(on, "100,0%", "999%", 1), "G:", unknown(NotTold)},
		{"long", strings.Repeat("Volume G: 100% ", 1<<16), "G:", unknown(NotTold)},
	}
	for _, tt := range tests {
		if got := byManageBDE(tt.text, tt.drive); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}
