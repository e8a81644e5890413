package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"lantai/archive"
	"lantai/archive/access"
	"lantai/archive/station"
)

// needs says which rights each command takes, any of them; none: it works without signing
// in. What it touches is then decided record by record.
func needs(name string) ([]access.Action, bool) {
	anyone := []access.Action{access.SeeRow, access.Administer, access.People, access.Audit}
	table := map[string][]access.Action{
		"init": nil, "outputs": nil, "version": nil,
		"fonds": {access.SeeRow}, "series": {access.SeeRow}, "ledger": {access.SeeRow}, "group": {access.SeeRow},
		"item": {access.SeeRow}, "container": {access.SeeRow}, "photo": {access.SeeRow},
		"object": {access.SeeRow}, "book": {access.SeeRow}, "av": {access.SeeRow}, "dossier": {access.SeeRow},
		"ingest": {access.Edit}, "root": {access.Administer, access.Edit}, "hash": {access.Administer, access.Edit},
		"queue": {access.Administer, access.Edit}, "attach": {access.Edit}, "link": {access.Edit}, "retry": {access.Edit},
		"recognise": {access.Edit}, "status": anyone, "declassify": {access.SeeRow}, "quarantine": {access.Edit, access.Approve},
		"search": {access.SeeRow}, "show": {access.SeeRow}, "text": {access.ReadText}, "history": {access.SeeRow},
		"import": {access.Edit}, "export": {access.Export}, "code": {access.Edit}, "words": {access.Edit}, "trash": {access.Edit},
		"undo": {access.Edit}, "rebuild": {access.Administer, access.Edit}, "verify": {access.Administer, access.Edit}, "fixity": {access.Administer, access.Edit},
		"target": {access.Export}, "medium": {access.Export}, "backup": {access.Export}, "repair": {access.Export}, "drill": {access.Export}, "restore": nil,
		"sample": {access.Edit}, "audit": nil, "purge": {access.Destroy}, "person": {access.People, access.Approve},
	}
	list, ok := table[name]
	return list, ok
}

// signIn makes the person of --as the actor, and refuses what they have no right to.
func (c *call) signIn(ctx context.Context, s *station.Station) error {
	const doing = "sign in"
	list, listed := needs(c.name)
	any, err := s.HasPeople(ctx)
	switch {
	case err != nil:
		return err
	case !any && c.as != "":
		return archive.Errorf(archive.Invalid, doing, c.as, "the archive has no accounts")
	case !any:
		return nil
	case !listed: // nobody has said who may
		return archive.WrapAs(archive.NotAllowed, doing, c.name, &access.Refusal{Because: access.ByRole})
	case c.as == "" && len(list) == 0:
		return nil
	case c.as == "":
		return archive.WrapAs(archive.NotAllowed, doing, "", &access.Refusal{Action: list[0], Because: access.NotSignedIn})
	}
	password, err := c.password(c.passwordFD, "ctl.password.ask")
	if err != nil {
		return err
	}
	if err := s.SignIn(ctx, c.as, password); err != nil || len(list) == 0 {
		return err
	}
	return s.Allow(ctx, "lantaictl "+c.name, list...)
}

// password reads one line: from a file descriptor, or from the terminal without showing it.
func (c *call) password(fd int, ask string) (string, error) {
	const doing = "read password"
	in := c.in
	switch {
	case fd > 0:
		f := os.NewFile(uintptr(fd), "password")
		if f == nil {
			return "", archive.Errorf(archive.Invalid, doing, fmt.Sprint(fd), "no such file descriptor")
		}
		defer f.Close()
		in = f
	case fd < 0:
		keyboard, ok := c.in.(*os.File)
		if !ok || !term.IsTerminal(int(keyboard.Fd())) {
			return "", archive.Errorf(archive.Invalid, doing, "", "no terminal to ask at; give --password-fd")
		}
		fmt.Fprint(c.err, c.words.T(ask, nil))
		text, err := term.ReadPassword(int(keyboard.Fd()))
		fmt.Fprintln(c.err)
		return string(text), archive.Wrap(doing, "", err)
	}
	line, err := bufio.NewReader(io.LimitReader(in, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", archive.WrapAs(archive.Invalid, doing, "", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}
