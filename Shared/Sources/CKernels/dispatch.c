// Which kernels this process uses: the best that the processor has and that agree with the scalar ones, found once,
// when the program is loaded, and never changed after.
#include <stdlib.h>
#include <string.h>
#include "kernels.h"

static const char *const names[CK_LEVELS] = {"scalar", "avx2", "avx512vnni", "neon"};
static int active_level = CK_LEVEL_SCALAR;
static const ck_table *active = &ck_scalar;

#if defined(__x86_64__)
#include <cpuid.h>

// The register state that the operating system saves (extended control register 0).
static uint64_t saved_state(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

static int highest_level(void) {
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return CK_LEVEL_SCALAR;
    int osxsave = c >> 27 & 1, avx = c >> 28 & 1, fma = c >> 12 & 1;
    if (!osxsave || !avx || !fma) return CK_LEVEL_SCALAR;
    uint64_t state = saved_state();
    if ((state & 0x06) != 0x06) return CK_LEVEL_SCALAR;  // xmm, ymm
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return CK_LEVEL_SCALAR;
    if (!(b >> 5 & 1) || !(b >> 8 & 1)) return CK_LEVEL_SCALAR;  // AVX2, BMI2
    // F, DQ, BW, VL, and in ecx VNNI.
    int avx512 = (b >> 16 & 1) && (b >> 17 & 1) && (b >> 30 & 1) && (b >> 31 & 1) && (c >> 11 & 1);
    if (avx512 && (state & 0xe6) == 0xe6) return CK_LEVEL_AVX512VNNI;  // and opmask, zmm
    return CK_LEVEL_AVX2;
}
#elif defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>

// The kernel says what it lets a process use; every 64-bit ARM has the rest of NEON.
static int highest_level(void) { return getauxval(AT_HWCAP) & HWCAP_ASIMDDP ? CK_LEVEL_NEON : CK_LEVEL_SCALAR; }
#else
static int highest_level(void) { return CK_LEVEL_SCALAR; }
#endif

static const ck_table *table_of(int level) {
    switch (level) {
        case CK_LEVEL_SCALAR: return &ck_scalar;
#if defined(__x86_64__)
        case CK_LEVEL_AVX2: return &ck_avx2;
        case CK_LEVEL_AVX512VNNI: return &ck_avx512vnni;
#elif defined(__aarch64__)
        case CK_LEVEL_NEON: return &ck_neon;
#endif
        default: return NULL;
    }
}

__attribute__((constructor)) static void choose(void) {
    int level = highest_level();
    const char *wanted = getenv("CASCADE_KERNELS");
    for (int i = 0; wanted && i < level; i++)
        if (strcmp(wanted, names[i]) == 0 && table_of(i)) level = i;
    // A level of other processors, or one that does not agree with the specification on this one, is passed over.
    while (level > CK_LEVEL_SCALAR && (!table_of(level) || ck_check(table_of(level)))) level--;
    active_level = level;
    active = table_of(level);
}

const ck_table *ck_active(void) { return active; }
int ck_active_level(void) { return active_level; }
const ck_table *ck_table_at(int level) { return level <= highest_level() ? table_of(level) : NULL; }
const char *ck_level_name(int level) { return level >= 0 && level < CK_LEVELS ? names[level] : NULL; }
