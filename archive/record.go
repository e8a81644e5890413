package archive

import (
	"reflect"
	"strconv"
)

// Record is a holding of any kind with the fields of its kind.
type Record interface {
	// Common is what it shares with all kinds.
	Common() *Holding
	// Fields binds the fields of its kind in the order of their tables. Those of a
	// photo, an object, a book … begin with those of an item.
	Fields() []Bound
}

// Bound ties the name of a field to its place in a record: a pointer to a string or an
// integer type. The names are those of the JSON form.
type Bound struct {
	Name  string
	Value any
}

// MaxOwnName is the longest name of a field of the site's own, in bytes: names are the heads of
// columns, on screen and in spreadsheets.
const MaxOwnName = 300

// NewRecord makes an empty record of a kind; nil for a kind that is not known.
func NewRecord(kind HoldingKind) Record {
	var r Record
	switch kind {
	case KindFonds:
		r = &Fonds{}
	case KindSeries:
		r = &Series{}
	case KindVolume, KindBox, KindAlbum:
		r = &Container{}
	case KindItem:
		r = &Item{}
	case KindPhoto:
		r = &Photo{}
	case KindObject:
		r = &Object{}
	case KindBook:
		r = &Book{}
	case KindAV:
		r = &AV{}
	case KindDossier:
		r = &Dossier{}
	default:
		return nil
	}
	r.Common().Kind = kind
	return r
}

// Common is the holding itself.
func (h *Holding) Common() *Holding { return h }

// Described binds the fields that all kinds describe, in the order of their table.
func (h *Holding) Described() []Bound {
	return []Bound{
		{"code", &h.Code}, {"title", &h.Title}, {"date", &h.Date}, {"year", &h.Year},
		{"retention", &h.Retention}, {"opening", &h.Opening}, {"access_class", &h.Access},
		{"secrecy", &h.Secrecy}, {"secrecy_term", &h.SecrecyTerm}, {"location", &h.Location},
	}
}

// Fields binds the fields of a fonds.
func (f *Fonds) Fields() []Bound {
	return []Bound{
		{"creator", &f.Creator}, {"date_begin", &f.DateBegin}, {"date_end", &f.DateEnd}, {"history", &f.History},
		{"note", &f.Note}, {"repository", &f.Repository}, {"type", &f.Type}, {"era", &f.Era},
		{"status", &f.Status}, {"accessioned", &f.Accessioned}, {"admin_history", &f.AdminHistory},
		{"scope", &f.Scope}, {"arrangement", &f.Arrangement},
	}
}

// Fields binds the fields of a series.
func (s *Series) Fields() []Bound {
	return []Bound{
		{"category", &s.Category}, {"method", &s.Method}, {"scheme", &s.Scheme}, {"languages", &s.Languages},
		{"note", &s.Note}, {"holds", &s.Holds}, {"arranged", &s.Arranged}, {"scope", &s.Scope},
	}
}

// Fields binds the fields of a volume, box or album.
func (c *Container) Fields() []Bound {
	return []Bound{
		{"number", &c.Number}, {"author", &c.Author}, {"date_begin", &c.DateBegin}, {"date_end", &c.DateEnd},
		{"page_count", &c.PageCount}, {"note", &c.Note}, {"class_name", &c.ClassName}, {"org", &c.Org},
		{"item_count", &c.ItemCount}, {"item_from", &c.ItemFrom}, {"item_to", &c.ItemTo},
		{"filing_no", &c.FilingNo}, {"spine", &c.Spine}, {"carrier", &c.Carrier}, {"size", &c.Size},
		{"microfilm", &c.Microfilm}, {"see_also", &c.SeeAlso}, {"arranged_by", &c.ArrangedBy},
		{"arranged_on", &c.ArrangedOn}, {"checked_by", &c.CheckedBy}, {"checked_on", &c.CheckedOn},
		{"condition", &c.Condition},
	}
}

// Fields binds the fields of all single records.
func (i *Item) Fields() []Bound {
	return []Bound{
		{"number", &i.Number}, {"box", &i.Box}, {"author", &i.Author}, {"doc_no", &i.DocNo},
		{"persons", &i.Persons}, {"page_count", &i.PageCount}, {"page_no", &i.PageNo}, {"note", &i.Note},
		{"org", &i.Org}, {"genre", &i.Genre}, {"draft", &i.Draft}, {"annexes", &i.Annexes},
		{"addressees", &i.Addressees}, {"copies_to", &i.CopiesTo}, {"keywords", &i.Keywords},
		{"class_no", &i.ClassNo}, {"quantity", &i.Quantity}, {"unit", &i.Unit}, {"carrier", &i.Carrier},
		{"size", &i.Size}, {"disclosure", &i.Disclosure}, {"see_also", &i.SeeAlso},
	}
}

// Fields binds the fields of a photo.
func (p *Photo) Fields() []Bound {
	return append(p.Item.Fields(), []Bound{
		{"group_no", &p.GroupNo}, {"group_mark", &p.GroupMark}, {"negative_no", &p.NegativeNo},
		{"event", &p.Event}, {"place", &p.Place}, {"background", &p.Background}, {"caption", &p.Caption},
		{"colour", &p.Colour}, {"exif", &p.EXIF},
	}...)
}

// Fields binds the fields of an object.
func (o *Object) Fields() []Bound {
	return append(o.Item.Fields(), []Bound{
		{"object_kind", &o.ObjectKind}, {"awarded_by", &o.AwardedBy}, {"recipient", &o.Recipient},
		{"level", &o.Level}, {"material", &o.Material}, {"condition", &o.Condition}, {"photo_code", &o.PhotoCode},
	}...)
}

// Fields binds the fields of a book.
func (b *Book) Fields() []Bound {
	return append(b.Item.Fields(), []Bound{
		{"call_no", &b.CallNo}, {"subtitle", &b.Subtitle}, {"publisher", &b.Publisher}, {"place", &b.Place},
		{"edition", &b.Edition}, {"isbn", &b.ISBN}, {"price", &b.Price}, {"source", &b.Source},
		{"acquired_on", &b.AcquiredOn},
	}...)
}

// Fields binds the fields of a recording.
func (a *AV) Fields() []Bound {
	return append(a.Item.Fields(), []Bound{
		{"place", &a.Place}, {"duration", &a.Duration}, {"original", &a.Original}, {"device", &a.Device},
		{"standard", &a.Standard}, {"language", &a.Language}, {"format", &a.Format}, {"codec", &a.Codec},
		{"bitrate", &a.Bitrate}, {"sample_rate", &a.SampleRate}, {"resolution", &a.Resolution},
		{"frame_rate", &a.FrameRate}, {"channels", &a.Channels}, {"caption", &a.Caption},
	}...)
}

// Fields binds the fields of a paper of a fonds dossier.
func (d *Dossier) Fields() []Bound {
	return append(d.Item.Fields(), []Bound{
		{"grouping", &d.Group},
	}...)
}

// Field finds a field of a record by name, among those of all kinds and its own.
func Field(r Record, name string) (Bound, bool) {
	for _, list := range [][]Bound{r.Common().Described(), r.Fields()} {
		for _, b := range list {
			if b.Name == name {
				return b, true
			}
		}
	}
	return Bound{}, false
}

// Text is a field as it is written: "" for a number that is not stated, the group of a class.
func (b Bound) Text() string {
	v := reflect.ValueOf(b.Value).Elem()
	if v.Kind() == reflect.String {
		return v.String()
	}
	n := v.Int()
	if class, ok := b.Value.(*AccessClass); ok {
		n = int64(class.Group())
	}
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// Set writes a field from text. What is no whole number from 0 up is Invalid for a
// field that counts.
func (b Bound) Set(text string) error {
	v := reflect.ValueOf(b.Value).Elem()
	if v.Kind() == reflect.String {
		v.SetString(text)
		return nil
	}
	n := int64(0)
	if text != "" {
		var err error
		if n, err = strconv.ParseInt(text, 10, 63); err != nil || n < 0 {
			return Errorf(Invalid, "read number", text, "not a whole number from 0 up")
		}
	}
	if class, ok := b.Value.(*AccessClass); ok {
		if n >= AccessGroups {
			return Errorf(Invalid, "read number", text, "a group is from 0 to %d", AccessGroups-1)
		}
		n = int64(class.InGroup(int(n)))
	}
	v.SetInt(n)
	return nil
}
