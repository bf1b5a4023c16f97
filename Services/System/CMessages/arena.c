#include <pthread.h>
#include <stdlib.h>

#include "CMessages.h"

// A piece of memory that is handed out from its front; `bytes` of them follow.
typedef struct block {
    struct block *older;
    size_t size;
    size_t used;
    _Alignas(max_align_t) unsigned char bytes[];
} block;

struct cmessages_arena {
    ProtobufCAllocator allocator;
    block *newest;
    size_t depth;
    size_t left;
    int was_exceeded;
};

enum {
    alignment = _Alignof(max_align_t),
    first_block = 64 * 1024,
    // What a thread keeps between uses at most.
    kept = 1024 * 1024,
};

static _Thread_local cmessages_arena *current;
static pthread_key_t at_thread_end;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void destroy(void *pointer) {
    cmessages_arena *arena = pointer;
    while (arena->newest) {
        block *older = arena->newest->older;
        free(arena->newest);
        arena->newest = older;
    }
    free(arena);
}

static void make_key(void) { pthread_key_create(&at_thread_end, destroy); }

static void *allocate(void *arena, size_t size) { return cmessages_arena_take(arena, size); }

static void ignore(void *arena, void *pointer) {
    (void)arena;
    (void)pointer;
}

static cmessages_arena *make(void) {
    pthread_once(&once, make_key);
    cmessages_arena *arena = calloc(1, sizeof *arena);
    if (!arena) return NULL;
    arena->allocator = (ProtobufCAllocator){.alloc = allocate, .free = ignore, .allocator_data = arena};
    pthread_setspecific(at_thread_end, arena);
    return arena;
}

cmessages_arena *cmessages_arena_open(size_t limit) {
    if (!current) current = make();
    if (!current) return NULL;
    if (current->depth++ == 0) {
        current->left = limit;
        current->was_exceeded = 0;
    }
    return current;
}

void cmessages_arena_close(cmessages_arena *arena) {
    if (--arena->depth > 0 || !arena->newest) return;
    // The newest block is the largest.
    while (arena->newest->older) {
        block *gone = arena->newest->older;
        arena->newest->older = gone->older;
        free(gone);
    }
    arena->newest->used = 0;
    if (arena->newest->size > kept) {
        free(arena->newest);
        arena->newest = NULL;
    }
}

void *cmessages_arena_take(cmessages_arena *arena, size_t size) {
    if (size > arena->left) {
        arena->was_exceeded = 1;
        return NULL;
    }
    size_t rounded = (size + alignment - 1) & ~(size_t)(alignment - 1);
    block *newest = arena->newest;
    if (!newest || newest->size - newest->used < rounded) {
        size_t length = newest ? 2 * newest->size : first_block;
        if (length < rounded) length = rounded;
        block *added = malloc(sizeof *added + length);
        if (!added) return NULL;
        added->older = newest;
        added->size = length;
        added->used = 0;
        arena->newest = newest = added;
    }
    void *memory = newest->bytes + newest->used;
    newest->used += rounded;
    arena->left -= size;
    return memory;
}

int cmessages_arena_was_exceeded(const cmessages_arena *arena) { return arena->was_exceeded; }

ProtobufCAllocator *cmessages_arena_allocator(cmessages_arena *arena) { return &arena->allocator; }
