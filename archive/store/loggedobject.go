package store

import (
	"bytes"
	"encoding/json"
	"errors"
)

// loggedField is a column of a logged object: a text without its quotes, or a number as it
// is written.
type loggedField struct {
	name, value []byte
}

// loggedFields reads the object of a change, appending to list. Its bytes are those of the
// object where nothing in it is escaped.
func loggedFields(object []byte, list []loggedField) ([]loggedField, error) {
	s := objectReader{rest: object}
	if len(object) == 0 {
		return list, nil
	}
	if !s.skip('{') {
		return list, errNoObject
	}
	if s.skip('}') {
		return list, s.end()
	}
	for {
		name, err := s.text()
		if err != nil || !s.skip(':') {
			return list, errNoObject
		}
		value, err := s.value()
		if err != nil {
			return list, err
		}
		list = append(list, loggedField{name, value})
		if s.skip('}') {
			return list, s.end()
		}
		if !s.skip(',') {
			return list, errNoObject
		}
	}
}

var errNoObject = errors.New("no object of texts and numbers")

// objectReader reads what the log writes: flat objects without blanks. encoding/json takes
// many times as long, and the log has millions of them.
type objectReader struct{ rest []byte }

func (s *objectReader) skip(b byte) bool {
	if len(s.rest) == 0 || s.rest[0] != b {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *objectReader) end() error {
	if len(s.rest) > 0 {
		return errNoObject
	}
	return nil
}

func (s *objectReader) text() ([]byte, error) {
	if !s.skip('"') {
		return nil, errNoObject
	}
	n := bytes.IndexByte(s.rest, '"')
	if n < 0 {
		return nil, errNoObject
	}
	if bytes.IndexByte(s.rest[:n], '\\') < 0 {
		text := s.rest[:n]
		s.rest = s.rest[n+1:]
		return text, nil
	}
	for n = 0; n < len(s.rest) && s.rest[n] != '"'; n++ {
		if s.rest[n] == '\\' {
			n++
		}
	}
	if n >= len(s.rest) {
		return nil, errNoObject
	}
	var text string
	if err := json.Unmarshal(append(append([]byte{'"'}, s.rest[:n]...), '"'), &text); err != nil {
		return nil, err
	}
	s.rest = s.rest[n+1:]
	return []byte(text), nil
}

func (s *objectReader) value() ([]byte, error) {
	if len(s.rest) > 0 && s.rest[0] == '"' {
		return s.text()
	}
	n := bytes.IndexAny(s.rest, ",}")
	if n < 1 || s.rest[0] != '-' && (s.rest[0] < '0' || s.rest[0] > '9') {
		return nil, errNoObject
	}
	number := s.rest[:n]
	s.rest = s.rest[n:]
	return number, nil
}
