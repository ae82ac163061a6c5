/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_HEVC_LAYERS_H
#define ZD_MEDIA_HEVC_LAYERS_H

/* What H.265 holds beside its base layer. Inside the media module only. */

#include "media/av_support.h"

typedef enum zd_hevc_layers {
    ZD_HEVC_BASE,  /* nothing */
    ZD_HEVC_MORE,  /* another layer: alpha, a second eye, or a finer picture */
    ZD_HEVC_ALPHA, /* another layer, and words on its alpha */
} zd_hevc_layers;

/** Looks through a packet of a stream; of other codecs it has only a base. */
zd_hevc_layers zd_hevc_find_layers(const AVCodecParameters *stream, const AVPacket *packet);

#endif
