#pragma once
#include <stdint.h>

// A narrow facade over ncurses and the terminal's own state. Swift sees scalars only: no struct of ncurses or
// of termios leaves this target. There is one terminal in a process at a time, used from one thread.
//
// ncurses writes into a memfd; what it wrote is sent to the terminal by cterm_flush, which never blocks.

enum {
    CTERM_OK = 0,
    CTERM_NO_TERMINAL,      // stdin or stdout is not a terminal, or it cannot be opened
    CTERM_UNKNOWN_TYPE,     // no terminfo entry
    CTERM_POOR_TYPE,        // an entry that cannot place the cursor
    CTERM_BUSY,             // a terminal is open already
    CTERM_SYSTEM,           // errno says why
};

enum {
    CTERM_BOLD = 1,
    CTERM_REVERSE = 2,
    CTERM_UNDERLINE = 4,
};

enum {
    CTERM_INPUT = 1,
    CTERM_OUTPUT = 2,
    CTERM_WOKEN = 4,
    CTERM_SIGNALLED = 8,
    CTERM_GONE = 16,
};

/// Takes the terminal at `path`, or the process's own when NULL. `type` is the TERM value. `owns_process` also
/// takes signals, standard error and the crash guard; tests leave it 0.
int cterm_open(const char *path, const char *type, int wants_colour, int owns_process);
/// Gives everything back. Harmless when nothing is open.
void cterm_close(void);

/// 0 none, 8, 16, 256 or 0x1000000 for direct colours.
int cterm_colours(void);
int cterm_rows(void);
int cterm_columns(void);
/// Asks the kernel for the size and tells ncurses; 1 when it changed.
int cterm_measure(void);

/// What style `index` (0...255) looks like from now on; a colour of -1 is the terminal's own.
void cterm_style(int index, int foreground, int background, int attributes);
/// Forgets all styles and their colour pairs.
void cterm_forget_styles(void);
/// Sets `count` cells of a row. A scalar 0 is the second cell of the wide character before it.
void cterm_row(int row, const uint32_t *scalars, const uint8_t *styles, int count);
/// Where the cursor stands after the frame; a row below 0 hides it.
void cterm_cursor(int row, int column);
/// The next frame is sent whole.
void cterm_redraw(void);
/// Lets ncurses find the difference and queues it; returns its bytes. Only when nothing is waiting.
int cterm_frame(void);
/// Queues bytes as they are, behind what waits; 0 when there is no memory.
int cterm_send(const uint8_t *bytes, int count);
/// The window's title was put on the terminal's stack: it is taken back with all else.
void cterm_title(void);
/// The terminal was asked to report its mouse, or no longer: that too is taken back with all else.
void cterm_mouse(int is_on);
/// Reads away what the terminal still sends, until it is silent for so many milliseconds.
void cterm_drain(int milliseconds);
/// Writes what the terminal takes now; returns the bytes that still wait, -1 when the terminal is gone.
int cterm_flush(void);

/// Waits for input, room for output (when bytes wait), `waker` and signals; milliseconds below 0 wait for ever.
int cterm_poll(int milliseconds, int waker);
/// Bytes read, 0 when there are none now, -1 when the terminal is gone.
int cterm_read(uint8_t *bytes, int capacity);
/// The next signal that came, 0 when there is none.
int cterm_signal(void);
/// Gives the terminal back, stops the process group, takes the terminal again when continued.
void cterm_suspend(void);
/// Takes the terminal again after somebody else had it (SIGSTOP, then continued).
void cterm_retake(void);

/// Whether the user's locale is a UTF-8 one; a locale that is not installed is judged by its name.
int cterm_locale_is_utf8(void);

/// An eventfd, -1 when there is none to be had.
int cterm_waker_open(void);
void cterm_waker_wake(int waker);
void cterm_waker_clear(int waker);
void cterm_waker_close(int waker);
