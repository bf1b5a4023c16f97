// Rows that lie anywhere, brought together.
#include <string.h>
#include "kernels.h"

void ck_gather_rows(size_t count, size_t size, const void *const *rows, void *out) {
    for (size_t i = 0; i < count; i++) {
        // Copying alone keeps only the next few rows under way.
        if (i + CK_ROWS_AHEAD < count) ck_prefetch_row(rows[i + CK_ROWS_AHEAD], size);
        memcpy((char *)out + i * size, rows[i], size);
    }
}

void ck_gather_rows_s8(size_t count, size_t width, const int8_t *table, size_t ldt, const uint32_t *indices,
                       int8_t *out, size_t ldo) {
    for (size_t i = 0; i < count; i++) {
        if (i + CK_ROWS_AHEAD < count) ck_prefetch_row(table + indices[i + CK_ROWS_AHEAD] * ldt, width);
        memcpy(out + i * ldo, table + indices[i] * ldt, width);
    }
}
