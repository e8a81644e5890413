package place_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lantai/archive"
	"lantai/archive/offsite/place"
)

// holdChild holds the lock until it is killed.
func holdChild() int {
	p, err := openAs(os.Getenv(envServer), os.Getenv(envDir), place.Options{})
	if err == nil {
		_, err = p.Lock(context.Background(), "the child")
	}
	fmt.Println(err)
	os.Stdin.Read(make([]byte, 1)) // for ever
	return 0
}

// bothKinds runs a test on a folder, and on it through a server.
func bothKinds(t *testing.T, test func(t *testing.T, server, dir string)) {
	server := startSSHD(t).describe(t)
	for kind, server := range map[string]string{"folder": "", "SFTP": server} {
		t.Run(kind, func(t *testing.T) { test(t, server, quickDir(t)) })
	}
}

func mustOpen(t testing.TB, server, dir string, opt place.Options) place.Place {
	t.Helper()
	p, err := openAs(server, dir, opt)
	must(t, err)
	t.Cleanup(func() { p.Close() })
	return p
}

// The lock of a process that was killed on this computer is free at once.
func TestLockOfKilledProcess(t *testing.T) {
	bothKinds(t, func(t *testing.T, server, dir string) {
		holder := child("hold", envServer+"="+server, envDir+"="+dir)
		_, err := holder.StdinPipe()
		must(t, err)
		out, err := holder.StdoutPipe()
		must(t, err)
		must(t, holder.Start())
		if line, _ := bufio.NewReader(out).ReadString('\n'); line != "<nil>\n" {
			t.Fatal(line)
		}
		p := mustOpen(t, server, dir, place.Options{})
		_, err = p.Lock(context.Background(), "me")
		var held *place.Held
		if archive.KindOf(err) != archive.Busy || !errors.As(err, &held) || held.Who != "the child" || held.PID != holder.Process.Pid {
			t.Errorf("%v", err)
		}
		must(t, holder.Process.Kill())
		holder.Wait()
		release, err := p.Lock(context.Background(), "me")
		must(t, err)
		release()
	})
}

// The lock of another computer is known by its signs of life, by the clock of the place.
func TestLockOfAnotherComputer(t *testing.T) {
	bothKinds(t, func(t *testing.T, server, dir string) {
		const beat = 200 * time.Millisecond
		p := mustOpen(t, server, dir, place.Options{Beat: beat})
		file := filepath.Join(dir, place.Incoming, "lock.json")
		must(t, os.MkdirAll(filepath.Dir(file), 0o755))
		write := func(age time.Duration) {
			must(t, os.WriteFile(file, fmt.Appendf(nil, `{"who":"another","host":"far away","pid":1,"boot":"x","token":"t","beat":%d}`, beat), 0o600))
			at := time.Now().Add(-age)
			must(t, os.Chtimes(file, at, at))
		}
		write(0)
		_, err := p.Lock(context.Background(), "me")
		var held *place.Held
		if archive.KindOf(err) != archive.Busy || !errors.As(err, &held) || held.Who != "another" {
			t.Errorf("fresh: %v", err)
		}
		for name, age := range map[string]time.Duration{"silent for long": time.Minute, "written before the clock was set back": -time.Hour} {
			write(age)
			release, err := p.Lock(context.Background(), "me")
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			release()
		}
		// A torn lock's file counts like one without a sign of life.
		must(t, os.WriteFile(file, []byte(`{"who":"an`), 0o600))
		if server != "" {
			_, err = p.Lock(context.Background(), "me")
			if archive.KindOf(err) != archive.Busy {
				t.Errorf("torn, fresh: %v", err)
			}
			at := time.Now().Add(-time.Hour)
			must(t, os.Chtimes(file, at, at))
		}
		release, err := p.Lock(context.Background(), "me")
		must(t, err)
		release()
	})
}

// A holder gives signs of life, so that a live lock does not become stale; one that lost
// its lock writes nothing more.
func TestLockIsKeptAndLost(t *testing.T) {
	bothKinds(t, func(t *testing.T, server, dir string) {
		ctx := context.Background()
		const beat = 50 * time.Millisecond
		p := mustOpen(t, server, dir, place.Options{Beat: beat})
		_, err := p.Lock(ctx, "p")
		must(t, err)
		file := filepath.Join(dir, place.Incoming, "lock.json")
		before := time.Now().Add(-time.Hour)
		must(t, os.Chtimes(file, before, before))
		deadline := time.Now().Add(20 * time.Second)
		for { // until it gave one
			st, err := os.Stat(file)
			must(t, err)
			if time.Since(st.ModTime()) < time.Minute {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("no sign of life")
			}
			time.Sleep(beat)
		}
		g, err := p.Begin(ctx)
		must(t, err)
		w, err := g.Create(ctx, "a")
		must(t, err)
		must(t, w.Close())
		for archive.KindOf(p.Replace(ctx, "x", nil)) != archive.Busy {
			must(t, os.WriteFile(file, []byte(`{"who":"taker","token":"other"}`), 0o600)) // again, as a sign that was on its way may have come later
			if time.Now().After(deadline) {
				t.Fatal("the loss was not seen")
			}
			time.Sleep(beat)
		}
		_, err = g.Settle(ctx)
		if archive.KindOf(err) != archive.Busy {
			t.Errorf("settle: %v", err)
		}
		_, err = p.Begin(ctx)
		if archive.KindOf(err) != archive.Busy {
			t.Errorf("begin: %v", err)
		}
		must(t, p.Close())
		if b, err := os.ReadFile(file); err != nil || len(b) == 0 {
			t.Errorf("the taker's lock went too: %v", err)
		}
	})
}
