/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZDEPTH_PROJECT_H
#define ZDEPTH_PROJECT_H

/* A project: everything that decides the pixels of a result. Parameters are set and read by the
 * names of the table (params.h) as text, "0.4", "on", "screen", or keyed over time:
 * "0s=0.2, 2.5s=0.6:smooth, 4s=0.1:hold". Times are those of the clip.
 *
 * An `insert` of -1 means the project itself; 0 and up one of its inserts, which have the parameters
 * of ZDEPTH_GROUP_INSERT.
 *
 * Thread-safety: one thread at a time for each project; reading from many threads is safe. */

#include <stdbool.h>
#include <stddef.h>

#include "zdepth/context.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Values of parameters, inserts and selection boxes. */
typedef struct zdepth_project zdepth_project;

/** The project itself, where an insert could stand. */
enum { ZDEPTH_PROJECT_ITSELF = -1 };

/** Makes a project in which nothing is set. The caller owns *out. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_project_create(zdepth_context *context,
                                                               zdepth_project **out,
                                                               zdepth_error *err);

/** Makes a copy: for undo, or to hand to an engine. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_project_copy(const zdepth_project *project,
                                                             zdepth_project **out,
                                                             zdepth_error *err);

/** Destroys it and sets it to NULL. Accepts a pointer to NULL. */
ZDEPTH_API void zdepth_project_destroy(zdepth_project **project);

/** Reads a project file into a new project. Messages are "PATH:LINE:COLUMN: reason". */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_project_load(zdepth_context *context,
                                                             const char *path, zdepth_project **out,
                                                             zdepth_error *err);

/** The same from text; `name` stands for the path in messages. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_project_parse(zdepth_context *context,
                                                              const char *name, const char *text,
                                                              zdepth_project **out,
                                                              zdepth_error *err);

/** Writes the project's file. It appears whole or not at all. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_project_save(const zdepth_project *project,
                                                             const char *path, zdepth_error *err);

/** The same, and absolute paths to the file's folder and below are written relative to it, so that the
 *  folder may be moved with all that is in it. For programs whose paths come from a file dialog. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_project_save_carried(const zdepth_project *project,
                                                                     const char *path,
                                                                     zdepth_error *err);

/** The project as the text of its file. Release *out with zdepth_text_free. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_project_text(const zdepth_project *project,
                                                             char **out, zdepth_error *err);

/** Sets a parameter from text; frame times ("f36") count `fps` frames a second and are refused when
 *  it is 0. On failure the old value stays. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_project_set(zdepth_project *project, int insert,
                                                            const char *name, const char *text,
                                                            double fps, zdepth_error *err);

/** Takes a parameter back to its initial value. Unknown names are ignored. */
ZDEPTH_API void zdepth_project_unset(zdepth_project *project, int insert, const char *name);

/** Whether a parameter has a value of its own; false for unknown names. */
ZDEPTH_API bool zdepth_project_is_set(const zdepth_project *project, int insert, const char *name);

/** A parameter's value as text, as zdepth_project_set reads it; its initial one when it is not set
 *  ("" when that is none). Release *out with zdepth_text_free. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_project_get(const zdepth_project *project,
                                                            int insert, const char *name,
                                                            char **out, zdepth_error *err);

/** The number of a parameter at a time of the clip: numbers, times; 0 or 1 for booleans; the index
 *  of a choice. 0 for unknown names. */
ZDEPTH_API double zdepth_project_number(const zdepth_project *project, int insert, const char *name,
                                        double time_s);

/** How a value goes from a key to the next. */
typedef enum zdepth_ease {
    ZDEPTH_EASE_LINEAR,
    ZDEPTH_EASE_HOLD,  /* keeps the key's value until the next one */
    ZDEPTH_EASE_SMOOTH /* starts and ends at rest: 3t^2 - 2t^3 */
} zdepth_ease;

/** A value at a time. */
typedef struct zdepth_key {
    double time_s;
    double value;
    zdepth_ease ease; /* from this key to the next */
} zdepth_key;

/** The keys of a parameter, in order of time; 0 when it is not keyed. */
ZDEPTH_API int zdepth_project_key_count(const zdepth_project *project, int insert,
                                        const char *name);

/** Fills in a key, counting from 0 in order of time; false outside. */
ZDEPTH_API bool zdepth_project_key_at(const zdepth_project *project, int insert, const char *name,
                                      int index, zdepth_key *out);

/** Sets a key, replacing the one at the very time. The parameter must be keyable. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_project_set_key(zdepth_project *project, int insert,
                                                                const char *name, zdepth_key key,
                                                                zdepth_error *err);

/** Removes a key by index; with the last one the parameter keeps that key's value. */
ZDEPTH_API void zdepth_project_remove_key(zdepth_project *project, int insert, const char *name,
                                          int index);

/** How many inserts there are, at most 64: bottom-most first among equal depths. */
ZDEPTH_API int zdepth_project_insert_count(const zdepth_project *project);

/** Adds an insert after the others and gives its index. Set "title" or "insert" (a file) next. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_project_add_insert(zdepth_project *project,
                                                                   int *index, zdepth_error *err);

/** Removes an insert; those after it move up. An index outside is ignored. */
ZDEPTH_API void zdepth_project_remove_insert(zdepth_project *project, int index);

/** Moves an insert to another place in the order. Places outside are ignored. */
ZDEPTH_API void zdepth_project_move_insert(zdepth_project *project, int from, int to);

/** A selection box in fractions of the frame, origin at the top left. */
typedef struct zdepth_box {
    double x;
    double y;
    double width;
    double height;
    double time_s; /* of the clip: depths are taken from that moment */
    bool subtract;
} zdepth_box;

/** How many selection boxes there are; at most 256. */
ZDEPTH_API int zdepth_project_box_count(const zdepth_project *project);

/** Fills in a box, counting from 0; false outside. */
ZDEPTH_API bool zdepth_project_box_at(const zdepth_project *project, int index, zdepth_box *out);

/** Adds a box after the others. Its corners lie in the frame, its sides are above 0. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_project_add_box(zdepth_project *project,
                                                                zdepth_box box, zdepth_error *err);

/** Replaces a box. On failure the old one stays. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_project_set_box(zdepth_project *project, int index,
                                                                zdepth_box box, zdepth_error *err);

/** Removes a box; those after it move up. An index outside is ignored. */
ZDEPTH_API void zdepth_project_remove_box(zdepth_project *project, int index);

#ifdef __cplusplus
}
#endif

#endif
