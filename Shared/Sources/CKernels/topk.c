// Selection among collected scores: the k best of a few thousand, without a full sort.
#include <math.h>
#include <string.h>
#include "float_order.h"
#include "kernels.h"

// Keeps what is above the threshold, and the first `ties` that equal it, in place and in order.
static size_t keep_tied(size_t count, float *scores, uint32_t *indices, float threshold, size_t ties) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        float score = scores[i];
        int above = score > threshold;
        int tied = score == threshold && ties > 0;
        scores[kept] = score;
        indices[kept] = indices[i];
        ties -= (size_t)tied;
        kept += (size_t)(above | tied);
    }
    return kept;
}

enum { PIECE = 512 };

// Keeps what is above the threshold, in place and in order: a piece's survivors move to where nothing is needed any more.
static size_t keep_above(size_t count, float *scores, uint32_t *indices, float threshold) {
    const ck_table *table = ck_active();
    uint32_t places[PIECE];
    size_t kept = 0;
    for (size_t start = 0; start < count; start += PIECE) {
        size_t length = count - start < PIECE ? count - start : PIECE;
        size_t found = table->collect(length, scores + start, threshold, (uint32_t)start, NULL, NULL, scores + kept,
                                      places);
        for (size_t i = 0; i < found; i++) indices[kept + i] = indices[places[i]];
        kept += found;
    }
    return kept;
}

// How many may stay beside the best k.
static size_t slack_for(size_t k) { return k / 4 + 16; }

size_t ck_topk_cut(size_t count, float *scores, uint32_t *indices, size_t k, float *threshold, float *tied) {
    *tied = -INFINITY;
    if (count <= k || k == 0) return k == 0 ? 0 : count;
    ck_limit limit = ck_find_limit(count, scores, *threshold, k, slack_for(k));
    if (limit.above > k + slack_for(k)) *tied = limit.high;
    *threshold = limit.low;
    return keep_above(count, scores, indices, limit.low);
}

size_t ck_topk_shrink(size_t count, float *scores, uint32_t *indices, size_t k, float *threshold) {
    if (count <= k || k == 0) return k == 0 ? 0 : count;
    ck_limit limit = ck_find_limit(count, scores, *threshold, k, slack_for(k));
    if (limit.above >= k && limit.above <= k + slack_for(k)) {
        *threshold = limit.low;
        return keep_above(count, scores, indices, limit.low);
    }
    // Many share the k-th best score: the earliest of them stay. What equals the threshold of before was kept because
    // fewer than k were above it.
    if (limit.above >= k) *threshold = limit.high;
    size_t above = ck_active()->count_above(count, scores, *threshold);
    return keep_tied(count, scores, indices, *threshold, k - above);
}

enum { FEW = 48 };

// In place and stable, for so few that counting digits would cost more. Adding zero makes the two zeros one.
static void sort_few(size_t count, float *scores, uint32_t *indices) {
    for (size_t i = 0; i < count; i++) {
        float score = scores[i] + 0.0f;
        uint32_t index = indices[i];
        size_t j = i;
        for (; j > 0 && scores[j - 1] < score; j--) {
            scores[j] = scores[j - 1];
            indices[j] = indices[j - 1];
        }
        scores[j] = score;
        indices[j] = index;
    }
}

// Radix sort by the ordered bits, a byte a pass, from the lowest: it is stable, so that equal scores stay in index order.
void ck_topk_sort(size_t count, float *scores, uint32_t *indices, uint64_t *keys) {
    if (count <= FEW) {
        sort_few(count, scores, indices);
        return;
    }
    uint32_t starts[4][256];
    memset(starts, 0, sizeof starts);
    uint64_t *from = keys, *to = keys + count;
    for (size_t i = 0; i < count; i++) {
        // Adding zero makes the two zeros one. Inverted, since the highest comes first.
        uint32_t key = ~ck_ordered(scores[i] + 0.0f);
        from[i] = (uint64_t)key << 32 | indices[i];
        for (int pass = 0; pass < 4; pass++) starts[pass][key >> 8 * pass & 255]++;
    }
    for (int pass = 0; pass < 4; pass++) {
        uint32_t *start = starts[pass], sum = 0;
        for (int byte = 0; byte < 256; byte++) {
            uint32_t here = start[byte];
            start[byte] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++) to[start[from[i] >> (32 + 8 * pass) & 255]++] = from[i];
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    for (size_t i = 0; i < count; i++) {
        scores[i] = ck_unordered(~(uint32_t)(from[i] >> 32));
        indices[i] = (uint32_t)from[i];
    }
}
