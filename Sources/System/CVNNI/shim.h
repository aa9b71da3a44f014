// Products of 8-bit integers with vpdpbusd (VNNI), which multiplies four pairs of bytes and adds them to a 32-bit sum.
// Swift has no such instruction, and its vectoriser does not find it. Each function is compiled for its own instruction
// set, whatever the program is compiled for, so the caller must ask first whether the processor has it.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/// Columns of a panel.
enum { vnni_width = 32 };

/// Rows that are multiplied by a panel, and where the result goes.
typedef struct {
  int64_t rows;
  /// Groups of four bytes in a row, and bytes from one row to the next.
  int64_t steps, stride;
  /// The rows' integers plus 128: vpdpbusd takes unsigned bytes on this side.
  const uint8_t *x;
  /// The scale of each row.
  const float *scales;
  /// y (rows, 32); its rows are `y_row` floats apart.
  float *y;
  int64_t y_row;
  /// Whether the product is added to y.
  bool adding;
} vnni_rows;

/// Thirty-two columns of a matrix.
typedef struct {
  /// [step][column][4]: the integers in the order in which the kernel reads them.
  const int8_t *values;
  /// [column] Where the sums start: -128 times the sum of a column's integers, which takes the 128 in x out again.
  const int32_t *start;
  /// [column] Scale and bias.
  const float *scales, *bias;
} vnni_panel;

// An element of the result is (sum * column's scale) * row's scale + bias, where the last product and sum are one fused
// operation; y is added to the bias first. All kernels compute just that, so their results have the same bits.

#ifdef __x86_64__
#include <immintrin.h>

static inline bool vnni_has_avx512(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw");
}

static inline bool vnni_has_avx(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avxvnni") && __builtin_cpu_supports("fma");
}

#define VNNI_AVX512 __attribute__((target("avx512f,avx512vnni")))
#define VNNI_AVX __attribute__((target("avx2,fma,avxvnni")))
#define VNNI_UNROLL _Pragma("clang loop unroll(full)")

/// Four bytes of a row, as one integer.
static inline __attribute__((always_inline)) int32_t vnni_four(const uint8_t *x) {
  int32_t four;
  memcpy(&four, x, sizeof four);
  return four;
}

/// Sixteen columns of a row of the result.
static inline __attribute__((always_inline)) VNNI_AVX512 void vnni_put16(
    __m512i sum, const vnni_rows *rows, int64_t row, const vnni_panel *panel, int column) {
  float *y = rows->y + row * rows->y_row + column;
  __m512 base = _mm512_loadu_ps(panel->bias + column);
  if (rows->adding) base = _mm512_add_ps(base, _mm512_loadu_ps(y));
  __m512 scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_loadu_ps(panel->scales + column));
  _mm512_storeu_ps(y, _mm512_fmadd_ps(scaled, _mm512_set1_ps(rows->scales[row]), base));
}

/// `count` rows from `first` on. `count` is a constant where this is inlined: the sums are then registers, up to
/// twenty-four of them.
static inline __attribute__((always_inline)) VNNI_AVX512 void vnni_tile_avx512(
    const int count, const vnni_rows *rows, int64_t first, const vnni_panel *panel) {
  __m512i left[12], right[12];
  VNNI_UNROLL for (int i = 0; i < count; i++) {
    left[i] = _mm512_loadu_si512(panel->start);
    right[i] = _mm512_loadu_si512(panel->start + 16);
  }
  const uint8_t *x = rows->x + first * rows->stride;
  const int8_t *w = panel->values;
  for (int64_t step = 0; step < rows->steps; step++, x += 4, w += 128) {
    const __m512i l = _mm512_loadu_si512(w), r = _mm512_loadu_si512(w + 64);
    VNNI_UNROLL for (int i = 0; i < count; i++) {
      const __m512i four = _mm512_set1_epi32(vnni_four(x + i * rows->stride));
      left[i] = _mm512_dpbusd_epi32(left[i], four, l);
      right[i] = _mm512_dpbusd_epi32(right[i], four, r);
    }
  }
  VNNI_UNROLL for (int i = 0; i < count; i++) {
    vnni_put16(left[i], rows, first + i, panel, 0);
    vnni_put16(right[i], rows, first + i, panel, 16);
  }
}

/// Sets y, or adds to it, with AVX-512 and its VNNI.
static inline __attribute__((noinline)) VNNI_AVX512 void vnni_multiply_avx512(vnni_rows rows, vnni_panel panel) {
  int64_t row = 0;
  for (; row + 12 <= rows.rows; row += 12) vnni_tile_avx512(12, &rows, row, &panel);
#define VNNI_REST(count) case count: vnni_tile_avx512(count, &rows, row, &panel); break;
  switch (rows.rows - row) {
    VNNI_REST(1) VNNI_REST(2) VNNI_REST(3) VNNI_REST(4) VNNI_REST(5) VNNI_REST(6)
    VNNI_REST(7) VNNI_REST(8) VNNI_REST(9) VNNI_REST(10) VNNI_REST(11)
  }
#undef VNNI_REST
}

/// Eight columns of a row of the result.
static inline __attribute__((always_inline)) VNNI_AVX void vnni_put8(
    __m256i sum, const vnni_rows *rows, int64_t row, const vnni_panel *panel, int column) {
  float *y = rows->y + row * rows->y_row + column;
  __m256 base = _mm256_loadu_ps(panel->bias + column);
  if (rows->adding) base = _mm256_add_ps(base, _mm256_loadu_ps(y));
  __m256 scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(sum), _mm256_loadu_ps(panel->scales + column));
  _mm256_storeu_ps(y, _mm256_fmadd_ps(scaled, _mm256_set1_ps(rows->scales[row]), base));
}

/// The same with sixteen registers of half the size: `count` is at most 3, so twelve of them hold sums.
static inline __attribute__((always_inline)) VNNI_AVX void vnni_tile_avx(
    const int count, const vnni_rows *rows, int64_t first, const vnni_panel *panel) {
  __m256i sums[3][4];
  VNNI_UNROLL for (int i = 0; i < count; i++) {
    VNNI_UNROLL for (int j = 0; j < 4; j++) sums[i][j] = _mm256_loadu_si256((const __m256i *)(panel->start + 8 * j));
  }
  const uint8_t *x = rows->x + first * rows->stride;
  const int8_t *w = panel->values;
  for (int64_t step = 0; step < rows->steps; step++, x += 4, w += 128) {
    __m256i fours[3];
    VNNI_UNROLL for (int i = 0; i < count; i++) fours[i] = _mm256_set1_epi32(vnni_four(x + i * rows->stride));
    VNNI_UNROLL for (int j = 0; j < 4; j++) {
      const __m256i column = _mm256_loadu_si256((const __m256i *)(w + 32 * j));
      VNNI_UNROLL for (int i = 0; i < count; i++) {
        sums[i][j] = _mm256_dpbusd_avx_epi32(sums[i][j], fours[i], column);
      }
    }
  }
  VNNI_UNROLL for (int i = 0; i < count; i++) {
    VNNI_UNROLL for (int j = 0; j < 4; j++) vnni_put8(sums[i][j], rows, first + i, panel, 8 * j);
  }
}

/// Sets y, or adds to it, with AVX-VNNI.
static inline __attribute__((noinline)) VNNI_AVX void vnni_multiply_avx(vnni_rows rows, vnni_panel panel) {
  int64_t row = 0;
  for (; row + 3 <= rows.rows; row += 3) vnni_tile_avx(3, &rows, row, &panel);
  if (rows.rows - row == 2) vnni_tile_avx(2, &rows, row, &panel);
  if (rows.rows - row == 1) vnni_tile_avx(1, &rows, row, &panel);
}

#undef VNNI_AVX512
#undef VNNI_AVX
#undef VNNI_UNROLL

#else

static inline bool vnni_has_avx512(void) { return false; }
static inline bool vnni_has_avx(void) { return false; }
static inline void vnni_multiply_avx512(vnni_rows rows, vnni_panel panel) { (void)rows, (void)panel; }
static inline void vnni_multiply_avx(vnni_rows rows, vnni_panel panel) { (void)rows, (void)panel; }

#endif
