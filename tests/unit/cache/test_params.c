/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Every parameter against tests/unit/param_table.txt: what it is, and what it does to the key under
 * which a clip's shots are remembered. The file is today's table in words; a change that is meant is
 * written into it with ZD_UPDATE=1. */

#include <unistd.h>

#include "cache/cache_shots.h"
#include "core/file.h"
#include "zd_test.h"

static zd_error err;

static const char *type_name(zd_param_type type)
{
    static const char *const names[] = { "bool", "int",  "number", "choice",
                                         "text", "path", "colour", "time" };
    return names[type];
}

static void write_flags(unsigned flags, zd_text *out)
{
    static const char *const names[] = { " keyed",    " not-stored",  " title",    " file",
                                         " host-1",   " of-analysis", " fraction", " percent",
                                         " of-width", " of-height",   " host-2",   " of-filter",
                                         " of-clip" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        zd_text_format(out, "%s", (flags >> i & 1u) != 0 ? names[i] : "");
    }
}

/* A temporary file that stands for footage. */
static void make_file(char *path)
{
    int file = mkstemp(path);
    REQUIRE(file >= 0);
    REQUIRE_INT(write(file, "footage", 7), 7);
    REQUIRE_INT(close(file), 0);
}

static zd_digest key_of(const zd_project *project)
{
    zd_digest key;
    REQUIRE(zd_cache_shots_key(project, NULL, NULL, &key));
    return key;
}

/* Sets a parameter to what it is not by itself. */
static void set_away(zd_params *params, zd_param_id id, const char *path)
{
    const zd_param_desc *d = zd_param_describe(id);
    if (d->type == ZD_PARAM_PATH) {
        REQUIRE_OK(zd_params_set_text(params, id, path, &err));
    } else if (d->type == ZD_PARAM_TEXT || d->type == ZD_PARAM_COLOUR) {
        REQUIRE_OK(zd_params_set_text(params, id, "other", &err));
    } else {
        double value = d->initial == d->max ? d->min : fmin(d->initial + 1.0, d->max);
        REQUIRE_OK(zd_params_set_number(params, id, value, &err));
        REQUIRE(zd_params_number(params, id, 7.5) == value && value != d->initial);
        REQUIRE(d->type != ZD_PARAM_BOOL || zd_params_bool(params, id, 0.0) == (value >= 0.5));
    }
    REQUIRE(zd_params_is_set(params, id));
}

static bool is_in_key(zd_context *ctx, zd_param_id id, const char *footage, const char *other)
{
    zd_project project;
    zd_project_init(&project, ctx);
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_FOOTAGE, footage, &err));
    zd_digest before = key_of(&project);
    set_away(&project.params, id, other);
    zd_digest after = key_of(&project);
    zd_project_finish(&project);
    return memcmp(&before, &after, sizeof before) != 0;
}

static void describe(zd_context *ctx, zd_param_id id, const char *const files[2], zd_text *out)
{
    const zd_param_desc *d = zd_param_describe(id);
    zd_text_format(out, "%s: %s, %s, '%s'", d->name, zd_param_group_name(d->group),
                   type_name(d->type), d->label);
    write_flags(d->flags, out);
    zd_text_format(out, "; %g to %g (%g), initially %g '%s' %s; %s\n", d->min, d->max, d->soft_max,
                   d->initial, d->initial_text != NULL ? d->initial_text : "", d->unit,
                   is_in_key(ctx, id, files[0], files[1]) ? "in the key" : "not in the key");
    for (int i = 0; d->choices != NULL && d->choices[i] != NULL; i++) {
        zd_text_format(out, "%s%s", i > 0 ? "|" : "    ", d->choices[i]);
    }
    zd_text_format(out, "%s    %s\n", d->choices != NULL ? "\n" : "", d->help);
    if (d->needs_clip != NULL) {
        zd_text_format(out, "    needs the clip: %s\n", d->needs_clip);
    }
}

static void table_path(char path[4096])
{
    const char *source = getenv("ZD_SOURCE");
    snprintf(path, 4096, "%s/tests/unit/param_table.txt", source != NULL ? source : ".");
}

static void test_the_table_is_what_is_written(void)
{
    char files[2][40] = { "/tmp/zdepth-params-XXXXXX", "/tmp/zdepth-params-XXXXXX" };
    const char *const names[2] = { files[0], files[1] };
    char path[4096];
    char *stored = NULL;
    size_t bytes;
    zd_text text;
    zd_context *ctx = zd_test_context(1);
    make_file(files[0]);
    make_file(files[1]);
    zd_text_init(&text, ctx);
    zd_text_add(&text, "# SPDX-FileCopyrightText: 2026 The Zdepth developers\n"
                       "# SPDX-License-Identifier: Apache-2.0\n");
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        describe(ctx, (zd_param_id) id, names, &text);
    }
    table_path(path);
    if (getenv("ZD_UPDATE") != NULL) {
        REQUIRE_OK(zd_file_write(ctx, path, text.data, text.length, &err));
    }
    REQUIRE_OK(zd_file_read_text(ctx, path, 1 << 20, &stored, &bytes, &err));
    const char *a = text.data;
    const char *b = stored;
    int line = 1;
    while (*a != '\0' && *a == *b) {
        line += *a == '\n';
        a++;
        b++;
    }
    if (*a != *b) {
        ZD_TEST_FAIL("%s:%d: the table now says\n%.160s", path, line, a);
    }
    zd_free(ctx, stored);
    zd_text_release(&text);
    unlink(files[0]);
    unlink(files[1]);
    zd_context_destroy(&ctx);
}

/* All values of a number at once: least, greatest, beyond; keys where it may have them. */
static void test_numbers_have_their_limits(void)
{
    zd_context *ctx = zd_test_context(1);
    for (int i = 0; i < ZD_PARAM_COUNT; i++) {
        zd_param_id id = (zd_param_id) i;
        const zd_param_desc *d = zd_param_describe(id);
        zd_params p;
        char text[80];
        if (d->type != ZD_PARAM_NUMBER && d->type != ZD_PARAM_INT) {
            continue;
        }
        zd_params_init(&p, ctx);
        REQUIRE(!zd_params_is_set(&p, id));
        REQUIRE_NEAR(zd_params_number(&p, id, 3.0), d->initial, 0);
        const double ends[] = { d->min, d->max };
        for (int k = 0; k < 2; k++) {
            snprintf(text, sizeof text, "%.17g", ends[k]);
            REQUIRE_OK(zd_params_parse(&p, id, text, 0, &err));
            REQUIRE_NEAR(zd_params_number(&p, id, 3.0), ends[k], 0);
            snprintf(text, sizeof text, "%.17g", ends[k] + (k == 0 ? -1.0 : 1.0));
            REQUIRE_INT(zd_params_parse(&p, id, text, 0, &err), ZD_ERR_INVALID_ARGUMENT);
        }
        snprintf(text, sizeof text, "2=%.17g, 4=%.17g", d->min, d->max);
        bool keyed = zd_params_parse(&p, id, text, 0, &err) == ZD_OK;
        REQUIRE(keyed == ((d->flags & ZD_PARAM_KEYED) != 0) && keyed == zd_params_is_keyed(&p, id));
        if (keyed) {
            double middle = zd_params_number(&p, id, 3.0);
            REQUIRE_NEAR(middle, 0.5 * (d->min + d->max), 1e-9 * (1.0 + fabs(d->max)));
            REQUIRE_NEAR(zd_params_number(&p, id, 1.0), d->min, 0);
            REQUIRE_NEAR(zd_params_number(&p, id, 5.0), d->max, 0);
        }
        zd_params_finish(&p);
    }
    zd_context_destroy(&ctx);
}

/* A key between 0 and 1 is on from a half, both for keys and for a fixed number. */
static void test_a_bool_is_on_from_a_half(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_params p;
    zd_params_init(&p, ctx);
    REQUIRE_OK(zd_params_parse(&p, ZD_P_INVERT, "0=0, 4=1", 0, &err));
    REQUIRE(!zd_params_bool(&p, ZD_P_INVERT, 1.999) && zd_params_bool(&p, ZD_P_INVERT, 2.0));
    zd_params_finish(&p);
    zd_context_destroy(&ctx);
}

/* What a box is, is in the key of the shots: each of its numbers, and the boxes' order. */
static void test_boxes_are_in_the_key(void)
{
    static const zd_box boxes[] = {
        { .x = 0.1, .y = 0.2, .width = 0.3, .height = 0.4, .time_s = 1.0 },
        { .x = 0.15, .y = 0.2, .width = 0.3, .height = 0.4, .time_s = 1.0 },
        { .x = 0.1, .y = 0.25, .width = 0.3, .height = 0.4, .time_s = 1.0 },
        { .x = 0.1, .y = 0.2, .width = 0.35, .height = 0.4, .time_s = 1.0 },
        { .x = 0.1, .y = 0.2, .width = 0.3, .height = 0.45, .time_s = 1.0 },
        { .x = 0.1, .y = 0.2, .width = 0.3, .height = 0.4, .time_s = 1.5 },
        { .x = 0.1, .y = 0.2, .width = 0.3, .height = 0.4, .time_s = 1.0, .subtract = true },
    };
    enum { COUNT = sizeof boxes / sizeof *boxes };
    char footage[] = "/tmp/zdepth-params-XXXXXX";
    zd_digest keys[COUNT];
    zd_context *ctx = zd_test_context(1);
    make_file(footage);
    for (int i = 0; i < COUNT; i++) {
        zd_project project;
        zd_project_init(&project, ctx);
        REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_FOOTAGE, footage, &err));
        REQUIRE_OK(zd_project_add_box(&project, boxes[0], &err));
        REQUIRE_OK(zd_project_add_box(&project, boxes[i], &err));
        keys[i] = key_of(&project);
        for (int k = 0; k < i; k++) {
            REQUIRE(memcmp(&keys[i], &keys[k], sizeof keys[i]) != 0);
        }
        zd_project_finish(&project);
    }
    unlink(footage);
    zd_context_destroy(&ctx);
}

/* The files themselves count: footage, map and model, by name, size and time, and what the model
 * computes in; no file, no key. */
static void test_files_are_in_the_key(void)
{
    char files[3][40] = { "/tmp/zdepth-params-XXXXXX", "/tmp/zdepth-params-XXXXXX",
                          "/tmp/zdepth-params-XXXXXX" };
    enum { COUNT = 5 };
    zd_digest keys[COUNT];
    zd_project project;
    zd_context *ctx = zd_test_context(1);
    for (int i = 0; i < 3; i++) {
        make_file(files[i]);
    }
    zd_project_init(&project, ctx);
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_FOOTAGE, files[0], &err));
    REQUIRE(zd_cache_shots_key(&project, NULL, NULL, &keys[0]));
    REQUIRE(zd_cache_shots_key(&project, files[1], "exact", &keys[1]));
    REQUIRE(zd_cache_shots_key(&project, files[2], "exact", &keys[2]));
    REQUIRE(zd_cache_shots_key(&project, files[2], "fast", &keys[4]));
    FILE *file = fopen(files[0], "ab");
    fputs("more", file);
    fclose(file);
    REQUIRE(zd_cache_shots_key(&project, NULL, NULL, &keys[3]));
    for (int i = 0; i < COUNT; i++) {
        for (int k = 0; k < i; k++) {
            REQUIRE(memcmp(&keys[i], &keys[k], sizeof keys[i]) != 0);
        }
    }
    zd_digest same;
    REQUIRE(zd_cache_shots_key(&project, NULL, NULL, &same));
    REQUIRE_BYTES(&same, &keys[3], sizeof same);
    REQUIRE(!zd_cache_shots_key(&project, "/nowhere/at/all", "exact", &same));
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_DEPTH_MAP, "/tmp", &err));
    REQUIRE(!zd_cache_shots_key(&project, NULL, NULL, &same));
    zd_project_finish(&project);
    for (int i = 0; i < 3; i++) {
        unlink(files[i]);
    }
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(test_the_table_is_what_is_written);
    RUN(test_numbers_have_their_limits);
    RUN(test_a_bool_is_on_from_a_half);
    RUN(test_boxes_are_in_the_key);
    RUN(test_files_are_in_the_key);
    return zd_test_finish();
}
