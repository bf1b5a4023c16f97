// Dense layers of int8 with AVX-512 VNNI; for avx512vnni.c, inside its target pragma. vpdpbusd takes the activations as
// its unsigned bytes and adds four products to 32 bits at once, so the weights are used in their own order.

enum { DENSE_ROWS = 4, DENSE_BLOCKS = 4, DENSE_PANEL = 16384 };

INLINE __m128i round_to_u8(vf x) {
    __m512i whole = _mm512_cvtps_epi32(_mm512_min_ps(SPLAT(127), x));
    return _mm512_cvtusepi32_epi8(_mm512_max_epi32(whole, _mm512_setzero_si512()));
}

INLINE void dense_tile(const size_t rows, const size_t together, const ck_dense_layer *layer, size_t block,
                       const uint8_t *x, size_t ldx, uint8_t *bytes, float *floats, size_t ldy) {
    const size_t inputs = layer->inputs;
    const int8_t *weights = layer->weights + block * CK_BLOCK_ROWS * inputs;
    __m512i s[DENSE_ROWS][DENSE_BLOCKS];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++)
#pragma clang loop unroll(full)
        for (size_t t = 0; t < together; t++) s[r][t] = _mm512_setzero_si512();
    for (size_t i = 0; i < inputs; i += 4) {
        __m512i w[DENSE_BLOCKS];
#pragma clang loop unroll(full)
        for (size_t t = 0; t < together; t++) w[t] = _mm512_loadu_si512(weights + (t * inputs + i) * CK_BLOCK_ROWS);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            int32_t four;
            memcpy(&four, x + r * ldx + i, 4);
            __m512i a = _mm512_set1_epi32(four);
#pragma clang loop unroll(full)
            for (size_t t = 0; t < together; t++) s[r][t] = _mm512_dpbusd_epi32(s[r][t], a, w[t]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t t = 0; t < together; t++) {
        size_t first = (block + t) * CK_BLOCK_ROWS, held = layer->outputs - first;
        vf scale = LOAD(layer->scales + first), bias = LOAD(layer->biases + first);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            vf y = ADD(MUL(_mm512_cvtepi32_ps(s[r][t]), scale), bias);
            if (bytes) _mm_storeu_si128((__m128i *)(bytes + r * ldy + first), round_to_u8(y));
            else if (held >= 16) STORE(floats + r * ldy + first, y);
            else STORE_FIRST(floats + r * ldy + first, held, y);
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
        for (size_t block = 0, together; block < blocks; block += together) {
            together = blocks - block >= 4 ? 4 : blocks - block >= 2 ? 2 : 1;
            for (size_t r = first; r < end; r += DENSE_ROWS) {
#define TILE(n, t)                                                                                                    \
    dense_tile(n, t, layer, block, x + r * ldx, ldx, bytes ? bytes + r * ldy : NULL, floats ? floats + r * ldy : NULL, \
               ldy)
#define CASE(n)                            \
    case n:                                \
        if (together == 4) TILE(n, 4);     \
        else if (together == 2) TILE(n, 2); \
        else TILE(n, 1);                   \
        break;
                switch (end - r) { CASE(1) CASE(2) CASE(3) default: CASE(4) }
#undef CASE
#undef TILE
            }
        }
    }
}

static void dense_u8s8_avx512vnni(const ck_dense_layer *layer, size_t rows, const uint8_t *x, size_t ldx, uint8_t *y,
                                  size_t ldy) {
    dense_rows(layer, rows, x, ldx, y, NULL, ldy);
}

static void dense_u8s8_f32_avx512vnni(const ck_dense_layer *layer, size_t rows, const uint8_t *x, size_t ldx, float *y,
                                      size_t ldy) {
    dense_rows(layer, rows, x, ldx, NULL, y, ldy);
}

// One after the other, four products a lane, 64 inputs at a time.
static void narrow_u8s8_f32_avx512vnni(size_t outputs, size_t inputs, const int8_t *weights, const float *scales,
                                       const float *biases, size_t rows, const uint8_t *x, size_t ldx, float *y,
                                       size_t ldy) {
    for (size_t r = 0; r < rows; r++, x += ldx, y += ldy)
        for (size_t o = 0; o < outputs; o++) {
            const int8_t *w = weights + o * inputs;
            __m512i s = _mm512_setzero_si512();
            size_t i = 0;
            for (; i + 64 <= inputs; i += 64)
                s = _mm512_dpbusd_epi32(s, _mm512_loadu_si512(x + i), _mm512_loadu_si512(w + i));
            if (i < inputs) {
                __mmask16 held = first_lanes((inputs - i) / 4);
                s = _mm512_dpbusd_epi32(s, _mm512_maskz_loadu_epi32(held, x + i), _mm512_maskz_loadu_epi32(held, w + i));
            }
            y[o] = (float)_mm512_reduce_add_epi32(s) * scales[o] + biases[o];
        }
}

static void quantise_u8_avx512vnni(size_t rows, size_t columns, const float *x, size_t ldx, float inverse, float zero,
                                   uint8_t *y, size_t ldy) {
    const vf factor = SPLAT(inverse), offset = SPLAT(zero);
    for (size_t r = 0; r < rows; r++, x += ldx, y += ldy) {
        for (size_t i = 0; i < columns; i += 16) {
            size_t held = columns - i < 16 ? columns - i : 16;
            vf value = held < 16 ? LOAD_FIRST(x + i, held) : LOAD(x + i);
            _mm_mask_storeu_epi8(y + i, first_lanes(held), round_to_u8(ADD(MUL(value, factor), offset)));
        }
        memset(y + columns, 0, ldy - columns);
    }
}

static void combine_u8_avx512vnni(size_t rows, size_t width, const int16_t *user, const int8_t *items, size_t ldi,
                                  const int16_t *factors, const uint32_t *indices, uint8_t *y, size_t ldy) {
    const __m512i rounding = _mm512_set1_epi16(CK_COMBINE_UNIT / 2), limit = _mm512_set1_epi16(127);
    for (size_t r = 0; r < rows; r++, y += ldy) {
        size_t row = indices ? indices[r] : r;
        if (indices && r + CK_ROWS_AHEAD < rows) ck_prefetch_row(items + indices[r + CK_ROWS_AHEAD] * ldi, width);
        const int8_t *item = items + row * ldi;
        const __m512i factor = _mm512_set1_epi16(factors[row]);
        for (size_t i = 0; i < width; i += 32) {
            __mmask32 held = width - i < 32 ? 0xffff : 0xffffffff;
            __m512i words = _mm512_cvtepi8_epi16(_mm256_maskz_loadu_epi8(held, item + i));
            __m512i half = _mm512_adds_epi16(_mm512_maskz_loadu_epi16(held, user + i), rounding);
            __m512i sum = _mm512_adds_epi16(half, _mm512_mulhrs_epi16(_mm512_slli_epi16(words, 8), factor));
            sum = _mm512_max_epi16(_mm512_srai_epi16(sum, 6), _mm512_setzero_si512());
            _mm256_mask_storeu_epi8(y + i, held, _mm512_cvtepi16_epi8(_mm512_min_epi16(sum, limit)));
        }
    }
}

static void dequantise_rows_s8_avx512vnni(size_t rows, size_t columns, const int8_t *q, size_t ldq,
                                          const float *scales, float *x, size_t ldx) {
    for (size_t r = 0; r < rows; r++, q += ldq, x += ldx)
        for (size_t i = 0; i < columns; i += 16) {
            __mmask16 held = columns - i < 16 ? first_lanes(columns - i) : (__mmask16)0xffff;
            vf values = _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(held, q + i)));
            _mm512_mask_storeu_ps(x + i, held, MUL(values, SPLAT(scales[r])));
        }
}
