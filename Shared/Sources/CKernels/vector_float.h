// The float kernels once for every vector width. The including file defines, inside its target pragma:
//
//     LANES, vf                  values a vector, and its type
//     LOAD STORE SPLAT           unaligned access, one value in all lanes
//     LOAD_FIRST STORE_FIRST     access to the first n < LANES values; lanes beyond read as zero
//     ADD SUB MUL DIV MAX SQRT   lane by lane; MAX gives its second operand when the first is not a number
//     FMA(a, b, c) NFMA(a, b, c) a·b + c, c - a·b
//     POSITIVE(y, g)             g where y > 0, else zero
//     SCALE_BY_POWER(y, n)       y · 2^n for whole n in [-126, 128]
//     ROUND                      to the nearest whole number
//     EXP_LIMITS(x, y)           y, but 0 where x < CK_EXP_LOWEST, infinity above 88.72284, NaN for NaN
//     ANY_EQUAL(x, y)            whether a lane of x equals that of y
//     sum_lanes, max_lanes       across a vector
//     sum_lanes4(s, out)         four sums at once
//     NAME(operation)            its name with the level
#include <math.h>
#include <string.h>
#include "kernels.h"

#pragma clang fp contract(off)

static float NAME(dot_f32)(size_t n, const float *a, const float *b) {
    vf s0 = SPLAT(0), s1 = s0, s2 = s0, s3 = s0;
    size_t i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES) {
        s0 = FMA(LOAD(a + i), LOAD(b + i), s0);
        s1 = FMA(LOAD(a + i + LANES), LOAD(b + i + LANES), s1);
        s2 = FMA(LOAD(a + i + 2 * LANES), LOAD(b + i + 2 * LANES), s2);
        s3 = FMA(LOAD(a + i + 3 * LANES), LOAD(b + i + 3 * LANES), s3);
    }
    for (; i + LANES <= n; i += LANES) s0 = FMA(LOAD(a + i), LOAD(b + i), s0);
    if (i < n) s1 = FMA(LOAD_FIRST(a + i, n - i), LOAD_FIRST(b + i, n - i), s1);
    return sum_lanes(ADD(ADD(s0, s1), ADD(s2, s3)));
}

static void NAME(axpy_f32)(size_t n, float alpha, const float *x, float *y) {
    vf factor = SPLAT(alpha);
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) STORE(y + i, FMA(factor, LOAD(x + i), LOAD(y + i)));
    if (i < n) STORE_FIRST(y + i, n - i, FMA(factor, LOAD_FIRST(x + i, n - i), LOAD_FIRST(y + i, n - i)));
}

typedef struct adam_constants {
    vf rate, b1, b2, rest1, rest2, eps, c1, c2, l2;
} adam_constants;

static inline __attribute__((always_inline)) void NAME(adam_lanes)(const adam_constants *k, vf *p, vf g, vf *m, vf *v) {
    g = FMA(k->l2, *p, g);
    *m = FMA(k->b1, *m, MUL(k->rest1, g));
    *v = FMA(k->b2, *v, MUL(k->rest2, MUL(g, g)));
    vf step = DIV(MUL(k->rate, MUL(*m, k->c1)), ADD(SQRT(MUL(*v, k->c2)), k->eps));
    *p = SUB(*p, step);
}

static void NAME(adam_f32)(size_t n, float *p, const float *g, float *m, float *v, float rate, float b1, float b2,
                           float eps, float c1, float c2, float l2) {
    adam_constants k = {SPLAT(rate), SPLAT(b1), SPLAT(b2), SPLAT(1 - b1), SPLAT(1 - b2),
                        SPLAT(eps),  SPLAT(c1), SPLAT(c2), SPLAT(l2)};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) {
        vf pi = LOAD(p + i), mi = LOAD(m + i), vi = LOAD(v + i);
        NAME(adam_lanes)(&k, &pi, LOAD(g + i), &mi, &vi);
        STORE(p + i, pi);
        STORE(m + i, mi);
        STORE(v + i, vi);
    }
    if (i < n) {
        size_t rest = n - i;
        vf pi = LOAD_FIRST(p + i, rest), mi = LOAD_FIRST(m + i, rest), vi = LOAD_FIRST(v + i, rest);
        NAME(adam_lanes)(&k, &pi, LOAD_FIRST(g + i, rest), &mi, &vi);
        STORE_FIRST(p + i, rest, pi);
        STORE_FIRST(m + i, rest, mi);
        STORE_FIRST(v + i, rest, vi);
    }
}

// exp(x) = 2^n · exp(r), n = round(x / ln 2), |r| ≤ ln 2 / 2, with the polynomial of Cephes' expf (S. Moshier).
static inline __attribute__((always_inline)) vf NAME(exp_lanes)(vf x) {
    vf n = ROUND(MUL(x, SPLAT(1.44269504088896341f)));
    vf r = NFMA(n, SPLAT(0.693359375f), x);
    r = NFMA(n, SPLAT(-2.12194440e-4f), r);
    vf y = SPLAT(1.9875691500e-4f);
    y = FMA(y, r, SPLAT(1.3981999507e-3f));
    y = FMA(y, r, SPLAT(8.3334519073e-3f));
    y = FMA(y, r, SPLAT(4.1665795894e-2f));
    y = FMA(y, r, SPLAT(1.6666665459e-1f));
    y = FMA(y, r, SPLAT(5.0000001201e-1f));
    y = ADD(FMA(MUL(r, r), y, r), SPLAT(1));
    return EXP_LIMITS(x, SCALE_BY_POWER(y, n));
}

static void NAME(exp_f32)(size_t n, const float *x, float *y) {
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) STORE(y + i, NAME(exp_lanes)(LOAD(x + i)));
    if (i < n) STORE_FIRST(y + i, n - i, NAME(exp_lanes)(LOAD_FIRST(x + i, n - i)));
}

static void NAME(softmax_rows_f32)(size_t rows, size_t columns, float *x, size_t ldx, float *lse) {
    size_t whole = columns / LANES * LANES, rest = columns - whole;
    for (size_t r = 0; r < rows; r++) {
        float *row = x + r * ldx;
        vf most = SPLAT(-INFINITY);
        for (size_t i = 0; i < whole; i += LANES) most = MAX(LOAD(row + i), most);
        float highest = max_lanes(most);
        for (size_t i = whole; i < columns; i++) highest = row[i] > highest ? row[i] : highest;
        vf shift = SPLAT(highest), s = SPLAT(0);
        for (size_t i = 0; i < whole; i += LANES) {
            vf y = NAME(exp_lanes)(SUB(LOAD(row + i), shift));
            STORE(row + i, y);
            s = ADD(s, y);
        }
        if (rest) {
            STORE_FIRST(row + whole, rest, NAME(exp_lanes)(SUB(LOAD_FIRST(row + whole, rest), shift)));
            s = ADD(s, LOAD_FIRST(row + whole, rest));
        }
        float sum = sum_lanes(s);
        vf factor = SPLAT(1 / sum);
        for (size_t i = 0; i < whole; i += LANES) STORE(row + i, MUL(LOAD(row + i), factor));
        if (rest) STORE_FIRST(row + whole, rest, MUL(LOAD_FIRST(row + whole, rest), factor));
        if (lse) lse[r] = highest + logf(sum);
    }
}

static void NAME(column_sums_f32)(size_t rows, size_t columns, const float *x, size_t ldx, float *out) {
    size_t i = 0;
    for (; i + 2 * LANES <= columns; i += 2 * LANES) {
        vf s0 = LOAD(out + i), s1 = LOAD(out + i + LANES);
        for (size_t r = 0; r < rows; r++) {
            s0 = ADD(s0, LOAD(x + r * ldx + i));
            s1 = ADD(s1, LOAD(x + r * ldx + i + LANES));
        }
        STORE(out + i, s0);
        STORE(out + i + LANES, s1);
    }
    for (; i < columns; i += LANES) {
        size_t n = columns - i < LANES ? columns - i : LANES;
        vf s = n < LANES ? LOAD_FIRST(out + i, n) : LOAD(out + i);
        for (size_t r = 0; r < rows; r++)
            s = ADD(s, n < LANES ? LOAD_FIRST(x + r * ldx + i, n) : LOAD(x + r * ldx + i));
        if (n < LANES) STORE_FIRST(out + i, n, s);
        else STORE(out + i, s);
    }
}

static void NAME(relu_gradient_f32)(size_t n, const float *y, float *g) {
    size_t i = 0;
    for (; i + LANES <= n; i += LANES) STORE(g + i, POSITIVE(LOAD(y + i), LOAD(g + i)));
    if (i < n) STORE_FIRST(g + i, n - i, POSITIVE(LOAD_FIRST(y + i, n - i), LOAD_FIRST(g + i, n - i)));
}

// The highest first, then where it is: two plain passes over a row in the cache are faster than one that keeps both.
static void NAME(argmax_rows_f32)(size_t rows, size_t columns, const float *x, size_t ldx, uint32_t *best,
                                  float *highest) {
    for (size_t r = 0; r < rows; r++, x += ldx) {
        vf m0 = SPLAT(-INFINITY), m1 = m0, m2 = m0, m3 = m0;
        size_t i = 0;
        for (; i + 4 * LANES <= columns; i += 4 * LANES) {
            m0 = MAX(LOAD(x + i), m0);
            m1 = MAX(LOAD(x + i + LANES), m1);
            m2 = MAX(LOAD(x + i + 2 * LANES), m2);
            m3 = MAX(LOAD(x + i + 3 * LANES), m3);
        }
        for (; i + LANES <= columns; i += LANES) m0 = MAX(LOAD(x + i), m0);
        float most = max_lanes(MAX(MAX(m0, m1), MAX(m2, m3)));
        for (; i < columns; i++) most = x[i] > most ? x[i] : most;
        size_t place = 0;
        if (most > -INFINITY) {
            const vf wanted = SPLAT(most);
            while (place + LANES <= columns && !ANY_EQUAL(LOAD(x + place), wanted)) place += LANES;
            while (x[place] != most) place++;
        }
        best[r] = (uint32_t)place;
        // Of two zeros, the first one's sign.
        if (highest) highest[r] = most > -INFINITY ? x[place] : most;
    }
}
