package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path"
	"strconv"
	"strings"

	"lantai/archive"
)

// xlsxBook is an open XLSX.
type xlsxBook struct {
	workbook
	parts   map[string]*zip.File // by lower-case name
	sheetAt []string             // part of each
}

func openXLSX(ctx context.Context, f *os.File, size int64, name string) (Book, error) {
	b := &xlsxBook{workbook: workbook{ctx: ctx, f: f, path: name}, parts: map[string]*zip.File{}}
	if err := b.opened(b.read(size)); err != nil {
		b.shared.close()
		return nil, err
	}
	return b, nil
}

func (b *xlsxBook) Format() string { return "xlsx" }

// open opens a part, unless it unpacks to more than any sheet does.
func (b *xlsxBook) open(part string) (io.ReadCloser, error) {
	f := b.parts[strings.ToLower(part)]
	if f == nil {
		return nil, nil
	}
	packed, plain := f.CompressedSize64, f.UncompressedSize64
	if plain > maxPart || plain > 1<<30 && plain/(packed+1) > 200 {
		return nil, archive.Refuse(opOpen, b.path, archive.ReasonTooLarge, "%s unpacks from %d to %d bytes", part, packed, plain)
	}
	if f.Flags&1 != 0 {
		return nil, archive.Refuse(opOpen, b.path, archive.ReasonEncrypted, "an encrypted archive")
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	return &stoppable{b.ctx, r}, nil
}

// stoppable ends reading when its context does.
type stoppable struct {
	ctx context.Context
	io.ReadCloser
}

func (s *stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.ReadCloser.Read(p)
}

// walk calls fn for each start tag of a part; a part that is not there has none.
func (b *xlsxBook) walk(part string, fn func(s *scanner) error) error {
	r, err := b.open(part)
	if err != nil || r == nil {
		return err
	}
	defer r.Close()
	s := newScanner(r)
	for {
		kind, err := s.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if kind == startTag {
			if err := fn(s); err != nil {
				return err
			}
		}
	}
}

// read reads what stands beside the sheets.
func (b *xlsxBook) read(size int64) error {
	z, err := zip.NewReader(b.f, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return err
	}
	for _, part := range z.File {
		b.parts[strings.ToLower(strings.TrimPrefix(part.Name, "/"))] = part
	}
	main := "xl/workbook.xml"
	if err := b.walk("_rels/.rels", func(s *scanner) error {
		if s.is("Relationship") && strings.HasSuffix(s.attrText("Type"), "/officeDocument") {
			main = strings.TrimPrefix(s.attrText("Target"), "/")
		}
		return nil
	}); err != nil {
		return err
	}
	if b.parts[strings.ToLower(main)] == nil || !strings.Contains(main, "workbook") {
		return archive.Refuse(opOpen, b.path, archive.ReasonUnsupported, "an archive, but no workbook")
	}
	if strings.HasSuffix(main, ".bin") {
		return archive.Refuse(opOpen, b.path, archive.ReasonUnsupported, "a binary workbook (XLSB)")
	}
	targets, strings, styles, err := b.relations(main)
	if err != nil {
		return err
	}
	if err := b.readWorkbook(main, targets); err != nil {
		return err
	}
	if err := b.readStyles(styles); err != nil {
		return err
	}
	return b.readStrings(strings)
}

func (b *xlsxBook) readWorkbook(main string, targets map[string]string) error {
	return b.walk(main, func(s *scanner) error {
		switch {
		case s.is("workbookPr"):
			v := string(s.attr("date1904"))
			b.date1904 = v == "1" || v == "true"
		case s.is("sheet"):
			target, ok := targets[s.attrText("id")]
			if ok && len(b.sheets) < 10_000 {
				state := string(s.attr("state"))
				b.sheets = append(b.sheets, Info{Name: s.attrText("name"), Hidden: state == "hidden" || state == "veryHidden"})
				b.sheetAt = append(b.sheetAt, target)
			}
		}
		return nil
	})
}

// relations reads which parts belong to the workbook. Chart sheets have no cells and
// are left out.
func (b *xlsxBook) relations(main string) (sheets map[string]string, shared, styles string, err error) {
	sheets = map[string]string{}
	err = b.walk(path.Join(path.Dir(main), "_rels", path.Base(main)+".rels"), func(s *scanner) error {
		if !s.is("Relationship") {
			return nil
		}
		target := s.attrText("Target")
		if rest, ok := strings.CutPrefix(target, "/"); ok {
			target = rest
		} else {
			target = path.Join(path.Dir(main), target)
		}
		switch kind := s.attrText("Type"); kind[strings.LastIndexByte(kind, '/')+1:] {
		case "worksheet":
			// "id" is what xlsxBook looks up, whatever prefix it has.
			sheets[s.attrText("Id")] = target
		case "sharedStrings":
			shared = target
		case "styles":
			styles = target
		}
		return nil
	})
	return sheets, shared, styles, err
}

func (b *xlsxBook) readStyles(part string) error {
	codes := map[int]string{}
	inCells := false
	return b.walk(part, func(s *scanner) error {
		switch {
		case s.is("numFmt"):
			codes[atoi(s.attr("numFmtId"))] = s.attrText("formatCode")
		case s.is("cellXfs"):
			inCells = true
		case s.is("cellStyles"), s.is("dxfs"):
			inCells = false
		case s.is("xf") && inCells && len(b.formats) < 1<<16:
			id := atoi(s.attr("numFmtId"))
			b.formats = append(b.formats, formatOf(id, codes[id]))
		}
		return nil
	})
}

func (b *xlsxBook) readStrings(part string) error {
	var text []byte
	r, err := b.open(part)
	if err != nil || r == nil {
		return err
	}
	defer r.Close()
	s := newScanner(r)
	for {
		kind, err := s.next()
		if err == io.EOF {
			return b.shared.flush()
		}
		if err != nil {
			return err
		}
		if kind == startTag && s.is("si") {
			if text, err = richText(s, text[:0], "si"); err != nil {
				return err
			}
			if err := b.shared.add(text); err != nil {
				return err
			}
		}
	}
}

// richText reads the text of an element: of its t elements, but not of phonetic runs.
func richText(s *scanner, dst []byte, element string) ([]byte, error) {
	in := false
	for {
		kind, err := s.next()
		if err != nil {
			return nil, endless(err)
		}
		switch kind {
		case startTag:
			if s.is("rPh") {
				if err := s.skip(); err != nil {
					return nil, err
				}
				continue
			}
			in = s.is("t")
		case endTag:
			if s.is(element) {
				return unescape(dst), nil
			}
			in = false
		case textToken:
			if !in {
				continue
			}
			if s.cdata {
				dst = append(dst, s.text...)
			} else {
				dst = appendText(dst, s.text, false)
			}
			if len(dst) > maxCellBytes {
				return nil, errLongCell
			}
		}
	}
}

var errLongCell = errors.New("a cell of more than a million bytes")

func atoi(b []byte) int {
	n, err := strconv.Atoi(string(bytes.TrimSpace(b)))
	if err != nil || n < 0 {
		return 0
	}
	return n
}
