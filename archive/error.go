package archive

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"
)

// ErrorKind says what sort of thing went wrong, so that a screen can say what is
// safe and what to do.
type ErrorKind string

// The kinds of error.
const (
	Invalid     ErrorKind = "invalid"     // the input does not fit the rules
	NotFound    ErrorKind = "not-found"   // no such record, page or file
	Conflict    ErrorKind = "conflict"    // exists already with other content, or changed since it was read
	Busy        ErrorKind = "busy"        // somebody else holds it; try again
	NotAllowed  ErrorKind = "not-allowed" // the actor has no right to it
	Damaged     ErrorKind = "damaged"     // stored data differ from what was written
	Unavailable ErrorKind = "unavailable" // a program, disk or server that is needed is not there
	NoAccess    ErrorKind = "no-access"   // the operating system lets us not read or write there, or the disk is read-only
	NoSpace     ErrorKind = "no-space"    // the disk is full
	TooNew      ErrorKind = "too-new"     // written by a newer program
	Refused     ErrorKind = "refused"     // the input was looked at and not taken, with a Reason
	Stopped     ErrorKind = "stopped"     // ended on request; not a fault
	Internal    ErrorKind = "internal"    // anything else
)

// Error carries what was being done, what sort of thing went wrong, and to what.
type Error struct {
	Op      string    // lower-case verb phrase: "open catalogue"
	Kind    ErrorKind // never empty
	Subject string    // a 档号, path or id; may be empty
	Err     error     // the cause; may be nil
}

// Error gives the English form, for logs and for the details a person folds out.
func (e *Error) Error() string {
	s := e.Op
	if e.Subject != "" {
		s += " " + e.Subject
	}
	s += ": " + string(e.Kind)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Wrap adds operation and subject to err; it returns nil for nil. The kind is kept
// where err has one, Stopped for a cancelled context, otherwise it is Internal.
func Wrap(op, subject string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Op: op, Kind: KindOf(err), Subject: subject, Err: err}
}

// WrapAs is Wrap with the kind given.
func WrapAs(kind ErrorKind, op, subject string, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Op: op, Kind: kind, Subject: subject, Err: err}
}

// Errorf makes an error of a kind with its cause in words.
func Errorf(kind ErrorKind, op, subject, format string, args ...any) error {
	return &Error{Op: op, Kind: kind, Subject: subject, Err: fmt.Errorf(format, args...)}
}

// KindOf tells the kind of an error; "" for nil.
func KindOf(err error) ErrorKind {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Kind
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Stopped
	}
	return Internal
}

// Barred tells whether the operating system refused to read or write: this user has no
// right to it, or the disk is read-only. Such an error is of kind NoAccess.
func Barred(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

// ErrRootAbsent is the cause inside an Unavailable error when an original lies on a
// storage root that is not connected: a state, nothing is wrong with the original.
var ErrRootAbsent = errors.New("its storage root is not connected")

// Reason is a code for why a file or page was refused. Screens and the command
// line have a sentence for each.
type Reason string

// The reasons for refusing a file or page.
const (
	ReasonUnsupported Reason = "unsupported" // a kind of file that is not read
	ReasonEmpty       Reason = "empty"       // no bytes, or an image without pixels
	ReasonDamaged     Reason = "damaged"     // cut off, or not what its header says
	ReasonTooLarge    Reason = "too-large"   // more pixels than the program will open
	ReasonUnreadable  Reason = "unreadable"  // the disk or the rights did not let us read it
	ReasonConflict    Reason = "conflict"    // another original stands under this name
	ReasonChanging    Reason = "changing"    // still being written
	ReasonEncrypted   Reason = "encrypted"   // needs a password, or is encrypted without one
	ReasonTextAlone   Reason = "text-alone"  // a text file without a page it belongs to
	ReasonTextPages   Reason = "text-pages"  // a text file with more or fewer pages than its images
	ReasonTextCode    Reason = "text-code"   // a text file in no encoding that is known
	ReasonEngine      Reason = "engine"      // recognition failed on this page
	ReasonAltered     Reason = "altered"     // an original on a storage root is not as it was registered
	ReasonVanished    Reason = "vanished"    // an original is no longer where it was registered
	ReasonName        Reason = "name"        // a name that cannot be kept as it is
	ReasonQuarantined Reason = "quarantined" // put aside as a suspected state secret
	ReasonSecret      Reason = "secret"      // a state secret, in an ordinary archive
	ReasonAboveClass  Reason = "above-class" // a state secret higher than the class of the archive
	ReasonPlaceholder Reason = "placeholder" // would be added to a record that stands for a state secret
	ReasonClass       Reason = "class"       // lantai.json and the catalogue name different classes of archive
)

// Refusal is the cause inside a Refused error.
type Refusal struct {
	Reason Reason
	Detail string // English, for the log
}

// Error gives the English form.
func (r *Refusal) Error() string {
	if r.Detail == "" {
		return string(r.Reason)
	}
	return string(r.Reason) + ": " + r.Detail
}

// Refuse makes a Refused error.
func Refuse(op, subject string, reason Reason, format string, args ...any) error {
	return &Error{Op: op, Kind: Refused, Subject: subject, Err: &Refusal{reason, fmt.Sprintf(format, args...)}}
}

// ReasonOf finds the reason in an error, or "" if it has none.
func ReasonOf(err error) Reason {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Reason
	}
	return ""
}
