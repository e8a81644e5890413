package sheet

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// inMemory is how many bytes of shared strings are kept in memory; the rest lies in a
// temporary file.
const inMemory = 48 << 20

const chunkSize = 1 << 20

var errTooMany = errors.New("too many shared strings")

// stringTable is a long list of strings.
type stringTable struct {
	chunks [][]byte // each of chunkSize, but the last and those of one long string
	at     []int64  // of each string: its offset in all chunks and the file
	size   int64
	spill  *os.File
	buffer []byte // on its way to spill
	mem    int64  // bytes in chunks; spill begins there
	one    []byte
}

// add appends a string, which is its length as a varint and its bytes.
func (t *stringTable) add(s []byte) error {
	if t.size > maxStrings {
		return errTooMany
	}
	t.at = append(t.at, t.size)
	var n [binary.MaxVarintLen64]byte
	head := n[:binary.PutUvarint(n[:], uint64(len(s)))]
	if err := t.write(head); err != nil {
		return err
	}
	return t.write(s)
}

func (t *stringTable) write(b []byte) error {
	for len(b) > 0 && t.mem < inMemory {
		last := len(t.chunks) - 1
		if last < 0 || len(t.chunks[last]) == chunkSize {
			t.chunks = append(t.chunks, make([]byte, 0, chunkSize))
			last++
		}
		n := min(len(b), chunkSize-len(t.chunks[last]))
		t.chunks[last] = append(t.chunks[last], b[:n]...)
		t.mem, t.size, b = t.mem+int64(n), t.size+int64(n), b[n:]
	}
	if len(b) == 0 {
		return nil
	}
	if t.spill == nil {
		f, err := os.CreateTemp("", "lantai-strings-")
		if err != nil {
			return err
		}
		t.spill = f
	}
	t.buffer = append(t.buffer, b...)
	t.size += int64(len(b))
	if len(t.buffer) < chunkSize {
		return nil
	}
	return t.flush()
}

// flush must be called before get.
func (t *stringTable) flush() error {
	if t.spill == nil || len(t.buffer) == 0 {
		return nil
	}
	_, err := t.spill.Write(t.buffer)
	t.buffer = t.buffer[:0]
	return err
}

// get gives a string; "" and false when there is none of that number.
func (t *stringTable) get(i int) (string, bool, error) {
	if i < 0 || i >= len(t.at) {
		return "", false, nil
	}
	from, to := t.at[i], t.size
	if i+1 < len(t.at) {
		to = t.at[i+1]
	}
	b, err := t.slice(from, to)
	if err != nil {
		return "", false, err
	}
	n, k := binary.Uvarint(b)
	if k <= 0 || uint64(len(b)-k) != n { //nolint:gosec // not negative: Uvarint read within b
		return "", false, errXML
	}
	return string(b[k:]), true, nil
}

func (t *stringTable) slice(from, to int64) ([]byte, error) {
	first, last := from/chunkSize, (to-1)/chunkSize
	if to <= t.mem && first == last {
		return t.chunks[first][from%chunkSize : from%chunkSize+to-from], nil
	}
	t.one = t.one[:0]
	for from < min(to, t.mem) {
		c := t.chunks[from/chunkSize][from%chunkSize:]
		n := min(int64(len(c)), to-from)
		t.one = append(t.one, c[:n]...)
		from += n
	}
	if from == to {
		return t.one, nil
	}
	have := len(t.one)
	t.one = append(t.one, make([]byte, to-from)...)
	if _, err := t.spill.ReadAt(t.one[have:], from-t.mem); err != nil && err != io.EOF {
		return nil, err
	}
	return t.one, nil
}

func (t *stringTable) close() {
	if t.spill != nil {
		t.spill.Close()
		os.Remove(t.spill.Name())
	}
}
