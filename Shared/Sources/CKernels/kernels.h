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
#endif

// A buffer of at least `count` floats, aligned to 64 bytes, that belongs to the calling thread until its next call.
float *ck_scratch(size_t count);

// The name of the first of a table's kernels that does not agree with the scalar one; null when all do.
const char *ck_check(const ck_table *table);
