/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A turn lies between the end of one poll and the begin of the next. */

#include "zd_watch.h"

#include <glib/gstdio.h>
#include <time.h>

static struct {
    char *path;
    GPollFunc poll;
    double turn_from; /* processor time, ms */
    double paint_from;
    double painted; /* in this turn */
    double longest;
    int over_16;
    int over_50;
    int turns;
} watch;

static double processor_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double) t.tv_sec * 1e3 + (double) t.tv_nsec * 1e-6;
}

static void write_down(void)
{
    g_autofree char *text =
        g_strdup_printf("longest %.1f ms, %d turns above 16 ms, %d above 50 ms, of %d\n",
                        watch.longest, watch.over_16, watch.over_50, watch.turns);
    g_file_set_contents(watch.path, text, -1, NULL);
}

static int poll_cb(GPollFD *fds, guint count, int timeout)
{
    double took = processor_ms() - watch.turn_from - watch.painted;
    if (watch.turns++ > 0 && took > 8.0) {
        watch.over_16 += took > 16.0;
        watch.over_50 += took > 50.0;
        watch.longest = MAX(watch.longest, took);
        write_down();
    }
    int result = watch.poll(fds, count, timeout);
    watch.turn_from = processor_ms();
    watch.painted = 0.0;
    return result;
}

static void begin_paint_cb(GdkFrameClock *clock, gpointer user)
{
    (void) clock;
    (void) user;
    watch.paint_from = processor_ms();
}

static void end_paint_cb(GdkFrameClock *clock, gpointer user)
{
    (void) clock;
    (void) user;
    watch.painted += processor_ms() - watch.paint_from;
}

static void realised_cb(GtkWidget *window, gpointer user)
{
    GdkFrameClock *clock = gtk_widget_get_frame_clock(window);
    (void) user;
    g_signal_connect(clock, "layout", G_CALLBACK(begin_paint_cb), NULL);
    g_signal_connect(clock, "after-paint", G_CALLBACK(end_paint_cb), NULL);
}

/* The first turns build the window and load its fonts; what counts is what follows. */
static gboolean begin_cb(gpointer user)
{
    (void) user;
    watch.poll = g_main_context_get_poll_func(NULL);
    g_main_context_set_poll_func(NULL, poll_cb);
    watch.turn_from = processor_ms();
    write_down();
    return G_SOURCE_REMOVE;
}

void zd_watch_start(GtkWindow *window)
{
    const char *path = g_getenv("ZD_STUDIO_WATCH");
    if (path == NULL || watch.path != NULL) {
        return;
    }
    watch.path = g_strdup(path);
    g_signal_connect_after(window, "realize", G_CALLBACK(realised_cb), NULL);
    g_timeout_add(1500, begin_cb, NULL);
}
