#include "Peaks.h"
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

enum { CHAINS = 12, GROUPED = 6 };
#define UNROLL _Pragma("clang loop unroll(full)")
#define KEEP(x) __asm__ volatile("" : "+x"(x))
#define KEEP512(x) __asm__ volatile("" : "+v"(x))

__attribute__((target("avx512f,avx512vnni"))) static uint64_t products_vnni(size_t rounds) {
    __m512i s[CHAINS], x = _mm512_set1_epi8(3), w = _mm512_set1_epi8(-5);
    UNROLL for (size_t i = 0; i < CHAINS; i++) s[i] = _mm512_setzero_si512();
    for (size_t round = 0; round < rounds; round++) {
        UNROLL for (size_t i = 0; i < CHAINS; i++) {
            s[i] = _mm512_dpbusd_epi32(s[i], x, w);
            KEEP512(s[i]);
        }
    }
    return rounds * CHAINS * 64;
}

__attribute__((target("avx2"))) static uint64_t products_avx2(size_t rounds) {
    __m256i s[GROUPED], x = _mm256_set1_epi8(3), w = _mm256_set1_epi8(-5), ones = _mm256_set1_epi16(1);
    UNROLL for (size_t i = 0; i < GROUPED; i++) s[i] = _mm256_setzero_si256();
    for (size_t round = 0; round < rounds; round++) {
        UNROLL for (size_t i = 0; i < GROUPED; i++) {
            KEEP(x);
            s[i] = _mm256_add_epi32(s[i], _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), ones));
        }
    }
    UNROLL for (size_t i = 0; i < GROUPED; i++) KEEP(s[i]);
    return rounds * GROUPED * 32;
}

__attribute__((target("avx2"))) static uint64_t grouped_avx2(size_t rounds) {
    __m256i s[GROUPED], x = _mm256_set1_epi8(3), w = _mm256_set1_epi8(-5), ones = _mm256_set1_epi16(1);
    UNROLL for (size_t i = 0; i < GROUPED; i++) s[i] = _mm256_setzero_si256();
    for (size_t round = 0; round < rounds; round++) {
        __m256i t[GROUPED];
        UNROLL for (size_t g = 0; g < 3; g++) {
            UNROLL for (size_t i = 0; i < GROUPED; i++) {
                KEEP(x);
                __m256i product = _mm256_maddubs_epi16(x, w);
                t[i] = g == 0 ? product : _mm256_add_epi16(t[i], product);
            }
        }
        UNROLL for (size_t i = 0; i < GROUPED; i++) s[i] = _mm256_add_epi32(s[i], _mm256_madd_epi16(t[i], ones));
    }
    UNROLL for (size_t i = 0; i < GROUPED; i++) KEEP(s[i]);
    return rounds * 3 * GROUPED * 32;
}

static int has_vnni(void) { return __builtin_cpu_supports("avx512vnni"); }

uint64_t peak_products(size_t rounds) {
    if (has_vnni()) return products_vnni(rounds);
    return __builtin_cpu_supports("avx2") ? products_avx2(rounds) : 0;
}

uint64_t peak_grouped_products(size_t rounds) {
    return __builtin_cpu_supports("avx2") && !has_vnni() ? grouped_avx2(rounds) : 0;
}

__attribute__((target("avx2"))) static uint64_t read_avx2(const uint8_t *p, size_t bytes) {
    __m256i s[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
    for (size_t i = 0; i + 128 <= bytes; i += 128) {
        UNROLL for (size_t j = 0; j < 4; j++)
            s[j] = _mm256_add_epi64(s[j], _mm256_loadu_si256((const __m256i *)(p + i + 32 * j)));
    }
    uint64_t lanes[4];
    _mm256_storeu_si256((__m256i *)lanes, _mm256_add_epi64(_mm256_add_epi64(s[0], s[1]), _mm256_add_epi64(s[2], s[3])));
    return lanes[0] + lanes[1] + lanes[2] + lanes[3];
}
#elif defined(__aarch64__)
#include <arm_neon.h>

enum { CHAINS = 12 };

__attribute__((target("dotprod"))) uint64_t peak_products(size_t rounds) {
    int32x4_t s[CHAINS];
    int8x16_t x = vdupq_n_s8(3), w = vdupq_n_s8(-5);
    for (size_t i = 0; i < CHAINS; i++) s[i] = vdupq_n_s32(0);
    for (size_t round = 0; round < rounds; round++)
#pragma clang loop unroll(full)
        for (size_t i = 0; i < CHAINS; i++) {
            s[i] = vdotq_s32(s[i], x, w);
            __asm__ volatile("" : "+w"(s[i]));
        }
    return rounds * CHAINS * 16;
}

uint64_t peak_grouped_products(size_t rounds) {
    (void)rounds;
    return 0;
}
#else
uint64_t peak_products(size_t rounds) {
    (void)rounds;
    return 0;
}

uint64_t peak_grouped_products(size_t rounds) {
    (void)rounds;
    return 0;
}
#endif

uint64_t peak_read(const void *memory, size_t bytes) {
    const uint8_t *p = memory;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return read_avx2(p, bytes);
#endif
    uint64_t sum[8] = {0};
    for (size_t i = 0; i + 64 <= bytes; i += 64)
        for (size_t j = 0; j < 8; j++) {
            uint64_t word;
            memcpy(&word, p + i + 8 * j, 8);
            sum[j] += word;
        }
    return sum[0] + sum[1] + sum[2] + sum[3] + sum[4] + sum[5] + sum[6] + sum[7];
}
