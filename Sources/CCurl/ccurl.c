#include "ccurl.h"
#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Checking macros of curl.h would hide what is called through the table.
#undef curl_easy_setopt
#undef curl_easy_getinfo

#define FUNCTIONS(F) \
    F(curl_global_init) F(curl_easy_init) F(curl_easy_setopt) F(curl_easy_getinfo) F(curl_easy_cleanup) \
    F(curl_easy_strerror) F(curl_slist_append) F(curl_slist_free_all) F(curl_multi_init) F(curl_multi_setopt) \
    F(curl_multi_cleanup) F(curl_multi_add_handle) F(curl_multi_remove_handle) F(curl_multi_perform) \
    F(curl_multi_poll) F(curl_multi_info_read)

struct ccurl {
#define FIELD(name) __typeof__(&name) name;
    FUNCTIONS(FIELD)
    void *library;
    CURLM *multi;
};

struct bytes {
    uint8_t *start;
    size_t size, capacity;
};

struct ccurl_transfer {
    ccurl *curl;
    CURL *easy;
    struct curl_slist *lines;
    uint64_t id;
    size_t body_limit, header_total;
    struct bytes body, headers;
    bool is_added, is_too_large;
    CURLcode code;
    char message[CURL_ERROR_SIZE];
};

enum { header_limit = 32 * 1024 };

static bool append(struct bytes *bytes, const void *more, size_t size) {
    if (bytes->size + size > bytes->capacity) {
        size_t capacity = bytes->capacity ? bytes->capacity * 2 : 4096;
        while (capacity < bytes->size + size) capacity *= 2;
        uint8_t *start = realloc(bytes->start, capacity);
        if (!start) return false;
        bytes->start = start;
        bytes->capacity = capacity;
    }
    memcpy(bytes->start + bytes->size, more, size);
    bytes->size += size;
    return true;
}

static size_t receive_body(char *data, size_t one, size_t size, void *context) {
    (void)one;
    ccurl_transfer *transfer = context;
    if (size > transfer->body_limit - transfer->body.size) {
        transfer->is_too_large = true;
        return 0;
    }
    return append(&transfer->body, data, size) ? size : 0;
}

static size_t receive_header(char *data, size_t one, size_t size, void *context) {
    (void)one;
    ccurl_transfer *transfer = context;
    // All of them: a server may send interim responses without end.
    transfer->header_total += size;
    if (transfer->header_total > header_limit) {
        transfer->is_too_large = true;
        return 0;
    }
    if (size > 5 && memcmp(data, "HTTP/", 5) == 0) transfer->headers.size = 0;
    return append(&transfer->headers, data, size) ? size : 0;
}

ccurl *ccurl_open(const char *library, char *problem, size_t size) {
    static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
    ccurl *curl = calloc(1, sizeof *curl);
    if (!curl) return NULL;
    pthread_mutex_lock(&once);   // curl_global_init counts its calls and is not safe everywhere
    curl->library = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    const char *missing = curl->library ? NULL : library;
#define LOAD(name) \
    if (!missing && !(curl->name = (__typeof__(curl->name))dlsym(curl->library, #name))) missing = #name;
    FUNCTIONS(LOAD)
    bool is_ready = !missing && curl->curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    pthread_mutex_unlock(&once);
    if (is_ready) curl->multi = curl->curl_multi_init();
    if (!curl->multi) {
        if (missing && !curl->library) snprintf(problem, size, "%s is not there", missing);
        else if (missing) snprintf(problem, size, "%s is too old: it has no %s", library, missing);
        else snprintf(problem, size, "%s does not start", library);
        free(curl);
        return NULL;
    }
    return curl;
}

void ccurl_close(ccurl *curl) {
    curl->curl_multi_cleanup(curl->multi);
    // Stays loaded: OpenSSL leaves handlers behind that would point into nothing.
    free(curl);
}

ccurl_transfer *ccurl_get(ccurl *curl, uint64_t id, const char *url, size_t body_limit, long timeout_ms,
                          long connect_timeout_ms) {
    ccurl_transfer *transfer = calloc(1, sizeof *transfer);
    CURL *easy = transfer ? curl->curl_easy_init() : NULL;
    if (!easy) {
        free(transfer);
        return NULL;
    }
    transfer->curl = curl;
    transfer->easy = easy;
    transfer->id = id;
    transfer->body_limit = body_limit;
#define SET(option, value) curl->curl_easy_setopt(easy, option, value)
    SET(CURLOPT_PRIVATE, transfer);
    SET(CURLOPT_ERRORBUFFER, transfer->message);
    SET(CURLOPT_URL, url);
    SET(CURLOPT_HTTPGET, 1L);
    SET(CURLOPT_NOSIGNAL, 1L);
    if (SET(CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK)   // before 7.85
        SET(181 /* CURLOPT_PROTOCOLS */, 3L /* CURLPROTO_HTTP | CURLPROTO_HTTPS */);
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, "");   // not even from the environment
    SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    SET(CURLOPT_PATH_AS_IS, 1L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    // libcurl keeps a store of authorities for a day; it knows the option since 7.87, as it keeps one.
    SET(321 /* CURLOPT_CA_CACHE_TIMEOUT */, 60L);
    SET(CURLOPT_ACCEPT_ENCODING, "gzip");
    SET(CURLOPT_TIMEOUT_MS, timeout_ms);
    SET(CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
    SET(CURLOPT_WRITEFUNCTION, receive_body);
    SET(CURLOPT_WRITEDATA, transfer);
    SET(CURLOPT_HEADERFUNCTION, receive_header);
    SET(CURLOPT_HEADERDATA, transfer);
    return transfer;
}

void ccurl_add_header(ccurl_transfer *transfer, const char *line) {
    struct curl_slist *lines = transfer->curl->curl_slist_append(transfer->lines, line);
    if (lines) transfer->lines = lines;
}

#define SETTING(option, value) transfer->curl->curl_easy_setopt(transfer->easy, option, value)

void ccurl_set_login(ccurl_transfer *transfer, const char *user, const char *password) {
    SETTING(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    SETTING(CURLOPT_USERNAME, user);
    SETTING(CURLOPT_PASSWORD, password);
}

void ccurl_set_ca_file(ccurl_transfer *transfer, const char *path) {
    SETTING(CURLOPT_CAINFO, path);
    SETTING(CURLOPT_CAPATH, NULL);   // this authority and no other
    SETTING(321 /* CURLOPT_CA_CACHE_TIMEOUT */, 0L);
}

void ccurl_set_client_certificate(ccurl_transfer *transfer, const char *certificate, const char *key) {
    SETTING(CURLOPT_SSLCERT, certificate);
    SETTING(CURLOPT_SSLKEY, key);
}

void ccurl_begin(ccurl_transfer *transfer) {
    if (transfer->lines) SETTING(CURLOPT_HTTPHEADER, transfer->lines);
    transfer->is_added = true;
    transfer->curl->curl_multi_add_handle(transfer->curl->multi, transfer->easy);
}

void ccurl_free(ccurl_transfer *transfer) {
    ccurl *curl = transfer->curl;
    if (transfer->is_added) curl->curl_multi_remove_handle(curl->multi, transfer->easy);
    curl->curl_easy_cleanup(transfer->easy);
    curl->curl_slist_free_all(transfer->lines);
    free(transfer->body.start);
    free(transfer->headers.start);
    free(transfer);
}

void ccurl_perform(ccurl *curl) {
    int running;
    curl->curl_multi_perform(curl->multi, &running);
}

void ccurl_wait(ccurl *curl, int wake, int milliseconds) {
    struct curl_waitfd wait = { .fd = wake, .events = CURL_WAIT_POLLIN };
    curl->curl_multi_poll(curl->multi, &wait, 1, milliseconds, NULL);
}

ccurl_transfer *ccurl_finished(ccurl *curl) {
    int left;
    for (CURLMsg *message; (message = curl->curl_multi_info_read(curl->multi, &left));) {
        if (message->msg != CURLMSG_DONE) continue;
        ccurl_transfer *transfer = NULL;
        CURLcode code = message->data.result;
        curl->curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        if (!transfer) continue;
        transfer->code = code;
        return transfer;
    }
    return NULL;
}

uint64_t ccurl_id(const ccurl_transfer *transfer) { return transfer->id; }
int ccurl_code(const ccurl_transfer *transfer) { return transfer->code; }
bool ccurl_is_too_large(const ccurl_transfer *transfer) { return transfer->is_too_large; }

const char *ccurl_message(const ccurl_transfer *transfer) {
    return transfer->message[0] ? transfer->message : transfer->curl->curl_easy_strerror(transfer->code);
}

int ccurl_system_error(const ccurl_transfer *transfer) {
    long number = 0;
    transfer->curl->curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &number);
    return (int)number;
}

int ccurl_status(const ccurl_transfer *transfer) {
    long status = 0;
    transfer->curl->curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    return (int)status;
}

int64_t ccurl_wire_bytes(const ccurl_transfer *transfer) {
    long request = 0, headers = 0;
    curl_off_t body = 0;
    transfer->curl->curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &request);
    transfer->curl->curl_easy_getinfo(transfer->easy, CURLINFO_HEADER_SIZE, &headers);
    transfer->curl->curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &body);
    return request + headers + body;
}

const uint8_t *ccurl_body(const ccurl_transfer *transfer, size_t *size) {
    *size = transfer->body.size;
    return transfer->body.start;
}

const uint8_t *ccurl_headers(const ccurl_transfer *transfer, size_t *size) {
    *size = transfer->headers.size;
    return transfer->headers.start;
}

int64_t ccurl_microseconds(const ccurl_transfer *transfer, int what) {
    static const CURLINFO times[] = { CURLINFO_NAMELOOKUP_TIME_T, CURLINFO_CONNECT_TIME_T,
                                      CURLINFO_APPCONNECT_TIME_T, CURLINFO_STARTTRANSFER_TIME_T,
                                      CURLINFO_TOTAL_TIME_T };
    curl_off_t microseconds = 0;
    transfer->curl->curl_easy_getinfo(transfer->easy, times[what], &microseconds);
    return microseconds;
}
