#include "cyaml.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct cyaml {
    yaml_parser_t parser;
    yaml_event_t event;
    unsigned char *bytes;
    int has_event;
    int is_over;
};

cyaml *cyaml_open(const unsigned char *bytes, size_t count) {
    cyaml *yaml = calloc(1, sizeof *yaml);
    if (!yaml) return NULL;
    yaml->bytes = malloc(count ? count : 1);
    if (!yaml->bytes || !yaml_parser_initialize(&yaml->parser)) {
        free(yaml->bytes);
        free(yaml);
        return NULL;
    }
    if (count) memcpy(yaml->bytes, bytes, count);
    yaml_parser_set_encoding(&yaml->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&yaml->parser, yaml->bytes, count);
    return yaml;
}

static void drop_event(cyaml *yaml) {
    if (yaml->has_event) yaml_event_delete(&yaml->event);
    yaml->has_event = 0;
}

void cyaml_close(cyaml *yaml) {
    if (!yaml) return;
    drop_event(yaml);
    yaml_parser_delete(&yaml->parser);
    free(yaml->bytes);
    free(yaml);
}

enum cyaml_event cyaml_next(cyaml *yaml) {
    while (!yaml->is_over) {
        drop_event(yaml);
        if (!yaml_parser_parse(&yaml->parser, &yaml->event)) {
            yaml->is_over = 1;
            return CYAML_ERROR;
        }
        yaml->has_event = 1;
        switch (yaml->event.type) {
        case YAML_DOCUMENT_START_EVENT: return CYAML_DOCUMENT;
        case YAML_SCALAR_EVENT: return CYAML_SCALAR;
        case YAML_ALIAS_EVENT: return CYAML_ALIAS;
        case YAML_SEQUENCE_START_EVENT: return CYAML_SEQUENCE;
        case YAML_SEQUENCE_END_EVENT: return CYAML_SEQUENCE_END;
        case YAML_MAPPING_START_EVENT: return CYAML_MAPPING;
        case YAML_MAPPING_END_EVENT: return CYAML_MAPPING_END;
        case YAML_STREAM_END_EVENT:
            yaml->is_over = 1;
            return CYAML_END;
        default: break;
        }
    }
    return CYAML_END;
}

const char *cyaml_value(const cyaml *yaml, size_t *count) {
    *count = 0;
    if (!yaml->has_event || yaml->event.type != YAML_SCALAR_EVENT) return "";
    *count = yaml->event.data.scalar.length;
    return (const char *)yaml->event.data.scalar.value;
}

enum cyaml_style cyaml_style(const cyaml *yaml) {
    if (!yaml->has_event || yaml->event.type != YAML_SCALAR_EVENT) return CYAML_PLAIN;
    switch (yaml->event.data.scalar.style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: return CYAML_SINGLE_QUOTED;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: return CYAML_DOUBLE_QUOTED;
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE: return CYAML_BLOCK;
    default: return CYAML_PLAIN;
    }
}

const char *cyaml_anchor(const cyaml *yaml) {
    if (!yaml->has_event) return NULL;
    switch (yaml->event.type) {
    case YAML_SCALAR_EVENT: return (const char *)yaml->event.data.scalar.anchor;
    case YAML_SEQUENCE_START_EVENT: return (const char *)yaml->event.data.sequence_start.anchor;
    case YAML_MAPPING_START_EVENT: return (const char *)yaml->event.data.mapping_start.anchor;
    case YAML_ALIAS_EVENT: return (const char *)yaml->event.data.alias.anchor;
    default: return NULL;
    }
}

int cyaml_has_tag(const cyaml *yaml) {
    if (!yaml->has_event) return 0;
    switch (yaml->event.type) {
    case YAML_SCALAR_EVENT: return yaml->event.data.scalar.tag != NULL;
    case YAML_SEQUENCE_START_EVENT: return yaml->event.data.sequence_start.tag != NULL;
    case YAML_MAPPING_START_EVENT: return yaml->event.data.mapping_start.tag != NULL;
    default: return 0;
    }
}

void cyaml_start(const cyaml *yaml, size_t *index, size_t *line, size_t *column) {
    *index = yaml->has_event ? yaml->event.start_mark.index : 0;
    *line = yaml->has_event ? yaml->event.start_mark.line : 0;
    *column = yaml->has_event ? yaml->event.start_mark.column : 0;
}

void cyaml_end(const cyaml *yaml, size_t *index) { *index = yaml->has_event ? yaml->event.end_mark.index : 0; }

const char *cyaml_problem(const cyaml *yaml, size_t *line, size_t *column, size_t *offset) {
    *line = yaml->parser.problem_mark.line;
    *column = yaml->parser.problem_mark.column;
    *offset = yaml->parser.error == YAML_READER_ERROR ? yaml->parser.problem_offset : (size_t)-1 >> 1;
    return yaml->parser.problem ? yaml->parser.problem : "no memory";
}

const char *cyaml_context(const cyaml *yaml, size_t *line, size_t *column) {
    *line = yaml->parser.context_mark.line;
    *column = yaml->parser.context_mark.column;
    return yaml->parser.context;
}
