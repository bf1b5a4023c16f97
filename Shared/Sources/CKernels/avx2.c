// AVX2, FMA and BMI2: 8 floats, 32 bytes at a time.
#if defined(__x86_64__)
#include <immintrin.h>
#include "kernels.h"

#pragma clang attribute push(__attribute__((target("avx2,fma,bmi,bmi2,popcnt"))), apply_to = function)

#define NAME(operation) operation##_avx2
#define LANES 8
typedef __m256 vf;
#define LOAD _mm256_loadu_ps
#define STORE _mm256_storeu_ps
#define SPLAT _mm256_set1_ps
#define ADD _mm256_add_ps
#define SUB _mm256_sub_ps
#define MUL _mm256_mul_ps
#define DIV _mm256_div_ps
#define MAX _mm256_max_ps
#define SQRT _mm256_sqrt_ps
#define FMA _mm256_fmadd_ps
#define NFMA _mm256_fnmadd_ps
#define ROUND(x) _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)
#define INLINE static inline __attribute__((always_inline))

INLINE __m256i first_lanes(size_t n) {
    static const int32_t marks[16] = {-1, -1, -1, -1, -1, -1, -1, -1};
    return _mm256_loadu_si256((const __m256i *)(marks + 8 - n));
}

INLINE vf LOAD_FIRST(const float *p, size_t n) { return _mm256_maskload_ps(p, first_lanes(n)); }
INLINE void STORE_FIRST(float *p, size_t n, vf x) { _mm256_maskstore_ps(p, first_lanes(n), x); }

INLINE vf POSITIVE(vf y, vf g) { return _mm256_and_ps(_mm256_cmp_ps(y, _mm256_setzero_ps(), _CMP_GT_OQ), g); }

// In two factors, since 2^128 is no float.
INLINE vf SCALE_BY_POWER(vf y, vf n) {
    __m256i whole = _mm256_cvtps_epi32(n), half = _mm256_srai_epi32(whole, 1), bias = _mm256_set1_epi32(127);
    __m256i a = _mm256_slli_epi32(_mm256_add_epi32(half, bias), 23);
    __m256i b = _mm256_slli_epi32(_mm256_add_epi32(_mm256_sub_epi32(whole, half), bias), 23);
    return MUL(MUL(y, _mm256_castsi256_ps(a)), _mm256_castsi256_ps(b));
}

INLINE vf EXP_LIMITS(vf x, vf y) {
    y = _mm256_blendv_ps(y, SPLAT(__builtin_inff()), _mm256_cmp_ps(x, SPLAT(88.72284f), _CMP_GT_OQ));
    y = _mm256_andnot_ps(_mm256_cmp_ps(x, SPLAT(CK_EXP_LOWEST), _CMP_LT_OQ), y);
    return _mm256_blendv_ps(y, x, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
}

INLINE float sum_lanes(vf x) {
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

INLINE float max_lanes(vf x) {
    __m128 s = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
    s = _mm_max_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
}

INLINE void sum_lanes4(const vf *s, float *out) {
    vf t = _mm256_hadd_ps(_mm256_hadd_ps(s[0], s[1]), _mm256_hadd_ps(s[2], s[3]));
    _mm_storeu_ps(out, _mm_add_ps(_mm256_castps256_ps128(t), _mm256_extractf128_ps(t, 1)));
}

#include "transpose8.h"
#include "vector_float.h"

#define TILE_ROWS 6
#define TILE_CASES CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6)
#include "vector_gemm.h"

INLINE int8_t quantise_one(float x, float factor) {
    if (!(__builtin_fabsf(x) <= CK_FLOAT_MAX)) return 0;
    x *= factor;
    x = x > 127 ? 127 : x < -127 ? -127 : x;
    return (int8_t)_mm_cvtss_si32(_mm_set_ss(x));
}

static void quantise_rows_s8_avx2(size_t rows, size_t columns, const float *x, size_t ldx, int8_t *q, size_t ldq,
                                  float *scales) {
    const vf sign = SPLAT(-0.0f), top = SPLAT(CK_FLOAT_MAX), limit = SPLAT(127);
    for (size_t r = 0; r < rows; r++, x += ldx, q += ldq) {
        vf most = SPLAT(0);
        size_t i = 0;
        for (; i < columns; i += 8) {
            vf value = columns - i < 8 ? LOAD_FIRST(x + i, columns - i) : LOAD(x + i);
            vf magnitude = _mm256_andnot_ps(sign, value);
            most = MAX(_mm256_and_ps(magnitude, _mm256_cmp_ps(magnitude, top, _CMP_LE_OQ)), most);
        }
        float highest = max_lanes(most);
        int zero = highest < CK_QUANTISE_LEAST;
        float factor = zero ? 0 : 127 / highest;
        scales[r] = zero ? 0 : highest / 127;
        for (i = 0; i + 8 <= columns; i += 8) {
            vf value = LOAD(x + i), magnitude = _mm256_andnot_ps(sign, value);
            value = MUL(_mm256_and_ps(value, _mm256_cmp_ps(magnitude, top, _CMP_LE_OQ)), SPLAT(factor));
            value = _mm256_max_ps(_mm256_min_ps(value, limit), SUB(SPLAT(0), limit));
            __m256i words = _mm256_cvtps_epi32(value);
            __m128i halves = _mm_packs_epi32(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
            _mm_storel_epi64((__m128i *)(q + i), _mm_packs_epi16(halves, halves));
        }
        for (; i < columns; i++) q[i] = quantise_one(x[i], factor);
        for (; i < ldq; i++) q[i] = 0;
    }
}

enum { QUERIES = 4 };

// Up to four queries against blocks of 16 rows. Of each 16-bit lane, which holds two dimensions of a row, the low byte
// and the high byte are widened apart, so that the products of dimensions 0 and 2, then 1 and 3, meet in the row's own
// 32-bit lane. query: for each 4 dimensions, for each query, (0, 2) and (1, 3) as pairs of 16 bits.
INLINE void scan_tile(const size_t queries, size_t blocks, size_t dimensions, const int8_t *rows,
                      const float *row_scales, const float *biases, const int32_t *query, const float *query_scales,
                      float *scores, size_t lds) {
    for (size_t block = 0; block < blocks; block++, rows += CK_BLOCK_ROWS * dimensions) {
        __m256i s[QUERIES][2];
#pragma clang loop unroll(full)
        for (size_t q = 0; q < queries; q++) s[q][0] = s[q][1] = _mm256_setzero_si256();
        const int32_t *pair = query;
        const __m256i *bytes = (const __m256i *)rows;
        for (size_t d = 0; d < dimensions; d += 4, bytes += 2, pair += 2 * QUERIES) {
            __m256i r0 = _mm256_loadu_si256(bytes), r1 = _mm256_loadu_si256(bytes + 1);
            __m256i even0 = _mm256_srai_epi16(_mm256_slli_epi16(r0, 8), 8), odd0 = _mm256_srai_epi16(r0, 8);
            __m256i even1 = _mm256_srai_epi16(_mm256_slli_epi16(r1, 8), 8), odd1 = _mm256_srai_epi16(r1, 8);
#pragma clang loop unroll(full)
            for (size_t q = 0; q < queries; q++) {
                __m256i even = _mm256_set1_epi32(pair[2 * q]), odd = _mm256_set1_epi32(pair[2 * q + 1]);
                s[q][0] = _mm256_add_epi32(s[q][0], _mm256_madd_epi16(even0, even));
                s[q][1] = _mm256_add_epi32(s[q][1], _mm256_madd_epi16(even1, even));
                s[q][0] = _mm256_add_epi32(s[q][0], _mm256_madd_epi16(odd0, odd));
                s[q][1] = _mm256_add_epi32(s[q][1], _mm256_madd_epi16(odd1, odd));
            }
        }
        size_t row = block * CK_BLOCK_ROWS;
#pragma clang loop unroll(full)
        for (size_t q = 0; q < queries; q++)
            for (size_t half = 0; half < 2; half++) {
                vf scale = MUL(SPLAT(query_scales[q]), LOAD(row_scales + row + 8 * half));
                vf product = MUL(_mm256_cvtepi32_ps(s[q][half]), scale);
                STORE(scores + q * lds + row + 8 * half, ADD(product, LOAD(biases + row + 8 * half)));
            }
    }
}

static void scan_s8_avx2(size_t blocks, size_t dimensions, const int8_t *rows, const float *row_scales,
                         const float *biases, size_t queries, const int8_t *query, size_t ldq,
                         const float *query_scales, float *scores, size_t lds) {
    int32_t pairs[CK_MAX_DIMENSIONS / 2 * QUERIES];
    for (size_t first = 0; first < queries; first += QUERIES) {
        size_t n = queries - first < QUERIES ? queries - first : QUERIES;
        for (size_t q = 0; q < n; q++) {
            const int8_t *x = query + (first + q) * ldq;
            for (size_t d = 0; d < dimensions; d += 4, x += 4) {
                int32_t *pair = pairs + d / 2 * QUERIES + 2 * q;
                pair[0] = (int32_t)((uint32_t)(uint16_t)x[0] | (uint32_t)x[2] << 16);
                pair[1] = (int32_t)((uint32_t)(uint16_t)x[1] | (uint32_t)x[3] << 16);
            }
        }
        const float *q_scales = query_scales + first;
        float *out = scores + first * lds;
#define CASE(n) \
    case n: scan_tile(n, blocks, dimensions, rows, row_scales, biases, pairs, q_scales, out, lds); break;
        switch (n) { CASE(1) CASE(2) CASE(3) CASE(4) }
#undef CASE
    }
}

// The lanes of x that a mask names, moved to the front.
INLINE __m256i front_lanes(unsigned mask) {
    uint64_t bytes = _pdep_u64(mask, 0x0101010101010101u) * 0xff;
    return _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)_pext_u64(0x0706050403020100u, bytes)));
}

INLINE uint32_t above_mask(const float *x, vf limit) {
    return (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(LOAD(x), limit, _CMP_GT_OQ));
}

static size_t collect_f32_avx2(size_t n, const float *scores, float threshold, uint32_t base, const uint8_t *allowed,
                               const uint8_t *excluded, float *out_scores, uint32_t *out_indices) {
    const vf limit = SPLAT(threshold);
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    size_t count = 0, i = 0;
    for (; i + 32 <= n; i += 32) {
        uint32_t mask = 0, bits;
        for (unsigned j = 0; j < 4; j++) mask |= above_mask(scores + i + 8 * j, limit) << 8 * j;
        if (!mask) continue;
        if (allowed) {
            memcpy(&bits, allowed + i / 8, 4);
            mask &= bits;
        }
        if (excluded) {
            memcpy(&bits, excluded + i / 8, 4);
            mask &= ~bits;
        }
        if (_mm_popcnt_u32(mask) <= 4) {
            for (; mask; mask &= mask - 1) {
                size_t place = i + (size_t)__builtin_ctz(mask);
                out_scores[count] = scores[place];
                out_indices[count++] = base + (uint32_t)place;
            }
            continue;
        }
        for (size_t j = i; j < i + 32; j += 8, mask >>= 8) {
            // Eight are written although fewer count: count ≤ j, so they lie within the room for n.
            __m256i front = front_lanes(mask & 255), index = _mm256_set1_epi32((int)(base + (uint32_t)j));
            STORE(out_scores + count, _mm256_permutevar8x32_ps(LOAD(scores + j), front));
            _mm256_storeu_si256((__m256i *)(out_indices + count),
                                _mm256_permutevar8x32_epi32(_mm256_add_epi32(lane, index), front));
            count += (size_t)_mm_popcnt_u32(mask & 255);
        }
    }
    for (; i < n; i++) {
        if (!(scores[i] > threshold)) continue;
        if (allowed && !(allowed[i / 8] >> i % 8 & 1)) continue;
        if (excluded && excluded[i / 8] >> i % 8 & 1) continue;
        out_scores[count] = scores[i];
        out_indices[count++] = base + (uint32_t)i;
    }
    return count;
}

static size_t count_above_f32_avx2(size_t n, const float *scores, float threshold) {
    const vf limit = SPLAT(threshold);
    __m256i sum = _mm256_setzero_si256();
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        sum = _mm256_sub_epi32(sum, _mm256_castps_si256(_mm256_cmp_ps(LOAD(scores + i), limit, _CMP_GT_OQ)));
    uint32_t lanes[8];
    _mm256_storeu_si256((__m256i *)lanes, sum);
    size_t count = 0;
    for (size_t j = 0; j < 8; j++) count += lanes[j];
    for (; i < n; i++) count += scores[i] > threshold;
    return count;
}

static size_t mmr_step_f32_avx2(size_t n, float lambda, const float *relevance, const float *similarity,
                                float *maximum) {
    const vf a = SPLAT(lambda), b = SPLAT(1 - lambda);
    vf best = SPLAT(-__builtin_inff());
    __m256i place = _mm256_setzero_si256(), here = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    size_t i = 0;
    for (; i + 8 <= n; i += 8, here = _mm256_add_epi32(here, _mm256_set1_epi32(8))) {
        vf highest = MAX(LOAD(similarity + i), LOAD(maximum + i));
        STORE(maximum + i, highest);
        vf value = SUB(MUL(a, LOAD(relevance + i)), MUL(b, highest));
        vf better = _mm256_cmp_ps(value, best, _CMP_GT_OQ);
        best = _mm256_blendv_ps(best, value, better);
        place = _mm256_blendv_epi8(place, here, _mm256_castps_si256(better));
    }
    float values[8];
    uint32_t places[8];
    STORE(values, best);
    _mm256_storeu_si256((__m256i *)places, place);
    float highest = -__builtin_inff();
    size_t found = 0;
    for (size_t j = 0; j < 8; j++)
        if (values[j] > highest || (values[j] == highest && places[j] < found)) {
            highest = values[j];
            found = places[j];
        }
    for (; i < n; i++) {
        maximum[i] = similarity[i] > maximum[i] ? similarity[i] : maximum[i];
        float value = lambda * relevance[i] - (1 - lambda) * maximum[i];
        if (value > highest) {
            highest = value;
            found = i;
        }
    }
    return found;
}

#include "dense_avx2.h"

const ck_table ck_avx2 = {
    .dot = dot_f32_avx2,
    .axpy = axpy_f32_avx2,
    .gemm = gemm_f32_avx2,
    .adam = adam_f32_avx2,
    .softmax_rows = softmax_rows_f32_avx2,
    .exp = exp_f32_avx2,
    .column_sums = column_sums_f32_avx2,
    .relu_gradient = relu_gradient_f32_avx2,
    .quantise_rows = quantise_rows_s8_avx2,
    .scan_s8 = scan_s8_avx2,
    .scan_ranges_s8 = scan_ranges_s8_scalar,
    .dot_rows_f32s8 = dot_rows_f32s8_scalar,
    .argmax_rows = argmax_rows_f32_scalar,
    .collect = collect_f32_avx2,
    .count_above = count_above_f32_avx2,
    .mmr_step = mmr_step_f32_avx2,
    .dense_u8s8 = dense_u8s8_avx2,
    .dense_u8s8_f32 = dense_u8s8_f32_avx2,
    .narrow_u8s8_f32 = narrow_u8s8_f32_avx2,
    .quantise_u8 = quantise_u8_avx2,
    .combine_u8 = combine_u8_avx2,
    .dequantise_rows = dequantise_rows_s8_avx2,
};

#pragma clang attribute pop
#endif
