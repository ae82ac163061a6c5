/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODELS_TFLITE_H
#define ZD_MODELS_TFLITE_H

/* Turns a network in TensorFlow Lite's form into an operator list and tensors of ours. Read are the
 * operators of MediaPipe's small face networks: convolutions, each channel by itself too, sums,
 * ReLU and PReLU, 2x2 maxima, further channels of zeros; reshaped and joined outputs become several
 * results. Sources: TensorFlow's schema.fbs (the numbers of operators and fields), and its rule of
 * SAME padding, in which the right and the lower side get the odd pixel. */

#include "core/text.h"
#include "model/safetensors_write.h"

enum { ZD_TFLITE_MAX_PARTS = 4, ZD_TFLITE_MAX_OUTPUTS = 4 };

/** One output as the results it is joined of, in order. */
typedef struct zd_tflite_output {
    size_t values; /* of the whole output */
    int part_count;
    int parts[ZD_TFLITE_MAX_PARTS]; /* lines of the list; result NUMBER is called PREFIXr.NUMBER */
} zd_tflite_output;

/** The network. Everything belongs to it. */
typedef struct zd_tflite {
    zd_context *ctx;
    zd_text list; /* without its results */
    zd_tensor_source *tensors;
    int tensor_count;
    int side; /* of the square picture that goes in */
    int output_count;
    zd_tflite_output outputs[ZD_TFLITE_MAX_OUTPUTS];
} zd_tflite;

/** Reads a network. Its lines and tensors are called PREFIX and a number; `prefix` is a letter and
 *  a dot. On failure nothing is to be released. */
ZD_MUST_USE zd_status zd_tflite_read(zd_context *ctx, const uint8_t *data, size_t bytes,
                                     const char *prefix, zd_tflite *out, zd_error *err);
void zd_tflite_release(zd_tflite *network);

#endif
