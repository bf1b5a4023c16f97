#pragma once
#include <stddef.h>
#include <stdint.h>

/// XXH3 with 64 bits, seed 0, as xxHash's specification has it: a checksum against mistakes of machines, not of people.

typedef struct cxx_xxh3 cxx_xxh3;

/// The hash of `count` bytes; `bytes` may be null when there are none.
uint64_t cxx_xxh3_64(const void *bytes, size_t count);

/// A hash of bytes that arrive in pieces; null when memory is out.
cxx_xxh3 *cxx_xxh3_create(void);
void cxx_xxh3_update(cxx_xxh3 *hash, const void *bytes, size_t count);
uint64_t cxx_xxh3_digest(const cxx_xxh3 *hash);
void cxx_xxh3_free(cxx_xxh3 *hash);
