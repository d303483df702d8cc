// libyaml's event parser behind an opaque handle: events come as scalars, no struct of the library leaves this target.
#pragma once

#include <stddef.h>

typedef struct cyaml cyaml;

enum cyaml_event {
    CYAML_ERROR,
    CYAML_DOCUMENT,
    CYAML_END,
    CYAML_SCALAR,
    CYAML_ALIAS,
    CYAML_SEQUENCE,
    CYAML_SEQUENCE_END,
    CYAML_MAPPING,
    CYAML_MAPPING_END,
};

enum cyaml_style { CYAML_PLAIN, CYAML_SINGLE_QUOTED, CYAML_DOUBLE_QUOTED, CYAML_BLOCK };

// Copies the bytes; NULL when there is no memory.
cyaml *cyaml_open(const unsigned char *bytes, size_t count);
void cyaml_close(cyaml *yaml);

// Moves to the next event. After CYAML_ERROR and CYAML_END there is none.
enum cyaml_event cyaml_next(cyaml *yaml);

// Of the present event; pointers hold until the next move. The value may hold NUL bytes.
const char *cyaml_value(const cyaml *yaml, size_t *count);
enum cyaml_style cyaml_style(const cyaml *yaml);
// NULL when there is none; for an alias its target.
const char *cyaml_anchor(const cyaml *yaml);
int cyaml_has_tag(const cyaml *yaml);

// Lines and columns from 0; the index counts characters, not bytes.
void cyaml_start(const cyaml *yaml, size_t *index, size_t *line, size_t *column);
void cyaml_end(const cyaml *yaml, size_t *index);

// What is wrong and where, after CYAML_ERROR. Bytes that are no text have no line yet, but an offset in bytes; else it
// is SIZE_MAX / 2.
const char *cyaml_problem(const cyaml *yaml, size_t *line, size_t *column, size_t *offset);

// What was being read when it failed, and where that began; NULL when the library does not tell.
const char *cyaml_context(const cyaml *yaml, size_t *line, size_t *column);
