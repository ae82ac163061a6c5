/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_PROJECT_PROJECT_H
#define ZD_PROJECT_PROJECT_H

/* A project: everything that decides the pixels of a result. The command line builds one from its
 * flags, the project file holds one, plug-ins and the Studio edit one.
 *
 * The file is text, one "name = value" a line under [section] headings; see docs/formats.md. */

#include "core/context.h"
#include "core/text.h"
#include "project/params.h"

/** A selection box in fractions of the frame, origin at the top left. */
typedef struct zd_box {
    double x;
    double y;
    double width;
    double height;
    double time_s; /* where it was drawn: depths are taken from that moment */
    bool subtract;
} zd_box;

enum { ZD_PROJECT_MAX_INSERTS = 64, ZD_PROJECT_MAX_BOXES = 256, ZD_PROJECT_MAX_BYTES = 1 << 20 };

typedef struct zd_project {
    zd_context *ctx;
    zd_params params;   /* every group but ZD_GROUP_INSERT */
    zd_params *inserts; /* only ZD_GROUP_INSERT; bottom-most first among equal depths */
    int insert_count;
    zd_box *boxes;
    int box_count;
    bool is_trusted; /* by the user's word: its texts go to FFmpeg as they are */
} zd_project;

void zd_project_init(zd_project *project, zd_context *ctx);
void zd_project_finish(zd_project *project);

/** Adds an insert; *out points into the project and stays valid until the next one is added. */
ZD_MUST_USE zd_status zd_project_add_insert(zd_project *project, zd_params **out, zd_error *err);

ZD_MUST_USE zd_status zd_project_add_box(zd_project *project, zd_box box, zd_error *err);

/** Makes a copy. The caller owns *to and finishes it; on failure there is nothing to finish. */
ZD_MUST_USE zd_status zd_project_copy(const zd_project *from, zd_project *to, zd_error *err);

/** Whether an insert takes part: it is not hidden, and it is solo where any is. */
bool zd_project_shows(const zd_project *project, int insert);

/** Removes, and moves to another place in the order; indices outside are ignored. */
void zd_project_remove_insert(zd_project *project, int index);
void zd_project_move_insert(zd_project *project, int from, int to);
void zd_project_remove_box(zd_project *project, int index);

/** Refuses boxes that leave the frame or lie before the clip. */
ZD_MUST_USE zd_status zd_box_check(const zd_box *box, zd_error *err);

/** Reads "X,Y,W,H" or "X,Y,W,H@TIME". */
ZD_MUST_USE zd_status zd_box_parse(const char *text, double fps, bool subtract, zd_box *out,
                                   zd_error *err);

/** Whether a text may be handed to FFmpeg as it is: the user typed it for this run, or trusts the
 *  whole project. Texts that came with a file are else checked, see media/trust.h. */
bool zd_project_trusts(const zd_project *project, zd_param_id id);

/** Sets the parameters that a preset stands for; "none" sets nothing. */
ZD_MUST_USE zd_status zd_project_apply_preset(zd_project *project, int preset, zd_error *err);

/** Reads a project from text. Relative paths stay as they are. `name` is for messages, which are "NAME:LINE:COLUMN: reason". */
ZD_MUST_USE zd_status zd_project_parse(zd_project *project, const char *name, const char *text,
                                       zd_error *err);

/** Reads a project's file. Relative paths in it are meant from its folder; see project_paths.h. */
ZD_MUST_USE zd_status zd_project_load(zd_project *project, const char *path, zd_error *err);

/** Reads a user's configuration: the same file, which begins with "zdepth config 1". */
ZD_MUST_USE zd_status zd_project_load_config(zd_project *project, const char *path, zd_error *err);

/** Writes all that is set, but the parameters of one run. Reading it back and writing it again
 *  gives the same text. */
void zd_project_write(const zd_project *project, zd_text *out);

/** Writes a project's file, with relative paths as they are meant from its folder. */
ZD_MUST_USE zd_status zd_project_save(const zd_project *project, const char *path, zd_error *err);

/** The same, and absolute paths to the file's folder and below become relative: the folder may then move
 *  with all that is in it. */
ZD_MUST_USE zd_status zd_project_save_carried(const zd_project *project, const char *path,
                                              zd_error *err);

#endif
