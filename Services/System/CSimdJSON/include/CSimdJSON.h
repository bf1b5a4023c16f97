#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A simdjson DOM parser with its own memory, which it keeps between documents. Used by one thread at a time.
typedef struct csimdjson_parser csimdjson_parser;

/// What became of a text; values of errors that callers tell apart, all others are `CSIMDJSON_SYNTAX`.
typedef enum : int32_t {
    CSIMDJSON_SUCCESS = 0,
    CSIMDJSON_OUT_OF_MEMORY = 1,
    CSIMDJSON_EMPTY = 2,
    CSIMDJSON_DEPTH = 3,
    CSIMDJSON_UTF8 = 4,
    CSIMDJSON_STRING = 5,
    CSIMDJSON_NUMBER = 6,
    CSIMDJSON_SYNTAX = 7,
} csimdjson_status;

/// The parsed document: simdjson's tape (see its doc/tape.md) and the buffer that its strings lie in.
/// Both die with the parser's next document.
typedef struct {
    csimdjson_status status;
    const uint64_t *_Nullable tape;
    const uint8_t *_Nullable strings;
} csimdjson_document;

/// A parser that accepts `max_depth` levels of nesting, or NULL when there is no memory.
csimdjson_parser *_Nullable csimdjson_create(size_t max_depth);
void csimdjson_destroy(csimdjson_parser *_Nonnull parser);

/// Parses `length` bytes, copied to where there is padding behind them.
csimdjson_document csimdjson_parse(csimdjson_parser *_Nonnull parser, const uint8_t *_Nonnull bytes, size_t length);

#ifdef __cplusplus
}
#endif
