package raster

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// fontFile is the one file that an engine sees: where PDFium looks for fonts to draw
// with when a document does not bring its own.
const fontFile = "usr/share/fonts/font.ttf"

// fontDisk is a file system with one font on it.
type fontDisk struct{ font []byte }

// Open implements fs.FS.
func (d fontDisk) Open(name string) (fs.File, error) {
	n := fontNode{name: name, size: int64(len(d.font))}
	switch {
	case name == fontFile:
		return &openFont{bytes.NewReader(d.font), n}, nil
	case name == ".", strings.HasPrefix(fontFile, name+"/"):
		n.folder = true
		return &openFolder{node: n}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// fontNode describes a file or folder; it is its own fs.FileInfo and fs.DirEntry.
type fontNode struct {
	name   string
	size   int64
	folder bool
}

func (n fontNode) Name() string               { return path.Base(n.name) }
func (n fontNode) Size() int64                { return n.size }
func (n fontNode) ModTime() time.Time         { return time.Time{} }
func (n fontNode) IsDir() bool                { return n.folder }
func (n fontNode) Sys() any                   { return nil }
func (n fontNode) Type() fs.FileMode          { return n.Mode().Type() }
func (n fontNode) Info() (fs.FileInfo, error) { return n, nil }

func (n fontNode) Mode() fs.FileMode {
	if n.folder {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

// openFont is the font, open.
type openFont struct {
	*bytes.Reader
	node fontNode
}

func (f *openFont) Stat() (fs.FileInfo, error) { return f.node, nil }
func (f *openFont) Close() error               { return nil }

// openFolder is a folder, open; it has one entry.
type openFolder struct {
	node fontNode
	read bool
}

func (f *openFolder) Stat() (fs.FileInfo, error) { return f.node, nil }
func (f *openFolder) Close() error               { return nil }
func (f *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.node.name, Err: fs.ErrInvalid}
}

// ReadDir implements fs.ReadDirFile.
func (f *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if f.read {
		if n > 0 {
			return nil, io.EOF
		}
		return nil, nil
	}
	f.read = true
	inner := strings.TrimPrefix(fontFile, strings.TrimPrefix(f.node.name+"/", "./"))
	first, _, deeper := strings.Cut(inner, "/")
	return []fs.DirEntry{fontNode{name: first, size: f.node.size, folder: deeper}}, nil
}
