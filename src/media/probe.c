/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Versions as compiled and as loaded, and which encoders of the table are there. */

#include "media/probe.h"

#include <assert.h>
#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
#include <openexr.h>
#include <stdio.h>

typedef struct probe_entry {
    zd_probe_kind kind;
    const char *name;
    const char *purpose;
} probe_entry;

static const probe_entry entries[] = {
    { ZD_PROBE_LIBRARY, "libavformat", "containers" },
    { ZD_PROBE_LIBRARY, "libavcodec", "codecs" },
    { ZD_PROBE_LIBRARY, "libavfilter", "effects" },
    { ZD_PROBE_LIBRARY, "libswscale", "rare pixel formats" },
    { ZD_PROBE_LIBRARY, "OpenEXR", "EXR" },
    { ZD_PROBE_DECODER, "h264", "H.264 footage" },
    { ZD_PROBE_DECODER, "hevc", "H.265 footage" },
    { ZD_PROBE_DECODER, "prores", "ProRes footage" },
    { ZD_PROBE_DECODER, "dnxhd", "DNxHD and DNxHR footage" },
    { ZD_PROBE_DECODER, "vp9", "VP9 footage" },
    { ZD_PROBE_DECODER, "libvpx-vp9", "VP9 with alpha" },
    { ZD_PROBE_DECODER, "libdav1d", "AV1 footage" },
    { ZD_PROBE_DECODER, "ffv1", "FFV1 footage and depth" },
    { ZD_PROBE_ENCODER, "libx264", "H.264 movies (.mp4, .mov, .mkv)" },
    { ZD_PROBE_ENCODER, "libx265", "HDR movies" },
    { ZD_PROBE_ENCODER, "libvpx-vp9", "WebM, with alpha too" },
    { ZD_PROBE_ENCODER, "libsvtav1", "AV1 movies" },
    { ZD_PROBE_ENCODER, "prores_ks", "ProRes, 4444 with alpha (.mov)" },
    { ZD_PROBE_ENCODER, "ffv1", "lossless movies and depth (.mkv)" },
    { ZD_PROBE_ENCODER, "png", "PNG sequences" },
    { ZD_PROBE_ENCODER, "tiff", "TIFF sequences" },
    { ZD_PROBE_ENCODER, "mjpeg", "JPEG pictures" },
    { ZD_PROBE_FILTER, "gblur", "blur effects" },
    { ZD_PROBE_FILTER, "frei0r", "frei0r effects" },
};

static void write_version(unsigned version, char *text, size_t size)
{
    snprintf(text, size, "%u.%u.%u", AV_VERSION_MAJOR(version), AV_VERSION_MINOR(version),
             AV_VERSION_MICRO(version));
}

static void describe_library(int index, zd_probe_item *item)
{
    assert(index >= 0);
    int major = 0;
    int minor = 0;
    int patch = 0;
    const char *extra = NULL;
    switch (index) {
    case 0:
        write_version(avformat_version(), item->detail, sizeof item->detail);
        break;
    case 1:
        write_version(avcodec_version(), item->detail, sizeof item->detail);
        break;
    case 2:
        write_version(avfilter_version(), item->detail, sizeof item->detail);
        break;
    case 3:
        write_version(swscale_version(), item->detail, sizeof item->detail);
        break;
    default:
        exr_get_library_version(&major, &minor, &patch, &extra);
        snprintf(item->detail, sizeof item->detail, "%d.%d.%d", major, minor, patch);
        break;
    }
}

bool zd_probe_get(int index, zd_probe_item *item)
{
    if (index < 0 || (size_t) index >= sizeof entries / sizeof *entries) {
        return false;
    }
    const probe_entry *entry = &entries[index];
    *item = (zd_probe_item){ .kind = entry->kind, .name = entry->name, .purpose = entry->purpose };
    switch (entry->kind) {
    case ZD_PROBE_LIBRARY:
        item->is_available = true;
        describe_library(index, item);
        break;
    case ZD_PROBE_DECODER:
        item->is_available = avcodec_find_decoder_by_name(entry->name) != NULL;
        break;
    case ZD_PROBE_ENCODER:
        item->is_available = avcodec_find_encoder_by_name(entry->name) != NULL;
        break;
    case ZD_PROBE_FILTER:
        item->is_available = avfilter_get_by_name(entry->name) != NULL;
        break;
    }
    return true;
}
