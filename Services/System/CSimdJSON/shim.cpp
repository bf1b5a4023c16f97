#include "CSimdJSON.h"

#include <new>
#include <simdjson.h>

struct csimdjson_parser {
    simdjson::dom::parser parser;
};

static csimdjson_status status_of(simdjson::error_code code) {
    switch (code) {
    case simdjson::SUCCESS: return CSIMDJSON_SUCCESS;
    case simdjson::MEMALLOC: return CSIMDJSON_OUT_OF_MEMORY;
    case simdjson::EMPTY: return CSIMDJSON_EMPTY;
    case simdjson::DEPTH_ERROR: return CSIMDJSON_DEPTH;
    case simdjson::UTF8_ERROR: return CSIMDJSON_UTF8;
    case simdjson::STRING_ERROR:
    case simdjson::UNESCAPED_CHARS:
    case simdjson::UNCLOSED_STRING: return CSIMDJSON_STRING;
    case simdjson::NUMBER_ERROR:
    case simdjson::NUMBER_OUT_OF_RANGE: return CSIMDJSON_NUMBER;
    default: return CSIMDJSON_SYNTAX;
    }
}

csimdjson_parser *csimdjson_create(size_t max_depth) {
    auto *parser = new (std::nothrow) csimdjson_parser;
    if (!parser) { return nullptr; }
    // Small to begin with: simdjson keeps the depth when it grows.
    if (parser->parser.allocate(4096, max_depth) != simdjson::SUCCESS) {
        delete parser;
        return nullptr;
    }
    return parser;
}

void csimdjson_destroy(csimdjson_parser *parser) { delete parser; }

csimdjson_document csimdjson_parse(csimdjson_parser *parser, const uint8_t *bytes, size_t length) {
    auto code = parser->parser.parse(bytes, length).error();
    if (code != simdjson::SUCCESS) { return {status_of(code), nullptr, nullptr}; }
    return {CSIMDJSON_SUCCESS, parser->parser.doc.tape.get(), parser->parser.doc.string_buf.get()};
}
