/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Shots that are remembered: what is in their key and what is not, damaged entries, where a cache lies
 * by itself, and caches of more files than a first listing has room for. */

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cache/cache_shots.h"
#include "core/file.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;
static char folder[] = "/tmp/zdepth-test-shots-XXXXXX";

static const char *at(const char *name)
{
    static char paths[8][200];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void put_file(const char *name, const char *text, long long second, long nanosecond)
{
    struct timespec times[2] = { { 0, UTIME_OMIT }, { (time_t) second, nanosecond } };
    REQUIRE_OK(zd_file_write(ctx, at(name), text, strlen(text), &err));
    REQUIRE(utimensat(AT_FDCWD, at(name), times, 0) == 0);
}

static zd_digest key_of(const zd_project *project, const char *model, const char *arithmetic)
{
    zd_digest key;
    REQUIRE(zd_cache_shots_key(project, model, arithmetic, &key));
    return key;
}

static bool same(zd_digest a, zd_digest b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void files_decide_by_name_size_and_time(void)
{
    zd_project p;
    zd_project_init(&p, ctx);
    put_file("clip", "12345", 1700000000, 5);
    put_file("model", "m", 1700000000, 0);
    put_file("map", "d", 1700000000, 0);
    REQUIRE_OK(zd_params_set_text(&p.params, ZD_P_FOOTAGE, at("clip"), &err));
    zd_digest first = key_of(&p, at("model"), "fp32");
    REQUIRE(same(first, key_of(&p, at("model"), "fp32")));
    REQUIRE(!same(first, key_of(&p, at("model"), "bf16")));
    REQUIRE(!same(first, key_of(&p, NULL, "fp32")));
    REQUIRE(!same(first, key_of(&p, at("model"), NULL)));
    put_file("clip", "54321", 1700000000, 5); /* its content is not looked at */
    REQUIRE(same(first, key_of(&p, at("model"), "fp32")));
    put_file("clip", "54321", 1700000000, 6); /* a part of a second later */
    REQUIRE(!same(first, key_of(&p, at("model"), "fp32")));
    put_file("clip", "54321", 1700000001, 5);
    REQUIRE(!same(first, key_of(&p, at("model"), "fp32")));
    put_file("clip", "123456", 1700000000, 5);
    REQUIRE(!same(first, key_of(&p, at("model"), "fp32")));
    put_file("clip", "12345", 1700000000, 5);
    put_file("model", "mm", 1700000000, 0);
    REQUIRE(!same(first, key_of(&p, at("model"), "fp32")));
    put_file("model", "m", 1700000000, 0);
    REQUIRE(same(first, key_of(&p, at("model"), "fp32")));
    REQUIRE_OK(zd_params_set_text(&p.params, ZD_P_DEPTH_MAP, at("map"), &err));
    zd_digest mapped = key_of(&p, NULL, NULL);
    put_file("map", "dd", 1700000000, 0);
    REQUIRE(!same(mapped, key_of(&p, NULL, NULL)));
    /* What is not there is not remembered. */
    zd_digest key;
    REQUIRE_OK(zd_params_set_text(&p.params, ZD_P_DEPTH_MAP, at("none"), &err));
    REQUIRE(!zd_cache_shots_key(&p, NULL, NULL, &key));
    zd_params_unset(&p.params, ZD_P_DEPTH_MAP);
    REQUIRE(!zd_cache_shots_key(&p, at("none"), "fp32", &key));
    REQUIRE_OK(zd_params_set_text(&p.params, ZD_P_FOOTAGE, at("none"), &err));
    REQUIRE(!zd_cache_shots_key(&p, at("model"), "fp32", &key));
    zd_project_finish(&p);
}

/* Each number of a box, whether it takes away, and how many there are. */
static void boxes_decide(void)
{
    zd_project p;
    zd_project_init(&p, ctx);
    put_file("clip", "12345", 1700000000, 5);
    REQUIRE_OK(zd_params_set_text(&p.params, ZD_P_FOOTAGE, at("clip"), &err));
    zd_digest none = key_of(&p, NULL, NULL);
    REQUIRE_OK(zd_project_add_box(&p, (zd_box){ 0.1, 0.2, 0.3, 0.4, 7.3, false }, &err));
    const zd_digest first = key_of(&p, NULL, NULL);
    REQUIRE(!same(first, none));
    const zd_box others[6] = {
        { 0.11, 0.2, 0.3, 0.4, 7.3, false }, { 0.1, 0.21, 0.3, 0.4, 7.3, false },
        { 0.1, 0.2, 0.31, 0.4, 7.3, false }, { 0.1, 0.2, 0.3, 0.41, 7.3, false },
        { 0.1, 0.2, 0.3, 0.4, 7.4, false },  { 0.1, 0.2, 0.3, 0.4, 7.3, true }
    };
    for (int i = 0; i < 6; i++) {
        p.boxes[0] = others[i];
        REQUIRE(!same(first, key_of(&p, NULL, NULL)));
    }
    REQUIRE_OK(zd_project_add_box(&p, others[1], &err));
    zd_digest two = key_of(&p, NULL, NULL);
    p.boxes[0] = others[1];
    p.boxes[1] = others[5];
    REQUIRE(!same(two, key_of(&p, NULL, NULL))); /* and their order */
    zd_project_finish(&p);
}

/* What the analysis may look at decides, the range of a run and the look of the matte do not. */
static void parameters_decide_as_they_matter(void)
{
    static const struct {
        zd_param_id id;
        const char *value;
        bool matters;
    } cases[] = { { ZD_P_DEPTH_MAP_TYPE, "metres", true },
                  { ZD_P_STABILISE, "0.25", true },
                  { ZD_P_DEPTH_SIZE, "280", true },
                  { ZD_P_CHOKE, "1", false },
                  { ZD_P_FEATHER, "1", false },
                  { ZD_P_PRECISION, "exact", false },
                  { ZD_P_FRAMES, "3", false },
                  { ZD_P_FROM, "1", false },
                  { ZD_P_TO, "2", false } };
    put_file("clip", "12345", 1700000000, 5);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_project p;
        zd_project_init(&p, ctx);
        REQUIRE_OK(zd_params_set_text(&p.params, ZD_P_FOOTAGE, at("clip"), &err));
        zd_digest before = key_of(&p, NULL, NULL);
        REQUIRE_OK(zd_params_parse(&p.params, cases[i].id, cases[i].value, 0.0, &err));
        if (same(before, key_of(&p, NULL, NULL)) == cases[i].matters) {
            ZD_TEST_FAIL("%s %s in the key", zd_param_describe(cases[i].id)->name,
                         cases[i].matters ? "is not" : "is");
        }
        zd_project_finish(&p);
    }
}

static zd_cache_folder open_cache(void)
{
    zd_cache_folder cache;
    REQUIRE_OK(zd_cache_folder_open(ctx, at("cache"), 0, &cache, &err));
    return cache;
}

static void clear(zd_cache_folder *cache)
{
    zd_cache_usage removed;
    REQUIRE_OK(zd_cache_folder_prune(cache, 0, &removed, &err));
    zd_cache_folder_close(cache);
}

static void shots_come_back_and_damaged_ones_go(void)
{
    zd_cache_folder cache = open_cache();
    zd_shot_list list = { .ctx = ctx, .frame_count = 40, .kind = ZD_DEPTH_METRES };
    zd_shot_list back = { .ctx = ctx };
    zd_digest key = { { 1, 2, 3 } };
    bool found = true;
    zd_cache_bytes bytes;
    REQUIRE_OK(zd_shot_list_add(&list, (zd_shot){ .range = { 9.0f, 1.0f } }, &err));
    REQUIRE_OK(zd_shot_list_add(&list, (zd_shot){ .first_frame = 17, .confidence = 0.5f }, &err));
    REQUIRE_OK(zd_cache_shots_get(&cache, &key, &back, &found, &err));
    REQUIRE(!found);
    zd_cache_shots_put(&cache, &key, &list);
    REQUIRE_OK(zd_cache_shots_get(&cache, &key, &back, &found, &err));
    REQUIRE(found && back.count == 2 && back.frame_count == 40 && back.kind == ZD_DEPTH_METRES);
    REQUIRE(back.shots[0].range.furthest == 9.0f && back.shots[1].first_frame == 17);
    REQUIRE(back.shots[1].confidence == 0.5f);
    /* Text that is no list is not found, and is taken away. */
    zd_cache_folder_write(&cache, &key, "shots", "zdepth shots 2\nno", 17);
    REQUIRE_OK(zd_cache_folder_read(&cache, &key, "shots", 100, &bytes, &err));
    REQUIRE(bytes.data != NULL && bytes.bytes == 17 && bytes.data[17] == 0);
    zd_free(ctx, bytes.data);
    REQUIRE_OK(zd_cache_shots_get(&cache, &key, &back, &found, &err));
    REQUIRE(!found && back.count == 0);
    REQUIRE_OK(zd_cache_folder_read(&cache, &key, "shots", 100, &bytes, &err));
    REQUIRE(bytes.data == NULL);
    /* What is larger than it may be is nothing. */
    zd_cache_folder_write(&cache, &key, "shots", "0123456789", 10);
    REQUIRE_OK(zd_cache_folder_read(&cache, &key, "shots", 9, &bytes, &err));
    REQUIRE(bytes.data != NULL && bytes.bytes == 0);
    zd_free(ctx, bytes.data);
    REQUIRE_OK(zd_cache_folder_read(&cache, &key, "shots", 10, &bytes, &err));
    REQUIRE(bytes.bytes == 10 && memcmp(bytes.data, "0123456789", 10) == 0);
    zd_free(ctx, bytes.data);
    zd_shot_list_release(&list);
    zd_shot_list_release(&back);
    clear(&cache);
}

/* A listing begins with room for 256 files and grows; without memory it fails and removes nothing. */
static void many_entries_are_all_counted(void)
{
    enum { MANY = 300 };
    zd_cache_folder cache = open_cache();
    zd_cache_usage usage;
    for (int i = 0; i < MANY; i++) {
        zd_digest key = { { (uint8_t) (i % 5), (uint8_t) (i / 5), 7 } };
        zd_cache_folder_write(&cache, &key, "zdm", "0123456789", 10);
    }
    REQUIRE_OK(zd_cache_folder_measure(&cache, &usage, &err));
    REQUIRE_INT(usage.entries, MANY);
    REQUIRE_INT(usage.bytes, 10 * MANY);
    zd_cache_folder_close(&cache);
    zd_test_memory memory = { 0 };
    zd_context *failing = zd_test_context_failing(&memory);
    int failures = 0;
    for (int nth = 1; nth < 60; nth++) {
        zd_cache_folder other;
        if (zd_cache_folder_open(failing, at("cache"), 0, &other, &err) != ZD_OK) {
            break;
        }
        memory.fail_at = memory.calls + nth;
        zd_status status = zd_cache_folder_measure(&other, &usage, &err);
        memory.fail_at = 0;
        failures += status == ZD_ERR_NO_MEMORY;
        REQUIRE(status == ZD_ERR_NO_MEMORY || (status == ZD_OK && usage.entries == MANY));
        zd_cache_folder_close(&other);
    }
    REQUIRE(failures >= 2); /* the first room, and the second */
    zd_context_destroy(&failing);
    REQUIRE_INT(memory.alive, 0);
    cache = open_cache();
    REQUIRE_OK(zd_cache_folder_prune(&cache, 0, &usage, &err));
    REQUIRE_INT(usage.entries, MANY);
    clear(&cache);
}

static void a_cache_lies_where_the_environment_says(void)
{
    zd_cache_folder cache;
    char home[200];
    snprintf(home, sizeof home, "%s/xdg/zdepth/depth", folder);
    REQUIRE(setenv("ZD_CACHE", at("own"), 1) == 0 && setenv("XDG_CACHE_HOME", at("xdg"), 1) == 0);
    REQUIRE_OK(zd_cache_folder_open(ctx, NULL, 0, &cache, &err));
    REQUIRE_TEXT(cache.path, at("own"));
    REQUIRE_INT(cache.limit_bytes, 20LL << 30);
    zd_cache_folder_close(&cache);
    REQUIRE(unsetenv("ZD_CACHE") == 0 && setenv("ZD_CACHE_LIMIT", "0.5", 1) == 0);
    REQUIRE_OK(zd_cache_folder_open(ctx, NULL, 0, &cache, &err));
    REQUIRE_TEXT(cache.path, home);
    REQUIRE_INT(cache.limit_bytes, 1LL << 29);
    zd_cache_folder_close(&cache);
    static const char *const wrong[] = { "0", "-1", "much", "1e9", "1x" };
    for (int i = 0; i < 5; i++) {
        REQUIRE(setenv("ZD_CACHE_LIMIT", wrong[i], 1) == 0);
        REQUIRE_OK(zd_cache_folder_open(ctx, NULL, 0, &cache, &err));
        REQUIRE_INT(cache.limit_bytes, 20LL << 30);
        zd_cache_folder_close(&cache);
    }
    unsetenv("ZD_CACHE_LIMIT");
}

int main(void)
{
    char command[250];
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    ctx = zd_test_context(1);
    RUN(files_decide_by_name_size_and_time);
    RUN(boxes_decide);
    RUN(parameters_decide_as_they_matter);
    RUN(shots_come_back_and_damaged_ones_go);
    RUN(many_entries_are_all_counted);
    RUN(a_cache_lies_where_the_environment_says);
    zd_context_destroy(&ctx);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command) == 0 ? zd_test_finish() : 1;
}
