// Package theme is the look of the program: quiet, light unless dark is wished
// for, and dense enough for a screen of 1366 × 768.
package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	base "fyne.io/fyne/v2/theme"

	"lantai/assets/font"
)

// Look is which of the two palettes is shown.
type Look string

// The looks.
const (
	Light Look = "light"
	Dark  Look = "dark"
)

// The sizes that screens and parts share, in Fyne units (pixels at scale 1).
const (
	RowHeight  float32 = 28 // a row of a table
	HeadHeight float32 = 30 // the head of a table
	Gap        float32 = 8  // between neighbours
	Margin     float32 = 12 // from the edge of a screen to its content
)

// SizeSmall is the name of the size of captions and of what stands under a field.
const SizeSmall = base.SizeNameCaptionText

// Theme implements fyne.Theme.
type Theme struct {
	look          Look
	colors        map[fyne.ThemeColorName]color.NRGBA
	regular, bold fyne.Resource
}

var _ fyne.Theme = (*Theme)(nil)

// New makes the theme in one of its looks; anything but Dark is light.
func New(look Look) *Theme {
	t := &Theme{
		look:    Light,
		colors:  lightColors(),
		regular: fyne.NewStaticResource("NotoSansSC-Regular.ttf", font.Regular),
		bold:    fyne.NewStaticResource("NotoSansSC-Bold.ttf", font.Bold),
	}
	if look == Dark {
		t.look, t.colors = Dark, darkColors()
	}
	return t
}

// Look tells which palette this is.
func (t *Theme) Look() Look { return t.look }

// Color answers from our own palette whatever variant the system prefers.
func (t *Theme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	if c, ok := t.colors[name]; ok {
		return c
	}
	v := base.VariantLight
	if t.look == Dark {
		v = base.VariantDark
	}
	return base.DefaultTheme().Color(name, v)
}

// Font gives the Chinese face for every style, since a style without one would
// fall back to whatever face the computer has. Its digits are of one width, so
// codes and figures line up without a typewriter face.
func (t *Theme) Font(style fyne.TextStyle) fyne.Resource {
	switch {
	case style.Symbol:
		return base.DefaultTheme().Font(style)
	case style.Bold:
		return t.bold
	}
	return t.regular
}

// Icon gives the toolkit's icons.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	return base.DefaultTheme().Icon(name)
}

// Size gives our tighter measures.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case base.SizeNameText:
		return 14
	case base.SizeNameCaptionText:
		return 12
	case base.SizeNameSubHeadingText:
		return 16
	case base.SizeNameHeadingText:
		return 20
	case base.SizeNamePadding:
		return 4
	case base.SizeNameInnerPadding:
		return 5
	case base.SizeNameLineSpacing:
		return 3
	case base.SizeNameInlineIcon:
		return 18
	case base.SizeNameScrollBar:
		return 10
	case base.SizeNameScrollBarSmall:
		return 5
	case base.SizeNameInputBorder:
		return 1
	case base.SizeNameInputRadius, base.SizeNameSelectionRadius, base.SizeNameScrollBarRadius:
		return 3
	}
	return base.DefaultTheme().Size(name)
}
