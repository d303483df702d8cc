// A narrow door to libmicrohttpd: one page over HTTP on a loopback address, made when it is asked for. The library is
// loaded when the first server begins.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cmicrohttpd cmicrohttpd;

// Makes the page with malloc, which is freed here; NULL answers 503. Called on the server's own thread, one at a time.
typedef uint8_t *(*cmicrohttpd_page)(void *context, size_t *size);

// Serves `path` with `page` on 127.0.0.1 or ::1, for GET and HEAD; 404 and 405 otherwise, 403 to a Host that is no
// loopback name (a web page that had its own name point here). At most eight connections, ten seconds each idle.
// NULL when it cannot, with the reason in `problem`.
cmicrohttpd *cmicrohttpd_begin(bool is_ipv6, uint16_t port, const char *path, const char *content_type,
                               cmicrohttpd_page page, void *context, char *problem, size_t problem_size);

// What was bound: where `port` was 0, the one the system chose.
uint16_t cmicrohttpd_port(const cmicrohttpd *server);

// Ends the thread and the connections; `page` is not called after it.
void cmicrohttpd_end(cmicrohttpd *server);
