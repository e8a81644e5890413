package custody

import (
	"context"

	"fyne.io/fyne/v2/widget"

	"lantai/app/parts"
	"lantai/app/task"
	"lantai/app/words"
	"lantai/archive"
)

// namedAtOnce is how many findings are named before their rows are written.
const namedAtOnce = 500

// save writes the list in view into a table.
func (d *detail) save(t Target) {
	heads, name := []string{"custody.fault", "custody.code", "custody.page", "custody.number", "custody.path"}, "custody.found.file"
	rows := d.foundRows(*d.finds.list.Load())
	if d.now == listFailed {
		heads, name = []string{"custody.reason", "custody.path"}, "custody.failed.file"
		failed := d.fails.of[t.ID]
		rows = func(_ context.Context, write func(...string) error) error {
			for _, f := range failed {
				if err := write(failedCells(f)...); err != nil {
					return err
				}
			}
			return nil
		}
	}
	for i, h := range heads {
		heads[i] = words.T(h)
	}
	o := parts.ChooseOptions{Title: words.T("custody.export"), Files: []string{".csv"}, Memory: d.deps.Memory,
		Save: d.deps.Class.MarkedName(words.T(name, words.Args{"Name": t.Name})) + ".csv"}
	parts.Choose(d.deps.Runner, d.deps.Window, o, func(path string) {
		task.Run(d.deps.Runner, words.T("custody.exporting"), func(ctx context.Context, _ func(archive.Progress)) (struct{}, error) {
			err := parts.WriteTable(path, d.deps.Class, func(write func(...string) error) error {
				if err := write(heads...); err != nil {
					return err
				}
				return rows(ctx, write)
			})
			if err != nil {
				return struct{}{}, err
			}
			return struct{}{}, d.deps.Wrote(ctx, path)
		}, func(_ struct{}, err error) {
			o := outcome{err: err, importance: widget.SuccessImportance}
			if err == nil {
				o.text = words.T("intake.exported", words.Args{"Path": path})
			}
			d.tell(t.ID, o)
		})
	})
}

// foundRows gives the rows of findings.
func (d *detail) foundRows(list []Finding) func(context.Context, func(...string) error) error {
	return func(ctx context.Context, write func(...string) error) error {
		for len(list) > 0 {
			some := list[:min(namedAtOnce, len(list))]
			list = list[len(some):]
			names, err := d.deps.Archive.Names(ctx, some)
			if err != nil {
				return err
			}
			for i, f := range some {
				if err := write(foundCells(f, names[i])...); err != nil {
					return err
				}
			}
		}
		return nil
	}
}
