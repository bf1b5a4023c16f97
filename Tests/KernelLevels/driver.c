// Every kernel of a table against the scalar one, for where `swift test` cannot go: other processors under an emulator, and
// the sanitizers on C alone. The cases are those of Shared/Tests/KernelsTests: lengths around each vector width, memory that
// is aligned to nothing, extreme values; integers and what is computed from them to the bit.
//
//   driver            all levels that this machine has; with EMULATED the AVX-512 table, whatever the processor says
//   driver --threads  the same in four threads at once
//   driver --level    prints the level in use; --levels: all that this machine has
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "kernels.h"

enum { BUFFERS = 8 };

// What a case works on: two sets of buffers with the same content, one for each table.
typedef struct cases {
    const ck_table *table;
    const char *level;
    uint64_t random;
    int failures, runs;
    char *memory[2][BUFFERS], *data[2][BUFFERS];
    size_t sizes[BUFFERS];
    int used;
} cases;

static uint32_t next(cases *c) {
    c->random += 0x9e3779b97f4a7c15u;
    uint64_t z = c->random;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (uint32_t)(z ^ z >> 31);
}

static size_t below(cases *c, size_t n) { return next(c) % n; }
static float uniform(cases *c) { return (float)(next(c) >> 8) * 0x1p-23f - 1; }

static void start(cases *c) {
    for (int set = 0; set < 2; set++)
        for (int i = 0; i < c->used; i++) free(c->memory[set][i]);
    c->used = 0;
}

// A buffer one element off any alignment, and nothing behind it.
static int buffer(cases *c, size_t count, size_t element) {
    int i = c->used++;
    c->sizes[i] = count * element;
    for (int set = 0; set < 2; set++) {
        c->memory[set][i] = malloc((count + 1) * element);
        c->data[set][i] = c->memory[set][i] + element;
        memset(c->data[set][i], 0x5a, count * element);
    }
    return i;
}

static void both(cases *c, int i) { memcpy(c->data[1][i], c->data[0][i], c->sizes[i]); }

static int floats(cases *c, size_t count, float scale) {
    int i = buffer(c, count, 4);
    for (size_t j = 0; j < count; j++) ((float *)c->data[0][i])[j] = uniform(c) * scale;
    both(c, i);
    return i;
}

enum { ANY, EXTREME, SMALL, KINDS };

// int8 in [-127, 127].
static int bytes(cases *c, size_t count, int kind) {
    int i = buffer(c, count, 1);
    for (size_t j = 0; j < count; j++) {
        int value = kind == EXTREME ? (next(c) & 1 ? 127 : -127) : (int)below(c, 255) - 127;
        c->data[0][i][j] = (char)(kind == SMALL ? value / 3 : value);
    }
    both(c, i);
    return i;
}

static int positive(cases *c, size_t count, int kind) {
    int i = buffer(c, count, 1);
    for (size_t j = 0; j < count; j++) c->data[0][i][j] = (char)(kind == EXTREME ? 127 : below(c, 128));
    both(c, i);
    return i;
}

// Ends a case: all buffers must agree, to the bit or as floats within `tolerance`.
static void same(cases *c, const char *kernel, size_t n, float tolerance) {
    c->runs++;
    for (int i = 0; i < c->used; i++) {
        if (memcmp(c->data[0][i], c->data[1][i], c->sizes[i]) == 0) continue;
        int close = tolerance > 0;
        for (size_t j = 0; close && j < c->sizes[i] / 4; j++) {
            float x = ((float *)c->data[0][i])[j], y = ((float *)c->data[1][i])[j];
            close = x == y || (isnan(x) && isnan(y)) || fabsf(x - y) <= tolerance * (1 + fabsf(x));
        }
        if (close) continue;
        if (c->failures++ < 20) printf("%s: %s differs, length %zu\n", c->level, kernel, n);
        return;
    }
}

static const size_t lengths[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  11, 12, 13, 15, 16,  17,  19,  20, 23,
                                 24, 25, 28, 31, 32, 33, 34, 47, 48, 49, 63, 64, 65, 66, 127, 128, 129, 200};
enum { LENGTHS = sizeof lengths / sizeof lengths[0] };

#define EACH_TABLE(t) \
    for (int set = 0; set < 2; set++) \
        for (const ck_table *t = set ? c->table : &ck_scalar, *once = t; once; once = NULL)
#define F(i) ((float *)c->data[set][i])
#define Q(i) ((int8_t *)c->data[set][i])
#define U(i) ((uint8_t *)c->data[set][i])
#define W(i) ((uint32_t *)c->data[set][i])
#define H(i) ((int16_t *)c->data[set][i])

static void float_cases(cases *c) {
    for (size_t l = 0; l < LENGTHS; l++) {
        size_t n = lengths[l];
        start(c);
        int a = floats(c, n, 1), b = floats(c, n, 1), d = floats(c, 1, 1);
        EACH_TABLE(t) F(d)[0] = t->dot(n, F(a), F(b));
        same(c, "dot", n, 1e-4f);
        EACH_TABLE(t) t->axpy(n, 0.75f, F(a), F(b));
        same(c, "axpy", n, 1e-5f);
        start(c);
        int p = floats(c, n, 1), g = floats(c, n, 1), m = floats(c, n, 1), v = floats(c, n, 1);
        for (int set = 0; set < 2; set++)
            for (size_t i = 0; i < n; i++) F(v)[i] = fabsf(F(v)[i]);
        EACH_TABLE(t) t->adam(n, F(p), F(g), F(m), F(v), 0.01f, 0.9f, 0.99f, 1e-6f, 10, 100, 0.1f);
        same(c, "adam", n, 1e-4f);
        start(c);
        int x = floats(c, n, 110);
        for (int set = 0; set < 2; set++)
            if (n > 9) F(x)[1] = NAN, F(x)[3] = INFINITY, F(x)[4] = -INFINITY, F(x)[9] = 88.7f;
        EACH_TABLE(t) {
            t->exp(n, F(x), F(x));
            for (size_t i = 0; i < n; i++) F(x)[i] = F(x)[i] > 1 && F(x)[i] < INFINITY ? logf(F(x)[i]) : F(x)[i];
        }
        same(c, "exp", n, 1e-5f);
        start(c);
        int rows = floats(c, 3 * (n + 2), 9), lse = floats(c, 3, 1);
        if (n > 0) {
            EACH_TABLE(t) t->softmax_rows(3, n, F(rows), n + 2, F(lse));
            same(c, "softmax_rows", n, 1e-5f);
        }
        start(c);
        int sums = floats(c, n, 1), columns = floats(c, 5 * (n + 1), 1);
        EACH_TABLE(t) t->column_sums(5, n, F(columns), n + 1, F(sums));
        same(c, "column_sums", n, 1e-5f);
        EACH_TABLE(t) t->relu_gradient(n, F(columns), F(sums));
        same(c, "relu_gradient", n, 1e-5f);
    }
}

static void gemm_cases(cases *c) {
    static const size_t sizes[] = {1, 3, 5, 8, 9, 16, 17, 33, 70};
    enum { SIZES = sizeof sizes / sizeof sizes[0] };
    for (int form = 0; form < 3; form++)
        for (size_t i = 0; i < SIZES; i++)
            for (size_t j = 0; j < SIZES; j++)
                for (size_t l = 0; l <= SIZES; l++) {
                    size_t m = sizes[i], n = sizes[j], k = l < SIZES ? sizes[l] : l % 2 ? 0 : 300;
                    size_t lda = (form == CK_TN ? m : k) + 1, ldb = (form == CK_NT ? k : n) + 2, ldc = n + 1;
                    start(c);
                    int a = floats(c, (form == CK_TN ? k : m) * lda, 1), b = floats(c, (form == CK_NT ? n : k) * ldb, 1);
                    int out = floats(c, m * ldc, 1), bias = floats(c, n, 1), flags = (int)below(c, 4);
                    int biased = (int)below(c, 2);
                    EACH_TABLE(t)
                        t->gemm(form, m, n, k, F(a), lda, F(b), ldb, F(out), ldc, biased ? F(bias) : NULL, flags);
                    same(c, form == CK_NT ? "gemm NT" : form == CK_NN ? "gemm NN" : "gemm TN", k, 1e-4f);
                }
}

static void row_cases(cases *c) {
    for (size_t l = 0; l < LENGTHS; l++) {
        size_t n = lengths[l], ldq = n + n % 5;
        static const float scales[] = {1, 1e-20f, 1e30f, 1e-31f, 0};
        for (size_t s = 0; s < 5; s++) {
            start(c);
            int x = floats(c, 3 * (n + 1), scales[s]), q = bytes(c, 3 * ldq, ANY), out = floats(c, 3, 1);
            for (int set = 0; set < 2; set++)
                if (n > 5) F(x)[1] = NAN, F(x)[3] = INFINITY, F(x)[4] = -INFINITY, F(x)[n + 3] = -0.0f;
            EACH_TABLE(t) t->quantise_rows(3, n, F(x), n + 1, Q(q), ldq, F(out));
            same(c, "quantise_rows", n, 0);
            EACH_TABLE(t) t->quantise_u8(3, n, F(x), n + 1, 64, 63, U(q), ldq);
            same(c, "quantise_u8", n, 0);
            EACH_TABLE(t) t->dequantise_rows(3, n, Q(q), ldq, F(out), F(x), n + 1);
            same(c, "dequantise_rows", n, 0);
        }
        for (size_t s = 0; s < 8; s++) {
            start(c);
            int x = floats(c, 4 * (n + 3), 1), best = floats(c, 4, 1), highest = floats(c, 4, 1);
            for (int set = 0; set < 2; set++)
                for (size_t i = 0; i < 4 * (n + 3); i++) {
                    float *value = F(x) + i;
                    *value = roundf(*value * 4) / 4;  // with minus zeros
                    if (s == 1) *value = -INFINITY;
                    if (s == 2) *value = NAN;
                    if (s > 4 && i % s == 1) *value = NAN;
                }
            EACH_TABLE(t) t->argmax_rows(4, n, F(x), n + 3, W(best), s & 1 ? F(highest) : NULL);
            same(c, "argmax_rows", n, 0);
        }
    }
}

static void selection_cases(cases *c) {
    static const float thresholds[] = {-INFINITY, -0.9f, 0, 0.8f, 2, NAN};
    for (size_t l = 0; l < LENGTHS; l++)
        for (size_t s = 0; s < 6; s++)
            for (int maps = 0; maps < 4; maps++) {
                size_t n = lengths[l], words = (n + 7) / 8;
                start(c);
                int x = floats(c, n, 1), allowed = bytes(c, words, ANY), excluded = bytes(c, words, ANY);
                int out = floats(c, n, 1), indices = floats(c, n, 1), counts = floats(c, 2, 1);
                for (int set = 0; set < 2; set++)
                    if (n > 9) F(x)[2] = NAN, F(x)[5] = -INFINITY, F(x)[9] = INFINITY;
                EACH_TABLE(t) {
                    size_t found = t->collect(n, F(x), thresholds[s], 1000, maps & 1 ? U(allowed) : NULL,
                                              maps & 2 ? U(excluded) : NULL, F(out), W(indices));
                    // What lies behind those found is nobody's.
                    for (size_t i = found; i < n; i++) F(out)[i] = 0, W(indices)[i] = 0;
                    W(counts)[0] = (uint32_t)found;
                    W(counts)[1] = (uint32_t)t->count_above(n, F(x), thresholds[s]);
                }
                same(c, "collect, count_above", n, 0);
                if (n == 0) continue;
                start(c);
                int relevance = floats(c, n, 1), similarity = floats(c, n, 1), maximum = floats(c, n, 1);
                int picked = floats(c, 1, 1);
                for (int set = 0; set < 2; set++)
                    for (size_t i = 0; i < n; i++) F(relevance)[i] = roundf(F(relevance)[i] * 3) / 3;
                EACH_TABLE(t)
                    W(picked)[0] = (uint32_t)t->mmr_step(n, 0.4f, F(relevance), F(similarity), F(maximum));
                same(c, "mmr_step", n, 0);
            }
}

static void scan_cases(cases *c) {
    static const size_t dimensions[] = {4, 8, 12, 16, 20, 36, 64, 132, 256};
    for (size_t i = 0; i < 9; i++)
        for (size_t blocks = 0; blocks < 8; blocks++)
            for (size_t queries = 0; queries < 11; queries++) {
                size_t d = dimensions[i], rows = blocks * CK_BLOCK_ROWS;
                int kind = (int)below(c, KINDS), other = (int)below(c, KINDS), biased = (int)below(c, 3) > 0;
                start(c);
                int x = bytes(c, rows * d, kind), q = bytes(c, queries * (d + 1), other);
                int scales = floats(c, rows, 1), biases = floats(c, rows, 1), query_scales = floats(c, queries, 1);
                int out = floats(c, queries * (rows + 1), 1);
                EACH_TABLE(t)
                    t->scan_s8(blocks, d, Q(x), F(scales), biased ? F(biases) : NULL, queries, Q(q), d + 1,
                               F(query_scales), F(out), rows + 1);
                same(c, "scan_s8", d, 0);
                ck_range ranges[6];
                size_t count = below(c, 7), total = 0;
                for (size_t r = 0; r < count; r++) {
                    ranges[r].count = (uint32_t)below(c, blocks + 1);
                    ranges[r].first = (uint32_t)below(c, blocks - ranges[r].count + 1);
                    total += ranges[r].count * CK_BLOCK_ROWS;
                }
                int listed = floats(c, queries * (total + 3), 1);
                EACH_TABLE(t)
                    t->scan_ranges_s8(count, ranges, d, Q(x), F(scales), biased ? F(biases) : NULL, queries, Q(q),
                                      d + 1, F(query_scales), F(listed), total + 3);
                same(c, "scan_ranges_s8", d, 0);
                if (rows == 0) continue;
                start(c);
                uint32_t numbers[11];
                for (size_t r = 0; r < queries; r++) numbers[r] = (uint32_t)below(c, rows);
                x = bytes(c, rows * d, kind), scales = floats(c, rows, 1), biases = floats(c, rows, 1);
                int query = floats(c, d, 1), dots = floats(c, queries, 1);
                EACH_TABLE(t)
                    t->dot_rows_f32s8(queries, numbers, d, Q(x), F(scales), biased ? F(biases) : NULL, F(query),
                                      F(dots));
                same(c, "dot_rows_f32s8", d, 0);
            }
}

static void dense_cases(cases *c) {
    static const size_t shapes[][2] = {{4, 1}, {8, 16}, {12, 17}, {20, 15}, {36, 33}, {64, 64}, {128, 65}, {132, 112}};
    for (size_t i = 0; i < 8; i++)
        for (size_t rows = 0; rows < 10; rows++)
            for (int kind = 0; kind < KINDS; kind++) {
                size_t inputs = shapes[i][0], outputs = shapes[i][1], blocks = (outputs + 15) / 16, whole = 16 * blocks;
                start(c);
                int weights = bytes(c, whole * inputs, kind), x = positive(c, rows * (inputs + 3), kind);
                int scales = floats(c, whole, kind == EXTREME ? 1e-3f : 1e-2f), biases = floats(c, whole, 40);
                int y = bytes(c, rows * (whole + 5), ANY), z = floats(c, rows * (outputs + 2), 1);
                int8_t *grouped = malloc(whole * inputs);
                uint16_t *order = malloc(blocks * inputs / 4 * 2), *runs = malloc(blocks * CK_DENSE_RUNS * 2);
                ck_dense_group(blocks, inputs, (int8_t *)c->data[0][weights], grouped, order, runs);
                EACH_TABLE(t) {
                    ck_dense_layer layer = {inputs, outputs, Q(weights), F(scales), F(biases), grouped, order, runs};
                    t->dense_u8s8(&layer, rows, U(x), inputs + 3, U(y), whole + 5);
                    t->dense_u8s8_f32(&layer, rows, U(x), inputs + 3, F(z), outputs + 2);
                }
                same(c, "dense_u8s8", inputs, 0);
                EACH_TABLE(t)
                    t->narrow_u8s8_f32(outputs < 8 ? outputs : 8, inputs, Q(weights), F(scales), F(biases), rows, U(x),
                                       inputs + 3, F(z), outputs + 2);
                same(c, "narrow_u8s8_f32", inputs, 0);
                free(grouped);
                free(order);
                free(runs);
                start(c);
                size_t width = 16 * (1 + below(c, 9));
                int items = bytes(c, 5 * (width + 3), kind), user = buffer(c, width, 2), factors = buffer(c, 10, 2);
                int made = bytes(c, rows * width, ANY), indices = buffer(c, 10, 4);
                for (size_t j = 0; j < width; j++)
                    ((int16_t *)c->data[0][user])[j] = (int16_t)(kind == EXTREME ? 32767 : (int)below(c, 65536) - 32768);
                for (size_t j = 0; j < 10; j++) {
                    ((int16_t *)c->data[0][factors])[j] = (int16_t)(kind == EXTREME ? 32767 : below(c, 32768));
                    ((uint32_t *)c->data[0][indices])[j] = (uint32_t)below(c, 5);
                }
                both(c, user), both(c, factors), both(c, indices);
                EACH_TABLE(t)
                    t->combine_u8(rows, width, H(user), Q(items), width + 3, H(factors),
                                  kind == ANY && rows <= 5 ? NULL : W(indices), U(made), width);
                same(c, "combine_u8", width, 0);
            }
}

static void *run(void *argument) {
    cases *c = argument;
    float_cases(c);
    gemm_cases(c);
    row_cases(c);
    selection_cases(c);
    scan_cases(c);
    dense_cases(c);
    start(c);
    const char *check = ck_check(c->table);
    if (check) {
        printf("%s: the start's own check finds %s\n", c->level, check);
        c->failures++;
    }
    return NULL;
}

static int report(const cases *c) {
    printf("%s: %d cases, %d failures\n", c->level, c->runs, c->failures);
    return c->failures > 0;
}

static int run_threads(const ck_table *table, const char *level) {
    enum { THREADS = 4 };
    static cases each[THREADS];
    pthread_t threads[THREADS];
    int failed = 0;
    for (int i = 0; i < THREADS; i++) {
        each[i] = (cases){.table = table, .level = level, .random = (uint64_t)i};
        if (pthread_create(&threads[i], NULL, run, &each[i]) != 0) abort();
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        failed |= report(&each[i]);
    }
    return failed;
}

static int run_one(const ck_table *table, const char *level) {
    static cases c;
    c = (cases){.table = table, .level = level, .random = 1};
    run(&c);
    return report(&c);
}

int main(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "";
    int (*how)(const ck_table *, const char *) = strcmp(mode, "--threads") == 0 ? run_threads : run_one;
    int failed = 0;
#ifdef EMULATED
    failed = how(&ck_avx512vnni, "avx512vnni, emulated");
#else
    if (strcmp(mode, "--level") == 0) return puts(ck_level_name(ck_active_level())) < 0;
    for (int level = CK_LEVEL_SCALAR; level < CK_LEVELS; level++) {
        const ck_table *table = ck_table_at(level);
        if (!table) continue;
        if (strcmp(mode, "--levels") == 0) puts(ck_level_name(level));
        else failed |= how(table, ck_level_name(level));
    }
#endif
    return failed;
}
