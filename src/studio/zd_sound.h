/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_SOUND_H
#define ZD_STUDIO_ZD_SOUND_H

/* The footage's sound while it is played, by GStreamer in a thread of its own. Where there is no
 * GStreamer, no device, no decoder or no sound, it is silent and the picture goes by the clock. With
 * ZD_STUDIO_SINK=NAME it goes to that sink of GStreamer's. */

#include <glib.h>

G_BEGIN_DECLS

typedef struct ZdSound ZdSound;

ZdSound *zd_sound_new(void);
void zd_sound_free(ZdSound *sound); /* accepts NULL */

/** The file whose sound is played; NULL: none. */
void zd_sound_open(ZdSound *sound, const char *path);

/** Plays from a time in seconds, or stops. */
void zd_sound_play(ZdSound *sound, double from_s);
void zd_sound_stop(ZdSound *sound);
void zd_sound_set_muted(ZdSound *sound, gboolean muted);

/** The time that is heard now, which the picture follows; FALSE: nothing is heard yet, or ever. */
gboolean zd_sound_time(ZdSound *sound, double *time_s);

G_END_DECLS

#endif
