package search

import "slices"

// alignment tells, for each character of a corrected text, where the recognised
// text has it.
type alignment struct {
	to []int // ascending; len(to) is one more than the corrected text has characters
}

// spans carries stretches of the corrected text over. What was put in anew stands
// where its neighbours do.
func (a alignment) spans(in []span) []span {
	out := make([]span, 0, len(in))
	for _, s := range in {
		from, to := a.to[s.from], a.to[s.to]
		if to > from {
			out = append(out, span{from, to})
		} else if from > 0 {
			out = append(out, span{from - 1, from})
		}
	}
	return out
}

// anchorSize is the length of the stretches that, standing once in both texts, are
// taken to be the same place.
const anchorSize = 4

// align compares texts: common ends first, then stretches that stand once in both,
// then, between those, the fewest changes; gaps too large for that are stretched.
func align(corrected, recognised []rune) alignment {
	a := alignment{to: make([]int, len(corrected)+1)}
	n, m := len(corrected), len(recognised)
	head := 0
	for head < n && head < m && corrected[head] == recognised[head] {
		a.to[head] = head
		head++
	}
	tail := 0
	for tail < n-head && tail < m-head && corrected[n-1-tail] == recognised[m-1-tail] {
		a.to[n-1-tail] = m - 1 - tail
		tail++
	}
	a.to[n] = m
	i, j := head, head
	for _, p := range anchors(corrected[head:n-tail], recognised[head:m-tail]) {
		p.from, p.to = p.from+head, p.to+head
		if p.from < i || p.to < j {
			continue
		}
		a.between(corrected, recognised, i, p.from, j, p.to)
		for k := range anchorSize {
			a.to[p.from+k] = p.to + k
		}
		i, j = p.from+anchorSize, p.to+anchorSize
	}
	a.between(corrected, recognised, i, n-tail, j, m-tail)
	return a
}

// anchors finds stretches that stand once in both texts, as pairs of places that
// ascend in both.
func anchors(a, b []rune) []span {
	once := func(t []rune) map[[anchorSize]rune]int {
		at := make(map[[anchorSize]rune]int, len(t))
		for i := 0; i+anchorSize <= len(t); i++ {
			k := [anchorSize]rune(t[i : i+anchorSize])
			if _, seen := at[k]; seen {
				at[k] = -1
			} else {
				at[k] = i
			}
		}
		return at
	}
	inA, inB := once(a), once(b)
	var pairs []span
	for i := 0; i+anchorSize <= len(a); i++ {
		k := [anchorSize]rune(a[i : i+anchorSize])
		if j, ok := inB[k]; ok && j >= 0 && inA[k] >= 0 {
			pairs = append(pairs, span{i, j})
		}
	}
	return ascending(pairs)
}

// ascending gives the longest run of pairs that ascend in both places.
func ascending(pairs []span) []span {
	var ends []int // for each length, the pair with the least end
	before := make([]int, len(pairs))
	for i, p := range pairs {
		at, _ := slices.BinarySearchFunc(ends, p.to, func(e, to int) int { return pairs[e].to - to })
		before[i] = -1
		if at > 0 {
			before[i] = ends[at-1]
		}
		if at == len(ends) {
			ends = append(ends, i)
		} else {
			ends[at] = i
		}
	}
	if len(ends) == 0 {
		return nil
	}
	var out []span
	for i := ends[len(ends)-1]; i >= 0; i = before[i] {
		out = append(out, pairs[i])
	}
	slices.Reverse(out)
	return out
}

// gapCells bounds the table of a comparison by fewest changes.
const gapCells = 1 << 18

// between carries corrected[i:ie] to recognised[j:je].
func (a alignment) between(corrected, recognised []rune, i, ie, j, je int) {
	n, m := ie-i, je-j
	if n == 0 {
		return
	}
	if n == m || m == 0 || (n+1)*(m+1) > gapCells {
		for k := range n {
			a.to[i+k] = j + k*m/n
		}
		return
	}
	cost := changes(corrected[i:ie], recognised[j:je])
	x, y := n, m
	for x > 0 {
		here := cost[x*(m+1)+y]
		switch {
		case y > 0 && here == cost[(x-1)*(m+1)+y-1]+differ(corrected[i+x-1], recognised[j+y-1]):
			x, y = x-1, y-1
			a.to[i+x] = j + y
		case here == cost[(x-1)*(m+1)+y]+1:
			x--
			a.to[i+x] = j + y
		default:
			y--
		}
	}
}

// changes gives the least number of changes between all beginnings of both texts.
func changes(a, b []rune) []int32 {
	w := len(b) + 1
	cost := make([]int32, (len(a)+1)*w)
	for y := range w {
		cost[y] = int32(y)
	}
	for x := 1; x <= len(a); x++ {
		cost[x*w] = int32(x)
		for y := 1; y < w; y++ {
			cost[x*w+y] = min(cost[(x-1)*w+y-1]+differ(a[x-1], b[y-1]), cost[(x-1)*w+y]+1, cost[x*w+y-1]+1)
		}
	}
	return cost
}

func differ(a, b rune) int32 {
	if a == b {
		return 0
	}
	return 1
}
