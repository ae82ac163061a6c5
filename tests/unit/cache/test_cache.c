/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The depth cache against everything that may be in its folder: nothing of others is removed, read
 * or written, and no trouble with it is a failure. */

#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cache/cache_depth.h"
#include "cache/cache_digest.h"
#include "cache/cache_folder.h"
#include "core/file.h"
#include "core/part.h"
#include "zd_test.h"

static zd_context *ctx;
static zd_error err;
static char scratch[64];
static int warnings;
static char last_warning[512];

static void keep_warning(void *user, zd_log_level level, const char *domain, const char *message)
{
    (void) user;
    (void) domain;
    warnings += level <= ZD_LOG_WARN;
    snprintf(last_warning, sizeof last_warning, "%s", message);
}

static int remove_item(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void) info;
    (void) type;
    (void) where;
    return remove(path);
}

static void begin(void)
{
    zd_context_params params = { .threads = 1, .log = { keep_warning, NULL, ZD_LOG_WARN } };
    REQUIRE_INT(zd_context_create(&params, &ctx, &err), ZD_OK);
    snprintf(scratch, sizeof scratch, "/tmp/zd_cache_XXXXXX");
    REQUIRE(mkdtemp(scratch) != NULL);
    warnings = 0;
}

static void end(void)
{
    nftw(scratch, remove_item, 16, FTW_DEPTH | FTW_PHYS);
    zd_context_destroy(&ctx);
}

/** A path in the scratch folder; the four latest stay valid. */
static const char *at(const char *name)
{
    static char paths[4][300];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", scratch, name);
    return paths[turn];
}

static void put_file(const char *name, const char *text)
{
    FILE *file = fopen(at(name), "wb");
    REQUIRE(file != NULL && fwrite(text, 1, strlen(text), file) == strlen(text));
    REQUIRE_INT(fclose(file), 0);
}

/** Makes a file look as if it was last used long ago, so that it would be the first to go. */
static void age(const char *path, long seconds)
{
    struct timespec times[2] = { { time(NULL) - seconds, 0 }, { time(NULL) - seconds, 0 } };
    REQUIRE_INT(utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), 0);
}

static zd_digest key_of(int number)
{
    zd_digest key = { { 0 } };
    key.bytes[0] = 0xab;
    key.bytes[31] = (uint8_t) number;
    return key;
}

/** The name of an entry below the cache, as key_of() and the extension make it. */
#define ENTRY(number, ending) \
    "ab/000000000000000000000000000000000000000000000000000000000000" #number "." ending

static void open_cache(zd_cache_folder *cache, int64_t limit)
{
    REQUIRE_OK(zd_cache_folder_open(ctx, at("cache"), limit, cache, &err));
}

static void put_entry(zd_cache_folder *cache, int number)
{
    zd_cache_depth entry = { .depth.kind = ZD_DEPTH_NEARNESS };
    zd_digest key = key_of(number);
    REQUIRE_OK(zd_image_create(cache->ctx, 9, 7, ZD_GRAY_F32, &entry.depth.values, &err));
    zd_view view = zd_image_view(entry.depth.values);
    for (int y = 0; y < 7; y++) {
        for (int x = 0; x < 9; x++) {
            zd_view_row_f32(view, y)[x] = (float) (number + x - y);
        }
    }
    zd_cache_depth_put(cache, &key, &entry);
    zd_cache_depth_release(&entry);
}

static bool has_entry(zd_cache_folder *cache, int number)
{
    zd_cache_depth entry;
    zd_digest key = key_of(number);
    bool found = false;
    REQUIRE_OK(zd_cache_depth_get(cache, &key, &entry, &found, &err));
    REQUIRE(!found ||
            zd_view_row_f32(zd_image_view(entry.depth.values), 2)[3] == (float) (number + 1));
    zd_cache_depth_release(&entry);
    return found;
}

static void clear(zd_cache_folder *cache, int64_t entries)
{
    zd_cache_usage removed;
    REQUIRE_OK(zd_cache_folder_prune(cache, 0, &removed, &err));
    REQUIRE_INT(removed.entries, entries);
}

static void entries_come_back(void)
{
    zd_cache_folder cache;
    begin();
    open_cache(&cache, 0);
    REQUIRE(zd_file_exists(at("cache/CACHEDIR.TAG")));
    put_entry(&cache, 11);
    REQUIRE(has_entry(&cache, 11) && !has_entry(&cache, 12));
    clear(&cache, 1);
    REQUIRE(!has_entry(&cache, 11));
    REQUIRE_INT(warnings, 0);
    zd_cache_folder_close(&cache);
    end();
}

/* What `zdepth cache clear --cache repo/.git/objects` once destroyed. */
static void a_repository_is_no_cache(void)
{
    zd_cache_folder cache;
    char wanted[400];
    begin();
    REQUIRE_INT(mkdir(at("cache"), 0777), 0);
    REQUIRE_INT(mkdir(at("cache/ab"), 0777), 0);
    REQUIRE_INT(mkdir(at("cache/info"), 0777), 0);
    put_file("cache/ab/0123456789abcdef0123456789abcdef012345", "an object");
    snprintf(wanted, sizeof wanted,
             "the depth cache (choose another with --cache): '%s' holds other files and no "
             "CACHEDIR.TAG of zdepth's; give an empty or a new folder",
             at("cache"));
    REQUIRE_FAILS(zd_cache_folder_open(ctx, at("cache"), 0, &cache, &err), ZD_ERR_INVALID_ARGUMENT,
                  wanted);
    REQUIRE_INT(rmdir(at("cache/info")), 0);
    REQUIRE_FAILS(zd_cache_folder_open(ctx, at("cache"), 0, &cache, &err), ZD_ERR_INVALID_ARGUMENT,
                  wanted);
    REQUIRE(!zd_file_exists(at("cache/CACHEDIR.TAG")));
    REQUIRE(zd_file_exists(at("cache/ab/0123456789abcdef0123456789abcdef012345")));
    zd_cache_folder_try(ctx, at("cache"), 0, &cache);
    REQUIRE(cache.path == NULL);
    REQUIRE_INT(warnings, 1);
    end();
}

/* Another program's tag, and one that is a link to ours, are no tags. */
static void only_our_tag_counts(void)
{
    zd_cache_folder cache;
    begin();
    open_cache(&cache, 0);
    put_entry(&cache, 11);
    zd_cache_folder_close(&cache);
    REQUIRE_INT(rename(at("cache/CACHEDIR.TAG"), at("ours")), 0);
    REQUIRE_INT(symlink(at("ours"), at("cache/CACHEDIR.TAG")), 0);
    REQUIRE(zd_cache_folder_open(ctx, at("cache"), 0, &cache, &err) != ZD_OK);
    REQUIRE_INT(unlink(at("cache/CACHEDIR.TAG")), 0);
    put_file("cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");
    REQUIRE(zd_cache_folder_open(ctx, at("cache"), 0, &cache, &err) != ZD_OK);
    REQUIRE(zd_file_exists(at("cache/" ENTRY(0b, "zdm"))));
    end();
}

static void without_the_tag_nothing_goes(void)
{
    zd_cache_folder cache;
    zd_cache_usage removed;
    zd_digest key = key_of(11);
    begin();
    open_cache(&cache, 0);
    put_entry(&cache, 11);
    REQUIRE_INT(unlink(at("cache/CACHEDIR.TAG")), 0);
    REQUIRE_INT(zd_cache_folder_prune(&cache, 0, &removed, &err), ZD_ERR_INVALID_ARGUMENT);
    cache.limit_bytes = 1;
    zd_cache_folder_trim(&cache);
    cache.limit_bytes = 1 << 20;
    zd_cache_folder_forget(&cache, &key, "zdm");
    REQUIRE(has_entry(&cache, 11));
    zd_cache_folder_close(&cache);
    /* A cache that an earlier version made has no tag and nothing but entries: it gets one. */
    open_cache(&cache, 0);
    REQUIRE(zd_file_exists(at("cache/CACHEDIR.TAG")) && has_entry(&cache, 11));
    clear(&cache, 1);
    zd_cache_folder_close(&cache);
    end();
}

/* A shelf that leads elsewhere, and a file that does. */
static void links_lead_nowhere(void)
{
    zd_cache_folder cache;
    zd_cache_usage usage;
    begin();
    open_cache(&cache, 0);
    REQUIRE_INT(mkdir(at("elsewhere"), 0777), 0);
    REQUIRE_INT(mkdir(at("elsewhere/ab"), 0777), 0);
    put_file("elsewhere/" ENTRY(0b, "zdm"), "somebody's");
    REQUIRE_INT(symlink(at("elsewhere/ab"), at("cache/ab")), 0);
    REQUIRE_OK(zd_cache_folder_measure(&cache, &usage, &err));
    REQUIRE_INT(usage.entries, 0);
    clear(&cache, 0);
    cache.limit_bytes = 1;
    zd_cache_folder_trim(&cache);
    cache.limit_bytes = 1 << 20;
    REQUIRE(!has_entry(&cache, 11));
    REQUIRE(zd_file_exists(at("elsewhere/" ENTRY(0b, "zdm"))));
    REQUIRE_INT(warnings, 0);
    put_entry(&cache, 12);
    put_entry(&cache, 13);
    REQUIRE_INT(warnings, 1);
    REQUIRE(!zd_file_exists(at("elsewhere/" ENTRY(0c, "zdm"))));
    zd_cache_folder_close(&cache);
    REQUIRE_INT(unlink(at("cache/ab")), 0);
    open_cache(&cache, 0);
    REQUIRE_INT(mkdir(at("cache/ab"), 0777), 0);
    REQUIRE_INT(symlink(at("elsewhere/" ENTRY(0b, "zdm")), at("cache/" ENTRY(0b, "zdm"))), 0);
    REQUIRE(!has_entry(&cache, 11));
    clear(&cache, 0);
    REQUIRE(zd_file_exists(at("elsewhere/" ENTRY(0b, "zdm"))));
    zd_cache_folder_close(&cache);
    end();
}

/* Trimming once took what was oldest, whoever's it was. */
static void files_of_others_stay(void)
{
    static const char *const others[] = { "cache/notes.txt",  "cache/ab/holiday.jpg",
                                          "cache/ab/.hidden", "cache/" ENTRY(0b, "txt"),
                                          "cache/zz",         "cache/ab/.a.part0123456789abcdef" };
    zd_cache_folder cache;
    begin();
    open_cache(&cache, 0);
    put_entry(&cache, 11);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        put_file(others[i], "mine");
        age(at(others[i]), 1000000);
    }
    cache.limit_bytes = 1;
    zd_cache_folder_trim(&cache);
    cache.limit_bytes = 1 << 20;
    REQUIRE(!has_entry(&cache, 11));
    put_entry(&cache, 12);
    clear(&cache, 1);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        REQUIRE(zd_file_exists(at(others[i])));
    }
    zd_cache_folder_close(&cache);
    open_cache(&cache, 0); /* the tag is enough */
    zd_cache_folder_close(&cache);
    end();
}

/* Clearing leaves alone what another job is writing, and takes what a killed one left. */
static void parts_of_the_living_stay(void)
{
    zd_cache_folder cache;
    zd_part part;
    zd_digest key = key_of(11);
    char *path = NULL;
    begin();
    open_cache(&cache, 0);
    bool found;
    REQUIRE_OK(zd_cache_folder_find(&cache, &key, "zdm", &path, &found, &err));
    REQUIRE_INT(mkdir(at("cache/ab"), 0777), 0);
    REQUIRE_OK(zd_part_create(ctx, path, &part, &err));
    clear(&cache, 0);
    REQUIRE(zd_file_exists(part.path));
    close(part.fd); /* as when its process is killed */
    clear(&cache, 0);
    REQUIRE(!zd_file_exists(part.path));
    zd_free(ctx, part.path);
    zd_free(ctx, path);
    zd_cache_folder_close(&cache);
    end();
}

/* The folder goes away under a running job: said once, and every answer is "not here". */
static void a_cache_that_vanishes_is_no_failure(void)
{
    zd_cache_folder cache;
    begin();
    open_cache(&cache, 0);
    put_entry(&cache, 11);
    nftw(at("cache"), remove_item, 16, FTW_DEPTH | FTW_PHYS);
    REQUIRE(!has_entry(&cache, 11));
    REQUIRE_INT(warnings, 0);
    put_entry(&cache, 12);
    put_entry(&cache, 13);
    REQUIRE_INT(warnings, 1);
    REQUIRE(strstr(last_warning, "the work goes on") != NULL);
    zd_cache_folder_trim(&cache);
    zd_cache_folder_close(&cache);
    end();
}

static void what_is_no_folder_is_no_cache(void)
{
    zd_cache_folder cache;
    begin();
    put_file("file", "text");
    zd_cache_folder_try(ctx, at("file"), 0, &cache);
    REQUIRE(cache.path == NULL);
    zd_cache_folder_try(ctx, at("file/below"), 0, &cache);
    REQUIRE(cache.path == NULL);
    zd_cache_folder_try(ctx, "/proc/none", 0, &cache);
    REQUIRE(cache.path == NULL);
    zd_cache_folder_close(&cache);
    REQUIRE_INT(warnings, 3);
    end();
}

static void use_all(zd_context *failing)
{
    zd_cache_folder cache;
    zd_cache_usage usage;
    zd_cache_depth entry = { .depth.kind = ZD_DEPTH_NEARNESS };
    zd_digest key = key_of(11);
    bool found = false;
    zd_cache_folder_try(failing, at("cache"), 0, &cache);
    if (cache.path == NULL) {
        return;
    }
    if (zd_image_create(failing, 9, 7, ZD_GRAY_F32, &entry.depth.values, NULL) == ZD_OK) {
        zd_view_clear(zd_image_view(entry.depth.values));
        zd_cache_depth_put(&cache, &key, &entry);
        zd_cache_depth_release(&entry);
    }
    zd_status status = zd_cache_depth_get(&cache, &key, &entry, &found, &err);
    REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
    zd_cache_depth_release(&entry);
    status = zd_cache_folder_prune(&cache, 0, &usage, &err);
    REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
    zd_cache_folder_close(&cache);
}

/** Stores so many bytes that mean nothing. */
static void put_bytes(zd_cache_folder *cache, int number, size_t bytes)
{
    static uint8_t data[100000];
    zd_digest key = key_of(number);
    zd_cache_folder_write(cache, &key, "zdm", data, bytes);
}

static bool has_bytes(zd_cache_folder *cache, int number)
{
    zd_cache_bytes entry;
    zd_digest key = key_of(number);
    REQUIRE_OK(zd_cache_folder_read(cache, &key, "zdm", 1 << 20, &entry, &err));
    zd_free(cache->ctx, entry.data);
    return entry.data != NULL;
}

static int64_t used(zd_cache_folder *cache)
{
    zd_cache_usage usage;
    REQUIRE_OK(zd_cache_folder_measure(cache, &usage, &err));
    return usage.bytes;
}

/* It was kept only when a job ended: 6 MiB became 50 MB. */
static void the_limit_holds_at_every_moment(void)
{
    zd_cache_folder cache;
    begin();
    open_cache(&cache, 1000000);
    for (int i = 0; i < 60; i++) {
        put_bytes(&cache, i, 90000);
        REQUIRE(used(&cache) <= 1000000);
        REQUIRE(has_bytes(&cache, i)); /* the newest is in it */
        char *path = NULL;
        bool found;
        zd_digest key = key_of(i);
        REQUIRE_OK(zd_cache_folder_find(&cache, &key, "zdm", &path, &found, &err));
        age(path, 1000 - i);
        zd_free(ctx, path);
    }
    REQUIRE(used(&cache) >= 1000000 - 1000000 / 16 - 2 * 90000);
    REQUIRE(!has_bytes(&cache, 0) && has_bytes(&cache, 55)); /* the oldest went */
    put_bytes(&cache, 100, 100000);
    put_bytes(&cache, 101, 99999);
    REQUIRE(used(&cache) <= 1000000);
    zd_cache_folder_close(&cache);
    end();
}

/* A run over a clip that does not fit once pushed its first frames out for its last, so that the next
 * run found nothing. */
static void a_clip_too_long_keeps_its_first_part(void)
{
    zd_cache_folder cache;
    begin();
    open_cache(&cache, 0);
    for (int i = 100; i < 105; i++) {
        put_bytes(&cache, i, 90000); /* an older run's */
    }
    zd_cache_folder_close(&cache);
    for (int i = 100; i < 105; i++) {
        char name[100];
        snprintf(name, sizeof name, "cache/ab/%060d%02x.zdm", 0, i);
        age(at(name), 1000);
    }
    for (int run = 0; run < 3; run++) {
        int hits = 0;
        open_cache(&cache, 1000000);
        cache.keeps_own = true;
        for (int i = 0; i < 22; i++) {
            bool hit = has_bytes(&cache, i);
            hits += hit;
            if (!hit) {
                put_bytes(&cache, i, 90000);
            }
            REQUIRE(used(&cache) <= 1000000);
        }
        REQUIRE(has_bytes(&cache, 0) && has_bytes(&cache, 9) && !has_bytes(&cache, 21));
        REQUIRE(run == 0 ? hits == 0 : hits >= 10);
        put_bytes(&cache, 200, 700); /* a list of shots is kept all the same */
        REQUIRE(has_bytes(&cache, 200) && used(&cache) <= 1000000);
        REQUIRE(!has_bytes(&cache, 100)); /* what nobody uses made room */
        zd_cache_folder_close(&cache);
    }
    REQUIRE_INT(warnings, 0);
    end();
}

/* Many processes together keep it too: what is stored is counted before. */
static void the_limit_holds_for_many_processes(void)
{
    zd_cache_folder cache;
    begin();
    open_cache(&cache, 2000000);
    fflush(NULL);
    for (int p = 0; p < 4; p++) {
        if (fork() == 0) {
            zd_cache_folder own;
            bool is_open = zd_cache_folder_open(ctx, at("cache"), 2000000, &own, &err) == ZD_OK;
            for (int i = 0; is_open && i < 50; i++) {
                put_bytes(&own, p * 50 + i, 90000);
            }
            _exit(is_open ? 0 : 1);
        }
    }
    for (int p = 0; p < 4; p++) {
        int status = 1;
        REQUIRE(wait(&status) > 0);
        REQUIRE_INT(status, 0);
        /* While others go on, a listing may count an entry that left beside one that came. */
        REQUIRE(used(&cache) <= 2000000 + (3 - p) * 2 * 90100);
    }
    REQUIRE(used(&cache) <= 2000000 && used(&cache) > 1500000);
    zd_cache_folder_close(&cache);
    end();
}

/* The count is a help too: without it, or with a wrong one, the folder is listed. */
static void the_count_of_bytes_is_mended(void)
{
    zd_cache_folder cache;
    begin();
    open_cache(&cache, 10000);
    for (int i = 0; i < 5; i++) {
        put_bytes(&cache, i, 900);
    }
    put_file("cache/usage", "short");
    put_bytes(&cache, 5, 900);
    put_file("cache/usage", "\377\377\377\377\377\377\377\177"); /* more than there can be */
    put_bytes(&cache, 6, 900);
    for (int i = 0; i < 7; i++) {
        REQUIRE(has_bytes(&cache, i));
    }
    zd_cache_folder_close(&cache);
    open_cache(&cache, 2000); /* a lowered limit */
    zd_cache_folder_trim(&cache);
    REQUIRE(used(&cache) <= 2000 && used(&cache) > 0);
    zd_cache_folder_close(&cache);
    end();
}

static void require_digest(zd_cache_folder *cache, const char *text)
{
    zd_digest got;
    zd_digest wanted;
    zd_hasher hasher;
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, text, strlen(text));
    zd_hasher_finish(&hasher, &wanted);
    REQUIRE_OK(zd_cache_file_digest(cache, at("weights"), &got, &err));
    REQUIRE_BYTES(got.bytes, wanted.bytes, sizeof got.bytes);
}

/* A network is read once; another one of the same size and time is another one. */
static void digests_are_remembered(void)
{
    zd_cache_folder cache;
    zd_cache_usage usage;
    begin();
    open_cache(&cache, 0);
    put_file("weights", "one");
    age(at("weights"), 1000);
    require_digest(&cache, "one");
    REQUIRE_OK(zd_cache_folder_measure(&cache, &usage, &err));
    REQUIRE_INT(usage.entries, 0); /* no depth map */
    REQUIRE_INT(usage.bytes, 32);
    require_digest(&cache, "one");
    glob_t found;
    zd_digest got;
    REQUIRE_INT(glob(at("cache/[0-9a-f]*/*.digest"), 0, NULL, &found), 0);
    FILE *file = fopen(found.gl_pathv[0], "wb");
    REQUIRE(file != NULL && fwrite("what is remembered is taken, 32.", 1, 32, file) == 32);
    fclose(file);
    globfree(&found);
    REQUIRE_OK(zd_cache_file_digest(&cache, at("weights"), &got, &err));
    REQUIRE_BYTES(got.bytes, "what is remembered is taken, 32.", 32);
    nanosleep(&(struct timespec){ 0, 20000000 }, NULL); /* the disk's clock is a coarse one */
    put_file("weights", "two");
    age(at("weights"), 1000);
    require_digest(&cache, "two");
    REQUIRE_INT(zd_cache_file_digest(&cache, at("none"), &(zd_digest){ { 0 } }, &err), ZD_ERR_IO);
    zd_cache_folder_close(&cache);
    end();
}

/* Earlier versions' entries are not read, and pruned with the others. */
static void earlier_entries_are_passed_over(void)
{
    zd_cache_folder cache;
    zd_cache_usage usage;
    begin();
    open_cache(&cache, 0);
    REQUIRE_INT(mkdir(at("cache/ab"), 0777), 0);
    put_file("cache/" ENTRY(0b, "exr"), "an EXR");
    put_file("cache/" ENTRY(0b, "zdm"), "zdm1 and what was packed otherwise");
    REQUIRE(!has_entry(&cache, 11));
    REQUIRE_INT(warnings, 0);
    REQUIRE(!zd_file_exists(at("cache/" ENTRY(0b, "zdm"))));
    REQUIRE_OK(zd_cache_folder_prune(&cache, 0, &usage, &err));
    REQUIRE_INT(usage.entries, 1);
    REQUIRE(!zd_file_exists(at("cache/" ENTRY(0b, "exr"))));
    zd_cache_folder_close(&cache);
    end();
}

static void survives_every_failing_allocation(void)
{
    begin();
    long n = 0;
    for (long calls = 1; calls > n;) {
        n++;
        zd_test_memory memory = { .fail_at = n };
        zd_context *failing = zd_test_context_failing(&memory);
        if (failing != NULL) {
            use_all(failing);
            zd_context_destroy(&failing);
        }
        REQUIRE_INT(memory.alive, 0);
        calls = memory.calls >= n ? n + 1 : n; /* until all went well */
    }
    REQUIRE(n > 10);
    end();
}

int main(void)
{
    RUN(entries_come_back);
    RUN(a_repository_is_no_cache);
    RUN(only_our_tag_counts);
    RUN(without_the_tag_nothing_goes);
    RUN(links_lead_nowhere);
    RUN(files_of_others_stay);
    RUN(parts_of_the_living_stay);
    RUN(a_cache_that_vanishes_is_no_failure);
    RUN(what_is_no_folder_is_no_cache);
    RUN(the_limit_holds_at_every_moment);
    RUN(a_clip_too_long_keeps_its_first_part);
    RUN(the_limit_holds_for_many_processes);
    RUN(the_count_of_bytes_is_mended);
    RUN(digests_are_remembered);
    RUN(earlier_entries_are_passed_over);
    RUN(survives_every_failing_allocation);
    return zd_test_finish();
}
