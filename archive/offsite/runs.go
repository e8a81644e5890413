package offsite

import (
	"context"
	"encoding/json"

	"lantai/archive"
	"lantai/archive/access"
)

// PastRun is a run as the log has it.
type PastRun struct {
	Target   archive.ID        `json:"-"`
	Time     int64             `json:"-"` // when it was noted, Unix milliseconds
	Copied   int               `json:"copied,string"`
	Bytes    int64             `json:"bytes,string"`
	Failed   int               `json:"failed,string"`
	Complete bool              `json:"complete,string"`
	Ended    archive.ErrorKind `json:"ended"` // empty: by itself
	Millis   int64             `json:"ms,string"`
}

// runsRead is how many earlier runs, of all targets, are read.
const runsRead = 100

// Runs lists the last runs of all targets, the newest first.
func (c *Copier) Runs(ctx context.Context) ([]PastRun, error) {
	ops, err := c.opt.Catalogue.Ops(ctx, 0, runsRead, archive.OpBackup)
	if err != nil {
		return nil, err
	}
	var list []PastRun
	for _, op := range ops {
		changes, err := c.opt.Catalogue.FirstChanges(ctx, access.All(), op.ID, 1)
		if err != nil {
			return nil, err
		}
		for _, ch := range changes {
			r := PastRun{Target: ch.ID, Time: op.Time}
			if json.Unmarshal([]byte(ch.After), &r) == nil {
				list = append(list, r)
			}
		}
	}
	return list, nil
}
