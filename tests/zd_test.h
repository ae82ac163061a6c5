/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_H
#define ZD_TEST_H

/* The test harness: a test is a function without arguments; REQUIRE ends it at its first failure,
 * printing both sides. The last line of a test program is "N passed, N failed". */

#include <math.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/context.h"
#include "core/os.h"
#include "core/status.h"

static jmp_buf zd_test_jump;
static int zd_test_passed;
static int zd_test_failed;
static int zd_test_skipped;

#define ZD_TEST_FAIL(...)                      \
    do {                                       \
        printf("%s:%d: ", __FILE__, __LINE__); \
        printf(__VA_ARGS__);                   \
        printf("\n");                          \
        longjmp(zd_test_jump, 1);              \
    } while (0)

/** Ends the test and counts it as skipped, with the reason. */
#define SKIP(...)                 \
    do {                          \
        printf("skipped: ");      \
        printf(__VA_ARGS__);      \
        printf("\n");             \
        longjmp(zd_test_jump, 2); \
    } while (0)

#define REQUIRE(condition)                          \
    do {                                            \
        if (!(condition)) {                         \
            ZD_TEST_FAIL("failed: %s", #condition); \
        }                                           \
    } while (0)

#define REQUIRE_INT(actual, expected)                                         \
    do {                                                                      \
        long long zd_a_ = (long long) (actual);                               \
        long long zd_e_ = (long long) (expected);                             \
        if (zd_a_ != zd_e_) {                                                 \
            ZD_TEST_FAIL("%s is %lld, expected %lld", #actual, zd_a_, zd_e_); \
        }                                                                     \
    } while (0)

#define REQUIRE_NEAR(actual, expected, tolerance)                                      \
    do {                                                                               \
        double zd_a_ = (double) (actual);                                              \
        double zd_e_ = (double) (expected);                                            \
        if (!(fabs(zd_a_ - zd_e_) <= (tolerance))) {                                   \
            ZD_TEST_FAIL("%s is %.9g, expected %.9g within %g", #actual, zd_a_, zd_e_, \
                         (double) (tolerance));                                        \
        }                                                                              \
    } while (0)

#define REQUIRE_TEXT(actual, expected)                                                  \
    do {                                                                                \
        const char *zd_a_ = (actual);                                                   \
        const char *zd_e_ = (expected);                                                 \
        if (strcmp(zd_a_, zd_e_) != 0) {                                                \
            ZD_TEST_FAIL("%s is\n  \"%s\"\nexpected\n  \"%s\"", #actual, zd_a_, zd_e_); \
        }                                                                               \
    } while (0)

#define REQUIRE_BYTES(actual, expected, count)                    \
    do {                                                          \
        if (memcmp((actual), (expected), (count)) != 0) {         \
            ZD_TEST_FAIL("%s and %s differ", #actual, #expected); \
        }                                                         \
    } while (0)

/** Requires that a call with an error argument named `err` succeeds, and prints why not. */
#define REQUIRE_OK(call)                                \
    do {                                                \
        if ((call) != ZD_OK) {                          \
            ZD_TEST_FAIL("%s: %s", #call, err.message); \
        }                                               \
    } while (0)

/** Requires a failure with exactly this status and message. */
#define REQUIRE_FAILS(call, code, text)                                                   \
    do {                                                                                  \
        zd_status zd_s_ = (call);                                                         \
        if (zd_s_ != (code)) {                                                            \
            ZD_TEST_FAIL("%s answered '%s', expected '%s'", #call, zd_status_name(zd_s_), \
                         zd_status_name(code));                                           \
        }                                                                                 \
        REQUIRE_TEXT(err.message, text);                                                  \
    } while (0)

#define RUN(test) zd_test_run(#test, test)

static inline void zd_test_run(const char *name, void (*test)(void))
{
    int outcome = setjmp(zd_test_jump);
    if (outcome == 0) {
        test();
        zd_test_passed++;
    } else if (outcome == 2) {
        printf("  in %s\n", name);
        zd_test_skipped++;
    } else {
        printf("FAILED %s\n", name);
        zd_test_failed++;
    }
}

/* An allocator that fails at its nth call, and counts what is alive. */
typedef struct zd_test_memory {
    long fail_at; /* 1: the first call; 0: never */
    long calls;
    long alive;
} zd_test_memory;

static inline void *zd_test_allocate(void *user, size_t bytes, size_t alignment)
{
    zd_test_memory *memory = user;
    void *result;
    long call = __atomic_add_fetch(&memory->calls, 1, __ATOMIC_RELAXED);
    if (call == memory->fail_at || (result = zd_os_allocate(bytes, alignment)) == NULL) {
        return NULL;
    }
    __atomic_add_fetch(&memory->alive, 1, __ATOMIC_RELAXED);
    return result;
}

static inline void zd_test_release(void *user, void *pointer)
{
    zd_test_memory *memory = user;
    __atomic_sub_fetch(&memory->alive, 1, __ATOMIC_RELAXED);
    zd_os_release(pointer);
}

/** A context whose nth allocation fails; the context's own come first. NULL if it failed itself. */
static inline zd_context *zd_test_context_failing(zd_test_memory *memory)
{
    zd_context *ctx = NULL;
    zd_context_params params = { .allocator = { zd_test_allocate, zd_test_release, memory },
                                 .threads = 1 };
    return zd_context_create(&params, &ctx, NULL) == ZD_OK ? ctx : NULL;
}

/* What the contexts of zd_test_context hold: nothing when a program ends. */
static zd_test_memory zd_test_held;

static inline zd_context *zd_test_context(int threads)
{
    zd_context *ctx = NULL;
    zd_context_params params = { .allocator = { zd_test_allocate, zd_test_release, &zd_test_held },
                                 .threads = threads };
    if (zd_context_create(&params, &ctx, NULL) != ZD_OK) {
        printf("no context\n");
        exit(1);
    }
    return ctx;
}

/** Prints the closing line and gives the exit status: 77 tells Meson that all was skipped. Memory that is
 *  still held is a failure, unless a test ended early. */
static inline int zd_test_finish(void)
{
    if (zd_test_held.alive != 0 && zd_test_failed + zd_test_skipped == 0) {
        printf("%ld pieces of memory were never given back\n", zd_test_held.alive);
        zd_test_failed++;
    }
    printf("%d passed, %d failed", zd_test_passed, zd_test_failed);
    if (zd_test_skipped > 0) {
        printf(", %d skipped", zd_test_skipped);
    }
    printf("\n");
    return zd_test_failed > 0 ? 1 : zd_test_passed == 0 && zd_test_skipped > 0 ? 77 : 0;
}

/** The folder of shared test material ($ZD_SHARED), or NULL when it is not there. */
static inline const char *zd_test_shared(void)
{
    const char *folder = getenv("ZD_SHARED");
    return folder != NULL && folder[0] != '\0' ? folder : NULL;
}

/** A small deterministic generator (splitmix64) for random inputs. */
static inline unsigned long long zd_test_random(unsigned long long *state)
{
    unsigned long long z = (*state += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

static inline float zd_test_uniform(unsigned long long *state)
{
    return (float) (zd_test_random(state) >> 40) * (1.0f / 16777216.0f);
}

#endif
