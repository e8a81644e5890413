package main

import (
	"context"
	"time"

	"lantai/archive/store"
	"lantai/assets/lang"
)

func declassifyCommand() command {
	return command{name: "declassify", args: "", run: runDeclassify}
}

// runDeclassify lists the records whose term of secrecy has passed (解密待审). It changes
// nothing.
func runDeclassify(ctx context.Context, c *call) (int, error) {
	s, err := c.openLight(ctx)
	if err != nil {
		return exitFailed, err
	}
	defer c.close(s)
	due, unclear := []store.Expiring{}, []store.Expiring{}
	err = s.Catalogue.EachPassed(ctx, s.Sight(), time.Now(), func(e store.Expiring) error {
		key, list := "ctl.declassify.line", &due
		if e.Ends == "" {
			key, list = "ctl.declassify.unclear", &unclear
		}
		*list = append(*list, e)
		if !c.json {
			c.say(key, lang.Args{"Code": e.Code, "Title": e.Title, "Level": e.Secrecy, "Term": e.Term, "Ends": e.Ends})
		}
		return nil
	})
	if err != nil {
		return exitFailed, err
	}
	if c.json {
		c.print(map[string]any{"due": due, "unclear": unclear})
		return exitDone, nil
	}
	c.say("ctl.declassify.total", lang.Args{"Due": len(due), "Unclear": len(unclear)})
	return exitDone, nil
}
