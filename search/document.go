package search

import (
	"encoding/binary"
	"strings"

	index "github.com/blevesearch/bleve_index_api"

	"lantai/archive"
)

// mappingVersion grows when what is indexed, or Fold, changes; an index of another
// version is built anew.
const mappingVersion = 2

// The fields of both indexes. Names are short since they stand in every segment.
const (
	fieldText  = "t" // pages: the text; items: the title
	fieldOwn   = "o" // title, 文号, persons and codes of the item; items: all but the title
	fieldFacet = "f" // whole values to filter by, told apart by their first byte
	fieldData  = "d" // stored: what results and orders need
)

// The first bytes of facet terms.
const (
	facetAccess  = 'a' // access class, 8 bytes
	facetFonds   = 'f' // fonds id, 8 bytes
	facetFondsNo = 'n' // 全宗号, folded
	facetSeries  = 's' // series id, 8 bytes
	facetYear    = 'y' // year, 2 bytes
	facetClass   = 'c' // 门类代码, folded
	facetCode    = 'p' // 档号, folded, and its beginnings behind each separator
	facetText    = 'x' // has text
	facetHolder  = 'h' // id of the record that a page lies in, and of what that lies in directly, 8 bytes
)

// document is a document as scorch takes it.
type document struct {
	id     string
	fields []index.Field
}

func (d *document) ID() string                                 { return d.id }
func (d *document) Size() int                                  { return len(d.id) }
func (d *document) VisitComposite(index.CompositeFieldVisitor) {}
func (d *document) HasComposite() bool                         { return false }
func (d *document) NumPlainTextBytes() uint64                  { return 0 }
func (d *document) StoredFieldsBytes() uint64                  { return 0 }
func (d *document) Indexed() bool                              { return true }

func (d *document) VisitFields(visit index.FieldVisitor) {
	for _, f := range d.fields {
		visit(f)
	}
}

// AddIDField adds the field by which scorch finds the document again.
func (d *document) AddIDField() {
	tf := &index.TokenFreq{Term: []byte(d.id)}
	tf.SetFrequency(1)
	d.fields = append(d.fields, &field{
		name: "_id", value: []byte(d.id), options: index.IndexField | index.StoreField,
		length: 1, terms: index.TokenFrequencies{d.id: tf},
	})
}

// field is a field as scorch takes it.
type field struct {
	name    string
	value   []byte
	options index.FieldIndexingOptions
	length  int
	terms   index.TokenFrequencies

	// Instead of terms, what they are made of when they are asked for.
	texts   []string // folded and cut into grams
	facets  []string // terms as they are
	scratch *scratch
}

func (f *field) Name() string                        { return f.name }
func (f *field) Value() []byte                       { return f.value }
func (f *field) ArrayPositions() []uint64            { return nil }
func (f *field) EncodedFieldType() byte              { return 't' }
func (f *field) Options() index.FieldIndexingOptions { return f.options }
func (f *field) AnalyzedLength() int                 { return f.length }
func (f *field) NumPlainTextBytes() uint64           { return 0 }

// Analyze folds the texts; it runs on several goroutines.
func (f *field) Analyze() {
	for i, t := range f.texts {
		f.texts[i] = foldText(clipped(t))
	}
}

// mostIndexed is how much of one text is indexed, in bytes: a page has some thousands, the
// longest volume delivered as one page some hundred thousand. Texts without an end would take all memory.
const mostIndexed = 4 << 20

// clipped is a text without what is beyond mostIndexed.
func clipped(s string) string {
	if len(s) <= mostIndexed {
		return s
	}
	return strings.ToValidUTF8(s[:mostIndexed], "")
}

// AnalyzedTokenFrequencies gives the field's terms, in a map that the next field
// of the same name in the batch will use again: scorch asks for one document after
// another, and looks at it before it goes on. A map for each page would take 50 KB.
func (f *field) AnalyzedTokenFrequencies() index.TokenFrequencies {
	if f.terms != nil {
		return f.terms
	}
	terms := f.scratch.terms(f.name)
	for _, t := range f.facets {
		terms[t] = f.scratch.tf
	}
	for _, t := range f.texts {
		addGrams(terms, t, f.scratch.tf)
	}
	return terms
}

// scratch is shared by the documents of one batch.
type scratch struct {
	tf   *index.TokenFreq
	maps map[string]index.TokenFrequencies
}

func newScratch() *scratch {
	return &scratch{tf: &index.TokenFreq{}, maps: map[string]index.TokenFrequencies{}}
}

func (s *scratch) terms(name string) index.TokenFrequencies {
	terms := s.maps[name]
	if terms == nil {
		terms = index.TokenFrequencies{}
		s.maps[name] = terms
	}
	clear(terms)
	return terms
}

// use makes the documents of a batch share what they need while they are cut into
// terms.
func (d *document) use(s *scratch) {
	for _, f := range d.fields {
		f.(*field).scratch = s
	}
}

const termsOnly = index.IndexField | index.SkipFreqNorm

func gramField(name string, texts ...string) *field {
	return &field{name: name, options: termsOnly, texts: texts}
}

func facetField(facets []string) *field {
	return &field{name: fieldFacet, options: termsOnly, facets: facets}
}

func dataField(value []byte) *field {
	return &field{name: fieldData, options: index.StoreField, value: value, terms: index.TokenFrequencies{}}
}

// docID is the document's name in the index: eight bytes in ascending order.
func docID(id archive.ID) string {
	return string(binary.BigEndian.AppendUint64(nil, uint64(id)))
}

func idOf(b []byte) archive.ID {
	if len(b) != 8 {
		return 0
	}
	return archive.ID(binary.BigEndian.Uint64(b))
}

func idFacet(kind byte, id uint64) string {
	return string(binary.BigEndian.AppendUint64([]byte{kind}, id))
}

func accessFacet(c archive.AccessClass) string { return idFacet(facetAccess, uint64(c)) }

func holderFacet(id archive.ID) string { return idFacet(facetHolder, uint64(id)) } //nolint:gosec // ids are never negative

func yearFacet(y int) string {
	return string(binary.BigEndian.AppendUint16([]byte{facetYear}, uint16(y)))
}

// described is what pages and items are filtered by.
type described struct {
	fonds, series           archive.ID
	fondsNo, code, category string
	year                    int
	access                  archive.AccessClass
}

func (d described) facets() []string {
	code := foldText(d.code)
	no := foldText(d.fondsNo)
	if no == "" {
		no, _, _ = strings.Cut(code, "-")
	}
	f := []string{accessFacet(d.access)}
	if d.fonds != 0 {
		f = append(f, idFacet(facetFonds, uint64(d.fonds)))
	}
	if no != "" {
		f = append(f, string(facetFondsNo)+no)
	}
	if d.series != 0 {
		f = append(f, idFacet(facetSeries, uint64(d.series)))
	}
	if 0 < d.year && d.year <= maxYear {
		f = append(f, yearFacet(d.year))
	}
	if c := foldText(d.category); c != "" {
		f = append(f, string(facetClass)+c)
	}
	if code != "" {
		for i, r := range code {
			if i > 0 && isSeparator(r) {
				f = append(f, string(facetCode)+code[:i]+string(r))
			}
		}
		f = append(f, string(facetCode)+code)
	}
	return f
}

// isSeparator tells whether r parts the elements of a folded 档号.
func isSeparator(r rune) bool { return r == '-' || r == '·' || r == '.' || r == '/' }

func pageDocument(p archive.IndexPage) *document {
	facets := described{p.Fonds, p.Series, p.FondsNo, p.Code, p.Category, p.Year, p.Access}.facets()
	if strings.TrimSpace(p.Text) != "" {
		facets = append(facets, string(facetText))
	}
	for _, id := range []archive.ID{p.Item, p.Parent} {
		if id != 0 {
			facets = append(facets, holderFacet(id))
		}
	}
	return &document{id: docID(p.ID), fields: []index.Field{
		gramField(fieldText, p.Text),
		gramField(fieldOwn, p.Title, p.DocNo, p.Persons, p.Code),
		facetField(facets),
		dataField(pageData{p.Item, uint32(max(p.Ordinal, 0)), p.Date, p.CodeSort}.encode()),
	}}
}

func itemDocument(i archive.IndexItem) *document {
	facets := described{i.Fonds, i.Series, i.FondsNo, i.Code, i.Category, i.Year, i.Access}.facets()
	return &document{id: docID(i.ID), fields: []index.Field{
		gramField(fieldText, i.Title),
		gramField(fieldOwn, i.DocNo, i.Persons, i.Author, i.Code, i.Former),
		facetField(facets),
		dataField(itemData{
			Kind: i.Kind, Date: i.Date, CodeSort: i.CodeSort,
			Code: i.Code, Title: i.Title, DocNo: i.DocNo, Persons: i.Persons, Author: i.Author, Former: i.Former,
		}.encode()),
	}}
}
