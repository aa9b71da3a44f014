// Which instruction sets the program was compiled for, and which of them this processor has: bit i of both words is the
// i-th name in `Processor.instructionSets`. Swift has no conditional compilation on processor features; the C importer,
// which gets the same -march, has.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#ifdef __x86_64__
#include <cpuid.h>
#endif

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

/// Whether bfloat16 is multiplied in two-dimensional tiles (AMX), and the system lets programs use them.
static inline bool processor_has_bfloat16_tiles(void) {
#ifdef __x86_64__
  unsigned a, b, c, d;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(d >> 22 & d >> 24 & 1)) return false;
  if (!__get_cpuid_count(1, 0, &a, &b, &c, &d) || !(c >> 27 & 1)) return false;
  // XCR0, the registers that the system saves: bits 17 and 18 are those of the tiles.
  unsigned low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (low >> 17 & 3) == 3;
#else
  return false;
#endif
}

/// Whether it is AMD's and multiplies bfloat16 in vectors, at twice the rate of float32. Intel's do so at half that rate.
static inline bool processor_has_fast_bfloat16_vectors(void) {
#ifdef __x86_64__
  __builtin_cpu_init();
  return __builtin_cpu_is("amd") && __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}
