package sample

import "math"

// Figures say how much an archive holds.
type Figures struct {
	Fonds          int   `json:"fonds"`
	SpecialVolumes int   `json:"special_volumes"` // 专业
	Volumes        int   `json:"volumes"`         // 文书, by volume
	Boxes          int   `json:"boxes"`           // 文书, by item
	Items          int   `json:"items"`
	Albums         int   `json:"albums"`
	Photos         int   `json:"photos"`
	Objects        int   `json:"objects"`
	Books          int   `json:"books"`  // rows
	Copies         int   `json:"copies"` // 册 of these
	Pages          int   `json:"pages"`
	Bytes          int64 `json:"bytes"` // of the originals, about
}

// Annual are the figures of the district archive.
func Annual() Figures {
	return Figures{
		Fonds: 100, SpecialVolumes: 14_754, Volumes: 6_976, Boxes: 30_272, Items: 940_318, Albums: 18, Photos: 1_728,
		Objects: 144, Books: 1_369, Copies: 2_088, Pages: 2_203_417, Bytes: 13_000_000_000_000,
	}
}

// Scaled is a part of the figures, each rounded up.
func (f Figures) Scaled(fraction float64) Figures {
	for _, n := range []*int{&f.Fonds, &f.SpecialVolumes, &f.Volumes, &f.Boxes, &f.Items, &f.Albums, &f.Photos,
		&f.Objects, &f.Books, &f.Copies, &f.Pages} {
		*n = int(math.Ceil(float64(*n)*fraction - 1e-9))
	}
	f.Bytes = int64(math.Ceil(float64(f.Bytes) * fraction))
	return f
}

// Containers is how many volumes and boxes that is.
func (f Figures) Containers() int { return f.SpecialVolumes + f.Volumes + f.Boxes }

// share hands out a total over n places by their weights, to the last one: place after
// place it gives what is due up to there.
type share struct {
	total, given int
	weights, met float64
}

func newShare(total int, weights []float64) *share {
	s := &share{total: total}
	for _, w := range weights {
		s.weights += w
	}
	return s
}

// next is the part of the next place.
func (s *share) next(weight float64) int {
	s.met += weight
	due := int(float64(s.total)*s.met/s.weights + 1e-6)
	n := due - s.given
	s.given = due
	return n
}

// split hands out a total over weights.
func split(total int, weights []float64) []int {
	s := newShare(total, weights)
	parts := make([]int, len(weights))
	for i, w := range weights {
		parts[i] = s.next(w)
	}
	return parts
}
