#pragma once
#include <sys/prctl.h>
#include <uv.h>

/// Names the calling thread as tools show it; `prctl` is variadic, which Swift does not import.
static inline void cuv_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
