#pragma once
#include <sys/prctl.h>
#include <uv.h>

/// Names the calling thread as tools show it; `prctl` is variadic, which Swift does not import.
static inline void cuv_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/// Has the system send the calling process a signal when the thread that started it ends.
static inline int cuv_end_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }
