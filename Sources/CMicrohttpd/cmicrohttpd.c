#include "cmicrohttpd.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#define FUNCTIONS(F)                   \
    F(MHD_add_response_header)         \
    F(MHD_create_response_from_buffer) \
    F(MHD_destroy_response)            \
    F(MHD_lookup_connection_value)     \
    F(MHD_queue_response)              \
    F(MHD_start_daemon)                \
    F(MHD_stop_daemon)

static struct {
#define F(name) __typeof__(&name) name;
    FUNCTIONS(F)
#undef F
} lib;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool loaded;

static void load(void) {
    void *library = dlopen("libmicrohttpd.so.12", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return;
    loaded = true;
#define F(name) loaded = loaded && (*(void **)&lib.name = dlsym(library, #name)) != NULL;
    FUNCTIONS(F)
#undef F
}

struct cmicrohttpd {
    struct MHD_Daemon *daemon;
    char *path;
    char *content_type;
    cmicrohttpd_page page;
    void *context;
    uint16_t port;
};

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, const char *content_type,
                              void *body, size_t size, enum MHD_ResponseMemoryMode mode) {
    struct MHD_Response *response = lib.MHD_create_response_from_buffer(size, body, mode);
    if (response == NULL) {
        if (mode == MHD_RESPMEM_MUST_FREE) free(body);
        return MHD_NO;
    }
    lib.MHD_add_response_header(response, "Content-Type", content_type);
    lib.MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (status == 405) lib.MHD_add_response_header(response, "Allow", "GET, HEAD");
    enum MHD_Result result = lib.MHD_queue_response(connection, status, response);
    lib.MHD_destroy_response(response);
    return result;
}

static enum MHD_Result say(struct MHD_Connection *connection, unsigned status, const char *words) {
    return answer(connection, status, "text/plain; charset=utf-8", (void *)words, strlen(words),
                  MHD_RESPMEM_PERSISTENT);
}

// The name without its port; a client that sends none means this machine.
static bool is_loopback_name(const char *host) {
    if (host == NULL) return true;
    const char *names[] = {"localhost", "127.0.0.1", "[::1]"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);
        if (strncasecmp(host, names[i], length) == 0 && (host[length] == 0 || host[length] == ':')) return true;
    }
    return false;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_size, void **state) {
    (void)version;
    (void)upload;
    cmicrohttpd *server = context;
    // Called once with the head, then with what is uploaded, which nobody reads.
    static char begun;
    if (*state == NULL) {
        *state = &begun;
        return MHD_YES;
    }
    if (*upload_size != 0) {
        *upload_size = 0;
        return MHD_YES;
    }
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) return say(connection, 405, "only GET\n");
    if (!is_loopback_name(lib.MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host")))
        return say(connection, 403, "only for this machine\n");
    if (strcmp(url, server->path) != 0) return say(connection, 404, "there is one page here: /metrics\n");
    size_t size = 0;
    uint8_t *body = server->page(server->context, &size);
    if (body == NULL) return say(connection, 503, "nothing has been read yet\n");
    return answer(connection, 200, server->content_type, body, size, MHD_RESPMEM_MUST_FREE);
}

// A socket of our own, so that the reason of a failure is the system's word.
static int bound(bool is_ipv6, uint16_t *port) {
    int number = socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (number < 0) return -1;
    int on = 1;
    setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in six_less = {.sin_family = AF_INET, .sin_port = htons(*port)};
    six_less.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(*port), .sin6_addr = in6addr_loopback};
    struct sockaddr *address = is_ipv6 ? (struct sockaddr *)&six : (struct sockaddr *)&six_less;
    socklen_t size = is_ipv6 ? sizeof six : sizeof six_less;
    if (bind(number, address, size) != 0 || listen(number, 16) != 0 || getsockname(number, address, &size) != 0) {
        int error = errno;
        close(number);
        errno = error;
        return -1;
    }
    *port = ntohs(is_ipv6 ? six.sin6_port : six_less.sin_port);
    return number;
}

static void release(cmicrohttpd *server) {
    if (server == NULL) return;
    free(server->path);
    free(server->content_type);
    free(server);
}

cmicrohttpd *cmicrohttpd_begin(bool is_ipv6, uint16_t port, const char *path, const char *content_type,
                               cmicrohttpd_page page, void *context, char *problem, size_t problem_size) {
    pthread_once(&once, load);
    if (!loaded) {
        snprintf(problem, problem_size,
                 "libmicrohttpd.so.12 cannot be loaded; install the package libmicrohttpd12");
        return NULL;
    }
    int listening = bound(is_ipv6, &port);
    if (listening < 0) {
        char words[128];
        snprintf(problem, problem_size, "%s", strerror_r(errno, words, sizeof words));
        return NULL;
    }
    cmicrohttpd *server = calloc(1, sizeof *server);
    if (server != NULL) {
        server->path = strdup(path);
        server->content_type = strdup(content_type);
        server->page = page;
        server->context = context;
        server->port = port;
    }
    if (server != NULL && server->path != NULL && server->content_type != NULL)
        server->daemon = lib.MHD_start_daemon(
            MHD_USE_POLL_INTERNAL_THREAD, 0, NULL, NULL, &handle, server, MHD_OPTION_LISTEN_SOCKET, listening,
            MHD_OPTION_CONNECTION_LIMIT, 8u, MHD_OPTION_CONNECTION_TIMEOUT, 10u,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)16384, MHD_OPTION_END);
    if (server == NULL || server->daemon == NULL) {
        snprintf(problem, problem_size, "the server's thread could not be started");
        close(listening);
        release(server);
        return NULL;
    }
    return server;
}

uint16_t cmicrohttpd_port(const cmicrohttpd *server) { return server->port; }

void cmicrohttpd_end(cmicrohttpd *server) {
    // Closes the socket as well.
    lib.MHD_stop_daemon(server->daemon);
    release(server);
}
