package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"lantai/archive"
	"lantai/archive/home"
	"lantai/archive/station"
)

// clerkArchive has a fonds with a series of each kind, and the last record of somebody
// else in each.
func clerkArchive(dir string) error {
	h, err := home.Init(dir, "青禾区档案馆", home.Options{})
	if err != nil {
		return err
	}
	ctx, me := context.Background(), archive.LocalActor()
	st, err := station.OpenHome(ctx, h, station.Options{Light: true})
	if err != nil {
		return err
	}
	defer st.Close()
	if _, _, err := st.AddFonds(ctx, me, "Z001", station.Values{"title": "青禾区人民政府"}); err != nil {
		return err
	}
	for _, n := range []struct{ code, title, scheme, last string }{
		{"Z001-WS", "文书档案", "item22", itemsBefore + "0001"}, {"Z001-ZP", "照片档案", "photo02", photosBefore + "0001"},
		{"Z001-SW", "实物档案", "item22", objectsBefore + "0001"}, {"Z001-TS", "图书资料", "book", booksBefore + "00001"},
	} {
		if _, err := st.AddSeries(ctx, me, station.NewSeries{Code: n.code, Title: n.title, Scheme: n.scheme}); err != nil {
			return err
		}
		if _, _, err := st.AddRecord(ctx, me, station.NewRecord{Code: n.last, Series: n.code, Values: station.Values{"title": "前任所著录"}}); err != nil {
			return err
		}
	}
	return nil
}

const (
	itemsBefore   = "Z001-WS·1985-Y-BGS-"
	photosBefore  = "Z001-Y-"
	objectsBefore = "Z001-SW·1985-Y-"
	booksBefore   = "Z001-TS-"
)

// chinese starts the input method, with pinyin as what is typed.
func (d *desk) chinese(user string) error {
	profile := filepath.Join(user, ".config", "fcitx5", "profile")
	if err := os.MkdirAll(filepath.Dir(profile), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(profile, []byte("[Groups/0]\nName=Default\nDefault Layout=us\nDefaultIM=pinyin\n"+
		"[Groups/0/Items/0]\nName=keyboard-us\nLayout=\n[Groups/0/Items/1]\nName=pinyin\nLayout=\n[GroupOrder]\n0=Default\n"), 0o600); err != nil {
		return err
	}
	bus := "unix:path=" + filepath.Join(user, "bus")
	d.env = append(d.env, "XDG_RUNTIME_DIR="+user, "XMODIFIERS=@im=fcitx", "LC_ALL=C.UTF-8", "DBUS_SESSION_BUS_ADDRESS="+bus)
	for _, args := range [][]string{{"dbus-daemon", "--session", "--nofork", "--address=" + bus}, {"fcitx5", "--disable", "wayland,waylandim,kimpanel,cloudpinyin"}} {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Env = d.env
		if err := cmd.Start(); err != nil {
			return fmt.Errorf("start %s: %w", args[0], err)
		}
		d.running = append(d.running, cmd)
	}
	for range 100 {
		cmd := exec.Command("fcitx5-remote")
		cmd.Env = d.env
		if out, err := cmd.Output(); err == nil && strings.TrimSpace(string(out)) != "" && !strings.Contains(string(out), "rror") {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("fcitx5 does not answer")
}
