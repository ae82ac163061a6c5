/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/block.h"
#include "core/cpu.h"
#include "core/digest.h"
#include "core/file.h"
#include "core/half.h"
#include "core/os.h"
#include "core/part.h"
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

/* What is in a held folder is reached by its name alone, and links in it lead nowhere. */
static void held_folders_are_what_they_were(void)
{
    char path[] = "/tmp/zdepth-held-XXXXXX";
    char text[200];
    zd_os_folder root;
    zd_os_folder inner;
    zd_os_facts facts;
    int file;
    REQUIRE(mkdtemp(path) != NULL);
    REQUIRE_INT(zd_os_folder_open(path, &root), 0);
    REQUIRE_INT(zd_os_folder_make_in(root, "inner"), 0);
    REQUIRE_INT(zd_os_folder_make_in(root, "inner"), 0);
    REQUIRE_INT(zd_os_folder_open_in(root, "inner", &inner), 0);
    REQUIRE(zd_os_is_absent(zd_os_folder_open_file(inner, "f", ZD_OS_READ, &file, &facts)));
    REQUIRE_INT(zd_os_folder_open_file(inner, "f", ZD_OS_CHANGE, &file, &facts), 0);
    REQUIRE_INT(zd_os_write_start(file, "abcdef", 6), 0);
    REQUIRE_INT(zd_os_write_start(file, "XY", 2), 0);
    REQUIRE_INT(zd_os_read_start(file, text, 6), 0);
    REQUIRE_BYTES(text, "XYcdef", 6);
    REQUIRE(zd_os_read_start(file, text, 7) != 0);
    REQUIRE_INT(zd_os_close(file, false), 0);
    REQUIRE_INT(zd_os_folder_look_at(inner, "f", &facts), 0);
    REQUIRE_INT(facts.bytes, 6);
    int64_t before = facts.changed_ns;
    REQUIRE_INT(zd_os_folder_open_file(inner, "f", ZD_OS_READ, &file, &facts), 0);
    REQUIRE_INT(zd_os_touch(file), 0);
    REQUIRE_INT(zd_os_close(file, false), 0);
    REQUIRE_INT(zd_os_folder_look_at(inner, "f", &facts), 0);
    REQUIRE(facts.changed_ns >= before && facts.changed_ns > 1600000000 * ZD_OS_SECOND);
    /* A link to a file or folder is none of ours; another folder under the old name is not reached. */
    snprintf(text, sizeof text, "%s/inner/link", path);
    REQUIRE_INT(symlink("f", text), 0);
    REQUIRE(zd_os_folder_open_file(inner, "link", ZD_OS_READ, &file, &facts) != 0);
    REQUIRE(zd_os_folder_look_at(inner, "link", &facts) != 0);
    snprintf(text, sizeof text, "%s/way", path);
    REQUIRE_INT(symlink("inner", text), 0);
    zd_os_folder none;
    REQUIRE(zd_os_is_absent(zd_os_folder_open_in(root, "way", &none)) && none < 0);
    REQUIRE_INT(zd_os_folder_remove(root, "way"), 0);
    REQUIRE_INT(zd_os_folder_remove(inner, "link"), 0);
    REQUIRE_INT(zd_os_folder_look_at(inner, "f", &facts), 0);
    REQUIRE_INT(zd_os_folder_remove(inner, "f"), 0);
    zd_os_folder_close(inner);
    zd_os_folder_close(root);
    zd_os_folder_close(-1);
    snprintf(text, sizeof text, "%s/inner", path);
    REQUIRE(rmdir(text) == 0 && rmdir(path) == 0);
}

static void files_appear_whole(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_error err;
    char folder[] = "/tmp/zd_core_XXXXXX";
    char *text = NULL;
    size_t bytes = 0;
    REQUIRE(mkdtemp(folder) != NULL);
    char *deep = zd_path_join(ctx, folder, "a/b");
    REQUIRE_OK(zd_file_make_folder(ctx, deep, &err));
    char *path = zd_path_join(ctx, deep, "note.txt");
    REQUIRE_OK(zd_file_write(ctx, path, "hello", 5, &err));
    REQUIRE_OK(zd_file_read_text(ctx, path, 100, &text, &bytes, &err));
    REQUIRE_TEXT(text, "hello");
    REQUIRE_INT(bytes, 5);
    zd_free(ctx, text);
    REQUIRE_INT(zd_file_read_text(ctx, path, 4, &text, &bytes, &err), ZD_ERR_LIMIT);
    REQUIRE_TEXT(zd_path_base(path), "note.txt");
    REQUIRE_TEXT(zd_path_extension(path), "txt");
    REQUIRE_TEXT(zd_path_extension("/a.b/c"), "");
    zd_free(ctx, path);
    zd_free(ctx, deep);
    zd_context_destroy(&ctx);
}

/* One process is as good as 48 with one number, which is what containers on one disk look like. */
static void parts_of_equal_processes_never_meet(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_error err;
    zd_part parts[48];
    char folder[] = "/tmp/zd_core_XXXXXX";
    REQUIRE(mkdtemp(folder) != NULL);
    char *path = zd_path_join(ctx, folder, "out.%04d.mp4");
    for (int i = 0; i < 48; i++) {
        REQUIRE_OK(zd_part_create(ctx, path, &parts[i], &err));
        REQUIRE_OK(zd_part_write(&parts[i], path, &i, sizeof i, &err));
        REQUIRE(strstr(parts[i].path, "%") == NULL);
        REQUIRE(zd_part_is_name(zd_path_base(parts[i].path), "out.%04d.mp4"));
        REQUIRE_TEXT(zd_path_extension(parts[i].path), "mp4");
    }
    for (int i = 0; i < 48; i++) {
        int found = -1;
        int fd = open(parts[i].path, O_RDONLY);
        REQUIRE_INT(read(fd, &found, sizeof found), sizeof found);
        REQUIRE_INT(found, i); /* its own bytes, nobody else's */
        REQUIRE(zd_part_is_alive(fd));
        if (i > 0) {
            zd_part_discard(ctx, &parts[i]);
            REQUIRE(!zd_part_is_alive(fd));
        }
        close(fd);
    }
    REQUIRE_OK(zd_part_commit(ctx, &parts[0], path, true, &err));
    REQUIRE(zd_file_exists(path) && parts[0].path == NULL);
    REQUIRE_INT(unlink(path), 0);
    REQUIRE_INT(rmdir(folder), 0); /* nothing else is in it */
    zd_free(ctx, path);
    zd_context_destroy(&ctx);
}

static void parts_are_known_by_their_names(void)
{
    REQUIRE(zd_part_is_name(".out.mp4.part0123456789abcdef.mp4", "out.mp4"));
    REQUIRE(zd_part_is_name(".out.mp4.part4711.mp4", "out.mp4")); /* an earlier version's */
    REQUIRE(zd_part_is_name(".a.part1.part0123456789abcdef", "a.part1"));
    REQUIRE(zd_part_is_name(".out.mp4.part0123456789abcdef.mp4", NULL));
    REQUIRE(!zd_part_is_name(".other.mp4.part0123456789abcdef.mp4", "out.mp4"));
    REQUIRE(!zd_part_is_name("out.mp4.part0123456789abcdef.mp4", NULL));
    REQUIRE(!zd_part_is_name(".out.mp4.partly.mp4", NULL));
    REQUIRE(!zd_part_is_name(".out.mp4.part0123456789abcde.mp4", NULL));
    REQUIRE(!zd_part_is_name(".out.mp4.part0123456789abcdef.mp4.bak", NULL));
    REQUIRE(!zd_part_is_name(".part0123456789abcdef", NULL));
}

/* As a killed process leaves it: there, and locked by nobody. */
static void leave_part(zd_context *ctx, const char *folder, const char *base, char name[300])
{
    zd_error err;
    zd_part part;
    char *path = zd_path_join(ctx, folder, base);
    REQUIRE_OK(zd_part_create(ctx, path, &part, &err));
    REQUIRE_OK(zd_part_write(&part, path, "half", 4, &err));
    snprintf(name, 300, "%s", part.path);
    close(part.fd);
    zd_free(ctx, part.path);
    zd_free(ctx, path);
}

static void count_part(void *user, const char *name, long long bytes)
{
    REQUIRE(zd_part_is_name(name, NULL));
    REQUIRE_INT(bytes, 4);
    ++*(int *) user;
}

static void only_abandoned_parts_of_the_output_are_swept(void)
{
    static const char *const left[] = { "out.mp4",     "out.mp4", "other.mp4",  "p.0001.exr",
                                        "p.12345.exr", "p.x.exr", "pp.0001.exr" };
    static const char *const foreign[] = { ".out.mp4.part4711.mp4",
                                           "out.mp4.part0123456789abcdef.mp4",
                                           ".out.mp4.part0123456789abcdef.mp4.bak" };
    zd_context *ctx = zd_test_context(1);
    zd_error err;
    zd_part alive;
    char folder[] = "/tmp/zd_core_XXXXXX";
    char names[7][300];
    char trap[300];
    char linked[300];
    int count = 0;
    REQUIRE(mkdtemp(folder) != NULL);
    char *path = zd_path_join(ctx, folder, "out.mp4");
    char *pattern = zd_path_join(ctx, folder, "p.%04d.exr");
    for (int i = 0; i < 7; i++) {
        leave_part(ctx, folder, left[i], names[i]);
    }
    for (int i = 0; i < 3; i++) {
        char *other = zd_path_join(ctx, folder, foreign[i]);
        close(open(other, O_WRONLY | O_CREAT, 0600));
        zd_free(ctx, other);
    }
    snprintf(trap, sizeof trap, "%s/.out.mp4.part00000000000000aa.mp4", folder);
    REQUIRE_INT(mkdir(trap, 0700), 0);
    snprintf(linked, sizeof linked, "%s/.out.mp4.part00000000000000bb.mp4", folder);
    REQUIRE_INT(symlink(names[2], linked), 0);
    REQUIRE_OK(zd_part_create(ctx, path, &alive, &err));
    zd_part_visit_abandoned(ctx, folder, count_part, &count);
    REQUIRE_INT(count, 7);
    zd_part_sweep(ctx, path);
    REQUIRE(!zd_file_exists(names[0]) && !zd_file_exists(names[1]));
    REQUIRE(zd_file_exists(names[2]) && zd_file_exists(alive.path) && zd_file_is_folder(trap));
    zd_part_sweep(ctx, pattern);
    REQUIRE(!zd_file_exists(names[3]) && !zd_file_exists(names[4]));
    REQUIRE(zd_file_exists(names[5]) && zd_file_exists(names[6]) && zd_file_exists(linked));
    REQUIRE_OK(zd_part_commit(ctx, &alive, path, false, &err));
    count = 0;
    zd_part_visit_abandoned(ctx, folder, count_part, &count);
    REQUIRE_INT(count, 3);
    for (int i = 0; i < 3; i++) {
        char *other = zd_path_join(ctx, folder, foreign[i]);
        REQUIRE_INT(unlink(other), 0);
        zd_free(ctx, other);
    }
    REQUIRE_INT(unlink(linked) | unlink(path) | rmdir(trap), 0);
    REQUIRE_INT(unlink(names[2]) | unlink(names[5]) | unlink(names[6]), 0);
    REQUIRE_INT(rmdir(folder), 0);
    zd_free(ctx, pattern);
    zd_free(ctx, path);
    zd_context_destroy(&ctx);
}

/* A few bytes reach the disk when the file is closed, so that is when a full one is noticed; a limit
 * on the size of files stands in for it. */
static void a_full_disk_is_named(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_error err;
    char folder[] = "/tmp/zd_core_XXXXXX";
    char wanted[200];
    struct rlimit old;
    REQUIRE(mkdtemp(folder) != NULL);
    REQUIRE_INT(getrlimit(RLIMIT_FSIZE, &old), 0);
    char *path = zd_path_join(ctx, folder, "note.txt");
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    struct rlimit none = { 0, old.rlim_max };
    fflush(NULL);
    REQUIRE_INT(setrlimit(RLIMIT_FSIZE, &none), 0);
    zd_status status = zd_file_write(ctx, path, "hello", 5, &err);
    REQUIRE_INT(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, handler);
    snprintf(wanted, sizeof wanted, "cannot write '%s': File too large", path);
    REQUIRE_INT(status, ZD_ERR_IO);
    REQUIRE_TEXT(err.message, wanted);
    REQUIRE_INT(rmdir(folder), 0); /* nothing is left in it */
    zd_free(ctx, path);
    zd_context_destroy(&ctx);
}

/* What a path names, and that only a regular file is opened: a FIFO without a writer would wait. */
static void the_system_tells_files_apart(void)
{
    char folder[] = "/tmp/zd_core_XXXXXX";
    char path[64];
    const void *data = NULL;
    size_t bytes = 1;
    zd_os_kind kind;
    int code = 0;
    REQUIRE(mkdtemp(folder) != NULL);
    REQUIRE_INT(zd_os_make_folder(folder), 0); /* it is there */
    REQUIRE_INT(zd_os_kind_of(folder, &code), ZD_OS_FOLDER);
    REQUIRE_INT(code, 0);
    snprintf(path, sizeof path, "%s/pipe", folder);
    REQUIRE_INT(zd_os_kind_of(path, &code), ZD_OS_NOTHING);
    REQUIRE_TEXT(zd_os_reason(code), "No such file or directory");
    REQUIRE_INT(mkfifo(path, 0600), 0);
    REQUIRE_INT(zd_os_map(path, &data, &bytes, &kind), 0);
    REQUIRE(kind == ZD_OS_FIFO && data == NULL && bytes == 0);
    zd_os_remove(path);
    REQUIRE_INT(zd_os_kind_of("/dev/null", NULL), ZD_OS_DEVICE);
    snprintf(path, sizeof path, "%s/new", folder);
    int file;
    bool is_there;
    REQUIRE_INT(zd_os_create_new(path, &file, &is_there), 0);
    REQUIRE_INT(zd_os_write(file, "0123", 4), 0);
    REQUIRE_INT(zd_os_close(file, true), 0);
    REQUIRE(zd_os_create_new(path, &file, &is_there) != 0 && is_there);
    REQUIRE_INT(zd_os_map(path, &data, &bytes, &kind), 0);
    REQUIRE_INT(bytes, 4);
    REQUIRE_BYTES(data, "0123", 4);
    zd_os_unmap(data, bytes);
    REQUIRE(zd_os_is_same(path, path) && !zd_os_is_same(path, folder));
    zd_os_remove(path);
    REQUIRE_INT(rmdir(folder), 0);
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
    RUN(the_system_tells_files_apart);
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
    RUN(held_folders_are_what_they_were);
    RUN(files_appear_whole);
    RUN(parts_of_equal_processes_never_meet);
    RUN(parts_are_known_by_their_names);
    RUN(only_abandoned_parts_of_the_output_are_swept);
    RUN(a_full_disk_is_named);
    return zd_test_finish();
}
