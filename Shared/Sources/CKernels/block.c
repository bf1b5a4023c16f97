// The scan's layout, see CK_BLOCK_ROWS.
#include <string.h>
#include "kernels.h"

void ck_block_write_row(int8_t *block, size_t row, size_t dimensions, const int8_t *x) {
    for (size_t d = 0; d < dimensions; d += 4) memcpy(block + (d * CK_BLOCK_ROWS + row * 4), x + d, 4);
}

void ck_block_read_row(const int8_t *block, size_t row, size_t dimensions, int8_t *x) {
    for (size_t d = 0; d < dimensions; d += 4) memcpy(x + d, block + (d * CK_BLOCK_ROWS + row * 4), 4);
}
