#include "ccrypto.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *missing;
static int (*digest_once)(const void *, size_t, unsigned char *, unsigned int *, const EVP_MD *, ENGINE *);
static const EVP_MD *(*sha256)(void);

static void load(void) {
    void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        missing = "libcrypto.so.3 cannot be loaded";
        return;
    }
    *(void **)&digest_once = dlsym(library, "EVP_Digest");
    *(void **)&sha256 = dlsym(library, "EVP_sha256");
    if (!digest_once || !sha256) missing = "libcrypto.so.3 lacks EVP_Digest";
}

int crypto_load(char *why, size_t size) {
    pthread_once(&once, load);
    if (!missing) return 0;
    snprintf(why, size, "%s", missing);
    return -1;
}

int crypto_sha256(const void *bytes, size_t length, uint8_t out[32]) {
    pthread_once(&once, load);
    if (missing) return -1;
    unsigned int written = 0;
    return digest_once(length ? bytes : "", length, out, &written, sha256(), NULL) == 1 ? 0 : -1;
}
