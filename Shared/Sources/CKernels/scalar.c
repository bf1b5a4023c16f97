// The specification: every other level is held against these.
#include <math.h>
#include "kernels.h"

#pragma clang fp contract(off)

static float dot_f32_scalar(size_t n, const float *a, const float *b) {
    float sum = 0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

static void axpy_f32_scalar(size_t n, float alpha, const float *x, float *y) {
    for (size_t i = 0; i < n; i++) y[i] += alpha * x[i];
}

static void pool_rows_f32_scalar(size_t n, const int32_t *rows, const float *a, const float *b, size_t columns,
                                 const float *x, size_t ldx, float *first, float *second) {
    for (size_t i = 0; i < n; i++) {
        axpy_f32_scalar(columns, a[i], x + (size_t)rows[i] * ldx, first);
        if (b) axpy_f32_scalar(columns, b[i], x + (size_t)rows[i] * ldx, second);
    }
}

static void spread_rows_f32_scalar(size_t n, const int32_t *rows, const float *a, const float *b, size_t columns,
                                   const float *first, const float *second, float *y, size_t ldy) {
    for (size_t i = 0; i < n; i++) {
        axpy_f32_scalar(columns, a[i], first, y + (size_t)rows[i] * ldy);
        if (b) axpy_f32_scalar(columns, b[i], second, y + (size_t)rows[i] * ldy);
    }
}

static void gemm_f32_scalar(int form, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                            size_t ldb, float *c, size_t ldc, const float *bias, int flags) {
    for (size_t i = 0; i < m; i++) {
        float *row = c + i * ldc;
        if (!(flags & CK_ACCUMULATE))
            for (size_t j = 0; j < n; j++) row[j] = 0;
        if (form == CK_NT)
            for (size_t j = 0; j < n; j++) row[j] += dot_f32_scalar(k, a + i * lda, b + j * ldb);
        else
            for (size_t p = 0; p < k; p++)
                axpy_f32_scalar(n, form == CK_TN ? a[p * lda + i] : a[i * lda + p], b + p * ldb, row);
        if (bias)
            for (size_t j = 0; j < n; j++) row[j] += bias[j];
        if (flags & CK_RELU)
            for (size_t j = 0; j < n; j++) row[j] = row[j] > 0 ? row[j] : 0;
    }
}

static void adam_f32_scalar(size_t n, float *p, const float *g, float *m, float *v, float rate, float b1, float b2,
                            float eps, float c1, float c2, float l2) {
    for (size_t i = 0; i < n; i++) {
        float gradient = g[i] + l2 * p[i];
        m[i] = b1 * m[i] + (1 - b1) * gradient;
        v[i] = b2 * v[i] + (1 - b2) * (gradient * gradient);
        p[i] -= rate * (m[i] * c1) / (sqrtf(v[i] * c2) + eps);
    }
}

static float exp_one(float x) {
    if (x < CK_EXP_LOWEST) return 0;
    return expf(x);
}

static void softmax_rows_f32_scalar(size_t rows, size_t columns, float *x, size_t ldx, float *lse) {
    for (size_t r = 0; r < rows; r++) {
        float *row = x + r * ldx;
        float highest = -INFINITY, sum = 0;
        for (size_t i = 0; i < columns; i++) highest = row[i] > highest ? row[i] : highest;
        for (size_t i = 0; i < columns; i++) sum += row[i] = exp_one(row[i] - highest);
        for (size_t i = 0; i < columns; i++) row[i] *= 1 / sum;
        if (lse) lse[r] = highest + logf(sum);
    }
}

static void exp_f32_scalar(size_t n, const float *x, float *y) {
    for (size_t i = 0; i < n; i++) y[i] = exp_one(x[i]);
}

static void column_sums_f32_scalar(size_t rows, size_t columns, const float *x, size_t ldx, float *out) {
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < columns; i++) out[i] += x[r * ldx + i];
}

static void relu_gradient_f32_scalar(size_t n, const float *y, float *g) {
    for (size_t i = 0; i < n; i++) g[i] = y[i] > 0 ? g[i] : 0;
}

static void quantise_rows_s8_scalar(size_t rows, size_t columns, const float *x, size_t ldx, int8_t *q, size_t ldq,
                                    float *scales) {
    for (size_t r = 0; r < rows; r++) {
        const float *row = x + r * ldx;
        float highest = 0;
        for (size_t i = 0; i < columns; i++) {
            float magnitude = fabsf(row[i]);
            if (magnitude <= CK_FLOAT_MAX && magnitude > highest) highest = magnitude;
        }
        int zero = highest < CK_QUANTISE_LEAST;
        float factor = zero ? 0 : 127 / highest;
        scales[r] = zero ? 0 : highest / 127;
        for (size_t i = 0; i < ldq; i++) {
            float value = i < columns && fabsf(row[i]) <= CK_FLOAT_MAX ? row[i] * factor : 0;
            float rounded = nearbyintf(value);
            q[r * ldq + i] = (int8_t)(rounded > 127 ? 127 : rounded < -127 ? -127 : rounded);
        }
    }
}

static void scan_s8_scalar(size_t blocks, size_t dimensions, const int8_t *rows, const float *row_scales,
                           const float *biases, size_t queries, const int8_t *query, size_t ldq,
                           const float *query_scales, float *scores, size_t lds) {
    for (size_t q = 0; q < queries; q++)
        for (size_t row = 0; row < blocks * CK_BLOCK_ROWS; row++) {
            const int8_t *first = rows + row / CK_BLOCK_ROWS * CK_BLOCK_ROWS * dimensions + row % CK_BLOCK_ROWS * 4;
            int32_t sum = 0;
            for (size_t d = 0; d < dimensions; d++)
                sum += query[q * ldq + d] * first[d / 4 * 4 * CK_BLOCK_ROWS + d % 4];
            scores[q * lds + row] = (float)sum * (query_scales[q] * row_scales[row]) + (biases ? biases[row] : 0);
        }
}

static void scan_ranges_s8_scalar(size_t ranges, const ck_range *range, size_t dimensions, const int8_t *rows,
                                  const float *row_scales, const float *biases, size_t queries, const int8_t *query,
                                  size_t ldq, const float *query_scales, float *scores, size_t lds) {
    for (size_t i = 0; i < ranges; i++)
        for (size_t block = range[i].first, end = block + range[i].count; block < end; block++) {
            size_t row = block * CK_BLOCK_ROWS;
            scan_s8_scalar(1, dimensions, rows + row * dimensions, row_scales + row, biases ? biases + row : NULL,
                           queries, query, ldq, query_scales, scores, lds);
            scores += CK_BLOCK_ROWS;
        }
}

static void dot_rows_f32s8_scalar(size_t count, const uint32_t *numbers, size_t dimensions, const int8_t *rows,
                                  const float *row_scales, const float *biases, const float *query, float *scores) {
    for (size_t i = 0; i < count; i++) {
        size_t row = numbers[i];
        const int8_t *x = rows + row / CK_BLOCK_ROWS * CK_BLOCK_ROWS * dimensions + row % CK_BLOCK_ROWS * 4;
        float s[4] = {0, 0, 0, 0};
        for (size_t d = 0; d < dimensions; d++) s[d % 4] += query[d] * (float)x[d / 4 * 4 * CK_BLOCK_ROWS + d % 4];
        scores[i] = ((s[0] + s[2]) + (s[1] + s[3])) * row_scales[row] + (biases ? biases[row] : 0);
    }
}

static void argmax_rows_f32_scalar(size_t rows, size_t columns, const float *x, size_t ldx, uint32_t *best,
                                   float *highest) {
    for (size_t r = 0; r < rows; r++, x += ldx) {
        float most = -INFINITY;
        best[r] = 0;
        for (size_t i = 0; i < columns; i++)
            if (x[i] > most) {
                most = x[i];
                best[r] = (uint32_t)i;
            }
        if (highest) highest[r] = most;
    }
}

static size_t collect_f32_scalar(size_t n, const float *scores, float threshold, uint32_t base, const uint8_t *allowed,
                                 const uint8_t *excluded, float *out_scores, uint32_t *out_indices) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(scores[i] > threshold)) continue;
        if (allowed && !(allowed[i / 8] >> i % 8 & 1)) continue;
        if (excluded && excluded[i / 8] >> i % 8 & 1) continue;
        out_scores[count] = scores[i];
        out_indices[count++] = base + (uint32_t)i;
    }
    return count;
}

static size_t count_above_f32_scalar(size_t n, const float *scores, float threshold) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) count += scores[i] > threshold;
    return count;
}

static size_t mmr_step_f32_scalar(size_t n, float lambda, const float *relevance, const float *similarity,
                                  float *maximum) {
    size_t best = 0;
    float highest = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        maximum[i] = similarity[i] > maximum[i] ? similarity[i] : maximum[i];
        float value = lambda * relevance[i] - (1 - lambda) * maximum[i];
        if (value > highest) {
            highest = value;
            best = i;
        }
    }
    return best;
}

const ck_table ck_scalar = {
    .dot = dot_f32_scalar,
    .axpy = axpy_f32_scalar,
    .pool_rows = pool_rows_f32_scalar,
    .spread_rows = spread_rows_f32_scalar,
    .gemm = gemm_f32_scalar,
    .adam = adam_f32_scalar,
    .softmax_rows = softmax_rows_f32_scalar,
    .exp = exp_f32_scalar,
    .column_sums = column_sums_f32_scalar,
    .relu_gradient = relu_gradient_f32_scalar,
    .quantise_rows = quantise_rows_s8_scalar,
    .scan_s8 = scan_s8_scalar,
    .scan_ranges_s8 = scan_ranges_s8_scalar,
    .dot_rows_f32s8 = dot_rows_f32s8_scalar,
    .argmax_rows = argmax_rows_f32_scalar,
    .collect = collect_f32_scalar,
    .count_above = count_above_f32_scalar,
    .mmr_step = mmr_step_f32_scalar,
    .dense_u8s8 = dense_u8s8_scalar,
    .dense_u8s8_f32 = dense_u8s8_f32_scalar,
    .narrow_u8s8_f32 = narrow_u8s8_f32_scalar,
    .quantise_u8 = quantise_u8_scalar,
    .combine_u8 = combine_u8_scalar,
    .dequantise_rows = dequantise_rows_s8_scalar,
};
