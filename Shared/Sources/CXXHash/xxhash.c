// Debian's xxhash.h, compiled into this file: no library is needed when the program runs.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "CXXHash.h"

uint64_t cxx_xxh3_64(const void *bytes, size_t count) {
    return count == 0 ? XXH3_64bits("", 0) : XXH3_64bits(bytes, count);
}

cxx_xxh3 *cxx_xxh3_create(void) {
    XXH3_state_t *state = XXH3_createState();
    if (state) XXH3_64bits_reset(state);
    return (cxx_xxh3 *)state;
}

void cxx_xxh3_update(cxx_xxh3 *hash, const void *bytes, size_t count) {
    if (count) XXH3_64bits_update((XXH3_state_t *)hash, bytes, count);
}

uint64_t cxx_xxh3_digest(const cxx_xxh3 *hash) { return XXH3_64bits_digest((const XXH3_state_t *)hash); }

void cxx_xxh3_free(cxx_xxh3 *hash) { XXH3_freeState((XXH3_state_t *)hash); }
