// Selection among collected scores: the k best of a few thousand, without a full sort.
#include <math.h>
#include <string.h>
#include "kernels.h"

// Bits that order as the floats do: ascending, negatives included.
static uint32_t ordered(float score) {
    uint32_t bits;
    memcpy(&bits, &score, 4);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

static float unordered(uint32_t bits) {
    bits = bits & 0x80000000u ? bits & 0x7fffffffu : ~bits;
    float score;
    memcpy(&score, &bits, 4);
    return score;
}

static size_t keep_above(size_t count, float *scores, uint32_t *indices, float threshold, size_t ties) {
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

size_t ck_topk_shrink(size_t count, float *scores, uint32_t *indices, size_t k, float *threshold) {
    if (count <= k || k == 0) return k == 0 ? 0 : count;
    const ck_table *table = ck_active();
    size_t most = k + k / 4 + 16;
    // Bisection over the ordered bits. Invariant: more than k are above `low`, fewer than k are above `high`.
    float lowest = scores[0], highest = scores[0];
    for (size_t i = 1; i < count; i++) {
        lowest = scores[i] < lowest ? scores[i] : lowest;
        highest = scores[i] > highest ? scores[i] : highest;
    }
    uint32_t low = ordered(lowest), high = ordered(highest);
    size_t above_low = count - 1;
    if (table->count_above(count, scores, lowest) >= k) {
        while (high - low > 1) {
            uint32_t middle = low + (high - low) / 2;
            size_t above = table->count_above(count, scores, unordered(middle));
            if (above >= k) {
                low = middle;
                above_low = above;
                if (above <= most) break;
            } else {
                high = middle;
            }
        }
        if (above_low <= most) {
            *threshold = unordered(low);
            return keep_above(count, scores, indices, *threshold, 0);
        }
    } else {
        high = low;
    }
    // The k-th best score is `high` itself, and many share it: the earliest of them stay. Pairs are in index order.
    float tie = unordered(high);
    size_t above = table->count_above(count, scores, tie);
    *threshold = tie;
    return keep_above(count, scores, indices, tie, k - above);
}

// Merge sort without branches on the keys, bottom up from runs of one. O(count log count).
void ck_topk_sort(size_t count, float *scores, uint32_t *indices, uint64_t *keys) {
    uint64_t *from = keys, *to = keys + count;
    // Adding zero makes the two zeros one.
    for (size_t i = 0; i < count; i++) from[i] = (uint64_t)ordered(scores[i] + 0.0f) << 32 | (uint32_t)~indices[i];
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t start = 0; start < count; start += 2 * width) {
            size_t middle = start + width < count ? start + width : count;
            size_t end = start + 2 * width < count ? start + 2 * width : count;
            size_t a = start, b = middle, out = start;
            while (a < middle && b < end) {
                uint64_t left = from[a], right = from[b];
                int take_left = left > right;
                to[out++] = take_left ? left : right;
                a += (size_t)take_left;
                b += (size_t)!take_left;
            }
            while (a < middle) to[out++] = from[a++];
            while (b < end) to[out++] = from[b++];
        }
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    for (size_t i = 0; i < count; i++) {
        scores[i] = unordered((uint32_t)(from[i] >> 32));
        indices[i] = ~(uint32_t)from[i];
    }
}
