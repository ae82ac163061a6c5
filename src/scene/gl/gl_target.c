/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Float framebuffers with one attachment for each pass, and textures. */

#include <assert.h>
#include <string.h>

#include "core/require.h"
#include "scene/render_internal.h"

static const struct {
    GLenum internal;
    GLenum format;
    int channels;
} layouts[ZD_SCENE_TARGETS] = {
    { GL_RGBA32F, GL_RGBA, 4 }, { GL_R32F, GL_RED, 1 }, { GL_RGBA32F, GL_RGBA, 4 },
    { GL_RGBA32F, GL_RGBA, 4 }, { GL_R32F, GL_RED, 1 }, { GL_RGBA32F, GL_RGBA, 4 },
};

void zd_gl_target_release(zd_gl_target *target)
{
    glDeleteFramebuffers(1, &target->framebuffer);
    glDeleteTextures(ZD_SCENE_TARGETS, target->textures);
    glDeleteTextures(1, &target->depth);
    *target = (zd_gl_target){ 0 };
}

zd_status zd_gl_target_resize(zd_gl_target *target, int width, int height, unsigned outputs,
                              zd_error *err)
{
    ZD_REQUIRE(err, width > 0 && height > 0);
    if (target->framebuffer != 0 && target->width == width && target->height == height &&
        target->outputs == outputs)
    {
        return ZD_OK;
    }
    zd_gl_target_release(target);
    glCreateFramebuffers(1, &target->framebuffer);
    for (int i = 0; i < ZD_SCENE_TARGETS; i++) {
        if ((outputs >> i & 1) != 0) {
            glCreateTextures(GL_TEXTURE_2D, 1, &target->textures[i]);
            glTextureStorage2D(target->textures[i], 1, layouts[i].internal, width, height);
            glNamedFramebufferTexture(target->framebuffer, GL_COLOR_ATTACHMENT0 + (GLenum) i,
                                      target->textures[i], 0);
        }
    }
    glCreateTextures(GL_TEXTURE_2D, 1, &target->depth);
    glTextureStorage2D(target->depth, 1, GL_DEPTH_COMPONENT32F, width, height);
    glNamedFramebufferTexture(target->framebuffer, GL_DEPTH_ATTACHMENT, target->depth, 0);
    target->width = width;
    target->height = height;
    target->outputs = outputs;
    if (glCheckNamedFramebufferStatus(target->framebuffer, GL_FRAMEBUFFER) !=
        GL_FRAMEBUFFER_COMPLETE) {
        zd_gl_target_release(target);
        return zd_fail(err, ZD_ERR_LIMIT, "OpenGL: no framebuffer of %dx%d", width, height);
    }
    return ZD_OK;
}

void zd_gl_target_select(const zd_gl_target *target, bool colour, bool data)
{
    GLenum buffers[ZD_SCENE_TARGETS];
    for (int i = 0; i < ZD_SCENE_TARGETS; i++) {
        bool wanted =
            (target->outputs >> i & 1) != 0 && (i == ZD_SCENE_TARGET_COLOUR ? colour : data);
        buffers[i] = wanted ? GL_COLOR_ATTACHMENT0 + (GLenum) i : GL_NONE;
    }
    glNamedFramebufferDrawBuffers(target->framebuffer, ZD_SCENE_TARGETS, buffers);
    glBindFramebuffer(GL_FRAMEBUFFER, target->framebuffer);
    glViewport(0, 0, target->width, target->height);
}

void zd_gl_target_clear(const zd_gl_target *target)
{
    static const float zero[4] = { 0 };
    zd_gl_target_select(target, true, true);
    for (int i = 0; i < ZD_SCENE_TARGETS; i++) {
        if ((target->outputs >> i & 1) != 0) {
            glClearBufferfv(GL_COLOR, i, zero);
        }
    }
    glClearBufferfv(GL_DEPTH, 0, zero);
}

zd_status zd_gl_target_read(zd_context *ctx, const zd_gl_target *target, int output, zd_view view,
                            zd_error *err)
{
    assert(view.width == target->width && view.height == target->height);
    assert(output >= 0 && output < ZD_SCENE_TARGETS);
    size_t row = (size_t) target->width * (size_t) layouts[output].channels * sizeof(float);
    float *rows = zd_alloc_zeroed(ctx, (size_t) target->height, row);
    if (rows == NULL) {
        return zd_fail_memory(err, "a rendered picture");
    }
    glBindFramebuffer(GL_FRAMEBUFFER, target->framebuffer);
    glNamedFramebufferReadBuffer(target->framebuffer, GL_COLOR_ATTACHMENT0 + (GLenum) output);
    glPixelStorei(GL_PACK_ALIGNMENT, 4);
    glReadPixels(0, 0, target->width, target->height, layouts[output].format, GL_FLOAT, rows);
    int channels = view.format.channels;
    int stored = layouts[output].channels;
    for (int y = 0; y < view.height; y++) {
        const float *from =
            rows + (size_t) (view.height - 1 - y) * (size_t) target->width * (size_t) stored;
        float *to = zd_view_row_f32(view, y);
        if (channels == stored) {
            memcpy(to, from, row);
            continue;
        }
        for (int x = 0; x < view.width; x++) {
            memcpy(to + (ptrdiff_t) x * channels, from + (ptrdiff_t) x * stored,
                   (size_t) channels * sizeof(float));
        }
    }
    zd_free(ctx, rows);
    return ZD_OK;
}

void zd_gl_texture_release(zd_gl_texture *texture)
{
    glDeleteTextures(1, &texture->name);
    *texture = (zd_gl_texture){ 0 };
}

static GLsizei levels_of(zd_view view)
{
    GLsizei levels = 1;
    for (int side = view.width > view.height ? view.width : view.height; side > 1; side /= 2) {
        levels++;
    }
    return levels;
}

void zd_gl_texture_shrink(zd_gl_texture *texture)
{
    if (texture->name != 0 && texture->channels == 4 && texture->shrunk != texture->serial) {
        glGenerateTextureMipmap(texture->name);
        texture->shrunk = texture->serial;
    }
}

void zd_gl_texture_upload(zd_gl_texture *texture, zd_view view, unsigned serial)
{
    assert(view.format.sample == ZD_SAMPLE_F32 && view.format.channels <= 4);
    static const GLenum internal[] = { 0, GL_R32F, 0, GL_RGB32F, GL_RGBA32F };
    static const GLenum format[] = { 0, GL_RED, 0, GL_RGB, GL_RGBA };
    int channels = view.format.channels;
    if (texture->name != 0 && texture->serial == serial) {
        return;
    }
    if (texture->name == 0 || texture->width != view.width || texture->height != view.height ||
        texture->channels != channels)
    {
        zd_gl_texture_release(texture);
        glCreateTextures(GL_TEXTURE_2D, 1, &texture->name);
        glTextureStorage2D(texture->name, channels == 4 ? levels_of(view) : 1, internal[channels],
                           view.width, view.height);
        texture->width = view.width;
        texture->height = view.height;
        texture->channels = channels;
    }
    /* Rows are aligned to 64 bytes, which is a whole number of pixels for all but RGB. */
    size_t pixel = (size_t) channels * sizeof(float);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    if (view.stride_bytes % (ptrdiff_t) pixel == 0) {
        glPixelStorei(GL_UNPACK_ROW_LENGTH, (GLint) (view.stride_bytes / (ptrdiff_t) pixel));
        glTextureSubImage2D(texture->name, 0, 0, 0, view.width, view.height, format[channels],
                            GL_FLOAT, view.data);
        glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    } else {
        for (int y = 0; y < view.height; y++) {
            glTextureSubImage2D(texture->name, 0, 0, y, view.width, 1, format[channels], GL_FLOAT,
                                zd_view_row_f32(view, y));
        }
    }
    texture->serial = serial;
}
