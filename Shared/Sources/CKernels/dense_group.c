// The order of a dense layer's inputs for levels that add products of bytes up in 16 bits.
#include <string.h>
#include "kernels.h"

enum { GROUPS = CK_MAX_DIMENSIONS / 4, GROUP_BYTES = 4 * CK_BLOCK_ROWS, SUMS = GROUP_BYTES / 2 };

// What one group adds to each 16-bit sum of a block: the positive weights of it, and the negative ones, turned positive.
typedef struct load {
    uint16_t positive[SUMS], negative[SUMS];
} load;

static load load_of(const int8_t *group) {
    load x;
    for (size_t i = 0; i < SUMS; i++) {
        int a = group[2 * i], b = group[2 * i + 1];
        x.positive[i] = (uint16_t)((a > 0 ? a : 0) + (b > 0 ? b : 0));
        x.negative[i] = (uint16_t)((a < 0 ? -a : 0) + (b < 0 ? -b : 0));
    }
    return x;
}

static uint16_t highest(const load *x, const load *y) {
    uint16_t most = 0;
    for (size_t i = 0; i < SUMS; i++) {
        uint16_t positive = (uint16_t)(x->positive[i] + y->positive[i]);
        uint16_t negative = (uint16_t)(x->negative[i] + y->negative[i]);
        most = positive > most ? positive : most;
        most = negative > most ? negative : most;
    }
    return most;
}

static void add(load *x, const load *y) {
    for (size_t i = 0; i < SUMS; i++) {
        x->positive[i] = (uint16_t)(x->positive[i] + y->positive[i]);
        x->negative[i] = (uint16_t)(x->negative[i] + y->negative[i]);
    }
}

// Groups that are left, and what has been put together.
typedef struct plan {
    uint16_t left[GROUPS];
    size_t count;
    uint16_t together[CK_DENSE_RUNS][GROUPS];  // one after the other, by how many go together, less one
    size_t held[CK_DENSE_RUNS];
} plan;

static uint16_t take(plan *p, size_t place) {
    uint16_t group = p->left[place];
    memmove(p->left + place, p->left + place + 1, (--p->count - place) * sizeof p->left[0]);
    return group;
}

// Of the first groups that are left, the one that keeps the highest sum lowest, or highest.
static size_t best(const plan *p, const int8_t *weights, const load *sum, int lowest, uint16_t *found) {
    enum { LOOKED_AT = 64 };
    size_t place = 0;
    for (size_t i = 0; i < p->count && i < LOOKED_AT; i++) {
        load x = load_of(weights + p->left[i] * GROUP_BYTES);
        uint16_t most = highest(sum, &x);
        if (i > 0 && (lowest ? most >= *found : most <= *found)) continue;
        *found = most;
        place = i;
    }
    return place;
}

// Greedily: the heaviest group that is left, then whatever fits best beside it.
static void group_block(plan *p, size_t groups, const int8_t *weights) {
    memset(p->held, 0, sizeof p->held);
    p->count = groups;
    for (size_t i = 0; i < groups; i++) p->left[i] = (uint16_t)i;
    while (p->count > 0) {
        uint16_t found, chosen[CK_DENSE_RUNS];
        load sum;
        memset(&sum, 0, sizeof sum);
        size_t n = 0, place = best(p, weights, &sum, 0, &found);
        do {
            chosen[n] = take(p, place);
            load x = load_of(weights + chosen[n++] * GROUP_BYTES);
            add(&sum, &x);
            if (n == CK_DENSE_RUNS || p->count == 0) break;
            place = best(p, weights, &sum, 1, &found);
        } while (found <= CK_DENSE_LIMIT);
        memcpy(p->together[n - 1] + p->held[n - 1], chosen, n * sizeof chosen[0]);
        p->held[n - 1] += n;
    }
}

void ck_dense_group(size_t blocks, size_t inputs, const int8_t *weights, int8_t *grouped, uint16_t *order,
                    uint16_t *runs) {
    plan p;
    for (size_t block = 0; block < blocks; block++, weights += CK_BLOCK_ROWS * inputs, runs += CK_DENSE_RUNS) {
        group_block(&p, inputs / 4, weights);
        for (size_t n = CK_DENSE_RUNS; n > 0; n--) {
            runs[CK_DENSE_RUNS - n] = (uint16_t)(p.held[n - 1] / n);
            for (size_t i = 0; i < p.held[n - 1]; i++, grouped += GROUP_BYTES) {
                uint16_t group = p.together[n - 1][i];
                memcpy(grouped, weights + group * GROUP_BYTES, GROUP_BYTES);
                *order++ = (uint16_t)(4 * group);
            }
        }
    }
}
