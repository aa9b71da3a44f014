// Makes one system call fail, for tests of what a stage leaves behind. Loaded with LD_PRELOAD into a stage; FAIL_CALL names
// the call, FAIL_AT says which one counted from 1, FAIL_ERRNO with which error. FAIL_COUNT names a file that receives how
// many calls there were. Only calls on files of the folder FAIL_FOLDER count, so that the loader's and the system's do not.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

static long calls;

static int fails(const char *call, const char *path) {
  const char *wanted = getenv("FAIL_CALL"), *folder = getenv("FAIL_FOLDER");
  if (!wanted || !folder || strcmp(call, wanted) || strncmp(path, folder, strlen(folder))) return 0;
  long at = getenv("FAIL_AT") ? atol(getenv("FAIL_AT")) : 0;
  if (__sync_add_and_fetch(&calls, 1) != at) return 0;
  errno = atoi(getenv("FAIL_ERRNO"));
  return 1;
}

static int fails_on(const char *call, int descriptor) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fails(call, path);
}

#define REAL(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))

ssize_t write(int fd, const void *bytes, size_t count) {
  return fails_on("write", fd) ? -1 : REAL(ssize_t, "write", int, const void *, size_t)(fd, bytes, count);
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  return fails_on("pwrite", fd) ? -1 : REAL(ssize_t, "pwrite", int, const void *, size_t, off_t)(fd, bytes, count, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) { return pwrite(fd, bytes, count, at); }
int ftruncate(int fd, off_t length) {
  return fails_on("ftruncate", fd) ? -1 : REAL(int, "ftruncate", int, off_t)(fd, length);
}
int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }
int fsync(int fd) { return fails_on("fsync", fd) ? -1 : REAL(int, "fsync", int)(fd); }
int unlink(const char *path) { return fails("unlink", path) ? -1 : REAL(int, "unlink", const char *)(path); }
int rename(const char *from, const char *to) {
  return fails("rename", to) ? -1 : REAL(int, "rename", const char *, const char *)(from, to);
}
// The descriptor is gone all the same, as the system's close leaves it.
int close(int fd) {
  int failed = fails_on("close", fd), reason = errno, answer = REAL(int, "close", int)(fd);
  if (failed) errno = reason;
  return failed ? -1 : answer;
}
void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t from) {
  if (fd >= 0 && fails_on("mmap", fd)) return MAP_FAILED;
  return REAL(void *, "mmap", void *, size_t, int, int, int, off_t)(at, length, protection, flags, fd, from);
}
void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t from) {
  return mmap(at, length, protection, flags, fd, from);
}
static int open_file(const char *path, int flags, mode_t mode) {
  if (flags & O_CREAT && fails("open", path)) return -1;
  return REAL(int, "open", const char *, int, ...)(path, flags, mode);
}
int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_file(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_file(path, flags, mode);
}

__attribute__((destructor)) static void report(void) {
  const char *path = getenv("FAIL_COUNT");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (file) {
    fprintf(file, "%ld", calls);
    fclose(file);
  }
}
