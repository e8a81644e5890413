package access

import (
	_ "embed" // the rules
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

//go:embed rules.json
var builtin []byte

// Rules say which role may do what up to which level. They are data, so that an archive's
// own practice needs no other program.
type Rules struct {
	Readers  map[Standing]ReaderRule     // what may be given at once to a reader whose papers are complete
	Closure  int                         // years from the end of a record's year until its opening is reviewed (档案法, art. 27)
	allowed  map[Role]map[Action][]Level // the levels on which a role may do something
	approved map[Role]map[Action][]Level // the same for a record that an approval covers
}

// ReaderRule is what may be given to a reader of some standing.
type ReaderRule struct {
	UpTo       Level // at once, when their papers are complete
	Introduced bool  // a competent body must have introduced them
}

// Builtin gives the rules that the program brings.
var Builtin = sync.OnceValue(func() *Rules {
	r, err := ReadRules(builtin)
	if err != nil {
		panic(err) // a test reads them
	}
	return r
})

// ReadRules reads rules from JSON. Unknown roles, actions and levels are errors.
func ReadRules(text []byte) (*Rules, error) {
	var in struct {
		Roles    map[Role]map[Action]string `json:"roles"`
		Approved map[Role]map[Action]string `json:"approved"`
		Readers  map[Standing]struct {
			UpTo       string `json:"up_to"`
			Introduced bool   `json:"introduced"`
		} `json:"readers"`
		Closure int `json:"closure_years"`
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, fmt.Errorf("read rules of access: %w", err)
	}
	r := &Rules{Readers: map[Standing]ReaderRule{}, Closure: in.Closure}
	var err error
	if r.allowed, err = readTable(in.Roles); err != nil {
		return nil, err
	}
	if r.approved, err = readTable(in.Approved); err != nil {
		return nil, err
	}
	for s, rule := range in.Readers {
		level, err := levelNamed(rule.UpTo)
		if err != nil {
			return nil, err
		}
		r.Readers[s] = ReaderRule{level, rule.Introduced}
	}
	return r, nil
}

// readTable reads up to which level each role may do something.
func readTable(in map[Role]map[Action]string) (map[Role]map[Action][]Level, error) {
	levels := map[Role]map[Action][]Level{}
	for role, actions := range in {
		if !slices.Contains(Roles(), role) {
			return nil, fmt.Errorf("rules of access: no role %q", role)
		}
		levels[role] = map[Action][]Level{}
		for do, name := range actions {
			upTo, err := levelNamed(name)
			if err != nil || !slices.Contains(Actions(), do) {
				return nil, fmt.Errorf("rules of access: %s may %q up to %q", role, do, name)
			}
			for _, l := range Levels() {
				if l.rank() <= upTo.rank() {
					levels[role][do] = append(levels[role][do], l)
				}
			}
		}
	}
	return levels, nil
}

func levelNamed(name string) (Level, error) {
	i := slices.Index(levelNames[:], name)
	if i < 0 {
		return 0, fmt.Errorf("rules of access: no level %q", name)
	}
	return Level(i), nil
}
