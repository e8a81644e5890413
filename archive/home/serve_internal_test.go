package home

import (
	"context"
	"errors"
	"net"
	"testing"
)

// failing is a listener that fails once, as a process does that has too many open files.
type failing struct {
	net.Listener
	failed bool
}

func (f *failing) Accept() (net.Conn, error) {
	if !f.failed {
		f.failed = true
		return nil, errors.New("too many open files")
	}
	return f.Listener.Accept()
}

func TestAcceptGoesOnAfterAnError(t *testing.T) {
	inner, err := listenAt(t.TempDir() + "/s")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	context.AfterFunc(ctx, func() { _ = inner.Close() })
	l := &failing{Listener: inner}
	caller, err := net.Dial("unix", inner.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Close()
	conn := accept(ctx, l)
	if conn == nil {
		t.Fatal("no caller after an error")
	}
	_ = conn.Close()
	stop()
	l.failed = false
	if conn := accept(ctx, l); conn != nil {
		t.Error("a caller after the end")
	}
}
