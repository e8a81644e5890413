//go:build gallery

// Command gallery shows every shared part in a window, for whoever works on them:
//
//	go run -tags gallery,sqlite_fts5 ./app/parts/gallery -lang en -place find
//
// It is not shipped.
package main

import (
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"os"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	toolkit "fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/container"
	base "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lantai/app"
	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/tasks"
	"lantai/app/theme"
	"lantai/app/words"
	"lantai/archive"
)

func main() {
	language := flag.String("lang", "zh_Hans", "language")
	look := flag.String("look", "light", "light or dark")
	place := flag.String("place", app.ScreenHoldings, "screen to begin with")
	w := flag.Int("w", 1366, "width")
	h := flag.Int("h", 768, "height")
	measure := flag.Bool("measure", false, "scroll through 940,000 rows, print what a frame costs, and end")
	flag.Parse()
	_ = os.Setenv("FYNE_PLATFORM", "x11")
	a := toolkit.NewWithID("archive.lantai.gallery")
	if err := words.Use(*language); err != nil {
		panic(err)
	}
	a.Settings().SetTheme(theme.New(theme.Look(*look)))
	runner := task.NewRunner(context.Background(), fyne.Do)
	shell := app.NewShell(a, runner, "示例档案馆", fyne.NewSize(float32(*w), float32(*h)))
	g := &gallery{runner: runner, window: shell.Window()}
	shell.SetPlaces([]app.Place{
		{Name: app.ScreenStart, Word: "nav.start", Icon: base.HomeIcon(), Make: g.screen(g.start)},
		{Name: app.ScreenHoldings, Word: "nav.holdings", Icon: base.StorageIcon(), Make: g.screen(g.holdings)},
		{Name: app.ScreenIntake, Word: "nav.intake", Icon: base.DownloadIcon(), Make: g.screen(g.intake)},
		{Name: app.ScreenFind, Word: "nav.find", Icon: base.SearchIcon(), Make: g.screen(g.find)},
		{Name: app.ScreenTasks, Word: "nav.tasks", Icon: base.ListIcon(), Make: func() app.Screen { return tasks.New(tasks.Deps{Runner: runner}) }},
		{Name: app.ScreenSettings, Word: "nav.settings", Icon: base.SettingsIcon(), Make: g.screen(g.settings)},
	})
	shell.Open(parts.Route{Screen: *place})
	if *measure {
		a.Lifecycle().SetOnStarted(func() { go g.measure(a) })
	}
	shell.Window().ShowAndRun()
}

type gallery struct {
	runner *task.Runner
	window fyne.Window
	table  *parts.Table
}

type still struct {
	content fyne.CanvasObject
}

func (s still) Title() string              { return "" }
func (s still) Content() fyne.CanvasObject { return s.content }
func (s still) Shown(any)                  {}
func (s still) Hidden()                    {}

func (g *gallery) screen(build func() fyne.CanvasObject) func() app.Screen {
	return func() app.Screen { return still{build()} }
}

func (g *gallery) start() fyne.CanvasObject {
	return parts.NewEmptyState("没有待办", "接收一批扫描件之后，这里会列出需要您处理的内容。",
		parts.NewPrimary("接收一批扫描件", base.DownloadIcon(), func() {}))
}

const many = 940_112

func (g *gallery) holdings() fyne.CanvasObject {
	ids := make([]archive.ID, many)
	for i := range ids {
		ids[i] = archive.ID(i + 1)
	}
	titles := []string{"关于做好春季防汛工作的通知", "区人民政府关于印发《环境保护管理办法（试行）》的通知及附件", "Minutes of the annual meeting", "关于同意设立区档案馆的批复"}
	g.table = parts.NewTable(parts.TableOptions{
		Key: "gallery", Runner: g.runner, Memory: fyne.CurrentApp().Preferences(),
		Columns: []parts.Column{
			{Key: "code", Title: "档号", Width: 190, Sortable: true},
			{Key: "title", Title: "题名", Width: 300, Sortable: true, Stretch: true},
			{Key: "author", Title: "责任者", Width: 150},
			{Key: "date", Title: "日期", Width: 96, Sortable: true},
			{Key: "retention", Title: "保管期限", Width: 84},
			{Key: "pages", Title: "页数", Width: 64, Number: true, Sortable: true},
		},
		Fetch: func(_ context.Context, ids []archive.ID) ([]parts.Row, error) {
			rows := make([]parts.Row, len(ids))
			for i, id := range ids {
				rows[i] = parts.Row{Cells: []string{
					fmt.Sprintf("X043-WS·%d-Y-%06d", 1949+int(id)%70, id), titles[int(id)%len(titles)],
					"区人民政府办公室", fmt.Sprintf("%d0%d15", 1949+int(id)%70, 1+int(id)%9), "永久", words.Number(int(id) % 1300),
				}, Dim: id%17 == 0, Alert: id%23 == 0}
			}
			return rows, nil
		},
		Empty: "没有条目",
	})
	g.table.SetIDs(ids)
	g.table.SetSort(parts.SortKey{Column: "code"})
	g.table.GoTo(3)
	search := parts.NewEntry()
	search.SetPlaceHolder("档号或题名")
	head := Border(nil, nil, parts.Title("馆藏目录"), container.NewHBox(
		parts.NewPrimary("新建条目", base.ContentAddIcon(), func() {}),
		parts.NewButton("导出", base.DownloadIcon(), func() {})), search)
	return parts.Padded(Border(head, nil, nil, nil, g.table))
}

func (g *gallery) intake() fyne.CanvasObject {
	folder := parts.NewFolderField(g.runner, g.window, "输入、粘贴或拖入文件夹")
	code := parts.NewEntry()
	code.SetText("X043-WS·2019-Y-00")
	field := parts.NewField("档号", code)
	field.SetError("件号应为 4 位数字，例如 X043-WS·2019-Y-0012。")
	title := parts.NewField("题名", parts.NewEntry())
	title.SetHint("照抄文件题名；没有题名时自拟，加方括号。")
	kinds := parts.NewSelect([]string{"永久", "定期30年", "定期10年"}, nil)
	kinds.SetSelectedIndex(0)
	form := parts.NewForm(2, field, title, parts.NewField("保管期限", kinds), parts.NewField("责任者", parts.NewEntry()))
	err := archive.Wrap("receive folder", "2019", archive.Refuse("read header", "2019/0012/0003.tif", archive.ReasonDamaged, "unexpected end of file"))
	row := func(i task.Info) fyne.CanvasObject {
		p := parts.NewProgressRow(g.runner)
		p.OnFailures = func(task.Info) {}
		p.Set(i)
		return p
	}
	now := time.Now()
	return parts.Padded(parts.Scroll(container.NewVBox(
		parts.Title("接收挂接"),
		parts.NewField("来源文件夹", folder),
		form,
		parts.NewField("备注", parts.NewTextArea(3)),
		parts.NewCheck("接收后立即识别", nil),
		widget.NewSeparator(),
		row(task.Info{Title: "接收 /mnt/scans/2019", State: task.Running, CanPause: true, Rate: 3.2, Left: 23 * time.Minute,
			Progress: archive.Progress{Phase: "recognise", Done: 1234, Total: 5678}, Failures: make([]task.Failure, 3)}),
		row(task.Info{Title: "校验全部原文", State: task.Done, Started: now.Add(-90 * time.Minute), Ended: now,
			Progress: archive.Progress{Done: 5678, Total: 5678}}),
		widget.NewSeparator(),
		parts.NewErrorPanel(err, func() {}),
	)))
}

func (g *gallery) find() fyne.CanvasObject {
	load := func(_ context.Context, v parts.View) (*image.RGBA, error) { return drawn(v), nil }
	thumb := func(_ context.Context, page archive.ID, side int) (*image.RGBA, error) {
		return drawn(parts.View{Page: page, Region: image.Rect(0, 0, 2480, 3508), Width: side * 2480 / 3508, Height: side}), nil
	}
	viewer := parts.NewPageViewer(g.runner, load)
	strip := parts.NewStrip(g.runner, thumb)
	status := parts.Caption("")
	var refs []parts.PageRef
	var thumbs []parts.Thumb
	for i := range 800 {
		refs = append(refs, parts.PageRef{ID: archive.ID(i + 1), Width: 2480, Height: 3508})
		thumbs = append(thumbs, parts.Thumb{ID: archive.ID(i + 1), Caption: fmt.Sprint(i + 1), Alert: i == 3})
	}
	boxes := []archive.Box{{X: 400, Y: 600, W: 240, H: 60}, {X: 900, Y: 1200, W: 360, H: 60}}
	viewer.SetPages(refs, 0)
	viewer.SetBoxes(boxes)
	strip.SetThumbs(thumbs, 0)
	strip.OnSelect = func(i int) { viewer.ShowPage(i); viewer.SetBoxes(boxes); status.SetText(viewer.Status()) }
	viewer.OnTurn = func(i int) { strip.SetCurrent(i); viewer.SetBoxes(boxes); status.SetText(viewer.Status()) }
	viewer.OnZoom = func() { status.SetText(viewer.Status()) }
	text := parts.NewTextArea(10)
	text.SetText("区人民政府关于做好春季防汛工作的通知\n各街道办事处、区属各单位：\n为切实做好今年春季防汛工作，现将有关事项通知如下。")
	tools := container.NewHBox(parts.NewQuiet("整页", base.ZoomFitIcon(), viewer.Fit),
		parts.NewQuiet("放大", base.ZoomInIcon(), func() { viewer.ZoomBy(1.25) }),
		parts.NewQuiet("缩小", base.ZoomOutIcon(), func() { viewer.ZoomBy(0.8) }), status)
	split := container.NewHSplit(Border(tools, nil, strip, nil, viewer), parts.NewField("本页文字", text))
	split.SetOffset(0.66)
	return parts.Padded(split)
}

func (g *gallery) settings() fyne.CanvasObject {
	return parts.Padded(container.NewVBox(parts.Title("系统设置"),
		parts.NewForm(3, parts.NewField("语言", parts.NewSelect([]string{"简体中文", "English"}, nil)), nil, nil),
		container.NewHBox(
			parts.NewButton("出错示例", nil, func() {
				parts.ShowError(g.window, archive.Errorf(archive.NoSpace, "receive file", "2019/0012.tif", "write: no space left on device"))
			}),
			parts.NewButton("提问示例", nil, func() {
				parts.Ask(g.window, "移出挂接", "这 12 页会回到「待挂接」，原文和文字都保留。", "移出", func() {})
			}),
			parts.NewButton("任务示例", nil, g.work))))
}

func (g *gallery) work() {
	task.Run(g.runner, "接收 /mnt/scans/2019", func(ctx context.Context, report func(archive.Progress)) (int, error) {
		for i := range 600 {
			select {
			case <-ctx.Done():
				return i, ctx.Err()
			case <-time.After(50 * time.Millisecond):
			}
			report(archive.Progress{Phase: "receive", Done: i, Total: 600})
			if i%97 == 5 {
				task.Fail(ctx, fmt.Sprintf("2019/%04d.tif", i), archive.Refuse("read header", "", archive.ReasonDamaged, "cut off"))
			}
		}
		return 600, nil
	}, nil, task.Pausable(func(bool) {}))
}

// drawn is a page with lines for words, at the size asked for.
func drawn(v parts.View) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, v.Width, v.Height))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{250, 247, 238, 255}), image.Point{}, draw.Src)
	s := float64(v.Width) / float64(v.Region.Dx())
	ink := image.NewUniform(color.RGBA{40, 40, 40, 255})
	for y := 600; y < 3200; y += 120 {
		for x := 400 + int(v.Page)%7*20; x < 2000; x += 80 {
			r := image.Rect(int(float64(x-v.Region.Min.X)*s), int(float64(y-v.Region.Min.Y)*s),
				int(float64(x+60-v.Region.Min.X)*s), int(float64(y+60-v.Region.Min.Y)*s))
			draw.Draw(img, r, ink, image.Point{}, draw.Src)
		}
	}
	return img
}

// measure scrolls, jumps and moves the cursor, and prints what that takes on the UI
// goroutine.
func (g *gallery) measure(a fyne.App) {
	time.Sleep(3 * time.Second)
	for _, step := range []struct {
		name string
		do   func(i int)
	}{
		{"same again", func(int) { g.window.Canvas().Refresh(g.table) }},
		{"next row", func(i int) { g.table.GoTo(i) }},
		{"screenful", func(i int) { g.table.GoTo(500_000 + i*23) }},
		{"jump", func(i int) { g.table.GoTo(i * 8837 % many) }},
	} {
		var work, blocked []time.Duration
		const steps = 100
		for i := range steps {
			done := make(chan time.Duration)
			fyne.Do(func() {
				t := time.Now()
				step.do(i)
				done <- time.Since(t)
			})
			work = append(work, <-done)
			// What is asked for next waits until the frame is drawn; the longest wait
			// of a few is the frame.
			longest := time.Duration(0)
			for range 15 {
				asked := time.Now()
				fyne.Do(func() { done <- time.Since(asked) })
				longest = max(longest, <-done)
				time.Sleep(2 * time.Millisecond)
			}
			blocked = append(blocked, longest)
		}
		slices.Sort(work)
		slices.Sort(blocked)
		fmt.Printf("%-10s change: median %v, p95 %v; with drawing: median %v, p95 %v\n", step.name,
			work[steps/2], work[steps*95/100], blocked[steps/2], blocked[steps*95/100])
	}
	fyne.Do(a.Quit)
}
