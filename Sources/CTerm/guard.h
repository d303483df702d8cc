#pragma once
#include <stddef.h>

// The terminal's own state: its descriptor, its modes, and giving it back however the process ends.

int guard_open(const char *path, int owns_process);
void guard_close(void);
int guard_fd(void);
int guard_signals_fd(void);

/// The bytes that give the screen back; copied.
void guard_set_restore(const char *bytes, size_t count);
/// Raw mode; from now on a crash restores.
void guard_take(void);
/// Modes and screen as they were.
void guard_give_back(void);
/// Gives back, stops the process group, returns when continued.
void guard_stop(void);
int guard_next_signal(void);
/// Keeps what was written to standard error within bounds.
void guard_trim_stderr(void);
