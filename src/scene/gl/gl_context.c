/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The context is current only between zd_gl_enter and zd_gl_leave, on the calling thread. */

#include "scene/gl_context.h"

#include <dlfcn.h>
#include <epoxy/egl.h>
#include <epoxy/gl.h>
#include <stdio.h>

struct zd_gl_context {
    EGLDisplay display;
    EGLContext context;
    EGLDisplay display_before;
    EGLContext context_before;
    EGLSurface draw_before;
    EGLSurface read_before;
    char renderer[128];
};

enum { MAX_DEVICES = 16 };

/* libepoxy ends the process when it does not find a library that it needs, so they are looked for
 * before its first call. They stay open, for it. */
static bool has_libraries(void)
{
    return dlopen("libEGL.so.1", RTLD_LAZY) != NULL &&
           (dlopen("libOpenGL.so.0", RTLD_LAZY) != NULL || dlopen("libGL.so.1", RTLD_LAZY) != NULL);
}

static EGLContext try_display(EGLDisplay display)
{
    static const EGLint wanted[] = { EGL_CONTEXT_MAJOR_VERSION,
                                     4,
                                     EGL_CONTEXT_MINOR_VERSION,
                                     5,
                                     EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                     EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                                     EGL_NONE };
    EGLint major = 0;
    EGLint minor = 0;
    if (display == EGL_NO_DISPLAY || !eglInitialize(display, &major, &minor) ||
        !epoxy_has_egl_extension(display, "EGL_KHR_no_config_context") ||
        !epoxy_has_egl_extension(display, "EGL_KHR_surfaceless_context") ||
        !eglBindAPI(EGL_OPENGL_API))
    {
        return EGL_NO_CONTEXT;
    }
    return eglCreateContext(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, wanted);
}

static bool try_devices(zd_gl_context *gl)
{
    EGLDeviceEXT devices[MAX_DEVICES];
    EGLint count = 0;
    if (!epoxy_has_egl_extension(EGL_NO_DISPLAY, "EGL_EXT_platform_device") ||
        !epoxy_has_egl_extension(EGL_NO_DISPLAY, "EGL_EXT_device_enumeration") ||
        !eglQueryDevicesEXT(MAX_DEVICES, devices, &count))
    {
        return false;
    }
    for (EGLint i = 0; i < count && gl->context == EGL_NO_CONTEXT; i++) {
        gl->display = eglGetPlatformDisplayEXT(EGL_PLATFORM_DEVICE_EXT, devices[i], NULL);
        gl->context = try_display(gl->display);
    }
    return gl->context != EGL_NO_CONTEXT;
}

static bool try_surfaceless(zd_gl_context *gl)
{
    if (!epoxy_has_egl_extension(EGL_NO_DISPLAY, "EGL_MESA_platform_surfaceless")) {
        return false;
    }
    gl->display =
        eglGetPlatformDisplayEXT(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL);
    gl->context = try_display(gl->display);
    return gl->context != EGL_NO_CONTEXT;
}

zd_status zd_gl_enter(zd_gl_context *gl, zd_error *err)
{
    gl->display_before = eglGetCurrentDisplay();
    gl->context_before = eglGetCurrentContext();
    gl->draw_before = eglGetCurrentSurface(EGL_DRAW);
    gl->read_before = eglGetCurrentSurface(EGL_READ);
    eglBindAPI(EGL_OPENGL_API);
    if (!eglMakeCurrent(gl->display, EGL_NO_SURFACE, EGL_NO_SURFACE, gl->context)) {
        return zd_fail(err, ZD_ERR_MISSING, "OpenGL: the context cannot be made current (0x%x)",
                       (unsigned) eglGetError());
    }
    return ZD_OK;
}

void zd_gl_leave(zd_gl_context *gl)
{
    eglMakeCurrent(gl->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (gl->context_before != EGL_NO_CONTEXT) {
        eglMakeCurrent(gl->display_before, gl->draw_before, gl->read_before, gl->context_before);
    }
}

zd_status zd_gl_context_create(zd_context *ctx, zd_gl_context **out, zd_error *err)
{
    *out = NULL;
    zd_gl_context *gl = zd_alloc_zeroed(ctx, 1, sizeof *gl);
    if (gl == NULL) {
        return zd_fail_memory(err, "an OpenGL context");
    }
    gl->context = EGL_NO_CONTEXT;
    if (!has_libraries() || (!try_devices(gl) && !try_surfaceless(gl))) {
        zd_free(ctx, gl);
        return zd_fail(err, ZD_ERR_MISSING,
                       "no OpenGL 4.5 without a window system (EGL); install a graphics driver or "
                       "Mesa's llvmpipe (libgl1-mesa-dri)");
    }
    zd_status status = zd_gl_enter(gl, err);
    if (status != ZD_OK) {
        zd_gl_context_destroy(ctx, &gl);
        return status;
    }
    snprintf(gl->renderer, sizeof gl->renderer, "%s", (const char *) glGetString(GL_RENDERER));
    zd_gl_leave(gl);
    *out = gl;
    return ZD_OK;
}

void zd_gl_context_destroy(zd_context *ctx, zd_gl_context **gl)
{
    if (*gl != NULL) {
        eglDestroyContext((*gl)->display, (*gl)->context);
        zd_free(ctx, *gl);
        *gl = NULL;
    }
}

const char *zd_gl_renderer_name(const zd_gl_context *gl)
{
    return gl->renderer;
}
