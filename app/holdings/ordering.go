package holdings

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lantai/app/parts"
	"lantai/app/words"
)

// askOrder asks for the keys that the list is ordered by.
func (l *listPane) askOrder() {
	if len(l.view.Fields) == 0 {
		return
	}
	fields, now := l.view.listing(), l.keys(l.view)
	labels := []string{words.T("holdings.sort.none")}
	for _, f := range fields {
		labels = append(labels, f.label())
	}
	chosen := make([]int, mostKeys) // places in labels
	desc := make([]bool, mostKeys)
	var rows []fyne.CanvasObject
	for i := range mostKeys {
		if i < len(now) {
			chosen[i] = 1 + slices.IndexFunc(fields, func(f Field) bool { return f.Name == now[i].Field })
			desc[i] = now[i].Desc
		}
		key := parts.NewSelect(labels, func(n int) { chosen[i] = n })
		key.SetSelectedIndex(chosen[i])
		way := parts.NewSelect([]string{words.T("holdings.sort.up"), words.T("holdings.sort.down")}, func(n int) { desc[i] = n == 1 })
		way.SetSelectedIndex(map[bool]int{true: 1}[desc[i]])
		rows = append(rows, parts.NewField(words.T("holdings.sort.key", words.Args{"N": words.Number(i + 1)}), key),
			parts.NewField(words.T("holdings.sort.way"), way))
	}
	buttons := parts.Dialog(l.deps.Window, words.T("holdings.sort"), parts.Sized(container.NewVBox(parts.NewForm(2, rows...)), 460, 210),
		parts.Answer{Label: words.T("holdings.cancel")}, parts.Answer{Label: words.T("holdings.sort"), Do: func() {
			var order []Order
			for i, n := range chosen {
				if n > 0 && !slices.ContainsFunc(order, func(o Order) bool { return o.Field == fields[n-1].Name }) {
					order = append(order, Order{fields[n-1].Name, desc[i]})
				}
			}
			if len(order) == 0 {
				order = []Order{{Field: FieldCode}}
			}
			l.setOrder(order)
			l.table.Focus()
		}})
	l.deps.Window.Canvas().Focus(buttons[1])
}
