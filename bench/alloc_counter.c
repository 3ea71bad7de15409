// SPDX-License-Identifier: MIT
// Counts the allocations of a program from outside: preloaded with LD_PRELOAD, it adds one in a file that
// ALLOC_COUNTER_FILE names (mapped, so that it can be read while the program runs) for each call, and hands
// the call on to glibc. operator new of libstdc++ comes through malloc. Layout: five native 64-bit words,
// calls of malloc, calloc, realloc (and reallocarray), the aligned ones, and free (of anything but NULL).
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t count, size_t size);
extern void* __libc_realloc(void* block, size_t size);
extern void* __libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void* block);

void* memalign(size_t alignment, size_t size);

enum { kMalloc, kCalloc, kRealloc, kAligned, kFree, kCounters };

// Before the file is mapped, and where it can't be, the calls are counted here and nobody reads them.
static _Atomic uint64_t unread[kCounters];
static _Atomic uint64_t* counters = unread;

static void count(int which) {
  atomic_fetch_add_explicit(&counters[which], 1, memory_order_relaxed);
}

__attribute__((constructor)) static void map_counters(void) {
  const char* path = getenv("ALLOC_COUNTER_FILE");
  if (path == NULL) return;
  const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return;
  const size_t size = kCounters * sizeof(uint64_t);
  if (ftruncate(file, (off_t)size) == 0) {
    void* mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) counters = mapped;
  }
  close(file);
}

void* malloc(size_t size) {
  count(kMalloc);
  return __libc_malloc(size);
}

void* calloc(size_t number, size_t size) {
  count(kCalloc);
  return __libc_calloc(number, size);
}

void* realloc(void* block, size_t size) {
  count(kRealloc);
  return __libc_realloc(block, size);
}

void* reallocarray(void* block, size_t number, size_t size) {
  size_t bytes = 0;
  if (__builtin_mul_overflow(number, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(block, bytes);
}

void* memalign(size_t alignment, size_t size) {
  count(kAligned);
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}

int posix_memalign(void** out, size_t alignment, size_t size) {
  if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
  void* block = memalign(alignment, size);
  if (block == NULL) return ENOMEM;
  *out = block;
  return 0;
}

void free(void* block) {
  if (block != NULL) count(kFree);
  __libc_free(block);
}
