package refcode

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

//go:embed schemes.json
var schemesJSON []byte

// builtins reads the embedded schemes once. A fault in them is a fault of the
// program, which its tests find.
var builtins = sync.OnceValue(func() []Scheme {
	var all []Scheme
	if err := json.Unmarshal(schemesJSON, &all); err != nil {
		panic(err)
	}
	return all
})

// Builtin gives one of the schemes that come with the program:
//
//	item22   DA/T 22-2015, by item       Z109-WS·2011-Y-BGS-0001
//	item13   DA/T 13-2022, by item       Z109-WS·2011·Y·办公室-0001
//	vol13    DA/T 13-2022, by volume     J019-KU·01·2017-001-001
//	vol94    GB/T 9705, DA/T 13-1994     C038-001-002-003
//	photo02  GB/T 11821-2002             J001-Y-003-0012
//	book     the reference library's own Z001-TS-00001
func Builtin(name string) (Scheme, bool) {
	all := builtins()
	i := slices.IndexFunc(all, func(s Scheme) bool { return s.Name == name })
	if i < 0 {
		return Scheme{}, false
	}
	return all[i], true
}

// Builtins lists them in the order in which forms offer them.
func Builtins() []Scheme { return slices.Clone(builtins()) }
