/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What callers of networks, of the store of models and of faces must keep: each ZD_REQUIRE is broken once,
 * and each kind of invariant. */

#include "cache/cache_codec.h"
#include "cache/cache_folder.h"
#include "cache/cache_layer.h"
#include "cache/cache_names.h"
#include "face/face_depth.h"
#include "face/face_internal.h"
#include "face/face_pose.h"
#include "face/face_track.h"
#include "model/network.h"
#include "model/operator.h"
#include "model/safetensors_write.h"
#include "models/face_convert.h"
#include "models/flatbuffer.h"
#include "models/model_download.h"
#include "models/model_install.h"
#include "models/model_store.h"
#include "models/tflite.h"
#include "refused.h"
#include "title/coverage.h"
#include "title/sheet.h"
#include "title/text_layout.h"
#include "title/title.h"

static zd_context *ctx;
static zd_error err;

static void networks(void)
{
    zd_graph graph;
    zd_network *net = NULL;
    zd_safetensors *file = NULL;
    char *path = NULL;
    const zd_tensor_file none = { .tensor_count = 1 };
    REFUSED(zd_network_open(ctx, NULL, NULL, &net, &err), "path != NULL");
    REFUSED(zd_graph_parse(ctx, NULL, &graph, &err), "text != NULL");
    REFUSED(zd_safetensors_open(ctx, NULL, &file, &err), "path != NULL");
    REFUSED(zd_safetensors_parse(ctx, NULL, 8, &file, &err), "data != NULL || bytes == 0");
    REFUSED(zd_safetensors_write(ctx, "/nowhere/x", &none, &err),
            "file->tensors != NULL || file->tensor_count == 0");
    zd_tflite tflite;
    const zd_download download = { .address = "https://localhost/x" };
    REFUSED(zd_tflite_read(ctx, NULL, 1, "d.", &tflite, &err), "prefix != NULL");
    REFUSED(zd_model_convert_faces(ctx, "a", NULL, "b", &err),
            "detector != NULL && landmarks != NULL && out != NULL");
    REFUSED(zd_download_run(&download, NULL, &err),
            "download->address != NULL && download->partial != NULL");
    REFUSED(zd_model_install(ctx, NULL, NULL, NULL, &err), "entry != NULL");
    REFUSED(zd_model_store_find(ctx, NULL, &path, &err), "asked != NULL");
}

static void faces(void)
{
    zd_face_depth *depth = NULL;
    zd_face_tracker *tracker = NULL;
    REFUSED(zd_face_depth_create(ctx, 0, 4, 1.0f, &depth, &err), "width > 0");
    REFUSED(zd_face_depth_create(ctx, 4, 4, 0.0f, &depth, &err),
            "width > 0 && height > 0 && aspect > 0.0f");
    REFUSED(zd_face_tracker_create(ctx, -1.0f, &tracker, &err), "aspect > 0.0f");
}

static void titles(void)
{
    float numbers[4] = { 0 };
    zd_title *title = NULL;
    zd_image *sheet = NULL;
    zd_view gray = { numbers, 2, 2, 8, ZD_GRAY_F32 };
    zd_view rgb = { numbers, 1, 1, 12, ZD_RGB_F32 };
    REFUSED(zd_title_create(ctx, NULL, 4, 4, &title, &err), "params != NULL");
    REFUSED(zd_sheet_render(ctx, NULL, NULL, 1, &sheet, &err), "cells != NULL");
    REFUSED(zd_coverage_blur(ctx, rgb, 1.0, &err), "coverage.format.channels == 1");
    REFUSED(zd_coverage_blur(ctx, gray, -1.0, &err),
            "coverage.format.channels == 1 && radius_px >= 0.0");
}

static void caches(void)
{
    zd_cache_depth entry = { 0 };
    uint8_t *data = NULL;
    size_t bytes = 0;
    zd_cache_bytes read;
    zd_cache_usage removed;
    zd_digest key = { { 0 } };
    zd_cache_folder closed = { .ctx = ctx, .root = -1 };
    REFUSED(zd_cache_encode(ctx, &entry, &data, &bytes, &err), "entry->depth.values != NULL");
    REFUSED(zd_cache_decode(ctx, NULL, 16, &entry, &err), "data != NULL || bytes == 0");
    REFUSED(zd_cache_folder_read(&closed, &key, "zdm", 1, &read, &err), "folder->path != NULL");
    REFUSED(zd_cache_folder_prune(&closed, -1, &removed, &err), "keep_bytes >= 0");
}

/* Of a model, an operator, a reader of bytes, a pose, a text and names of files. */
static void invariants(void)
{
    const zd_op op = { .kind = ZD_OP_KINDS };
    const zd_op coarse = { .kind = ZD_OP_NORM, .epsilon = 13 };
    const uint8_t layer[2] = { 0 };
    uint8_t packed[8];
    zd_flat flat = { .data = layer, .bytes = sizeof layer };
    const zd_face_pose flat_pose = { .scale = 0.0 };
    const double at[3] = { 0 };
    double cm[3];
    const zd_digest key = { { 0 } };
    const zd_title_text_style style = { .size_px = 0.0 };
    zd_test_need_asserts();
    DIES(zd_op_type_of(&op));
    DIES(zd_op_epsilon(&coarse));
    DIES(zd_model_table_at(-1));
    DIES(zd_model_table_at(zd_model_table_size()));
    DIES(zd_flat_number(&flat, 0, 9));
    DIES(zd_face_pose_undo(&flat_pose, at, cm));
    DIES(zd_cache_layer_pack(layer, 0, packed));
    DIES(zd_cache_name_of(&key, "text"));
    DIES(zd_title_text_layout_resize(NULL, &style));
}

int main(void)
{
    ctx = zd_test_context(1);
    RUN(networks);
    RUN(faces);
    RUN(titles);
    RUN(caches);
    RUN(invariants);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
