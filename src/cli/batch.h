/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_BATCH_H
#define ZD_CLI_BATCH_H

/* Many clips by one preset. What is to be done and what is done lies in files, so that a batch that was
 * killed at any time goes on with the same command:
 *
 *   OUT/NAME.EXT         results, which appear when they are complete
 *   OUT/batch/NAME.done  one a clip, written after its result: what it was made from, and how large it is
 *   OUT/batch/NAME.png   a contact sheet
 *   OUT/batch/pause      while it is there no further clip is begun
 *   OUT/batch/report.json, report.html */

#include "cli/cli.h"

typedef enum zd_batch_state {
    ZD_BATCH_WAITING,
    ZD_BATCH_DONE,
    ZD_BATCH_FAILED,
} zd_batch_state;

typedef struct zd_batch_clip {
    char *path;
    char *name;   /* of the result, without folder and ending; no two are the same */
    char *output; /* the result */
    zd_batch_state state;
    bool is_from_before; /* done by an earlier run */
    long long frames;
    long long bytes; /* of the result */
    double seconds;
    char message[ZD_ERROR_MESSAGE_SIZE]; /* why it failed */
} zd_batch_clip;

typedef struct zd_batch {
    zd_context *ctx;
    const char *preset; /* the project, borrowed */
    const char *source; /* the folder or list, borrowed */
    char *folder;       /* results */
    char *state_folder;
    const char *ending; /* of results, with the point */
    bool is_trial;      /* nothing is written, nor is the lock taken */
    bool is_watched;    /* more clips may come: there need not be one yet, and those that changed
                         * within two seconds are left for the next scan */
    int lock;           /* held as long as the batch is open; -1: none */
    zd_batch_clip *clips;
    int count;
} zd_batch;

/** Adds the clips as zd_batch_scan does; before that it makes sure that there is one, makes the folders
 *  and takes the lock, which another batch with the same results may have. Ends with zd_batch_close, also
 *  on failure. */
ZD_MUST_USE zd_status zd_batch_open(zd_context *ctx, zd_batch *batch, zd_error *err);
void zd_batch_close(zd_batch *batch);

/** Adds the clips that are in the folder or list and not in the batch yet, in order of their names, and
 *  recalls those that an earlier run has finished. */
ZD_MUST_USE zd_status zd_batch_scan(zd_batch *batch, zd_error *err);

/** Notes a clip's end on the disk. */
ZD_MUST_USE zd_status zd_batch_note(zd_batch *batch, const zd_batch_clip *clip, zd_error *err);

/** Looks how large a clip's result is. */
void zd_batch_measure(zd_batch_clip *clip);

/** A file of the state folder, "NAME" and ending. Release with zd_free; NULL without memory. */
char *zd_batch_file(const zd_batch *batch, const char *name, const char *ending);

/** Writes report.json and report.html. */
ZD_MUST_USE zd_status zd_batch_report(const zd_batch *batch, zd_error *err);

#endif
