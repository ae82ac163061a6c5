/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_COLOUR_H
#define ZD_IMAGE_COLOUR_H

/* Transfer functions between the code values of footage (0..1, display- or scene-referred as
 * tagged) and linear light. Values outside 0..1 pass through by odd symmetry and extrapolation, so
 * that nothing is clipped before the last step. Sources: IEC 61966-2-1 (sRGB), ITU-R BT.709-6,
 * ITU-R BT.2100-2 (PQ, HLG). */

#include <stdbool.h>

#include "image/image.h"

typedef enum zd_transfer {
    ZD_TRANSFER_SRGB,
    ZD_TRANSFER_BT709, /* decoded by the inverse of the camera curve of BT.709 */
    ZD_TRANSFER_LINEAR,
    ZD_TRANSFER_GAMMA22,
    ZD_TRANSFER_GAMMA28,
    ZD_TRANSFER_PQ,  /* 1.0 linear = 203 cd/m2, the reference white of BT.2408 */
    ZD_TRANSFER_HLG, /* scene light; 1.0 linear = the code 0.75, reference white of BT.2408 */
} zd_transfer;

/** Whether a transfer's codes are those of ordinary displays: sRGB, BT.709 and plain gamma. Editors
 *  show a code of one as the same code of another. */
bool zd_transfer_is_display(zd_transfer transfer);

float zd_transfer_decode(zd_transfer transfer, float code);   /* code value to linear light */
float zd_transfer_encode(zd_transfer transfer, float linear); /* linear light to code value */

/** Decodes (encodes) the colour channels of gray, RGB or RGBA float32 pixels in place; alpha is left
 *  alone. Pixels are not premultiplied. Within 2e-6 * max(1, |result|) of the
 *  scalar functions, the same bits on every processor. */
void zd_transfer_decode_view(zd_transfer transfer, zd_view view);
void zd_transfer_encode_view(zd_transfer transfer, zd_view view);

#endif
