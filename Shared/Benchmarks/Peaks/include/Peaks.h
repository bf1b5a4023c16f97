#pragma once
#include <stddef.h>
#include <stdint.h>

// What this processor does at best, to hold kernels against: work in registers alone, and reading alone.

// Products of bytes added up in 32 bits, in registers: vpdpbusd where it is there, else vpmaddubsw, vpmaddwd, vpaddd; on ARM
// sdot. Returns how many multiplications and additions that were; 0 where there are no such instructions.
uint64_t peak_products(size_t rounds);

// The same with three vpmaddubsw added up in 16 bits before each vpmaddwd; 0 where vpdpbusd or sdot is there.
uint64_t peak_grouped_products(size_t rounds);

// Reads memory and gives a sum of it, as fast as a loop over vectors goes.
uint64_t peak_read(const void *memory, size_t bytes);
