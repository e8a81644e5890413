package station

import (
	"context"
	"slices"
	"strconv"

	"lantai/archive"
	"lantai/archive/arrange"
	"lantai/archive/refcode"
	"lantai/archive/store"
)

// SettingWords is the setting that holds the vocabularies of the elements of codes.
const SettingWords = "code.words"

// Words are what the archive lets the elements of its codes be (rule C04).
func (s *Station) Words(ctx context.Context) (refcode.Vocabulary, error) {
	text, err := s.Catalogue.Setting(ctx, SettingWords)
	if err != nil {
		return nil, err
	}
	v, err := refcode.ReadVocabulary(text)
	return v, archive.Wrap("read setting", SettingWords, err)
}

// SeenWords are those of Words that are of every fonds, or of one that may be seen.
func (s *Station) SeenWords(ctx context.Context) (refcode.Vocabulary, error) {
	v, err := s.Words(ctx)
	if err != nil {
		return nil, err
	}
	fonds, err := s.Catalogue.Fonds(ctx, s.Sight())
	return slices.DeleteFunc(v, func(w refcode.Word) bool {
		return w.Fonds != "" && !slices.ContainsFunc(fonds, func(f archive.Fonds) bool { return f.Code == w.Fonds })
	}), err
}

// AddWord adds a word, in place of one for the same element, code and fonds.
func (s *Station) AddWord(ctx context.Context, actor archive.Actor, w refcode.Word) error {
	if err := w.Check(); err != nil {
		return err
	}
	return s.changeWords(ctx, actor, func(v refcode.Vocabulary) (refcode.Vocabulary, error) {
		return append(slices.DeleteFunc(v, w.Same), w), nil
	})
}

// RemoveWord takes a word away; NotFound where there is none.
func (s *Station) RemoveWord(ctx context.Context, actor archive.Actor, w refcode.Word) error {
	return s.changeWords(ctx, actor, func(v refcode.Vocabulary) (refcode.Vocabulary, error) {
		left := slices.DeleteFunc(slices.Clone(v), w.Same)
		if len(left) == len(v) {
			return nil, archive.Errorf(archive.NotFound, "remove word", w.Code, "no such word of %s", w.Element)
		}
		return left, nil
	})
}

func (s *Station) changeWords(ctx context.Context, actor archive.Actor, change func(refcode.Vocabulary) (refcode.Vocabulary, error)) error {
	v, err := s.Words(ctx)
	if err == nil {
		v, err = change(v)
	}
	if err != nil {
		return err
	}
	_, err = s.Catalogue.Do(ctx, actor, archive.OpSettingEdit, func(tx *store.Tx) error { return tx.Set(SettingWords, v.JSON()) })
	return err
}

// Vocabulary is Words as checking takes it; nil when there are none.
func (s *Station) Vocabulary(ctx context.Context) (arrange.Vocabulary, error) {
	v, err := s.Words(ctx)
	if err != nil || len(v) == 0 {
		return nil, err
	}
	return func(fonds archive.Fonds, element string, year int) []string {
		return v.Allowed(fonds.Code, element, year)
	}, nil
}

// inVocabulary refuses a code whose elements are not from their lists.
func (s *Station) inVocabulary(ctx context.Context, scheme refcode.Scheme, elements refcode.Values, code string) error {
	v, err := s.Words(ctx)
	if err != nil || len(v) == 0 {
		return err
	}
	year, _ := strconv.Atoi(elements[refcode.Year]) // none: any year
	if list := scheme.Unlisted(elements, func(e string) []string { return v.Allowed(elements[refcode.FondsNo], e, year) }); len(list) > 0 {
		return archive.WrapAs(archive.Invalid, "read code", code, refcode.Problems(list))
	}
	return nil
}
