/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_TRUST_H
#define ZD_MEDIA_TRUST_H

/* Filter graphs and encoder options are small programs for FFmpeg: some of their words open files,
 * plug-ins and the network. Who wrote a text decides how it is taken; docs/security.md says more. */

typedef enum zd_trust {
    ZD_TRUST_NONE, /* somebody else's text: only what the lists of media/allowed.h hold */
    ZD_TRUST_FULL, /* the user's own text: handed to FFmpeg as it is */
} zd_trust;

#endif
