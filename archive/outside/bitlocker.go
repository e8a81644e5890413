package outside

import (
	"regexp"
	"strconv"
	"strings"
)

// byShell reads the shell property System.Volume.BitLockerProtection, which every account may
// ask for. Empty: the property is not there.
func byShell(answer string) Protection {
	p := Protection{State: Unknown, By: "BitLocker"}
	switch n, err := strconv.Atoi(strings.TrimSpace(answer)); {
	case err != nil:
		return unknown(NotTold)
	case n == 1:
		p.State = Encrypted
	case n == 2:
		return Protection{State: NotEncrypted}
	case n == 3 || n == 4:
		p.State, p.Reason = Partly, Converting
	case n == 5 || n == 8: // protection suspended; waiting for activation
		p.State, p.Reason = NotEncrypted, Suspended
	case n == 6:
		p.State, p.Reason = Encrypted, Locked
	default:
		return unknown(NotTold)
	}
	return p
}

// What manage-bde prints: the head of a volume, and how much of it is encrypted. Its words are those
// of the system's language, so that only the drive, the share in per cent and, in English
// and Chinese, the state of the protection are read.
var (
	bdeVolume  = regexp.MustCompile(`^\S{1,20}[ \t]+([A-Za-z]:)`)
	bdePercent = regexp.MustCompile(`[:：][ \t]*(\d{1,3})(?:[.,](\d+))?[ \t]*[%％]`)
	bdeOn      = regexp.MustCompile(`(?i)[:：][ \t]*(?:protection on|保护已启用|启用保护|保護已啟用)[ \t]*(?:[(（].*)?$`)
	bdeOff     = regexp.MustCompile(`(?i)[:：][ \t]*(?:protection off|保护关闭|关闭保护|保護關閉)[ \t]*(?:[(（].*)?$`)
)

// byManageBDE reads what `manage-bde -status D:` prints of a drive ("D:").
func byManageBDE(text, drive string) Protection {
	here, percent, on, off := false, -1.0, false, false
	for l := range strings.Lines(text) {
		l = strings.TrimRight(l, "\r\n\t ")
		if m := bdeVolume.FindStringSubmatch(l); m != nil {
			here = strings.EqualFold(m[1], drive)
			continue
		}
		if !here {
			continue
		}
		if m := bdePercent.FindStringSubmatch(l); m != nil {
			if percent >= 0 {
				return unknown(NotTold) // two shares of one volume
			}
			percent, _ = strconv.ParseFloat(m[1]+"."+m[2], 64) // digits, as asked for
		}
		on = on || bdeOn.MatchString(l)
		off = off || bdeOff.MatchString(l)
	}
	switch {
	case percent == 0:
		return Protection{State: NotEncrypted}
	case percent > 0 && percent < 100:
		return Protection{State: Partly, Reason: Converting, By: "BitLocker"}
	case percent == 100 && on && !off:
		return Protection{State: Encrypted, By: "BitLocker"}
	case percent == 100 && off && !on:
		return Protection{State: NotEncrypted, Reason: Suspended, By: "BitLocker"}
	}
	return unknown(NotTold)
}
