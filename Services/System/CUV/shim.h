#pragma once
#include <malloc.h>
#include <sys/prctl.h>
#include <uv.h>

/// Names the calling thread as tools show it; `prctl` is variadic, which Swift does not import.
static inline void cuv_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/// Has the system send the calling process a signal when the thread that started it ends.
static inline int cuv_end_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

/// Keeps up to so many freed bytes at the heap's end instead of returning them to the system.
static inline void cuv_keep_freed_memory(int bytes) {
    mallopt(M_TRIM_THRESHOLD, bytes);
    mallopt(M_TOP_PAD, bytes / 4);
}
