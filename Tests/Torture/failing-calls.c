// Lets the FAIL_NTH-th call of FAIL_CALL fail, as a full or broken disk would, in a program that this is preloaded into.
// With COUNT_CALLS it prints at the end how many calls of each name there were. Only calls about the user's files count:
// regular files that are not libraries, and of open those that create a file.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN, WRITE, PWRITE, FSYNC, FTRUNCATE, CLOSE, RENAME, UNLINK, MMAP, KINDS };
static const char *const names[KINDS] = {"open",  "write",  "pwrite", "fsync", "ftruncate",
                                         "close", "rename", "unlink", "mmap"};
static atomic_long calls[KINDS];

// Whether this call is the one that fails; counts it.
static int fails(int kind) {
  const char *failing = getenv("FAIL_CALL"), *nth = getenv("FAIL_NTH");
  long count = ++calls[kind];
  return failing && nth && !strcmp(failing, names[kind]) && count == atol(nth);
}

static int is_of_the_user(int descriptor) {
  char link[64], path[4096];
  struct stat status;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0 || fstat(descriptor, &status) || !S_ISREG(status.st_mode)) return 0;
  path[length] = 0;
  return strncmp(path, "/proc/", 6) && strncmp(path, "/sys/", 5) && !strstr(path, ".so");
}

#define REAL(result, name, ...)                                  \
  static result (*real)(__VA_ARGS__);                            \
  if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

#define WRITES(function, offset)                                                             \
  ssize_t function(int descriptor, const void *bytes, size_t count, offset at) {             \
    REAL(ssize_t, #function, int, const void *, size_t, offset);                             \
    if (is_of_the_user(descriptor) && fails(PWRITE)) return errno = ENOSPC, -1;            \
    return real(descriptor, bytes, count, at);                                               \
  }
WRITES(pwrite, off_t)
WRITES(pwrite64, off64_t)

ssize_t write(int descriptor, const void *bytes, size_t count) {
  REAL(ssize_t, "write", int, const void *, size_t);
  if (is_of_the_user(descriptor) && fails(WRITE)) return errno = ENOSPC, -1;
  return real(descriptor, bytes, count);
}

int fsync(int descriptor) {
  REAL(int, "fsync", int);
  return fails(FSYNC) ? (errno = EIO, -1) : real(descriptor);
}

int close(int descriptor) {
  REAL(int, "close", int);
  int is_failing = is_of_the_user(descriptor) && fails(CLOSE), result = real(descriptor);
  return is_failing ? (errno = EIO, -1) : result;
}

int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  return fails(RENAME) ? (errno = EACCES, -1) : real(from, to);
}

int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  return fails(UNLINK) ? (errno = EACCES, -1) : real(path);
}

#define TRUNCATES(function, offset)                               \
  int function(int descriptor, offset length) {                   \
    REAL(int, #function, int, offset);                            \
    return fails(FTRUNCATE) ? (errno = ENOSPC, -1) : real(descriptor, length); \
  }
TRUNCATES(ftruncate, off_t)
TRUNCATES(ftruncate64, off64_t)

#define OPENS(function)                                                           \
  int function(const char *path, int flags, ...) {                                \
    va_list rest;                                                                 \
    va_start(rest, flags);                                                        \
    int mode = va_arg(rest, int);                                                 \
    va_end(rest);                                                                 \
    REAL(int, #function, const char *, int, ...);                                 \
    return (flags & O_CREAT) && fails(OPEN) ? (errno = ENOSPC, -1) : real(path, flags, mode); \
  }
OPENS(open)
OPENS(open64)

#define MAPS(function, offset)                                                              \
  void *function(void *at, size_t length, int access, int flags, int descriptor, offset from) { \
    REAL(void *, #function, void *, size_t, int, int, int, offset);                         \
    if (descriptor >= 0 && is_of_the_user(descriptor) && fails(MMAP)) return errno = ENOMEM, MAP_FAILED; \
    return real(at, length, access, flags, descriptor, from);                               \
  }
MAPS(mmap, off_t)
MAPS(mmap64, off64_t)

__attribute__((destructor)) static void report(void) {
  if (!getenv("COUNT_CALLS")) return;
  for (int kind = 0; kind < KINDS; kind++) fprintf(stderr, "%s %ld\n", names[kind], (long)calls[kind]);
}
