#pragma once
// A narrow door to PCRE2 (8 bit): patterns from a config against lines nobody vouches for. Every match is
// bounded in steps, depth and memory, and "could not evaluate" is never "no match". The library is loaded
// when the first pattern is compiled.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cpcre2_pattern cpcre2_pattern;

#define CPCRE2_MATCH 1
#define CPCRE2_NO_MATCH 0
#define CPCRE2_LIMIT (-1)
#define CPCRE2_FAILED (-2)

// Returns NULL when the pattern is wrong: message then says why, offset is the byte it stopped at. So too
// when the library is missing: message then names its package.
cpcre2_pattern *cpcre2_compile(const char *pattern, size_t length, uint32_t depth_limit,
                               uint32_t heap_kibibytes, char *message,
                               size_t message_size, size_t *offset);

// The subject may hold invalid UTF-8; no match spans such bytes. One caller at a time for one pattern.
int cpcre2_match(cpcre2_pattern *pattern, const uint8_t *subject, size_t length, uint32_t match_limit);

// -1 when the pattern has no group of this name.
int cpcre2_group_number(const cpcre2_pattern *pattern, const char *name);

// Bounds of a group in the newest match; false when the group took no part in it.
bool cpcre2_group(const cpcre2_pattern *pattern, int number, size_t *start, size_t *end);

void cpcre2_free(cpcre2_pattern *pattern);
