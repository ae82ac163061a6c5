/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The two published files by name: which outputs they have, and in what order ours come. */

#include "models/face_convert.h"

#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/require.h"
#include "models/tflite.h"

enum { ANCHORS = 896, BOX_VALUES = 16, POINT_VALUES = 468 * 3 };

/** What an output is called, by its size. */
typedef struct output_name {
    size_t values;
    const char *name;
} output_name;

static const output_name detector_outputs[2] = { { (size_t) ANCHORS * BOX_VALUES, "boxes" },
                                                 { ANCHORS, "scores" } };
static const output_name landmark_outputs[2] = { { POINT_VALUES, "points" }, { 1, "flags" } };

static const zd_tflite_output *find_output(const zd_tflite *net, size_t values)
{
    for (int i = 0; i < net->output_count; i++) {
        if (net->outputs[i].values == values) {
            return &net->outputs[i];
        }
    }
    return NULL;
}

/** Adds the results to the list: NAME0, NAME1 ... of what an output is joined of. */
static zd_status name_outputs(zd_tflite *net, const char *prefix, const output_name names[2],
                              zd_error *err)
{
    for (int i = 0; i < 2; i++) {
        const zd_tflite_output *output = find_output(net, names[i].values);
        if (output == NULL) {
            return zd_fail(err, ZD_ERR_UNSUPPORTED, "it has no output of %zu values for the %s",
                           names[i].values, names[i].name);
        }
        for (int p = 0; p < output->part_count; p++) {
            zd_text_format(&net->list, "result %s%d %s%d\n", names[i].name, p, prefix,
                           output->parts[p]);
        }
    }
    return zd_text_finish(&net->list, "the operator list", err);
}

static zd_status read_file(zd_context *ctx, const char *path, const char *prefix,
                           const output_name names[2], zd_tflite *out, zd_error *err)
{
    zd_mapping file;
    ZD_TRY(zd_file_map(path, &file, err));
    zd_status status = zd_tflite_read(ctx, file.data, file.bytes, prefix, out, err);
    if (status == ZD_OK) {
        status = name_outputs(out, prefix, names, err);
        if (status != ZD_OK) {
            zd_tflite_release(out);
        }
    }
    zd_file_unmap(&file);
    return status == ZD_OK ? ZD_OK : zd_fail_context(err, status, "'%s'", path);
}

static zd_status write_both(zd_context *ctx, const zd_tflite *detector, const zd_tflite *landmarks,
                            const char *path, zd_error *err)
{
    char sides[2][16];
    int count = detector->tensor_count + landmarks->tensor_count;
    snprintf(sides[0], sizeof sides[0], "%d", detector->side);
    snprintf(sides[1], sizeof sides[1], "%d", landmarks->side);
    const char *const metadata[][2] = {
        { "format", "zdepth-face" },
        { "version", "1" },
        { "name", "MediaPipe face detection (short range) and face landmarks" },
        { "licence", "Apache-2.0" },
        { "sources", "google-ai-edge/mediapipe, The MediaPipe Authors" },
        { "detector.arch", detector->list.data },
        { "detector.decoder", "anchors" },
        { "detector.mean", "0.5 0.5 0.5" },
        { "detector.std", "0.5 0.5 0.5" },
        { "detector.short_side", sides[0] },
        { "detector.multiple", sides[0] },
        { "landmarks.arch", landmarks->list.data },
        { "landmarks.mean", "0 0 0" },
        { "landmarks.std", "1 1 1" },
        { "landmarks.short_side", sides[1] },
        { "landmarks.multiple", sides[1] },
    };
    zd_tensor_source *tensors = zd_alloc_zeroed(ctx, (size_t) count, sizeof *tensors);
    if (tensors == NULL) {
        return zd_fail_memory(err, path);
    }
    memcpy(tensors, detector->tensors, (size_t) detector->tensor_count * sizeof *tensors);
    memcpy(tensors + detector->tensor_count, landmarks->tensors,
           (size_t) landmarks->tensor_count * sizeof *tensors);
    const zd_tensor_file file = { tensors, count, metadata,
                                  (int) (sizeof metadata / sizeof metadata[0]) };
    zd_status status = zd_safetensors_write(ctx, path, &file, err);
    zd_free(ctx, tensors);
    return status;
}

zd_status zd_model_convert_faces(zd_context *ctx, const char *detector, const char *landmarks,
                                 const char *out, zd_error *err)
{
    ZD_REQUIRE(err, detector != NULL && landmarks != NULL && out != NULL);
    zd_tflite first;
    zd_tflite second;
    ZD_TRY(read_file(ctx, detector, "d.", detector_outputs, &first, err));
    zd_status status = read_file(ctx, landmarks, "l.", landmark_outputs, &second, err);
    if (status == ZD_OK) {
        status = write_both(ctx, &first, &second, out, err);
        zd_tflite_release(&second);
    }
    zd_tflite_release(&first);
    return status;
}
