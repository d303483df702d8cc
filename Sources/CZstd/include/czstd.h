#pragma once
// Unpacks zstd (RFC 8878) piece by piece in bounded memory. The library is loaded when the first stream is opened.
#include <stddef.h>
#include <stdint.h>

typedef struct czstd_stream czstd_stream;

// NULL when the library is missing or memory is: `message` then says so.
czstd_stream *czstd_open(char *message, size_t message_size);

// Unpacks from `input` into `output`; `taken` and `given` say how far it came. 0 at the end of a frame, 1 when there is
// more to come, -1 when the bytes are not zstd or want more memory than is given: `message` then says why.
int czstd_unpack(czstd_stream *stream, const uint8_t *input, size_t input_size, size_t *taken, uint8_t *output,
                 size_t output_size, size_t *given, char *message, size_t message_size);

void czstd_close(czstd_stream *stream);
