/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* bars CLIP720 CLIP1080: what a person waits for, through the Studio's own session: a changed parameter
 * to its picture, a scrub to a frame that was not decoded, frames played with the matte, idleness,
 * and memory after many seeks. Prints each figure beside its bar; fails where a bar is missed by
 * processor time or memory. Wall-clock bars are judged where ZD_STUDIO_BARS=1 says that the machine is
 * quiet, else printed. ZD_STUDIO_SEEKS=N does so many seeks, at a small viewer, for memory alone, as a
 * hand scrubs: every GLANCE-th is looked at, those before it are cancelled on their way by the next.
 * bars.py then gives it a clip of ten minutes: the bar of docs/studio.md. No display is needed. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "zd_document.h"
#include "zd_session.h"
#include "zd_test.h"

enum { WIDTH = 960, HEIGHT = 540, CHANGES = 60, SCRUBS = 12, PLAYED = 48, GLANCE = 8 };

static zdepth_context *context;
static const char *clip_720;
static const char *clip_1080;
static gboolean got_picture;
static gboolean got_open;

static void picture_cb(ZdSession *session, gpointer user)
{
    (void) session;
    (void) user;
    got_picture = TRUE;
}

static void opened_cb(ZdSession *session, gpointer user)
{
    (void) session;
    (void) user;
    got_open = TRUE;
}

static double now_ms(void)
{
    return (double) g_get_monotonic_time() / 1000.0;
}

static double processor_ms(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double) (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e3 +
           (double) (use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-3;
}

static void wait_for(const gboolean *flag)
{
    double until = now_ms() + 600000.0;
    while (!*flag && now_ms() < until) {
        g_main_context_iteration(NULL, TRUE);
    }
    REQUIRE(*flag);
}

static gboolean tick_cb(gpointer user)
{
    (void) user;
    return G_SOURCE_CONTINUE;
}

static void rest(ZdSession *session)
{
    guint tick = g_timeout_add(20, tick_cb, NULL);
    double until = now_ms() + 120000.0;
    do {
        g_main_context_iteration(NULL, TRUE);
    } while (!zd_session_is_idle(session) && now_ms() < until);
    g_source_remove(tick);
}

static double resident_mib(void)
{
    g_autofree char *text = NULL;
    long pages = 0;
    if (g_file_get_contents("/proc/self/statm", &text, NULL, NULL)) {
        sscanf(text, "%*s %ld", &pages);
    }
    return (double) pages * 4096.0 / 1048576.0;
}

static int by_size(const void *a, const void *b)
{
    double one = *(const double *) a;
    double other = *(const double *) b;
    return one < other ? -1 : one > other;
}

static void judge(const char *what, double value, double bar, const char *unit, gboolean is_wall)
{
    gboolean judged = !is_wall || g_getenv("ZD_STUDIO_BARS") != NULL;
    printf("%s: %.1f %s (bar %.0f%s)\n", what, value, unit, bar, judged ? "" : ", not judged");
    if (judged && value > bar) {
        ZD_TEST_FAIL("%s is %.1f %s, above %.0f", what, value, unit, bar);
    }
}

static ZdSession *open_clip(ZdDocument *document, const char *clip)
{
    ZdSession *session = zd_session_new(context);
    REQUIRE(zd_document_open_footage(document, clip, NULL));
    g_signal_connect(session, "picture", G_CALLBACK(picture_cb), NULL);
    g_signal_connect(session, "opened", G_CALLBACK(opened_cb), NULL);
    got_open = FALSE;
    zd_session_set_project(session, zd_document_project(document));
    wait_for(&got_open);
    return session;
}

static void close_clip(ZdSession *session, ZdDocument *document)
{
    g_object_run_dispose(G_OBJECT(session));
    g_object_unref(session);
    zd_document_close_journal(document);
    g_object_unref(document);
}

static void ask_at(ZdSession *session, gint64 frame, zdepth_output output, int width, int height)
{
    got_picture = FALSE;
    zd_session_request(session, frame, output, width, height);
    wait_for(&got_picture);
}

static void ask(ZdSession *session, gint64 frame, zdepth_output output)
{
    ask_at(session, frame, output, WIDTH, HEIGHT);
}

static void a_changed_parameter_is_shown_soon(void)
{
    double wall[CHANGES];
    ZdDocument *document = zd_document_new(context);
    ZdSession *session = open_clip(document, clip_720);
    ask(session, 0, ZDEPTH_OUTPUT_THRESHOLDED);
    rest(session);
    ask(session, 0, ZDEPTH_OUTPUT_THRESHOLDED);
    double spent = processor_ms();
    for (int i = 0; i < CHANGES; i++) {
        zd_document_set_number(document, -1, "depth_in", 0.3 + 0.005 * i, NULL);
        double from = now_ms();
        zd_session_set_project(session, zd_document_project(document));
        ask(session, 0, ZDEPTH_OUTPUT_THRESHOLDED);
        wall[i] = now_ms() - from;
    }
    spent = (processor_ms() - spent) / CHANGES;
    qsort(wall, CHANGES, sizeof *wall, by_size);
    judge("a changed parameter's picture, median", wall[CHANGES / 2], 15.0, "ms", TRUE);
    judge("a changed parameter's picture, 95 %", wall[CHANGES * 95 / 100], 25.0, "ms", TRUE);
    judge("a changed parameter's picture, processor time", spent, 30.0, "ms", FALSE);
    close_clip(session, document);
}

static void frames_are_played_with_their_matte(void)
{
    ZdDocument *document = zd_document_new(context);
    ZdSession *session = open_clip(document, clip_720);
    rest(session);
    ask(session, 0, ZDEPTH_OUTPUT_MATTE);
    int frames = MIN(PLAYED, (int) zd_session_info(session)->frame_count);
    double spent = processor_ms();
    double from = now_ms();
    for (int i = 0; i < frames; i++) {
        ask(session, i, ZDEPTH_OUTPUT_MATTE);
    }
    double each = (now_ms() - from) / frames;
    judge("a played frame with its matte", each, 1000.0 / 24.0, "ms", TRUE);
    judge("a played frame, processor time", (processor_ms() - spent) / frames, 2000.0 / 24.0, "ms",
          FALSE);
    close_clip(session, document);
}

static void nothing_is_done_when_nothing_is_asked(void)
{
    ZdDocument *document = zd_document_new(context);
    ZdSession *session = open_clip(document, clip_720);
    ask(session, 0, ZDEPTH_OUTPUT_RESULT);
    rest(session);
    double spent = processor_ms();
    g_usleep(1000000);
    judge("a second of idleness", processor_ms() - spent, 5.0, "ms of processor", FALSE);
    close_clip(session, document);
}

static double peak_mib(void)
{
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (double) use.ru_maxrss / 1024.0;
}

/* So many seeks by dice, each to its picture. */
static void seek_and_look(ZdSession *session, int seeks, gint64 count)
{
    guint64 dice = 7;
    for (int i = 0; i < seeks; i++) {
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        ask(session, (gint64) ((dice >> 33) % (guint64) count), ZDEPTH_OUTPUT_RESULT);
    }
}

/* Many seeks as a hand scrubs. A pause of up to 8 ms lets each come to another place of its work. */
static void scrub(ZdSession *session, int seeks, gint64 count)
{
    guint64 dice = 7;
    double from = now_ms();
    for (int i = 0; i < seeks; i++) {
        dice = dice * 6364136223846793005u + 1442695040888963407u;
        gint64 frame = (gint64) ((dice >> 33) % (guint64) count);
        if (i % GLANCE == GLANCE - 1) {
            ask_at(session, frame, ZDEPTH_OUTPUT_RESULT, WIDTH / 10, HEIGHT / 10);
        } else {
            zd_session_request(session, frame, ZDEPTH_OUTPUT_RESULT, WIDTH / 10, HEIGHT / 10);
            g_usleep((gulong) (dice >> 20 & 8191));
        }
        if (i % 1000 == 999) {
            printf("after %d seeks: %.1f MiB, %.1f ms each\n", i + 1, resident_mib(),
                   (now_ms() - from) / (i + 1));
            fflush(stdout);
        }
    }
}

/* Seeks to frames far from one another; their memory is that of the first few. */
static void scrubs_are_short_and_keep_no_memory(void)
{
    double wall[SCRUBS];
    const char *many = g_getenv("ZD_STUDIO_SEEKS");
    int seeks = many != NULL ? atoi(many) : 60;
    ZdDocument *document = zd_document_new(context);
    ZdSession *session = open_clip(document, clip_1080);
    gint64 count = MAX(zd_session_info(session)->frame_count, 1);
    if (many == NULL) {
        rest(session);
    }
    for (int i = 0; i < SCRUBS; i++) {
        double from = now_ms();
        ask(session, (gint64) (i * 7919 % count), ZDEPTH_OUTPUT_RESULT);
        wall[i] = now_ms() - from;
    }
    qsort(wall, SCRUBS, sizeof *wall, by_size);
    judge("a scrub to another frame of 1080p, median", wall[SCRUBS / 2], 120.0, "ms", TRUE);
    double before = resident_mib();
    printf("resident memory before the seeks: %.1f MiB, of a clip of %d frames\n", before,
           (int) count);
    if (many != NULL) {
        scrub(session, seeks, count);
        printf("the most that was ever resident: %.1f MiB\n", peak_mib());
    } else {
        seek_and_look(session, seeks, count);
    }
    judge("resident memory with a 1080p clip", resident_mib(), 500.0, "MiB", FALSE);
    judge("memory that seeks leave behind", resident_mib() - before, 40.0, "MiB", FALSE);
    close_clip(session, document);
}

int main(int argc, char **argv)
{
    g_autofree char *folder = g_dir_make_tmp("zdepth-bars-XXXXXX", NULL);
    g_setenv("XDG_CACHE_HOME", folder, TRUE);
    g_setenv("ZD_CACHE", folder, TRUE);
    if (argc < 3 || zdepth_context_create(NULL, &context, NULL) != ZDEPTH_OK) {
        printf("usage: bars CLIP720 CLIP1080\n");
        return 1;
    }
    clip_720 = argv[1];
    clip_1080 = argv[2];
    if (g_getenv("ZD_STUDIO_SEEKS") == NULL) {
        RUN(a_changed_parameter_is_shown_soon);
        RUN(frames_are_played_with_their_matte);
        RUN(nothing_is_done_when_nothing_is_asked);
    }
    RUN(scrubs_are_short_and_keep_no_memory);
    zdepth_context_destroy(&context);
    return zd_test_finish();
}
