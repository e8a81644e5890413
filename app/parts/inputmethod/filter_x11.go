//go:build linux && cgo

package inputmethod

/*
#cgo LDFLAGS: -lX11 -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <string.h>
#include <X11/Xlib.h>

// The program's own definitions come before the shared library's, so the window
// library's calls arrive here and the real functions are next in line.
#define REAL(name) dlsym(RTLD_NEXT, name)

static XIC context; // of the window made last; the program has one

static int supports(XIM im, XIMStyle style) {
	XIMStyles *styles = NULL;
	int found = 0;
	if (XGetIMValues(im, XNQueryInputStyle, &styles, NULL) != NULL || !styles)
		return 0;
	for (int i = 0; i < styles->count_styles; i++)
		found |= styles->supported_styles[i] == style;
	XFree(styles);
	return found;
}

// A context with a place must be given fonts, though nothing is drawn with them.
// They stay for as long as the program runs, as the context does.
static XFontSet anyFonts(Display *display) {
	static XFontSet fonts;
	char **missing = NULL, *fallback;
	int count = 0;
	if (!fonts)
		fonts = XCreateFontSet(display, "fixed", &missing, &count, &fallback);
	if (missing)
		XFreeStringList(missing);
	return fonts;
}

// The window library asks for a context that shows nothing in the window. One that
// is told where the caret is puts the list of candidates there.
XIC XCreateIC(XIM im, ...) {
	static XIC (*real)(XIM, ...);
	if (!real)
		real = (XIC (*)(XIM, ...))REAL("XCreateIC");
	if (!real)
		return NULL;
	Window window = 0;
	va_list args;
	va_start(args, im);
	for (char *name = va_arg(args, char *); name; name = va_arg(args, char *)) {
		unsigned long value = va_arg(args, unsigned long);
		if (strcmp(name, XNClientWindow) == 0)
			window = value;
	}
	va_end(args);
	XIMStyle placed = XIMPreeditPosition | XIMStatusNothing;
	XIC made = NULL;
	XFontSet fonts = supports(im, placed) ? anyFonts(XDisplayOfIM(im)) : NULL;
	if (fonts) {
		XPoint spot = {0, 0};
		XVaNestedList where = XVaCreateNestedList(0, XNSpotLocation, &spot, XNFontSet, fonts, NULL);
		made = real(im, XNInputStyle, placed, XNClientWindow, window, XNFocusWindow, window,
			XNPreeditAttributes, where, NULL);
		XFree(where);
		context = made;
	}
	if (!made)
		made = real(im, XNInputStyle, XIMPreeditNothing | XIMStatusNothing, XNClientWindow, window,
			XNFocusWindow, window, NULL);
	return made;
}

void XDestroyIC(XIC ic) {
	static void (*real)(XIC);
	if (!real)
		real = (void (*)(XIC))REAL("XDestroyIC");
	if (ic == context)
		context = NULL;
	if (real)
		real(ic);
}

// Where the caret is, and whether the input method has been told.
static struct {
	XPoint spot;
	int told;
	Time pressed; // when the last key was
} caret = {.told = 1};

static void place(short x, short y) {
	caret.told &= caret.spot.x == x && caret.spot.y == y;
	caret.spot.x = x;
	caret.spot.y = y;
}

// The library waits for the answer to this. What the input method gives back meanwhile is
// put at the head of the queue, the last to come first of all: two texts, or a text and a
// digit, would change places. So it is told before a key that comes after a rest, when
// nothing is under way; that is soon enough for the candidates.
static void tell(XKeyEvent *key) {
	const int rest = 100; // ms, within which an input method answers
	int since = (int)((unsigned)key->time - (unsigned)caret.pressed); // the clock turns over
	if (since <= 0) // it comes back from the input method
		return;
	caret.pressed = key->time;
	if (!context || caret.told || since < rest || XEventsQueued(key->display, QueuedAfterReading) > 0)
		return;
	XVaNestedList where = XVaCreateNestedList(0, XNSpotLocation, &caret.spot, NULL);
	XSetICValues(context, XNPreeditAttributes, where, NULL);
	XFree(where);
	caret.told = 1;
}

Bool XFilterEvent(XEvent *event, Window window) {
	static Bool (*real)(XEvent *, Window);
	if (!real)
		real = (Bool (*)(XEvent *, Window))REAL("XFilterEvent");
	if (!real)
		return False;
	if (event->type == KeyPress && event->xkey.keycode != 0)
		tell(&event->xkey);
	Bool taken = real(event, window);
	if (taken && event->type == KeyPress)
		event->type = LASTEvent; // a number no event has
	return taken;
}
*/
import "C"

// Place says where the caret is, in pixels of the window, so that the input method shows
// its candidates there. It is called on the UI goroutine.
func Place(x, y int) { C.place(C.short(x), C.short(y)) }
