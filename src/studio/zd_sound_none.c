/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A Studio without GStreamer is silent. */

#include "zd_sound.h"

ZdSound *zd_sound_new(void)
{
    return NULL;
}

void zd_sound_free(ZdSound *sound)
{
    (void) sound;
}

void zd_sound_open(ZdSound *sound, const char *path)
{
    (void) sound;
    (void) path;
}

void zd_sound_play(ZdSound *sound, double from_s)
{
    (void) sound;
    (void) from_s;
}

void zd_sound_stop(ZdSound *sound)
{
    (void) sound;
}

void zd_sound_set_muted(ZdSound *sound, gboolean muted)
{
    (void) sound;
    (void) muted;
}

gboolean zd_sound_time(ZdSound *sound, double *time_s)
{
    (void) sound;
    *time_s = 0.0;
    return FALSE;
}
