package sheet_test

import (
	"path/filepath"
	"strings"
	"testing"

	"lantai/archive/exchange/sheet"
)

const writeDBF = `
import sys, dbf, datetime
words = {'cp936': ('关于防汛工作的通知', '水利', '备注很长'), 'cp950': ('關於防汛工作的通知', '縣政府水利處', '備註很長')}[sys.argv[3]]
t = dbf.Table(sys.argv[1], 'QZH C(6); TM C(60); SXH N(4,0); RQ D; KFZT L; BZ M', codepage=sys.argv[3], dbf_type=sys.argv[2])
t.open(dbf.READ_WRITE)
t.append(('0001', words[0], 12, datetime.date(1985, 4, 18), True, words[2] * 100))
t.append(('0002', words[1], 13, None, False, ''))
t.append(('0003', words[1], 14, None, None, ''))
for n, r in enumerate(t):
    if n == 1: dbf.delete(r)
t.close()
`

func TestDBF(t *testing.T) {
	words := map[string][3]string{"cp936": {"关于防汛工作的通知", "水利", "备注很长"}, "cp950": {"關於防汛工作的通知", "縣政府水利處", "備註很長"}}
	for _, c := range [][2]string{{"db3", "cp936"}, {"fp", "cp936"}, {"vfp", "cp936"}, {"fp", "cp950"}, {"vfp", "cp950"}} {
		kind, page := c[0], c[1]
		t.Run(kind+" "+page, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.dbf")
			python(t, writeDBF, path, kind, page)
			got := table(t, path, sheet.Options{}, 0)
			want := map[int][]string{
				1: {"QZH", "TM", "SXH", "RQ", "KFZT", "BZ"},
				2: {"0001", words[page][0], "12", "1985-04-18", "TRUE", strings.Repeat(words[page][2], 100)},
				4: {"0003", words[page][1], "14", "", "", ""},
			}
			for n := range want {
				for i := range want[n] {
					if len(got[n]) <= i || !strings.EqualFold(got[n][i], want[n][i]) {
						t.Errorf("row %d: %q, want %q", n, got[n], want[n])
						break
					}
				}
			}
			if len(got) != 3 {
				t.Errorf("%d rows", len(got))
			}
		})
	}
}
