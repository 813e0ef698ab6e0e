/* What the walk asks of the processor: in C for a CPU, and in CUDA as NVRTC compiles it, which has no headers. */
#if defined(__CUDACC_RTC__)

typedef unsigned char uint8_t;
typedef int int32_t;
typedef long long int64_t;

#define DBL_MAX 0x1.fffffffffffffp+1023
#define INFINITY __longlong_as_double(0x7ff0000000000000ll)
#define NAN __longlong_as_double(0x7ff8000000000000ll)
#define restrict __restrict__
#define KERNEL extern "C" __global__
/* The argument is read where it is, and not copied for every thread. */
#define KERNEL_ARGUMENT const __grid_constant__

/* Takes a number that nobody else gets. */
static int64_t ticket(int64_t *next) { return (int64_t)atomicAdd((unsigned long long *)next, 1ull); }

/* A flag that somebody else may raise. */
static int32_t told(const int32_t *flag) { return *(const volatile int32_t *)flag; }

/* Memory that will be written soon. */
static void expect(const double *) {}

#else

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#define KERNEL
#define KERNEL_ARGUMENT const

static inline int64_t ticket(int64_t *next) { return __atomic_fetch_add(next, 1, __ATOMIC_RELAXED); }

static inline int32_t told(const int32_t *flag) { return __atomic_load_n(flag, __ATOMIC_RELAXED); }

static inline void expect(const double *memory) { __builtin_prefetch(memory, 1); }

#endif
