package home

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"lantai/archive"
)

// Handler answers one method. args is the caller's JSON, nil when there is none; the result is sent
// as JSON. ctx ends when the caller goes away. Errors keep kind, operation,
// subject and reason on the way.
type Handler func(ctx context.Context, args json.RawMessage) (any, error)

const (
	socketName = "lock.sock"
	// maxSocketPath leaves room below the 104 to 108 bytes that systems allow.
	maxSocketPath = 100
	maxCallers    = 32 // at once
	requestTime   = 10 * time.Second
	answerTime    = 30 * time.Second       // for one line to be taken by the caller
	acceptRest    = 100 * time.Millisecond // after an error of the socket
)

// Serve answers calls of other processes of the same user until ctx ends or the
// lock is freed; it returns nil then. It blocks until the last handler has returned. Error: Unavailable when no
// socket can be made.
func (l *Lock) Serve(ctx context.Context, handlers map[string]Handler) error {
	const op = "answer calls"
	l.mu.Lock()
	if l.file == nil {
		l.mu.Unlock()
		return nil
	}
	l.serves.Add(1)
	l.mu.Unlock()
	defer l.serves.Done()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	listener, err := listen(l.home.dir)
	if err != nil {
		return archive.WrapAs(archive.Unavailable, op, l.home.dir, err)
	}
	defer func() { _ = listener.Close() }()
	if err := l.announce(listener.Addr().String()); err != nil {
		return archive.WrapAs(archive.Unavailable, op, l.home.dir, err)
	}
	defer func() { _ = l.announce("") }()
	context.AfterFunc(ctx, func() { _ = listener.Close() })
	go func() {
		select {
		case <-l.free:
			stop()
		case <-ctx.Done():
		}
	}()
	var calls sync.WaitGroup
	defer calls.Wait()
	defer stop()
	room := make(chan struct{}, maxCallers)
	for {
		conn := accept(ctx, listener)
		if conn == nil {
			return nil
		}
		select {
		case room <- struct{}{}:
		case <-ctx.Done():
			_ = conn.Close()
			return nil
		}
		calls.Go(func() {
			defer func() { <-room }()
			serveCall(ctx, conn, handlers)
		})
	}
}

// accept gives the next caller, nil when ctx ends. Errors, such as of too many open
// files, pass: it goes on.
func accept(ctx context.Context, listener net.Listener) net.Conn {
	for {
		conn, err := listener.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = conn.Close()
			}
			return nil
		case err == nil:
			return conn
		}
		slog.Warn("accept call", "error", err)
		select {
		case <-time.After(acceptRest):
		case <-ctx.Done():
			return nil
		}
	}
}

// announce writes the socket's address where callers look for it.
func (l *Lock) announce(socket string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	l.holder.Socket = socket
	return l.tell()
}

// listen opens the home's socket: in the home, or, where its path is too long or its file
// system has no sockets, in a folder of the user's own.
func listen(dir string) (net.Listener, error) {
	path := filepath.Join(dir, socketName)
	var inHome error
	if len(path) <= maxSocketPath {
		var l net.Listener
		if l, inHome = listenAt(path); inHome == nil {
			return l, nil
		}
	}
	path, err := runtimeSocket(dir)
	if err != nil {
		return nil, errors.Join(inHome, err)
	}
	l, err := listenAt(path)
	if err != nil {
		return nil, errors.Join(inHome, err)
	}
	return l, nil
}

// listenAt replaces what an earlier holder left: the lock is ours.
func listenAt(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		_ = l.Close()
		return nil, err
	}
	return l, nil
}

// runtimeSocket gives a short path that only this user can use.
func runtimeSocket(dir string) (string, error) {
	folder := filepath.Join(os.TempDir(), "lantai-"+strconv.Itoa(os.Getuid()))
	if run := os.Getenv("XDG_RUNTIME_DIR"); run != "" && len(run) < maxSocketPath/2 {
		folder = filepath.Join(run, "lantai")
	}
	if err := ownDir(folder); err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(dir))
	path := filepath.Join(folder, hex.EncodeToString(sum[:8])+".sock")
	if len(path) > maxSocketPath {
		return "", fmt.Errorf("no short enough path for a socket: %s", path)
	}
	return path, nil
}

// serveCall reads one request and answers it.
func serveCall(ctx context.Context, conn net.Conn, handlers map[string]Handler) {
	defer func() { _ = conn.Close() }()
	if sys, ok := conn.(*net.UnixConn); !ok || !sameUser(sys) {
		return
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	longAgo := time.Unix(1, 0)
	context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(longAgo) })
	_ = conn.SetReadDeadline(time.Now().Add(requestTime))
	r := bufio.NewReader(conn)
	line, err := readLine(r, maxRequest)
	if err != nil {
		return
	}
	var writing sync.Mutex
	send := func(a answer) {
		text, err := json.Marshal(a)
		if err != nil {
			return
		}
		writing.Lock()
		defer writing.Unlock()
		_ = conn.SetWriteDeadline(time.Now().Add(answerTime))
		if _, err := conn.Write(append(text, '\n')); err != nil {
			stop()
		}
	}
	var ask request
	if err := json.Unmarshal(line, &ask); err != nil {
		send(answer{Error: packError("call", archive.WrapAs(archive.Invalid, "read call", "", err))})
		return
	}
	_ = conn.SetReadDeadline(time.Time{})
	if ctx.Err() != nil { // the line above may have come after the end
		_ = conn.SetReadDeadline(longAgo)
	}
	var watch sync.WaitGroup
	defer watch.Wait()
	defer stop()
	watch.Go(func() { // nothing more is sent: the end of reading is the caller's end
		_, _ = r.ReadByte()
		stop()
	})
	ctx = context.WithValue(ctx, tellKey{}, func(v any) {
		if text, err := json.Marshal(v); err == nil {
			send(answer{Told: text})
		}
	})
	send(reply(ctx, ask, handlers))
}

// reply runs the handler; its panic is an error of this call only.
func reply(ctx context.Context, ask request, handlers map[string]Handler) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = answer{Error: packError(ask.Method, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))}
		}
	}()
	handler := handlers[ask.Method]
	if handler == nil {
		return answer{Error: packError(ask.Method, archive.Errorf(archive.NotFound, "answer call", ask.Method, "no such method"))}
	}
	v, err := handler(ctx, ask.Args)
	if err != nil {
		return answer{Error: packError(ask.Method, err)}
	}
	text, err := json.Marshal(v)
	if err != nil {
		return answer{Error: packError(ask.Method, err)}
	}
	return answer{Result: text}
}
