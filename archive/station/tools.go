package station

import (
	"context"
	"strconv"

	"lantai/archive"
	"lantai/archive/ingest"
	"lantai/archive/ocr"
)

// The settings of recognition, kept in the catalogue.
const (
	SettingProgram   = "ocr.program"   // path of Tesseract; empty: found by itself
	SettingCommand   = "ocr.command"   // another engine: command line, image path in, TSV out
	SettingLanguages = "ocr.languages" // "chi_sim", "chi_sim+eng", …
	SettingWorkers   = "ocr.workers"   // processes at a time; 0: one per core
)

// tools readies what the settings name. An engine that is not there is a state, not
// an error: pages are received and wait.
func (s *Station) tools(ctx context.Context) (ingest.Tools, error) {
	set, err := s.Catalogue.Settings(ctx)
	if err != nil {
		return ingest.Tools{}, err
	}
	t := ingest.Tools{Languages: set[SettingLanguages]}
	t.Workers, _ = strconv.Atoi(set[SettingWorkers]) // anything else: one per core
	engine, err := Engine(ctx, set[SettingProgram], set[SettingCommand])
	switch archive.KindOf(err) {
	case "":
		t.Engine = engine
	case archive.Unavailable:
		s.opt.Log.Warn("recognition is not available", "error", err)
	default:
		return ingest.Tools{}, err
	}
	return t, nil
}

// Engine readies the engine that two settings name. It returns an Unavailable error
// where the program is not there.
func Engine(ctx context.Context, program, command string) (ocr.Engine, error) {
	if command != "" {
		return ocr.NewCommand(command)
	}
	return ocr.FindTesseract(ctx, ocr.Options{Program: program})
}

// Reload takes settings of recognition that were changed into use.
func (s *Station) Reload(ctx context.Context) error {
	if s.Pipeline == nil {
		return nil
	}
	t, err := s.tools(ctx)
	if err != nil {
		return err
	}
	s.Pipeline.Use(t)
	return nil
}
