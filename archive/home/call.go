package home

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"

	"lantai/archive"
)

// ErrNoAnswer is in the errors of Call when there was no holder, or it gave no whole
// answer. An error that the holder answered with does not have it, whatever its kind.
var ErrNoAnswer = errors.New("no program that has the archive open answers")

// Call asks the holder of the home. out (may be nil) receives the result; told (may
// be nil) is given what the handler sends with Tell. The handler's error comes back with its kind, operation,
// subject and reason. Unavailable with ErrNoAnswer: nobody holds the home, or the holder does not answer.
// Stopped: ctx ended, and the handler is told so.
func (h *Home) Call(ctx context.Context, method string, args, out any, told func(json.RawMessage)) error {
	const op = "call holder"
	holder, ok := h.Holder()
	if !ok || holder.Socket == "" {
		return archive.WrapAs(archive.Unavailable, op, method, ErrNoAnswer)
	}
	ask := request{Method: method}
	var err error
	if args != nil {
		if ask.Args, err = json.Marshal(args); err != nil {
			return archive.WrapAs(archive.Invalid, op, method, err)
		}
	}
	line, err := json.Marshal(ask)
	if err != nil || len(line) >= maxRequest {
		return archive.Errorf(archive.Invalid, op, method, "arguments cannot be sent: %d bytes, %v", len(line), err)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "unix", holder.Socket)
	if err != nil {
		return callError(ctx, method, err)
	}
	defer func() { _ = conn.Close() }()
	if sys, ok := conn.(*net.UnixConn); !ok || !sameUser(sys) {
		return archive.Errorf(archive.NotAllowed, op, method, "%s belongs to another user", holder.Socket)
	}
	done := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer done()
	if _, err := conn.Write(append(line, '\n')); err != nil {
		return callError(ctx, method, err)
	}
	return hear(ctx, bufio.NewReader(conn), method, out, told)
}

// hear reads what the holder answers to a call.
func hear(ctx context.Context, r *bufio.Reader, method string, out any, told func(json.RawMessage)) error {
	for {
		line, err := readLine(r, maxAnswer)
		if err != nil {
			return callError(ctx, method, err)
		}
		var a answer
		switch err := json.Unmarshal(line, &a); {
		case err != nil:
			return callError(ctx, method, err)
		case a.Error != nil:
			return a.Error.unpack()
		case a.Told != nil:
			if told != nil {
				told(a.Told)
			}
		case out == nil:
			return nil
		default:
			return archive.WrapAs(archive.Invalid, "call holder", method, json.Unmarshal(a.Result, out))
		}
	}
}

func callError(ctx context.Context, method string, err error) error {
	if ctx.Err() != nil {
		return archive.Wrap("call holder", method, ctx.Err())
	}
	return archive.WrapAs(archive.Unavailable, "call holder", method, fmt.Errorf("%w: %w", ErrNoAnswer, err))
}
