// AVX2, FMA and BMI2: 8 floats, 32 bytes at a time.
#if defined(__x86_64__)
#include <immintrin.h>
#include "kernels.h"
#include "scan_types.h"

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
#define ANY_EQUAL(x, y) (_mm256_movemask_ps(_mm256_cmp_ps(x, y, _CMP_EQ_OQ)) != 0)
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
#include "vector_rows.h"

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

// vpmaddubsw multiplies unsigned by signed bytes and adds two products to 16 bits, so that a query goes in as |q| and a row
// as x·sign(q). Where q < 0 the row's bits are flipped, which gives -x - 1 and is cheaper than -x; the sums then start at
// Σ |q| over those. Two products reach 128·(|q| + |q'|) ≤ 32512. Where |q| is small enough to leave room, which it mostly
// is, the sums of two groups of four dimensions are added in 16 bits before they are widened.
typedef struct scan_queries_avx2 {
    size_t count;
    const float *scales;
    int32_t starts[SCAN_QUERIES];
    // Of 8 dimensions |q|, then 255 where q < 0; a row of 2 · dimensions bytes a query.
    uint8_t signs[2 * SCAN_QUERIES * CK_MAX_DIMENSIONS];
    // The eights of dimensions, a row of dimensions/8 a query: `roomy` that can be added first, then the others.
    uint16_t eights[SCAN_QUERIES * (CK_MAX_DIMENSIONS / 8)];
    size_t roomy[SCAN_QUERIES];
} scan_queries_avx2;

// The most that Σ |q| over one 16-bit sum may be: 128 · 256 = 2^15, and it is the negative side that reaches it.
enum { SCAN_ROOM = 256 };

static void scan_prepare_avx2(scan_queries_avx2 *prepared, size_t dimensions, size_t count, const int8_t *query,
                              size_t ldq, const float *query_scales) {
    const __m128i zero = _mm_setzero_si128();
    prepared->count = count;
    prepared->scales = query_scales;
    for (size_t q = 0; q < count; q++, query += ldq) {
        uint8_t *signs = prepared->signs + q * 2 * dimensions;
        uint16_t *eights = prepared->eights + q * (dimensions / 8);
        size_t roomy = 0, others = dimensions / 8;
        __m128i start = zero;
        size_t d = 0;
        for (; d + 8 <= dimensions; d += 8, signs += 16) {
            __m128i x = _mm_loadl_epi64((const __m128i *)(query + d));
            __m128i magnitude = _mm_abs_epi8(x), flip = _mm_cmpgt_epi8(zero, x);
            _mm_storeu_si128((__m128i *)signs, _mm_unpacklo_epi64(magnitude, flip));
            start = _mm_add_epi64(start, _mm_sad_epu8(_mm_and_si128(magnitude, flip), zero));
            // Σ |q| of the two sums of 16 bits that both groups share.
            __m128i sums = _mm_maddubs_epi16(magnitude, _mm_set1_epi8(1));
            sums = _mm_add_epi16(sums, _mm_srli_epi64(sums, 32));
            uint32_t over = (uint32_t)_mm_cvtsi128_si32(_mm_cmpgt_epi16(sums, _mm_set1_epi16(SCAN_ROOM)));
            size_t room = over == 0;
            eights[room ? roomy : others - 1] = (uint16_t)(d / 8);
            roomy += room;
            others -= 1 - room;
        }
        if (d < dimensions) {
            int32_t bytes;
            memcpy(&bytes, query + d, 4);
            __m128i x = _mm_cvtsi32_si128(bytes), magnitude = _mm_abs_epi8(x), flip = _mm_cmpgt_epi8(zero, x);
            _mm_storel_epi64((__m128i *)signs, _mm_unpacklo_epi32(magnitude, flip));
            start = _mm_add_epi64(start, _mm_sad_epu8(_mm_and_si128(magnitude, flip), zero));
        }
        prepared->roomy[q] = roomy;
        prepared->starts[q] = _mm_cvtsi128_si32(start);
    }
}

INLINE __m256i four_bytes(const uint8_t *bytes) {
    int32_t four;
    memcpy(&four, bytes, 4);
    return _mm256_set1_epi32(four);
}

INLINE __m256i scan_products(const int8_t *row, __m256i magnitude, __m256i flip) {
    return _mm256_maddubs_epi16(magnitude, _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)row), flip));
}

// One query against some blocks.
INLINE void scan_tile(const size_t count, const size_t *blocks, const scan_matrix *m, const scan_queries_avx2 *prepared,
                      size_t q, float *scores) {
    const size_t dimensions = m->dimensions;
    const uint8_t *signs = prepared->signs + q * 2 * dimensions;
    const uint16_t *eight = prepared->eights + q * (dimensions / 8), *end = eight + dimensions / 8;
    const __m256i ones = _mm256_set1_epi16(1);
    const int8_t *rows[SCAN_TOGETHER];
    __m256i s[2 * SCAN_TOGETHER];
#pragma clang loop unroll(full)
    for (size_t t = 0; t < count; t++) {
        rows[t] = m->rows + blocks[t] * CK_BLOCK_ROWS * dimensions;
        s[2 * t] = s[2 * t + 1] = _mm256_set1_epi32(prepared->starts[q]);
    }
    for (const uint16_t *others = eight + prepared->roomy[q]; eight < others; eight++) {
        size_t d = 8 * (size_t)*eight;
        const uint8_t *sign = signs + 2 * d;
        __m256i magnitude0 = four_bytes(sign), magnitude1 = four_bytes(sign + 4);
        __m256i flip0 = four_bytes(sign + 8), flip1 = four_bytes(sign + 12);
#pragma clang loop unroll(full)
        for (size_t t = 0; t < 2 * count; t++) {
            const int8_t *row = rows[t / 2] + d * CK_BLOCK_ROWS + 32 * (t % 2);
            __m256i sums = _mm256_add_epi16(scan_products(row, magnitude0, flip0),
                                            scan_products(row + 64, magnitude1, flip1));
            s[t] = _mm256_add_epi32(s[t], _mm256_madd_epi16(sums, ones));
        }
    }
    for (; eight < end; eight++) {
        size_t d = 8 * (size_t)*eight;
        const uint8_t *sign = signs + 2 * d;
        __m256i magnitude0 = four_bytes(sign), magnitude1 = four_bytes(sign + 4);
        __m256i flip0 = four_bytes(sign + 8), flip1 = four_bytes(sign + 12);
#pragma clang loop unroll(full)
        for (size_t t = 0; t < 2 * count; t++) {
            const int8_t *row = rows[t / 2] + d * CK_BLOCK_ROWS + 32 * (t % 2);
            __m256i first = _mm256_madd_epi16(scan_products(row, magnitude0, flip0), ones);
            __m256i second = _mm256_madd_epi16(scan_products(row + 64, magnitude1, flip1), ones);
            s[t] = _mm256_add_epi32(s[t], _mm256_add_epi32(first, second));
        }
    }
    if (dimensions % 8) {
        size_t d = dimensions - 4;
        __m256i magnitude = four_bytes(signs + 2 * d), flip = four_bytes(signs + 2 * d + 4);
#pragma clang loop unroll(full)
        for (size_t t = 0; t < 2 * count; t++) {
            const int8_t *row = rows[t / 2] + d * CK_BLOCK_ROWS + 32 * (t % 2);
            s[t] = _mm256_add_epi32(s[t], _mm256_madd_epi16(scan_products(row, magnitude, flip), ones));
        }
    }
    const vf factor = SPLAT(prepared->scales[q]);
    vf products[2 * SCAN_TOGETHER];
#pragma clang loop unroll(full)
    for (size_t t = 0; t < 2 * count; t++) {
        const float *scales = m->row_scales + blocks[t / 2] * CK_BLOCK_ROWS + 8 * (t % 2);
        products[t] = MUL(_mm256_cvtepi32_ps(s[t]), MUL(factor, LOAD(scales)));
    }
    if (m->biases) {
#pragma clang loop unroll(full)
        for (size_t t = 0; t < 2 * count; t++) {
            const float *biases = m->biases + blocks[t / 2] * CK_BLOCK_ROWS + 8 * (t % 2);
            STORE(scores + 8 * t, ADD(products[t], LOAD(biases)));
        }
    } else {
#pragma clang loop unroll(full)
        for (size_t t = 0; t < 2 * count; t++) STORE(scores + 8 * t, ADD(products[t], SPLAT(0)));
    }
}

static void scan_together_avx2(size_t count, const size_t *blocks, const scan_matrix *m,
                               const scan_queries_avx2 *prepared, float *scores, size_t lds) {
    for (size_t q = 0; q < prepared->count; q++, scores += lds) {
#define CASE(n) \
    case n: scan_tile(n, blocks, m, prepared, q, scores); break;
        switch (count) { CASE(1) CASE(2) CASE(3) CASE(4) }
#undef CASE
    }
}

#include "scan_walk.h"
#include "dot_rows.h"

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
    .pool_rows = pool_rows_f32_avx2,
    .spread_rows = spread_rows_f32_avx2,
    .gemm = gemm_f32_avx2,
    .adam = adam_f32_avx2,
    .softmax_rows = softmax_rows_f32_avx2,
    .exp = exp_f32_avx2,
    .column_sums = column_sums_f32_avx2,
    .relu_gradient = relu_gradient_f32_avx2,
    .quantise_rows = quantise_rows_s8_avx2,
    .scan_s8 = scan_s8_avx2,
    .scan_ranges_s8 = scan_ranges_s8_avx2,
    .dot_rows_f32s8 = dot_rows_f32s8_avx2,
    .argmax_rows = argmax_rows_f32_avx2,
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
