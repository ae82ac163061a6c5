/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Plain C in the shapes that compilers vectorise: one loop, no branches, constant strides. */

#include "media/frame_kernels.h"

#include "core/size.h"
#include "core/vector.h"

/* The step is a constant at every call, so that each copy is specialised for it. */
#define FETCH(sample, step_)                                       \
    do {                                                           \
        const sample *from_ = (const sample *) (const void *) row; \
        from_ += component->offset + (ptrdiff_t) x * (step_);      \
        for (int i = 0; i < count; i++) {                          \
            int code_ = from_[(ptrdiff_t) i * (step_)] >> shift;   \
            out[i] = ((float) code_ - zero) * scale;               \
        }                                                          \
    } while (0)

static void fetch_u8(const zd_frame_component *component, const uint8_t *row, int x, int count,
                     float *restrict out)
{
    const float zero = component->zero;
    const float scale = component->scale;
    enum { shift = 0 };
    switch (component->step) {
    case 1:
        FETCH(uint8_t, 1);
        break;
    case 2:
        FETCH(uint8_t, 2);
        break;
    case 3:
        FETCH(uint8_t, 3);
        break;
    case 4:
        FETCH(uint8_t, 4);
        break;
    default:
        FETCH(uint8_t, component->step);
        break;
    }
}

static void fetch_u16(const zd_frame_component *component, const uint8_t *row, int x, int count,
                      float *restrict out)
{
    const float zero = component->zero;
    const float scale = component->scale;
    const int shift = component->shift;
    switch (component->step) {
    case 1:
        FETCH(uint16_t, 1);
        break;
    case 2:
        FETCH(uint16_t, 2);
        break;
    case 3:
        FETCH(uint16_t, 3);
        break;
    case 4:
        FETCH(uint16_t, 4);
        break;
    default:
        FETCH(uint16_t, component->step);
        break;
    }
}

ZD_VECTORISED void zd_frame_kernel_fetch(zd_code code, const zd_frame_component *component,
                                         const uint8_t *row, int x, int count, float *out)
{
    if (code == ZD_CODE_U8) {
        fetch_u8(component, row, x, count, out);
    } else if (code == ZD_CODE_U16) {
        fetch_u16(component, row, x, count, out);
    } else {
        const float *from = (const float *) (const void *) row;
        from += component->offset + (ptrdiff_t) x * component->step;
        for (int i = 0; i < count; i++) {
            out[i] = from[(ptrdiff_t) i * component->step];
        }
    }
}

/* Changes in whole codes. Adding and taking away 1.5 * 2^23 rounds to the nearest integer, ties to
 * even, for all that is smaller than 2^22. */
static void round_changes(const float *restrict delta, float scale, int count, float *restrict out)
{
    const float limit = 70000.0f;
    const float magic = 12582912.0f;
    for (int i = 0; i < count; i++) {
        float change = delta[i] * scale;
        float kept = change < limit ? change : limit;
        kept = kept > -limit ? kept : -limit;
        kept = (kept + magic) - magic;
        out[i] = delta[i] - delta[i] == 0.0f ? kept : 0.0f;
    }
}

#define ADD(sample, step_)                                                   \
    do {                                                                     \
        sample *restrict to_ = (sample *) (void *) row;                      \
        to_ += component->offset + (ptrdiff_t) x * (step_);                  \
        for (int i = 0; i < count; i++) {                                    \
            float code_ = (float) to_[(ptrdiff_t) i * (step_)] + changes[i]; \
            code_ = code_ > 0.0f ? code_ : 0.0f;                             \
            code_ = code_ < top ? code_ : top;                               \
            to_[(ptrdiff_t) i * (step_)] = (sample) (int) code_;             \
        }                                                                    \
    } while (0)

static void add_u8(const zd_frame_component *component, uint8_t *row, int x, int count,
                   const float *restrict changes)
{
    const float top = (float) component->max_code;
    switch (component->step) {
    case 1:
        ADD(uint8_t, 1);
        break;
    case 2:
        ADD(uint8_t, 2);
        break;
    case 3:
        ADD(uint8_t, 3);
        break;
    case 4:
        ADD(uint8_t, 4);
        break;
    default:
        ADD(uint8_t, component->step);
        break;
    }
}

/* Codes that lie in the upper bits are moved by whole codes too: the bits below stay. */
static void add_u16(const zd_frame_component *component, uint8_t *row, int x, int count,
                    const float *restrict changes)
{
    const float top = (float) (component->max_code << component->shift);
    switch (component->step) {
    case 1:
        ADD(uint16_t, 1);
        break;
    case 2:
        ADD(uint16_t, 2);
        break;
    case 3:
        ADD(uint16_t, 3);
        break;
    case 4:
        ADD(uint16_t, 4);
        break;
    default:
        ADD(uint16_t, component->step);
        break;
    }
}

ZD_VECTORISED void zd_frame_kernel_add(zd_code code, const zd_frame_component *component,
                                       uint8_t *row, int x, int count, const float *delta)
{
    float changes[ZD_CHUNK];
    for (int done = 0; done < count; done += ZD_CHUNK) {
        int part = zd_int_min(ZD_CHUNK, count - done);
        round_changes(delta + done, component->code_scale, part, changes);
        for (int i = 0; i < part && component->shift > 0; i++) {
            changes[i] *= (float) (1 << component->shift);
        }
        if (code == ZD_CODE_U8) {
            add_u8(component, row, x + done, part, changes);
        } else {
            add_u16(component, row, x + done, part, changes);
        }
    }
}

void zd_frame_kernel_site(int at, int shift, bool is_cosited, int *low, float *weight)
{
    /* In units of 1 / (2 << shift) chroma samples, so that the arithmetic is exact. */
    int position = is_cosited ? 2 * at : 2 * at + 1 - (1 << shift);
    int unit = 2 << shift;
    *low = position >= 0 ? position / unit : -((unit - 1 - position) / unit);
    *weight = (float) (position - *low * unit) / (float) unit;
}

void zd_frame_kernel_span(const zd_frame_component *component, bool is_left, int x, int count,
                          int *first, int *samples)
{
    int low;
    int high;
    float weight;
    if (component->log2_w == 0) {
        *first = x;
        *samples = count;
        return;
    }
    zd_frame_kernel_site(x, component->log2_w, is_left, &low, &weight);
    zd_frame_kernel_site(x + count - 1, component->log2_w, is_left, &high, &weight);
    *first = low;
    *samples = high + 2 - low;
}

void zd_frame_kernel_expand(const zd_frame_component *component, bool is_left, const float *source,
                            int first, int x, int count, float *restrict out)
{
    int i = 0;
    if (component->log2_w == 1 && is_left) {
        const float *at = source + (x >> 1) - first;
        if ((x & 1) != 0) {
            out[i++] = 0.5f * at[0] + 0.5f * at[1];
            at++;
        }
        for (; i + 1 < count; i += 2, at++) {
            out[i] = at[0];
            out[i + 1] = 0.5f * at[0] + 0.5f * at[1];
        }
        if (i < count) {
            out[i] = at[0];
        }
        return;
    }
    for (; i < count; i++) {
        int low;
        float weight;
        zd_frame_kernel_site(x + i, component->log2_w, is_left, &low, &weight);
        out[i] = (1.0f - weight) * source[low - first] + weight * source[low - first + 1];
    }
}

/* Fetches chroma samples first .. first+samples-1, repeating the plane's edge samples. */
static void fetch_clamped(const zd_layout *layout, const zd_frame_component *component,
                          const uint8_t *row, int width, int first, int samples, float *out)
{
    int left = zd_int_clamp(-first, 0, samples);
    int right = zd_int_clamp(first + samples - width, 0, samples - left);
    zd_frame_kernel_fetch(layout->code, component, row, first + left, samples - left - right,
                          out + left);
    for (int i = 0; i < left; i++) {
        out[i] = out[left];
    }
    for (int i = samples - right; i < samples; i++) {
        out[i] = out[samples - right - 1];
    }
}

ZD_VECTORISED void zd_frame_kernel_chroma(const zd_layout *layout,
                                          const zd_frame_component *component, const AVFrame *av,
                                          int x, int y, int count, float *out)
{
    float upper[ZD_CHUNK + 4];
    float lower[ZD_CHUNK + 4];
    int width = zd_frame_ceil_shift(av->width, component->log2_w);
    int height = zd_frame_ceil_shift(av->height, component->log2_h);
    int first;
    int samples;
    int row = y;
    float weight = 0.0f;
    bool is_whole = component->log2_w == 0;
    float *target = is_whole ? out : upper;
    zd_frame_kernel_span(component, layout->is_site_left, x, count, &first, &samples);
    if (component->log2_h > 0) {
        zd_frame_kernel_site(y, component->log2_h, layout->is_site_top, &row, &weight);
    }
    int next = zd_int_clamp(row + 1, 0, height - 1);
    row = zd_int_clamp(row, 0, height - 1);
    fetch_clamped(layout, component, zd_frame_component_row(av, component, row), width, first,
                  samples, target);
    if (weight > 0.0f && next != row) {
        fetch_clamped(layout, component, zd_frame_component_row(av, component, next), width, first,
                      samples, lower);
        for (int i = 0; i < samples; i++) {
            target[i] = (1.0f - weight) * target[i] + weight * lower[i];
        }
    }
    if (!is_whole) {
        zd_frame_kernel_expand(component, layout->is_site_left, upper, first, x, count, out);
    }
}

ZD_VECTORISED void zd_frame_kernel_to_rgb(const zd_layout *layout, float *rows[3], int count)
{
    float *restrict y = rows[0];
    float *restrict u = rows[1];
    float *restrict v = rows[2];
    const float ru = layout->to_rgb[0][0];
    const float rv = layout->to_rgb[0][1];
    const float gu = layout->to_rgb[1][0];
    const float gv = layout->to_rgb[1][1];
    const float bu = layout->to_rgb[2][0];
    const float bv = layout->to_rgb[2][1];
    for (int i = 0; i < count; i++) {
        float red = y[i] + ru * u[i] + rv * v[i];
        float green = y[i] + gu * u[i] + gv * v[i];
        float blue = y[i] + bu * u[i] + bv * v[i];
        y[i] = red;
        u[i] = green;
        v[i] = blue;
    }
}
