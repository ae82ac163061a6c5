/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZDEPTH_ZDEPTH_H
#define ZDEPTH_ZDEPTH_H

/* libzdepth: depth, mattes and compositing between layers. All of it.
 *
 * The parts, in the order in which a program meets them:
 *
 *   export.h   what the library shows
 *   error.h    status, message
 *   context.h  threads, log, cancelling, progress
 *   params.h   the table of parameters, to read
 *   effects.h  the effects that a project may name, with their parameters
 *   project.h  what decides a result: parameters by name and text, inserts, selection boxes
 *   engine.h   a project's footage: analyse it, then any frame's picture, depth, matte, view, result
 *   job.h      from a project to files
 *   scene.h    pictures in 3D space: edited, looked at, rendered to files
 *   thumbs.h   small pictures of footage
 *   models.h   the depth networks that are there, and those that can be installed
 *
 * Conventions. Every function that can fail returns a zdepth_status and takes a zdepth_error, which
 * may be NULL; on failure its out-parameters are NULL or zero unless said otherwise. Functions that
 * fill in a struct and return false leave it zero. Pointers may be NULL only where that is said: else a
 * function that can fail changes nothing and names itself and the condition, and others must not be
 * called so.
 *
 * Objects are opaque; their destroy functions take the pointer's address, set it to NULL and accept
 * NULL. What a caller hands in is borrowed until the function returns; projects are copied. Texts that
 * the library gives away are the caller's, released with zdepth_text_free.
 *
 * Strings are UTF-8. Structs that the caller fills begin with `size`, set to sizeof: a struct of an
 * older header still works, one of a newer header works where it asks for nothing new, and all bytes
 * zero but `size` means the defaults. Structs that the library fills have no size.
 *
 * The library prints nothing, changes no locale, and handles no signal. Where it keeps
 * depth and models is in the environment (ZD_CACHE, ZD_MODELS) unless an option says it. Errors that
 * any call may meet and that are not said again: ZDEPTH_ERR_NO_MEMORY, ZDEPTH_ERR_INVALID_ARGUMENT, and
 * with a cancel ZDEPTH_ERR_CANCELLED.
 *
 * Version 0 promises nothing from one release to the next; what breaks binaries changes the SONAME. */

#include "zdepth/context.h"
#include "zdepth/effects.h"
#include "zdepth/engine.h"
#include "zdepth/error.h"
#include "zdepth/export.h"
#include "zdepth/job.h"
#include "zdepth/models.h"
#include "zdepth/params.h"
#include "zdepth/project.h"
#include "zdepth/scene.h"
#include "zdepth/thumbs.h"

#ifdef __cplusplus
extern "C" {
#endif

#define ZDEPTH_VERSION_MAJOR 0
#define ZDEPTH_VERSION_MINOR 1
#define ZDEPTH_VERSION_PATCH 0

/** The version of the library at run time, "0.1.0". Never NULL. */
ZDEPTH_API const char *zdepth_version(void);

#ifdef __cplusplus
}
#endif

#endif
