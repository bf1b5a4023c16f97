// The matrix product once for every vector width, on the macros of vector_float.h and TILE_ROWS.
//
// Blocked as in Goto & van de Geijn (ACM TOMS 34(3), 2008): a panel of B of up to 256 × (2 · LANES) is packed and stays in
// the first cache while tiles of TILE_ROWS × (2 · LANES) of C are summed up in registers down a block of rows. A is
// read in place when its rows run along k (NT, NN), and packed when they run across (TN).

enum {
    TILE_COLUMNS = 2 * LANES,
    DEPTH = 256,             // of one pass along k
    PACKED = 65536,          // floats of B packed at a time: half of a second-level cache
    BLOCK = 12 * TILE_ROWS,  // rows of A that stay in the second-level cache
};

// How a tile's sums reach C.
typedef struct NAME(gemm_output) {
    float *c;
    size_t ldc;
    int accumulate, relu;
    const float *bias;
} NAME(gemm_output);

static inline __attribute__((always_inline)) vf NAME(gemm_finish)(vf sum, vf bias, int relu) {
    sum = ADD(sum, bias);
    return relu ? MAX(sum, SPLAT(0)) : sum;
}

// a: element (i, p) at a[i · a_row + p · a_step]; b: `depth` rows of TILE_COLUMNS.
static inline __attribute__((always_inline)) void NAME(gemm_tile)(const size_t rows, size_t columns, size_t depth,
                                                                  const float *a, size_t a_row, size_t a_step,
                                                                  const float *b, const NAME(gemm_output) *out) {
    vf s[TILE_ROWS][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) s[i][0] = s[i][1] = SPLAT(0);
    for (size_t p = 0; p < depth; p++, a += a_step, b += TILE_COLUMNS) {
        vf b0 = LOAD(b), b1 = LOAD(b + LANES);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) {
            vf x = SPLAT(a[i * a_row]);
            s[i][0] = FMA(x, b0, s[i][0]);
            s[i][1] = FMA(x, b1, s[i][1]);
        }
    }
    float *c = out->c;
    if (columns == TILE_COLUMNS) {
        vf bias0 = out->bias ? LOAD(out->bias) : SPLAT(0), bias1 = out->bias ? LOAD(out->bias + LANES) : SPLAT(0);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++, c += out->ldc) {
            vf s0 = out->accumulate ? ADD(s[i][0], LOAD(c)) : s[i][0];
            vf s1 = out->accumulate ? ADD(s[i][1], LOAD(c + LANES)) : s[i][1];
            STORE(c, NAME(gemm_finish)(s0, bias0, out->relu));
            STORE(c + LANES, NAME(gemm_finish)(s1, bias1, out->relu));
        }
        return;
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++, c += out->ldc)
        for (size_t j = 0; j < columns; j += LANES) {
            size_t n = columns - j;
            vf sum = j == 0 ? s[i][0] : s[i][1];
            if (n >= LANES) {
                if (out->accumulate) sum = ADD(sum, LOAD(c + j));
                STORE(c + j, NAME(gemm_finish)(sum, out->bias ? LOAD(out->bias + j) : SPLAT(0), out->relu));
            } else {
                if (out->accumulate) sum = ADD(sum, LOAD_FIRST(c + j, n));
                vf bias = out->bias ? LOAD_FIRST(out->bias + j, n) : SPLAT(0);
                STORE_FIRST(c + j, n, NAME(gemm_finish)(sum, bias, out->relu));
            }
        }
}

static void NAME(gemm_tile_of)(size_t rows, size_t columns, size_t depth, const float *a, size_t a_row, size_t a_step,
                               const float *b, const NAME(gemm_output) *out) {
#define CASE(n) \
    case n: NAME(gemm_tile)(n, columns, depth, a, a_row, a_step, b, out); return;
    switch (rows) {
        TILE_CASES
        default: return;
    }
#undef CASE
}

// B's rows run along n: a panel is a copy of TILE_COLUMNS of each.
static void NAME(gemm_pack_along)(size_t columns, size_t depth, const float *b, size_t ldb, float *packed) {
    for (size_t j = 0; j < columns; j += TILE_COLUMNS) {
        size_t n = columns - j < TILE_COLUMNS ? columns - j : TILE_COLUMNS;
        for (size_t p = 0; p < depth; p++, packed += TILE_COLUMNS) {
            const float *row = b + p * ldb + j;
            if (n == TILE_COLUMNS) {
                STORE(packed, LOAD(row));
                STORE(packed + LANES, LOAD(row + LANES));
            } else {
                for (size_t i = 0; i < TILE_COLUMNS; i++) packed[i] = i < n ? row[i] : 0;
            }
        }
    }
}

// B's rows run along k: a panel is the transpose of TILE_COLUMNS rows.
static void NAME(gemm_pack_across)(size_t columns, size_t depth, const float *b, size_t ldb, float *packed) {
    for (size_t j = 0; j < columns; j += TILE_COLUMNS, packed += depth * TILE_COLUMNS) {
        size_t n = columns - j < TILE_COLUMNS ? columns - j : TILE_COLUMNS;
        const float *rows = b + j * ldb;
        size_t p = 0;
        if (n == TILE_COLUMNS)
            for (; p + 8 <= depth; p += 8)
                for (size_t i = 0; i < TILE_COLUMNS; i += 8)
                    transpose8(rows + i * ldb + p, ldb, packed + p * TILE_COLUMNS + i, TILE_COLUMNS);
        for (; p < depth; p++)
            for (size_t i = 0; i < TILE_COLUMNS; i++)
                packed[p * TILE_COLUMNS + i] = i < n ? rows[i * ldb + p] : 0;
    }
}

// A's rows run along m: panels of TILE_ROWS values for each p.
static void NAME(gemm_pack_a)(size_t rows, size_t depth, const float *a, size_t lda, float *packed) {
    for (size_t i = 0; i < rows; i += TILE_ROWS) {
        size_t n = rows - i < TILE_ROWS ? rows - i : TILE_ROWS;
        for (size_t p = 0; p < depth; p++, packed += TILE_ROWS) {
            if (n == TILE_ROWS) memcpy(packed, a + p * lda + i, TILE_ROWS * sizeof(float));
            else memcpy(packed, a + p * lda + i, n * sizeof(float));
        }
    }
}

// A few rows against the rows of B, as dots, four rows of B at a time: nothing is packed for so little work.
static void NAME(gemm_few_rows)(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb,
                                float *c, size_t ldc, const float *bias, int flags) {
    for (size_t j = 0; j < n; j += 4) {
        size_t last = n - j < 4 ? n - j - 1 : 3;
        const float *b0 = b + j * ldb, *b1 = b0 + (last < 1 ? last : 1) * ldb, *b2 = b0 + (last < 2 ? last : 2) * ldb,
                    *b3 = b0 + last * ldb;
        for (size_t i = 0; i < m; i++) {
            const float *x = a + i * lda;
            vf s[4] = {SPLAT(0), SPLAT(0), SPLAT(0), SPLAT(0)};
            size_t p = 0;
            for (; p + LANES <= k; p += LANES) {
                vf xp = LOAD(x + p);
                s[0] = FMA(xp, LOAD(b0 + p), s[0]);
                s[1] = FMA(xp, LOAD(b1 + p), s[1]);
                s[2] = FMA(xp, LOAD(b2 + p), s[2]);
                s[3] = FMA(xp, LOAD(b3 + p), s[3]);
            }
            if (p < k) {
                vf xp = LOAD_FIRST(x + p, k - p);
                s[0] = FMA(xp, LOAD_FIRST(b0 + p, k - p), s[0]);
                s[1] = FMA(xp, LOAD_FIRST(b1 + p, k - p), s[1]);
                s[2] = FMA(xp, LOAD_FIRST(b2 + p, k - p), s[2]);
                s[3] = FMA(xp, LOAD_FIRST(b3 + p, k - p), s[3]);
            }
            float sums[4];
            sum_lanes4(s, sums);
            float *row = c + i * ldc + j;
            if (last == 3 && !bias && !flags) {
                memcpy(row, sums, sizeof sums);
                continue;
            }
            for (size_t t = 0; t <= last; t++) {
                float sum = sums[t];
                if (flags & CK_ACCUMULATE) sum += row[t];
                if (bias) sum += bias[j + t];
                row[t] = flags & CK_RELU && !(sum > 0) ? 0 : sum;
            }
        }
    }
}

static size_t NAME(least)(size_t a, size_t b) { return a < b ? a : b; }

static void NAME(gemm_f32)(int form, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                           size_t ldb, float *c, size_t ldc, const float *bias, int flags) {
    if (m == 0 || n == 0) return;
    if (form == CK_NT && m <= 4 && !(flags & CK_STEADY)) {
        NAME(gemm_few_rows)(m, n, k, a, lda, b, ldb, c, ldc, bias, flags);
        return;
    }
    size_t most_depth = NAME(least)(k ? k : 1, DEPTH);
    size_t panels = NAME(least)(PACKED / most_depth / TILE_COLUMNS, (n + TILE_COLUMNS - 1) / TILE_COLUMNS);
    size_t most_columns = (panels ? panels : 1) * TILE_COLUMNS;
    float *packed_b = ck_scratch(most_depth * (most_columns + BLOCK));
    float *packed_a = packed_b + most_depth * most_columns;
    for (size_t jc = 0; jc < n; jc += most_columns) {
        size_t columns = NAME(least)(n - jc, most_columns);
        size_t pc = 0;
        do {
            size_t depth = NAME(least)(k - pc, DEPTH);
            int last = pc + depth == k;
            if (form == CK_NT) NAME(gemm_pack_across)(columns, depth, b + jc * ldb + pc, ldb, packed_b);
            else NAME(gemm_pack_along)(columns, depth, b + pc * ldb + jc, ldb, packed_b);
            for (size_t ic = 0; ic < m; ic += BLOCK) {
                size_t rows = NAME(least)(m - ic, BLOCK);
                if (form == CK_TN) NAME(gemm_pack_a)(rows, depth, a + pc * lda + ic, lda, packed_a);
                for (size_t j = 0; j < columns; j += TILE_COLUMNS)
                    for (size_t i = 0; i < rows; i += TILE_ROWS) {
                        NAME(gemm_output) out = {
                            .c = c + (ic + i) * ldc + jc + j,
                            .ldc = ldc,
                            .accumulate = pc > 0 || (flags & CK_ACCUMULATE),
                            .relu = last && (flags & CK_RELU),
                            .bias = last && bias ? bias + jc + j : NULL,
                        };
                        const float *tile_a = form == CK_TN ? packed_a + i * depth : a + (ic + i) * lda + pc;
                        NAME(gemm_tile_of)(NAME(least)(rows - i, TILE_ROWS), NAME(least)(columns - j, TILE_COLUMNS),
                                           depth, tile_a, form == CK_TN ? 1 : lda, form == CK_TN ? TILE_ROWS : 1,
                                           packed_b + j * depth, &out);
                    }
            }
            pc += depth;
        } while (pc < k);
    }
}
