/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TRACK_WALL_ALIGN_H
#define ZD_TRACK_WALL_ALIGN_H

/* One flat part of a picture found again in another, to a small part of a pixel. */

#include "core/context.h"
#include "image/homography.h"
#include "track/pyramid.h"

enum { ZD_WALL_POINTS = 4096 };

/** What may change between two pictures, by how much there is to tell it from. */
typedef enum zd_wall_model {
    ZD_WALL_NONE,        /* nothing can be told */
    ZD_WALL_SHIFT,       /* the place */
    ZD_WALL_SIMILAR,     /* and turn and size */
    ZD_WALL_PERSPECTIVE, /* and all that a plane can do */
} zd_wall_model;

/** A picture to look in. Everything is borrowed. */
typedef struct zd_wall_picture {
    const zd_pyramid *luma;
    zd_view
        hidden; /* gray f32 of any size: above 0.5 stands something before the plane; or no data */
} zd_wall_picture;

/** A rectangle in pixels of the first level. */
typedef struct zd_wall_box {
    double x0;
    double y0;
    double x1;
    double y1;
} zd_wall_box;

/** The points by which a part of a picture is known: where its brightness changes. */
typedef struct zd_wall_points {
    int count;
    float *x; /* in pixels of the first level */
    float *y;
    float *value;
    float *slope_x; /* of the brightness, for a pixel of the first level */
    float *slope_y;
} zd_wall_points;

typedef struct zd_wall_key {
    zd_wall_box box;
    zd_wall_points levels[ZD_PYRAMID_LEVELS];
    int count;           /* of levels */
    zd_wall_model model; /* what its texture can tell */
} zd_wall_key;

/** How well a key was found. */
typedef struct zd_wall_fit {
    zd_homography pose; /* from the key's picture to the other */
    double agreement;   /* 0..1, the share of the key's contrast that is seen again */
    double error_px;    /* expected at the corners of the box, pixels of the first level */
    double visible;     /* 0..1, the points inside the picture, whatever hides them */
    bool is_found;
} zd_wall_fit;

/** How many floats a key takes, and how many the scratch of zd_wall_align. */
size_t zd_wall_key_floats(void);
size_t zd_wall_scratch_floats(void);

/** Lays a key out in memory. */
void zd_wall_key_init(zd_wall_key *key, float *memory);

/** Takes the part of a picture inside a box, without what is hidden, as the key. */
void zd_wall_key_take(zd_wall_key *key, const zd_wall_picture *picture, zd_wall_box box);

/** Where a key is in a picture, starting from *fit's pose, which may be off by some pixels; `model` limits
 *  how that may change. Robust against other things before the plane, and against light that changes as a
 *  whole. By Gauss and Newton's method from the coarsest level to the finest, the key's own slopes taken for
 *  the picture's (Baker and Matthews, Lucas-Kanade 20 Years On, 2004, section 3.2), points that disagree
 *  weighing less (Geman and McClure). */
void zd_wall_align(const zd_wall_key *key, const zd_wall_picture *picture, zd_wall_model model,
                   float *scratch, zd_wall_fit *fit);

/** How far a fit may be off at the corners of the box, in pixels, by what the points of either colour of a chequerboard
 *  say for themselves: half of how far they are apart. Grain that looks like texture agrees with itself in one picture
 *  and not with another's. INFINITY where one of them says nothing. */
double zd_wall_doubt(const zd_wall_key *key, const zd_wall_picture *picture, zd_wall_model model,
                     float *scratch, const zd_wall_fit *fit);

/** How badly a pose fits, on the coarsest level: 0 not at all .. 1. */
double zd_wall_cost(const zd_wall_key *key, const zd_wall_picture *picture,
                    const zd_homography *pose);

/** Whether something stands before the plane at a point of the first level. */
bool zd_wall_is_hidden(const zd_wall_picture *picture, double x, double y);

#endif
