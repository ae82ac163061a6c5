/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Unit headers as ITU-T H.265 7.3.1.2 has them: six bits of type, six of layer. Units lie behind their
 * lengths (ISO/IEC 14496-15), or between start codes. */

#include "media/hevc_layers.h"

#include <assert.h>

enum { PREFIX_SEI = 39, SUFFIX_SEI = 40, ALPHA_CHANNEL_INFO = 165 };

/* What one unit tells. */
static zd_hevc_layers look_at(const uint8_t *unit, size_t bytes)
{
    if (bytes < 3) {
        return ZD_HEVC_BASE;
    }
    int type = unit[0] >> 1 & 63;
    int layer = (unit[0] & 1) << 5 | unit[1] >> 3;
    bool is_sei = type == PREFIX_SEI || type == SUFFIX_SEI;
    return is_sei && unit[2] == ALPHA_CHANNEL_INFO ? ZD_HEVC_ALPHA
           : layer > 0                             ? ZD_HEVC_MORE
                                                   : ZD_HEVC_BASE;
}

static zd_hevc_layers larger(zd_hevc_layers a, zd_hevc_layers b)
{
    return a > b ? a : b;
}

static zd_hevc_layers in_lengths(const uint8_t *at, size_t left, size_t length_bytes)
{
    assert(length_bytes >= 1 && length_bytes <= 4);
    zd_hevc_layers found = ZD_HEVC_BASE;
    while (left > length_bytes) {
        size_t bytes = 0;
        for (size_t i = 0; i < length_bytes; i++) {
            bytes = bytes << 8 | at[i];
        }
        at += length_bytes;
        left -= length_bytes;
        if (bytes > left) {
            break;
        }
        found = larger(found, look_at(at, bytes));
        at += bytes;
        left -= bytes;
    }
    return found;
}

static zd_hevc_layers between_codes(const uint8_t *data, size_t bytes)
{
    zd_hevc_layers found = ZD_HEVC_BASE;
    for (size_t i = 0; i + 3 < bytes; i++) {
        if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1) {
            found = larger(found, look_at(data + i + 3, bytes - i - 3));
        }
    }
    return found;
}

zd_hevc_layers zd_hevc_find_layers(const AVCodecParameters *stream, const AVPacket *packet)
{
    enum { LENGTHS_AT = 21 };
    bool has_lengths = stream->extradata_size > LENGTHS_AT && stream->extradata[0] == 1;
    if (stream->codec_id != AV_CODEC_ID_HEVC || packet->size <= 0) {
        return ZD_HEVC_BASE;
    }
    return has_lengths ? in_lengths(packet->data, (size_t) packet->size,
                                    (size_t) (stream->extradata[LENGTHS_AT] & 3) + 1)
                       : between_codes(packet->data, (size_t) packet->size);
}
