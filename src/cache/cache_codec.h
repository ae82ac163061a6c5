/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CACHE_CACHE_CODEC_H
#define ZD_CACHE_CACHE_CODEC_H

/* One depth map with its foreground as bytes, without a loss of bits: how the cache stores them
 * (files "*.zdm"). It needs no library, so that every system has it. All numbers are little-endian.
 *
 *     offset  bytes
 *     0       4      "zdm2"
 *     4       1      kind: zd_depth_kind
 *     5       1      planes: 1 (depth) to 4
 *     6       1      which they are beside depth, in this order: 1 foreground, 2 sky, 4 confidence;
 *                    and 8, a focal length; 0 with two planes: foreground
 *     7       1      0
 *     8       4 + 4  width, height
 *     16      16 each  of every plane: the sizes of its four layers
 *     then    4      the focal length as a float32, if there is one
 *     then    8      the check of the layers
 *     then    4      FNV-1a of all before
 *     then           the layers (cache/cache_layer.h)
 *
 * The check is FNV-1a of 64 bits over the layers' words of 8 bytes, the last filled up with zeros.
 * A layer holds one byte of every sample's residual, the lowest first. The residual is what a sample
 * differs from left + above - above left, where a sample is its bits as an unsigned number
 * in the order of the values, modulo 2^32, with the sign in the lowest bit. Depth is smooth, so the
 * upper layers are almost nothing; the lowest is noise that nothing compresses. In the first row and the
 * first column the slope goes on instead: of the first sample all is residual, of the second what it
 * differs from the first. */

#include "image/depth_map.h"

/** An entry of the cache. */
typedef struct zd_cache_depth {
    zd_depth_map depth;
    zd_image *foreground; /* gray f32 0..1 of the depth's size, or NULL */
} zd_cache_depth;

/** Accepts a released one. */
void zd_cache_depth_release(zd_cache_depth *entry);

enum { ZD_CACHE_CODEC_MAX_SIDE = 16384, ZD_CACHE_CODEC_MAX_SAMPLES = 1 << 26 };

/** Encodes an entry within ZD_CACHE_CODEC_MAX_SIDE and _SAMPLES. Release *out with zd_free. */
ZD_MUST_USE zd_status zd_cache_encode(zd_context *ctx, const zd_cache_depth *entry, uint8_t **out,
                                      size_t *bytes, zd_error *err);

/** Decodes any bytes: ZD_ERR_CORRUPT for what is none, ZD_ERR_UNSUPPORTED for what
 *  an earlier version wrote. No memory is made that the bytes could not
 *  fill. The caller owns the images of *out; there are none on failure. */
ZD_MUST_USE zd_status zd_cache_decode(zd_context *ctx, const uint8_t *data, size_t bytes,
                                      zd_cache_depth *out, zd_error *err);

#endif
