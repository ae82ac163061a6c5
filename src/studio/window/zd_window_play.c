/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Playing: the picture follows what is heard, or where nothing is, the clock. Frames that come too late
 * are left out: the session draws the newest. */

#include <math.h>

#include "zd_timeline.h"
#include "zd_window_private.h"

/* The frame where the range, or the clip, begins and ends. */
static void played_range(ZdWindow *self, gint64 *first, gint64 *end)
{
    gboolean has_range = self->out >= self->in && self->in >= 0;
    *first = has_range ? self->in : 0;
    *end = has_range ? self->out + 1 : zd_window_frames(self);
}

/* Counts from a frame on. */
static void play_from(ZdWindow *self, gint64 frame, gint64 now_us)
{
    self->play_from_frame = frame;
    self->play_from_us = now_us;
    zd_sound_play(self->sound, (double) frame / zd_window_rate(self));
}

static gint64 due_frame(ZdWindow *self, gint64 now_us)
{
    double heard_s;
    double rate = zd_window_rate(self);
    if (zd_sound_time(self->sound, &heard_s)) {
        gint64 frame = (gint64) floor(heard_s * rate + 1e-6);
        self->play_from_frame = frame; /* the clock goes on from here when the sound ends */
        self->play_from_us = now_us - (gint64) ((heard_s - (double) frame / rate) * 1e6);
        return frame;
    }
    double passed = (double) (now_us - self->play_from_us) * 1e-6;
    return self->play_from_frame + (gint64) floor(passed * rate);
}

static gboolean tick_cb(GtkWidget *widget, GdkFrameClock *clock, gpointer user)
{
    ZdWindow *self = user;
    gint64 now_us = gdk_frame_clock_get_frame_time(clock);
    gint64 first;
    gint64 end;
    (void) widget;
    played_range(self, &first, &end);
    gint64 frame = due_frame(self, now_us);
    if (frame >= end) {
        if (!self->loops) {
            zd_window_set_playing(self, FALSE);
            return G_SOURCE_REMOVE;
        }
        play_from(self, first, now_us);
        frame = first;
    }
    if (frame != self->frame) {
        zd_window_seek(self, frame);
    }
    return G_SOURCE_CONTINUE;
}

void zd_window_set_playing(ZdWindow *self, gboolean playing)
{
    if (playing == self->playing || (playing && zd_window_frames(self) < 2)) {
        return;
    }
    self->playing = playing;
    gtk_button_set_icon_name(GTK_BUTTON(self->play_button), playing
                                                                ? "media-playback-pause-symbolic"
                                                                : "media-playback-start-symbolic");
    if (playing) {
        GdkFrameClock *clock = gtk_widget_get_frame_clock(GTK_WIDGET(self));
        play_from(self, self->frame + 1 < zd_window_frames(self) ? self->frame : 0,
                  gdk_frame_clock_get_frame_time(clock));
        self->tick = gtk_widget_add_tick_callback(GTK_WIDGET(self), tick_cb, self, NULL);
        return;
    }
    zd_sound_stop(self->sound);
    if (self->tick != 0) {
        gtk_widget_remove_tick_callback(GTK_WIDGET(self), self->tick);
        self->tick = 0;
    }
}

void zd_window_open_media(ZdWindow *self)
{
    const zdepth_clip_info *info = zd_session_info(self->session);
    g_autofree char *footage = zd_document_footage(self->document);
    double aspect = (double) info->width * info->sample_aspect_num /
                    ((double) info->height * info->sample_aspect_den);
    zd_sound_open(self->sound, info->audio_count > 0 ? footage : NULL);
    zd_thumbs_open(self->thumbs, zd_document_project(self->document), ZD_TIMELINE_THUMB, aspect);
    zd_timeline_set_thumbs(ZD_TIMELINE(self->timeline), self->thumbs, aspect);
}
