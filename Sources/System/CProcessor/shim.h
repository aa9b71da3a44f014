// Which instruction sets the program was compiled for, and which of them this processor has: bit i of both words is the
// i-th name in `Processor.instructionSets`. Swift has no conditional compilation on processor features; the C importer,
// which gets the same -march, has.
#pragma once
#include <stdbool.h>
#include <stdint.h>

/// Whether the program was compiled for AVX-512: thirty-two registers of sixteen Floats, where others have half as many
/// or of half the size.
static inline bool processor_has_wide_registers(void) {
#ifdef __AVX512F__
  return true;
#else
  return false;
#endif
}

static inline uint32_t processor_compiled_for(void) {
  uint32_t sets = 0;
#ifdef __AVX2__
  sets |= 1u << 0;
#endif
#ifdef __FMA__
  sets |= 1u << 1;
#endif
#ifdef __AVX512F__
  sets |= 1u << 2;
#endif
#ifdef __AVX512BW__
  sets |= 1u << 3;
#endif
#ifdef __AVX512VL__
  sets |= 1u << 4;
#endif
#ifdef __AVX512BF16__
  sets |= 1u << 5;
#endif
  return sets;
}

static inline uint32_t processor_has(void) {
  uint32_t sets = 0;
#ifdef __x86_64__
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) sets |= 1u << 0;
  if (__builtin_cpu_supports("fma")) sets |= 1u << 1;
  if (__builtin_cpu_supports("avx512f")) sets |= 1u << 2;
  if (__builtin_cpu_supports("avx512bw")) sets |= 1u << 3;
  if (__builtin_cpu_supports("avx512vl")) sets |= 1u << 4;
  if (__builtin_cpu_supports("avx512bf16")) sets |= 1u << 5;
#endif
  return sets;
}
