/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Errors, sizes, numbers, threads, contexts, digests and blocks of memory. */

#include <locale.h>
#include <pthread.h>
#include <sys/resource.h>
#include <time.h>

#include "core/block.h"
#include "core/cpu.h"
#include "core/digest.h"
#include "core/half.h"
#include "core/os.h"
#include "core/pool.h"
#include "core/sha256.h"
#include "core/size.h"
#include "core/text.h"
#include "zd_test.h"

static void error_context_prefixes(void)
{
    zd_error err;
    zd_status status = zd_fail(&err, ZD_ERR_CORRUPT, "tensor %s is %d bytes", "a.b", 7);
    REQUIRE_INT(status, ZD_ERR_CORRUPT);
    status = zd_fail_context(&err, status, "loading '%s'", "w.safetensors");
    REQUIRE_INT(status, ZD_ERR_CORRUPT);
    REQUIRE_TEXT(err.message, "loading 'w.safetensors': tensor a.b is 7 bytes");
    REQUIRE_INT(zd_fail(NULL, ZD_ERR_IO, "nobody listens"), ZD_ERR_IO);
}

static void size_arithmetic_is_checked(void)
{
    size_t out = 5;
    REQUIRE(!zd_size_mul(SIZE_MAX, 2, &out));
    REQUIRE(!zd_size_mul3(SIZE_MAX / 2, 2, 2, &out));
    REQUIRE(!zd_size_add(SIZE_MAX, 1, &out));
    REQUIRE(!zd_size_align(SIZE_MAX, 64, &out));
    REQUIRE_INT(out, 5);
    REQUIRE(zd_size_align(65, 64, &out));
    REQUIRE_INT(out, 128);
}

static void count_item(void *user, int item)
{
    int *hits = user;
    __atomic_add_fetch(&hits[item], 1, __ATOMIC_RELAXED);
}

static void pool_runs_every_item_once(void)
{
    for (int threads = 1; threads <= 4; threads++) {
        zd_context *ctx = zd_test_context(threads);
        for (int round = 0; round < 200; round++) {
            int hits[97] = { 0 };
            zd_pool_run(zd_context_pool(ctx), 97, count_item, hits);
            for (int i = 0; i < 97; i++) {
                REQUIRE_INT(hits[i], 1);
            }
        }
        zd_context_destroy(&ctx);
        REQUIRE(ctx == NULL);
    }
}

/* Half precision at its ends. */
static void half_numbers(void)
{
    for (uint32_t code = 0; code < 65536; code++) {
        float value = zd_half_to_float((uint16_t) code);
        bool is_nan = (code & 0x7fffu) > 0x7c00u;
        REQUIRE((isnan(value) != 0) == is_nan);
        double exponent = (double) (code >> 10 & 31u), mantissa = code & 1023u;
        double exact =
            exponent == 0 ? ldexp(mantissa, -24) : ldexp(1024.0 + mantissa, (int) exponent - 25);
        REQUIRE(is_nan || isinf(value) || (double) fabsf(value) == exact);
        REQUIRE((signbit(value) != 0) == (code >= 0x8000u));
        REQUIRE(is_nan || zd_half_from_float(value) == code);
    }
    REQUIRE_INT(zd_half_from_float(65504.0f), 0x7bff);
    REQUIRE_INT(zd_half_from_float(65519.99f), 0x7bff);
    REQUIRE_INT(zd_half_from_float(65520.0f), 0x7c00);
    REQUIRE_INT(zd_half_from_float(-1e30f), 0xfc00);
    REQUIRE_INT(zd_half_from_float(0x1p-24f), 1);
    REQUIRE_INT(zd_half_from_float(0x1p-25f), 0); /* a tie goes to the even one */
    REQUIRE_INT(zd_half_from_float(0x1.8p-24f), 2);
    REQUIRE_INT(zd_half_from_float(0x1.002p0f), 0x3c00);
    REQUIRE_INT(zd_half_from_float(0x1.006p0f), 0x3c02);
    REQUIRE_INT(zd_half_from_float(-0.0f), 0x8000);
    REQUIRE(zd_bfloat_to_float(0xc049) == -3.140625f);
    REQUIRE((zd_half_from_float(NAN) & 0x7fff) > 0x7c00);
}

typedef struct nested {
    zd_pool *pool;
    int hits[8];
} nested;

static void nested_item(void *user, int item)
{
    nested *job = user;
    (void) item;
    zd_pool_run(job->pool, 8, count_item, job->hits);
}

static void pool_runs_nested_jobs(void)
{
    zd_context *ctx = zd_test_context(3);
    nested job = { .pool = zd_context_pool(ctx) };
    zd_pool_run(job.pool, 5, nested_item, &job);
    for (int i = 0; i < 8; i++) {
        REQUIRE_INT(job.hits[i], 5);
    }
    zd_context_destroy(&ctx);
}

static void context_reports_bad_threads(void)
{
    zd_context *ctx = NULL;
    zd_error err;
    zd_context_params params = { .threads = 1000 };
    REQUIRE_FAILS(zd_context_create(&params, &ctx, &err), ZD_ERR_INVALID_ARGUMENT,
                  "1000 threads asked for; 1 to 256 are possible");
}

#ifdef __GLIBC__
/* Stacks that no address space holds. */
static void a_thread_that_cannot_start_is_counted(void)
{
    zd_context *ctx = NULL;
    zd_error err;
    pthread_attr_t usual;
    pthread_attr_t huge;
    zd_context_params params = { .threads = 5 };
    REQUIRE(pthread_getattr_default_np(&usual) == 0 && pthread_attr_init(&huge) == 0);
    REQUIRE(pthread_attr_setstacksize(&huge, SIZE_MAX / 2) == 0);
    REQUIRE(pthread_setattr_default_np(&huge) == 0);
    zd_status status = zd_context_create(&params, &ctx, &err);
    REQUIRE(pthread_setattr_default_np(&usual) == 0);
    REQUIRE_FAILS(status, ZD_ERR_NO_MEMORY, "could not start thread 1 of 5");
    REQUIRE(ctx == NULL);
    pthread_attr_destroy(&huge);
    pthread_attr_destroy(&usual);
}
#endif

static void context_survives_every_failing_allocation(void)
{
    for (long n = 1; n < 10; n++) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *ctx = zd_test_context_failing(&memory);
        bool made = ctx != NULL;
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
        if (made) {
            return;
        }
    }
    REQUIRE(false);
}

static void json_escapes_and_separates(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_text text;
    zd_json json;
    zd_text_init(&text, ctx);
    zd_json_begin(&json, &text);
    zd_json_open(&json, NULL, '{');
    zd_json_text(&json, "name", "a\"b\\\n\xff");
    zd_json_number(&json, "third", 1.0 / 3.0);
    zd_json_open(&json, "list", '[');
    zd_json_number(&json, NULL, 1);
    zd_json_bool(&json, NULL, false);
    zd_json_close(&json, ']');
    zd_json_text(&json, "none", NULL);
    zd_json_close(&json, '}');
    REQUIRE_TEXT(text.data, "{\"name\": \"a\\\"b\\\\\\u000a\\u00ff\", \"third\": "
                            "0.3333333333333333, \"list\": [1, false], \"none\": null}");
    zd_text_release(&text);
    zd_context_destroy(&ctx);
}

static void digest_matches_the_standard(void)
{
    zd_hasher hasher;
    zd_digest digest;
    char text[ZD_DIGEST_TEXT_SIZE];
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, "ab", 2);
    zd_hasher_update(&hasher, "c", 1);
    zd_hasher_finish(&hasher, &digest);
    zd_digest_text(&digest, text);
    /* FIPS 180-2, appendix B.1. */
    REQUIRE_TEXT(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* The vector of 10^6 letters of FIPS 180-2, appendix B.3, in pieces of every size. */
static void digests_do_not_depend_on_the_pieces(void)
{
    static char letters[1000];
    zd_hasher hasher;
    zd_digest digest;
    char text[ZD_DIGEST_TEXT_SIZE];
    memset(letters, 'a', sizeof letters);
    zd_hasher_init(&hasher);
    for (size_t left = 1000000, piece = 0; left > 0; piece = (piece + 37) % sizeof letters) {
        size_t bytes = piece < left ? piece : left;
        zd_hasher_update(&hasher, letters, bytes);
        left -= bytes;
    }
    zd_hasher_finish(&hasher, &digest);
    zd_digest_text(&digest, text);
    REQUIRE_TEXT(text, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void blocks_are_the_same_by_instruction(void)
{
    uint32_t plain[8];
    uint32_t fast[8];
    uint8_t data[7 * 64];
    unsigned long long seed = 11;
    if (!zd_cpu_has_sha()) {
        SKIP("this processor has no SHA instructions");
    }
#if defined(__x86_64__)
    for (int i = 0; i < 8; i++) {
        plain[i] = fast[i] = (uint32_t) zd_test_random(&seed);
    }
    for (size_t blocks = 0; blocks <= 7; blocks++) {
        for (size_t i = 0; i < sizeof data; i++) {
            data[i] = (uint8_t) zd_test_random(&seed);
        }
        zd_sha256_blocks_plain(plain, data, blocks);
        zd_sha256_blocks_ni(fast, data, blocks);
        REQUIRE_BYTES(plain, fast, sizeof plain);
    }
#endif
}

/* A decimal comma of the host's is put aside and comes back. */
static void numbers_have_a_point_in_every_country(void)
{
    char text[16];
    locale_t german = newlocale(LC_NUMERIC_MASK, "de_DE.UTF-8", (locale_t) 0);
    if (german == (locale_t) 0) {
        german = newlocale(LC_NUMERIC_MASK, "C", (locale_t) 0);
    }
    locale_t before = uselocale(german);
    zd_os_locale locale = zd_os_locale_enter();
    snprintf(text, sizeof text, "%.1f", 0.5);
    REQUIRE_TEXT(text, "0.5");
    zd_os_locale_leave(locale);
    REQUIRE(uselocale(before) == german);
    freelocale(german);
}

static void a_wait_ends(void)
{
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never;
    struct timespec start;
    struct timespec end;
    zd_os_cond_init(&never);
    clock_gettime(CLOCK_MONOTONIC, &start);
    pthread_mutex_lock(&lock);
    zd_os_cond_wait_ms(&never, &lock, 20);
    pthread_mutex_unlock(&lock);
    clock_gettime(CLOCK_MONOTONIC, &end);
    double ms =
        (double) (end.tv_sec - start.tv_sec) * 1e3 + (double) (end.tv_nsec - start.tv_nsec) * 1e-6;
    REQUIRE(ms >= 19.0 && ms < 20000.0);
    pthread_cond_destroy(&never);
}

/* A block given back is the next of its size; what nobody wants goes, and all goes with the context. */
static void blocks_are_kept_for_a_while(void)
{
    zd_test_memory memory = { 0 };
    zd_context *ctx = zd_test_context_failing(&memory);
    void *first = zd_block_take(ctx, 100000);
    long before = memory.calls;
    long alive = memory.alive;
    zd_block_give(ctx, first, 100000);
#if !defined(__SANITIZE_ADDRESS__)
    REQUIRE_INT(memory.alive, alive);
    REQUIRE(zd_block_take(ctx, 100000) == first);
    REQUIRE_INT(memory.calls, before);
    void *other = zd_block_take(ctx, 100001);
    REQUIRE(other != first && memory.calls == before + 1);
    zd_block_give(ctx, other, 100001);
    zd_block_give(ctx, first, 100000);
    for (int i = 0; i < 300; i++) {
        zd_block_give(ctx, zd_block_take(ctx, 100000), 100000);
    }
    REQUIRE_INT(memory.alive, alive); /* the other one has waited for too long */
    for (int i = 0; i < 100; i++) {
        zd_block_give(ctx, zd_alloc(ctx, 5000), 5000);
    }
    REQUIRE(memory.alive < alive + 40);
#else
    REQUIRE_INT(memory.alive, alive - 1);
    (void) before;
#endif
    zd_block_give(ctx, NULL, 100000);
    zd_block_give(ctx, zd_block_take(ctx, 10), 10);
    zd_context_destroy(&ctx);
    REQUIRE_INT(memory.alive, 0);
}

int main(void)
{
    RUN(blocks_are_kept_for_a_while);
    RUN(numbers_have_a_point_in_every_country);
    RUN(a_wait_ends);
    RUN(error_context_prefixes);
    RUN(size_arithmetic_is_checked);
    RUN(half_numbers);
    RUN(pool_runs_every_item_once);
    RUN(pool_runs_nested_jobs);
    RUN(context_reports_bad_threads);
#ifdef __GLIBC__
    RUN(a_thread_that_cannot_start_is_counted);
#endif
    RUN(context_survives_every_failing_allocation);
    RUN(json_escapes_and_separates);
    RUN(digest_matches_the_standard);
    RUN(digests_do_not_depend_on_the_pieces);
    RUN(blocks_are_the_same_by_instruction);
    return zd_test_finish();
}
