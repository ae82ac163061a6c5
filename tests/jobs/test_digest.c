/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What decides the pictures of a job is in its digest, and nothing else: pictures of a run that was broken off
 * are kept by it. */

#include <fcntl.h>

#include "jobs/job_digest.h"
#include "media_test.h"

static char paths[3][300];

/* A still, a map of its size, and an insert. */
static void write_pictures(void)
{
    for (int i = 0; i < 3; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/%d.ppm", scratch, i);
        FILE *file = fopen(paths[i], "wb");
        REQUIRE(file != NULL);
        fputs("P6\n4 3\n255\n", file);
        for (int k = 0; k < 36; k++) {
            fputc(20 * i + k, file);
        }
        fclose(file);
    }
}

typedef struct difference {
    const char *name; /* of a parameter, or "select" or "insert" */
    const char *value;
    bool counts;
} difference;

static void apply(zd_project *project, const difference *d)
{
    zd_params *params = &project->params;
    zd_box box;
    if (strcmp(d->name, "select") == 0 || strcmp(d->name, "deselect") == 0) {
        REQUIRE_OK(zd_box_parse(d->value, 25.0, d->name[0] == 'd', &box, &err));
        REQUIRE_OK(zd_project_add_box(project, box, &err));
        return;
    }
    if (strncmp(d->name, "insert", 6) == 0) {
        REQUIRE_OK(zd_project_add_insert(project, &params, &err));
        REQUIRE_OK(zd_params_set_text(params, ZD_P_INSERT, paths[2], &err));
        if (d->name[6] == ' ') {
            REQUIRE_OK(zd_params_parse(params, zd_param_find(d->name + 7), d->value, 0.0, &err));
        }
        return;
    }
    REQUIRE_OK(zd_params_parse(params, zd_param_find(d->name), d->value, 0.0, &err));
}

static zd_digest digest_of(const difference *d, int count, const char *what, bool *is_known)
{
    zd_project project;
    zd_clip clip;
    zd_clip_options options = { .no_cache = true };
    zd_digest digest;
    zd_project_init(&project, ctx);
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_FOOTAGE, paths[0], &err));
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_DEPTH_MAP, paths[1], &err));
    for (int i = 0; i < count; i++) {
        apply(&project, &d[i]);
    }
    REQUIRE_OK(zd_clip_open(ctx, &project, &options, &clip, &err));
    bool known = zd_job_digest(&clip, what, &digest);
    zd_clip_close(&clip);
    zd_project_finish(&project);
    if (is_known != NULL) {
        *is_known = known;
    } else {
        REQUIRE(known);
    }
    return digest;
}

static bool is_same(zd_digest a, zd_digest b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* Each against a job without it. */
static void what_decides_pictures_counts(void)
{
    static const difference all[] = {
        { "output", "x.png", false },
        { "audio", "off", false },
        { "encode_audio", "on", false },
        { "frames", "0-0", false },
        { "from", "0", false },
        { "to", "1", false },
        { "feather", "0.3", true },
        { "invert", "on", true },
        { "invert", "off", true },
        { "mode", "normalised", true },
        { "feather", "0s=0, 1s=1", true },
        { "feather", "0s=0, 1s=1:smooth", true },
        { "codec", "png", true },
        { "quality", "3", true },
        { "select", "0,0,1,1", true },
        { "select", "0,0,1,0.5", true },
        { "select", "0,0,0.5,1", true },
        { "select", "0,0.1,0.5,0.5", true },
        { "select", "0.1,0,0.5,0.5", true },
        { "select", "0,0,0.5,0.5@1", true },
        { "deselect", "0,0,1,1", true },
        { "insert", "", true },
        { "insert x", "0.3", true },
        { "insert opacity", "0.3", true },
        { "effect", "negate", true },
    };
    enum { COUNT = sizeof all / sizeof *all };
    zd_digest none = digest_of(NULL, 0, "view 1", NULL);
    zd_digest found[COUNT];
    for (int i = 0; i < COUNT; i++) {
        found[i] = digest_of(&all[i], 1, "view 1", NULL);
        if (is_same(found[i], none) == all[i].counts) {
            ZD_TEST_FAIL("%s %s counts: %d expected", all[i].name, all[i].value, all[i].counts);
        }
        for (int k = 0; all[i].counts && k < i; k++) {
            if (all[k].counts && is_same(found[i], found[k])) {
                ZD_TEST_FAIL("%s %s is as %s %s", all[i].name, all[i].value, all[k].name,
                             all[k].value);
            }
        }
    }
    REQUIRE(is_same(none, digest_of(NULL, 0, "view 1", NULL)));
    REQUIRE(!is_same(none, digest_of(NULL, 0, "view 2", NULL)));
}

/* A frame is the same in every range, unless the range is a clip of its own. */
static void a_range_counts_when_it_is_alone(void)
{
    static const difference alone[] = { { "alone", "on", true }, { "frames", "0-0", true } };
    zd_digest whole = digest_of(alone, 1, "matte", NULL);
    REQUIRE(!is_same(whole, digest_of(alone, 2, "matte", NULL)));
    REQUIRE(!is_same(whole, digest_of(NULL, 0, "matte", NULL)));
}

/* Files are what they hold, by their times. */
static void files_count(void)
{
    static const difference insert[] = { { "insert", "", true } };
    for (int i = 0; i < 3; i++) {
        zd_digest before = digest_of(insert, 1, "composite", NULL);
        struct timespec times[2] = { { 1000000000 + i, 0 }, { 1000000000 + i, 0 } };
        REQUIRE(is_same(before, digest_of(insert, 1, "composite", NULL)));
        REQUIRE_INT(utimensat(AT_FDCWD, paths[i], times, 0), 0);
        REQUIRE(!is_same(before, digest_of(insert, 1, "composite", NULL)));
    }
}

static void what_is_no_plain_file_is_not_known(void)
{
    bool is_known = true;
    char pipe[320];
    snprintf(pipe, sizeof pipe, "%s/pipe", scratch);
    REQUIRE_INT(mkfifo(pipe, 0600), 0);
    const difference strange = { "matte_in", pipe, true };
    zd_project project;
    zd_clip clip;
    zd_digest digest;
    zd_clip_options options = { .no_cache = true };
    zd_project_init(&project, ctx);
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_FOOTAGE, paths[0], &err));
    REQUIRE_OK(zd_params_set_text(&project.params, ZD_P_DEPTH_MAP, paths[1], &err));
    REQUIRE_OK(zd_clip_open(ctx, &project, &options, &clip, &err));
    apply(&project, &strange);
    is_known = zd_job_digest(&clip, "matte", &digest);
    REQUIRE(!is_known);
    zd_clip_close(&clip);
    zd_project_finish(&project);
}

int main(void)
{
    media_begin(1);
    write_pictures();
    RUN(what_decides_pictures_counts);
    RUN(a_range_counts_when_it_is_alone);
    RUN(files_count);
    RUN(what_is_no_plain_file_is_not_known);
    return media_end();
}
