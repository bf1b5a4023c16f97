// A limit that a wanted number of scores are above: selection by counting, without moving a score.
#include <math.h>
#include "float_order.h"
#include "kernels.h"

#pragma STDC FP_CONTRACT OFF

// So many guesses are made as if scores were spread evenly; then bits are halved, which always ends.
enum { GUESSES = 24 };

static float guess_below(float highest, int round) { return highest - fabsf(highest) / 4 * (float)(1u << round); }

static float guess_between(const ck_limit *limit, size_t above_high, float wanted) {
    float part = ((float)limit->above - wanted) / (float)(limit->above - above_high);
    part = part < 0.05f ? 0.05f : part > 0.95f ? 0.95f : part;
    return limit->low + (limit->high - limit->low) * part;
}

static float halved(const ck_limit *limit) {
    uint32_t low = ck_ordered(limit->low), high = ck_ordered(limit->high);
    return ck_unordered(low + (high - low) / 2);
}

ck_limit ck_find_limit(size_t count, const float *scores, float floor, size_t wanted, size_t slack) {
    const ck_table *table = ck_active();
    uint32_t place;
    ck_limit limit = {.low = floor, .high = INFINITY, .above = table->count_above(count, scores, floor)};
    if (limit.above <= wanted + slack) return limit;
    table->argmax_rows(1, count, scores, count, &place, &limit.high);
    float highest = limit.high, middle = (float)wanted + (float)slack / 2;
    size_t above_high = 0;
    for (int round = 0; limit.above > wanted + slack; round++) {
        float guess = round >= GUESSES         ? halved(&limit)
                      : limit.low == -INFINITY ? guess_below(highest, round)
                                               : guess_between(&limit, above_high, middle);
        if (!(guess > limit.low && guess < limit.high)) {
            if (round >= GUESSES) break;
            round = GUESSES - 1;
            continue;
        }
        size_t above = table->count_above(count, scores, guess);
        if (above >= wanted) {
            limit.low = guess;
            limit.above = above;
        } else {
            limit.high = guess;
            above_high = above;
        }
    }
    return limit;
}
