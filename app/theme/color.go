package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"
)

// Names of the colours that the toolkit has no word for.
const (
	ColorNavigation fyne.ThemeColorName = "lantai-navigation" // behind the left-hand navigation
	ColorDesk       fyne.ThemeColorName = "lantai-desk"       // behind a page image
	ColorStripe     fyne.ThemeColorName = "lantai-stripe"     // every second row
	ColorMark       fyne.ThemeColorName = "lantai-mark"       // filling of a found word on a page
	ColorMarkEdge   fyne.ThemeColorName = "lantai-mark-edge"  // edge of a found word
	ColorRing       fyne.ThemeColorName = "lantai-ring"       // the ring around what has the keyboard
)

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func rgba(v uint32, alpha uint8) color.NRGBA {
	c := rgb(v)
	c.A = alpha
	return c
}

// lightColors keeps text at a contrast of at least 4.5 : 1 on every ground.
func lightColors() map[fyne.ThemeColorName]color.NRGBA {
	return map[fyne.ThemeColorName]color.NRGBA{
		base.ColorNameBackground:          rgb(0xfafafa),
		base.ColorNameForeground:          rgb(0x1f2730),
		base.ColorNamePlaceHolder:         rgb(0x66707a),
		base.ColorNameDisabled:            rgb(0x6a737c),
		base.ColorNameButton:              rgb(0xe9ecef),
		base.ColorNameDisabledButton:      rgb(0xf0f1f3),
		base.ColorNamePrimary:             rgb(0x28618a),
		base.ColorNameForegroundOnPrimary: rgb(0xffffff),
		base.ColorNameHyperlink:           rgb(0x28618a),
		base.ColorNameFocus:               rgba(0x28618a, 0x38),
		base.ColorNameHover:               rgba(0x1f2730, 0x0e),
		base.ColorNamePressed:             rgba(0x1f2730, 0x24),
		base.ColorNameSelection:           rgba(0x28618a, 0x38),
		base.ColorNameInputBackground:     rgb(0xffffff),
		base.ColorNameInputBorder:         rgb(0xc3c9cf),
		base.ColorNameSeparator:           rgb(0xdfe3e7),
		base.ColorNameHeaderBackground:    rgb(0xeff1f3),
		base.ColorNameMenuBackground:      rgb(0xffffff),
		base.ColorNameOverlayBackground:   rgb(0xffffff),
		base.ColorNameShadow:              rgba(0x1f2730, 0x30),
		base.ColorNameScrollBar:           rgba(0x1f2730, 0x60),
		base.ColorNameScrollBarBackground: rgba(0x1f2730, 0x0c),
		base.ColorNameError:               rgb(0xb3261e),
		base.ColorNameForegroundOnError:   rgb(0xffffff),
		base.ColorNameSuccess:             rgb(0x2e7143),
		base.ColorNameForegroundOnSuccess: rgb(0xffffff),
		base.ColorNameWarning:             rgb(0x8a5a00),
		base.ColorNameForegroundOnWarning: rgb(0xffffff),
		ColorNavigation:                   rgb(0xf0f2f4),
		ColorDesk:                         rgb(0xd9dde1),
		ColorStripe:                       rgba(0x1f2730, 0x06),
		ColorMark:                         rgba(0xf2b705, 0x48),
		ColorMarkEdge:                     rgb(0xb3541e),
		ColorRing:                         rgb(0x1a73b8),
	}
}

func darkColors() map[fyne.ThemeColorName]color.NRGBA {
	return map[fyne.ThemeColorName]color.NRGBA{
		base.ColorNameBackground:          rgb(0x1d2125),
		base.ColorNameForeground:          rgb(0xe4e8ec),
		base.ColorNamePlaceHolder:         rgb(0x9aa5b0),
		base.ColorNameDisabled:            rgb(0x8e98a2),
		base.ColorNameButton:              rgb(0x32383e),
		base.ColorNameDisabledButton:      rgb(0x292e33),
		base.ColorNamePrimary:             rgb(0x8abfe4),
		base.ColorNameForegroundOnPrimary: rgb(0x10202c),
		base.ColorNameHyperlink:           rgb(0x8abfe4),
		base.ColorNameFocus:               rgba(0x8abfe4, 0x40),
		base.ColorNameHover:               rgba(0xffffff, 0x10),
		base.ColorNamePressed:             rgba(0xffffff, 0x28),
		base.ColorNameSelection:           rgba(0x8abfe4, 0x40),
		base.ColorNameInputBackground:     rgb(0x15181b),
		base.ColorNameInputBorder:         rgb(0x4b545c),
		base.ColorNameSeparator:           rgb(0x363d44),
		base.ColorNameHeaderBackground:    rgb(0x272c31),
		base.ColorNameMenuBackground:      rgb(0x262b30),
		base.ColorNameOverlayBackground:   rgb(0x262b30),
		base.ColorNameShadow:              rgba(0x000000, 0x60),
		base.ColorNameScrollBar:           rgba(0xffffff, 0x68),
		base.ColorNameScrollBarBackground: rgba(0xffffff, 0x0c),
		base.ColorNameError:               rgb(0xf2988f),
		base.ColorNameForegroundOnError:   rgb(0x2b0a07),
		base.ColorNameSuccess:             rgb(0x86cf9c),
		base.ColorNameForegroundOnSuccess: rgb(0x0b2413),
		base.ColorNameWarning:             rgb(0xe6b961),
		base.ColorNameForegroundOnWarning: rgb(0x2b1e03),
		ColorNavigation:                   rgb(0x171a1d),
		ColorDesk:                         rgb(0x101214),
		ColorStripe:                       rgba(0xffffff, 0x06),
		ColorMark:                         rgba(0xf2b705, 0x48),
		ColorMarkEdge:                     rgb(0xe08a3c),
		ColorRing:                         rgb(0x6bb8f0),
	}
}
