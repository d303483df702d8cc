#include "csqlite.h"
#include <sqlite3.h>

#define DATABASE(handle) ((sqlite3 *)(handle))
#define STATEMENT(handle) ((sqlite3_stmt *)(handle))

csqlite *csqlite_open(const char *path, bool creates, int wait_milliseconds, int *code) {
    sqlite3 *database = NULL;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_FULLMUTEX
        | (creates ? SQLITE_OPEN_CREATE : 0);
    *code = sqlite3_open_v2(path, &database, flags, NULL);
    if (!database) return NULL;
    sqlite3_extended_result_codes(database, 0);
    sqlite3_busy_timeout(database, wait_milliseconds);
    // A file that somebody else made runs nothing.
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return (csqlite *)database;
}

void csqlite_close(csqlite *database) { sqlite3_close_v2(DATABASE(database)); }
const char *csqlite_message(csqlite *database) { return sqlite3_errmsg(DATABASE(database)); }
int csqlite_system_error(csqlite *database) { return sqlite3_system_errno(DATABASE(database)); }

int csqlite_run(csqlite *database, const char *sql) {
    return sqlite3_exec(DATABASE(database), sql, NULL, NULL, NULL);
}

csqlite_statement *csqlite_prepare(csqlite *database, const char *sql, int *code) {
    sqlite3_stmt *statement = NULL;
    *code = sqlite3_prepare_v2(DATABASE(database), sql, -1, &statement, NULL);
    return (csqlite_statement *)statement;
}

void csqlite_finalize(csqlite_statement *statement) { sqlite3_finalize(STATEMENT(statement)); }

int csqlite_bind_integer(csqlite_statement *statement, int place, int64_t value) {
    return sqlite3_bind_int64(STATEMENT(statement), place, value);
}

int csqlite_bind_double(csqlite_statement *statement, int place, double value) {
    return sqlite3_bind_double(STATEMENT(statement), place, value);
}

int csqlite_bind_text(csqlite_statement *statement, int place, const char *text, size_t size) {
    return sqlite3_bind_text64(STATEMENT(statement), place, text, size, SQLITE_TRANSIENT, SQLITE_UTF8);
}

int csqlite_step(csqlite_statement *statement) { return sqlite3_step(STATEMENT(statement)) & 0xff; }
int csqlite_reset(csqlite_statement *statement) { return sqlite3_reset(STATEMENT(statement)) & 0xff; }
int64_t csqlite_integer(csqlite_statement *statement, int column) {
    return sqlite3_column_int64(STATEMENT(statement), column);
}
double csqlite_double(csqlite_statement *statement, int column) {
    return sqlite3_column_double(STATEMENT(statement), column);
}
const char *csqlite_text(csqlite_statement *statement, int column) {
    const char *text = (const char *)sqlite3_column_text(STATEMENT(statement), column);
    return text ? text : "";
}
