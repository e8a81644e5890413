package ocr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"lantai/archive"
)

var (
	rotateLine     = regexp.MustCompile(`(?m)^Rotate: (\d+)\s*$`)
	confidenceLine = regexp.MustCompile(`(?m)^Orientation confidence: ([0-9.]+)\s*$`)
)

// Orientation tells by how many degrees clockwise, 0, 90, 180 or 270, an image must
// be turned to stand upright, and how sure that is (Tesseract's own figure: below 2
// it is a guess, above 10 safe). An image with too few characters has turn 0 and
// confidence 0. It needs the model osd and returns Unavailable without it.
func (t *Tesseract) Orientation(ctx context.Context, image string) (turn int, confidence float64, err error) {
	if _, err := t.model("osd"); err != nil {
		return 0, 0, err
	}
	args := []string{filepath.Base(image), "stdout", "-l", "osd", "--psm", "0"}
	if t.opt.Tessdata != "" {
		args = append(args, "--tessdata-dir", t.opt.Tessdata)
	}
	limited, cancel := context.WithTimeout(ctx, t.opt.Patience)
	defer cancel()
	cmd := exec.CommandContext(limited, t.program, args...)
	cmd.Dir, cmd.Env = filepath.Dir(image), environment()
	notes := &notes{begun: -1}
	cmd.Stderr = notes
	var out bytes.Buffer
	if err := run(cmd, t.opt.Foreground, &out); err != nil {
		if ctx.Err() != nil {
			return 0, 0, archive.Wrap("find orientation", image, ctx.Err())
		}
		if errors.Is(err, errStart) {
			return 0, 0, archive.WrapAs(archive.Unavailable, "find orientation", t.program, err)
		}
		if strings.Contains(notes.tail(), "Too few characters") {
			return 0, 0, nil
		}
		return 0, 0, refuse(Request{Image: image}, fmt.Sprintf("%v: %s", err, notes.tail()))
	}
	rotate := rotateLine.FindStringSubmatch(out.String())
	sure := confidenceLine.FindStringSubmatch(out.String())
	if rotate == nil || sure == nil {
		return 0, 0, nil
	}
	turn, _ = strconv.Atoi(rotate[1])
	confidence, _ = strconv.ParseFloat(sure[1], 64)
	if turn%90 != 0 || turn >= 360 {
		return 0, 0, nil
	}
	return turn, confidence, nil
}
