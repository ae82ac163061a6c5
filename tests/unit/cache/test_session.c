/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "cache/cache_folder.h"
#include "core/file.h"
#include "project/params.h"
#include "project/project.h"
#include "zd_test.h"

static void every_parameter_is_described(void)
{
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        const zd_param_desc *d = zd_param_describe((zd_param_id) id);
        REQUIRE(d->name != NULL && d->label != NULL && d->help != NULL && d->unit != NULL);
        REQUIRE_INT(zd_param_find(d->name), id);
        REQUIRE((d->type == ZD_PARAM_CHOICE) == (d->choices != NULL));
        REQUIRE(d->initial >= d->min && d->initial <= d->max);
        REQUIRE(d->help[strlen(d->help) - 1] == '.');
    }
    REQUIRE_INT(zd_param_find("depth-in"), ZD_P_DEPTH_IN);
    REQUIRE_INT(zd_param_find("nonsense"), ZD_PARAM_COUNT);
}

static void keys_interpolate(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_params p;
    zd_error err;
    zd_params_init(&p, ctx);
    REQUIRE_OK(zd_params_parse(&p, ZD_P_FEATHER, "2s=1, 0=0:smooth, f75=0.5:hold, 4s=2", 25, &err));
    REQUIRE_NEAR(zd_params_number(&p, ZD_P_FEATHER, -1), 0, 0);
    REQUIRE_NEAR(zd_params_number(&p, ZD_P_FEATHER, 1), 0.5, 1e-12);
    REQUIRE_NEAR(zd_params_number(&p, ZD_P_FEATHER, 0.5), 0.15625, 1e-12);
    REQUIRE_NEAR(zd_params_number(&p, ZD_P_FEATHER, 2.5), 0.75, 1e-12);
    REQUIRE_NEAR(zd_params_number(&p, ZD_P_FEATHER, 3.9), 0.5, 0);
    REQUIRE_NEAR(zd_params_number(&p, ZD_P_FEATHER, 9), 2, 0);
    zd_text text;
    zd_text_init(&text, ctx);
    zd_params_write(&p, ZD_P_FEATHER, &text);
    REQUIRE_TEXT(text.data, "0s=0:smooth, 2s=1, 3s=0.5:hold, 4s=2");
    zd_text_release(&text);
    zd_params_finish(&p);
    zd_context_destroy(&ctx);
}

static void bad_values_say_what_is_allowed(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_params p;
    zd_error err;
    zd_params_init(&p, ctx);
    const zd_status bad = ZD_ERR_INVALID_ARGUMENT;
    REQUIRE_FAILS(zd_params_parse(&p, ZD_P_FEATHER, "3", 0, &err), bad,
                  "feather is 3; it must be 0 to 2");
    REQUIRE_FAILS(zd_params_parse(&p, ZD_P_FEATHER, "nan", 0, &err), bad,
                  "feather is 'nan'; it must be a number from 0 to 2");
    REQUIRE_FAILS(zd_params_parse(&p, ZD_P_MODE, "metric", 0, &err), bad,
                  "mode is 'metric'; it must be one of absolute, normalised");
    REQUIRE_FAILS(zd_params_parse(&p, ZD_P_INVERT, "maybe", 0, &err), bad,
                  "invert is 'maybe'; it must be on or off");
    REQUIRE_FAILS(zd_params_parse(&p, ZD_P_DEPTH_SIZE, "1.5", 0, &err), bad,
                  "depth_size is 1.5; it must be a whole number");
    REQUIRE_FAILS(zd_params_parse(&p, ZD_P_DEPTH_SIZE, "0=1", 0, &err), bad,
                  "depth_size cannot change over time");
    REQUIRE_FAILS(zd_params_parse(&p, ZD_P_FEATHER, "0=1,0s=2", 0, &err), bad,
                  "feather has two keys at 0 s");
    REQUIRE_FAILS(
        zd_params_parse(&p, ZD_P_FEATHER, "0=1:fast", 0, &err), bad,
        "feather: 'fast' is not a way to the next key; it must be linear, smooth or hold");
    REQUIRE_FAILS(zd_params_parse(&p, ZD_P_FEATHER, "f3=1", 0, &err), bad,
                  "feather: 'f3' is a frame, and the frame rate is not known here; give seconds");
    REQUIRE_FAILS(zd_params_parse(&p, ZD_P_START, "tomorrow", 0, &err), bad,
                  "start: 'tomorrow' is not a time; write 1.5, 500ms, 1:02.5, 36f or 0:00:01:12");
    zd_params_finish(&p);
    zd_context_destroy(&ctx);
}

static const char sample[] = "zdepth project 1\n"
                             "\n[source]\n"
                             "footage = \"clips/a \\\"b\\\".mp4\"\n"
                             "\n[matte]\n"
                             "mode = normalised\n"
                             "depth_in = 0.25\n"
                             "feather = 0s=0.2, 2s=0.6:smooth\n"
                             "\n[select]\n"
                             "add = 0.1,0.2,0.3,0.4@2s\n"
                             "subtract = 0,0,0.5,0.5@0s\n"
                             "\n[title]\n"
                             "title = \"TWO\\nLINES\"\n"
                             "opacity = 0.5\n"
                             "\n[insert]\n"
                             "insert = \"logo.png\"\n"
                             "blend = screen\n"
                             "\n[output]\n"
                             "output = \"out.mp4\"\n"
                             "audio = off\n";

static void project_round_trips(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_project project;
    zd_text text;
    zd_error err;
    zd_project_init(&project, ctx);
    zd_text_init(&text, ctx);
    REQUIRE_OK(zd_project_parse(&project, "a.zdp", sample, &err));
    REQUIRE_INT(project.insert_count, 2);
    REQUIRE_INT(project.box_count, 2);
    REQUIRE_TEXT(zd_params_text(&project.params, ZD_P_FOOTAGE), "clips/a \"b\".mp4");
    REQUIRE_TEXT(zd_params_text(&project.inserts[0], ZD_P_TITLE), "TWO\nLINES");
    zd_project_write(&project, &text);
    REQUIRE_TEXT(text.data, sample);
    zd_text_release(&text);
    zd_project_finish(&project);
    zd_context_destroy(&ctx);
}

static void project_errors_have_a_place(void)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        { "", "p:1:1: a project begins with the line 'zdepth project 1'" },
        { "zdepth project 2\n", "p:1:1: a project begins with the line 'zdepth project 1'" },
        { "zdepth project 1\n[mat]\n",
          "p:2:2: there is no section [mat]; there are source, depth, matte, select, title, insert, "
          "effect and output" },
        { "zdepth project 1\n[matte\n", "p:2:7: a heading ends with ']'" },
        { "zdepth project 1\nfeather = 1\n",
          "p:2:1: 'feather' is not known in a file without a heading" },
        { "zdepth project 1\n[matte]\nfether = 1\n",
          "p:3:1: 'fether' is not known in [matte]; did you mean feather?" },
        { "zdepth project 1\n[title]\nfeather = 1\n", "p:3:1: 'feather' is not known in [insert]" },
        { "zdepth project 1\n[matte]\nfeather = 9\n", "p:3:11: feather is 9; it must be 0 to 2" },
        { "zdepth project 1\n[matte]\n  feather\n", "p:3:3: expected NAME = VALUE or [SECTION]" },
        { "zdepth project 1\n[effect]\nview = depth\n",
          "p:3:1: 'view' is not stored in a project; give it as --view" },
        { "zdepth project 1\n[output]\noutput = \"a\n",
          "p:3:10: a quoted text ends with one '\"'" },
        { "zdepth project 1\n[select]\nadd = 1,2\n",
          "p:3:7: '1,2' is not a box; write X,Y,W,H or X,Y,W,H@TIME in fractions of the frame" },
        { "zdepth project 1\n[select]\nadd = 0.9,0,0.2,1\n",
          "p:3:7: the box '0.9,0,0.2,1' leaves the frame; its values are fractions from 0 to 1" },
        { "zdepth project 1\n[select]\nplus = 0,0,1,1\n",
          "p:3:1: 'plus' is not known in [select]; add and subtract are" },
    };
    zd_context *ctx = zd_test_context(1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        zd_project project;
        zd_error err;
        zd_project_init(&project, ctx);
        REQUIRE(zd_project_parse(&project, "p", cases[i].text, &err) != ZD_OK);
        REQUIRE_TEXT(err.message, cases[i].message);
        zd_project_finish(&project);
    }
    zd_context_destroy(&ctx);
}

static void project_survives_every_failing_allocation(void)
{
    for (long n = 1; n < 300; n++) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_error err;
        zd_status status = ZD_ERR_NO_MEMORY;
        if (ctx != NULL) {
            zd_project project;
            zd_project_init(&project, ctx);
            status = zd_project_parse(&project, "a.zdp", sample, &err);
            zd_project_finish(&project);
            zd_context_destroy(&ctx);
        }
        REQUIRE_INT(memory.alive, 0);
        if (status == ZD_OK) {
            return;
        }
        REQUIRE_INT(status, ZD_ERR_NO_MEMORY);
    }
    REQUIRE(false);
}

static void add_entry(zd_cache_folder *folder, const char *name, size_t bytes, long age_s)
{
    zd_error err;
    zd_digest key;
    zd_hasher hasher;
    char *path;
    char *data = zd_alloc_zeroed(folder->ctx, bytes, 1);
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, name, strlen(name));
    zd_hasher_finish(&hasher, &key);
    bool found;
    zd_cache_folder_write(folder, &key, "zdm", data, bytes);
    REQUIRE_OK(zd_cache_folder_find(folder, &key, "zdm", &path, &found, &err));
    REQUIRE(found);
    struct timespec times[2] = { { time(NULL) - age_s, 0 }, { time(NULL) - age_s, 0 } };
    REQUIRE_INT(utimensat(AT_FDCWD, path, times, 0), 0);
    zd_free(folder->ctx, path);
    zd_free(folder->ctx, data);
}

static void cache_forgets_the_oldest_first(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_cache_folder folder;
    zd_cache_usage usage;
    zd_error err;
    char name[] = "/tmp/zd_cache_XXXXXX";
    REQUIRE(mkdtemp(name) != NULL);
    REQUIRE_OK(zd_cache_folder_open(ctx, name, 0, &folder, &err));
    add_entry(&folder, "old", 400, 300);
    add_entry(&folder, "middle", 400, 200);
    add_entry(&folder, "new", 400, 100);
    REQUIRE_OK(zd_cache_folder_measure(&folder, &usage, &err));
    REQUIRE_INT(usage.entries, 3);
    REQUIRE_INT(usage.bytes, 1200);
    folder.limit_bytes = 1000;
    zd_cache_folder_trim(&folder);
    REQUIRE_OK(zd_cache_folder_measure(&folder, &usage, &err));
    REQUIRE_INT(usage.entries, 2);
    zd_cache_folder_trim(&folder);
    REQUIRE_OK(zd_cache_folder_measure(&folder, &usage, &err));
    REQUIRE_INT(usage.entries, 2);
    REQUIRE_OK(zd_cache_folder_prune(&folder, 400, &usage, &err));
    REQUIRE_INT(usage.entries, 1);
    REQUIRE_OK(zd_cache_folder_measure(&folder, &usage, &err));
    REQUIRE_INT(usage.entries, 1);
    REQUIRE_OK(zd_cache_folder_prune(&folder, 0, &usage, &err));
    REQUIRE_OK(zd_cache_folder_measure(&folder, &usage, &err));
    REQUIRE_INT(usage.bytes, 0);
    zd_cache_folder_close(&folder);
    REQUIRE_FAILS(zd_cache_folder_open(ctx, "/proc/none", 0, &folder, &err), ZD_ERR_IO,
                  "the depth cache (choose another with --cache): cannot make the folder "
                  "'/proc/none': No such file or directory");
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(cache_forgets_the_oldest_first);
    RUN(every_parameter_is_described);
    RUN(keys_interpolate);
    RUN(bad_values_say_what_is_allowed);
    RUN(project_round_trips);
    RUN(project_errors_have_a_place);
    RUN(project_survives_every_failing_allocation);
    return zd_test_finish();
}
