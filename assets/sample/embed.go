// Package sample carries a small delivery of scans, with the fonds, series and
// holdings that they belong to, for a first look at the program and for tests.
// Offices, places and papers are made up; the pages are drawn by the program in
// draw.
package sample

import (
	"bytes"
	"embed"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"

	"lantai/archive"
)

//go:generate go run ./draw -out scans -icon ../icon/icon.png

// The scans have plain names here, since · may not stand in the name of an embedded
// file; sample.json has the names that they are delivered under.
//
//go:embed sample.json scans
var files embed.FS

// Description is the sample: what to register first, then what to receive.
type Description struct {
	Archive  string    `json:"archive"` // name of the archive
	Fonds    []Fonds   `json:"fonds"`
	Series   []Series  `json:"series"`
	Holdings []Holding `json:"holdings"`
	Files    []File    `json:"files"`
}

// Fonds is a fonds to register.
type Fonds struct {
	Code      string `json:"code"`
	Title     string `json:"title"`
	Creator   string `json:"creator"`
	DateBegin string `json:"date_begin"`
	DateEnd   string `json:"date_end"`
	History   string `json:"history"`
}

// Series is a series to register; Scheme names a built-in scheme of package refcode.
type Series struct {
	Fonds    string         `json:"fonds"`
	Category string         `json:"category"`
	Title    string         `json:"title"`
	Method   archive.Method `json:"method"`
	Scheme   string         `json:"scheme"`
}

// Holding is an item, photo or volume to register in the series of its fonds and
// category.
type Holding struct {
	Fonds     string              `json:"fonds"`
	Category  string              `json:"category"`
	Kind      archive.HoldingKind `json:"kind"`
	Code      string              `json:"code"`
	Title     string              `json:"title"`
	Author    string              `json:"author"`
	Date      string              `json:"date"`
	Year      int                 `json:"year"`
	Retention string              `json:"retention"`
	DocNo     string              `json:"doc_no"`
}

// File is one scan of the delivery.
type File struct {
	Scan  string `json:"scan"`  // name among the embedded scans
	Path  string `json:"path"`  // below the delivery's folder, with slashes
	Code  string `json:"code"`  // the holding that its name links it to; empty: 待挂接
	Pages []Page `json:"pages"` // one for each frame
}

// Page has phrases that recognition finds on the page.
type Page struct {
	Expect []string `json:"expect"`
}

// Describe reads sample.json.
func Describe() (Description, error) {
	var d Description
	data, err := files.ReadFile("sample.json")
	if err == nil {
		err = json.Unmarshal(data, &d)
	}
	return d, archive.Wrap("read sample", "sample.json", err)
}

// Extract writes the delivery into a folder, as a scanning firm hands it over.
// Files that are there already with the same bytes stay; other content under the
// same name is a Conflict error.
func Extract(dir string) error {
	const op = "extract sample"
	d, err := Describe()
	if err != nil {
		return err
	}
	for _, f := range d.Files {
		data, err := files.ReadFile("scans/" + f.Scan)
		if err != nil {
			return archive.Wrap(op, f.Scan, err)
		}
		if err := put(filepath.Join(dir, filepath.FromSlash(f.Path)), data); err != nil {
			return archive.Wrap(op, f.Path, err)
		}
	}
	return nil
}

// put writes a file whole or not at all.
func put(path string, data []byte) error {
	old, err := os.ReadFile(path)
	switch {
	case err == nil && bytes.Equal(old, data):
		return nil
	case err == nil:
		return archive.Errorf(archive.Conflict, "write", path, "another file has this name")
	case !os.IsNotExist(err):
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	part := path + ".part"
	if err := os.WriteFile(part, data, 0o600); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// Scans gives the embedded scans by their plain names.
func Scans() fs.FS {
	sub, err := fs.Sub(files, "scans")
	if err != nil { // the folder is embedded
		panic(err)
	}
	return sub
}
