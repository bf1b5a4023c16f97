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
    uint16_t left[GROUPS];  // heaviest first
    size_t count;
    uint16_t together[CK_DENSE_RUNS][GROUPS];  // one after the other, by how many go together, less one
    size_t held[CK_DENSE_RUNS];
} plan;

static uint16_t take(plan *p, size_t place) {
    uint16_t group = p->left[place];
    memmove(p->left + place, p->left + place + 1, (--p->count - place) * sizeof p->left[0]);
    return group;
}

static void sort_by_weight(plan *p, size_t groups, const int8_t *weights) {
    uint16_t most[GROUPS];
    load none;
    memset(&none, 0, sizeof none);
    p->count = 0;
    for (size_t i = 0; i < groups; i++) {
        load x = load_of(weights + i * GROUP_BYTES);
        most[i] = highest(&none, &x);
        size_t place = p->count++;
        for (; place > 0 && most[p->left[place - 1]] < most[i]; place--) p->left[place] = p->left[place - 1];
        p->left[place] = (uint16_t)i;
    }
}

// So many of the heaviest groups that are left are looked at as partners.
enum { LOOKED_AT = 40 };

// The heaviest two, of those looked at, that fit beside a sum: the first of which is as heavy as can be. Returns how many
// were found, and their places.
static size_t partners(const plan *p, const load *loads, const load *sum, size_t places[2]) {
    size_t looked_at = p->count < LOOKED_AT ? p->count : LOOKED_AT, found = 0;
    for (size_t i = 0; i < looked_at; i++) {
        if (highest(sum, loads + i) > CK_DENSE_LIMIT) continue;
        if (found == 0) {
            places[0] = i;
            found = 1;
        }
        load both = *sum;
        add(&both, loads + i);
        for (size_t j = i + 1; j < looked_at; j++) {
            if (highest(&both, loads + j) > CK_DENSE_LIMIT) continue;
            places[0] = i;
            places[1] = j;
            return 2;
        }
    }
    return found;
}

// Greedily: the heaviest group that is left, and the heaviest partners that fit beside it, so that what is light stays for
// those that come later.
static void group_block(plan *p, size_t groups, const int8_t *weights) {
    memset(p->held, 0, sizeof p->held);
    sort_by_weight(p, groups, weights);
    while (p->count > 0) {
        uint16_t chosen[CK_DENSE_RUNS] = {take(p, 0)};
        load sum = load_of(weights + chosen[0] * GROUP_BYTES), loads[LOOKED_AT];
        for (size_t i = 0; i < p->count && i < LOOKED_AT; i++) loads[i] = load_of(weights + p->left[i] * GROUP_BYTES);
        size_t places[2], n = partners(p, loads, &sum, places);
        // The later one first: taking one moves those behind it.
        for (size_t i = n; i > 0; i--) chosen[i] = take(p, places[i - 1]);
        memcpy(p->together[n] + p->held[n], chosen, (n + 1) * sizeof chosen[0]);
        p->held[n] += n + 1;
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
