// Sums of rows that lie anywhere, once for every vector width; included after vector_float.h, whose macros it needs.
//
// Four vectors' columns of both sums stay in registers while all rows pass: a row is read once for both, and no sum is
// written in between.

enum { NAME(rows_width) = 4 * LANES };

// A whole vector, or the first `n` of its values.
INLINE vf NAME(load_part)(const float *p, size_t n) { return n < LANES ? LOAD_FIRST(p, n) : LOAD(p); }

INLINE void NAME(store_part)(float *p, size_t n, vf x) {
    if (n < LANES) STORE_FIRST(p, n, x);
    else STORE(p, x);
}

static void NAME(pool_rows_f32)(size_t n, const int32_t *rows, const float *a, const float *b, size_t columns,
                                const float *x, size_t ldx, float *first, float *second) {
    size_t c = 0;
    for (; c + NAME(rows_width) <= columns; c += NAME(rows_width)) {
        float *f = first + c, *s = second + c;
        vf f0 = LOAD(f), f1 = LOAD(f + LANES), f2 = LOAD(f + 2 * LANES), f3 = LOAD(f + 3 * LANES);
        vf s0 = LOAD(s), s1 = LOAD(s + LANES), s2 = LOAD(s + 2 * LANES), s3 = LOAD(s + 3 * LANES);
        for (size_t i = 0; i < n; i++) {
            if (i + CK_ROWS_AHEAD < n)
                ck_prefetch_row(x + (size_t)rows[i + CK_ROWS_AHEAD] * ldx + c, NAME(rows_width) * sizeof(float));
            const float *row = x + (size_t)rows[i] * ldx + c;
            vf ai = SPLAT(a[i]), bi = SPLAT(b[i]);
            vf x0 = LOAD(row), x1 = LOAD(row + LANES), x2 = LOAD(row + 2 * LANES), x3 = LOAD(row + 3 * LANES);
            f0 = FMA(ai, x0, f0);
            f1 = FMA(ai, x1, f1);
            f2 = FMA(ai, x2, f2);
            f3 = FMA(ai, x3, f3);
            s0 = FMA(bi, x0, s0);
            s1 = FMA(bi, x1, s1);
            s2 = FMA(bi, x2, s2);
            s3 = FMA(bi, x3, s3);
        }
        STORE(f, f0);
        STORE(f + LANES, f1);
        STORE(f + 2 * LANES, f2);
        STORE(f + 3 * LANES, f3);
        STORE(s, s0);
        STORE(s + LANES, s1);
        STORE(s + 2 * LANES, s2);
        STORE(s + 3 * LANES, s3);
    }
    for (; c < columns; c += LANES) {
        size_t width = columns - c < LANES ? columns - c : LANES;
        vf f = NAME(load_part)(first + c, width), s = NAME(load_part)(second + c, width);
        for (size_t i = 0; i < n; i++) {
            vf xi = NAME(load_part)(x + (size_t)rows[i] * ldx + c, width);
            f = FMA(SPLAT(a[i]), xi, f);
            s = FMA(SPLAT(b[i]), xi, s);
        }
        NAME(store_part)(first + c, width, f);
        NAME(store_part)(second + c, width, s);
    }
}

static void NAME(spread_rows_f32)(size_t n, const int32_t *rows, const float *a, const float *b, size_t columns,
                                  const float *first, const float *second, float *y, size_t ldy) {
    size_t c = 0;
    for (; c + NAME(rows_width) <= columns; c += NAME(rows_width)) {
        const float *f = first + c, *s = second + c;
        vf f0 = LOAD(f), f1 = LOAD(f + LANES), f2 = LOAD(f + 2 * LANES), f3 = LOAD(f + 3 * LANES);
        vf s0 = LOAD(s), s1 = LOAD(s + LANES), s2 = LOAD(s + 2 * LANES), s3 = LOAD(s + 3 * LANES);
        for (size_t i = 0; i < n; i++) {
            if (i + CK_ROWS_AHEAD < n)
                ck_prefetch_row(y + (size_t)rows[i + CK_ROWS_AHEAD] * ldy + c, NAME(rows_width) * sizeof(float));
            float *row = y + (size_t)rows[i] * ldy + c;
            vf ai = SPLAT(a[i]), bi = SPLAT(b[i]);
            STORE(row, FMA(bi, s0, FMA(ai, f0, LOAD(row))));
            STORE(row + LANES, FMA(bi, s1, FMA(ai, f1, LOAD(row + LANES))));
            STORE(row + 2 * LANES, FMA(bi, s2, FMA(ai, f2, LOAD(row + 2 * LANES))));
            STORE(row + 3 * LANES, FMA(bi, s3, FMA(ai, f3, LOAD(row + 3 * LANES))));
        }
    }
    for (; c < columns; c += LANES) {
        size_t width = columns - c < LANES ? columns - c : LANES;
        vf f = NAME(load_part)(first + c, width), s = NAME(load_part)(second + c, width);
        for (size_t i = 0; i < n; i++) {
            float *row = y + (size_t)rows[i] * ldy + c;
            NAME(store_part)(row, width, FMA(SPLAT(b[i]), s, FMA(SPLAT(a[i]), f, NAME(load_part)(row, width))));
        }
    }
}
