package arrange

import (
	"slices"

	"lantai/archive"
)

// line is a class with its records in the order and under the numbers they are to have.
type line struct {
	Class
	slots   []slot
	vacant  map[int]bool
	fresh   bool // the inside of a volume that the plan makes
	late    bool // a record comes behind the last and changes no other
	changed bool
}

// slot is a record under a number. id zero: the record that is put in.
type slot struct {
	Entry
	number int
	from   *line // the class it comes from
}

// free gives the first number from n on that no note keeps vacant.
func (l *line) free(n int) int {
	for l.vacant[n] {
		n++
	}
	return n
}

// put sets records before the first that has a number from at on; those in the way move up
// as far as numbers are taken.
func (l *line) put(list []slot, at int) {
	l.changed = true
	i := slices.IndexFunc(l.slots, func(s slot) bool { return s.number >= at })
	if i < 0 {
		i = len(l.slots)
	}
	next := at
	for k := range list {
		list[k].number = l.free(next)
		next = list[k].number + 1
	}
	rest := slices.Clone(l.slots[i:])
	for k := range rest {
		if rest[k].number >= next {
			break
		}
		rest[k].number = l.free(next)
		next = rest[k].number + 1
	}
	l.slots = append(append(l.slots[:i:i], list...), rest...)
}

// take takes records out; those behind move down into the numbers there were.
func (l *line) take(ids map[archive.ID]bool) (taken []slot) {
	l.changed = true
	var numbers []int
	var left []slot
	for _, s := range l.slots {
		numbers = append(numbers, s.number)
		if ids[s.ID] {
			taken = append(taken, s)
		} else {
			left = append(left, s)
		}
	}
	for k := range left {
		left[k].number = numbers[k]
	}
	l.slots = left
	return taken
}

// close numbers the class from its first number on without gaps.
func (l *line) close() {
	l.changed = true
	next := l.series.scheme.SeqStart
	for k := range l.slots {
		l.slots[k].number = l.free(next)
		next = l.slots[k].number + 1
	}
}

// end is the number behind the last.
func (l *line) end() int {
	next := l.series.scheme.SeqStart
	for _, s := range l.slots {
		next = max(next, s.number+1)
	}
	for v := range l.vacant {
		next = max(next, v+1)
	}
	return next
}

// order sorts the records under the numbers there are.
func (l *line) order(compare func(a, b slot) int) {
	l.changed = true
	numbers := make([]int, len(l.slots))
	for i, s := range l.slots {
		numbers[i] = s.number
	}
	slices.SortStableFunc(l.slots, compare)
	for i := range l.slots {
		l.slots[i].number = numbers[i]
	}
}
