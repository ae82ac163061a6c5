/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Playing: the picture follows what is heard, or where nothing is, the clock. Frames that come too late
 * are left out: the session draws the newest, and how many were seen of a second is told. J and L go
 * backwards and forwards, twice as fast with each press; K stops, and while it is held they are steps. */

#include <assert.h>
#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>

#include "zd_timeline.h"
#include "zd_window_private.h"

enum { MOST_SPEED = 8, TELL_US = 500000 };

/* The frame where the range, or the clip, begins and ends. */
static void played_range(ZdWindow *self, gint64 *first, gint64 *end)
{
    gboolean has_range = self->out >= self->in && self->in >= 0;
    *first = has_range ? self->in : 0;
    *end = has_range ? self->out + 1 : zd_window_frames(self);
}

/* ---- what is told beside the clock ---- */

static void show_status(ZdWindow *self)
{
    gboolean both = self->play_text != NULL && self->analysis_text != NULL;
    g_autofree char *text =
        g_strconcat(self->play_text != NULL ? self->play_text : "", both ? "   " : "",
                    self->analysis_text != NULL ? self->analysis_text : "", NULL);
    gtk_label_set_text(GTK_LABEL(self->status), text);
}

void zd_window_tell_analysis(ZdWindow *self, const char *text)
{
    g_free(self->analysis_text);
    self->analysis_text = g_strdup(text);
    show_status(self);
}

void zd_window_count_picture(ZdWindow *self)
{
    self->played_pictures++;
}

/* "24 of 24 frames/s", "−4×  11 frames/s" */
static void tell_rate(ZdWindow *self, gint64 now_us)
{
    double passed = (double) (now_us - self->played_from_us) * 1e-6;
    if (now_us - self->played_from_us < TELL_US) {
        return;
    }
    int seen = (int) lround(self->played_pictures / passed);
    g_free(self->play_text);
    self->play_text = self->speed == 1
                          ? g_strdup_printf(_("%d of %.0f frames/s"), seen, zd_window_rate(self))
                          : g_strdup_printf(_("%s%d×  %d frames/s"), self->speed < 0 ? "−" : "",
                                            abs(self->speed), seen);
    self->played_pictures = 0;
    self->played_from_us = now_us;
    show_status(self);
}

/* ---- the clock ---- */

/* Counts from a frame on. Only what plays at the footage's own speed is heard. */
static void play_from(ZdWindow *self, gint64 frame, gint64 now_us)
{
    self->play_from_frame = frame;
    self->play_from_us = now_us;
    if (self->speed == 1) {
        zd_sound_play(self->sound, (double) frame / zd_window_rate(self));
    } else {
        zd_sound_stop(self->sound);
    }
}

static gint64 due_frame(ZdWindow *self, gint64 now_us)
{
    double heard_s;
    double rate = zd_window_rate(self);
    if (self->speed == 1 && zd_sound_time(self->sound, &heard_s)) {
        gint64 frame = (gint64) floor(heard_s * rate + 1e-6);
        self->play_from_frame = frame; /* the clock goes on from here when the sound ends */
        self->play_from_us = now_us - (gint64) ((heard_s - (double) frame / rate) * 1e6);
        return frame;
    }
    double passed = (double) (now_us - self->play_from_us) * 1e-6;
    gint64 by = (gint64) floor(passed * rate * abs(self->speed));
    return self->play_from_frame + (self->speed < 0 ? -by : by);
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
    gboolean is_past = self->speed < 0 ? frame < first : frame >= end;
    if (is_past && !self->loops) {
        gint64 last = self->speed < 0 ? first : end - 1;
        self->tick = 0; /* by what is returned */
        zd_window_set_speed(self, 0);
        zd_window_seek(self, last);
        return G_SOURCE_REMOVE;
    }
    if (is_past) {
        frame = self->speed < 0 ? end - 1 : first;
        play_from(self, frame, now_us);
    }
    if (frame != self->frame) {
        zd_window_seek(self, frame);
    }
    tell_rate(self, now_us);
    return G_SOURCE_CONTINUE;
}

/* Where playing begins: here, or at the other end where nothing is left in that direction. */
static gint64 begin_frame(ZdWindow *self, int speed)
{
    assert(speed != 0);
    gint64 first;
    gint64 end;
    played_range(self, &first, &end);
    if (speed < 0) {
        return self->frame > first ? self->frame : end - 1;
    }
    return self->frame + 1 < end ? self->frame : first;
}

static void stop(ZdWindow *self)
{
    zd_sound_stop(self->sound);
    if (self->tick != 0) {
        gtk_widget_remove_tick_callback(GTK_WIDGET(self), self->tick);
        self->tick = 0;
    }
    g_clear_pointer(&self->play_text, g_free);
    if (self->status != NULL) {
        show_status(self);
    }
}

void zd_window_set_speed(ZdWindow *self, int speed)
{
    if (speed == self->speed || (speed != 0 && zd_window_frames(self) < 2)) {
        return;
    }
    gboolean was_playing = self->speed != 0;
    self->speed = speed;
    zd_session_set_patient(self->session, speed != 0);
    gtk_button_set_icon_name(GTK_BUTTON(self->play_button), speed != 0
                                                                ? "media-playback-pause-symbolic"
                                                                : "media-playback-start-symbolic");
    if (speed == 0) {
        stop(self);
        return;
    }
    GdkFrameClock *clock = gtk_widget_get_frame_clock(GTK_WIDGET(self));
    self->played_pictures = 0;
    self->played_from_us = gdk_frame_clock_get_frame_time(clock);
    play_from(self, begin_frame(self, speed), self->played_from_us);
    if (!was_playing) {
        self->tick = gtk_widget_add_tick_callback(GTK_WIDGET(self), tick_cb, self, NULL);
    }
}

void zd_window_set_playing(ZdWindow *self, gboolean playing)
{
    zd_window_set_speed(self, playing ? 1 : 0);
}

/* ---- J, K, L ---- */

static void play_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    zd_window_set_playing(user, ZD_WINDOW(user)->speed == 0);
}

static void stop_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    (void) action;
    (void) parameter;
    zd_window_set_playing(user, FALSE);
}

static void shuttle_cb(GSimpleAction *action, GVariant *parameter, gpointer user)
{
    ZdWindow *self = user;
    int sign = g_str_equal(g_action_get_name(G_ACTION(action)), "shuttle-on") ? 1 : -1;
    (void) parameter;
    if (self->holds_k) {
        zd_window_set_playing(self, FALSE);
        zd_window_seek(self, self->frame + sign);
        return;
    }
    gboolean goes_on = self->speed * sign > 0;
    zd_window_set_speed(self, goes_on ? sign * MIN(2 * abs(self->speed), MOST_SPEED) : sign);
}

static const GActionEntry entries[] = {
    { .name = "play", .activate = play_cb },
    { .name = "stop", .activate = stop_cb },
    { .name = "shuttle-back", .activate = shuttle_cb },
    { .name = "shuttle-on", .activate = shuttle_cb },
};

void zd_window_add_play_actions(ZdWindow *self)
{
    g_action_map_add_action_entries(G_ACTION_MAP(self), entries, G_N_ELEMENTS(entries), self);
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
