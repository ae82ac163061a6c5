/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One source with #defines; a program is found again by its bits. */

#include "scene/gl_program.h"

#include <stdbool.h>
#include <stdio.h>

static void make_prelude(unsigned features, char *out, size_t size)
{
    static const char *const names[] = {
        "FIELD",      "HOLES",        "BUMP",   "NORMALMAP",  "LIT",        "KEY",     "OUT_Z",
        "OUT_NORMAL", "OUT_POSITION", "OUT_ID", "SOLID",      "BLEND",      "DATA",    "PROJECTED",
        "RESOLVE",    "RESOLVE_DATA", "PLANES", "BUMP_FIELD", "SHADOW_MAP", "SHADOWS", "OCCLUSION",
        "PEEL",       "OUT_EXTRA",    "SHOW",   "LENS",       "FACING"
    };
    size_t at = (size_t) snprintf(
        out, size, "#version 450 core\n#define MAX_LIGHTS %d\n#define MAX_SHADOWS %d\n",
        ZD_GL_MAX_LIGHTS, ZD_GL_MAX_SHADOWS);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if ((features >> i & 1) != 0 && at < size) {
            at += (size_t) snprintf(out + at, size - at, "#define %s 1\n", names[i]);
        }
    }
}

static zd_status compile(GLenum kind, const char *const *parts, int count, GLuint *out,
                         zd_error *err)
{
    GLint good = 0;
    char log[300] = "";
    *out = glCreateShader(kind);
    glShaderSource(*out, count, parts, NULL);
    glCompileShader(*out);
    glGetShaderiv(*out, GL_COMPILE_STATUS, &good);
    if (!good) {
        glGetShaderInfoLog(*out, sizeof log, NULL, log);
        glDeleteShader(*out);
        *out = 0;
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "OpenGL: a shader does not compile: %s", log);
    }
    return ZD_OK;
}

static zd_status build(unsigned features, GLuint *out, zd_error *err)
{
    char prelude[1024];
    GLuint vertex = 0;
    GLuint fragment = 0;
    GLint good = 0;
    bool screen = (features & (ZD_GL_RESOLVE | ZD_GL_RESOLVE_DATA)) != 0;
    bool shadow = (features & ZD_GL_SHADOW_MAP) != 0;
    make_prelude(features, prelude, sizeof prelude);
    const char *parts[1 + ZD_SHADER_PARTS] = { prelude, screen   ? zd_shader_screen_vertex
                                                        : shadow ? zd_shader_shadow_vertex
                                                                 : zd_shader_vertex };
    ZD_TRY(compile(GL_VERTEX_SHADER, parts, 2, &vertex, err));
    bool is_plain = !screen && !shadow;
    parts[1] = screen ? zd_shader_resolve : zd_shader_shadow_fragment;
    for (int i = 0; i < ZD_SHADER_PARTS && is_plain; i++) {
        parts[1 + i] = zd_shader_fragment[i];
    }
    zd_status status =
        compile(GL_FRAGMENT_SHADER, parts, is_plain ? 1 + ZD_SHADER_PARTS : 2, &fragment, err);
    if (status == ZD_OK) {
        *out = glCreateProgram();
        glAttachShader(*out, vertex);
        glAttachShader(*out, fragment);
        glLinkProgram(*out);
        glGetProgramiv(*out, GL_LINK_STATUS, &good);
        if (!good) {
            char log[300] = "";
            glGetProgramInfoLog(*out, sizeof log, NULL, log);
            glDeleteProgram(*out);
            status = zd_fail(err, ZD_ERR_UNSUPPORTED, "OpenGL: a program does not link: %s", log);
        }
        glDeleteShader(fragment);
    }
    glDeleteShader(vertex);
    return status;
}

zd_status zd_gl_program_use(zd_gl_programs *programs, unsigned features, GLuint *out, zd_error *err)
{
    for (int i = 0; i < programs->count; i++) {
        if (programs->entries[i].features == features) {
            *out = programs->entries[i].program;
            glUseProgram(*out);
            return ZD_OK;
        }
    }
    if (programs->count == ZD_GL_MAX_PROGRAMS) {
        zd_gl_programs_release(programs);
    }
    ZD_TRY(build(features, out, err));
    programs->entries[programs->count].features = features;
    programs->entries[programs->count++].program = *out;
    glUseProgram(*out);
    return ZD_OK;
}

void zd_gl_programs_release(zd_gl_programs *programs)
{
    for (int i = 0; i < programs->count; i++) {
        glDeleteProgram(programs->entries[i].program);
    }
    programs->count = 0;
}
