// What the levels' scans share, see scan_walk.h.
#pragma once
#include "CKernels.h"

enum {
    SCAN_TOGETHER = 4,  // blocks a tile
    SCAN_QUERIES = 8,   // that use a tile's blocks one after the other, while these are in the first-level cache
    SCAN_AHEAD = 8192,  // bytes between what is asked for and what is scanned: a quarter of a first-level cache
};

typedef struct scan_matrix {
    size_t dimensions;
    const int8_t *rows;
    const float *row_scales, *biases;
} scan_matrix;

// A place in a list of ranges: blocks left of one, and the ranges after that.
typedef struct scan_place {
    const ck_range *range, *end;
    size_t block, left;
} scan_place;
