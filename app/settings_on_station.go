package app

import (
	"context"
	"strconv"

	"fyne.io/fyne/v2"

	"lantai/app/settings"
	"lantai/app/theme"
	"lantai/app/words"
	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
	"lantai/archive/store"
)

// recognition keeps the settings of recognition in the archive's catalogue.
type recognition struct{ station *station.Station }

// Read reads the settings.
func (r recognition) Read(ctx context.Context) (settings.Recognition, error) {
	all, err := r.station.Catalogue.Settings(ctx)
	if err != nil {
		return settings.Recognition{}, err
	}
	got := settings.Recognition{Program: all[station.SettingProgram], Command: all[station.SettingCommand],
		Languages: all[station.SettingLanguages]}
	got.Workers, _ = strconv.Atoi(all[station.SettingWorkers]) // never set: one per core
	if got.Languages == "" {
		got.Languages = "chi_sim"
	}
	return got, nil
}

// Probe starts the engine.
func (r recognition) Probe(ctx context.Context, s settings.Recognition) (settings.Engine, error) {
	e, err := station.Engine(ctx, s.Program, s.Command)
	if err != nil {
		return settings.Engine{}, err
	}
	d, err := e.Describe(ctx)
	if err != nil {
		return settings.Engine{}, err
	}
	got := settings.Engine{Name: d.Name, Version: d.Version, Program: d.Program}
	for _, m := range d.Models {
		got.Models = append(got.Models, m.Name)
	}
	return got, nil
}

// Save writes the settings and takes them into use.
func (r recognition) Save(ctx context.Context, s settings.Recognition) error {
	workers := ""
	if s.Workers > 0 {
		workers = strconv.Itoa(s.Workers)
	}
	_, err := r.station.Catalogue.Do(ctx, r.station.Actor(), archive.OpSettingEdit, func(tx *store.Tx) error {
		for _, kv := range [][2]string{{station.SettingProgram, s.Program}, {station.SettingCommand, s.Command},
			{station.SettingLanguages, s.Languages}, {station.SettingWorkers, workers}} {
			if err := tx.Set(kv[0], kv[1]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return r.station.Reload(ctx)
}

// windowChoices are the choices of the person at this computer.
type windowChoices struct{ program *Program }

// Language is the language in use.
func (windowChoices) Language() string { return words.T("language.code") }

// SetLanguage chooses the language of the next start.
func (w windowChoices) SetLanguage(code string) { w.program.Memory.SetString(prefLanguage, code) }

// Dark tells whether the dark looks are on.
func (w windowChoices) Dark() bool {
	return w.program.Memory.StringWithFallback(prefLook, "") == string(theme.Dark)
}

// SetDark turns the dark looks on or off at once.
func (w windowChoices) SetDark(dark bool) {
	look := theme.Light
	if dark {
		look = theme.Dark
	}
	w.program.Memory.SetString(prefLook, string(look))
	fyne.CurrentApp().Settings().SetTheme(theme.New(look))
}

// newSettings makes the screen 系统设置.
func newSettings(p *Program) Screen {
	return settings.New(settings.Deps{Runner: p.Runner, Canvas: p.Shell.Window(), Settings: recognition{p.Station},
		Window: windowChoices{p}, Roots: storageRoots{p.Station}, Disks: disksOf(p.Station), Fixity: fixityOf{p.Station}, Memory: p.Memory, Home: p.Station.Home.Dir(), Version: p.Options.Version,
		ReadOnly: !p.edits() && !p.Rights.Can(access.Administer)})
}
