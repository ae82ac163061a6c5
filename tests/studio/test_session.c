/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The Studio's session: an analysis follows the project, whatever changes while it goes on; what was
 * asked of a closed clip is not told any more. Thumbnails and sound beside it. No display is needed; the
 * depth comes from a map. */

#include <stdlib.h>

#include "zd_session.h"
#include "zd_sound.h"
#include "zd_test.h"
#include "zd_thumbs.h"

static zdepth_context *context;
static char *sample;
static char *tone; /* 30 seconds */
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

/* ---- thumbnails ---- */

static double brightness(GdkTexture *texture)
{
    double sum = 0.0;
    int width = gdk_texture_get_width(texture);
    int height = gdk_texture_get_height(texture);
    g_autofree guchar *pixels = g_malloc((gsize) width * (gsize) height * 4);
    gdk_texture_download(texture, pixels, (gsize) width * 4);
    for (int i = 0; i < width * height * 4; i++) {
        sum += i % 4 < 3 ? pixels[i] : 0;
    }
    return sum / (width * height * 3.0);
}

static GdkTexture *wait_for_thumb(ZdThumbs *thumbs, gint64 frame)
{
    gint64 until = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;
    guint tick = g_timeout_add(20, tick_cb, NULL);
    while (zd_thumbs_get(thumbs, frame) == NULL && g_get_monotonic_time() < until) {
        g_main_context_iteration(NULL, TRUE);
    }
    g_source_remove(tick);
    return zd_thumbs_get(thumbs, frame);
}

static void thumbnails_are_made_and_kept(void)
{
    ZdThumbs *thumbs = zd_thumbs_new(context);
    zdepth_project *project;
    REQUIRE(zd_thumbs_get(thumbs, 0) == NULL); /* nothing is open */
    REQUIRE(zdepth_project_create(context, &project, NULL) == ZDEPTH_OK);
    REQUIRE(zdepth_project_set(project, -1, "footage", sample, 0.0, NULL) == ZDEPTH_OK);
    zd_thumbs_open(thumbs, project, 18, 16.0 / 9.0);
    REQUIRE(zd_thumbs_get(thumbs, 11) == NULL);
    GdkTexture *last = wait_for_thumb(thumbs, 11);
    GdkTexture *first = wait_for_thumb(thumbs, 0);
    REQUIRE(first != NULL && last != NULL && first != last);
    REQUIRE_INT(gdk_texture_get_width(first), 32);
    REQUIRE_INT(gdk_texture_get_height(first), 18);
    REQUIRE(brightness(first) > 40.0 && brightness(first) < 215.0);
    REQUIRE(zd_thumbs_get(thumbs, 11) == last);
    zd_thumbs_open(thumbs, NULL, 18, 1.0);
    REQUIRE(zd_thumbs_get(thumbs, 0) == NULL);
    zdepth_project_destroy(&project);
    g_object_run_dispose(G_OBJECT(thumbs));
    g_object_unref(thumbs);
}

/* ---- sound ---- */

/* Waits until a time is heard; the seconds, or -1. */
static double wait_for_sound(ZdSound *sound, double seconds)
{
    double time_s = -1.0;
    gint64 until = g_get_monotonic_time() + (gint64) (seconds * G_USEC_PER_SEC);
    while (!zd_sound_time(sound, &time_s) && g_get_monotonic_time() < until) {
        g_usleep(10000);
    }
    return zd_sound_time(sound, &time_s) ? time_s : -1.0;
}

static void sound_goes_on_from_where_it_was_asked(void)
{
    double later;
    double ignored;
    ZdSound *sound = zd_sound_new();
    zd_sound_open(sound, tone);
    zd_sound_play(sound, 2.0);
    double heard = wait_for_sound(sound, 30.0);
    if (heard < 0.0) {
        printf("no GStreamer, or not its parts: the sound is silent\n");
        zd_sound_free(sound);
        return;
    }
    REQUIRE(heard >= 1.9 && heard < 10.0);
    gint64 from = g_get_monotonic_time();
    g_usleep(600000);
    REQUIRE(zd_sound_time(sound, &later));
    REQUIRE_NEAR(later - heard, (double) (g_get_monotonic_time() - from) * 1e-6, 0.25);
    zd_sound_stop(sound);
    REQUIRE(!zd_sound_time(sound, &ignored));
    zd_sound_play(sound, 0.5); /* back */
    heard = wait_for_sound(sound, 30.0);
    REQUIRE(heard >= 0.4 && heard < 8.0);
    zd_sound_open(sound, NULL);
    REQUIRE(!zd_sound_time(sound, &ignored));
    zd_sound_free(sound);
}

static void what_has_no_sound_is_silent(void)
{
    ZdSound *sound = zd_sound_new();
    zd_sound_open(sound, "/nonexistent/clip.mp4");
    zd_sound_play(sound, 0.0);
    REQUIRE(wait_for_sound(sound, 1.0) < 0.0);
    zd_sound_open(sound, NULL);
    zd_sound_play(sound, 0.0);
    REQUIRE(wait_for_sound(sound, 0.3) < 0.0);
    zd_sound_free(sound);
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
    tone = g_build_filename(folder, "tone.wav", NULL);
    const char *const sine[] = { "ffmpeg", "-v",        "error", "-f", "lavfi",
                                 "-i",     "sine=d=30", tone,    NULL };
    return spawn(words) && spawn(sine);
}

int main(void)
{
    folder = g_dir_make_tmp("zdepth-session-XXXXXX", NULL);
    const char *const clean[] = { "rm", "-r", folder, NULL };
    g_setenv("ZD_STUDIO_SINK", "fakesink", TRUE);
    if (!make_clip()) {
        printf("skipped: the Studio's session needs ffmpeg\n0 passed, 0 failed, 1 skipped\n");
        return 0;
    }
    REQUIRE(zdepth_context_create(NULL, &context, NULL) == ZDEPTH_OK);
    RUN(a_box_drawn_meanwhile_is_analysed);
    RUN(a_box_drawn_and_removed_meanwhile_ends);
    RUN(a_box_drawn_afterwards_is_analysed);
    RUN(a_closed_clip_is_silent);
    RUN(thumbnails_are_made_and_kept);
    RUN(sound_goes_on_from_where_it_was_asked);
    RUN(what_has_no_sound_is_silent);
    zdepth_context_destroy(&context);
    spawn(clean);
    g_free(sample);
    g_free(tone);
    g_free(folder);
    return zd_test_finish();
}
