/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_STUDIO_ZD_SHAPES_H
#define ZD_STUDIO_ZD_SHAPES_H

/* The text of the parameter "shape" as something that a hand can edit: garbage and holdout outlines with
 * keys over time. */

#include <glib.h>

G_BEGIN_DECLS

typedef struct ZdPoint {
    double x; /* fractions of the frame from its upper left */
    double y;
} ZdPoint;

typedef struct ZdShapeKey {
    double time_s;
    ZdPoint *points; /* as many as the shape has */
} ZdShapeKey;

typedef struct ZdShape {
    gboolean is_holdout; /* else garbage */
    double feather;      /* percent of the height */
    int point_count;
    GArray *keys; /* of ZdShapeKey, in order of time; one at least */
} ZdShape;

/** A shape with one key, at no time of its own. The points are copied. */
ZdShape *zd_shape_new(gboolean is_holdout, const ZdPoint *points, int count);

/** Reads what the library accepts. A list of ZdShape that frees them; empty for NULL and "". Text that is
 *  no shapes gives those before the fault. */
GPtrArray *zd_shape_text_parse(const char *text);

/** The text of the parameter; "" when there is none. Release with g_free. */
char *zd_shape_text_write(GPtrArray *shapes);

/** Where the points are at a time: evenly between the keys. `out` has room for all. */
void zd_shape_at(const ZdShape *shape, double time_s, ZdPoint *out);

/** Sets a key at a time with the points that the shape has there; gives its index. */
int zd_shape_key(ZdShape *shape, double time_s);

/** Moves a point: of the only key, or of one at this very time, which is made. */
void zd_shape_move(ZdShape *shape, double time_s, int point, ZdPoint to);

G_END_DECLS

#endif
