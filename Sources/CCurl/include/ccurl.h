// libcurl's multi interface, loaded when first needed. Everything of one `ccurl` belongs to one thread.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ccurl ccurl;
typedef struct ccurl_transfer ccurl_transfer;

// Loads the library and makes a pool of connections; NULL when that fails, with the reason in `problem`.
ccurl *ccurl_open(const char *library, char *problem, size_t size);
void ccurl_close(ccurl *curl);   // after all its transfers are freed

// A GET, not yet begun. Verifies TLS (1.2 at least), follows no redirect, uses no proxy, knows http and https
// only, keeps at most `body_limit` bytes of the decoded body.
ccurl_transfer *ccurl_get(ccurl *curl, uint64_t id, const char *url, size_t body_limit, long timeout_ms,
                          long connect_timeout_ms);
void ccurl_add_header(ccurl_transfer *transfer, const char *line);
void ccurl_set_login(ccurl_transfer *transfer, const char *user, const char *password);
// Read anew for each connection that is made: the file may have been renewed.
void ccurl_set_ca_file(ccurl_transfer *transfer, const char *path);
void ccurl_set_client_certificate(ccurl_transfer *transfer, const char *certificate, const char *key);
void ccurl_begin(ccurl_transfer *transfer);
void ccurl_free(ccurl_transfer *transfer);   // may wait for a name that is being looked up

// Does what can be done now. Take all that is finished before waiting: what failed at once rings no more.
void ccurl_perform(ccurl *curl);
// Waits for the network, for `wake` to be readable, or for `milliseconds`.
void ccurl_wait(ccurl *curl, int wake, int milliseconds);
// The next finished transfer, or NULL.
ccurl_transfer *ccurl_finished(ccurl *curl);

uint64_t ccurl_id(const ccurl_transfer *transfer);
int ccurl_code(const ccurl_transfer *transfer);              // CURLcode; 0 is success
const char *ccurl_message(const ccurl_transfer *transfer);   // in libcurl's words
bool ccurl_is_too_large(const ccurl_transfer *transfer);
int ccurl_system_error(const ccurl_transfer *transfer);      // errno of the connect that failed; 0: of none
int ccurl_status(const ccurl_transfer *transfer);
int64_t ccurl_wire_bytes(const ccurl_transfer *transfer);   // heads and bodies, both ways, as sent; without TLS
const uint8_t *ccurl_body(const ccurl_transfer *transfer, size_t *size);
const uint8_t *ccurl_headers(const ccurl_transfer *transfer, size_t *size);   // of the last response, raw
enum { ccurl_looked_up, ccurl_connected, ccurl_secured, ccurl_answered, ccurl_total };
int64_t ccurl_microseconds(const ccurl_transfer *transfer, int what);   // from the start; 0: did not get so far
