/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* GStreamer's playbin without its video. Its changes of state may take long, so that a thread of their
 * own waits for them; GTK's thread leaves a wish and reads a time. */

#include "zd_sound.h"

#include <gst/gst.h>

enum {
    PLAY_AUDIO = 1 << 1,
    LOOK_US = 40000
}; /* GstPlayFlags; how often the position is asked for */

struct ZdSound {
    GThread *thread;
    GMutex lock; /* guards all that follows */
    GCond wake;
    gboolean quit;
    guint serial;   /* of the wish */
    gboolean wants; /* to play */
    char *path;     /* NULL: nothing */
    double from_s;
    gboolean muted;
    guint heard_serial; /* of the wish that is heard; 0: none */
    double heard_s;     /* at heard_us */
    gint64 heard_us;
};

/* What the thread knows. */
typedef struct player {
    GstElement *bin;    /* NULL: none, or it failed */
    char *path;         /* of it */
    gboolean has_begun; /* GStreamer itself */
    gboolean plays;
    guint serial; /* of the wish that was followed last */
} player;

static void close_player(player *p)
{
    if (p->bin != NULL) {
        gst_element_set_state(p->bin, GST_STATE_NULL);
        g_clear_pointer(&p->bin, gst_object_unref);
    }
    g_clear_pointer(&p->path, g_free);
    p->plays = FALSE;
}

static void open_player(player *p, const char *path)
{
    const char *sink_name = g_getenv("ZD_STUDIO_SINK");
    close_player(p);
    p->path = g_strdup(path);
    p->has_begun = p->has_begun || gst_init_check(NULL, NULL, NULL);
    g_autofree char *uri = p->has_begun ? gst_filename_to_uri(path, NULL) : NULL;
    p->bin = uri != NULL ? gst_element_factory_make("playbin", NULL) : NULL;
    if (p->bin == NULL) {
        return;
    }
    gst_object_ref_sink(p->bin);
    GstElement *sink = sink_name != NULL ? gst_element_factory_make(sink_name, NULL) : NULL;
    if (sink != NULL) {
        g_object_set(sink, "sync", TRUE, NULL);
        g_object_set(p->bin, "audio-sink", sink, NULL);
    }
    g_object_set(p->bin, "uri", uri, "flags", PLAY_AUDIO, NULL);
}

/* Whether a change of state has come to its end well. */
static gboolean arrives(GstElement *bin)
{
    return gst_element_get_state(bin, NULL, NULL, 5 * GST_SECOND) == GST_STATE_CHANGE_SUCCESS;
}

static void begin(player *p, double from_s)
{
    gboolean good = p->bin != NULL &&
                    gst_element_set_state(p->bin, GST_STATE_PAUSED) != GST_STATE_CHANGE_FAILURE &&
                    arrives(p->bin) &&
                    gst_element_seek_simple(p->bin, GST_FORMAT_TIME,
                                            GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE,
                                            (gint64) (from_s * (double) GST_SECOND)) &&
                    gst_element_set_state(p->bin, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
    p->plays = good;
    if (!good) {
        close_player(p);
    }
}

/* Ends what has failed or come to its end. */
static void look_at_bus(player *p)
{
    g_autoptr(GstBus) bus = gst_element_get_bus(p->bin);
    GstMessage *message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
    if (message != NULL) {
        p->plays = FALSE;
        if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
            close_player(p);
        }
        gst_message_unref(message);
    }
}

/* Tells GTK's thread where the sound is. */
static void tell(ZdSound *self, player *p)
{
    gint64 at = 0;
    gboolean heard = p->plays && gst_element_query_position(p->bin, GST_FORMAT_TIME, &at);
    g_mutex_lock(&self->lock);
    self->heard_serial = heard ? p->serial : 0;
    self->heard_s = (double) at / (double) GST_SECOND;
    self->heard_us = g_get_monotonic_time();
    g_mutex_unlock(&self->lock);
}

static void follow(player *p, const char *path, double from_s)
{
    if (path == NULL) {
        if (p->plays) {
            gst_element_set_state(p->bin, GST_STATE_PAUSED);
        }
        p->plays = FALSE;
        return;
    }
    if (g_strcmp0(path, p->path) != 0) {
        open_player(p, path);
    }
    begin(p, from_s);
}

/* Waits for the next wish, or while it plays for the next look at the position. */
static void wait(ZdSound *self, const player *p)
{
    gint64 until = g_get_monotonic_time() + LOOK_US;
    while (!self->quit && self->serial == p->serial) {
        if (!p->plays) {
            g_cond_wait(&self->wake, &self->lock);
        } else if (!g_cond_wait_until(&self->wake, &self->lock, until)) {
            return;
        }
    }
}

static gpointer work(gpointer user)
{
    ZdSound *self = user;
    player p = { 0 };
    gboolean quit = FALSE;
    while (!quit) {
        g_mutex_lock(&self->lock);
        wait(self, &p);
        quit = self->quit;
        gboolean is_new = self->serial != p.serial;
        gboolean muted = self->muted;
        double from_s = self->from_s;
        g_autofree char *path = self->wants ? g_strdup(self->path) : NULL;
        p.serial = self->serial;
        g_mutex_unlock(&self->lock);
        if (is_new && !quit) {
            follow(&p, path, from_s);
        }
        if (p.plays) {
            g_object_set(p.bin, "mute", muted, NULL);
            look_at_bus(&p);
        }
        tell(self, &p);
    }
    close_player(&p);
    return NULL;
}

/* ---- wishes ---- */

ZdSound *zd_sound_new(void)
{
    ZdSound *self = g_new0(ZdSound, 1);
    g_mutex_init(&self->lock);
    g_cond_init(&self->wake);
    self->thread = g_thread_new("sound", work, self);
    return self;
}

void zd_sound_free(ZdSound *self)
{
    if (self == NULL) {
        return;
    }
    g_mutex_lock(&self->lock);
    self->quit = TRUE;
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
    g_thread_join(self->thread);
    g_mutex_clear(&self->lock);
    g_cond_clear(&self->wake);
    g_free(self->path);
    g_free(self);
}

/* Begins a wish; the lock is then held. */
static void begin_wish(ZdSound *self, gboolean wants)
{
    g_mutex_lock(&self->lock);
    self->serial = MAX(self->serial + 1, 1);
    self->wants = wants;
}

static void end_wish(ZdSound *self)
{
    g_cond_signal(&self->wake);
    g_mutex_unlock(&self->lock);
}

void zd_sound_open(ZdSound *self, const char *path)
{
    begin_wish(self, FALSE);
    g_free(self->path);
    self->path = g_strdup(path);
    end_wish(self);
}

void zd_sound_play(ZdSound *self, double from_s)
{
    begin_wish(self, TRUE);
    self->from_s = from_s;
    end_wish(self);
}

void zd_sound_stop(ZdSound *self)
{
    begin_wish(self, FALSE);
    end_wish(self);
}

void zd_sound_set_muted(ZdSound *self, gboolean muted)
{
    g_mutex_lock(&self->lock);
    self->muted = muted;
    g_mutex_unlock(&self->lock);
}

gboolean zd_sound_time(ZdSound *self, double *time_s)
{
    g_mutex_lock(&self->lock);
    gboolean heard = self->wants && self->heard_serial == self->serial && self->serial != 0;
    *time_s = self->heard_s + (double) (g_get_monotonic_time() - self->heard_us) * 1e-6;
    g_mutex_unlock(&self->lock);
    return heard;
}
