/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODELS_FACE_CONVERT_H
#define ZD_MODELS_FACE_CONVERT_H

/* MediaPipe's published face detector and face landmark network as one file of ours: two operator
 * lists, `detector` and `landmarks`, whose results src/face decodes. */

#include "core/context.h"

/** Reads the two TensorFlow Lite files and writes `out`, which appears when it is whole. Errors name
 *  the file. */
ZD_MUST_USE zd_status zd_model_convert_faces(zd_context *ctx, const char *detector,
                                             const char *landmarks, const char *out, zd_error *err);

#endif
