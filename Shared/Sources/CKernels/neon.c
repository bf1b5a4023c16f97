// NEON with the dot product instructions of ARMv8.2: 4 floats, 16 bytes at a time; four products of bytes a lane in one
// instruction.
#if defined(__aarch64__)
#include <arm_neon.h>
#include "kernels.h"
#include "scan_types.h"

#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)

#define NAME(operation) operation##_neon
#define LANES 4
typedef float32x4_t vf;
#define LOAD vld1q_f32
#define STORE vst1q_f32
#define SPLAT vdupq_n_f32
#define ADD vaddq_f32
#define SUB vsubq_f32
#define MUL vmulq_f32
#define DIV vdivq_f32
#define SQRT vsqrtq_f32
#define FMA(a, b, c) vfmaq_f32(c, a, b)
#define NFMA(a, b, c) vfmsq_f32(c, a, b)
#define ROUND vrndnq_f32
#define ANY_EQUAL(x, y) (vmaxvq_u32(vceqq_f32(x, y)) != 0)
#define INLINE static inline __attribute__((always_inline))

// The second operand when the first is not a number, unlike vmaxq_f32.
INLINE vf MAX(vf x, vf y) { return vbslq_f32(vcgtq_f32(x, y), x, y); }

INLINE vf LOAD_FIRST(const float *p, size_t n) {
    vf x = SPLAT(0);
    if (n > 0) x = vld1q_lane_f32(p, x, 0);
    if (n > 1) x = vld1q_lane_f32(p + 1, x, 1);
    if (n > 2) x = vld1q_lane_f32(p + 2, x, 2);
    return x;
}

INLINE void STORE_FIRST(float *p, size_t n, vf x) {
    if (n > 0) vst1q_lane_f32(p, x, 0);
    if (n > 1) vst1q_lane_f32(p + 1, x, 1);
    if (n > 2) vst1q_lane_f32(p + 2, x, 2);
}

INLINE vf POSITIVE(vf y, vf g) {
    return vreinterpretq_f32_u32(vandq_u32(vcgtq_f32(y, SPLAT(0)), vreinterpretq_u32_f32(g)));
}

// In two factors, since 2^128 is no float.
INLINE vf SCALE_BY_POWER(vf y, vf n) {
    int32x4_t whole = vcvtnq_s32_f32(n), half = vshrq_n_s32(whole, 1), bias = vdupq_n_s32(127);
    int32x4_t a = vshlq_n_s32(vaddq_s32(half, bias), 23);
    int32x4_t b = vshlq_n_s32(vaddq_s32(vsubq_s32(whole, half), bias), 23);
    return MUL(MUL(y, vreinterpretq_f32_s32(a)), vreinterpretq_f32_s32(b));
}

INLINE vf EXP_LIMITS(vf x, vf y) {
    y = vbslq_f32(vcgtq_f32(x, SPLAT(88.72284f)), SPLAT(__builtin_inff()), y);
    y = vbslq_f32(vcltq_f32(x, SPLAT(CK_EXP_LOWEST)), SPLAT(0), y);
    return vbslq_f32(vceqq_f32(x, x), y, x);
}

INLINE float sum_lanes(vf x) { return vaddvq_f32(x); }
INLINE float max_lanes(vf x) { return vmaxvq_f32(x); }

INLINE void sum_lanes4(const vf *s, float *out) {
    STORE(out, vpaddq_f32(vpaddq_f32(s[0], s[1]), vpaddq_f32(s[2], s[3])));
}

// Writes the transpose of an 8 × 8 block of floats, as four of 4 × 4.
INLINE void transpose8(const float *x, size_t ldx, float *y, size_t ldy) {
    for (size_t i = 0; i < 8; i += 4)
        for (size_t j = 0; j < 8; j += 4) {
            const float *from = x + i * ldx + j;
            float32x4x2_t a = vzipq_f32(LOAD(from), LOAD(from + 2 * ldx));
            float32x4x2_t b = vzipq_f32(LOAD(from + ldx), LOAD(from + 3 * ldx));
            float32x4x2_t low = vzipq_f32(a.val[0], b.val[0]), high = vzipq_f32(a.val[1], b.val[1]);
            float *to = y + j * ldy + i;
            STORE(to, low.val[0]);
            STORE(to + ldy, low.val[1]);
            STORE(to + 2 * ldy, high.val[0]);
            STORE(to + 3 * ldy, high.val[1]);
        }
}

#include "vector_float.h"
#include "vector_rows.h"

#define TILE_ROWS 8
#define TILE_CASES CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
#include "vector_gemm.h"

// What is not finite counts as 0.
INLINE vf finite_lanes(vf x) {
    return vreinterpretq_f32_u32(vandq_u32(vcaleq_f32(x, SPLAT(CK_FLOAT_MAX)), vreinterpretq_u32_f32(x)));
}

static void quantise_rows_s8_neon(size_t rows, size_t columns, const float *x, size_t ldx, int8_t *q, size_t ldq,
                                  float *scales) {
    const vf limit = SPLAT(127);
    for (size_t r = 0; r < rows; r++, x += ldx, q += ldq) {
        vf most = SPLAT(0);
        size_t i = 0;
        for (; i + 4 <= columns; i += 4) most = vmaxq_f32(most, vabsq_f32(finite_lanes(LOAD(x + i))));
        if (i < columns) most = vmaxq_f32(most, vabsq_f32(finite_lanes(LOAD_FIRST(x + i, columns - i))));
        float highest = max_lanes(most);
        int zero = highest < CK_QUANTISE_LEAST;
        float factor = zero ? 0 : 127 / highest;
        scales[r] = zero ? 0 : highest / 127;
        for (i = 0; i < ldq; i += 4) {
            size_t held = i < columns ? columns - i : 0;
            vf value = MUL(finite_lanes(held < 4 ? LOAD_FIRST(x + i, held) : LOAD(x + i)), SPLAT(factor));
            int32x4_t words = vcvtnq_s32_f32(vmaxq_f32(vminq_f32(value, limit), vnegq_f32(limit)));
            int16x4_t halves = vmovn_s32(words);
            uint32_t bytes = vget_lane_u32(vreinterpret_u32_s8(vmovn_s16(vcombine_s16(halves, halves))), 0);
            memcpy(q + i, &bytes, ldq - i < 4 ? ldq - i : 4);
        }
    }
}

enum { TILE_QUERIES = 4 };

typedef struct scan_queries_neon {
    size_t count, stride;
    const int8_t *values;
    const float *scales;
} scan_queries_neon;

static void scan_prepare_neon(scan_queries_neon *prepared, size_t dimensions, size_t count, const int8_t *query,
                              size_t ldq, const float *query_scales) {
    (void)dimensions;
    *prepared = (scan_queries_neon){count, ldq, query, query_scales};
}

// Some queries, from `first` on, against some blocks, four pairs at most: one sdot for four rows and four dimensions.
INLINE void scan_tile(const size_t queries, const size_t count, const size_t *blocks, const scan_matrix *m,
                      const scan_queries_neon *prepared, size_t first, float *scores, size_t lds) {
    const int8_t *query = prepared->values + first * prepared->stride;
    const int8_t *rows[SCAN_TOGETHER];
    int32x4_t s[TILE_QUERIES * SCAN_TOGETHER][4];
#pragma clang loop unroll(full)
    for (size_t t = 0; t < count; t++) {
        rows[t] = m->rows + blocks[t] * CK_BLOCK_ROWS * m->dimensions;
#pragma clang loop unroll(full)
        for (size_t q = 0; q < queries; q++)
            for (size_t i = 0; i < 4; i++) s[q * count + t][i] = vdupq_n_s32(0);
    }
    for (size_t d = 0; d < m->dimensions; d += 4)
#pragma clang loop unroll(full)
        for (size_t t = 0; t < count; t++) {
            const int8_t *bytes = rows[t] + d * CK_BLOCK_ROWS;
            int8x16_t r[4] = {vld1q_s8(bytes), vld1q_s8(bytes + 16), vld1q_s8(bytes + 32), vld1q_s8(bytes + 48)};
#pragma clang loop unroll(full)
            for (size_t q = 0; q < queries; q++) {
                int32_t four;
                memcpy(&four, query + q * prepared->stride + d, 4);
                int8x16_t x = vreinterpretq_s8_s32(vdupq_n_s32(four));
                for (size_t i = 0; i < 4; i++) s[q * count + t][i] = vdotq_s32(s[q * count + t][i], r[i], x);
            }
        }
#pragma clang loop unroll(full)
    for (size_t q = 0; q < queries; q++)
#pragma clang loop unroll(full)
        for (size_t t = 0; t < count; t++)
            for (size_t i = 0; i < 4; i++) {
                size_t row = blocks[t] * CK_BLOCK_ROWS + 4 * i;
                vf scale = MUL(SPLAT(prepared->scales[first + q]), LOAD(m->row_scales + row));
                vf bias = m->biases ? LOAD(m->biases + row) : SPLAT(0);
                STORE(scores + q * lds + t * CK_BLOCK_ROWS + 4 * i,
                      ADD(MUL(vcvtq_f32_s32(s[q * count + t][i]), scale), bias));
            }
}

static void scan_together_neon(size_t count, const size_t *blocks, const scan_matrix *m,
                               const scan_queries_neon *prepared, float *scores, size_t lds) {
    if (prepared->count == 1 && count == SCAN_TOGETHER) {
        scan_tile(1, SCAN_TOGETHER, blocks, m, prepared, 0, scores, lds);
        return;
    }
    for (size_t first = 0; first < prepared->count; first += TILE_QUERIES, scores += TILE_QUERIES * lds)
        for (size_t t = 0; t < count; t++) {
            float *out = scores + t * CK_BLOCK_ROWS;
#define CASE(n) \
    case n: scan_tile(n, 1, blocks + t, m, prepared, first, out, lds); break;
            switch (prepared->count - first < TILE_QUERIES ? prepared->count - first : TILE_QUERIES) {
                CASE(1) CASE(2) CASE(3) CASE(4)
            }
#undef CASE
        }
}

#include "scan_walk.h"

// Four lanes are four dimensions: the order of summation is the scalar kernel's.
static void dot_rows_f32s8_neon(size_t count, const uint32_t *numbers, size_t dimensions, const int8_t *rows,
                                const float *row_scales, const float *biases, const float *query, float *scores) {
    for (size_t i = 0; i < count; i++) {
        size_t row = numbers[i];
        const int8_t *x = rows + row / CK_BLOCK_ROWS * CK_BLOCK_ROWS * dimensions + row % CK_BLOCK_ROWS * 4;
        vf s = SPLAT(0);
        for (size_t d = 0; d < dimensions; d += 4) {
            uint32_t four;
            memcpy(&four, x + d * CK_BLOCK_ROWS, 4);
            int16x8_t halves = vmovl_s8(vreinterpret_s8_u32(vdup_n_u32(four)));
            s = ADD(s, MUL(LOAD(query + d), vcvtq_f32_s32(vmovl_s16(vget_low_s16(halves)))));
        }
        float32x2_t pair = vadd_f32(vget_low_f32(s), vget_high_f32(s));
        float scaled = (vget_lane_f32(pair, 0) + vget_lane_f32(pair, 1)) * row_scales[row];
        scores[i] = scaled + (biases ? biases[row] : 0);
    }
}

// A bit for each of 16 scores that is above a limit.
INLINE unsigned above_mask(const float *x, vf limit) {
    static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint16x8_t low = vcombine_u16(vmovn_u32(vcgtq_f32(LOAD(x), limit)), vmovn_u32(vcgtq_f32(LOAD(x + 4), limit)));
    uint16x8_t high =
        vcombine_u16(vmovn_u32(vcgtq_f32(LOAD(x + 8), limit)), vmovn_u32(vcgtq_f32(LOAD(x + 12), limit)));
    uint8x16_t bits = vandq_u8(vcombine_u8(vmovn_u16(low), vmovn_u16(high)), vld1q_u8(weights));
    return vaddv_u8(vget_low_u8(bits)) | (unsigned)vaddv_u8(vget_high_u8(bits)) << 8;
}

static size_t collect_f32_neon(size_t n, const float *scores, float threshold, uint32_t base, const uint8_t *allowed,
                               const uint8_t *excluded, float *out_scores, uint32_t *out_indices) {
    const vf limit = SPLAT(threshold);
    size_t count = 0, i = 0;
    for (; i + 16 <= n; i += 16) {
        unsigned mask = above_mask(scores + i, limit);
        if (!mask) continue;
        if (allowed) mask &= allowed[i / 8] | (unsigned)allowed[i / 8 + 1] << 8;
        if (excluded) mask &= ~(excluded[i / 8] | (unsigned)excluded[i / 8 + 1] << 8);
        for (; mask; mask &= mask - 1) {
            size_t place = i + (size_t)__builtin_ctz(mask);
            out_scores[count] = scores[place];
            out_indices[count++] = base + (uint32_t)place;
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

static size_t count_above_f32_neon(size_t n, const float *scores, float threshold) {
    const vf limit = SPLAT(threshold);
    uint32x4_t sum = vdupq_n_u32(0);
    size_t i = 0;
    for (; i + 4 <= n; i += 4) sum = vsubq_u32(sum, vcgtq_f32(LOAD(scores + i), limit));
    size_t count = vaddvq_u32(sum);
    for (; i < n; i++) count += scores[i] > threshold;
    return count;
}

// The running highest of each lane, and where it was first.
typedef struct highest_lanes {
    vf value;
    uint32x4_t place;
} highest_lanes;

INLINE highest_lanes no_highest(void) { return (highest_lanes){SPLAT(-__builtin_inff()), vdupq_n_u32(0)}; }

INLINE void take_higher(highest_lanes *best, vf value, uint32x4_t here) {
    uint32x4_t better = vcgtq_f32(value, best->value);
    best->value = vbslq_f32(better, value, best->value);
    best->place = vbslq_u32(better, here, best->place);
}

// The lowest place of the highest value.
INLINE uint32_t highest_place(highest_lanes best, float *highest) {
    *highest = max_lanes(best.value);
    uint32x4_t top = vceqq_f32(best.value, SPLAT(*highest));
    return vminvq_u32(vbslq_u32(top, best.place, vdupq_n_u32(UINT32_MAX)));
}

static const uint32_t counting[4] = {0, 1, 2, 3};

static size_t mmr_step_f32_neon(size_t n, float lambda, const float *relevance, const float *similarity,
                                float *maximum) {
    const vf a = SPLAT(lambda), b = SPLAT(1 - lambda);
    highest_lanes lanes = no_highest();
    uint32x4_t here = vld1q_u32(counting);
    size_t i = 0;
    for (; i + 4 <= n; i += 4, here = vaddq_u32(here, vdupq_n_u32(4))) {
        vf most = MAX(LOAD(similarity + i), LOAD(maximum + i));
        STORE(maximum + i, most);
        take_higher(&lanes, SUB(MUL(a, LOAD(relevance + i)), MUL(b, most)), here);
    }
    float highest;
    size_t found = highest_place(lanes, &highest);
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

#include "dense_neon.h"

const ck_table ck_neon = {
    .dot = dot_f32_neon,
    .axpy = axpy_f32_neon,
    .pool_rows = pool_rows_f32_neon,
    .spread_rows = spread_rows_f32_neon,
    .gemm = gemm_f32_neon,
    .adam = adam_f32_neon,
    .softmax_rows = softmax_rows_f32_neon,
    .exp = exp_f32_neon,
    .column_sums = column_sums_f32_neon,
    .relu_gradient = relu_gradient_f32_neon,
    .quantise_rows = quantise_rows_s8_neon,
    .scan_s8 = scan_s8_neon,
    .scan_ranges_s8 = scan_ranges_s8_neon,
    .dot_rows_f32s8 = dot_rows_f32s8_neon,
    .argmax_rows = argmax_rows_f32_neon,
    .collect = collect_f32_neon,
    .count_above = count_above_f32_neon,
    .mmr_step = mmr_step_f32_neon,
    .dense_u8s8 = dense_u8s8_neon,
    .dense_u8s8_f32 = dense_u8s8_f32_neon,
    .narrow_u8s8_f32 = narrow_u8s8_f32_neon,
    .quantise_u8 = quantise_u8_neon,
    .combine_u8 = combine_u8_neon,
    .dequantise_rows = dequantise_rows_s8_neon,
};

#pragma clang attribute pop
#endif
