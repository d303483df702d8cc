// Pseudo-terminals, for tests: a program is started in one and looked at from the other end.
#pragma once
#include <stddef.h>
#include <stdint.h>

// Returns the master's descriptor, non-blocking and close-on-exec, or the negated errno.
int pty_open(int rows, int columns);
// The path of the other end; 0 or the negated errno.
int pty_path(int master, char *path, size_t size);
// Runs a program as leader of a session of its own, with the terminal as its standard files. Both lists are
// strings one after the other, each with its NUL. Returns the process id or the negated errno.
int pty_start(int master, const char *arguments, int argument_count, const char *environment, int variable_count);
int pty_resize(int master, int rows, int columns);
enum { pty_echo = 1, pty_canonical = 2, pty_signals = 4, pty_output = 8, pty_newline = 16, pty_cooked = 31 };
// Which of these modes of the terminal are on.
int pty_modes(int master);
// Waits up to `milliseconds` for bytes; returns how many were read, 0 for none, the negated errno at the end.
int pty_read(int master, uint8_t *bytes, int capacity, int milliseconds);
int pty_write(int master, const uint8_t *bytes, int count);
void pty_close(int master);
// -1 while it runs, then the exit code, or 256 and the signal that ended it; reaped. -2 when it is no child.
int pty_reap(int process);
int pty_signal(int process, int number);
