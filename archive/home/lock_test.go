package home_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lantai/archive"
	"lantai/archive/home"
)

const childHome = "LANTAI_HOME_CHILD"

// The child holds a home's lock and answers calls until it is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childHome); dir != "" {
		os.Exit(hold(dir))
	}
	os.Exit(m.Run())
}

func hold(dir string) int {
	h, err := home.Open(dir)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	l, err := h.Lock()
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("held")
	if err := l.Serve(context.Background(), handlers()); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

type sum struct{ A, B int }

func handlers() map[string]home.Handler {
	return map[string]home.Handler{
		"add": func(ctx context.Context, args json.RawMessage) (any, error) {
			var s sum
			if err := json.Unmarshal(args, &s); err != nil {
				return nil, archive.WrapAs(archive.Invalid, "add", "", err)
			}
			return s.A + s.B, nil
		},
		"count": func(ctx context.Context, args json.RawMessage) (any, error) {
			for i := range 100 {
				home.Tell(ctx, archive.Progress{Phase: "count", Done: i + 1, Total: 100})
			}
			return nil, nil
		},
		"refuse": func(context.Context, json.RawMessage) (any, error) {
			return nil, fmt.Errorf("outer: %w", archive.Refuse("read page", "a.tif", archive.ReasonDamaged, "cut off"))
		},
		"conflict": func(context.Context, json.RawMessage) (any, error) {
			return nil, archive.Errorf(archive.Conflict, "save item", "J001", "changed since")
		},
		"plain":  func(context.Context, json.RawMessage) (any, error) { return nil, errors.New("plain") },
		"panic":  func(context.Context, json.RawMessage) (any, error) { panic("oh") },
		"nojson": func(context.Context, json.RawMessage) (any, error) { return func() {}, nil },
		"wait": func(ctx context.Context, _ json.RawMessage) (any, error) {
			home.Tell(ctx, "waiting")
			<-ctx.Done()
			return nil, ctx.Err()
		},
		"big": func(context.Context, json.RawMessage) (any, error) { return strings.Repeat("页", 1<<20), nil },
	}
}

// serve holds a new home and answers in this process until the test ends.
func serve(t *testing.T, dir string, more map[string]home.Handler) (*home.Home, *home.Lock) {
	t.Helper()
	h := initHome(t, dir, "x")
	l, err := h.Lock()
	if err != nil {
		t.Fatal(err)
	}
	all := handlers()
	for k, v := range more {
		all[k] = v
	}
	done := make(chan error, 1)
	go func() { done <- l.Serve(context.Background(), all) }()
	for { // the socket's address appears in the lock file
		if holder, ok := h.Holder(); ok && holder.Socket != "" {
			break
		}
		select {
		case err := <-done:
			t.Fatal(err)
		default:
		}
	}
	t.Cleanup(func() {
		if err := l.Unlock(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return h, l
}

func TestLockIsHeldOnce(t *testing.T) {
	dir := t.TempDir()
	h := initHome(t, dir, "x")
	if _, held := h.Holder(); held {
		t.Error("held by nobody")
	}
	l, err := h.Lock()
	if err != nil {
		t.Fatal(err)
	}
	holder, held := h.Holder()
	if !held || holder.PID != os.Getpid() || holder.Program == "" || holder.Since.IsZero() || holder.Socket != "" {
		t.Errorf("%+v %v", holder, held)
	}
	other, _ := home.Open(dir)
	if _, err := other.Lock(); archive.KindOf(err) != archive.Busy || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("second lock: %v", err)
	}
	for range 2 {
		if err := l.Unlock(); err != nil {
			t.Fatal(err)
		}
	}
	if _, held := h.Holder(); held {
		t.Error("still held")
	}
	if l, err = other.Lock(); err != nil {
		t.Fatal(err)
	}
	if err := l.Unlock(); err != nil {
		t.Fatal(err)
	}
	if err := l.Serve(context.Background(), nil); err != nil {
		t.Errorf("serve without the lock: %v", err)
	}
}

// Looking whether a home is held never keeps another from holding it.
func TestLookingDoesNotHold(t *testing.T) {
	dir := t.TempDir()
	h := initHome(t, dir, "x")
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				h.Holder()
			}
		}
	})
	for range 50 {
		l, err := h.Lock()
		if err != nil {
			t.Error(err)
			break
		}
		l.Unlock()
	}
	close(stop)
	wg.Wait()
}

// Another process holds, answers, is killed; the lock is free at once and its socket replaced.
func TestLockOfAnotherProcess(t *testing.T) {
	dir := t.TempDir()
	h := initHome(t, dir, "x")
	for range 2 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childHome+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
			t.Fatalf("%q %v", line, err)
		}
		if _, err := h.Lock(); archive.KindOf(err) != archive.Busy {
			t.Errorf("%v", err)
		}
		holder, held := h.Holder()
		if !held || holder.PID != cmd.Process.Pid {
			t.Errorf("%+v", holder)
		}
		for holder.Socket == "" {
			holder, _ = h.Holder()
		}
		var got int
		if err := h.Call(context.Background(), "add", sum{2, 3}, &got, nil); err != nil || got != 5 {
			t.Errorf("%d %v", got, err)
		}
		cmd.Process.Kill()
		cmd.Wait()
		if err := h.Call(context.Background(), "add", sum{2, 3}, &got, nil); archive.KindOf(err) != archive.Unavailable {
			t.Errorf("call of the dead: %v", err)
		}
	}
	l, err := h.Lock()
	if err != nil {
		t.Fatal(err)
	}
	l.Unlock()
}

func TestCall(t *testing.T) {
	h, _ := serve(t, t.TempDir(), nil)
	ctx := context.Background()
	var n int
	if err := h.Call(ctx, "add", sum{40, 2}, &n, nil); err != nil || n != 42 {
		t.Errorf("%d %v", n, err)
	}
	var told []archive.Progress
	err := h.Call(ctx, "count", nil, nil, func(m json.RawMessage) {
		var p archive.Progress
		json.Unmarshal(m, &p)
		told = append(told, p)
	})
	if err != nil || len(told) != 100 || told[99].Done != 100 {
		t.Errorf("%d told, %v", len(told), err)
	}
	var big string
	if err := h.Call(ctx, "big", nil, &big, nil); err != nil || len(big) != 3<<20 {
		t.Errorf("%d %v", len(big), err)
	}
	err = h.Call(ctx, "refuse", nil, nil, nil)
	var e *archive.Error
	if !errors.As(err, &e) || e.Kind != archive.Refused || e.Op != "read page" || e.Subject != "a.tif" || archive.ReasonOf(err) != archive.ReasonDamaged ||
		!strings.Contains(err.Error(), "cut off") {
		t.Errorf("%v", err)
	}
	if err := h.Call(ctx, "conflict", nil, nil, nil); err == nil || err.Error() != "save item J001: conflict: changed since" {
		t.Errorf("%v", err)
	}
	for method, kind := range map[string]archive.ErrorKind{"plain": archive.Internal, "panic": archive.Internal, "nojson": archive.Internal,
		"no such": archive.NotFound, "add": archive.Invalid} {
		if err := h.Call(ctx, method, "not a sum", nil, nil); archive.KindOf(err) != kind {
			t.Errorf("%s: %v", method, err)
		}
	}
	if err := h.Call(ctx, "add", strings.Repeat("x", 2<<20), nil, nil); archive.KindOf(err) != archive.Invalid {
		t.Errorf("too much: %v", err)
	}
	if err := h.Call(ctx, "add", sum{}, new([]string), nil); archive.KindOf(err) != archive.Invalid {
		t.Errorf("another type: %v", err)
	}
}

func TestCallsAtOnce(t *testing.T) {
	h, _ := serve(t, t.TempDir(), nil)
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			var n int
			if err := h.Call(context.Background(), "add", sum{i, 1}, &n, nil); err != nil || n != i+1 {
				t.Errorf("%d %v", n, err)
			}
		})
	}
	wg.Wait()
}

// The caller's stop reaches the handler; the holder's end reaches the caller.
func TestCallEnds(t *testing.T) {
	ended := make(chan struct{})
	h, l := serve(t, t.TempDir(), map[string]home.Handler{"notice": func(ctx context.Context, _ json.RawMessage) (any, error) {
		home.Tell(ctx, "here")
		<-ctx.Done()
		close(ended)
		return nil, ctx.Err()
	}})
	ctx, stop := context.WithCancel(context.Background())
	err := h.Call(ctx, "notice", nil, nil, func(json.RawMessage) { stop() })
	if archive.KindOf(err) != archive.Stopped {
		t.Errorf("stopped by the caller: %v", err)
	}
	<-ended
	err = h.Call(context.Background(), "wait", nil, nil, func(json.RawMessage) { go l.Unlock() })
	if k := archive.KindOf(err); k != archive.Stopped && k != archive.Unavailable {
		t.Errorf("ended by the holder: %v", err)
	}
	if err := h.Call(context.Background(), "add", sum{}, nil, nil); archive.KindOf(err) != archive.Unavailable {
		t.Errorf("nobody holds it: %v", err)
	}
}

// What is not a call gets no answer or an error, and does not trouble the others.
func TestServeHostileCallers(t *testing.T) {
	h, _ := serve(t, t.TempDir(), nil)
	holder, _ := h.Holder()
	for _, text := range []string{"", "\n", "x\n", "[]\n", "{}\n", `{"method":5}` + "\n", `{"method":"add"}` + "\n", "\x00\xff\n",
		`{"method":"add","args":` + strings.Repeat("[", 100_000) + "\n", strings.Repeat("x", 2<<20)} {
		conn, err := net.Dial("unix", holder.Socket)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, text)
		conn.(*net.UnixConn).CloseWrite()
		io.Copy(io.Discard, conn)
		conn.Close()
	}
	if st, err := os.Stat(holder.Socket); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("socket: %v %v", st, err)
	}
	var n int
	if err := h.Call(context.Background(), "add", sum{1, 1}, &n, nil); err != nil || n != 2 {
		t.Errorf("%d %v", n, err)
	}
}

// A home with a long path is reached through a socket elsewhere.
func TestLongPath(t *testing.T) {
	run := t.TempDir()
	for name, value := range map[string]string{"run": run, "tmp": ""} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_RUNTIME_DIR", value)
			if value == "" {
				short, err := os.MkdirTemp("/tmp", "s")
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { os.RemoveAll(short) })
				t.Setenv("TMPDIR", short)
			}
			dir := filepath.Join(t.TempDir(), strings.Repeat("很长", 15), strings.Repeat("x", 60))
			h, _ := serve(t, dir, nil)
			holder, _ := h.Holder()
			if strings.HasPrefix(holder.Socket, dir) || len(holder.Socket) > 100 {
				t.Errorf("socket %s", holder.Socket)
			}
			var n int
			if err := h.Call(context.Background(), "add", sum{1, 1}, &n, nil); err != nil || n != 2 {
				t.Errorf("%d %v", n, err)
			}
		})
	}
}
