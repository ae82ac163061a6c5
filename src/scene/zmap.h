/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_ZMAP_H
#define ZD_SCENE_ZMAP_H

/* Z-Depth Map nodes at one frame: the map as z, softened, laid on the object's picture, and the
 * normals bumped from it. Nothing is computed again while nothing it depends on changes. */

#include "scene/depth_convert.h"
#include "scene/depth_layers.h"
#include "scene/relief.h"
#include "scene/scene_media.h"

/** A region of interest in pixels of the media; empty: everywhere. */
typedef struct zd_zmap_roi {
    double rect[4]; /* left, top, right, bottom */
    double feather;
    bool is_drawn; /* else it is all of the picture */
    int shape;     /* ZD_SCENE_ROI_ */
    int mode;      /* ZD_SCENE_ROI_INCLUDE or _EXCLUDE */
} zd_zmap_roi;

/** All that turns measured nearness into z. */
typedef struct zd_zmap_measured {
    double nearest; /* z of the range's ends */
    double furthest;
    double card[3]; /* 1/z of the card = card[0] + card[1] u + card[2] v, u and v 0 to 1; or NaN */
    zd_depth_range range;
    zd_zmap_roi roi;
} zd_zmap_measured;

/** All that a field is computed from. */
typedef struct zd_zmap_key {
    unsigned source_serial;
    zd_scene_depth_rule rule;
    zd_zmap_measured measured;
    double softness[2];
    bool edge_aware;
    zd_scene_depth_placing placing;
} zd_zmap_key;

/** All that the layers of a torn surface are made of. */
typedef struct zd_zmap_layers {
    unsigned field;   /* serials */
    unsigned picture; /* 0: none */
    zd_scene_steps steps;
    double reach; /* of the hidden layer, samples; 0: none */
    double
        nearest; /* z whose parallax the reach is, so that the hidden layer ends where it is not seen; 0: it
                     * reaches as far everywhere */
} zd_zmap_layers;

typedef struct zd_zmap {
    zd_image *z;     /* at the map's own resolution, softened */
    zd_image *field; /* on the object's picture; may be the same image as z */
    unsigned field_serial;
    zd_scene_depth_rule rule; /* that made the field of the map's values */
    zd_image *shape; /* like the field, what 3D is extruded by: without the steps of a quantised
                               * map; NULL: the field */
    unsigned shape_field;   /* the serial of the field that it was made for */
    zd_scene_coarse coarse; /* those steps */
    zd_image *slopes; /* like the field, what normals are of: the shape, or measured depth evened
                               * out; NULL: the field */
    unsigned slopes_field;
    bool has_invalid;
    zd_scene_relief relief;
    zd_vec3 normal; /* of the card, unit, world; not used for geometry */
    double card_w;  /* the object's picture, pixels */
    double card_h;
    zd_image *normals; /* RGBA float32, world, of the field's size; NULL without bump or facing */
    unsigned normals_serial;
    zd_zmap_key key;
    zd_scene_relief bump_relief; /* what the normals were computed from */
    zd_mat4 bump_object;
    double bump_depth;
    unsigned bump_field;
    unsigned bump_sharp; /* the serial of normals that are of `sharp` */
    zd_image *analysed;  /* nearness measured on the media */
    bool has_range;
    zd_depth_range analysed_range; /* of the shot, or of the scene's first frame */
    unsigned analysed_of;          /* colour_serial */
    unsigned analysed_serial;
    zd_image *sharp; /* the field with sharp steps, for torn surfaces; or NULL */
    unsigned sharp_serial;
    zd_scene_filling filling; /* what is hidden behind them; empty without */
    unsigned filling_serial;
    zd_zmap_layers layers; /* what the two were made of */
    bool has_guess;
    zd_scene_depth_guess guess; /* for `range auto`, from the scene's first frame */
    bool has_warned;
} zd_zmap;

typedef struct zd_zmap_store {
    const zd_scene *scene;
    zd_scene_media_store *media;
    zd_zmap *maps; /* for each node */
    bool
        has_facing; /* normals of surfaces in the default mode, bumped or not: shadows fall on them */
    unsigned serial;
} zd_zmap_store;

zd_status zd_zmap_store_init(zd_zmap_store *store, const zd_scene *scene,
                             zd_scene_media_store *media, zd_error *err);
void zd_zmap_store_finish(zd_zmap_store *store);

/** Makes a map ready at the pose's frame. `camera` is the output's, for maps without their own. */
zd_status zd_zmap_prepare(zd_zmap_store *store, zd_pose *pose, int zdepth, int camera,
                          zd_zmap **out, zd_error *err);

/** Makes map->shape of a prepared map, for what is extruded in 3D. */
zd_status zd_zmap_prepare_shape(zd_zmap_store *store, const zd_pose *pose, int zdepth, zd_zmap *map,
                                zd_error *err);

/** Makes map->slopes of a prepared map, for normals of it or of what it extrudes. */
zd_status zd_zmap_prepare_slopes(zd_zmap_store *store, const zd_pose *pose, int zdepth,
                                 zd_zmap *map, zd_error *err);

/** What a map extrudes by. */
static inline zd_view zd_zmap_surface(const zd_zmap *map)
{
    return zd_image_view(map->shape != NULL ? map->shape : map->field);
}

/** When samples of a map tear, for a surface at its place. */
zd_scene_steps zd_zmap_steps(const zd_zmap *map, const zd_mat4 *object, double tangent,
                             double max_edge);

/** How many samples of what is hidden a camera may see: some more than its way from the map's own
 *  uncovers beside the nearest things. `pixel` is that of the steps. */
void zd_zmap_reach(const zd_zmap *map, const zd_scene_view_camera *camera, zd_zmap_layers *layers);

/** Makes the layers of a prepared map: map->sharp, and map->filling when the reach is not 0. `picture`
 *  is the object's, RGBA float32, or without data. */
zd_status zd_zmap_prepare_layers(zd_zmap_store *store, zd_zmap *map, const zd_zmap_layers *wanted,
                                 zd_view picture, zd_error *err);

/** The pixel size of an object's picture: a surface's own or its media's. */
zd_status zd_scene_object_size(zd_scene_media_store *media, int object, double frame, double *width,
                               double *height, zd_error *err);

/** Reads one of a map's fields at a point of the object's picture (centre origin, y up), as `filter` says. */
float zd_zmap_sample(const zd_zmap *map, zd_view field, double x, double y, bool nearest);

/** World normals of a card that `field`, one of the map's, displaces, at each sample; map->bump_depth is
 *  set. */
zd_status zd_scene_bump_normals(zd_context *ctx, const zd_zmap *map, const zd_mat4 *object,
                                zd_view field, zd_view out, zd_error *err);

/** A zd_scene_snap_source whose user is a zd_zmap_store. */
zd_status zd_zsnap_point(void *user, zd_pose *pose, int zdepth, const double at[2], zd_vec3 *point,
                         zd_error *err);

/** The position that lays an axis on what a map shows at a pixel, in its carrier and in the world. */
zd_status zd_zsnap_axis(zd_zmap_store *maps, int axis, int zdepth, const double at[2], double frame,
                        zd_vec3 *local, zd_vec3 *world, zd_error *err);

/** The map that lies on an object, or -1. */
int zd_scene_zdepth_on(const zd_scene *scene, int object);

#endif
