// Hash functions of libcrypto, loaded when first needed; no OpenSSL type leaves this target.
#pragma once
#include <stddef.h>
#include <stdint.h>

// 0 when libcrypto could be loaded and has what is needed; else -1, and `why` says what is missing.
int crypto_load(char *why, size_t size);

// The digest of `length` bytes: 0, or -1 when the library is missing or will not compute it.
int crypto_sha256(const void *bytes, size_t length, uint8_t digest[32]);
int crypto_md5(const void *bytes, size_t length, uint8_t digest[16]);
