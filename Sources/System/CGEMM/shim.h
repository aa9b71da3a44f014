// Products of rows by a panel of up to 32 columns, or 64 for few rows, in float32. Each kernel is compiled for its own instruction set, whatever
// the program is compiled for, so the caller must ask first whether the processor has it.
//
// A tile of the result stays in registers while the loop over `inner` runs: twelve rows of thirty-two columns with AVX-512,
// or six of sixty-four, which read a wide panel once; six of sixteen with AVX2. An element is a sum over `inner` in order, whatever the tile and the number of rows.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/// Columns of a panel, unless it is wide. Panels of at most half as many columns, and those in pairs, have rows of sixteen values.
enum { gemm_width = 32, gemm_wide = 64 };

/// C (rows, columns) = scale A B, or C + scale A B.
typedef struct {
  int64_t rows, columns, inner;
  /// A's element (i, k) is a[i * a_row + k * a_inner].
  const float *a;
  int64_t a_row, a_inner;
  /// B's row k is at b + k * b_row: 16, 32 or 64 values, of which `columns` count. In pairs, the sixteen values at
  /// b + k / 2 * 16 are rows k and k + 1 of eight columns in turn: (k, 0), (k + 1, 0), (k, 1) and so on.
  const float *b;
  int64_t b_row;
  /// Whether B is in pairs. `inner` is then even and `a_inner` 1.
  bool pairs;
  float *c;
  int64_t c_row;
  float scale;
  bool adding;
} gemm_panel;

typedef float gemm_sixteen __attribute__((vector_size(64), aligned(4)));
typedef float gemm_eight __attribute__((vector_size(32), aligned(4)));
typedef double gemm_eight_pairs __attribute__((vector_size(64)));

#define GEMM_INLINE static inline __attribute__((always_inline))
#define GEMM_UNROLL _Pragma("clang loop unroll(full)")
#ifdef __x86_64__
#define GEMM_AVX512 __attribute__((noinline, min_vector_width(512), target("avx512f")))
#define GEMM_COMMON __attribute__((noinline, min_vector_width(256), target("avx2,fma")))
#else
#define GEMM_AVX512 __attribute__((noinline))
#define GEMM_COMMON __attribute__((noinline))
#endif

/// Whether the processor has AVX-512.
static inline bool gemm_has_avx512(void) {
#ifdef __x86_64__
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f");
#else
  return false;
#endif
}

/// Some values of a row of C for their sums.
GEMM_INLINE void gemm_put_few(const float *sums, int64_t count, float scale, bool adding, float *c) {
  for (int64_t i = 0; i < count; i++) c[i] = adding ? __builtin_elementwise_fma(sums[i], scale, c[i]) : sums[i] * scale;
}

/// Sixteen of them, or `left` if these are fewer.
GEMM_INLINE void gemm_put(const gemm_sixteen *sums, int64_t left, float scale, bool adding, float *c) {
  if (left < 16) {
    float few[16];
    memcpy(few, sums, sizeof few);
    gemm_put_few(few, left, scale, adding, c);
  } else if (adding) {
    *(gemm_sixteen *)c = __builtin_elementwise_fma(*sums, scale - (gemm_sixteen){}, *(gemm_sixteen *)c);
  } else {
    *(gemm_sixteen *)c = *sums * scale;
  }
}

/// `rows` rows of C from `first` on. The first two arguments are constants where this is inlined, so the sums are registers.
/// Four pointers to rows of A are enough to address twelve.
GEMM_INLINE void gemm_tile(const int rows, const int vectors, const gemm_panel *p, int64_t first) {
  const int64_t a_row = p->a_row;
  gemm_sixteen sums[12][4] = {};
  const float *a[4], *b = p->b;
  GEMM_UNROLL for (int i = 0; i < 4; i++) a[i] = p->a + (first + 3 * i) * a_row;
  for (int64_t k = 0; k < p->inner; k++, b += p->b_row) {
    gemm_sixteen w[4];
    GEMM_UNROLL for (int j = 0; j < vectors; j++) w[j] = *(const gemm_sixteen *)(b + 16 * j);
    GEMM_UNROLL for (int i = 0; i < rows; i++) {
      const gemm_sixteen x = a[i / 3][i % 3 * a_row] - (gemm_sixteen){};
      GEMM_UNROLL for (int j = 0; j < vectors; j++) sums[i][j] = __builtin_elementwise_fma(x, w[j], sums[i][j]);
    }
    GEMM_UNROLL for (int i = 0; i < 4; i++) a[i] += p->a_inner;
  }
  // Loaded before the stores, which the compiler must assume to change *p.
  const int64_t left = p->columns, c_row = p->c_row;
  const float scale = p->scale;
  const bool adding = p->adding;
  float *c = p->c + first * c_row;
  GEMM_UNROLL for (int i = 0; i < rows; i++, c += c_row) {
    GEMM_UNROLL for (int j = 0; j < vectors; j++) gemm_put(&sums[i][j], left - 16 * j, scale, adding, c + 16 * j);
  }
}

/// The same for a panel in pairs: eight columns fill registers of sixteen values. The sums over even and over odd k are
/// added at the end.
GEMM_INLINE void gemm_tile_of_pairs(const int rows, const gemm_panel *p, int64_t first) {
  const int64_t a_row = p->a_row;
  gemm_sixteen sums[12] = {};
  const float *a[4], *b = p->b;
  GEMM_UNROLL for (int i = 0; i < 4; i++) a[i] = p->a + (first + 3 * i) * a_row;
  for (int64_t k = 0; k < p->inner; k += 2, b += 16) {
    const gemm_sixteen w = *(const gemm_sixteen *)b;
    GEMM_UNROLL for (int i = 0; i < rows; i++) {
      double two;
      memcpy(&two, a[i / 3] + i % 3 * a_row, sizeof two);
      const gemm_eight_pairs same = {two, two, two, two, two, two, two, two};
      gemm_sixteen x;
      memcpy(&x, &same, sizeof x);
      sums[i] = __builtin_elementwise_fma(x, w, sums[i]);
    }
    GEMM_UNROLL for (int i = 0; i < 4; i++) a[i] += 2;
  }
  GEMM_UNROLL for (int i = 0; i < rows; i++) {
    float *c = p->c + (first + i) * p->c_row;
    const gemm_eight sum = __builtin_shufflevector(sums[i], sums[i], 0, 2, 4, 6, 8, 10, 12, 14)
        + __builtin_shufflevector(sums[i], sums[i], 1, 3, 5, 7, 9, 11, 13, 15);
    if (p->columns < 8) {
      float few[8];
      memcpy(few, &sum, sizeof few);
      gemm_put_few(few, p->columns, p->scale, p->adding, c);
    } else if (p->adding) {
      *(gemm_eight *)c = __builtin_elementwise_fma(sum, p->scale - (gemm_eight){}, *(gemm_eight *)c);
    } else {
      *(gemm_eight *)c = sum * p->scale;
    }
  }
}

// All rows of p by `tile(rows, ...)`, `most` at a time.
#define GEMM_CASE(count, tile, ...) case count: tile(count, __VA_ARGS__); break;
#define GEMM_REST_OF_6(tile, ...)                                                                                      \
  GEMM_CASE(1, tile, __VA_ARGS__) GEMM_CASE(2, tile, __VA_ARGS__) GEMM_CASE(3, tile, __VA_ARGS__)                      \
  GEMM_CASE(4, tile, __VA_ARGS__) GEMM_CASE(5, tile, __VA_ARGS__)
#define GEMM_REST_OF_12(tile, ...)                                                                                     \
  GEMM_REST_OF_6(tile, __VA_ARGS__)                                                                                    \
  GEMM_CASE(6, tile, __VA_ARGS__) GEMM_CASE(7, tile, __VA_ARGS__) GEMM_CASE(8, tile, __VA_ARGS__)                      \
  GEMM_CASE(9, tile, __VA_ARGS__) GEMM_CASE(10, tile, __VA_ARGS__) GEMM_CASE(11, tile, __VA_ARGS__)
#define GEMM_ROWS(most, tile, ...)                                                                                     \
  for (row = 0; row + most <= p.rows; row += most) tile(most, __VA_ARGS__);                                            \
  switch (p.rows - row) { GEMM_REST_OF_##most(tile, __VA_ARGS__) }

/// With AVX-512.
static inline GEMM_AVX512 void gemm_multiply_avx512(gemm_panel p) {
  int64_t row;
  if (p.pairs) {
    GEMM_ROWS(12, gemm_tile_of_pairs, &p, row)
  } else if (p.columns > 32) {
    GEMM_ROWS(6, gemm_tile, 4, &p, row)
  } else if (p.columns > 16) {
    GEMM_ROWS(12, gemm_tile, 2, &p, row)
  } else {
    GEMM_ROWS(12, gemm_tile, 1, &p, row)
  }
}

/// With sixteen registers of half the size (AVX2), or thirty-two of a quarter (NEON).
static inline GEMM_COMMON void gemm_multiply_common(gemm_panel p) {
  int64_t row;
  if (p.pairs) {
    GEMM_ROWS(6, gemm_tile_of_pairs, &p, row)
    return;
  }
  for (; p.columns > 0; p.columns -= 16, p.b += 16, p.c += 16) { GEMM_ROWS(6, gemm_tile, 1, &p, row) }
}

#undef GEMM_CASE
#undef GEMM_REST_OF_6
#undef GEMM_REST_OF_12
#undef GEMM_ROWS
#undef GEMM_INLINE
#undef GEMM_UNROLL
#undef GEMM_AVX512
#undef GEMM_COMMON
