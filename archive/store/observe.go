package store

import (
	"encoding/json"

	"lantai/archive"
)

// nounEvent is the noun of what happened and changed nothing: a view, a print, a sign-in.
const nounEvent = "event"

// Observe notes in the log what happened to a record, page or text, or (zero) to none of
// them. details are short: what was searched, how many were exported.
func (t *Tx) Observe(subject archive.ID, details map[string]string) error {
	if details == nil {
		details = map[string]string{}
	}
	after, err := json.Marshal(details)
	if err != nil {
		return fault("note event", subject.String(), err)
	}
	return t.log(nounEvent, subject, "", string(after))
}
