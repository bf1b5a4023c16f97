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
typedef simde__mmask32 __mmask32;

#ifndef _MM_FROUND_NO_EXC
#define _MM_FROUND_NO_EXC SIMDE_MM_FROUND_NO_EXC
#endif

// Only the lanes that the mask names are touched in memory.
#define MASKED_LOAD(name, vector, mask_type, lane, count)                   \
    static inline vector name(mask_type mask, const void *p) {              \
        lane lanes[count] = {0};                                            \
        vector x;                                                           \
        for (int i = 0; i < count; i++)                                     \
            if (mask >> i & 1) memcpy(&lanes[i], (const lane *)p + i, sizeof(lane)); \
        memcpy(&x, lanes, sizeof x);                                        \
        return x;                                                           \
    }
#define MASKED_STORE(name, vector, mask_type, lane, count)                  \
    static inline void name(void *p, mask_type mask, vector x) {            \
        lane lanes[count];                                                  \
        memcpy(lanes, &x, sizeof x);                                        \
        for (int i = 0; i < count; i++)                                     \
            if (mask >> i & 1) memcpy((lane *)p + i, &lanes[i], sizeof(lane)); \
    }
MASKED_LOAD(_mm512_maskz_loadu_ps, __m512, __mmask16, float, 16)
MASKED_LOAD(_mm512_maskz_loadu_epi32, __m512i, __mmask16, int32_t, 16)
MASKED_LOAD(_mm512_maskz_loadu_epi16, __m512i, __mmask32, int16_t, 32)
MASKED_LOAD(_mm256_maskz_loadu_epi8, __m256i, __mmask32, int8_t, 32)
MASKED_LOAD(_mm_maskz_loadu_epi8, __m128i, __mmask16, int8_t, 16)
MASKED_STORE(_mm512_mask_storeu_ps, __m512, __mmask16, float, 16)
MASKED_STORE(_mm256_mask_storeu_epi8, __m256i, __mmask32, int8_t, 32)
MASKED_STORE(_mm_mask_storeu_epi8, __m128i, __mmask16, int8_t, 16)

#define _mm512_mask_cmp_ps_mask(mask, x, y, how) ((__mmask16)((mask) & _mm512_cmp_ps_mask(x, y, how)))

#define EACH_LANE(from, to, vector, x, expression) \
    from in[16];                                                   \
    to out[16];                                                    \
    vector result;                                                 \
    memcpy(in, &x, sizeof x);                                      \
    for (int i = 0; i < 16; i++) out[i] = (to)(expression);        \
    memcpy(&result, out, sizeof result);                           \
    return result

static inline __m512i _mm512_cvtps_epi32(__m512 x) {
    EACH_LANE(float, int32_t, __m512i, x, fabsf(in[i]) < 0x1p31f ? (int32_t)nearbyintf(in[i]) : INT32_MIN);
}

static inline __m512 _mm512_cvtepi32_ps(__m512i x) { EACH_LANE(int32_t, float, __m512, x, in[i]); }
static inline __m512i _mm512_cvtepi8_epi32(__m128i x) { EACH_LANE(int8_t, int32_t, __m512i, x, in[i]); }

static inline __m128i _mm512_cvtusepi32_epi8(__m512i x) {
    EACH_LANE(uint32_t, uint8_t, __m128i, x, in[i] < 255 ? in[i] : 255);
}

// SIMDe's multiplies by 2^n, which is no float where n is 128.
#undef _mm512_scalef_ps
#define _mm512_scalef_ps scalef_lanes
static inline __m512 scalef_lanes(__m512 x, __m512 n) {
    float powers[16];
    memcpy(powers, &n, sizeof n);
    EACH_LANE(float, float, __m512, x, isfinite(powers[i]) ? ldexpf(in[i], (int)floorf(powers[i])) : in[i] * powers[i]);
}

static inline __m256 _mm512_extractf32x8_ps(__m512 x, int half) {
    float lanes[16];
    memcpy(lanes, &x, sizeof x);
    return _mm256_loadu_ps(lanes + 8 * half);
}

// Halves are added, then halves of those, as the compiler's header does.
static inline float _mm512_reduce_add_ps(__m512 x) {
    float lanes[16];
    memcpy(lanes, &x, sizeof x);
    for (int width = 8; width > 0; width /= 2)
        for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
    return lanes[0];
}

static inline int32_t _mm512_reduce_add_epi32(__m512i x) {
    uint32_t lanes[16], sum = 0;
    memcpy(lanes, &x, sizeof x);
    for (int i = 0; i < 16; i++) sum += lanes[i];
    return (int32_t)sum;
}

static inline float _mm512_reduce_max_ps(__m512 x) {
    float lanes[16];
    memcpy(lanes, &x, sizeof x);
    float highest = lanes[0];
    for (int i = 1; i < 16; i++) highest = lanes[i] > highest ? lanes[i] : highest;
    return highest;
}

static inline uint32_t _mm512_mask_reduce_min_epu32(__mmask16 mask, __m512i x) {
    uint32_t lanes[16], lowest = UINT32_MAX;
    memcpy(lanes, &x, sizeof x);
    for (int i = 0; i < 16; i++)
        if (mask >> i & 1 && lanes[i] < lowest) lowest = lanes[i];
    return lowest;
}

static inline int _mm_popcnt_u32(unsigned x) { return __builtin_popcount(x); }
