/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Parts with DWA compression go through OpenEXR's C++ library where it is linked, all else through the
 * C core. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "media/exr.h"
#include "media/still/exr_library.h"

enum { MOST_PLANES = 4 };

static void place(zd_view view, int component, const float *data, int x, int y, int width,
                  int height, int64_t *bad)
{
    assert(component >= 0 && component < view.format.channels);
    for (int row = 0; row < view.height; row++) {
        float *to = zd_view_row_f32(view, row) + component;
        for (int column = 0; column < view.width; column++) {
            int dx = column - x;
            int dy = row - y;
            bool inside = dx >= 0 && dy >= 0 && dx < width && dy < height;
            float v = inside ? data[(size_t) dy * (size_t) width + (size_t) dx] : 0.0f;
            to[(ptrdiff_t) column * view.format.channels] = v;
            *bad += isfinite(v) ? 0 : 1;
        }
    }
}

static zd_status read_dwa(zd_exr *exr, int part, zd_exr_place from, const zd_exr_wanted *wanted,
                          int count, int64_t *bad, zd_error *err)
{
    zd_context *ctx = zd_exr_context(exr);
    char reason[160] = "";
    zd_exr_plane planes[MOST_PLANES];
    int x;
    int y;
    int width;
    int height;
    zd_exr_data_window(exr, part, &x, &y, &width, &height);
    size_t samples = (size_t) width * (size_t) height;
    float *data = zd_alloc_zeroed(ctx, samples, (size_t) count * sizeof *data);
    if (data == NULL) {
        return zd_fail_memory(err, zd_exr_path(exr));
    }
    for (int i = 0; i < count; i++) {
        planes[i] = (zd_exr_plane){ zd_exr_channel(exr, part, wanted[i].channel).name,
                                    data + (size_t) i * samples };
    }
    int failed = zd_exr_library_read(zd_exr_path(exr), part, width, height, planes, count, reason,
                                     sizeof reason);
    for (int i = 0; i < count && !failed; i++) {
        place(wanted[i].view, wanted[i].component, planes[i].data, x - from.x, y - from.y, width,
              height, bad);
    }
    zd_free(ctx, data);
    reason[strcspn(reason, "\r\n")] = '\0';
    return failed ? zd_fail(err, ZD_ERR_CORRUPT, "'%s' is damaged: %s", zd_exr_path(exr), reason)
                  : ZD_OK;
}

zd_status zd_exr_read_any(zd_exr *exr, int part, zd_exr_place from, const zd_exr_wanted *wanted,
                          int count, int64_t *bad, zd_error *err)
{
    int64_t ignored = 0;
    bool is_plain = count <= MOST_PLANES;
    for (int i = 0; i < count && is_plain; i++) {
        zd_exr_channel_info channel = zd_exr_channel(exr, part, wanted[i].channel);
        is_plain = channel.x_sampling == 1 && channel.y_sampling == 1;
    }
    if (!zd_exr_is_dwa(exr, part) || !is_plain || zd_exr_library_read == NULL) {
        return zd_exr_read_window(exr, part, from, wanted, count, bad, err);
    }
    bad = bad != NULL ? bad : &ignored;
    *bad = 0;
    return read_dwa(exr, part, from, wanted, count, bad, err);
}
