// Command lantai is the desktop program.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"fyne.io/fyne/v2"

	"lantai/app"
)

var version = "dev" // set by the linker

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if code != 0 {
		stop()
		os.Exit(code)
	}
}

// run gives the exit code: 0 done, 1 failed, 2 wrong use.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("lantai", flag.ContinueOnError)
	flags.SetOutput(errs)
	home := flags.String("home", "", "the archive `folder` to open")
	language := flags.String("lang", "", "language of the window: zh_Hans or en")
	size := flags.String("size", "", "size of the window, as `1366x768`")
	outputs := flags.Bool("outputs", false, "list what the program can put out, as JSON, and end")
	show := flags.Bool("version", false, "print the version and end")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	switch {
	case *show:
		fmt.Fprintln(out, version)
		return 0
	case *outputs:
		if err := json.NewEncoder(out).Encode(map[string]any{"outputs": app.Outputs()}); err != nil {
			return 1
		}
		return 0
	case flags.NArg() > 0:
		fmt.Fprintf(errs, "lantai: %s is not understood\n", flags.Arg(0))
		return 2
	}
	wanted, err := parseSize(*size)
	if err != nil {
		fmt.Fprintln(errs, "lantai:", err)
		return 2
	}
	err = app.Run(ctx, app.Options{Home: *home, Language: *language, Size: wanted, Version: version}, app.Places)
	switch {
	case errors.Is(err, app.ErrNoDisplay):
		fmt.Fprintln(errs, noDisplay)
		fmt.Fprintln(errs, err)
		return 1
	case err != nil:
		fmt.Fprintln(errs, "lantai:", err)
		return 1
	}
	return 0
}

// noDisplay is in both languages, since it is read before one is chosen.
const noDisplay = `兰台打不开窗口：没有图形显示，或显卡驱动不支持 OpenGL 2.1。
请在图形桌面中运行；远程桌面或虚拟机上请安装 Mesa 软件渲染（Debian：libgl1-mesa-dri）。
没有窗口时可用命令行程序 lantaictl。

Lantai could not open its window: there is no display, or no OpenGL 2.1 on it.
Run it on a graphical desktop; on a remote desktop or in a virtual machine install
Mesa's software renderer (Debian: libgl1-mesa-dri). lantaictl works without a window.`

// parseSize reads "1366x768"; empty means the default.
func parseSize(s string) (fyne.Size, error) {
	if s == "" {
		return fyne.Size{}, nil
	}
	w, h, _ := strings.Cut(s, "x")
	width, err1 := strconv.Atoi(w)
	height, err2 := strconv.Atoi(h)
	if err1 != nil || err2 != nil || width < 640 || height < 480 || width > 16384 || height > 16384 {
		return fyne.Size{}, fmt.Errorf("a size looks like 1366x768 and is at least 640x480, not %q", s)
	}
	return fyne.NewSize(float32(width), float32(height)), nil
}
