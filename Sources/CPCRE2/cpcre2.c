#include "cpcre2.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define FUNCTIONS(F)                       \
    F(pcre2_code_free)                     \
    F(pcre2_compile)                       \
    F(pcre2_get_error_message)             \
    F(pcre2_get_ovector_pointer)           \
    F(pcre2_match)                         \
    F(pcre2_match_context_create)          \
    F(pcre2_match_context_free)            \
    F(pcre2_match_data_create_from_pattern) \
    F(pcre2_match_data_free)               \
    F(pcre2_set_depth_limit)               \
    F(pcre2_set_heap_limit)                \
    F(pcre2_set_match_limit)               \
    F(pcre2_substring_number_from_name)

// The names are macros that end in the width: an argument is expanded before this sees it.
#define NAME(name) #name

static struct {
#define F(name) __typeof__(&name) name;
    FUNCTIONS(F)
#undef F
} lib;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool loaded;

static void load(void) {
    void *library = dlopen("libpcre2-8.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return;
    loaded = true;
#define F(name) loaded = loaded && (*(void **)&lib.name = dlsym(library, NAME(name))) != NULL;
    FUNCTIONS(F)
#undef F
}

struct cpcre2_pattern {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    int groups; // valid in the newest match, 0 after none
};

cpcre2_pattern *cpcre2_compile(const char *pattern, size_t length, uint32_t depth_limit,
                               uint32_t heap_kibibytes, char *message,
                               size_t message_size, size_t *offset) {
    pthread_once(&once, load);
    if (!loaded) {
        if (message_size > 0)
            snprintf(message, message_size,
                     "libpcre2-8.so.0 cannot be loaded; install the package libpcre2-8-0");
        *offset = 0;
        return NULL;
    }
    int error = 0;
    PCRE2_SIZE at = 0;
    cpcre2_pattern *made = calloc(1, sizeof *made);
    if (made == NULL) goto no_memory;
    made->code = lib.pcre2_compile((PCRE2_SPTR)pattern, length,
                               PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C, &error, &at,
                               NULL);
    if (made->code == NULL) {
        if (message_size > 0) lib.pcre2_get_error_message(error, (PCRE2_UCHAR *)message, message_size);
        *offset = at;
        cpcre2_free(made);
        return NULL;
    }
    made->data = lib.pcre2_match_data_create_from_pattern(made->code, NULL);
    made->context = lib.pcre2_match_context_create(NULL);
    if (made->data == NULL || made->context == NULL) goto no_memory;
    lib.pcre2_set_depth_limit(made->context, depth_limit);
    lib.pcre2_set_heap_limit(made->context, heap_kibibytes);
    return made;

no_memory:
    if (message_size > 0) snprintf(message, message_size, "out of memory");
    *offset = 0;
    cpcre2_free(made);
    return NULL;
}

int cpcre2_match(cpcre2_pattern *pattern, const uint8_t *subject, size_t length, uint32_t match_limit) {
    lib.pcre2_set_match_limit(pattern->context, match_limit);
    int result = lib.pcre2_match(pattern->code, subject, length, 0, 0, pattern->data, pattern->context);
    pattern->groups = result > 0 ? result : 0;
    if (result > 0) return CPCRE2_MATCH;
    switch (result) {
    case PCRE2_ERROR_NOMATCH:
        return CPCRE2_NO_MATCH;
    case PCRE2_ERROR_MATCHLIMIT:
    case PCRE2_ERROR_DEPTHLIMIT:
    case PCRE2_ERROR_HEAPLIMIT:
        return CPCRE2_LIMIT;
    default:
        return CPCRE2_FAILED;
    }
}

int cpcre2_group_number(const cpcre2_pattern *pattern, const char *name) {
    int number = lib.pcre2_substring_number_from_name(pattern->code, (PCRE2_SPTR)name);
    return number > 0 ? number : -1;
}

bool cpcre2_group(const cpcre2_pattern *pattern, int number, size_t *start, size_t *end) {
    if (number < 0 || number >= pattern->groups) return false;
    PCRE2_SIZE *bounds = lib.pcre2_get_ovector_pointer(pattern->data);
    if (bounds[2 * number] == PCRE2_UNSET || bounds[2 * number] > bounds[2 * number + 1]) return false;
    *start = bounds[2 * number];
    *end = bounds[2 * number + 1];
    return true;
}

void cpcre2_free(cpcre2_pattern *pattern) {
    if (pattern == NULL) return;
    lib.pcre2_match_context_free(pattern->context);
    lib.pcre2_match_data_free(pattern->data);
    lib.pcre2_code_free(pattern->code);
    free(pattern);
}
