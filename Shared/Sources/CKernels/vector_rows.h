// Sums of rows that lie anywhere, once for every vector width; included after vector_float.h, whose macros it needs.
//
// Four vectors' columns of the sums stay in registers while all rows pass: a row is read once for both, and no sum is written
// in between. `both` is known where these are inlined: without it what belongs to the second sum is no code.

enum { NAME(rows_width) = 4 * LANES };

// A whole vector, or the first `n` of its values.
INLINE vf NAME(load_part)(const float *p, size_t n) { return n < LANES ? LOAD_FIRST(p, n) : LOAD(p); }

INLINE void NAME(store_part)(float *p, size_t n, vf x) {
    if (n < LANES) STORE_FIRST(p, n, x);
    else STORE(p, x);
}

INLINE void NAME(load4)(const float *p, vf *x) {
    for (size_t j = 0; j < 4; j++) x[j] = LOAD(p + j * LANES);
}

INLINE void NAME(store4)(float *p, const vf *x) {
    for (size_t j = 0; j < 4; j++) STORE(p + j * LANES, x[j]);
}

INLINE void NAME(pool)(const int both, size_t n, const int32_t *rows, const float *a, const float *b, size_t columns,
                       const float *x, size_t ldx, float *first, float *second) {
    size_t c = 0;
    for (; c + NAME(rows_width) <= columns; c += NAME(rows_width)) {
        vf f[4], s[4];
        NAME(load4)(first + c, f);
        if (both) NAME(load4)(second + c, s);
        for (size_t i = 0; i < n; i++) {
            if (i + CK_ROWS_AHEAD < n)
                ck_prefetch_row(x + (size_t)rows[i + CK_ROWS_AHEAD] * ldx + c, NAME(rows_width) * sizeof(float));
            vf row[4], ai = SPLAT(a[i]);
            NAME(load4)(x + (size_t)rows[i] * ldx + c, row);
            for (size_t j = 0; j < 4; j++) f[j] = FMA(ai, row[j], f[j]);
            if (!both) continue;
            vf bi = SPLAT(b[i]);
            for (size_t j = 0; j < 4; j++) s[j] = FMA(bi, row[j], s[j]);
        }
        NAME(store4)(first + c, f);
        if (both) NAME(store4)(second + c, s);
    }
    for (; c < columns; c += LANES) {
        size_t width = columns - c < LANES ? columns - c : LANES;
        vf f = NAME(load_part)(first + c, width), s = both ? NAME(load_part)(second + c, width) : SPLAT(0);
        for (size_t i = 0; i < n; i++) {
            vf row = NAME(load_part)(x + (size_t)rows[i] * ldx + c, width);
            f = FMA(SPLAT(a[i]), row, f);
            if (both) s = FMA(SPLAT(b[i]), row, s);
        }
        NAME(store_part)(first + c, width, f);
        if (both) NAME(store_part)(second + c, width, s);
    }
}

INLINE void NAME(spread)(const int both, size_t n, const int32_t *rows, const float *a, const float *b, size_t columns,
                         const float *first, const float *second, float *y, size_t ldy) {
    size_t c = 0;
    for (; c + NAME(rows_width) <= columns; c += NAME(rows_width)) {
        vf f[4], s[4];
        NAME(load4)(first + c, f);
        if (both) NAME(load4)(second + c, s);
        for (size_t i = 0; i < n; i++) {
            if (i + CK_ROWS_AHEAD < n)
                ck_prefetch_row(y + (size_t)rows[i + CK_ROWS_AHEAD] * ldy + c, NAME(rows_width) * sizeof(float));
            float *target = y + (size_t)rows[i] * ldy + c;
            vf row[4], ai = SPLAT(a[i]);
            NAME(load4)(target, row);
            for (size_t j = 0; j < 4; j++) row[j] = FMA(ai, f[j], row[j]);
            if (both) {
                vf bi = SPLAT(b[i]);
                for (size_t j = 0; j < 4; j++) row[j] = FMA(bi, s[j], row[j]);
            }
            NAME(store4)(target, row);
        }
    }
    for (; c < columns; c += LANES) {
        size_t width = columns - c < LANES ? columns - c : LANES;
        vf f = NAME(load_part)(first + c, width), s = both ? NAME(load_part)(second + c, width) : SPLAT(0);
        for (size_t i = 0; i < n; i++) {
            float *target = y + (size_t)rows[i] * ldy + c;
            vf row = FMA(SPLAT(a[i]), f, NAME(load_part)(target, width));
            NAME(store_part)(target, width, both ? FMA(SPLAT(b[i]), s, row) : row);
        }
    }
}

static void NAME(pool_rows_f32)(size_t n, const int32_t *rows, const float *a, const float *b, size_t columns,
                                const float *x, size_t ldx, float *first, float *second) {
    if (b) NAME(pool)(1, n, rows, a, b, columns, x, ldx, first, second);
    else NAME(pool)(0, n, rows, a, NULL, columns, x, ldx, first, NULL);
}

static void NAME(spread_rows_f32)(size_t n, const int32_t *rows, const float *a, const float *b, size_t columns,
                                  const float *first, const float *second, float *y, size_t ldy) {
    if (b) NAME(spread)(1, n, rows, a, b, columns, first, second, y, ldy);
    else NAME(spread)(0, n, rows, a, NULL, columns, first, NULL, y, ldy);
}
