package idle

import (
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/screensaver"
	"github.com/jezek/xgb/xproto"
)

// since asks the X server, which keeps count for screen savers. It is asked so seldom that
// a connection of its own each time costs nothing.
func since() (time.Duration, bool) {
	c, err := xgb.NewConn()
	if err != nil {
		return 0, false
	}
	defer c.Close()
	if err := screensaver.Init(c); err != nil {
		return 0, false
	}
	root := xproto.Setup(c).DefaultScreen(c).Root
	r, err := screensaver.QueryInfo(c, xproto.Drawable(root)).Reply()
	if err != nil {
		return 0, false
	}
	return time.Duration(r.MsSinceUserInput) * time.Millisecond, true
}
