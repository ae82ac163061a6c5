/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_GL_CONTEXT_H
#define ZD_SCENE_GL_CONTEXT_H

/* OpenGL 4.5 core without a window system, through EGL: the first graphics device that gives it,
 * else Mesa's surfaceless platform (llvmpipe). */

#include "core/context.h"
#include "core/status.h"

typedef struct zd_gl_context zd_gl_context;

/** Fails with ZD_ERR_MISSING and one line when the machine has no usable OpenGL. */
ZD_MUST_USE zd_status zd_gl_context_create(zd_context *ctx, zd_gl_context **out, zd_error *err);
void zd_gl_context_destroy(zd_context *ctx, zd_gl_context **gl);

/** Makes the context the thread's current one; the one before comes back with zd_gl_leave. A
 *  context is current in one thread at a time. */
ZD_MUST_USE zd_status zd_gl_enter(zd_gl_context *gl, zd_error *err);
void zd_gl_leave(zd_gl_context *gl);

/** The driver's name of the renderer, such as "llvmpipe (LLVM 15.0.6, 256 bits)". */
const char *zd_gl_renderer_name(const zd_gl_context *gl);

#endif
