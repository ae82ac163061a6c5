/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_FARM_FARM_H
#define ZD_FARM_FARM_H

/* One job cut into chunks that any number of processes on any number of machines do, with the bits of
 * one plain run. All they share is a folder on a disk that all of them see:
 *
 *   DIR/plan                what the chunks are; written last, so that a folder with it is whole
 *   DIR/job.zdp             the project, with absolute paths, and all that "auto" stands for settled
 *   DIR/cache               depth, steadied depth, shots
 *   DIR/parts/K.frames      of a movie: the pictures of chunk K, ready for the encoder
 *   DIR/state/K.done        chunk K is complete; K.failed: why it is not; K.lock: somebody works on it
 *   DIR/slurm.sh, task.sh, openjd/template.yaml, Makefile    ways to have it done
 *
 * Chunks are numbered through three phases: depth, each frame alone; the fit, one chunk that measures
 * ranges and steadies depth over whole shots; and pictures. The join encodes the movie. */

#include "core/task.h"
#include "project/project.h"

enum { ZD_FARM_CHUNKS = 1000, ZD_FARM_TASKS = 2 * ZD_FARM_CHUNKS + 1, ZD_FARM_KEY_SIZE = 65 };

/** Frames of the clip, or numbers of a scene's; `end` is the one after the last, INT64_MAX: all that
 *  come. */
typedef struct zd_farm_range {
    int64_t first;
    int64_t end;
} zd_farm_range;

typedef enum zd_farm_phase { ZD_FARM_DEPTH, ZD_FARM_FIT, ZD_FARM_PICTURES } zd_farm_phase;

typedef struct zd_farm {
    zd_context *ctx;
    char *folder;
    char *scene;        /* the scene's file; NULL: a project */
    zd_project project; /* what is in job.zdp */
    zd_farm_range depth[ZD_FARM_CHUNKS];
    int depth_count; /* 0: no network runs, or a scene's */
    zd_farm_range pictures[ZD_FARM_CHUNKS];
    int picture_count;
    char files[ZD_FARM_KEY_SIZE]; /* digest of all files the job reads, as they were */
    char arithmetic[64];          /* what the network computes in; "-": there is none */
    char job[ZD_FARM_KEY_SIZE];   /* digest of job.zdp; "-": a scene */
    char key[ZD_FARM_KEY_SIZE];   /* of the plan */
} zd_farm;

typedef struct zd_farm_wish {
    const char *path;   /* of a project or a scene */
    const char *folder; /* of the farm */
    int chunks;         /* of each phase, 1 to ZD_FARM_CHUNKS; fewer where there is less to cut */
} zd_farm_wish;

/** Cuts a job and makes the folder. The very plan again changes nothing; another one in its place is
 *  refused. Decodes the clip where its cuts or its length must be known. */
ZD_MUST_USE zd_status zd_farm_plan(zd_context *ctx, const zd_farm_wish *wish, const zd_task *task,
                                   zd_error *err);

/** Reads a folder's plan. The caller owns *out. */
ZD_MUST_USE zd_status zd_farm_open(zd_context *ctx, const char *folder, zd_farm **out,
                                   zd_error *err);
void zd_farm_close(zd_farm **farm); /* accepts a pointer to NULL */

int zd_farm_task_count(const zd_farm *farm);
zd_farm_phase zd_farm_phase_of(const zd_farm *farm, int chunk);
const char *zd_farm_phase_name(zd_farm_phase phase);

typedef enum zd_farm_state {
    ZD_FARM_MISSING,
    ZD_FARM_RUNNING,
    ZD_FARM_FAILED,
    ZD_FARM_DONE,
} zd_farm_state;

const char *zd_farm_state_name(zd_farm_state state);

/** What is known of a chunk. */
typedef struct zd_farm_news {
    zd_farm_state state;
    int64_t frames; /* when done */
    double seconds;
    int64_t bytes;                       /* of its part; 0: it has none */
    char message[ZD_ERROR_MESSAGE_SIZE]; /* why it failed */
} zd_farm_news;

void zd_farm_look(const zd_farm *farm, int chunk, zd_farm_news *out);

/** Does one chunk; one that is done is left as it is. Fails when a chunk that it needs is missing, when
 *  another process is at it, or when a file that the job reads has changed since it was planned. */
ZD_MUST_USE zd_status zd_farm_run(zd_farm *farm, int chunk, const zd_task *task, zd_farm_news *out,
                                  zd_error *err);

/** Makes the output of what the chunks have left; fails with a list when some are missing. *frames tells
 *  how many it has. */
ZD_MUST_USE zd_status zd_farm_join(zd_farm *farm, const zd_task *task, int64_t *frames,
                                   zd_error *err);

#endif
