// Dots of a float query with rows of int8 that lie anywhere, for files whose target includes AVX2: four lanes are four
// dimensions, which is the scalar kernel's order of summation. Rows are independent, so that several are under way at once.
static void NAME(dot_rows_f32s8)(size_t count, const uint32_t *numbers, size_t dimensions, const int8_t *rows,
                                 const float *row_scales, const float *biases, const float *query, float *scores) {
    for (size_t i = 0; i < count; i++) {
        size_t row = numbers[i];
        const int8_t *x = rows + row / CK_BLOCK_ROWS * CK_BLOCK_ROWS * dimensions + row % CK_BLOCK_ROWS * 4;
        __m128 s = _mm_setzero_ps();
        for (size_t d = 0; d < dimensions; d += 4) {
            int32_t four;
            memcpy(&four, x + d * CK_BLOCK_ROWS, 4);
            __m128 values = _mm_cvtepi32_ps(_mm_cvtepi8_epi32(_mm_cvtsi32_si128(four)));
            s = _mm_add_ps(s, _mm_mul_ps(_mm_loadu_ps(query + d), values));
        }
        s = _mm_add_ps(s, _mm_movehl_ps(s, s));
        float scaled = _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s))) * row_scales[row];
        scores[i] = scaled + (biases ? biases[row] : 0);
    }
}
