// SQLite behind opaque handles: no struct or pointer of the library is Swift's to keep alive.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct csqlite csqlite;
typedef struct csqlite_statement csqlite_statement;

enum { csqlite_ok = 0, csqlite_row = 100, csqlite_done = 101, csqlite_corrupt = 11, csqlite_not_a_database = 26 };

// Opens the file, made when `creates`; never through a symbolic link. Waits so long for another's lock. The handle is
// there to be asked for its message also when it fails; NULL only without memory.
csqlite *csqlite_open(const char *path, bool creates, int wait_milliseconds, int *code);
void csqlite_close(csqlite *database);
const char *csqlite_message(csqlite *database);   // of the last failure; until the next call
int csqlite_system_error(csqlite *database);      // errno of the last failure, or 0

int csqlite_run(csqlite *database, const char *sql);
csqlite_statement *csqlite_prepare(csqlite *database, const char *sql, int *code);
void csqlite_finalize(csqlite_statement *statement);

// Parameters count from 1, columns from 0. Text is copied and may hold NUL bytes.
int csqlite_bind_integer(csqlite_statement *statement, int place, int64_t value);
int csqlite_bind_double(csqlite_statement *statement, int place, double value);
int csqlite_bind_text(csqlite_statement *statement, int place, const char *text, size_t size);
int csqlite_step(csqlite_statement *statement);   // csqlite_row, csqlite_done, or why it failed
int csqlite_reset(csqlite_statement *statement);
int64_t csqlite_integer(csqlite_statement *statement, int column);
double csqlite_double(csqlite_statement *statement, int column);
const char *csqlite_text(csqlite_statement *statement, int column);   // until the next step; "" for NULL
