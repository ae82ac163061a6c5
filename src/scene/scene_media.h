/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_SCENE_MEDIA_H
#define ZD_SCENE_SCENE_MEDIA_H

/* The pictures of media nodes, loaded when asked for and kept while they are the same. */

#include "scene/scene_internal.h"
#include "scene/scene_services.h"

typedef struct zd_scene_media_slot {
    zd_image *colour;   /* RGBA float32, linear, premultiplied */
    int colour_number;  /* of the media's picture */
    int64_t colours[2]; /* identities of front and matte; 0: not told */
    bool colour_is_still;
    bool is_opaque;
    unsigned colour_serial; /* a new number for each new picture */
    zd_scene_loaded data;   /* of the front, as it is */
    zd_image *data_low;     /* of the matte: the low part of an HQ map */
    int data_number;
    unsigned data_serial;
} zd_scene_media_slot;

typedef struct zd_scene_media_store {
    const zd_scene *scene;
    const zd_scene_services *services;
    zd_scene_media_slot *slots; /* for each node */
    unsigned serial;
} zd_scene_media_store;

zd_status zd_scene_media_store_init(zd_scene_media_store *store, const zd_scene *scene,
                                    const zd_scene_services *services, zd_error *err);
void zd_scene_media_store_finish(zd_scene_media_store *store);

/** The colour of a media node at a scene frame, in slot->colour. A missing front or matte is
 *  white. */
zd_status zd_scene_media_colour(zd_scene_media_store *store, int media, double frame,
                                zd_scene_media_slot **out, zd_error *err);

/** The raw values of a media node's front, in slot->data. */
zd_status zd_scene_media_data(zd_scene_media_store *store, int media, double frame,
                              zd_scene_media_slot **out, zd_error *err);

/** The number of a media's picture at a scene frame: in a sequence's names, or of a movie's frame
 *  counted from 1. */
int zd_scene_media_number(const zd_scene_media_store *store, int media, double frame);

/** The file whose frames a media's pictures are, where they are nothing else: one front without a
 *  channel, in the colours that it is tagged with. *path is NULL when there is none; the caller frees
 *  it. */
zd_status zd_scene_media_footage(const zd_scene_media_store *store, int media, char **path,
                                 zd_error *err);

#endif
