/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Mastering display and content light level (SMPTE ST 2086, CTA-861.3). */

#include "media/hdr.h"

#include <assert.h>
#include <libavutil/mastering_display_metadata.h>
#include <string.h>

/* A stream's side data, or the frame's of the same meaning. */
static const void *find(const AVStream *stream, enum AVPacketSideDataType type,
                        const AVFrame *frame, enum AVFrameSideDataType frame_type, size_t size)
{
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    const AVPacketSideData *data = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, type);
    const void *found = data != NULL && data->size >= size ? data->data : NULL;
#else
    size_t bytes = 0;
    const void *found = av_stream_get_side_data(stream, type, &bytes);
    found = bytes >= size ? found : NULL;
#endif
    const AVFrameSideData *side = av_frame_get_side_data(frame, frame_type);
    return found != NULL ? found : side != NULL && side->size >= size ? side->data : NULL;
}

void zd_hdr_read(const AVStream *stream, const AVFrame *first, zd_hdr_light *out)
{
    const AVMasteringDisplayMetadata *mastering =
        find(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, first,
             AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, sizeof *mastering);
    const AVContentLightMetadata *level = find(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, first,
                                               AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, sizeof *level);
    *out = (zd_hdr_light){ 0 };
    if (mastering != NULL && mastering->has_primaries && mastering->has_luminance) {
        out->has_mastering = true;
        for (int i = 0; i < 3; i++) {
            out->primaries[i][0] = zd_from_av(mastering->display_primaries[i][0]);
            out->primaries[i][1] = zd_from_av(mastering->display_primaries[i][1]);
        }
        out->white[0] = zd_from_av(mastering->white_point[0]);
        out->white[1] = zd_from_av(mastering->white_point[1]);
        out->least_nits = zd_from_av(mastering->min_luminance);
        out->most_nits = zd_from_av(mastering->max_luminance);
    }
    if (level != NULL && (level->MaxCLL > 0 || level->MaxFALL > 0)) {
        out->has_level = true;
        out->max_content_nits = level->MaxCLL;
        out->max_average_nits = level->MaxFALL;
    }
}

/* Hands memory from av_malloc to a stream. */
static zd_status attach(AVStream *stream, enum AVPacketSideDataType type, void *data, size_t size,
                        zd_error *err)
{
    assert(data != NULL && size > 0);
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    bool ok = data != NULL &&
              av_packet_side_data_add(&stream->codecpar->coded_side_data,
                                      &stream->codecpar->nb_coded_side_data, type, data, size, 0);
#else
    bool ok = data != NULL && av_stream_add_side_data(stream, type, data, size) >= 0;
#endif
    if (!ok) {
        av_free(data);
        return zd_fail_memory(err, "the tags of a movie");
    }
    return ZD_OK;
}

zd_status zd_hdr_write(const zd_hdr_light *light, AVStream *stream, zd_error *err)
{
    if (light->has_mastering) {
        size_t size = sizeof(AVMasteringDisplayMetadata);
        AVMasteringDisplayMetadata *to = av_mallocz(size);
        for (int i = 0; i < 3 && to != NULL; i++) {
            to->display_primaries[i][0] = zd_to_av(light->primaries[i][0]);
            to->display_primaries[i][1] = zd_to_av(light->primaries[i][1]);
        }
        if (to != NULL) {
            to->white_point[0] = zd_to_av(light->white[0]);
            to->white_point[1] = zd_to_av(light->white[1]);
            to->min_luminance = zd_to_av(light->least_nits);
            to->max_luminance = zd_to_av(light->most_nits);
            to->has_primaries = 1;
            to->has_luminance = 1;
        }
        ZD_TRY(attach(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA, to, size, err));
    }
    if (light->has_level) {
        size_t size = sizeof(AVContentLightMetadata);
        AVContentLightMetadata *to = av_mallocz(size);
        if (to != NULL) {
            to->MaxCLL = light->max_content_nits;
            to->MaxFALL = light->max_average_nits;
        }
        ZD_TRY(attach(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL, to, size, err));
    }
    return ZD_OK;
}
