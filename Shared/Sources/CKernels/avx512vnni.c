// AVX-512 with VNNI: 16 floats, 64 bytes at a time; four products of bytes a lane in one instruction.
#if defined(__x86_64__)
#include <immintrin.h>
#include "kernels.h"
#include "scan_types.h"

#pragma clang attribute push(                                                                                      \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx512vnni,avx2,fma,bmi,bmi2,popcnt"))),              \
    apply_to = function)

#define NAME(operation) operation##_avx512vnni
#define LANES 16
typedef __m512 vf;
#define LOAD _mm512_loadu_ps
#define STORE _mm512_storeu_ps
#define SPLAT _mm512_set1_ps
#define ADD _mm512_add_ps
#define SUB _mm512_sub_ps
#define MUL _mm512_mul_ps
#define DIV _mm512_div_ps
#define MAX _mm512_max_ps
#define SQRT _mm512_sqrt_ps
#define FMA _mm512_fmadd_ps
#define NFMA _mm512_fnmadd_ps
#define ROUND(x) _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)
#define ABOVE(x, y) _mm512_cmp_ps_mask(x, y, _CMP_GT_OQ)
#define ANY_EQUAL(x, y) (_mm512_cmp_ps_mask(x, y, _CMP_EQ_OQ) != 0)
#define INLINE static inline __attribute__((always_inline))

INLINE __mmask16 first_lanes(size_t n) { return (__mmask16)((1u << n) - 1); }
INLINE vf LOAD_FIRST(const float *p, size_t n) { return _mm512_maskz_loadu_ps(first_lanes(n), p); }
INLINE void STORE_FIRST(float *p, size_t n, vf x) { _mm512_mask_storeu_ps(p, first_lanes(n), x); }
INLINE vf POSITIVE(vf y, vf g) { return _mm512_maskz_mov_ps(ABOVE(y, _mm512_setzero_ps()), g); }
INLINE vf SCALE_BY_POWER(vf y, vf n) { return _mm512_scalef_ps(y, n); }

INLINE vf EXP_LIMITS(vf x, vf y) {
    y = _mm512_mask_mov_ps(y, ABOVE(x, SPLAT(88.72284f)), SPLAT(__builtin_inff()));
    y = _mm512_mask_mov_ps(y, _mm512_cmp_ps_mask(x, SPLAT(CK_EXP_LOWEST), _CMP_LT_OQ), _mm512_setzero_ps());
    return _mm512_mask_mov_ps(y, _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q), x);
}

INLINE float sum_lanes(vf x) { return _mm512_reduce_add_ps(x); }
INLINE float max_lanes(vf x) { return _mm512_reduce_max_ps(x); }

INLINE void sum_lanes4(const vf *s, float *out) {
    __m256 h[4];
    for (size_t i = 0; i < 4; i++)
        h[i] = _mm256_add_ps(_mm512_castps512_ps256(s[i]), _mm512_extractf32x8_ps(s[i], 1));
    __m256 t = _mm256_hadd_ps(_mm256_hadd_ps(h[0], h[1]), _mm256_hadd_ps(h[2], h[3]));
    _mm_storeu_ps(out, _mm_add_ps(_mm256_castps256_ps128(t), _mm256_extractf128_ps(t, 1)));
}

#include "transpose8.h"
#include "vector_float.h"
#include "vector_rows.h"

#define TILE_ROWS 12
#define TILE_CASES \
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12)
#include "vector_gemm.h"

static void quantise_rows_s8_avx512vnni(size_t rows, size_t columns, const float *x, size_t ldx, int8_t *q, size_t ldq,
                                        float *scales) {
    const vf top = SPLAT(CK_FLOAT_MAX), limit = SPLAT(127);
    for (size_t r = 0; r < rows; r++, x += ldx, q += ldq) {
        vf most = SPLAT(0);
        for (size_t i = 0; i < columns; i += 16) {
            vf magnitude = _mm512_abs_ps(columns - i < 16 ? LOAD_FIRST(x + i, columns - i) : LOAD(x + i));
            most = _mm512_mask_max_ps(most, _mm512_cmp_ps_mask(magnitude, top, _CMP_LE_OQ), magnitude, most);
        }
        float highest = max_lanes(most);
        int zero = highest < CK_QUANTISE_LEAST;
        float factor = zero ? 0 : 127 / highest;
        scales[r] = zero ? 0 : highest / 127;
        for (size_t i = 0; i < ldq; i += 16) {
            size_t held = i < columns ? (columns - i < 16 ? columns - i : 16) : 0;
            vf value = held < 16 ? LOAD_FIRST(x + i, held) : LOAD(x + i);
            value = _mm512_maskz_mul_ps(_mm512_cmp_ps_mask(_mm512_abs_ps(value), top, _CMP_LE_OQ), value,
                                        SPLAT(factor));
            value = MAX(_mm512_min_ps(value, limit), SUB(SPLAT(0), limit));
            __m128i bytes = _mm512_cvtsepi32_epi8(_mm512_cvtps_epi32(value));
            _mm_mask_storeu_epi8(q + i, ldq - i < 16 ? first_lanes(ldq - i) : (__mmask16)0xffff, bytes);
        }
    }
}

enum { TILE_QUERIES = 4 };

typedef struct scan_queries_avx512vnni {
    size_t count, stride;
    const int8_t *values;
    const float *scales;
    int32_t starts[SCAN_QUERIES];
} scan_queries_avx512vnni;

// vpdpbusd multiplies unsigned by signed bytes: rows become unsigned by adding 128, which adds 128 · Σ query to every sum,
// so the sums start at -128 · Σ query.
static void scan_prepare_avx512vnni(scan_queries_avx512vnni *prepared, size_t dimensions, size_t count,
                                    const int8_t *query, size_t ldq, const float *query_scales) {
    prepared->count = count;
    prepared->stride = ldq;
    prepared->values = query;
    prepared->scales = query_scales;
    for (size_t q = 0; q < count; q++) {
        int32_t sum = 0;
        for (size_t d = 0; d < dimensions; d++) sum += query[q * ldq + d];
        prepared->starts[q] = -128 * sum;
    }
}

// Up to four queries, from `first` on, against up to four blocks.
INLINE void scan_tile(const size_t queries, const size_t count, const size_t *blocks, const scan_matrix *m,
                      const scan_queries_avx512vnni *prepared, size_t first, float *scores, size_t lds) {
    const __m512i offset = _mm512_set1_epi8((char)0x80);
    const int8_t *query = prepared->values + first * prepared->stride;
    const int8_t *rows[SCAN_TOGETHER];
    __m512i s[TILE_QUERIES][SCAN_TOGETHER];
#pragma clang loop unroll(full)
    for (size_t t = 0; t < count; t++) {
        rows[t] = m->rows + blocks[t] * CK_BLOCK_ROWS * m->dimensions;
#pragma clang loop unroll(full)
        for (size_t q = 0; q < queries; q++) s[q][t] = _mm512_set1_epi32(prepared->starts[first + q]);
    }
    for (size_t d = 0; d < m->dimensions; d += 4) {
        __m512i r[SCAN_TOGETHER];
#pragma clang loop unroll(full)
        for (size_t t = 0; t < count; t++)
            r[t] = _mm512_xor_si512(_mm512_loadu_si512(rows[t] + d * CK_BLOCK_ROWS), offset);
#pragma clang loop unroll(full)
        for (size_t q = 0; q < queries; q++) {
            int32_t four;
            memcpy(&four, query + q * prepared->stride + d, 4);
            __m512i x = _mm512_set1_epi32(four);
#pragma clang loop unroll(full)
            for (size_t t = 0; t < count; t++) s[q][t] = _mm512_dpbusd_epi32(s[q][t], r[t], x);
        }
    }
#pragma clang loop unroll(full)
    for (size_t q = 0; q < queries; q++)
#pragma clang loop unroll(full)
        for (size_t t = 0; t < count; t++) {
            size_t row = blocks[t] * CK_BLOCK_ROWS;
            vf scale = MUL(SPLAT(prepared->scales[first + q]), LOAD(m->row_scales + row));
            vf product = MUL(_mm512_cvtepi32_ps(s[q][t]), scale);
            STORE(scores + q * lds + t * CK_BLOCK_ROWS, ADD(product, m->biases ? LOAD(m->biases + row) : SPLAT(0)));
        }
}

static void scan_together_avx512vnni(size_t count, const size_t *blocks, const scan_matrix *m,
                                     const scan_queries_avx512vnni *prepared, float *scores, size_t lds) {
    for (size_t first = 0; first < prepared->count; first += TILE_QUERIES, scores += TILE_QUERIES * lds) {
        size_t together = count == SCAN_TOGETHER ? SCAN_TOGETHER : 1;
        for (size_t t = 0; t < count; t += together) {
            float *out = scores + t * CK_BLOCK_ROWS;
#define CASE(n)                                                                                                       \
    case n:                                                                                                           \
        if (together == SCAN_TOGETHER) scan_tile(n, SCAN_TOGETHER, blocks, m, prepared, first, out, lds);             \
        else scan_tile(n, 1, blocks + t, m, prepared, first, out, lds);                                               \
        break;
            switch (prepared->count - first < TILE_QUERIES ? prepared->count - first : TILE_QUERIES) {
                CASE(1) CASE(2) CASE(3) CASE(4)
            }
#undef CASE
        }
    }
}

#include "scan_walk.h"
#include "dot_rows.h"

static size_t collect_f32_avx512vnni(size_t n, const float *scores, float threshold, uint32_t base,
                                     const uint8_t *allowed, const uint8_t *excluded, float *out_scores,
                                     uint32_t *out_indices) {
    const vf limit = SPLAT(threshold);
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    size_t count = 0, i = 0;
    for (; i + 16 <= n; i += 16) {
        vf x = LOAD(scores + i);
        unsigned mask = ABOVE(x, limit);
        if (!mask) continue;
        if (allowed) mask &= allowed[i / 8] | (unsigned)allowed[i / 8 + 1] << 8;
        if (excluded) mask &= ~(excluded[i / 8] | (unsigned)excluded[i / 8 + 1] << 8);
        // Sixteen are written although fewer count: count ≤ i, so they lie within the room for n.
        __m512i index = _mm512_add_epi32(lane, _mm512_set1_epi32((int)(base + (uint32_t)i)));
        STORE(out_scores + count, _mm512_maskz_compress_ps((__mmask16)mask, x));
        _mm512_storeu_si512(out_indices + count, _mm512_maskz_compress_epi32((__mmask16)mask, index));
        count += (size_t)_mm_popcnt_u32(mask);
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

static size_t count_above_f32_avx512vnni(size_t n, const float *scores, float threshold) {
    const vf limit = SPLAT(threshold);
    size_t count = 0, i = 0;
    for (; i + 16 <= n; i += 16) count += (size_t)_mm_popcnt_u32(ABOVE(LOAD(scores + i), limit));
    if (i < n) count += (size_t)_mm_popcnt_u32(ABOVE(LOAD_FIRST(scores + i, n - i), limit) & first_lanes(n - i));
    return count;
}

static size_t mmr_step_f32_avx512vnni(size_t n, float lambda, const float *relevance, const float *similarity,
                                      float *maximum) {
    const vf a = SPLAT(lambda), b = SPLAT(1 - lambda);
    vf best = SPLAT(-__builtin_inff());
    __m512i place = _mm512_setzero_si512();
    __m512i here = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    for (size_t i = 0; i < n; i += 16, here = _mm512_add_epi32(here, _mm512_set1_epi32(16))) {
        __mmask16 held = n - i < 16 ? first_lanes(n - i) : (__mmask16)0xffff;
        vf highest = MAX(_mm512_maskz_loadu_ps(held, similarity + i), _mm512_maskz_loadu_ps(held, maximum + i));
        _mm512_mask_storeu_ps(maximum + i, held, highest);
        vf value = SUB(MUL(a, _mm512_maskz_loadu_ps(held, relevance + i)), MUL(b, highest));
        __mmask16 better = _mm512_mask_cmp_ps_mask(held, value, best, _CMP_GT_OQ);
        best = _mm512_mask_mov_ps(best, better, value);
        place = _mm512_mask_mov_epi32(place, better, here);
    }
    __mmask16 top = _mm512_cmp_ps_mask(best, SPLAT(max_lanes(best)), _CMP_EQ_OQ);
    return _mm512_mask_reduce_min_epu32(top, place);
}

#include "dense_avx512vnni.h"

const ck_table ck_avx512vnni = {
    .dot = dot_f32_avx512vnni,
    .axpy = axpy_f32_avx512vnni,
    .pool_rows = pool_rows_f32_avx512vnni,
    .spread_rows = spread_rows_f32_avx512vnni,
    .gemm = gemm_f32_avx512vnni,
    .adam = adam_f32_avx512vnni,
    .softmax_rows = softmax_rows_f32_avx512vnni,
    .exp = exp_f32_avx512vnni,
    .column_sums = column_sums_f32_avx512vnni,
    .relu_gradient = relu_gradient_f32_avx512vnni,
    .quantise_rows = quantise_rows_s8_avx512vnni,
    .scan_s8 = scan_s8_avx512vnni,
    .scan_ranges_s8 = scan_ranges_s8_avx512vnni,
    .dot_rows_f32s8 = dot_rows_f32s8_avx512vnni,
    .argmax_rows = argmax_rows_f32_avx512vnni,
    .collect = collect_f32_avx512vnni,
    .count_above = count_above_f32_avx512vnni,
    .mmr_step = mmr_step_f32_avx512vnni,
    .dense_u8s8 = dense_u8s8_avx512vnni,
    .dense_u8s8_f32 = dense_u8s8_f32_avx512vnni,
    .narrow_u8s8_f32 = narrow_u8s8_f32_avx512vnni,
    .quantise_u8 = quantise_u8_avx512vnni,
    .combine_u8 = combine_u8_avx512vnni,
    .dequantise_rows = dequantise_rows_s8_avx512vnni,
};

#pragma clang attribute pop
#endif
