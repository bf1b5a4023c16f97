#pragma once
#include <stddef.h>
#include <stdint.h>

#include "roles.pb-c.h"
#include "rows.pb-c.h"

/// Memory for the messages of one thread: what is taken from it while a message is read or written is given back at once
/// when that is over, and kept for the next.
typedef struct cmessages_arena cmessages_arena;

/// The calling thread's arena, opened for one use in which at most `limit` bytes are taken; NULL when there is no memory.
/// Uses may be nested: memory is given back when the outermost ends, and has its limit.
cmessages_arena *_Nullable cmessages_arena_open(size_t limit);

/// Ends a use.
void cmessages_arena_close(cmessages_arena *_Nonnull arena);

/// `size` bytes, aligned for every type, valid until the use ends; NULL beyond the limit or when there is no memory.
void *_Nullable cmessages_arena_take(cmessages_arena *_Nonnull arena, size_t size);

/// Whether the current use has asked for more than there was.
int cmessages_arena_was_exceeded(const cmessages_arena *_Nonnull arena);

/// The arena as protobuf-c's allocator.
ProtobufCAllocator *_Nonnull cmessages_arena_allocator(cmessages_arena *_Nonnull arena);
