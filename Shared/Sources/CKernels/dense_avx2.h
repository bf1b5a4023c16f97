// Dense layers of int8 with AVX2; for avx2.c, inside its target pragma.
//
// vpmaddubsw multiplies 32 bytes and adds neighbours to 16 bits, vpmaddwd by ones brings these to 32. Both use the two
// ports that multiply, so what goes together in 16 bits (ck_dense_group) saves one of two, or two of three, of the latter.

enum { DENSE_ROWS = 3, DENSE_PANEL = 16384 };

// `count` times `together` groups of 4 inputs, `rows` rows, 16 outputs.
INLINE const int8_t *dense_run(const size_t rows, const size_t together, size_t count, const int8_t *weights,
                               const uint16_t *order, const uint8_t *x, size_t ldx, __m256i s[DENSE_ROWS][2]) {
    const __m256i ones = _mm256_set1_epi16(1);
    for (; count > 0; count--, weights += 64 * together, order += together) {
        __m256i t[DENSE_ROWS][2];
#pragma clang loop unroll(full)
        for (size_t g = 0; g < together; g++) {
            const __m256i *bytes = (const __m256i *)(weights + 64 * g);
            __m256i w0 = _mm256_loadu_si256(bytes), w1 = _mm256_loadu_si256(bytes + 1);
            const uint8_t *input = x + order[g];
#pragma clang loop unroll(full)
            for (size_t r = 0; r < rows; r++) {
                int32_t four;
                memcpy(&four, input + r * ldx, 4);
                __m256i a = _mm256_set1_epi32(four);
                __m256i p0 = _mm256_maddubs_epi16(a, w0), p1 = _mm256_maddubs_epi16(a, w1);
                t[r][0] = g == 0 ? p0 : _mm256_add_epi16(t[r][0], p0);
                t[r][1] = g == 0 ? p1 : _mm256_add_epi16(t[r][1], p1);
            }
        }
#pragma clang loop unroll(full)
        for (size_t r = 0; r < rows; r++) {
            s[r][0] = _mm256_add_epi32(s[r][0], _mm256_madd_epi16(t[r][0], ones));
            s[r][1] = _mm256_add_epi32(s[r][1], _mm256_madd_epi16(t[r][1], ones));
        }
    }
    return weights;
}

// Limited and rounded, before packing: below zero is left to the saturation of packing.
INLINE __m256i round_to_u8(vf x) { return _mm256_cvtps_epi32(_mm256_min_ps(SPLAT(127), x)); }

INLINE __m128i pack_u8(__m256i low, __m256i high) {
    __m256i halves = _mm256_permute4x64_epi64(_mm256_packs_epi32(low, high), 0xd8);
    return _mm_packus_epi16(_mm256_castsi256_si128(halves), _mm256_extracti128_si256(halves, 1));
}

INLINE void dense_tile(const size_t rows, const ck_dense_layer *layer, size_t block, const uint8_t *x, size_t ldx,
                       uint8_t *bytes, float *floats, size_t ldy) {
    __m256i s[DENSE_ROWS][2];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) s[r][0] = s[r][1] = _mm256_setzero_si256();
    const int8_t *w = layer->grouped + block * CK_BLOCK_ROWS * layer->inputs;
    const uint16_t *order = layer->order + block * (layer->inputs / 4), *runs = layer->runs + block * CK_DENSE_RUNS;
    w = dense_run(rows, 3, runs[0], w, order, x, ldx, s);
    order += 3 * runs[0];
    w = dense_run(rows, 2, runs[1], w, order, x, ldx, s);
    order += 2 * runs[1];
    dense_run(rows, 1, runs[2], w, order, x, ldx, s);
    size_t first = block * CK_BLOCK_ROWS;
    const float *scales = layer->scales + first, *biases = layer->biases + first;
#pragma clang loop unroll(full)
    for (size_t r = 0; r < rows; r++) {
        vf low = ADD(MUL(_mm256_cvtepi32_ps(s[r][0]), LOAD(scales)), LOAD(biases));
        vf high = ADD(MUL(_mm256_cvtepi32_ps(s[r][1]), LOAD(scales + 8)), LOAD(biases + 8));
        if (bytes) {
            _mm_storeu_si128((__m128i *)(bytes + r * ldy + first), pack_u8(round_to_u8(low), round_to_u8(high)));
        } else {
            float *y = floats + r * ldy + first;
            size_t held = layer->outputs - first;
            if (held >= 16) {
                STORE(y, low);
                STORE(y + 8, high);
            } else {
                STORE_FIRST(y, held < 8 ? held : 8, low);
                STORE_FIRST(y + 8, held < 8 ? 0 : held - 8, high);
            }
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
                switch (end - r) { CASE(1) CASE(2) default: CASE(3) }
#undef CASE
            }
    }
}

static void dense_u8s8_avx2(const ck_dense_layer *layer, size_t rows, const uint8_t *x, size_t ldx, uint8_t *y,
                            size_t ldy) {
    dense_rows(layer, rows, x, ldx, y, NULL, ldy);
}

static void dense_u8s8_f32_avx2(const ck_dense_layer *layer, size_t rows, const uint8_t *x, size_t ldx, float *y,
                                size_t ldy) {
    dense_rows(layer, rows, x, ldx, NULL, y, ldy);
}

INLINE __m256i add_products(__m256i sum, __m256i x, __m256i w) {
    return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), _mm256_set1_epi16(1)));
}

// The sums of the eight lanes of each of eight vectors.
INLINE __m256i sum_each(const __m256i s[8]) {
    __m256i a = _mm256_hadd_epi32(_mm256_hadd_epi32(s[0], s[1]), _mm256_hadd_epi32(s[2], s[3]));
    __m256i b = _mm256_hadd_epi32(_mm256_hadd_epi32(s[4], s[5]), _mm256_hadd_epi32(s[6], s[7]));
    return _mm256_add_epi32(_mm256_permute2x128_si256(a, b, 0x20), _mm256_permute2x128_si256(a, b, 0x31));
}

static void narrow_u8s8_f32_avx2(size_t outputs, size_t inputs, const int8_t *weights, const float *scales,
                                 const float *biases, size_t rows, const uint8_t *x, size_t ldx, float *y,
                                 size_t ldy) {
    const size_t whole = inputs / 32 * 32;
    const __m256i last = first_lanes((inputs - whole) / 4);
    for (size_t first = 0; first < rows; first += 8) {
        size_t n = rows - first < 8 ? rows - first : 8;
        for (size_t o = 0; o < outputs; o++) {
            const int8_t *w = weights + o * inputs;
            __m256i s[8];
#pragma clang loop unroll(full)
            for (size_t r = 0; r < 8; r++) {
                // Rows that are missing: the last one once more.
                const uint8_t *row = x + (first + (r < n ? r : n - 1)) * ldx;
                s[r] = _mm256_setzero_si256();
                for (size_t i = 0; i < whole; i += 32)
                    s[r] = add_products(s[r], _mm256_loadu_si256((const __m256i *)(row + i)),
                                        _mm256_loadu_si256((const __m256i *)(w + i)));
                if (whole < inputs)
                    s[r] = add_products(s[r], _mm256_maskload_epi32((const int *)(row + whole), last),
                                        _mm256_maskload_epi32((const int *)(w + whole), last));
            }
            float results[8];
            STORE(results, ADD(MUL(_mm256_cvtepi32_ps(sum_each(s)), SPLAT(scales[o])), SPLAT(biases[o])));
            for (size_t r = 0; r < n; r++) y[(first + r) * ldy + o] = results[r];
        }
    }
}

static void quantise_u8_avx2(size_t rows, size_t columns, const float *x, size_t ldx, float inverse, float zero,
                             uint8_t *y, size_t ldy) {
    const vf factor = SPLAT(inverse), offset = SPLAT(zero);
    for (size_t r = 0; r < rows; r++, x += ldx, y += ldy) {
        size_t i = 0;
        for (; i + 16 <= columns; i += 16) {
            __m256i low = round_to_u8(ADD(MUL(LOAD(x + i), factor), offset));
            __m256i high = round_to_u8(ADD(MUL(LOAD(x + i + 8), factor), offset));
            _mm_storeu_si128((__m128i *)(y + i), pack_u8(low, high));
        }
        if (i < columns) quantise_u8_scalar(1, columns - i, x + i, ldx, inverse, zero, y + i, columns - i);
        memset(y + columns, 0, ldy - columns);
    }
}

// A register's bytes go to 16 bits in two interleaved halves of each 128 bits, and come back in their order by packing: the
// user's half is brought into that order once.
INLINE __m256i combine_half(__m256i items, __m256i factor, __m256i user) {
    return _mm256_srai_epi16(_mm256_adds_epi16(user, _mm256_mulhrs_epi16(items, factor)), 6);
}

static void combine_u8_avx2(size_t rows, size_t width, const int16_t *user, const int8_t *items, size_t ldi,
                            const int16_t *factors, const uint32_t *indices, uint8_t *y, size_t ldy) {
    __m256i halves[CK_MAX_DIMENSIONS / 16];
    const __m256i rounding = _mm256_set1_epi16(CK_COMBINE_UNIT / 2), limit = _mm256_set1_epi8(127);
    const __m256i zero = _mm256_setzero_si256();
    for (size_t i = 0; i < width; i += 16) {
        halves[i / 16] = _mm256_adds_epi16(_mm256_loadu_si256((const __m256i *)(user + i)), rounding);
        if (i % 32 == 0) continue;
        __m256i a = halves[i / 16 - 1], b = halves[i / 16];
        halves[i / 16 - 1] = _mm256_permute2x128_si256(a, b, 0x20);
        halves[i / 16] = _mm256_permute2x128_si256(a, b, 0x31);
    }
    for (size_t r = 0; r < rows; r++, y += ldy) {
        size_t row = indices ? indices[r] : r, i = 0;
        if (indices && r + CK_ROWS_AHEAD < rows) ck_prefetch_row(items + indices[r + CK_ROWS_AHEAD] * ldi, width);
        const int8_t *item = items + row * ldi;
        const __m256i factor = _mm256_set1_epi16(factors[row]);
        for (; i + 32 <= width; i += 32) {
            __m256i bytes = _mm256_loadu_si256((const __m256i *)(item + i));
            __m256i low = combine_half(_mm256_unpacklo_epi8(zero, bytes), factor, halves[i / 16]);
            __m256i high = combine_half(_mm256_unpackhi_epi8(zero, bytes), factor, halves[i / 16 + 1]);
            _mm256_storeu_si256((__m256i *)(y + i), _mm256_min_epu8(_mm256_packus_epi16(low, high), limit));
        }
        if (i < width) {
            __m256i bytes = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(item + i)));
            __m256i sum = combine_half(_mm256_slli_epi16(bytes, 8), factor, halves[i / 16]);
            __m128i packed = _mm_packus_epi16(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
            _mm_storeu_si128((__m128i *)(y + i), _mm_min_epu8(packed, _mm_set1_epi8(127)));
        }
    }
}

static void dequantise_rows_s8_avx2(size_t rows, size_t columns, const int8_t *q, size_t ldq, const float *scales,
                                    float *x, size_t ldx) {
    for (size_t r = 0; r < rows; r++, q += ldq, x += ldx) {
        const vf scale = SPLAT(scales[r]);
        size_t i = 0;
        for (; i + 8 <= columns; i += 8)
            STORE(x + i, MUL(_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(q + i)))), scale));
        for (; i < columns; i++) x[i] = (float)q[i] * scales[r];
    }
}
