// Floats as integers of the same order.
#pragma once
#include <stdint.h>
#include <string.h>

// Bits that order as the floats do: ascending, negatives included.
static inline uint32_t ck_ordered(float score) {
    uint32_t bits;
    memcpy(&bits, &score, 4);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

static inline float ck_unordered(uint32_t bits) {
    bits = bits & 0x80000000u ? bits & 0x7fffffffu : ~bits;
    float score;
    memcpy(&score, &bits, 4);
    return score;
}
