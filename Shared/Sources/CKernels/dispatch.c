// Which kernels this process uses: found once, when the program is loaded, and never changed after.
#include <stdlib.h>
#include <string.h>
#include "kernels.h"

static const char *const names[CK_LEVELS] = {"scalar", "avx2", "avx512vnni"};
static int active_level = CK_LEVEL_SCALAR;
static const ck_table *active = &ck_scalar;

static int highest_level(void) { return CK_LEVEL_SCALAR; }

static const ck_table *table_of(int level) {
    switch (level) {
        case CK_LEVEL_SCALAR: return &ck_scalar;
        default: return NULL;
    }
}

__attribute__((constructor)) static void choose(void) {
    int level = highest_level();
    const char *wanted = getenv("CASCADE_KERNELS");
    for (int i = 0; wanted && i < level; i++)
        if (strcmp(wanted, names[i]) == 0) level = i;
    active_level = level;
    active = table_of(level);
}

const ck_table *ck_active(void) { return active; }
int ck_active_level(void) { return active_level; }
const ck_table *ck_table_at(int level) { return level <= highest_level() ? table_of(level) : NULL; }
const char *ck_level_name(int level) { return level >= 0 && level < CK_LEVELS ? names[level] : NULL; }
