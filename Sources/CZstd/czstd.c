#include "czstd.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <zstd.h>

#define FUNCTIONS(F)          \
    F(ZSTD_createDStream)     \
    F(ZSTD_freeDStream)       \
    F(ZSTD_DCtx_setParameter) \
    F(ZSTD_decompressStream)  \
    F(ZSTD_createCStream)     \
    F(ZSTD_freeCStream)       \
    F(ZSTD_CCtx_setParameter) \
    F(ZSTD_compressStream2)   \
    F(ZSTD_isError)           \
    F(ZSTD_getErrorName)

static struct {
#define F(name) __typeof__(&name) name;
    FUNCTIONS(F)
#undef F
} lib;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool loaded;

static void load(void) {
    void *library = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) return;
    loaded = true;
#define F(name) loaded = loaded && (*(void **)&lib.name = dlsym(library, #name)) != NULL;
    FUNCTIONS(F)
#undef F
}

struct czstd_stream {
    ZSTD_DStream *stream;
};

// 2 to this power: what `zstd` unpacks without being asked, and its own default up to level 19.
enum { window = 27 };

czstd_stream *czstd_open(char *message, size_t message_size) {
    pthread_once(&once, load);
    const char *why = "out of memory";
    if (!loaded) {
        why = "libzstd.so.1 cannot be loaded; install the package libzstd1";
    } else {
        czstd_stream *made = calloc(1, sizeof *made);
        if (made != NULL) made->stream = lib.ZSTD_createDStream();
        if (made != NULL && made->stream != NULL &&
            !lib.ZSTD_isError(lib.ZSTD_DCtx_setParameter(made->stream, ZSTD_d_windowLogMax, window)))
            return made;
        czstd_close(made);
    }
    if (message_size > 0) snprintf(message, message_size, "%s", why);
    return NULL;
}

int czstd_unpack(czstd_stream *stream, const uint8_t *input, size_t input_size, size_t *taken, uint8_t *output,
                 size_t output_size, size_t *given, char *message, size_t message_size) {
    ZSTD_inBuffer in = {input, input_size, 0};
    ZSTD_outBuffer out = {output, output_size, 0};
    size_t left = lib.ZSTD_decompressStream(stream->stream, &out, &in);
    *taken = in.pos;
    *given = out.pos;
    if (lib.ZSTD_isError(left)) {
        if (message_size > 0) snprintf(message, message_size, "%s", lib.ZSTD_getErrorName(left));
        return -1;
    }
    return left == 0 ? 0 : 1;
}

void czstd_close(czstd_stream *stream) {
    if (stream == NULL) return;
    if (stream->stream != NULL) lib.ZSTD_freeDStream(stream->stream);
    free(stream);
}

struct czstd_packer {
    ZSTD_CStream *stream;
};

czstd_packer *czstd_pack_open(char *message, size_t message_size) {
    pthread_once(&once, load);
    const char *why = "out of memory";
    if (!loaded) {
        why = "libzstd.so.1 cannot be loaded; install the package libzstd1";
    } else {
        czstd_packer *made = calloc(1, sizeof *made);
        if (made != NULL) made->stream = lib.ZSTD_createCStream();
        // A sum of each frame, so that what a bad disk changed is not taken for what was read.
        if (made != NULL && made->stream != NULL &&
            !lib.ZSTD_isError(lib.ZSTD_CCtx_setParameter(made->stream, ZSTD_c_checksumFlag, 1)))
            return made;
        czstd_pack_close(made);
    }
    if (message_size > 0) snprintf(message, message_size, "%s", why);
    return NULL;
}

int czstd_pack(czstd_packer *packer, int end, const uint8_t *input, size_t input_size, size_t *taken,
               uint8_t *output, size_t output_size, size_t *given, char *message, size_t message_size) {
    static const ZSTD_EndDirective directives[] = {ZSTD_e_continue, ZSTD_e_flush, ZSTD_e_end};
    ZSTD_inBuffer in = {input, input_size, 0};
    ZSTD_outBuffer out = {output, output_size, 0};
    size_t left = lib.ZSTD_compressStream2(packer->stream, &out, &in, directives[end < 0 || end > 2 ? 0 : end]);
    *taken = in.pos;
    *given = out.pos;
    if (lib.ZSTD_isError(left)) {
        if (message_size > 0) snprintf(message, message_size, "%s", lib.ZSTD_getErrorName(left));
        return -1;
    }
    return left == 0 ? 0 : 1;
}

void czstd_pack_close(czstd_packer *packer) {
    if (packer == NULL) return;
    if (packer->stream != NULL) lib.ZSTD_freeCStream(packer->stream);
    free(packer);
}
