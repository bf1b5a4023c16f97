// What the files of this target share.
#pragma once
#include <float.h>
#include "CKernels.h"

#define CK_EXP_LOWEST -87.33654f
#define CK_FLOAT_MAX FLT_MAX
#define CK_QUANTISE_LEAST 1e-30f

extern const ck_table ck_scalar;
#if defined(__x86_64__)
extern const ck_table ck_avx2;
extern const ck_table ck_avx512vnni;
#elif defined(__aarch64__)
extern const ck_table ck_neon;
#endif

// The scalar kernels of dense layers (dense_scalar.c).
void dense_u8s8_scalar(const ck_dense_layer *layer, size_t rows, const uint8_t *x, size_t ldx, uint8_t *y, size_t ldy);
void dense_u8s8_f32_scalar(const ck_dense_layer *layer, size_t rows, const uint8_t *x, size_t ldx, float *y,
                           size_t ldy);
void narrow_u8s8_f32_scalar(size_t outputs, size_t inputs, const int8_t *weights, const float *scales,
                            const float *biases, size_t rows, const uint8_t *x, size_t ldx, float *y, size_t ldy);
void quantise_u8_scalar(size_t rows, size_t columns, const float *x, size_t ldx, float inverse, float zero, uint8_t *y,
                        size_t ldy);
void combine_u8_scalar(size_t rows, size_t width, const int16_t *user, const int8_t *items, size_t ldi,
                       const int16_t *factors, const uint32_t *indices, uint8_t *y, size_t ldy);
void dequantise_rows_s8_scalar(size_t rows, size_t columns, const int8_t *q, size_t ldq, const float *scales, float *x,
                               size_t ldx);

// A buffer of at least `count` floats, aligned to 64 bytes, that belongs to the calling thread until its next call.
float *ck_scratch(size_t count);

// The name of the first of a table's kernels that does not agree with the scalar one; null when all do.
const char *ck_check(const ck_table *table);
