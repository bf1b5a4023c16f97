// AVX-512 in portable C: SIMDe (libsimde-dev 0.7.4) and those intrinsics that it lacks, written out from Intel's guide. Found
// in place of the compiler's header, so that avx512vnni.c runs where no processor has the instructions.
#pragma once
#define SIMDE_NO_NATIVE
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <math.h>
#include <simde/x86/avx512.h>
#include <simde/x86/fma.h>
#include <string.h>

typedef simde__mmask16 __mmask16;

#ifndef _MM_FROUND_NO_EXC
#define _MM_FROUND_NO_EXC SIMDE_MM_FROUND_NO_EXC
#endif

static inline __m512 _mm512_maskz_loadu_ps(__mmask16 mask, const void *p) {
    float lanes[16] = {0};
    for (int i = 0; i < 16; i++)
        if (mask >> i & 1) memcpy(&lanes[i], (const float *)p + i, 4);
    return _mm512_loadu_ps(lanes);
}

static inline void _mm512_mask_storeu_ps(void *p, __mmask16 mask, __m512 x) {
    float lanes[16];
    _mm512_storeu_ps(lanes, x);
    for (int i = 0; i < 16; i++)
        if (mask >> i & 1) memcpy((float *)p + i, &lanes[i], 4);
}

static inline void _mm_mask_storeu_epi8(void *p, __mmask16 mask, __m128i x) {
    int8_t lanes[16];
    memcpy(lanes, &x, 16);
    for (int i = 0; i < 16; i++)
        if (mask >> i & 1) ((int8_t *)p)[i] = lanes[i];
}

// Halves are added, then halves of those, as the compiler's header does.
static inline float _mm512_reduce_add_ps(__m512 x) {
    float lanes[16];
    _mm512_storeu_ps(lanes, x);
    for (int width = 8; width > 0; width /= 2)
        for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
    return lanes[0];
}

static inline float _mm512_reduce_max_ps(__m512 x) {
    float lanes[16], highest;
    _mm512_storeu_ps(lanes, x);
    highest = lanes[0];
    for (int i = 1; i < 16; i++) highest = lanes[i] > highest ? lanes[i] : highest;
    return highest;
}

static inline uint32_t _mm512_mask_reduce_min_epu32(__mmask16 mask, __m512i x) {
    uint32_t lanes[16], lowest = UINT32_MAX;
    _mm512_storeu_si512(lanes, x);
    for (int i = 0; i < 16; i++)
        if (mask >> i & 1 && lanes[i] < lowest) lowest = lanes[i];
    return lowest;
}

static inline __m256 _mm512_extractf32x8_ps(__m512 x, int half) {
    float lanes[16];
    _mm512_storeu_ps(lanes, x);
    return _mm256_loadu_ps(lanes + 8 * half);
}

static inline __m512i _mm512_cvtps_epi32(__m512 x) {
    float lanes[16];
    int32_t whole[16];
    _mm512_storeu_ps(lanes, x);
    for (int i = 0; i < 16; i++)
        whole[i] = fabsf(lanes[i]) < 0x1p31f ? (int32_t)nearbyintf(lanes[i]) : INT32_MIN;
    return _mm512_loadu_si512(whole);
}

static inline __m512 _mm512_cvtepi32_ps(__m512i x) {
    int32_t whole[16];
    float lanes[16];
    _mm512_storeu_si512(whole, x);
    for (int i = 0; i < 16; i++) lanes[i] = (float)whole[i];
    return _mm512_loadu_ps(lanes);
}

#define _mm512_mask_cmp_ps_mask(mask, x, y, how) ((__mmask16)((mask) & _mm512_cmp_ps_mask(x, y, how)))

static inline int _mm_popcnt_u32(unsigned x) { return __builtin_popcount(x); }
