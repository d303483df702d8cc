#include "ccrypto.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <stdio.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *missing;
static int (*digest_once)(const void *, size_t, unsigned char *, unsigned int *, const EVP_MD *, ENGINE *);
static const EVP_MD *(*sha256)(void);
static EVP_MD *md5;

// From the default provider in a context of our own: rules for cryptography (FIPS) are the process's, and what
// Magento calls its locks is none.
static void load_md5(void *library) {
    OSSL_LIB_CTX *(*new_context)(void);
    OSSL_PROVIDER *(*load_provider)(OSSL_LIB_CTX *, const char *);
    EVP_MD *(*fetch)(OSSL_LIB_CTX *, const char *, const char *);
    *(void **)&new_context = dlsym(library, "OSSL_LIB_CTX_new");
    *(void **)&load_provider = dlsym(library, "OSSL_PROVIDER_load");
    *(void **)&fetch = dlsym(library, "EVP_MD_fetch");
    if (!new_context || !load_provider || !fetch) return;
    OSSL_LIB_CTX *context = new_context();
    if (context && load_provider(context, "default")) md5 = fetch(context, "MD5", NULL);
}

static void load(void) {
    void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        missing = "libcrypto.so.3 cannot be loaded";
        return;
    }
    *(void **)&digest_once = dlsym(library, "EVP_Digest");
    *(void **)&sha256 = dlsym(library, "EVP_sha256");
    if (!digest_once || !sha256) missing = "libcrypto.so.3 lacks EVP_Digest";
    else load_md5(library);
}

int crypto_load(char *why, size_t size) {
    pthread_once(&once, load);
    if (!missing) return 0;
    snprintf(why, size, "%s", missing);
    return -1;
}

static int digest(const EVP_MD *kind, const void *bytes, size_t length, uint8_t *out) {
    unsigned int written = 0;
    return kind && digest_once(length ? bytes : "", length, out, &written, kind, NULL) == 1 ? 0 : -1;
}

int crypto_sha256(const void *bytes, size_t length, uint8_t out[32]) {
    pthread_once(&once, load);
    return missing ? -1 : digest(sha256(), bytes, length, out);
}

int crypto_md5(const void *bytes, size_t length, uint8_t out[16]) {
    pthread_once(&once, load);
    return missing ? -1 : digest(md5, bytes, length, out);
}
