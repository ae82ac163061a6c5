/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_SCENE_SERVICES_H
#define ZD_SCENE_SCENE_SERVICES_H

/* What a scene asks of its surroundings: pictures from files, and depth measured on pictures. The
 * session gives both; tests give their own. */

#include <stdbool.h>
#include <stdint.h>

#include "image/depth_map.h"
#include "image/image.h"

/** Colours by a configuration of OpenColorIO; texts are never NULL. */
typedef struct zd_scene_colours {
    const char *config; /* its file; "": what the surroundings have */
    const char
        *working; /* the space of the scene's light; "": linear light of BT.709's primaries */
} zd_scene_colours;

/** A picture that a media node names. */
typedef struct zd_scene_request {
    const char *path;         /* relative paths are joined to the scene's folder; may hold %04d */
    const char *channel;      /* "": the file's own */
    int frame;                /* the number in a sequence's names; counts a movie's frames */
    bool as_data;             /* raw values (depth, normals, mattes): no colour conversion */
    int colourspace;          /* 0 as tagged, 1 scene-linear, 2 sRGB, 3 BT.709; ignored for data */
    const char *space;        /* the front's, by name; "": by its tags or colourspace */
    zd_scene_colours colours; /* of the scene */
    int64_t known;            /* the identity of the picture that the caller has; 0: none */
} zd_scene_request;

typedef struct zd_scene_loaded {
    zd_image *
        image; /* gray, RGB or RGBA float32, not premultiplied by us; owned by the caller. NULL where
                      * it is the one that the request knows */
    bool is_still;    /* the same for every frame */
    int64_t identity; /* the same number is the same picture of that path; 0: not told */
    int bit_depth;    /* of an integer file */
    bool is_float;
    bool is_half;
    char declared[48]; /* the file's own words, "planar,absolute"; "" when it says nothing */
    double near_px;    /* declared with it; 0: not */
    double far_px;
    bool has_span; /* the file says which values are furthest and nearest */
    zd_depth_range span;
} zd_scene_loaded;

typedef struct zd_scene_loader {
    void *user;
    zd_status (*load)(void *user, const zd_scene_request *request, zd_scene_loaded *out,
                      zd_error *err);
} zd_scene_loader;

/** What is measured on a scene's media. */
typedef enum zd_scene_measure {
    ZD_SCENE_MEASURE_GLOBAL, /* the depth of the whole picture */
    ZD_SCENE_MEASURE_FACE,   /* with the shape of the faces in it; fails when there is none */
} zd_scene_measure;

/** One frame to be measured. */
typedef struct zd_scene_measure_request {
    zd_scene_measure what;
    const char
        *path; /* as in zd_scene_request, of footage that the picture is nothing but; or NULL */
    int frame; /* as in zd_scene_request */
    int first; /* the frames that the scene's range asks for */
    int last;
    const char *model;      /* a network's name; "": the default */
    const char *face_model; /* the same of those that find faces */
    zd_rect region;         /* of the picture: what is analysed, the same for every frame */
    zd_view picture;        /* linear RGBA float32, premultiplied */
} zd_scene_measure_request;

/** What was measured: nearness (larger is nearer), gray float32, owned by the caller. */
typedef struct zd_scene_measured {
    zd_image *values;
    zd_depth_range range; /* what the values span; equal ends when it is not known */
    bool is_settled;      /* the range is that of the shot; else the scene's first frame gives it */
} zd_scene_measured;

/** Measures depth. */
typedef struct zd_scene_analyser {
    void *user;
    zd_status (*analyse)(void *user, const zd_scene_measure_request *request,
                         zd_scene_measured *out, zd_error *err);
} zd_scene_analyser;

typedef struct zd_scene_services {
    zd_scene_loader loader;
    zd_scene_analyser analyser; /* analyse == NULL: analysis says that it is not there */
} zd_scene_services;

#endif
