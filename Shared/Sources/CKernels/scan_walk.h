// The walk of a scan over ranges of blocks, once for every level. The including file defines, inside its target pragma:
//
//     NAME(scan_queries)      up to SCAN_QUERIES queries as its instructions want them
//     NAME(scan_prepare)      makes one
//     NAME(scan_together)     scores of up to SCAN_TOGETHER blocks, wherever they lie
//
// Blocks are taken together across the borders of ranges, so that short ranges cost little more than one long one. A second
// place runs ahead of the scan's and asks for memory, since the processor cannot know where the next range begins.

// The next block of the ranges, or nothing at their end.
INLINE int NAME(scan_next)(scan_place *place, size_t *block) {
    while (place->left == 0) {
        if (place->range == place->end) return 0;
        place->block = place->range->first;
        place->left = place->range->count;
        place->range++;
    }
    *block = place->block++;
    place->left--;
    return 1;
}

// Asks for the memory of the next block; of a small one also for some behind it.
INLINE void NAME(scan_fetch)(scan_place *ahead, const scan_matrix *m) {
    size_t block;
    if (!NAME(scan_next)(ahead, &block)) return;
    const int8_t *rows = m->rows + block * CK_BLOCK_ROWS * m->dimensions;
    for (size_t byte = 0; byte < CK_BLOCK_ROWS * m->dimensions; byte += 4 * CK_CACHE_LINE)
        for (size_t line = 0; line < 4; line++) __builtin_prefetch(rows + byte + line * CK_CACHE_LINE);
    __builtin_prefetch(m->row_scales + block * CK_BLOCK_ROWS);
    if (m->biases) __builtin_prefetch(m->biases + block * CK_BLOCK_ROWS);
}

static void NAME(scan_ranges_s8)(size_t ranges, const ck_range *range, size_t dimensions, const int8_t *rows,
                                 const float *row_scales, const float *biases, size_t queries, const int8_t *query,
                                 size_t ldq, const float *query_scales, float *scores, size_t lds) {
    const scan_matrix matrix = {dimensions, rows, row_scales, biases};
    for (size_t first = 0; first < queries; first += SCAN_QUERIES) {
        NAME(scan_queries) prepared;
        size_t n = queries - first < SCAN_QUERIES ? queries - first : SCAN_QUERIES;
        scan_place here = {.range = range, .end = range + ranges}, ahead = here;
        for (size_t bytes = 0; bytes < SCAN_AHEAD; bytes += CK_BLOCK_ROWS * dimensions)
            NAME(scan_fetch)(&ahead, &matrix);
        NAME(scan_prepare)(&prepared, dimensions, n, query + first * ldq, ldq, query_scales + first);
        for (float *out = scores + first * lds;;) {
            size_t blocks[SCAN_TOGETHER], count = 0;
            for (; count < SCAN_TOGETHER && NAME(scan_next)(&here, &blocks[count]); count++)
                NAME(scan_fetch)(&ahead, &matrix);
            if (count == 0) break;
            NAME(scan_together)(count, blocks, &matrix, &prepared, out, lds);
            out += count * CK_BLOCK_ROWS;
        }
    }
}

static void NAME(scan_s8)(size_t blocks, size_t dimensions, const int8_t *rows, const float *row_scales,
                          const float *biases, size_t queries, const int8_t *query, size_t ldq,
                          const float *query_scales, float *scores, size_t lds) {
    const ck_range all = {0, (uint32_t)blocks};
    NAME(scan_ranges_s8)(1, &all, dimensions, rows, row_scales, biases, queries, query, ldq, query_scales, scores, lds);
}
