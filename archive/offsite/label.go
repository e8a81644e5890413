package offsite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"

	"lantai/archive"
	"lantai/archive/offsite/place"
)

// Format is the version of what lies at a target.
const Format = 1

// Label says what a medium is. It lies at its top, and the medium is recognised by it
// wherever it is connected.
type Label struct {
	Format  int             `json:"format"`
	Archive string          `json:"archive"` // its id in lantai.json
	Name    string          `json:"name"`    // of the archive
	Class   archive.Secrecy `json:"class,omitempty"`
	Target  archive.ID      `json:"target"`
	Title   string          `json:"target_name"`
	Carrier archive.ID      `json:"carrier"`
	Number  int             `json:"number"` // in the target, from 1
	Set     archive.CopySet `json:"set"`
	Made    int64           `json:"made"` // Unix milliseconds, UTC
}

// State says how far the copies on a medium go. It is replaced by rename.
type State struct {
	Format   int              `json:"format"`
	Archive  string           `json:"archive"`
	Carrier  archive.ID       `json:"carrier"`
	Time     int64            `json:"time"`     // when this was written, Unix milliseconds, UTC
	Station  int              `json:"station"`  // which wrote it
	Complete bool             `json:"complete"` // all that could be copied then lies on the target
	Through  int64            `json:"through"`  // time up to which that was ever so; 0: never
	Files    int              `json:"files"`    // on the whole target
	Bytes    int64            `json:"bytes"`
	Looking  bool             `json:"looking,omitempty"` // what lies here is being looked at, and its list written anew
	Manifest int64            `json:"manifest"`          // bytes of manifest-sha256.txt that count
	Digest   string           `json:"manifest_sha256"`   // of these bytes
	Lists    map[string]int64 `json:"lists"`             // of the other lists
	Listed   int64            `json:"listed"`            // bytes of the manifest that are in the other lists
	Moves    int64            `json:"moves"`             // bytes of the home's moves.tsv that were looked at
	Snapshot string           `json:"snapshot"`          // folder of the newest catalogue
	Log      map[int]int      `json:"log"`               // ops of each station's log that it has
	Texts    []string         `json:"texts"`             // files of texts, to be put together in this order
	TextsTo  int64            `json:"texts_to"`          // texts saved before this time are in them
	Waiting  Waiting          `json:"waiting"`
}

// Waiting counts what was not copied, and why.
type Waiting struct {
	Unhashed    int `json:"unhashed"`    // has no digest yet
	Away        int `json:"away"`        // its storage root is not connected
	Failed      int `json:"failed"`      //
	Quarantined int `json:"quarantined"` // is never copied
}

// most bytes that a label or a state has.
const smallFile = 16 << 20

// readJSON reads a small file at a place, and gives its digest; NotFound without one, Damaged when it is
// no such file.
func readJSON(ctx context.Context, p place.Place, path string, into any) (digest string, err error) {
	r, err := p.Open(ctx, path)
	if err != nil {
		return "", err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, smallFile))
	if err != nil {
		return "", archive.Wrap("read "+path, "", err)
	}
	sum := sha256.Sum256(b)
	if err := json.Unmarshal(b, into); err != nil {
		return "", archive.WrapAs(archive.Damaged, "read "+path, "", err)
	}
	return hex.EncodeToString(sum[:]), nil
}

// encode gives a small file and its digest.
func encode(v any) (b []byte, digest string, err error) {
	b, err = json.MarshalIndent(v, "", "  ")
	b = append(b, '\n')
	sum := sha256.Sum256(b)
	return b, hex.EncodeToString(sum[:]), err
}

// ReadLabel reads the label of a medium; NotFound where there is none, TooNew for one of a newer program.
func ReadLabel(ctx context.Context, p place.Place) (Label, error) {
	var l Label
	_, err := readJSON(ctx, p, LabelFile, &l)
	if err == nil && l.Format > Format {
		err = archive.Errorf(archive.TooNew, "read label", l.Title, "format %d", l.Format)
	}
	return l, err
}
