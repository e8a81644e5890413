package home

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"

	"lantai/archive"
)

// A call is one connection. The caller sends one line, a request; the holder
// answers with any number of lines that have "told" and ends with one that has "result"
// or "error". Every line is one JSON object.

type request struct {
	Method string          `json:"method"`
	Args   json.RawMessage `json:"args,omitempty"`
}

type answer struct {
	Told   json.RawMessage `json:"told,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *wireError      `json:"error,omitempty"`
}

// wireError is an archive.Error on its way.
type wireError struct {
	Op      string            `json:"op"`
	Kind    archive.ErrorKind `json:"kind"`
	Subject string            `json:"subject,omitempty"`
	Message string            `json:"message,omitempty"`
	Reason  archive.Reason    `json:"reason,omitempty"`
}

const (
	maxRequest = 1 << 20  // bytes of one line from a caller
	maxAnswer  = 64 << 20 // bytes of one line from the holder
)

func packError(method string, err error) *wireError {
	w := &wireError{Op: "answer " + method, Kind: archive.KindOf(err), Message: err.Error()}
	var e *archive.Error
	if errors.As(err, &e) {
		w.Op, w.Subject, w.Message = e.Op, e.Subject, ""
		if e.Err != nil {
			w.Message = e.Err.Error()
		}
	}
	var r *archive.Refusal
	if errors.As(err, &r) {
		w.Reason, w.Message = r.Reason, r.Detail
	}
	return w
}

func (w *wireError) unpack() error {
	e := &archive.Error{Op: w.Op, Kind: w.Kind, Subject: w.Subject}
	switch {
	case w.Kind == "":
		e.Kind = archive.Internal
		e.Err = errors.New(w.Message)
	case w.Reason != "":
		e.Err = &archive.Refusal{Reason: w.Reason, Detail: w.Message}
	case w.Message != "":
		e.Err = errors.New(w.Message)
	}
	return e
}

var errTooLong = errors.New("a line is too long")

// readLine reads one line of at most limit bytes.
func readLine(r *bufio.Reader, limit int) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > limit {
			return nil, errTooLong
		}
		line = append(line, part...)
		switch {
		case err == nil:
			return line, nil
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, io.ErrUnexpectedEOF
		}
		return nil, err
	}
}

type tellKey struct{}

// Tell sends something to the caller before the handler's result, for example
// progress. Outside of a handler it does nothing. A caller that went away shows in ctx.
func Tell(ctx context.Context, v any) {
	if tell, ok := ctx.Value(tellKey{}).(func(any)); ok {
		tell(v)
	}
}
