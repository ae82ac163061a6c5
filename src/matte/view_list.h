/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_VIEW_LIST_H
#define ZD_MATTE_VIEW_LIST_H

/* The views. A view is a file of views/, which defines its zd_matte_view, and a row here; the enum,
 * the words of flags, help and plug-ins, and the table of views.c are made from the rows. New rows
 * go to the end: plug-ins store the number.
 *
 *  depth        the raw map, near white, far black, deaf to all parameters
 *  thresholded  foreground as filmed, background from blue (furthest) to red (closest)
 *  opacity      the background at 50 % over black
 *  matte        the matte in gray
 *  sky          how much of the sky a network sees; black where it tells nothing
 *  confidence   how sure it is of its depth: 0 not at all, 1 wholly; the same */
#define ZD_MATTE_VIEWS(ROW)                      \
    ROW(DEPTH, depth, "depth")                   \
    ROW(THRESHOLDED, thresholded, "thresholded") \
    ROW(OPACITY, opacity, "opacity")             \
    ROW(MATTE, matte, "matte")                   \
    ROW(SKY, sky, "sky")                         \
    ROW(CONFIDENCE, confidence, "confidence")

#endif
