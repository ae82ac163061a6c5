/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODELS_MODEL_STORE_H
#define ZD_MODELS_MODEL_STORE_H

/* Where model files live, and the table of those that can be installed.
 *
 * What comes with the program is looked for beside the program or plug-in first. All others, and what
 * is not there, in the installed data folder, then in the folder that models are installed in:
 * $ZD_MODELS, else $XDG_DATA_HOME/zdepth/models, else ~/.local/share/zdepth/models. */

#include <stdbool.h>
#include <stdint.h>

#include "core/context.h"
#include "model/network.h"

/** What a table entry needs before it can be used. */
typedef enum zd_model_source {
    ZD_MODEL_SHIPPED,    /* comes with the program */
    ZD_MODEL_DOWNLOAD,   /* a safetensors file at a known address */
    ZD_MODEL_CONVERSION, /* published as a pickle only: convert, then install --from FILE */
    ZD_MODEL_BY_HAND,    /* published, but its hash is not known here: install --from FILE */
} zd_model_source;

/** A file of a model that is published as several and converted when it is installed. */
typedef struct zd_model_part {
    const char *file;
    int64_t bytes;
    const char *sha256;
} zd_model_part;

enum { ZD_MODEL_PARTS = 2 };

typedef struct zd_model_entry {
    const char *name; /* "v2-small" */
    const char *title;
    const char *repository; /* "depth-anything/Depth-Anything-V2-Small-hf" */
    const char *revision;
    const char *file;   /* in the repository; of a shipped model: in the program's folder */
    int64_t bytes;      /* 0: not known */
    const char *sha256; /* of the published file; "" when not known */
    const char *licence;
    bool is_permissive; /* false: installing needs an explicit acceptance */
    zd_model_source source;
    zd_network_variant variant;
    zd_network_kind kind;
    float max_depth_m;
    const char *family; /* what its file must be (zd_network_info), with its `encoder`; NULL: any */
    const char *encoder;
    const zd_model_part *parts; /* ZD_MODEL_PARTS of them at GitHub: detector, landmarks; or NULL */
    bool finds_faces;           /* networks `detector` and `landmarks`, no depth */
    bool paints_styles;         /* a network for each of its styles, no depth */
} zd_model_entry;

int zd_model_table_size(void);
const zd_model_entry *zd_model_table_at(int index);
const zd_model_entry *zd_model_table_find(const char *name); /* NULL: no such name */

/** The model that "auto" means: of those that are installed the best for video for a movie, for a
 *  still the best for stills, else the embedded one. Other names are themselves. The text is static
 *  or `name`. */
const char *zd_model_store_choose(zd_context *ctx, const char *name, bool is_movie);

/** The folder that models are installed in. Release with zd_free. */
ZD_MUST_USE zd_status zd_model_store_folder(zd_context *ctx, char **out, zd_error *err);

/** Finds the file of a model: a name of the table, or a path (it holds a '/' or ends in
 *  ".safetensors"). ZD_ERR_MISSING names the command that installs it. Release *path with
 *  zd_free. */
ZD_MUST_USE zd_status zd_model_store_find(zd_context *ctx, const char *name_or_path, char **path,
                                          zd_error *err);

/** Sets variant, kind and max_depth_m of a named model where `params` leaves them to AUTO / 0.
 *  Paths and unknown names change nothing. */
void zd_model_store_params(const char *name_or_path, zd_network_params *params);

#endif
