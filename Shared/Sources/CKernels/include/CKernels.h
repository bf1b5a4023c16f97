#pragma once
#include <stddef.h>
#include <stdint.h>

// Leaf kernels: pointers, sizes and scalars only; nothing here allocates but the packing buffer of `gemm`, once a
// thread. Matrices are row-major; `ld…` is the distance of two rows in elements. Pointers need no alignment beyond
// that of their element. A null pointer is allowed where the size is 0 and where said so.

enum { CK_LEVEL_SCALAR = 0, CK_LEVEL_AVX2 = 1, CK_LEVEL_AVX512VNNI = 2, CK_LEVEL_NEON = 3, CK_LEVELS = 4 };

// C[m×n] = A·B in three forms.
enum {
    CK_NT = 0,  // A[m×k] · B[n×k]ᵀ
    CK_NN = 1,  // A[m×k] · B[k×n]
    CK_TN = 2,  // A[k×m]ᵀ · B[k×n]
};
enum { CK_ACCUMULATE = 1, CK_RELU = 2, CK_STEADY = 4 };

// Rows of an int8 matrix are scanned in blocks of 16: for each group of 4 dimensions, 16 rows × 4 bytes.
//
//     byte (group · 16 + row) · 4 + d  =  row `row`, dimension 4 · group + d
//
// so that one 64-byte load serves 16 rows, whether lanes are multiplied by vpdpbusd or, widened, by vpmaddwd.
enum { CK_BLOCK_ROWS = 16 };

// Sums of products of two int8 are kept in 32 bits: 127 · 127 · 131072 < 2^31, so this many dimensions never overflow.
enum { CK_MAX_DIMENSIONS = 4096 };

// Blocks of a matrix that lie one after the other: first, first + 1, …, first + count - 1.
typedef struct ck_range {
    uint32_t first, count;
} ck_range;

// A dense layer with int8 weights: sum[output] = Σ x[i]·weights[output][i] with x in [0, 127], result = sum · scale + bias.
// Arrays hold whole blocks of 16 outputs; what lies beyond `outputs` is zero. Made by ck_dense_group.
typedef struct ck_dense_layer {
    size_t inputs, outputs;        // inputs: a multiple of 4, at most CK_MAX_DIMENSIONS
    const int8_t *weights;         // blocks as above, an output a row
    const float *scales, *biases;  // a value an output
    const int8_t *grouped;         // the weights once more, see ck_dense_group
    const uint16_t *order, *runs;
} ck_dense_layer;

// combine_u8 computes in 16 bits: a unit is 1/64 of a step of its result, an item's factor 1/8192 of a step.
enum { CK_COMBINE_UNIT = 64, CK_COMBINE_FACTOR = 8192 };

// One level's kernels. Float results may differ between levels within rounding, integer results and everything computed
// from them (quantise_rows, scan_s8, scan_ranges_s8, collect, count_above, argmax_rows, and all from dense_u8s8 on) are
// the same bits at every level, and so is dot_rows_f32s8, whose order of summation is fixed.
typedef struct ck_table {
    // Σ a·b
    float (*dot)(size_t n, const float *a, const float *b);
    // y += alpha · x
    void (*axpy)(size_t n, float alpha, const float *x, float *y);
    // first += Σ a[i]·x[rows[i]], second += Σ b[i]·x[rows[i]]: two weighted sums of rows that lie anywhere, each in the
    // order of i, as so many axpy would. Without `b` there is no second one.
    void (*pool_rows)(size_t n, const int32_t *rows, const float *a, const float *b, size_t columns, const float *x,
                      size_t ldx, float *first, float *second);
    // y[rows[i]] += a[i]·first + b[i]·second, in the order of i: what pool_rows sums up, the other way round. Without `b`
    // there is no second vector.
    void (*spread_rows)(size_t n, const int32_t *rows, const float *a, const float *b, size_t columns,
                        const float *first, const float *second, float *y, size_t ldy);
    // C (+)= A·B, then + bias (n values, may be null), then max(0, ·) with CK_RELU. k = 0 counts as a product of zeros.
    // With CK_STEADY a row of C is the same to the bit whatever the number of rows; without, a few are summed up faster.
    void (*gemm)(int form, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb,
                 float *c, size_t ldc, const float *bias, int flags);
    // Adam (Kingma & Ba 2015, algorithm 1): g' = g + l2·p; m = b1·m + (1-b1)·g'; v = b2·v + (1-b2)·g'²;
    // p -= rate · (m·c1) / (sqrt(v·c2) + eps), with c1 = 1/(1-b1^t), c2 = 1/(1-b2^t).
    void (*adam)(size_t n, float *p, const float *g, float *m, float *v, float rate, float b1, float b2, float eps,
                 float c1, float c2, float l2);
    // Each row becomes its softmax; lse[row] = log Σ exp, may be null.
    void (*softmax_rows)(size_t rows, size_t columns, float *x, size_t ldx, float *lse);
    // y = exp(x), relative error below 3e-7; 0 below -87.33, infinity above 88.72.
    void (*exp)(size_t n, const float *x, float *y);
    // out[column] += Σ rows
    void (*column_sums)(size_t rows, size_t columns, const float *x, size_t ldx, float *out);
    // g = 0 where y <= 0
    void (*relu_gradient)(size_t n, const float *y, float *g);
    // Symmetric int8, one scale a row: q = round(x · 127/max|x|), x ≈ q · scale. Values that are not finite count as 0,
    // a row below 1e-30 everywhere becomes zeros with scale 0. Columns up to ldq are filled with zeros.
    void (*quantise_rows)(size_t rows, size_t columns, const float *x, size_t ldx, int8_t *q, size_t ldq,
                          float *scales);
    // scores[query · lds + row] = dot · (query_scale · row_scale) + bias, over `blocks` blocks of 16 rows.
    // dimensions: a multiple of 4, at most CK_MAX_DIMENSIONS; queries are rows of int8 in [-127, 127], and so are the matrix's. Biases may be null, which counts as zeros.
    void (*scan_s8)(size_t blocks, size_t dimensions, const int8_t *rows, const float *row_scales, const float *biases,
                    size_t queries, const int8_t *query, size_t ldq, const float *query_scales, float *scores,
                    size_t lds);
    // scan_s8 over ranges of blocks of one matrix: scores[query · lds + i] for the i-th row of the ranges, taken one after
    // the other. `rows`, `row_scales` and `biases` are the whole matrix's. Memory is asked for before its turn.
    void (*scan_ranges_s8)(size_t ranges, const ck_range *range, size_t dimensions, const int8_t *rows,
                           const float *row_scales, const float *biases, size_t queries, const int8_t *query,
                           size_t ldq, const float *query_scales, float *scores, size_t lds);
    // scores[i] = dot(query, row numbers[i]) · row_scale + bias, for rows that lie anywhere in a matrix of blocks: row n is
    // row n % 16 of block n / 16. A query of `dimensions` floats (a multiple of 4); biases may be null, which counts as
    // zeros. With s[j] = Σ query[d]·row[d] over d = j, j + 4, …, each product and sum rounded, the dot is
    // (s[0] + s[2]) + (s[1] + s[3]).
    void (*dot_rows_f32s8)(size_t count, const uint32_t *numbers, size_t dimensions, const int8_t *rows,
                           const float *row_scales, const float *biases, const float *query, float *scores);
    // best[row] = the lowest column with the row's highest value, highest[row] = that value (may be null). A row with
    // nothing above minus infinity: column 0, minus infinity. Not a number is never the highest.
    void (*argmax_rows)(size_t rows, size_t columns, const float *x, size_t ldx, uint32_t *best, float *highest);
    // Appends the scores above the threshold, with their index + base, in order; returns how many. A bitmap (bit i%8
    // of byte i/8, may be null) admits or bars an index. Room for n more is needed at both outputs; out_scores may lie in the scores' own
    // memory, not after them.
    size_t (*collect)(size_t n, const float *scores, float threshold, uint32_t base, const uint8_t *allowed,
                      const uint8_t *excluded, float *out_scores, uint32_t *out_indices);
    // How many scores are above the threshold.
    size_t (*count_above)(size_t n, const float *scores, float threshold);
    // One step of greedy MMR: maximum[i] = max(maximum[i], similarity[i]); returns the lowest i with the highest
    // lambda·relevance[i] - (1-lambda)·maximum[i]. n > 0.
    size_t (*mmr_step)(size_t n, float lambda, const float *relevance, const float *similarity, float *maximum);
    // y[row] = result limited to [0, 127] (which is ReLU, too) and rounded to nearest even, not a number to 0. Whole
    // blocks are written: ldy ≥ outputs rounded up to 16.
    void (*dense_u8s8)(const ck_dense_layer *layer, size_t rows, const uint8_t *x, size_t ldx, uint8_t *y, size_t ldy);
    // y[row] = result, `outputs` floats.
    void (*dense_u8s8_f32)(const ck_dense_layer *layer, size_t rows, const uint8_t *x, size_t ldx, float *y,
                           size_t ldy);
    // dense_u8s8_f32 for few outputs: weights are rows of `inputs`, a multiple of 4, one an output.
    void (*narrow_u8s8_f32)(size_t outputs, size_t inputs, const int8_t *weights, const float *scales,
                            const float *biases, size_t rows, const uint8_t *x, size_t ldx, float *y, size_t ldy);
    // y = x · inverse + zero, limited to [0, 127] and rounded to nearest even, not a number to 0; zeros up to ldy.
    void (*quantise_u8)(size_t rows, size_t columns, const float *x, size_t ldx, float inverse, float zero, uint8_t *y,
                        size_t ldy);
    // A layer from its precomputed halves, with ReLU: y = (user + ((items · 256 · factor + 2^14) >> 15) + 32) >> 6,
    // limited to [0, 127]; both sums saturate at 16 bits. Row i is made of items[indices[i]] (or items[i] without
    // indices) and its factor ≥ 0. width: a multiple of 16.
    void (*combine_u8)(size_t rows, size_t width, const int16_t *user, const int8_t *items, size_t ldi,
                       const int16_t *factors, const uint32_t *indices, uint8_t *y, size_t ldy);
    // x = q · scale, a scale a row.
    void (*dequantise_rows)(size_t rows, size_t columns, const int8_t *q, size_t ldq, const float *scales, float *x,
                            size_t ldx);
} ck_table;

// The kernels in use: the best that this processor and its operating system support, or a lower level named by the
// environment variable CASCADE_KERNELS (scalar, avx2, avx512vnni, neon). Chosen once, when the program is loaded.
const ck_table *ck_active(void);
int ck_active_level(void);

// The kernels of a level, or null when this machine cannot run them.
const ck_table *ck_table_at(int level);
const char *ck_level_name(int level);

// Compares the active kernels with the scalar ones on made-up data: null when they agree, else the kernel's name.
const char *ck_self_check(void);

// Sorts 16 rows of int8 (row-major, `ldx` apart) into one scan block, and takes one row out again.
void ck_block_write_row(int8_t *block, size_t row, size_t dimensions, const int8_t *x);
void ck_block_read_row(const int8_t *block, size_t row, size_t dimensions, int8_t *x);

// So many rows ahead are fetched where rows lie anywhere.
enum { CK_ROWS_AHEAD = 8, CK_CACHE_LINE = 64 };

static inline __attribute__((always_inline)) void ck_prefetch_row(const void *row, size_t bytes) {
    for (size_t byte = 0; byte < bytes; byte += CK_CACHE_LINE) __builtin_prefetch((const char *)row + byte);
}

// Copies `count` rows of `size` bytes that lie anywhere, one after the other, to `out`.
void ck_gather_rows(size_t count, size_t size, const void *const *rows, void *out);

// out[i · ldo] = table[indices[i] · ldt], `width` values each.
void ck_gather_rows_s8(size_t count, size_t width, const int8_t *table, size_t ldt, const uint32_t *indices,
                       int8_t *out, size_t ldo);

// A sum of products of bytes stays within 16 bits while neither the positive nor the negative weights in it add up to
// more than this: 127 · 258 < 2^15.
enum { CK_DENSE_LIMIT = 258, CK_DENSE_RUNS = 3 };

// Orders each block's groups of 4 inputs for levels that sum pairs of products in 16 bits (vpmaddubsw): first those that
// go three together without passing CK_DENSE_LIMIT for any output, then two, then one. O(blocks · inputs²).
//   grouped  the block's groups of 64 bytes in that order
//   order    for each of them 4 · its number: where its inputs begin in a row
//   runs     CK_DENSE_RUNS a block: how many threes, twos and ones
void ck_dense_group(size_t blocks, size_t inputs, const int8_t *weights, int8_t *grouped, uint16_t *order,
                    uint16_t *runs);

typedef struct ck_limit {
    float low, high;
    size_t above;  // scores above `low`
} ck_limit;

// A limit `low` that at least `wanted` of the scores are above, and at most wanted + slack where the scores allow it; where
// they do not, `high` is the next float and the score that too many share. Where fewer are above `floor`, that is the limit.
// Minus infinity and not-a-number are above nothing. The same bits at every level. O(count), about six looks at all scores.
ck_limit ck_find_limit(size_t count, const float *scores, float floor, size_t wanted, size_t slack);

// Keeps the best of `count` (score, index) pairs in their order: at least k (all, when there are fewer), at most
// k + k/4 + 16, and all that share the k-th best score. Returns how many stay. *threshold is what pairs were collected
// above, first minus infinity; it rises to what the pairs that stay are above. *tied is the k-th best score where so many
// share it that more stay, otherwise minus infinity.
size_t ck_topk_cut(size_t count, float *scores, uint32_t *indices, size_t k, float *threshold, float *tied);

// Keeps the best of `count` (score, index) pairs, at least k of them (all, when there are fewer) and at most
// k + k/4 + 16, in their order, which is that of ascending index. Returns how many stay. *threshold is what pairs were
// collected above, first minus infinity; when any go, it becomes a score that a later pair (one of higher index) must be
// above to be among the best k. Equal scores: the lower index is the better.
size_t ck_topk_shrink(size_t count, float *scores, uint32_t *indices, size_t k, float *threshold);

// Sorts pairs in order of ascending index: best first, equal scores by lower index. `keys` holds 2 · count values of scratch.
void ck_topk_sort(size_t count, float *scores, uint32_t *indices, uint64_t *keys);
