package ocr

import (
	"testing"

	"lantai/archive"
)

func cells(texts []string, boxes [][2]int) []cell {
	var out []cell
	for i, s := range texts {
		out = append(out, cell{line: 1, text: s, box: archive.Box{X: boxes[i][0], Y: 100, W: boxes[i][1], H: 57}})
	}
	return out
}

// A heading as the engine gave it; its characters stand 60.7 pixels apart from 340.
func TestWordsStandOnTheGrid(t *testing.T) {
	words := cells([]string{"关", "于", "做", "好", "一", "九", "八", "五", "年", "防汛", "工作", "的", "通知"},
		[][2]int{{340, 57}, {416, 63}, {481, 38}, {545, 35}, {610, 65}, {706, 23}, {740, 24}, {792, 66}, {857, 60},
			{916, 130}, {1073, 57}, {1152, 38}, {1217, 94}})
	onGrid(words)
	at := 0
	for _, w := range words {
		n := wideRunes(w.text)
		x, right := 340+971*at/16, 340+971*(at+n)/16
		if d := w.box.X - x; d < -3 || d > 3 {
			t.Errorf("%s begins at %d, want %d", w.text, w.box.X, x)
		}
		if d := w.box.X + w.box.W - right; d < -3 || d > 3 {
			t.Errorf("%s ends at %d, want %d", w.text, w.box.X+w.box.W, right)
		}
		at += n
	}
}

func TestWordsStayWhereThereIsNoGrid(t *testing.T) {
	for name, words := range map[string][]cell{
		"Latin":      cells([]string{"the", "committee", "of"}, [][2]int{{10, 90}, {120, 260}, {400, 60}}),
		"too few":    cells([]string{"甲", "乙"}, [][2]int{{10, 50}, {90, 50}}),
		"a wide gap": cells([]string{"姓名", "单位"}, [][2]int{{10, 110}, {700, 110}}),
		"uneven":     cells([]string{"一二三", "四", "五六"}, [][2]int{{0, 300}, {305, 20}, {325, 20}}),
		"vertical": {{line: 1, text: "一", box: archive.Box{X: 10, Y: 0, W: 40, H: 40}},
			{line: 1, text: "二三", box: archive.Box{X: 10, Y: 50, W: 40, H: 90}}},
	} {
		before := append([]cell(nil), words...)
		onGrid(words)
		for i := range words {
			if words[i].box != before[i].box {
				t.Errorf("%s: %s moved from %v to %v", name, words[i].text, before[i].box, words[i].box)
			}
		}
	}
}

// A mark at the end of a line fills half of its place, and its box ends with the ink.
func TestMarksAtTheEnds(t *testing.T) {
	words := cells([]string{"（一）", "各乡", "镇。"}, [][2]int{{25, 125}, {150, 100}, {255, 70}})
	onGrid(words) // 25 to 325: six and a half ems of 50 less half at each end
	for i, want := range []archive.Box{{X: 25, Y: 100, W: 125, H: 57}, {X: 150, Y: 100, W: 100, H: 57}, {X: 250, Y: 100, W: 75, H: 57}} {
		if words[i].box != want {
			t.Errorf("%s: %v, want %v", words[i].text, words[i].box, want)
		}
	}
}
