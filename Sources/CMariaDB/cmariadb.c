#include "cmariadb.h"

#include <dlfcn.h>
#include <errmsg.h>
#include <mysql.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// One answer is small; a packet beyond this is refused by the library before it is read into memory.
static const unsigned long max_packet = 4u << 20;

// Every plugin that shows the server a password in clear (mysql_clear_password, dialog) or weakly hashed
// (mysql_old_password) is left out.
static const char allowed_plugins[] =
    "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519";
// Without those that ask.
static const char keyless_plugins[] = "mysql_native_password,client_ed25519";

#define FUNCTIONS(F)        \
    F(mysql_init)           \
    F(mysql_options)        \
    F(mysql_optionsv)       \
    F(mysql_ssl_set)        \
    F(mysql_real_connect)   \
    F(mysql_close)          \
    F(mysql_real_query)     \
    F(mysql_use_result)     \
    F(mysql_free_result)    \
    F(mysql_fetch_row)      \
    F(mysql_fetch_lengths)  \
    F(mysql_num_fields)     \
    F(mysql_fetch_fields)   \
    F(mysql_errno)          \
    F(mysql_error)          \
    F(mysql_thread_id)      \
    F(mysql_get_server_info) \
    F(mysql_get_ssl_cipher) \
    F(mysql_server_init)    \
    F(mariadb_cancel)

static struct {
#define F(name) __typeof__(&name) name;
    FUNCTIONS(F)
#undef F
} lib;

static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER;
static bool loaded;
static char load_error[256];

const char *hm_load(const char *path) {
    const char *failure = NULL;
    pthread_mutex_lock(&loading);
    if (!loaded) {
        void *handle = dlopen(path ? path : "libmariadb.so.3", RTLD_NOW | RTLD_LOCAL);
        bool complete = handle != NULL;
#define F(name) \
    if (complete) complete = (*(void **)&lib.name = dlsym(handle, #name)) != NULL;
        FUNCTIONS(F)
#undef F
        if (complete) complete = lib.mysql_server_init(0, NULL, NULL) == 0;
        if (complete) {
            loaded = true;
        } else {
            const char *said = dlerror();
            strncpy(load_error, said ? said : "libmariadb does not start", sizeof load_error - 1);
            failure = load_error;
            if (handle) dlclose(handle);
        }
    }
    pthread_mutex_unlock(&loading);
    return failure;
}

struct hm_handle {
    MYSQL *mysql;
    MYSQL_RES *result;
    MYSQL_ROW row;
    unsigned long *lengths;
    unsigned columns;
    size_t rows_left, bytes_left;
    // As on the wire, packet headers included, without TLS.
    uint64_t sent, received;
    char version[64];
    enum hm_tls tls;
    // The facade's own refusal, where the library saw nothing wrong.
    const char *refusal;
    // Guards `connected` and `interrupted`, so that an interrupt never meets a socket being opened or closed.
    pthread_mutex_t lock;
    bool connected, interrupted;
};

// Without TLS the two sha2 plugins ask whoever answers for a key and encrypt the password with it, unless there is a
// file with the server's own. This one holds no key, so such a login fails and nothing is asked or sent. NULL when
// it cannot be had.
static const char *no_key(void) {
    static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;
    static char path[32];
    pthread_mutex_lock(&making);
    if (!path[0]) {
        int fd = memfd_create("no-key", MFD_CLOEXEC);
        if (fd >= 0 && write(fd, "-", 1) == 1) snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    }
    pthread_mutex_unlock(&making);
    return path[0] && access(path, R_OK) == 0 ? path : NULL;
}

hm_handle *hm_new(void) {
    if (hm_load(NULL)) return NULL;
    hm_handle *h = calloc(1, sizeof *h);
    if (!h) return NULL;
    h->mysql = lib.mysql_init(NULL);
    if (!h->mysql) {
        free(h);
        return NULL;
    }
    pthread_mutex_init(&h->lock, NULL);
    unsigned off = 0;
    my_bool no = 0;
    lib.mysql_options(h->mysql, MYSQL_OPT_LOCAL_INFILE, &off);
    lib.mysql_options(h->mysql, MYSQL_OPT_RECONNECT, &no);
    lib.mysql_options(h->mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    lib.mysql_options(h->mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, &max_packet);
    lib.mysql_options(h->mysql, MYSQL_OPT_CONNECT_ATTR_RESET, NULL);
    lib.mysql_optionsv(h->mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "hypercare");
    const char *key = no_key();
    if (key) lib.mysql_options(h->mysql, MYSQL_SERVER_PUBLIC_KEY, key);
    lib.mysql_optionsv(h->mysql, MARIADB_OPT_RESTRICTED_AUTH, key ? allowed_plugins : keyless_plugins);
    return h;
}

static void end_result(hm_handle *h) {
    if (h->result) lib.mysql_free_result(h->result);
    h->result = NULL;
    h->row = NULL;
}

void hm_free(hm_handle *h) {
    // What is left of an answer is not read to its end: the socket is broken first.
    if (h->result) hm_interrupt(h);
    end_result(h);
    pthread_mutex_lock(&h->lock);
    h->connected = false;
    pthread_mutex_unlock(&h->lock);
    lib.mysql_close(h->mysql);
    pthread_mutex_destroy(&h->lock);
    free(h);
}

void hm_set_timeouts(hm_handle *h, unsigned connect_seconds, unsigned io_seconds) {
    lib.mysql_options(h->mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_seconds);
    lib.mysql_options(h->mysql, MYSQL_OPT_READ_TIMEOUT, &io_seconds);
    lib.mysql_options(h->mysql, MYSQL_OPT_WRITE_TIMEOUT, &io_seconds);
}

void hm_set_tls(hm_handle *h, enum hm_tls tls, const char *ca_file) {
    h->tls = tls;
    my_bool enforce = tls != HM_TLS_OFF, verify = tls == HM_TLS_VERIFIED;
    lib.mysql_options(h->mysql, MYSQL_OPT_SSL_ENFORCE, &enforce);
    lib.mysql_options(h->mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
    if (!enforce) return;
    lib.mysql_optionsv(h->mysql, MARIADB_OPT_TLS_VERSION, "TLSv1.2,TLSv1.3");
    if (ca_file) lib.mysql_ssl_set(h->mysql, NULL, NULL, ca_file, NULL, NULL);
}

enum hm_result hm_connect(
    hm_handle *h, const char *host, unsigned port, const char *socket, const char *user,
    const char *password, const char *database) {
    // A write to a broken TLS connection must not end the program.
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    // Named, because libmariadb takes the host "localhost" for the socket.
    unsigned protocol = socket ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
    lib.mysql_options(h->mysql, MYSQL_OPT_PROTOCOL, &protocol);
    MYSQL *done = lib.mysql_real_connect(
        h->mysql, socket ? NULL : host, user, password, database, port, socket, 0);
    if (!done) return HM_FAILED;
    // Without a certificate to check, the library takes a plain connection for good enough.
    if (h->tls != HM_TLS_OFF && !lib.mysql_get_ssl_cipher(h->mysql)) {
        h->refusal = "TLS is required, but the server does not offer it";
        return HM_FAILED;
    }
    strncpy(h->version, lib.mysql_get_server_info(h->mysql), sizeof h->version - 1);
    pthread_mutex_lock(&h->lock);
    h->connected = true;
    bool interrupted = h->interrupted;
    pthread_mutex_unlock(&h->lock);
    return interrupted ? HM_INTERRUPTED : HM_OK;
}

enum { packet_header = 4, end_packet = packet_header + 5, done_packet = packet_header + 7 };

static size_t prefixed(size_t length) {
    return length + (length < 251 ? 1 : length < 1u << 16 ? 3 : length < 1u << 24 ? 4 : 9);
}

// The number of columns, a definition of each, and the end of the definitions.
static size_t definitions(hm_handle *h) {
    size_t bytes = packet_header + 1 + end_packet;
    const MYSQL_FIELD *fields = lib.mysql_fetch_fields(h->result);
    for (unsigned i = 0; fields && i < h->columns; i++) {
        const MYSQL_FIELD *f = &fields[i];
        // "def", the names, and 12 bytes of fixed length with their own length before and nothing behind.
        bytes += packet_header + prefixed(3) + prefixed(f->db_length) + prefixed(f->table_length) +
                 prefixed(f->org_table_length) + prefixed(f->name_length) + prefixed(f->org_name_length) + 14;
    }
    return bytes;
}

// Code, state and text of a refusal.
static void count_error(hm_handle *h) {
    if (!lib.mysql_errno(h->mysql)) return;
    h->received += packet_header + 9 + strlen(lib.mysql_error(h->mysql));
}

static bool is_interrupted(hm_handle *h) {
    pthread_mutex_lock(&h->lock);
    bool interrupted = h->interrupted;
    pthread_mutex_unlock(&h->lock);
    return interrupted;
}

// An interrupt shows as an error of the network: the caller is told what it was.
static enum hm_result failed(hm_handle *h) { return is_interrupted(h) ? HM_INTERRUPTED : HM_FAILED; }

enum hm_result hm_query(hm_handle *h, const char *sql, size_t length, size_t max_rows, size_t max_bytes) {
    end_result(h);
    h->columns = 0;
    h->rows_left = max_rows;
    h->bytes_left = max_bytes;
    if (is_interrupted(h)) return HM_INTERRUPTED;
    h->sent += packet_header + 1 + length;
    if (lib.mysql_real_query(h->mysql, sql, length)) {
        count_error(h);
        return failed(h);
    }
    h->result = lib.mysql_use_result(h->mysql);
    if (!h->result) {
        h->received += done_packet;
        return lib.mysql_errno(h->mysql) ? failed(h) : HM_OK;
    }
    h->columns = lib.mysql_num_fields(h->result);
    h->received += definitions(h);
    return HM_OK;
}

unsigned hm_columns(hm_handle *h) { return h->columns; }

enum hm_result hm_next(hm_handle *h) {
    if (!h->result) return HM_END;
    h->row = lib.mysql_fetch_row(h->result);
    if (!h->row) {
        unsigned code = lib.mysql_errno(h->mysql);
        if (code) {
            count_error(h);
            return failed(h);
        }
        h->received += end_packet;
        end_result(h);
        // Rows of a statement that was killed are no answer.
        return is_interrupted(h) ? HM_INTERRUPTED : HM_END;
    }
    h->lengths = lib.mysql_fetch_lengths(h->result);
    size_t bytes = 0;
    h->received += packet_header;
    for (unsigned i = 0; i < h->columns; i++) {
        bytes += h->lengths[i];
        h->received += h->row[i] ? prefixed(h->lengths[i]) : 1;
    }
    if (h->rows_left == 0 || bytes > h->bytes_left) return HM_TOO_LARGE;
    h->rows_left -= 1;
    h->bytes_left -= bytes;
    return HM_OK;
}

const uint8_t *hm_cell(hm_handle *h, unsigned column, size_t *length) {
    *length = 0;
    if (!h->row || column >= h->columns || !h->row[column]) return NULL;
    *length = h->lengths[column];
    return (const uint8_t *)h->row[column];
}

void hm_interrupt(hm_handle *h) {
    pthread_mutex_lock(&h->lock);
    h->interrupted = true;
    if (h->connected) lib.mariadb_cancel(h->mysql);
    pthread_mutex_unlock(&h->lock);
}

uint64_t hm_wire_bytes(hm_handle *h) { return h->sent + h->received; }

unsigned hm_errno(hm_handle *h) { return h->refusal ? CR_SSL_CONNECTION_ERROR : lib.mysql_errno(h->mysql); }
const char *hm_error(hm_handle *h) { return h->refusal ? h->refusal : lib.mysql_error(h->mysql); }
uint64_t hm_thread_id(hm_handle *h) { return lib.mysql_thread_id(h->mysql); }
const char *hm_server_version(hm_handle *h) { return h->version; }
const char *hm_cipher(hm_handle *h) { return lib.mysql_get_ssl_cipher(h->mysql); }
