// A wrong kernel answers quickly and wrongly: a process compares its table with the specification when it starts.
#include <math.h>
#include <string.h>
#include "kernels.h"

enum { N = 83, ROWS = 5, BLOCKS = 2, DIMENSIONS = 20, LANES = BLOCKS * CK_BLOCK_ROWS };

typedef struct data {
    float a[ROWS * N], b[ROWS * N], c[N * N], d[N];
    int8_t q[ROWS * 96], blocks[LANES * DIMENSIONS];
    float scales[LANES], scores[9 * CK_BLOCK_ROWS], picked[LANES];
    uint32_t indices[LANES];
    uint8_t bytes[ROWS * 96];
    int8_t grouped[LANES * DIMENSIONS];
    uint16_t order[BLOCKS * DIMENSIONS / 4], runs[BLOCKS * CK_DENSE_RUNS];
    int16_t halves[96];
} data;

static uint32_t next(uint32_t *state) { return *state = *state * 1664525u + 1013904223u; }

static void fill(uint32_t *state, size_t n, float *x) {
    for (size_t i = 0; i < n; i++) x[i] = (float)(int32_t)next(state) * 0x1p-30f;
}

static void start(data *x) {
    memset(x, 0, sizeof *x);
    uint32_t state = 7;
    fill(&state, ROWS * N, x->a);
    fill(&state, ROWS * N, x->b);
    fill(&state, N, x->d);
    fill(&state, LANES, x->scales);
    for (size_t i = 0; i < sizeof x->blocks; i++) x->blocks[i] = (int8_t)((int)(next(&state) >> 8) % 255 - 127);
    for (size_t i = 0; i < sizeof x->bytes; i++) x->bytes[i] = (uint8_t)(next(&state) >> 25);
    for (size_t i = 0; i < 96; i++) x->halves[i] = (int16_t)(next(&state) >> 19);
}

// A dense layer of 27 outputs whose weights are the blocks.
static ck_dense_layer layer_of(data *x) {
    ck_dense_group(BLOCKS, DIMENSIONS, x->blocks, x->grouped, x->order, x->runs);
    return (ck_dense_layer){DIMENSIONS, LANES - 5, x->blocks, x->scales, x->scales, x->grouped, x->order, x->runs};
}

static int close_to(size_t n, const float *x, const float *y) {
    for (size_t i = 0; i < n; i++)
        if (!(fabsf(x[i] - y[i]) <= 1e-4f * (1 + fabsf(y[i])))) return 0;
    return 1;
}

static int run(const ck_table *t, int kernel, data *x) {
    static const ck_range ranges[3] = {{1, 1}, {0, 0}, {0, 2}};
    static const uint32_t numbers[7] = {31, 0, 15, 16, 7, 7, 2};
    static const int32_t neighbours[7] = {4, 0, 3, 3, 1, 0, 2};
    ck_dense_layer layer;
    switch (kernel) {
        case 0: x->c[0] = t->dot(N, x->a, x->b); return 1;
        case 1: t->axpy(N, 0.75f, x->a, x->b); return 1;
        case 2: t->gemm(CK_NT, ROWS, ROWS, N, x->a, N, x->b, N, x->c, ROWS, x->d, CK_RELU); return 1;
        case 3: t->gemm(CK_NN, ROWS, N, ROWS, x->b, N, x->a, N, x->c, N, x->d, 0); return 1;
        case 4: t->gemm(CK_TN, N, N, ROWS, x->a, N, x->b, N, x->c, N, NULL, CK_ACCUMULATE); return 1;
        case 5: t->adam(N, x->a, x->b, x->c, x->c + N, 0.01f, 0.9f, 0.99f, 1e-6f, 10, 100, 0.1f); return 1;
        case 6: t->softmax_rows(ROWS, N, x->a, N, x->d); return 1;
        case 7: t->exp(N, x->a, x->b); return 1;
        case 8: t->column_sums(ROWS, N, x->a, N, x->d); return 1;
        case 9: t->relu_gradient(N, x->a, x->b); return 1;
        case 10: t->quantise_rows(ROWS, N, x->a, N, x->q, 96, x->d); return 1;
        case 11:
            t->scan_s8(BLOCKS, DIMENSIONS, x->blocks, x->scales, x->scales, 3, x->blocks, DIMENSIONS, x->d, x->scores,
                       LANES);
            return 1;
        case 12: x->d[0] = (float)t->collect(LANES, x->a, 0.1f, 3, NULL, (uint8_t *)x->blocks, x->picked, x->indices);
            return 1;
        case 13: x->d[0] = (float)t->count_above(N, x->a, 0.2f); return 1;
        case 14: x->d[0] = (float)t->mmr_step(N, 0.6f, x->a, x->b, x->c); return 1;
        case 15:
            t->scan_ranges_s8(3, ranges, DIMENSIONS, x->blocks, x->scales, x->scales, 3, x->blocks, DIMENSIONS, x->d,
                              x->scores, 3 * CK_BLOCK_ROWS);
            return 1;
        case 16: t->dot_rows_f32s8(7, numbers, DIMENSIONS, x->blocks, x->scales, NULL, x->a, x->scores); return 1;
        case 17:
            t->argmax_rows(ROWS, N, x->a, N, x->indices, x->d);
            for (size_t i = 0; i < ROWS; i++) x->c[i] = (float)x->indices[i];
            return 1;
        case 18: layer = layer_of(x); t->dense_u8s8(&layer, ROWS - 1, x->bytes, 24, (uint8_t *)x->q, LANES); return 1;
        case 19: layer = layer_of(x); t->dense_u8s8_f32(&layer, ROWS, x->bytes, 24, x->a, LANES); return 1;
        case 20: t->narrow_u8s8_f32(3, DIMENSIONS, x->blocks, x->d, x->a, ROWS, x->bytes, 24, x->b, 3); return 1;
        case 21: t->quantise_u8(ROWS, N, x->a, N, 64, 63, (uint8_t *)x->q, 96); return 1;
        case 22: t->combine_u8(ROWS, 48, x->halves, x->blocks, 53, x->halves, NULL, (uint8_t *)x->q, 48); return 1;
        case 23: t->dequantise_rows(ROWS, N, x->blocks, N, x->a, x->b, N); return 1;
        case 24: t->pool_rows(7, neighbours, x->d, x->d + 7, N, x->a, N, x->b, x->b + N); return 1;
        case 25: t->spread_rows(7, neighbours, x->d, x->d + 7, N, x->b, x->b + N, x->a, N); return 1;
        case 26: t->pool_rows(7, neighbours, x->d, NULL, N, x->a, N, x->b, NULL); return 1;
        case 27: t->spread_rows(7, neighbours, x->d, NULL, N, x->b, NULL, x->a, N); return 1;
        default: return 0;
    }
}

static int agree(const data *x, const data *y) {
    size_t picked = (size_t)x->d[0];
    return close_to(ROWS * N, x->a, y->a) && close_to(ROWS * N, x->b, y->b) && close_to(N * N, x->c, y->c)
        && close_to(N, x->d, y->d) && memcmp(x->q, y->q, sizeof x->q) == 0
        && memcmp(x->scores, y->scores, sizeof x->scores) == 0
        && (picked > LANES || memcmp(x->indices, y->indices, picked * sizeof x->indices[0]) == 0);
}

const char *ck_check(const ck_table *table) {
    static const char *const kernels[] = {"dot",         "axpy",          "gemm NT",       "gemm NN", "gemm TN",
                                          "adam",        "softmax_rows",  "exp",           "column_sums",
                                          "relu_gradient", "quantise_rows", "scan_s8",     "collect",
                                          "count_above", "mmr_step",      "scan_ranges_s8", "dot_rows_f32s8",
                                          "argmax_rows", "dense_u8s8",    "dense_u8s8_f32", "narrow_u8s8_f32",
                                          "quantise_u8", "combine_u8",    "dequantise_rows", "pool_rows",
                                          "spread_rows", "pool_rows of one", "spread_rows of one"};
    data found, expected;
    for (int kernel = 0;; kernel++) {
        start(&found);
        start(&expected);
        if (!run(&ck_scalar, kernel, &expected)) return NULL;
        run(table, kernel, &found);
        if (!agree(&found, &expected)) return kernels[kernel];
    }
}

const char *ck_self_check(void) { return ck_check(ck_active()); }
