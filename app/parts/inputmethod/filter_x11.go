//go:build linux && cgo

package inputmethod

/*
#cgo LDFLAGS: -lX11 -ldl
#define _GNU_SOURCE
#include <dlfcn.h>
#include <X11/Xlib.h>

typedef Bool (*filter)(XEvent *, Window);

// The program's own definition comes before the shared library's, so the window
// library's call arrives here.
Bool XFilterEvent(XEvent *event, Window window) {
	static filter real;
	if (!real)
		real = (filter)dlsym(RTLD_NEXT, "XFilterEvent");
	if (!real)
		return False;
	Bool taken = real(event, window);
	if (taken && event->type == KeyPress)
		event->type = LASTEvent; // a number no event has
	return taken;
}
*/
import "C"
