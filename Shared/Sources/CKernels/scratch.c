// A packing buffer a thread: kept while the thread lives, so that a warm thread allocates nothing.
#include <pthread.h>
#include <stdlib.h>
#include "kernels.h"

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local float *buffer;
static _Thread_local size_t capacity;

static void make_key(void) {
    if (pthread_key_create(&key, free) != 0) abort();
}

float *ck_scratch(size_t count) {
    if (count <= capacity) return buffer;
    pthread_once(&once, make_key);
    free(buffer);
    void *memory;
    if (posix_memalign(&memory, 64, count * sizeof(float)) != 0) abort();
    pthread_setspecific(key, memory);
    buffer = memory;
    capacity = count;
    return buffer;
}
