/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_ANALYSER_H
#define ZD_DEPTH_ANALYSER_H

/* From a picture to its depth map: scale to the network's working size, run, hand out the map.
 *
 * Thread-safety: one analyser is used by one thread at a time; zd_analyser_prepare and
 * zd_analyser_input_size only read it and may run beside a zd_analyser_run. */

#include "core/digest.h"
#include "core/task.h"
#include "image/depth_map.h"
#include "model/network.h"

typedef struct zd_analyser zd_analyser;

enum { ZD_ANALYSER_MAX_TILES = 8, ZD_ANALYSER_TILES_AUTO = -1, ZD_ANALYSER_FOCAL_MM = 35 };

/** `{0}` plus a model path gives the defaults. ZD_ANALYSER_TILES_AUTO: where the network compares all
 *  with all, a depth size of n >= 2 times its own is n x n tiles of an nth of it, which is quicker. */
typedef struct zd_analyser_params {
    const char *model_path; /* a safetensors file; see models/model_store.h for names */
    /* NULL, or what zd_network_describe would tell of it, whose texts outlive the analyser: its file is not
     * opened before the first zd_analyser_run. */
    const zd_network_info *known;
    zd_network_params network;
    int depth_size; /* short side of the working picture; 0: the model's own */
    /* Two scales: a run at twice the size gives the detail, and the layout is the mean of the picture's and
     * of its mirror image's; not with tiles. */
    bool fine;
    int tiles; /* extra detail from tiles x tiles overlapping parts; 0 or 1: none; or TILES_AUTO */
    float roi[4];   /* x0, y0, x1, y1 in 0..1 of the frame; all 0: the whole frame */
    float focal_mm; /* of the camera, on a picture 36 mm long; 0: ZD_ANALYSER_FOCAL_MM */
} zd_analyser_params;

/** Loads the model. The caller owns *out. */
ZD_MUST_USE zd_status zd_analyser_open(zd_context *ctx, const zd_analyser_params *params,
                                       zd_analyser **out, zd_error *err);
void zd_analyser_close(zd_analyser **analyser); /* sets it to NULL; accepts a pointer to NULL */

const zd_network_info *zd_analyser_network(const zd_analyser *analyser);

/** The network itself, of an analyser that was opened without `known`, for whoever runs it by another rule (depth/video_depth.h). It is planned anew
 *  by the next zd_analyser_run of another size. */
zd_network *zd_analyser_borrow(zd_analyser *analyser);

/** The size of the picture that zd_analyser_prepare makes of frames of a size. With tiles it is
 *  about `tiles` times the network's working size, with two scales twice that; the depth map has
 *  this size too. */
ZD_MUST_USE zd_status zd_analyser_input_size(const zd_analyser *analyser, int frame_width,
                                             int frame_height, int *width, int *height,
                                             zd_error *err);

/** Cuts out the region of interest and scales it. `frame`: 3 or 4 channels, float32, display-
 *  referred code values 0..1 (alpha is ignored), any size. *out: RGB float32 of the input size,
 *  not yet normalised; the caller owns it. */
ZD_MUST_USE zd_status zd_analyser_prepare(const zd_analyser *analyser, zd_view frame,
                                          zd_image **out, zd_error *err);

/** The content key of the map that zd_analyser_run would give for this input: a hash of the
 *  weights, the precision, the settings that matter and the input's pixels. */
ZD_MUST_USE zd_status zd_analyser_key(zd_analyser *analyser, const zd_image *input, zd_digest *out,
                                      zd_error *err);

/** Tells the SHA-256 of the model's file, where the caller knows it already. Needed before
 *  zd_analyser_key where the network is `known` and was not run. */
void zd_analyser_set_digest(zd_analyser *analyser, const zd_digest *digest);

/** Finds the depth of a prepared input. The images of *depth (gray float32, the input's size; what the
 *  network does not tell is NULL) and *foreground (probability 0..1, NULL when the network does not
 *  tell) belong to the caller. `foreground` may be NULL. The map covers the region of interest only.
 *  Metres that follow from the focal length are those of zd_analyser_scale's unit. */
ZD_MUST_USE zd_status zd_analyser_run(zd_analyser *analyser, const zd_image *input,
                                      const zd_task *task, zd_depth_map *depth,
                                      zd_image **foreground, zd_error *err);

/** Makes metres of what zd_analyser_run gave for this input, in place, where the network's output is
 *  distance on a sensor of its own: metres = output * focal length in pixels of the network's picture
 *  / info.focal_unit_px. Other networks' maps stay as they are. So a map is kept without the focal
 *  length, and another one runs nothing. */
void zd_analyser_scale(const zd_analyser *analyser, const zd_image *input, zd_depth_map *depth);

/** The region of interest in 0..1 of the frame; 0, 0, 1, 1 when there is none. */
void zd_analyser_region(const zd_analyser *analyser, float roi[4]);

#endif
