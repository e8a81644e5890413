package ingest_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/ingest"
	"lantai/archive/store"
	face "lantai/assets/font"
	"lantai/search"
)

// chinese is the program's own face.
var chinese = sync.OnceValue(func() *opentype.Font {
	f, err := opentype.Parse(face.Regular)
	if err != nil {
		panic(err)
	}
	return f
})

// letterhead draws a small page at 300 dpi: a mark, or nothing, over lines of text.
func letterhead(t *testing.T, mark string, lines ...string) image.Image {
	t.Helper()
	of, err := opentype.NewFace(chinese(), &opentype.FaceOptions{Size: 14, DPI: 300})
	if err != nil {
		t.Fatal(err)
	}
	defer of.Close()
	img := image.NewGray(image.Rect(0, 0, 1300, 260+100*len(lines)))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	d := font.Drawer{Dst: img, Src: image.NewUniform(color.Black), Face: of, Dot: fixed.P(80, 110)}
	d.DrawString(mark)
	for i, line := range lines {
		d.Dot = fixed.P(80, 240+100*i)
		d.DrawString(line)
	}
	return img
}

// planted is a page of the delivery; secret says that it belongs to what is put aside.
type planted struct {
	path, mark string
	body       []string
	secret     bool
}

const (
	secretItem  = "Z109-WS·2011-Y-BGS-0001"
	secondPage  = "Z109-WS·2011-Y-BGS-0002"
	ordinary    = "Z109-WS·2011-Y-BGS-0003"
	thirdPage   = "Z109-WS·2011-Y-BGS-0004"
	examination = "Z109-WS·2011-Y-BGS-0005"
)

// plantedPages has five marks in four items' and files' worth of pages among others.
func plantedPages() []planted {
	plain := func(words ...string) []string { return words }
	return []planted{
		{secretItem + "/0001.png", "机密★10年", plain("青松岭水库调度方案", "各站按照命令开闸放水"), true},
		{secretItem + "/0002.png", "", plain("附件一人员名单", "赵金山钱福来孙得胜"), true},
		{secondPage + "/0001.png", "", plain("关于召开工作会议的通知", "请各科室准时参加会议"), true},
		{secondPage + "/0002.png", "绝密★长期", plain("通信线路分布情况", "北山电台每日联络两次"), true},
		{ordinary + "/0001.png", "", plain("关于植树造林的通知", "各村完成荒山绿化任务"), false},
		{ordinary + "/0002.png", "", plain("要保守国家秘密和商业", "秘密，防止泄露。"), false},
		{thirdPage + "/0001.png", "", plain("农业生产情况汇报", "小麦长势良好"), false},
		{thirdPage + "/0002.png", "", plain("棉花播种面积扩大", "化肥供应及时"), false},
		{thirdPage + "/0003.png", "秘密★5年", plain("第三页不在检查之列", "照常收录"), false},
		{examination + "/0001.png", "绝密★启用前", plain("招工考试语文试题", "阅读下面短文回答问题"), true},
		{"散页/甲.png", "000123 秘密★3年", plain("仓库位置示意说明", "东门以南三百公尺"), true},
		{"散页/乙.png", "", plain("会议签到表", "王大力李小红"), false},
		{"散页/丙.png", "机密", plain("边防哨所换岗时间", "夜间每两小时一次"), true},
	}
}

func (w *world) deliver(pages []planted) string {
	dir := w.t.TempDir()
	for _, p := range pages {
		put(w.t, dir, p.path, asPNG(w.t, letterhead(w.t, p.mark, p.body...)))
	}
	return dir
}

// secretWorld has the items, and the real index.
func secretWorld(t *testing.T, dir string, change func(*ingest.Options)) *world {
	t.Helper()
	var index *search.Index
	w := newWorld(t, dir, func(o *ingest.Options) {
		var err error
		if index, err = search.Open(filepath.Join(dir, "index"), o.Catalogue, search.Options{}); err != nil {
			t.Fatal(err)
		}
		o.Index, o.Tools.Languages = index, "chi_sim"
		if change != nil {
			change(o)
		}
	})
	t.Cleanup(func() { index.Close() })
	return w
}

func (w *world) items() {
	for _, code := range []string{secretItem, secondPage, ordinary, thirdPage, examination} {
		w.item(code)
	}
}

// needles are pieces of what recognition reads on the pages that are put aside: all
// lines of six characters and more, without those that ordinary pages have too.
func needles(t *testing.T, pages []planted) []string {
	w := secretWorld(t, t.TempDir(), func(o *ingest.Options) { o.Class = archive.TopSecret })
	w.items()
	if r := w.ingest(w.deliver(pages)); len(r.Quarantined) > 0 {
		t.Fatalf("a classified archive put aside %v", r.Quarantined)
	}
	var out []string
	of := w.pages()
	for _, p := range pages {
		if !p.secret {
			continue
		}
		for line := range strings.SplitSeq(w.text(of[p.path].ID).Plain, "\n") {
			if r := []rune(line); len(r) >= 6 && !strings.ContainsAny(line, "秘机绝") {
				out = append(out, string(r[:6]))
			}
		}
	}
	if len(out) < 10 {
		t.Fatalf("only %d needles: %q", len(out), out)
	}
	return out
}

// traces lists the files of a home, originals left out, that have one of the words, and
// derived images of pages put aside.
func (w *world) traces(words []string, aside map[archive.ID]bool) (found []string) {
	w.t.Helper()
	err := filepath.WalkDir(w.dir, func(p string, d fs.DirEntry, err error) error {
		rel, _ := filepath.Rel(w.dir, p)
		if err != nil || d.IsDir() || strings.HasPrefix(filepath.ToSlash(rel), "masters/") {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		for _, word := range words {
			if bytes.Contains(data, []byte(word)) {
				found = append(found, rel+": "+word)
			}
		}
		for id := range aside {
			if strings.HasPrefix(filepath.Base(p), id.String()) {
				found = append(found, rel)
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

func (w *world) aside(pages []planted) map[archive.ID]bool {
	w.t.Helper()
	out := map[archive.ID]bool{}
	for path, p := range w.pages() {
		for _, planted := range pages {
			if planted.path != path {
				continue
			}
			want := archive.StageIndexed
			if planted.secret {
				want = archive.StageQuarantined
				out[p.ID] = true
			}
			if p.Stage != want {
				w.t.Errorf("%s is %s, want %s", path, p.Stage, want)
			}
		}
	}
	return out
}

func (w *world) matters(state archive.QuarantineState) []archive.Quarantine {
	w.t.Helper()
	list, err := w.cat.Quarantines(context.Background(), access.All(), state)
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

func (w *world) checkSums() {
	w.t.Helper()
	check := exec.Command("sha256sum", "--check", "--strict", "--quiet", "manifests/current.sha256")
	check.Dir = w.dir
	if out, err := check.CombinedOutput(); err != nil {
		w.t.Errorf("sha256sum -c: %v\n%s", err, out)
	}
}

func TestMarkedPagesArePutAside(t *testing.T) {
	ctx := context.Background()
	pages := plantedPages()
	words := needles(t, pages)
	w := secretWorld(t, t.TempDir(), nil)
	w.items()
	from := w.deliver(pages)
	r := w.ingest(from)
	if r.Received != len(pages) || len(r.Refused) > 0 {
		t.Errorf("received %d, refused %v", r.Received, r.Refused)
	}
	if len(r.Quarantined) != 5 {
		t.Errorf("put aside: %+v", r.Quarantined)
	}
	aside := w.aside(pages)
	if found := w.traces(words, aside); len(found) > 0 {
		t.Errorf("left in the home:\n%s", strings.Join(found, "\n"))
	}
	for id := range aside {
		if _, err := w.cat.Text(ctx, access.All(), id); archive.ReasonOf(err) != archive.ReasonQuarantined {
			t.Errorf("text of %s: %v", id, err)
		}
		for _, get := range []func(context.Context, access.Sight, archive.ID) (ingest.Image, error){w.pipe.AccessImage, w.pipe.Thumbnail} {
			if _, err := get(ctx, access.All(), id); archive.ReasonOf(err) != archive.ReasonQuarantined {
				t.Errorf("image of %s: %v", id, err)
			}
		}
		if err := w.pipe.Correct(ctx, archive.LocalActor(), id, "另写一份"); err == nil {
			t.Errorf("%s was corrected", id)
		}
	}
	totals, err := w.cat.Totals(ctx, access.All(), 0)
	if err != nil || totals.Pages != len(pages) || totals.Searchable != len(pages)-len(aside) ||
		totals.Stages[archive.StageQuarantined] != len(aside) {
		t.Errorf("totals %+v, %v", totals, err)
	}
	// Received again, everything is held already.
	if r := w.ingest(from); r.Already != len(pages) || r.Received != 0 {
		t.Errorf("again: %+v", r)
	}
	if err := w.vault.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	w.checkSums()
	w.release(words, len(pages))
	w.purge(words, len(pages))
}

// release decides that one item is no secret after all.
func (w *world) release(words []string, pages int) {
	w.t.Helper()
	ctx := context.Background()
	for _, q := range w.matters(archive.QuarantineWaiting) {
		if q.Code != secretItem {
			continue
		}
		if q.Files != 2 || q.Pages != 2 || q.Ordinal != 1 {
			w.t.Errorf("%+v", q)
		}
		files, err := w.cat.QuarantinedFiles(ctx, q.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, f := range files {
			if !strings.HasPrefix(f.Path, "_quarantine/"+f.Batch.String()+"/") {
				w.t.Errorf("put aside as %s", f.Path)
			}
		}
		if err := w.pipe.NotSecret(ctx, archive.LocalActor(), q.ID, "过期样本"); err != nil {
			w.t.Fatal(err)
		}
		if err := w.pipe.NotSecret(ctx, archive.LocalActor(), q.ID, ""); archive.KindOf(err) != archive.Conflict {
			w.t.Errorf("decided twice: %v", err)
		}
		if err := w.pipe.Drain(ctx); err != nil {
			w.t.Fatal(err)
		}
		for _, f := range files {
			now, err := w.cat.File(ctx, access.All(), f.ID)
			if err != nil || now.Path != f.Back || now.State != archive.FileStored {
				w.t.Errorf("%+v, %v; it lay at %s", now, err, f.Back)
			}
		}
	}
	released := w.pages()[secretItem+"/0001.png"]
	if released.Stage != archive.StageIndexed || !strings.Contains(w.text(released.ID).Plain, "10年") {
		w.t.Errorf("after its release the page is %s", released.Stage)
	}
	if n := len(w.matters(archive.QuarantineWaiting)); n != 4 {
		w.t.Errorf("%d wait", n)
	}
	if err := w.vault.Refresh(ctx); err != nil {
		w.t.Fatal(err)
	}
	w.checkSums()
}

// purge decides that the rest is secret.
func (w *world) purge(words []string, pages int) {
	w.t.Helper()
	ctx := context.Background()
	gone := 0
	for _, q := range w.matters(archive.QuarantineWaiting) {
		if _, err := w.pipe.Secret(ctx, archive.LocalActor(), q.ID, " "); archive.KindOf(err) != archive.Invalid {
			w.t.Errorf("without a note: %v", err)
		}
		removed, err := w.pipe.Secret(ctx, archive.LocalActor(), q.ID, "移交保密室，批准人张某")
		if err != nil {
			w.t.Fatal(err)
		}
		for _, r := range removed {
			gone += r.Pages
			if _, err := os.Stat(filepath.Join(w.dir, "masters", filepath.FromSlash(r.Path))); !os.IsNotExist(err) {
				w.t.Errorf("%s: %v", r.Path, err)
			}
		}
		w.checkSums()
	}
	totals, err := w.cat.Totals(ctx, access.All(), 0)
	if err != nil || gone != 5 || totals.Pages != pages-gone || totals.Stages[archive.StageQuarantined] != 0 || totals.Searchable != totals.Pages {
		w.t.Errorf("%d removed, totals %+v, %v", gone, totals, err)
	}
	if _, err := w.cat.VerifyLog(ctx); err != nil {
		w.t.Error(err)
	}
	if err := w.vault.Rebuild(ctx); err != nil {
		w.t.Fatal(err)
	}
	w.checkSums()
	purged, err := os.ReadFile(filepath.Join(w.dir, "manifests", "purged.tsv"))
	if err != nil || bytes.Count(purged, []byte("\n")) != 6 {
		w.t.Errorf("purged.tsv: %v\n%s", err, purged)
	}
	for _, q := range w.matters("") {
		if q.Code != secretItem && (q.State != archive.QuarantinePurged || !strings.HasPrefix(q.Note, "移交") || q.Decided == 0) {
			w.t.Errorf("%+v", q)
		}
	}
}

// A page of an item whose other page is indexed already, a correction with a mark, and
// pages linked so that a marked one comes first.
func TestMarksThatComeLater(t *testing.T) {
	ctx, actor := context.Background(), archive.LocalActor()
	w := secretWorld(t, t.TempDir(), nil)
	w.items()
	first := []planted{{ordinary + "/0001.png", "", []string{"关于植树造林的通知", "各村完成荒山绿化任务"}, true},
		{thirdPage + "/0001.png", "", []string{"农业生产情况汇报", "小麦长势良好"}, false}}
	w.ingest(w.deliver(first))
	before := w.pages()[ordinary+"/0001.png"]
	if err := w.pipe.Correct(ctx, actor, before.ID, "改正后的植树文字内容"); err != nil {
		t.Fatal(err)
	}
	if err := w.pipe.CatchUp(ctx); err != nil {
		t.Fatal(err)
	}
	second := []planted{{ordinary + "/0002.png", "机密★20年", []string{"补充通知内容若干"}, true}}
	w.ingest(w.deliver(second))
	aside := w.aside(append(first, second...))
	if len(aside) != 2 {
		t.Errorf("put aside: %v", aside)
	}
	if found := w.traces([]string{"植树造林", "荒山绿化", "改正后的植树"}, aside); len(found) > 0 {
		t.Errorf("left in the home:\n%s", strings.Join(found, "\n"))
	}
	if _, err := w.cat.VerifyLog(ctx); err != nil {
		t.Error(err)
	}
	// A person who reads the page sees the mark that recognition missed.
	missed := w.pages()[thirdPage+"/0001.png"]
	err := w.pipe.Correct(ctx, actor, missed.ID, "秘密★10年\n农业生产情况汇报")
	if archive.ReasonOf(err) != archive.ReasonQuarantined {
		t.Errorf("corrected to a mark: %v", err)
	}
	if now := w.pages()[thirdPage+"/0001.png"]; now.Stage != archive.StageQuarantined {
		t.Errorf("the page is %s", now.Stage)
	}
	// What comes later for an item that waits is put aside with it, mark or not.
	third := []planted{{thirdPage + "/0005.png", "", []string{"后来补送的一页"}, true}}
	w.ingest(w.deliver(third))
	if late := w.aside(third); len(late) != 1 {
		t.Errorf("the late page was not put aside")
	}
	if m := w.matters(archive.QuarantineWaiting); len(m) != 2 || m[1].Files != 2 || m[1].Pages != 2 {
		t.Errorf("%+v", m)
	}
	if totals, err := w.cat.Totals(ctx, access.All(), 0); err != nil || totals.Stages[archive.StageQuarantined] != 4 {
		t.Errorf("%+v, %v", totals, err)
	}
	if _, err := w.cat.Do(ctx, actor, "test", func(tx *store.Tx) error {
		return tx.SetRecipe(missed.ID, "{}")
	}); archive.KindOf(err) != archive.Conflict {
		t.Errorf("a recipe for a page put aside: %v", err)
	}
}
