/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The Studio's session: an analysis follows the project, whatever changes while it goes on; what was
 * asked of a closed clip is not told any more. No display is needed; the depth comes from a map. */

#include <stdlib.h>

#include "zd_session.h"
#include "zd_test.h"

static zdepth_context *context;
static char *sample;
static char *folder;

/* What is told, and what the test does at some of it. */
typedef struct ear {
    ZdSession *session;
    zdepth_project *project;
    double at; /* part of the analysis at which the project changes; below 0: never */
    gboolean removes;
    int changes;
    int told_done;
    int opened;
} ear;

static void opened_cb(ZdSession *session, ear *e)
{
    (void) session;
    e->opened++;
}

static void set(ear *e)
{
    zd_session_set_project(e->session, e->project);
}

static void add_box(ear *e)
{
    zdepth_box box = { .x = 0.4, .y = 0.3, .width = 0.2, .height = 0.4 };
    REQUIRE(zdepth_project_add_box(e->project, box, NULL) == ZDEPTH_OK);
    set(e);
}

static void remove_box(ear *e)
{
    zdepth_project_remove_box(e->project, 0);
    set(e);
}

static void analysis_cb(ZdSession *session, ear *e)
{
    int64_t done;
    int64_t total;
    ZdAnalysis state = zd_session_analysis(session, &done, &total);
    e->told_done += state == ZD_ANALYSIS_DONE;
    if (state == ZD_ANALYSIS_RUNNING && e->changes == 0 && e->at >= 0.0 && total > 0 &&
        (double) done >= e->at * (double) total)
    {
        e->changes++;
        add_box(e);
        if (e->removes) {
            remove_box(e);
        }
    }
}

static gboolean tick_cb(gpointer user)
{
    (void) user;
    return G_SOURCE_CONTINUE;
}

/* Runs the main loop until the session rests. */
static gboolean rests(ZdSession *session)
{
    guint tick = g_timeout_add(20, tick_cb, NULL);
    gint64 until = g_get_monotonic_time() + 60 * G_USEC_PER_SEC;
    do {
        g_main_context_iteration(NULL, TRUE);
    } while (!zd_session_is_idle(session) && g_get_monotonic_time() < until);
    g_source_remove(tick);
    return zd_session_is_idle(session);
}

/* With a cache of its own: what was analysed before would be recalled at once. */
static void begin(ear *e)
{
    static int count;
    g_autofree char *cache = g_strdup_printf("%s/%d", folder, count++);
    g_setenv("ZD_CACHE", cache, TRUE);
    REQUIRE(zdepth_project_create(context, &e->project, NULL) == ZDEPTH_OK);
    REQUIRE(zdepth_project_set(e->project, -1, "footage", sample, 0.0, NULL) == ZDEPTH_OK);
    REQUIRE(zdepth_project_set(e->project, -1, "depth_map", sample, 0.0, NULL) == ZDEPTH_OK);
    e->session = zd_session_new(context);
    g_signal_connect(e->session, "opened", G_CALLBACK(opened_cb), e);
    g_signal_connect(e->session, "analysis", G_CALLBACK(analysis_cb), e);
    set(e);
}

static void end(ear *e)
{
    g_object_run_dispose(G_OBJECT(e->session));
    g_object_unref(e->session);
    zdepth_project_destroy(&e->project);
}

static ZdAnalysis state_of(const ear *e)
{
    int64_t done;
    int64_t total;
    return zd_session_analysis(e->session, &done, &total);
}

/* Until the whole is analysed as the project is now. */
static void check_changed_at(double at, gboolean removes)
{
    ear e = { .at = at, .removes = removes };
    begin(&e);
    REQUIRE(rests(e.session));
    REQUIRE_INT(e.changes, 1);
    REQUIRE_INT(state_of(&e), ZD_ANALYSIS_DONE);
    REQUIRE(zd_session_shot_count(e.session) > 0);
    REQUIRE_INT(zd_session_shot(e.session, 0)->is_selected, !removes);
    end(&e);
}

static void a_box_drawn_meanwhile_is_analysed(void)
{
    check_changed_at(0.0, FALSE);
    check_changed_at(0.5, FALSE);
    check_changed_at(1.0, FALSE); /* "analysing 100 %" */
}

static void a_box_drawn_and_removed_meanwhile_ends(void)
{
    check_changed_at(0.0, TRUE);
    check_changed_at(1.0, TRUE);
}

static void a_box_drawn_afterwards_is_analysed(void)
{
    ear e = { .at = -1.0 };
    begin(&e);
    REQUIRE(rests(e.session));
    REQUIRE(!zd_session_shot(e.session, 0)->is_selected);
    add_box(&e);
    REQUIRE(rests(e.session));
    REQUIRE(zd_session_shot(e.session, 0)->is_selected);
    remove_box(&e);
    add_box(&e);
    remove_box(&e);
    REQUIRE(rests(e.session));
    REQUIRE(!zd_session_shot(e.session, 0)->is_selected);
    REQUIRE_INT(state_of(&e), ZD_ANALYSIS_DONE);
    end(&e);
}

/* Closed in the middle: nothing is told of it any more, and the next clip is analysed. */
static void a_closed_clip_is_silent(void)
{
    ear e = { .at = -1.0 };
    begin(&e);
    while (state_of(&e) != ZD_ANALYSIS_RUNNING) {
        g_main_context_iteration(NULL, TRUE);
    }
    zd_session_close(e.session);
    REQUIRE_INT(state_of(&e), ZD_ANALYSIS_NONE);
    REQUIRE(rests(e.session));
    while (g_main_context_iteration(NULL, FALSE)) {
    }
    REQUIRE_INT(state_of(&e), ZD_ANALYSIS_NONE);
    REQUIRE(zd_session_info(e.session) == NULL);
    REQUIRE(zd_session_picture(e.session) == NULL);
    int opened = e.opened;
    set(&e);
    REQUIRE(rests(e.session));
    REQUIRE_INT(e.opened, opened + 1);
    REQUIRE_INT(state_of(&e), ZD_ANALYSIS_DONE);
    end(&e);
}

static gboolean spawn(const char *const *words)
{
    int status = 1;
    return g_spawn_sync(NULL, (char **) words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                        &status, NULL) &&
           status == 0;
}

/* A short clip: each analysis decodes all of it. */
static gboolean make_clip(void)
{
    g_autofree char *whole = g_build_filename(g_getenv("ZD_SOURCE"), "assets", "sample.mp4", NULL);
    sample = g_build_filename(folder, "clip.mp4", NULL);
    const char *const words[] = { "ffmpeg", "-v",  "error",        "-i",   whole, "-frames:v",
                                  "12",     "-vf", "scale=320:-2", sample, NULL };
    return spawn(words);
}

int main(void)
{
    folder = g_dir_make_tmp("zdepth-session-XXXXXX", NULL);
    const char *const clean[] = { "rm", "-r", folder, NULL };
    if (!make_clip()) {
        printf("skipped: the Studio's session needs ffmpeg\n0 passed, 0 failed, 1 skipped\n");
        return 0;
    }
    REQUIRE(zdepth_context_create(NULL, &context, NULL) == ZDEPTH_OK);
    RUN(a_box_drawn_meanwhile_is_analysed);
    RUN(a_box_drawn_and_removed_meanwhile_ends);
    RUN(a_box_drawn_afterwards_is_analysed);
    RUN(a_closed_clip_is_silent);
    zdepth_context_destroy(&context);
    spawn(clean);
    g_free(sample);
    g_free(folder);
    return zd_test_finish();
}
