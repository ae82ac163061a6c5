/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_SELECT_OBJECT_FOLLOW_H
#define ZD_MATTE_SELECT_OBJECT_FOLLOW_H

/* Which samples of a field's foreground are the object that was followed so far. Part of object.c. */

#include "matte/matte_internal.h"

/** Planes of the field's size, borrowed. */
typedef struct zd_follow {
    unsigned char *is_object; /* the object, where it is or was until lately */
    unsigned char *is_other;  /* frames for which it has been foreground that is not the object */
    unsigned char *age;       /* frames since a sample of the object was seen */
    float *home;              /* the object's depths */
    float *last;              /* the depths of the frame before */
    int *labels;              /* what a step finds: 0 background, 1 the object, 2 others */
    int *queue;
} zd_follow;

/** Labels the next frame; returns the object's samples. Changes nothing that is remembered. */
int zd_follow_step(const zd_follow *follow, zd_plane field, zd_plane probability,
                   zd_thresholds thresholds);

/** Remembers the labels. Without `is_seen` nothing of the object is forgotten, as behind an occluder. */
void zd_follow_accept(const zd_follow *follow, zd_plane field, bool is_seen);

/** Forgets the object that was, and begins with that of the labels. */
void zd_follow_begin(const zd_follow *follow, zd_plane field);

#endif
