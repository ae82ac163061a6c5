/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_EVEN_OUT_H
#define ZD_DEPTH_EVEN_OUT_H

/* A network is sure of the subject in some places and doubts others: the middle of a white shirt, the back
 * of a dark coat. Where the picture shows no edge between the two, the doubtful one is what the sure one
 * is. Probabilities are averaged along even colours, weighted by how sure they are, by a recursive filter
 * whose memory fades over edges (domain transform, Gastal and Oliveira, SIGGRAPH 2011). */

#include "image/image.h"

/** Evens out a foreground probability in place.
 *
 *  probability  ZD_GRAY_F32, 0..1; stays within
 *  rgb          RGB float32 of the same size, display-referred
 *
 *  Fails with ZD_ERR_NO_MEMORY. Thread-safety: safe for different planes. */
ZD_MUST_USE zd_status zd_even_out(zd_context *ctx, zd_view probability, zd_view rgb, zd_error *err);

#endif
