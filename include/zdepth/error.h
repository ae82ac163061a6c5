/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZDEPTH_ERROR_H
#define ZDEPTH_ERROR_H

/* How the library answers: a code for programs and a message for people. The message is written at
 * the place of the failure and lives in the caller's storage; nothing is logged as well. */

#include "zdepth/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How a call went. */
typedef enum zdepth_status {
    ZDEPTH_OK = 0,
    ZDEPTH_ERR_INVALID_ARGUMENT, /* a value is out of its documented range */
    ZDEPTH_ERR_NO_MEMORY,
    ZDEPTH_ERR_IO,          /* the system refused: no file, no permission, full disk */
    ZDEPTH_ERR_CORRUPT,     /* a file is damaged, truncated or hostile */
    ZDEPTH_ERR_UNSUPPORTED, /* valid, and it cannot be done */
    ZDEPTH_ERR_LIMIT,       /* larger than a limit */
    ZDEPTH_ERR_CANCELLED,
    ZDEPTH_ERR_MISSING, /* something that can be installed is not there */
    ZDEPTH_ERR_END      /* past the last frame */
} zdepth_status;

/** Bytes of a message with the zero at its end. */
enum { ZDEPTH_ERROR_MESSAGE_SIZE = 480 };

/** Why a call failed. Left alone by calls that succeed. */
typedef struct zdepth_error {
    zdepth_status status;
    char message[ZDEPTH_ERROR_MESSAGE_SIZE]; /* one line, no full stop at its end */
} zdepth_error;

/** A short constant name of a status, such as "corrupt". Never NULL. */
ZDEPTH_API const char *zdepth_status_name(zdepth_status status);

#ifdef __cplusplus
}
#endif

#endif
