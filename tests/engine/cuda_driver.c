/* A driver without a GPU, for tests: memory is the process's own, an image is the path of a library, and a kernel runs
 * thread after thread. It answers the calls that device.py makes, and knows how many pieces of memory are out.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct argument { char bytes[TASK_BYTES]; };
typedef void (*kernel)(struct argument);

enum { SUCCESS = 0, INVALID = 1, OUT_OF_MEMORY = 2, NOT_FOUND = 500, NOT_READY = 600, FAILED = 719 };

int64_t devices = 1, capability = 90, free_bytes = (int64_t)1 << 40, multiprocessors = 2, resident_blocks = 3;
int64_t pieces = 0, modules = 0, sent = 0, launches = 0, threads_run = 0, waits = 0, failing = 0, stop_raised = 0, refused = 0;

int cuInit(unsigned flags) { return SUCCESS; }

int cuGetErrorString(int code, const char **text) {
  *text = code == OUT_OF_MEMORY ? "out of memory" : code == FAILED ? "unspecified launch failure" : "invalid argument";
  return SUCCESS;
}

int cuDeviceGetCount(int *count) { return *count = (int)devices, SUCCESS; }

int cuDeviceGet(int *device, int ordinal) { return *device = ordinal, SUCCESS; }

int cuDeviceGetName(char *name, int length, int device) { return strncpy(name, "no GPU", (size_t)length), SUCCESS; }

int cuDeviceGetAttribute(int *value, int which, int device) {
  switch (which) {
    case 16: *value = (int)multiprocessors; return SUCCESS;
    case 39: *value = 2048; return SUCCESS;
    case 75: *value = (int)capability / 10; return SUCCESS;
    case 76: *value = (int)capability % 10; return SUCCESS;
  }
  return INVALID;
}

int cuDevicePrimaryCtxRetain(void **context, int device) { return *context = &devices, SUCCESS; }

int cuCtxSetCurrent(void *context) { return context == &devices ? SUCCESS : INVALID; }

int cuMemGetInfo_v2(size_t *left, size_t *whole) { return *left = *whole = (size_t)free_bytes, SUCCESS; }

int cuMemAlloc_v2(uint64_t *address, size_t size) {
  if (size == 0) return INVALID;
  if (refused > 0 && --refused == 0) return OUT_OF_MEMORY;
  void *found = malloc(size);
  memset(found, 0xff, size);
  *address = (uint64_t)(uintptr_t)found;
  pieces++;
  return SUCCESS;
}

int cuMemFree_v2(uint64_t address) {
  free((void *)(uintptr_t)address);
  pieces--;
  return SUCCESS;
}

int cuMemcpyHtoD_v2(uint64_t to, const void *from, size_t size) {
  memcpy((void *)(uintptr_t)to, from, size);
  sent += (int64_t)size;
  return SUCCESS;
}

int cuMemcpyDtoD_v2(uint64_t to, uint64_t from, size_t size) {
  memcpy((void *)(uintptr_t)to, (void *)(uintptr_t)from, size);
  return SUCCESS;
}

int cuMemcpyDtoH_v2(void *to, uint64_t from, size_t size) {
  memcpy(to, (void *)(uintptr_t)from, size);
  return SUCCESS;
}

int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t size, void *stream) {
  if (stream != &waits) return INVALID;
  memcpy((void *)(uintptr_t)to, from, size);
  stop_raised = size == 4 && *(const int32_t *)from == 1;
  return SUCCESS;
}

int cuModuleLoadData(void **module, const void *image) {
  *module = dlopen((const char *)image, RTLD_NOW | RTLD_LOCAL);
  if (*module) modules++;
  return *module ? SUCCESS : INVALID;
}

/* The library stays: other tests have loaded the same one. */
int cuModuleUnload(void *module) { return module ? modules--, SUCCESS : INVALID; }

int cuModuleGetFunction(void **function, void *module, const char *name) {
  *function = dlsym(module, name);
  return *function ? SUCCESS : NOT_FOUND;
}

int cuFuncGetAttribute(int *value, int which, void *function) { return *value = which == 3 ? 16 : 0, SUCCESS; }

int cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, void *function, int size, size_t shared) {
  return *blocks = (int)resident_blocks, SUCCESS;
}

/* Without flags its work waits for copies that are under way, and they for it; with the flag 1 nothing waits. */
int cuStreamCreate(void **stream, unsigned flags) { return *stream = flags ? &waits : &pieces, SUCCESS; }

int cuStreamQuery(void *stream) { return waits > 0 ? waits--, NOT_READY : failing ? (int)failing : SUCCESS; }

int cuStreamSynchronize(void *stream) { return SUCCESS; }

int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned shared, void *stream, void **arguments, void **extra) {
  if (stream != &pieces) return INVALID;
  launches++;
  threads_run = 0;
  for (unsigned thread = 0; thread < gx * bx; thread++, threads_run++)
    ((kernel)function)(*(struct argument *)arguments[0]);
  return SUCCESS;
}
