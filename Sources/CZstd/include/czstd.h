#pragma once
// Unpacks and packs zstd (RFC 8878) piece by piece in bounded memory. The library is loaded when the first stream is opened.
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

typedef struct czstd_packer czstd_packer;

czstd_packer *czstd_pack_open(char *message, size_t message_size);

// Packs from `input` into `output`. `end`: 0 goes on, 1 gives all that was taken so that it can be unpacked, 2 ends the
// frame as well. 0 when nothing is left to be given, 1 when it is to be called again, -1 with why in `message`.
int czstd_pack(czstd_packer *packer, int end, const uint8_t *input, size_t input_size, size_t *taken,
               uint8_t *output, size_t output_size, size_t *given, char *message, size_t message_size);

void czstd_pack_close(czstd_packer *packer);
