// Dense layers of int8 with NEON's dot products; for neon.c, inside its target pragma. Activations are at most 127, so they
// can be read as signed.

enum { DENSE_ROWS = 4, DENSE_PANEL = 16384 };

// Limited and rounded to 32 bits, below zero left to the saturation of packing; not a number becomes 0.
INLINE int32x4_t round_to_u8(vf x) { return vcvtnq_s32_f32(vbslq_f32(vcgtq_f32(x, SPLAT(127)), SPLAT(127), x)); }

INLINE uint8x16_t pack_u8(const vf x[4]) {
    int16x8_t low = vqmovn_high_s32(vqmovn_s32(round_to_u8(x[0])), round_to_u8(x[1]));
    int16x8_t high = vqmovn_high_s32(vqmovn_s32(round_to_u8(x[2])), round_to_u8(x[3]));
    return vqmovun_high_s16(vqmovun_s16(low), high);
}

INLINE void dense_tile(const size_t rows, const ck_dense_layer *layer, size_t block, const uint8_t *x, size_t ldx,
                       uint8_t *bytes, float *floats, size_t ldy) {
    int32x4_t s[DENSE_ROWS][4];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++)
        for (size_t v = 0; v < 4; v++) s[r][v] = vdupq_n_s32(0);
    const int8_t *weights = layer->weights + block * CK_BLOCK_ROWS * layer->inputs;
    for (size_t i = 0; i < layer->inputs; i += 4, weights += 64) {
        int8x16_t w[4];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < 4; v++) w[v] = vld1q_s8(weights + 16 * v);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            int32_t four;
            memcpy(&four, x + r * ldx + i, 4);
            int8x16_t a = vreinterpretq_s8_s32(vdupq_n_s32(four));
#pragma clang loop unroll(full)
            for (size_t v = 0; v < 4; v++) s[r][v] = vdotq_s32(s[r][v], w[v], a);
        }
    }
    size_t first = block * CK_BLOCK_ROWS;
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
        vf y[4];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < 4; v++)
            y[v] = ADD(MUL(vcvtq_f32_s32(s[r][v]), LOAD(layer->scales + first + 4 * v)),
                       LOAD(layer->biases + first + 4 * v));
        if (bytes) {
            vst1q_u8(bytes + r * ldy + first, pack_u8(y));
        } else {
            float results[CK_BLOCK_ROWS];
            for (size_t v = 0; v < 4; v++) STORE(results + 4 * v, y[v]);
            size_t held = layer->outputs - first < CK_BLOCK_ROWS ? layer->outputs - first : CK_BLOCK_ROWS;
            memcpy(floats + r * ldy + first, results, held * sizeof results[0]);
        }
    }
}

// A panel of rows stays in the first-level cache while all weights go over it.
INLINE void dense_rows(const ck_dense_layer *layer, size_t rows, const uint8_t *x, size_t ldx, uint8_t *bytes,
                       float *floats, size_t ldy) {
    size_t blocks = (layer->outputs + CK_BLOCK_ROWS - 1) / CK_BLOCK_ROWS;
    size_t panel = (ldx < DENSE_PANEL / 8 ? DENSE_PANEL / ldx : 8) / DENSE_ROWS * DENSE_ROWS;
    for (size_t first = 0; first < rows; first += panel) {
        size_t end = rows - first < panel ? rows : first + panel;
        for (size_t block = 0; block < blocks; block++)
            for (size_t r = first; r < end; r += DENSE_ROWS) {
#define CASE(n)                                                                                                       \
    case n: dense_tile(n, layer, block, x + r * ldx, ldx, bytes ? bytes + r * ldy : NULL,                             \
                       floats ? floats + r * ldy : NULL, ldy); break;
                switch (end - r) { CASE(1) CASE(2) CASE(3) default: CASE(4) }
#undef CASE
            }
    }
}

static void dense_u8s8_neon(const ck_dense_layer *layer, size_t rows, const uint8_t *x, size_t ldx, uint8_t *y,
                            size_t ldy) {
    dense_rows(layer, rows, x, ldx, y, NULL, ldy);
}

static void dense_u8s8_f32_neon(const ck_dense_layer *layer, size_t rows, const uint8_t *x, size_t ldx, float *y,
                                size_t ldy) {
    dense_rows(layer, rows, x, ldx, NULL, y, ldy);
}

static void narrow_u8s8_f32_neon(size_t outputs, size_t inputs, const int8_t *weights, const float *scales,
                                 const float *biases, size_t rows, const uint8_t *x, size_t ldx, float *y,
                                 size_t ldy) {
    for (size_t r = 0; r < rows; r++, x += ldx, y += ldy)
        for (size_t o = 0; o < outputs; o++) {
            const int8_t *w = weights + o * inputs;
            int32x4_t s = vdupq_n_s32(0);
            size_t i = 0;
            for (; i + 16 <= inputs; i += 16) s = vdotq_s32(s, vreinterpretq_s8_u8(vld1q_u8(x + i)), vld1q_s8(w + i));
            int32_t sum = vaddvq_s32(s);
            for (; i < inputs; i++) sum += x[i] * w[i];
            y[o] = (float)sum * scales[o] + biases[o];
        }
}

static void quantise_u8_neon(size_t rows, size_t columns, const float *x, size_t ldx, float inverse, float zero,
                             uint8_t *y, size_t ldy) {
    const vf factor = SPLAT(inverse), offset = SPLAT(zero);
    for (size_t r = 0; r < rows; r++, x += ldx, y += ldy) {
        size_t i = 0;
        for (; i + 16 <= columns; i += 16) {
            vf values[4];
            for (size_t v = 0; v < 4; v++) values[v] = ADD(MUL(LOAD(x + i + 4 * v), factor), offset);
            vst1q_u8(y + i, pack_u8(values));
        }
        if (i < columns) quantise_u8_scalar(1, columns - i, x + i, ldx, inverse, zero, y + i, columns - i);
        memset(y + columns, 0, ldy - columns);
    }
}

INLINE int16x8_t combine_half(int8x8_t items, int16x8_t factor, int16x8_t user) {
    int16x8_t half = vqaddq_s16(user, vdupq_n_s16(CK_COMBINE_UNIT / 2));
    return vshrq_n_s16(vqaddq_s16(half, vqrdmulhq_s16(vshll_n_s8(items, 8), factor)), 6);
}

static void combine_u8_neon(size_t rows, size_t width, const int16_t *user, const int8_t *items, size_t ldi,
                            const int16_t *factors, const uint32_t *indices, uint8_t *y, size_t ldy) {
    for (size_t r = 0; r < rows; r++, y += ldy) {
        size_t row = indices ? indices[r] : r;
        if (indices && r + CK_ROWS_AHEAD < rows) ck_prefetch_row(items + indices[r + CK_ROWS_AHEAD] * ldi, width);
        const int16x8_t factor = vdupq_n_s16(factors[row]);
        for (size_t i = 0; i < width; i += 16) {
            int8x16_t bytes = vld1q_s8(items + row * ldi + i);
            int16x8_t low = combine_half(vget_low_s8(bytes), factor, vld1q_s16(user + i));
            int16x8_t high = combine_half(vget_high_s8(bytes), factor, vld1q_s16(user + i + 8));
            vst1q_u8(y + i, vminq_u8(vqmovun_high_s16(vqmovun_s16(low), high), vdupq_n_u8(127)));
        }
    }
}

static void dequantise_rows_s8_neon(size_t rows, size_t columns, const int8_t *q, size_t ldq, const float *scales,
                                    float *x, size_t ldx) {
    for (size_t r = 0; r < rows; r++, q += ldq, x += ldx) {
        size_t i = 0;
        for (; i + 8 <= columns; i += 8) {
            int16x8_t words = vmovl_s8(vld1_s8(q + i));
            STORE(x + i, MUL(vcvtq_f32_s32(vmovl_s16(vget_low_s16(words))), SPLAT(scales[r])));
            STORE(x + i + 4, MUL(vcvtq_f32_s32(vmovl_s16(vget_high_s16(words))), SPLAT(scales[r])));
        }
        for (; i < columns; i++) x[i] = (float)q[i] * scales[r];
    }
}
