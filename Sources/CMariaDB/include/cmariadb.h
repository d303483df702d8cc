#ifndef HYPERCARE_CMARIADB_H
#define HYPERCARE_CMARIADB_H

#include <stddef.h>
#include <stdint.h>

// A narrow facade over libmariadb, which is loaded when first needed. Structs of the library stay here.
//
// A handle is used by one thread at a time, except hm_interrupt, which any thread may call.

typedef struct hm_handle hm_handle;

enum hm_tls {
    HM_TLS_OFF = 0,
    // Encrypted, the server not checked.
    HM_TLS_ENCRYPTED = 1,
    // Encrypted, chain and host name checked.
    HM_TLS_VERIFIED = 2,
};

enum hm_result {
    HM_OK = 0,
    // The server or the library refused: hm_errno, hm_error.
    HM_FAILED = 1,
    // More rows or bytes than asked for; the connection must be closed.
    HM_TOO_LARGE = 2,
    // hm_interrupt was called; the connection must be closed.
    HM_INTERRUPTED = 3,
    // No more rows.
    HM_END = 4,
};

// NULL when libmariadb is there, else what the loader said. `path` is for tests; NULL is libmariadb.so.3.
const char *_Nullable hm_load(const char *_Nullable path);

// NULL when memory is short or the library is not there.
hm_handle *_Nullable hm_new(void);
// Closes and frees.
void hm_free(hm_handle *_Nonnull h);

void hm_set_timeouts(hm_handle *_Nonnull h, unsigned connect_seconds, unsigned io_seconds);
void hm_set_tls(hm_handle *_Nonnull h, enum hm_tls tls, const char *_Nullable ca_file);

// Either socket or host and port. LOCAL INFILE is off, passwords are never sent in clear, nor under
// a key that the server hands out itself.
enum hm_result hm_connect(
    hm_handle *_Nonnull h, const char *_Nullable host, unsigned port, const char *_Nullable socket,
    const char *_Nonnull user, const char *_Nullable password, const char *_Nullable database);

// Sends one statement; its rows follow by hm_next until HM_END. The caps hold for one answer.
enum hm_result hm_query(
    hm_handle *_Nonnull h, const char *_Nonnull sql, size_t length, size_t max_rows, size_t max_bytes);
unsigned hm_columns(hm_handle *_Nonnull h);
enum hm_result hm_next(hm_handle *_Nonnull h);
// Of the current row, valid until the next hm_next; NULL is SQL's NULL.
const uint8_t *_Nullable hm_cell(hm_handle *_Nonnull h, unsigned column, size_t *_Nonnull length);

// Breaks the connection from another thread: a blocked call returns soon. Does not stop the statement on the
// server: that takes a KILL QUERY from a second connection.
void hm_interrupt(hm_handle *_Nonnull h);

// Bytes of statements and answers so far as they go over the wire, without what TLS adds.
uint64_t hm_wire_bytes(hm_handle *_Nonnull h);

unsigned hm_errno(hm_handle *_Nonnull h);
const char *_Nonnull hm_error(hm_handle *_Nonnull h);
uint64_t hm_thread_id(hm_handle *_Nonnull h);
const char *_Nonnull hm_server_version(hm_handle *_Nonnull h);
// The cipher in use; NULL without TLS.
const char *_Nullable hm_cipher(hm_handle *_Nonnull h);

#endif
