// OpenBLAS's products in double precision and the LAPACK routine that it carries, opened when they are first needed.
//
// The library is not linked: most stages multiply nothing, and the library itself takes 200 MB of address space as soon as
// it is loaded with threads of its own. These are its interfaces with 32-bit integers, as every build of libopenblas.so.0
// has them, so that no header is needed.
#pragma once
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Rows lie end to end (CblasRowMajor).
enum { openblas_row_major = 101 };
/// A factor as it lies in memory, and its transpose (CblasNoTrans, CblasTrans).
enum { openblas_plain = 111, openblas_transposed = 112 };

/// The library: its functions.
typedef struct {
  void (*dgemm)(
      int order, int form_a, int form_b, int rows, int columns, int inner, double scale, const double *a, int lda,
      const double *b, int ldb, double scale_c, double *c, int ldc);
  /// Eigenvalues, ascending, and eigenvectors of a symmetric matrix, which they replace, by divide and conquer; in
  /// Fortran's calling convention.
  void (*dsyevd)(
      const char *job, const char *triangle, const int *size, double *matrix, const int *stride, double *values,
      double *work, const int *work_size, int *integer_work, const int *integer_work_size, int *status);
  char *(*core)(void);
  /// The buffers that products are made in: taken from a table that keeps them. NULL in a build that does not export them.
  void *(*take_buffer)(int);
  void (*give_back_buffer)(void *);
} openblas;

/// Sets a variable of the environment; returns what it was, for `openblas_unset`.
static inline char *openblas_set(const char *name, const char *value) {
  const char *before = getenv(name);
  char *kept = before ? strdup(before) : NULL;
  setenv(name, value, 1);
  return kept;
}

/// Gives a variable its value back.
static inline void openblas_unset(const char *name, char *kept) {
  if (kept) setenv(name, kept, 1);
  else unsetenv(name);
  free(kept);
}

/// The processor type whose kernels suit this processor; NULL to let the library choose. It recognises processors by their
/// model, and takes kernels without AVX for an Intel processor that is newer than itself.
static inline const char *openblas_core_here(void) {
#ifdef __x86_64__
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) return "SkylakeX";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "Haswell";
#endif
  return NULL;
}

/// Opens the library. NULL, or the reason why it cannot be used.
///
/// It reads its number of threads once, when it is loaded. Threads of its own would spin beside ours and halve the speed of
/// both; and where their memory is short they never end, nor does the process that waits for them. Its kernels are chosen
/// then too.
static inline const char *openblas_open(openblas *library) {
  char *own = openblas_set("OPENBLAS_NUM_THREADS", "1");
  char *openmp = openblas_set("OMP_NUM_THREADS", "1");
  const char *here = openblas_core_here();
  char *core = here ? openblas_set("OPENBLAS_CORETYPE", here) : NULL;
  void *opened = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  openblas_unset("OPENBLAS_NUM_THREADS", own);
  openblas_unset("OMP_NUM_THREADS", openmp);
  if (here) openblas_unset("OPENBLAS_CORETYPE", core);
  if (!opened) return dlerror();
  *(void **)&library->take_buffer = dlsym(opened, "blas_memory_alloc");
  *(void **)&library->give_back_buffer = dlsym(opened, "blas_memory_free");
#define OPENBLAS_FIND(field, name)                                                                                     \
  *(void **)&library->field = dlsym(opened, name);                                                                     \
  if (!library->field) return "it lacks " name;
  OPENBLAS_FIND(dgemm, "cblas_dgemm")
  OPENBLAS_FIND(dsyevd, "dsyevd_")
  OPENBLAS_FIND(core, "openblas_get_corename")
  return NULL;
}
