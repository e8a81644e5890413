package offsite

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"
	"time"

	"lantai/archive"
)

//go:embed readme.txt
var readmeText string

var readmeForm = template.Must(template.New("readme").Parse(readmeText))

// readme is what somebody reads who has found the medium and knows nothing of Lantai.
func readme(a Archive, t archive.Target, medium archive.Carrier) []byte {
	var b strings.Builder
	err := readmeForm.Execute(&b, map[string]any{
		"Name": a.Name, "Target": t.Name, "Number": medium.Number, "Disks": t.Kind == archive.TargetDisks,
		"Made": time.UnixMilli(medium.Made).UTC().Format("2006-01-02"), "Class": a.Class.String(), "Mark": a.Class.Mark(),
	})
	if err != nil {
		return []byte(fmt.Sprint(err)) // a fault of the form itself, which a test sees
	}
	return []byte(strings.ReplaceAll(b.String(), "\n", "\r\n"))
}
