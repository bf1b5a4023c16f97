// Dense layers of int8: the specification.
#include <math.h>
#include "kernels.h"

#pragma clang fp contract(off)

static uint8_t to_u8(float x) {
    if (!(x > 0)) return 0;
    return x < 127 ? (uint8_t)nearbyintf(x) : 127;
}

static float result(const ck_dense_layer *layer, size_t output, const uint8_t *x) {
    const int8_t *first = layer->weights + output / CK_BLOCK_ROWS * CK_BLOCK_ROWS * layer->inputs
        + output % CK_BLOCK_ROWS * 4;
    int32_t sum = 0;
    for (size_t i = 0; i < layer->inputs; i++) sum += x[i] * first[i / 4 * 4 * CK_BLOCK_ROWS + i % 4];
    return (float)sum * layer->scales[output] + layer->biases[output];
}

void dense_u8s8_scalar(const ck_dense_layer *layer, size_t rows, const uint8_t *x, size_t ldx, uint8_t *y, size_t ldy) {
    size_t written = (layer->outputs + CK_BLOCK_ROWS - 1) / CK_BLOCK_ROWS * CK_BLOCK_ROWS;
    for (size_t r = 0; r < rows; r++)
        for (size_t o = 0; o < written; o++) y[r * ldy + o] = to_u8(result(layer, o, x + r * ldx));
}

void dense_u8s8_f32_scalar(const ck_dense_layer *layer, size_t rows, const uint8_t *x, size_t ldx, float *y,
                           size_t ldy) {
    for (size_t r = 0; r < rows; r++)
        for (size_t o = 0; o < layer->outputs; o++) y[r * ldy + o] = result(layer, o, x + r * ldx);
}

void narrow_u8s8_f32_scalar(size_t outputs, size_t inputs, const int8_t *weights, const float *scales,
                            const float *biases, size_t rows, const uint8_t *x, size_t ldx, float *y, size_t ldy) {
    for (size_t r = 0; r < rows; r++)
        for (size_t o = 0; o < outputs; o++) {
            int32_t sum = 0;
            for (size_t i = 0; i < inputs; i++) sum += x[r * ldx + i] * weights[o * inputs + i];
            y[r * ldy + o] = (float)sum * scales[o] + biases[o];
        }
}

void quantise_u8_scalar(size_t rows, size_t columns, const float *x, size_t ldx, float inverse, float zero, uint8_t *y,
                        size_t ldy) {
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < ldy; i++) y[r * ldy + i] = i < columns ? to_u8(x[r * ldx + i] * inverse + zero) : 0;
}

static int32_t saturate(int32_t x) { return x > INT16_MAX ? INT16_MAX : x < INT16_MIN ? INT16_MIN : x; }

void combine_u8_scalar(size_t rows, size_t width, const int16_t *user, const int8_t *items, size_t ldi,
                       const int16_t *factors, const uint32_t *indices, uint8_t *y, size_t ldy) {
    for (size_t r = 0; r < rows; r++) {
        size_t row = indices ? indices[r] : r;
        for (size_t i = 0; i < width; i++) {
            int32_t item = (items[row * ldi + i] * 256 * factors[row] + 0x4000) >> 15;
            int32_t sum = saturate(saturate(user[i] + CK_COMBINE_UNIT / 2) + item) >> 6;
            y[r * ldy + i] = (uint8_t)(sum < 0 ? 0 : sum > 127 ? 127 : sum);
        }
    }
}

void dequantise_rows_s8_scalar(size_t rows, size_t columns, const int8_t *q, size_t ldq, const float *scales, float *x,
                               size_t ldx) {
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < columns; i++) x[r * ldx + i] = (float)q[r * ldq + i] * scales[r];
}
