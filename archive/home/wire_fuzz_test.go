package home

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"testing"

	"lantai/archive"
)

// Whatever a caller sends, the holder answers with whole lines, of which the last alone
// ends the call, or not at all.
func FuzzServeCall(f *testing.F) {
	f.Add([]byte(`{"method":"echo","args":{"a":[1,"二"]}}` + "\n"))
	f.Add([]byte(`{"method":"panic"}` + "\n{"))
	f.Add([]byte(`{"method":"none","args":null}` + "\n"))
	f.Add([]byte("[]\n"))
	f.Add([]byte("no line"))
	f.Add([]byte{0xff, '\n'})
	handlers := map[string]Handler{
		"echo":  func(ctx context.Context, args json.RawMessage) (any, error) { Tell(ctx, "told"); return args, nil },
		"panic": func(context.Context, json.RawMessage) (any, error) { panic("as it happens") },
	}
	l, err := listenAt(f.TempDir() + "/s")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { l.Close() })
	f.Fuzz(func(t *testing.T, sent []byte) {
		conn, err := net.Dial("unix", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		served, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() { defer close(ended); serveCall(context.Background(), served, handlers) }()
		go func() { // it may answer before it has read all
			_, _ = conn.Write(sent)
			_ = conn.(*net.UnixConn).CloseWrite()
		}()
		all, err := io.ReadAll(conn)
		<-ended
		if err != nil && !errors.Is(err, net.ErrClosed) && len(all) == 0 {
			return // closed with some of what was sent unread
		}
		lines := bytes.SplitAfter(all, []byte("\n"))
		for i, line := range lines[:len(lines)-1] {
			var a answer
			if err := json.Unmarshal(line, &a); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if (a.Told == nil) != (i == len(lines)-2) {
				t.Fatalf("line %d of %q", i, all)
			}
		}
		if len(lines[len(lines)-1]) > 0 {
			t.Fatalf("half a line: %q", all)
		}
	})
}

// Whatever stands at the other end of a socket, a call ends with a result or an error of
// a kind.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"told":{"done":1}}` + "\n" + `{"result":{"A":1}}` + "\n"))
	f.Add([]byte(`{"error":{"op":"search","kind":"refused","subject":"x","message":"m","reason":"quarantined"}}` + "\n"))
	f.Add([]byte(`{"error":{"op":"search"}}` + "\n"))
	f.Add([]byte(`{"result":"text where a number is wanted"}` + "\n"))
	f.Add([]byte("{}\nnull\n"))
	f.Fuzz(func(t *testing.T, heard []byte) {
		var out struct{ A int }
		told := 0
		err := hear(context.Background(), bufio.NewReader(bytes.NewReader(heard)), "ask", &out, func(json.RawMessage) { told++ })
		if err != nil && archive.KindOf(err) == "" {
			t.Fatalf("an error of no kind: %v", err)
		}
		if lines := bytes.Count(heard, []byte("\n")); told > lines || err == nil && told == lines {
			t.Fatalf("told %d times of %d lines, %v", told, lines, err)
		}
	})
}
